"""Facts for SAGER: what was asked of sex and gender, how many people of each, and what was analysed by it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from osa_survey import formatting
from osa_survey.plan.analysis_roles import GROUPS, PREDICTORS, formula_sides, named
from osa_survey.plan.checklist_sources import Sources
from osa_survey.plan.study_file import AnalysisEntry
from osa_survey.results import Result
from osa_survey.sharing.checklists import Fact

GENDER = ("gender", "gender_current", "gender_self_description")
SEX = ("sex_assigned_at_birth",)
HYPOTHESIS_WORDS = ("gender", "sex assigned", "men", "women", "male", "female", "geschlecht", "frauen", "männer")
COMPARED = (*GROUPS, *PREDICTORS, "groups")
NO_VARIABLE = (
    "no variable of the codebook maps to gender or sex_assigned_at_birth (add maps_to, or write why neither was asked)"
)
FACTS = (
    "gender", "gender_words", "gender_one", "gender_analyses", "gender_results", "gender_hypotheses",
    "gender_exclusions", "gender_flow", "gender_lack",
)  # fmt: skip


def gender_facts(sources: Sources) -> dict[str, Fact]:
    """Return what is known of sex and gender.

    Parameters
    ----------
    sources : Sources
        The study; numbers are those that passed the gate.
    """
    variables = sources.prepared.scored.variables
    names = [name for name, info in variables.items() if info.maps_to in (*GENDER, *SEX)]
    if not names:
        return dict.fromkeys(FACTS, Fact(why_not=sources.say(NO_VARIABLE)))
    compared = [(entry, result) for entry, result in sources.analyses if set(names) & set(_compared(entry))]
    place = sources.places.table(entry.id for entry, _ in compared)
    titles = [result.title for _, result in compared]
    by_gender = (
        Fact(sources.say("By sex or gender: {0}.", sources.listed(titles)), place)
        if titles
        else Fact(
            why_not=sources.say("no analysis compares by sex or gender (add one, or write in the discussion why not)")
        )
    )
    hypotheses = [
        f"{one.id}: {one.text}"
        for one in sources.file.hypotheses
        if any(f" {word}" in f" {one.text.casefold()}" for word in HYPOTHESIS_WORDS)
    ]
    counts = _counts(sources, names)
    return {
        "gender": counts[0],
        "gender_words": _words(sources, names),
        "gender_one": _one(sources, counts[1]),
        "gender_analyses": by_gender,
        "gender_results": sources.told(_sentences(sources, compared, names), place) if compared else by_gender,
        "gender_hypotheses": Fact(" ".join(hypotheses), sources.say("Study file, [[hypotheses]]"))
        if hypotheses
        else Fact(
            why_not=sources.say(
                "no hypothesis is about sex or gender (write in the introduction whether differences "
                "were to be expected)"
            )
        ),
        "gender_exclusions": Fact(
            sources.say("Nobody was left out by sex or gender: people left by consent, adulthood and [exclude] alone."),
            sources.respondents,
        ),
        "gender_flow": _flow(sources),
        "gender_lack": Fact(sources.say("Does not apply: analyses by sex or gender were made."), place)
        if titles
        else Fact(
            why_not=sources.say("no analysis compares by sex or gender (add one, or write in the discussion why not)")
        ),
    }


def _compared(entry: AnalysisEntry) -> tuple[str, ...]:
    """Return the variables an analysis compares by or predicts from."""
    return (*named([entry], COMPARED), *formula_sides(entry)[1])


def _words(sources: Sources, names: Sequence[str]) -> Fact:
    """Return which variable holds gender and which sex, as the codebook maps them."""
    variables = sources.prepared.scored.variables
    gender = [sources.variable(name) for name in names if variables[name].maps_to in GENDER]
    sex = [sources.variable(name) for name in names if variables[name].maps_to in SEX]
    told = [sources.say("Variables that hold gender: {0}.", "; ".join(gender))] if gender else []
    told += [sources.say("Variables that hold sex assigned at birth: {0}.", "; ".join(sex))] if sex else []
    told += [] if sex else [sources.say("Sex assigned at birth is not in the data.")]
    told += [] if gender else [sources.say("Gender is not in the data.")]
    return Fact(" ".join(told), sources.codebook)


def _counts(sources: Sources, names: Sequence[str]) -> tuple[Fact, tuple[str, ...]]:
    """Return the released counts of each variable from an analysis that describes it, and the answers that occur."""
    told, levels, ids = [], [], []
    for name in names:
        for entry, result in sources.analyses:
            rows = result.frame.loc[(result.frame["outcome"] == name) & (result.frame["level"] != "")]
            if entry.do != "describe" or not (rows["quantity"] == "count").any():
                continue
            labels = sources.prepared.scored.variables[name].labels
            parts = [_level(sources, str(level), own) for level, own in rows.groupby("level", sort=False)]
            told.append(f"{sources.variable(name)}: {'; '.join(parts)}.")
            shown = rows.loc[(rows["quantity"] == "count") & (rows["suppressed"] == "") & (rows["estimate"] > 0)]
            levels += [str(level) for level in shown["level"] if level in labels]
            ids.append(entry.id)
            break
    if not told:
        why_not = sources.say(
            "no analysis 'describe' names '{0}' (add it, so that people of each are counted)", names[0]
        )
        return Fact(why_not=why_not), ()
    return Fact(" ".join(told), sources.places.section("respondents", ids)), tuple(levels)


def _level(sources: Sources, level: str, rows: pd.DataFrame) -> str:
    numbers = {row["quantity"]: row["estimate"] for _, row in rows.iterrows() if row["suppressed"] == ""}
    said = sources.word(level)
    if "missing" in numbers:
        return f"{said}: {formatting.count(numbers['missing'])}"
    if "count" not in numbers:
        return sources.say("{0}: not shown, so that no small count is given away", said)
    share = f" ({formatting.percent(numbers['proportion'])})" if "proportion" in numbers else ""
    return f"{said}: {formatting.count(numbers['count'])}{share}"


def _one(sources: Sources, levels: Sequence[str]) -> Fact:
    if len(levels) > 1:
        answers = ", ".join(map(sources.word, dict.fromkeys(levels)))
        return Fact(sources.say("Does not apply: the sample holds several ({0}).", answers), sources.respondents)
    return Fact(
        why_not=sources.say(
            "the report does not show people of several sexes or genders (if only one took part, "
            "write it in title and abstract)"
        )
    )


def _sentences(sources: Sources, compared: Sequence[tuple[AnalysisEntry, Result]], names: Sequence[str]) -> list[str]:
    """Return the sentences on sex or gender: all of an analysis by it, of a model those that name it."""
    variables = sources.prepared.scored.variables
    titles = {title for name in names for title in (variables[name].title, sources.variable(name))}
    found: list[str] = []
    for entry, result in compared:
        sentences = result.sentences(sources.language)
        naming = [text for text in sentences if any(title in text for title in titles)]
        grouped = set(names) & set(named([entry], GROUPS))
        found += naming or (list(sentences) if grouped else [])
    return found or [sources.say("In the tables of: {0}.", sources.listed(result.title for _, result in compared))]


def _flow(sources: Sources) -> Fact:
    if "wave" in sources.prepared.scored.variables:
        return Fact(
            why_not=sources.say(
                "the flow is not counted by sex or gender (add an analysis 'attrition' with it as a predictor)"
            )
        )
    text = "Does not apply: no trial; people were asked once, and those left out are never looked at further."
    return Fact(sources.say(text), sources.respondents)
