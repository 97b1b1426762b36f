"""Facts for SAGER: how many people of each gender, and what was analysed by gender."""

from __future__ import annotations

from osa_survey import formatting
from osa_survey.languages import in_language
from osa_survey.plan.checklist_numbers import shortened
from osa_survey.plan.running import StudyRun
from osa_survey.report import Report
from osa_survey.sharing.checklists import Fact

WORDS = ("gender", "sex", "men", "women")
GENDER = ("gender", "gender_current", "sex_at_birth", "sex")
NO_VARIABLE = "no variable maps to the harmonised variable gender"


def gender_facts(run: StudyRun, report: Report) -> dict[str, Fact]:
    """Return how many people of each gender took part, which analyses use gender, and what they found.

    Parameters
    ----------
    run : StudyRun
        The study.
    report : Report
        Its report; numbers are those that passed the gate.
    """
    scored = run.prepared.scored
    names = [name for name, info in scored.variables.items() if info.maps_to in GENDER]
    plan = run.prepared.study.file
    if not names:
        keys = ("gender", "gender_analyses", "gender_results", "gender_hypotheses", "gender_exclusions", "gender_flow")
        return dict.fromkeys(keys, Fact(why_not=NO_VARIABLE))
    with_gender = [entry.id for entry in plan.analyses if set(names) & set(_words(entry.arguments))]
    released = {result.id: result for result in report.results}
    sentences = [
        text for name in with_gender if name in released for text in released[name].sentences(report.language)[:2]
    ]
    titles = [in_language(released[name].title, report.language, "titles") for name in with_gender if name in released]
    hypotheses = [
        one.text for one in plan.hypotheses if any(word in one.text.casefold() for word in ("gender", "men", "women"))
    ]
    steps = [step.reason for step in scored.responses.history if any(name in step.reason for name in names)]
    return {
        "gender": _counts(names[0], scored.variables[names[0]].title, report),
        "gender_analyses": Fact(f"By gender: {shortened('; '.join(titles))}.", "Analyses")
        if titles
        else Fact(why_not="no analysis uses gender"),
        "gender_results": Fact(shortened(" ".join(sentences)), "Analyses")
        if sentences
        else Fact(why_not="no analysis uses gender"),
        "gender_hypotheses": Fact(" ".join(hypotheses), "Analyses")
        if hypotheses
        else Fact(why_not="no hypothesis is about gender"),
        "gender_exclusions": Fact(f"Left out: {'; '.join(steps)}.", "Respondents")
        if steps
        else Fact("No rule left anybody out by gender.", "Respondents"),
        "gender_flow": Fact(why_not="the flow is not counted by gender: people left out are never looked at further"),
    }


def _counts(name: str, title: str, report: Report) -> Fact:
    """Return the released counts of a gender variable, from the first analysis of the report that describes it."""
    described = [result for result in report.results if result.analysis == "describe"]
    tables = [one.frame.loc[(one.frame["outcome"] == name) & (one.frame["level"] != "")] for one in described]
    table = next((one for one in tables if (one["quantity"] == "count").any()), None)
    if table is None:
        return Fact(why_not=f"no analysis 'describe' names '{name}'")
    parts = []
    for level, rows in table.groupby("level", sort=False):
        numbers = {row["quantity"]: row["estimate"] for _, row in rows.iterrows() if row["suppressed"] == ""}
        if "count" not in numbers:
            parts.append(f"{level}: not shown, so that no small count is given away")
            continue
        share = f" ({formatting.percent(numbers['proportion'])})" if "proportion" in numbers else ""
        parts.append(f"{level}: {formatting.count(numbers['count'])}{share}")
    return Fact(f"{title}: {'; '.join(parts)}.", "Respondents")


def _words(value: object) -> list[str]:
    """Return every word of the arguments of an analysis, those of formulas too."""
    if isinstance(value, str):
        for mark in (":", "*", "(", ")", "+", ","):
            value = value.replace(mark, " ")
        return value.split()
    if isinstance(value, dict):
        return [word for key, part in value.items() for word in (*_words(key), *_words(part))]
    if isinstance(value, list | tuple):
        return [word for part in value for word in _words(part)]
    return []
