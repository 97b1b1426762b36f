"""Facts for checklists that are results: estimates, tests, models, reliability; all read from the released report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from osa_survey.languages import SOURCE, in_language
from osa_survey.plan.running import StudyRun
from osa_survey.report import Report
from osa_survey.results import Result
from osa_survey.sharing.checklists import Fact

MODELS = ("regress", "mixed_model", "gee", "fixed_effects", "fiml", "simple_slopes", "margins")
MEASUREMENT = ("reliability", "retest")
INVARIANCE = ("invariance", "alignment", "item_bias")
SENSITIVITY = ("delta_sensitivity", "convergence", "little_mcar")
SUMMARIES = ("describe",)
OUTCOMES = ("prevalence", "describe", "crosstab", "multiple_responses", "screening_shares")
MOST_SENTENCES = 3
LONGEST = 600


def number_facts(run: StudyRun, report: Report) -> dict[str, Fact]:
    """Return the facts that are results of the study.

    Parameters
    ----------
    run : StudyRun
        The study.
    report : Report
        Its report; only what passed the gate is said.
    """
    plan = run.prepared.study.file
    released = {result.id: result for result in report.results}
    results = [released[entry.id] for entry in plan.analyses if entry.id in released]
    own = [replace(one, title=in_language(one.title, report.language, "titles")) for one in results]
    hypotheses = [f"{one.id} ({one.family}): {one.text}" for one in plan.hypotheses]
    smallest = [
        f"{one.id}: {', '.join(f'{key} = {value}' for key, value in one.smallest_effect.items())}"
        for one in plan.hypotheses
        if one.smallest_effect
    ]
    departures = [f"{entry.id}: {entry.reason}" for entry in plan.analyses if entry.reason]
    adjusted = [f"{entry.id} ({entry.arguments['adjust']})" for entry in plan.analyses if entry.arguments.get("adjust")]
    adjusted += [f"family '{family}'" for family in dict.fromkeys(one.family for one in plan.hypotheses)]
    split = [entry.id for entry in plan.analyses if entry.arguments.get("by")]
    blocks = {entry.id: str(entry.arguments.get("blocks", "")) for entry in plan.analyses}
    split += [name for name, text in blocks.items() if "*" in text or ":" in text]
    in_full = report.language == SOURCE  # methods are named in English
    told = [f"{result.title} ({result.method})" if in_full else result.title for result in own]
    warned = [result.title for result in own if (result.frame["warning"] != "").any()]
    intervals = sum(int(result.frame["conf_low"].notna().sum()) for result in own)
    tested = sum(int(result.frame["p_value"].notna().sum()) for result in own)
    shares = [result for result in own if (result.frame["quantity"] == "proportion").any()]
    return {
        "hypotheses": _fact(hypotheses, "Hypotheses", "Analyses", "the study file has no [[hypotheses]]"),
        "smallest_effects": _fact(
            smallest, "Smallest effects of interest", "Analyses", "no hypothesis names a smallest effect"
        ),
        "analyses": _fact(told, f"{len(told)} analyses", "Analyses", "the study file has no [[analyses]]"),
        "sensitivity": _fact(
            [*_titles(own, SENSITIVITY), *departures],
            "Sensitivity",
            "Analyses",
            "the study file declares no analysis of sensitivity",
        ),
        "multiplicity": _fact(
            adjusted, "Several tests together", "Analyses", "no analysis adjusts and no family is declared"
        ),
        "subgroups": _fact(
            list(dict.fromkeys(split)), "By groups or with interactions", "Analyses", "no analysis is split by groups"
        ),
        "reliability": _said(report, own, MEASUREMENT, "no reliability was estimated"),
        "invariance": _said(report, own, INVARIANCE, "invariance across groups was not tested"),
        "sample_description": _said(report, own, SUMMARIES, "no analysis describes the sample"),
        "outcomes": _said(report, own, OUTCOMES, "no analysis summarises outcomes"),
        "models": _said(report, own, MODELS, "the study fits no model"),
        "diagnoses": _said(report, own, ("diagnose",), "no analysis 'diagnose' looks at the assumptions of models"),
        "estimates": Fact(f"{intervals} estimates have intervals.", "Analyses")
        if intervals
        else Fact(why_not="no estimate has an interval"),
        "tests": Fact(f"{tested} tests with statistic, degrees of freedom and exact p.", "Analyses")
        if tested
        else Fact(why_not="nothing was tested"),
        "absolute_risks": _fact(
            [one.title for one in shares], "Shares are given as such", "Analyses", "no analysis gives shares"
        ),
        "warnings": _fact(warned, "Warnings stand in the tables of", "Analyses", "no table has a warning"),
    }


def _fact(parts: Sequence[str], lead: str, place: str, why_not: str) -> Fact:
    if not parts:
        return Fact(why_not=why_not)
    return Fact(f"{lead}: {shortened('; '.join(part.rstrip('.') for part in parts))}.", place)


def _titles(results: Iterable[Result], kinds: Sequence[str]) -> list[str]:
    return [result.title for result in results if result.analysis in kinds]


def _said(report: Report, results: Iterable[Result], kinds: Sequence[str], why_not: str) -> Fact:
    """Return the first sentences of the results of some analyses, and where they stand."""
    chosen = [result for result in results if result.analysis in kinds]
    if not chosen:
        return Fact(why_not=why_not)
    sentences = [sentence for result in chosen for sentence in result.sentences(report.language)[:MOST_SENTENCES]]
    places = [in_language(result.title, report.language, "titles") for result in chosen]
    return Fact(shortened(" ".join(sentences) or "; ".join(places)), shortened("; ".join(places), 120))


def shortened(text: str, longest: int = LONGEST) -> str:
    """Return a text of at most so many characters, cut between words.

    Examples
    --------
    >>> shortened("one two three", 9)
    'one two …'
    """
    if len(text) <= longest:
        return text
    return text[: longest - 1].rpartition(" ")[0] + " …"
