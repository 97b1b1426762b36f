"""Facts for checklists on the quality of the answers: checks, repeated and fast records, gaps, weights, programs."""

from __future__ import annotations

import pandas as pd

from osa_survey import formatting
from osa_survey.imputation import imputation_sentences
from osa_survey.instruments.reasons import ROUTED
from osa_survey.plan.checklist_sources import Sources
from osa_survey.plan.methods import TEXTS
from osa_survey.plan.package_versions import package_versions
from osa_survey.quality.screening import TITLES
from osa_survey.sharing.checklists import Fact
from osa_survey.weighting import design_sentences

DUPLICATE_CHECKS = ("identical_records", "near_duplicates", "repeated_ids")
SPEED = "completion_time"
SCREENING, GAPS = "screen", "missingness"
MOST_VARIABLES = 30
HIDDEN = "Not shown, so that no small count is given away: {0}."
NO_TIMES = "the file holds no completion times (name their column in [paradata] duration of the codebook)"


def quality_facts(sources: Sources) -> dict[str, Fact]:
    """Return what was done for the quality of the answers.

    Parameters
    ----------
    sources : Sources
        The study.
    """
    design = sources.prepared.scored.design
    weights = " ".join(design_sentences(design, sources.language)) if design is not None else ""
    versions = ", ".join(f"{name} {number}" for name, number in package_versions().items())
    return {
        "quality": _quality(sources),
        "duplicates": _duplicates(sources),
        "speed": _speed(sources),
        "weights": Fact(
            weights or sources.say("No weights are used; nothing corrects for who took part."),
            sources.methods if weights else sources.study_file,
        ),
        "missing_handling": Fact(
            _handling(sources), sources.methods if sources.file.missing_data else sources.study_file
        ),
        "missing": missing_fact(sources),
        "mechanism": _mechanism(sources),
        "software": Fact(sources.say("Computed with {0}.", versions), sources.provenance),
    }


def _screened(sources: Sources) -> pd.DataFrame:
    return sources.released[SCREENING].frame


def _quality(sources: Sources) -> Fact:
    checks = dict.fromkeys(_screened(sources)["level"])
    told = [sources.word(TITLES[check]) for check in checks if check in TITLES]
    text = sources.say("Every record was checked for: {0}. Checks flag; only [exclude] leaves out.", "; ".join(told))
    return Fact(text, sources.places.section("quality", [SCREENING]))


def _left_out(sources: Sources, checks: tuple[str, ...]) -> list[str]:
    history = sources.prepared.scored.responses.history
    return [f"{formatting.count(step.n)} ({sources.word(step.reason)})" for step in history if step.code in checks]


def _flagged(sources: Sources, check: str) -> str:
    """Return how many records a check flags, or that the number is not shown."""
    table = _screened(sources)
    rows = table.loc[(table["level"] == check) & (table["quantity"] == "count")]
    if len(rows) != 1 or rows["suppressed"].iloc[0] != "":
        return sources.say("a number not shown, so that no small count is given away")
    return formatting.count(rows["estimate"].iloc[0])


def _duplicates(sources: Sources) -> Fact:
    left = _left_out(sources, DUPLICATE_CHECKS)
    if left:
        return Fact(sources.say("Left out as repeated: {0}.", "; ".join(left)), sources.respondents)
    text = sources.say(
        "Records identical to an earlier one in every answer: {0}. No rule leaves repeated entries out.",
        _flagged(sources, "identical_records"),
    )
    return Fact(text, sources.places.section("quality", [SCREENING]))


def _speed(sources: Sources) -> Fact:
    left = _left_out(sources, (SPEED,))
    if left:
        share = sources.file.exclude[SPEED].below_median_share or 0.0
        limit = formatting.percent(share, 0)
        text = sources.say(
            "Left out by completion time, with a limit of {0} of the median: {1}.", limit, "; ".join(left)
        )
        return Fact(text, sources.respondents)
    if "speeder" not in set(_screened(sources)["level"]):
        return Fact(why_not=sources.say(NO_TIMES))
    told = sources.word(TITLES["speeder"])
    text = sources.say("No rule leaves fast questionnaires out. {0}: {1}.", told, _flagged(sources, "speeder"))
    return Fact(text, sources.places.section("quality", [SCREENING]))


def _handling(sources: Sources) -> str:
    answers, plan = sources.run.answers, sources.file.missing_data
    if answers is not None and answers.imputed is not None and plan is not None:
        return " ".join(imputation_sentences(answers.imputed, plan.impute_reasons, sources.language))
    return TEXTS[sources.language]["listwise"]


def missing_fact(sources: Sources) -> Fact:
    """Return how many answers are missing for each variable, in the numbers of the released table of gaps.

    Parameters
    ----------
    sources : Sources
        The study. Answers to questions that were not shown, or that do not apply, are not asked for.
    """
    table = sources.released[GAPS].frame
    place = sources.places.section("quality", [GAPS])
    gone = ~table["level"].isin(["answered", "implied", *ROUTED])
    hidden = set(table.loc[gone & (table["suppressed"] != ""), "outcome"])
    labels = sources.released[GAPS].labels
    parts, unseen, asked, missing = [], [], 0.0, 0.0
    for name, rows in table.groupby("outcome", sort=False):
        own = rows.loc[gone.loc[rows.index]]
        routed = rows.loc[rows["level"].isin(ROUTED)]
        if name in hidden:
            unseen.append(sources.word(labels.get(str(name), str(name))))
            continue
        gaps = float(own["estimate"].sum())
        missing += gaps
        asked += float(rows["n"].iloc[0]) - float(routed["estimate"].sum())
        if gaps:
            parts.append(f"{sources.word(labels.get(str(name), str(name)))} {formatting.count(gaps)}")
    if not parts and not unseen:
        return Fact(sources.say("No answer that was asked for is missing."), place)
    told = []
    if parts:
        told.append(sources.say("Missing answers by variable: {0}.", sources.listed(parts, MOST_VARIABLES)))
    if unseen:
        told.append(sources.say(HIDDEN, sources.listed(unseen, MOST_VARIABLES)))
    told.append(sources.say("No other variable has any."))
    listed = " ".join(told)
    if hidden or asked <= 0 or bool((table.loc[~gone, "suppressed"] != "").any()):
        return Fact(listed, place)
    whole = sources.say(
        "{0} of {1} answers asked for are missing ({2}).",
        formatting.count(missing),
        formatting.count(asked),
        formatting.percent(missing / asked),
    )
    return Fact(f"{whole} {listed}", place)


def _mechanism(sources: Sources) -> Fact:
    found = [one for one in sources.report.results if one.analysis == "little_mcar"]
    if not found:
        return Fact(why_not=sources.say("no test looks at why answers are missing (add an analysis 'little_mcar')"))
    place = sources.places.table(one.id for one in found)
    return sources.told((text for one in found for text in one.sentences(sources.language)), place)
