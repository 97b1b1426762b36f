"""Facts for checklists that are results: estimates, tests, models, reliability; all read from the released report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from osa_survey import formatting
from osa_survey.plan.analysis_roles import MODELS
from osa_survey.plan.checklist_sources import Sources
from osa_survey.report.exhibits import tables_of
from osa_survey.results import Result
from osa_survey.sharing.checklists import Fact

MEASUREMENT = ("reliability", "retest")
INVARIANCE = ("invariance", "longitudinal_invariance", "alignment", "item_bias")
SAMPLE = ("describe",)
OUTCOMES = ("prevalence", "multiple_responses", "screening_shares", "crosstab")
RELATIVE = ("odds_ratio", "risk_ratio", "rate_ratio", "relative_risk_ratio")
NO_SHARES = "no analysis gives shares beside relative measures (add an analysis 'prevalence' or 'margins')"
NO_SAMPLE = "no analysis describes the sample (add an analysis 'describe' of age, gender and what else matters)"
NO_RELIABILITY = "no reliability was estimated (add an analysis 'reliability' for each scale)"
NO_INVARIANCE = "invariance across groups was not tested (add an analysis 'invariance')"
NO_DIAGNOSIS = "no analysis 'diagnose' looks at the assumptions of the models (add one for each model)"


def number_facts(sources: Sources) -> dict[str, Fact]:
    """Return the facts that are results of the study.

    Parameters
    ----------
    sources : Sources
        The study; only what passed the gate is said.
    """
    say = sources.say
    waves = "wave" in sources.prepared.scored.variables
    models = [result for entry, result in sources.analyses if entry.do in MODELS]
    no_diagnosis = (
        Fact(why_not=say(NO_DIAGNOSIS)) if models else Fact(say("No model is fitted, so there is none to diagnose."))
    )
    outcomes = _said(sources, OUTCOMES, "")
    return {
        "sample_description": _said(sources, SAMPLE, NO_SAMPLE),
        "outcomes": outcomes if outcomes.text else _said(sources, SAMPLE, NO_SAMPLE),
        "reliability": _said(sources, MEASUREMENT, NO_RELIABILITY)
        if sources.prepared.scored.log
        else Fact(say("No scale is scored, so no reliability is estimated."), sources.study_file),
        "invariance": _said(sources, INVARIANCE, NO_INVARIANCE),
        "models": _said(sources, MODELS, "the study fits no model"),
        "diagnoses": _said(sources, ("diagnose",), NO_DIAGNOSIS)
        if any(entry.do == "diagnose" for entry, _ in sources.analyses)
        else Fact(no_diagnosis.text, sources.study_file if models == [] else "", no_diagnosis.why_not),
        "attrition": _said(sources, ("attrition",), "no analysis 'attrition' looks at who was lost (add one)")
        if waves
        else Fact(say("People were asked once, so nobody was lost over time."), sources.study_file),
        "estimates": _counted(
            sources,
            "conf_low",
            "{0} estimates of the analyses have an interval, in the tables and in results.jsonl.",
            "no estimate has an interval",
        ),
        "tests": _counted(
            sources,
            "p_value",
            "{0} p values of the analyses stand in the tables, to three digits, and in results.jsonl, with the "
            "statistic and the degrees of freedom where there are any.",
            "no analysis tests anything",
        ),
        "absolute_risks": _absolute_risks(sources),
        "warnings": sources.fact(
            _titles(warned := [one for one in _results(sources) if any(_warns(part) for part in _parts(one))]),
            "Warnings stand in the tables of: {0}.",
            sources.places.table(one.id for one in warned),
            "No table has a warning.",
        ),
    }


def _absolute_risks(sources: Sources) -> Fact:
    shares = _with_quantities(sources, ("proportion",))
    if shares:
        text = sources.say("Shares of people are given as such: {0}.", sources.listed(_titles(shares)))
        return Fact(text, sources.places.table(one.id for one in shares))
    if _with_quantities(sources, RELATIVE):
        return Fact(why_not=sources.say(NO_SHARES))
    return Fact(sources.say("No relative risk or odds ratio is given."), sources.study_file)


def _results(sources: Sources) -> tuple[Result, ...]:
    return tuple(result for _, result in sources.analyses)


def _titles(results: Sequence[Result]) -> list[str]:
    return [result.title for result in results]


def _parts(result: Result) -> Iterator[Result]:
    """Yield a result and its further tables."""
    return (table for _, table in tables_of(result))


def _warns(table: Result) -> bool:
    return bool((table.frame["warning"] != "").any())


def _with_quantities(sources: Sources, quantities: Sequence[str]) -> list[Result]:
    return [
        result
        for result in _results(sources)
        if any(part.frame["quantity"].isin(quantities).any() for part in _parts(result))
    ]


def _counted(sources: Sources, column: str, text: str, nothing: str) -> Fact:
    """Return how many shown numbers of the analyses have one in a column, and the tables they stand in."""
    numbers = {
        result.id: sum(int(part.frame[column].notna().sum()) for part in _parts(result)) for result in _results(sources)
    }
    total = sum(numbers.values())
    if not total:
        return Fact(why_not=sources.say(nothing))
    place = sources.places.table(name for name, number in numbers.items() if number)
    return Fact(sources.say(text, formatting.count(total)), place)


def _said(sources: Sources, kinds: Sequence[str], why_not: str) -> Fact:
    """Return the sentences of the results of some analyses, and where they stand."""
    chosen = [result for kind in kinds for entry, result in sources.analyses if entry.do == kind]
    if not chosen:
        return Fact(why_not=sources.say(why_not) if why_not else "")
    place = sources.places.table(result.id for result in chosen)
    sentences = [sentence for result in chosen for sentence in result.sentences(sources.language)]
    if not sentences:
        return Fact(sources.say("In the tables of: {0}.", sources.listed(_titles(chosen))), place)
    return sources.told(sentences, place)
