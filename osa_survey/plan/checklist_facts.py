"""What is known of a study, by name: the facts that checklists of reporting guidelines ask for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from osa_survey import formatting
from osa_survey.instruments.reasons import REASON_CODES
from osa_survey.languages import in_language
from osa_survey.plan.checklist_numbers import number_facts
from osa_survey.plan.fieldwork_facts import METHODS, fieldwork_facts, rate_facts
from osa_survey.plan.gender_facts import gender_facts
from osa_survey.plan.methods import SAMPLES, TEXTS, WAYS, scale_sentences
from osa_survey.plan.package_versions import package_versions
from osa_survey.plan.running import PreparedStudy, StudyRun
from osa_survey.report import Report
from osa_survey.sharing.checklists import Fact
from osa_survey.weighting import design_sentences

BROKE_OFF = REASON_CODES["broke_off"]
FINISHED = 100.0
DUPLICATE_CHECKS = ("identical_records", "near_duplicates", "repeated_ids")
MANY = 12


def checklist_facts(run: StudyRun, report: Report) -> dict[str, Fact]:
    """Return every fact that a checklist can ask for.

    Parameters
    ----------
    run : StudyRun
        The study and its results.
    report : Report
        Its report: numbers about respondents are taken from released results only.

    Returns
    -------
    dict of str to Fact
        Name → what is known, its place in the report, or why nothing is known.
    """
    prepared = run.prepared
    fieldwork = prepared.study.file.fieldwork
    facts = fieldwork_facts(fieldwork)
    broke_off = _broke_off(prepared)
    facts |= rate_facts(fieldwork, prepared.records, len(prepared.admitted), broke_off)
    facts |= _respondent_facts(prepared)
    facts |= _question_facts(prepared)
    facts |= _quality_facts(prepared, broke_off)
    facts |= number_facts(run, report)
    facts |= gender_facts(run, report)
    return facts


def listed(parts: Iterable[str], most: int = MANY) -> str:
    """Return parts as one line, the later ones only counted.

    Examples
    --------
    >>> listed(["a", "b", "c"], most=2)
    'a; b; and 1 more'
    """
    every = list(parts)
    rest = len(every) - most
    return "; ".join([*every[:most], *([f"and {rest} more"] if rest > 0 else [])])


def fact(parts: Sequence[str], lead: str, place: str, why_not: str) -> Fact:
    """Return a fact that lists parts, or why there are none."""
    return Fact(f"{lead}: {listed(parts)}.", place) if parts else Fact(why_not=why_not)


def adulthood(prepared: PreparedStudy) -> str:
    """Return in one sentence how adulthood was shown."""
    rules = prepared.study.codebook.eligibility
    language = prepared.study.file.report.language
    texts = TEXTS[language]
    if rules.attested is not None:
        told = rules.attested
        return texts["attested"].format(how=told.how, by=told.by, documented=told.documented)
    return texts["age"].format(way=WAYS[language][rules.way])


def _respondent_facts(prepared: PreparedStudy) -> dict[str, Fact]:
    rules = prepared.study.codebook.eligibility
    kept = prepared.scored.responses
    language = prepared.study.file.report.language
    steps = [f"{formatting.count(step.n)} {in_language(step.reason, language, 'words')}" for step in kept.history]
    flow = (
        f"{formatting.count(prepared.records)} records in the file; left out: {listed(steps) if steps else 'none'}; "
        f"{formatting.count(len(kept))} adults analysed."
    )
    agreed = f"{formatting.count(len(prepared.admitted))} adults agreed and were admitted."
    asked = rules.consent is not None
    consent = Fact(agreed, "Respondents") if asked else Fact(why_not="the file holds no consent question")
    own = prepared.study.file.fieldwork.sample
    sample = SAMPLES[prepared.study.file.report.language][own]
    limits = sample if own != "probability" else f"{sample} Who did not respond may differ."
    wanted = f"Adults of {rules.minimum} years or over{', who agreed' if asked else ''}. {adulthood(prepared)}"
    return {
        "flow": Fact(flow, "Respondents"),
        "flow_diagram": Fact("The flow is drawn as a diagram.", "Respondents, figure"),
        "exclusions": fact(steps, "Left out", "Respondents", "no record was left out"),
        "consented": consent,
        "sample": Fact(sample, METHODS),
        "sample_limits": Fact(limits, METHODS),
        "eligibility": Fact(wanted, METHODS),
        "survey_only": Fact(
            "A survey: nothing was manipulated, nobody was assigned, so there was no blinding.", METHODS
        ),
    }


def _question_facts(prepared: PreparedStudy) -> dict[str, Fact]:
    book = prepared.study.codebook
    kept = prepared.scored.responses
    instruments = list(kept.instruments.values())
    items = sum(len(kept.instruments[block.instrument].items) for block in book.blocks.values())
    asked = f"{len(book.blocks)} blocks of instruments with {items} items, and {len(book.variables)} further variables."
    filtered = [name for name, block in book.blocks.items() if block.asked_if is not None]
    filtered += [name for name, entry in book.variables.items() if entry.asked_if is not None]
    named = [f"{one.title} ({one.citation.in_text}; {len(one.items)} items)" for one in instruments]
    scoring = scale_sentences(prepared.scored.log, kept.instruments, prepared.study.file.report.language)
    banded = [info.title for info in kept.variables.values() if info.maps_to == "age_band"]
    coded = [f"{info.title} ({info.type})" for info in kept.variables.values()]
    waves = kept.variables.get("wave")
    platform = kept.source.get("platform", "")
    return {
        "questions": Fact(asked, "Codebook"),
        "filters": fact(
            filtered,
            f"{len(filtered)} questions or blocks depend on earlier answers",
            "Codebook",
            "no question depends on another",
        ),
        "instruments": fact(named, "Instruments", METHODS, "the study uses no instrument"),
        "scoring": Fact(" ".join(scoring), METHODS) if scoring else Fact(why_not="no scale is scored"),
        "variables": fact(coded, f"{len(coded)} variables", "Codebook", "there are no variables"),
        "categories": fact(
            banded, "Numbers in bands", "Codebook", "no number was cut into categories by the study file"
        ),
        "codebook": Fact(
            "The codebook lists every question, its options and its codes (osa-survey codebook).", "Codebook"
        ),
        "entry": Fact(f"Answers were entered by respondents; the file was read as {platform}.", METHODS)
        if platform and platform != "table"
        else Fact(why_not="the file does not tell the platform"),
        "waves": Fact(f"Waves: {listed(waves.labels)}.", METHODS)
        if waves is not None
        else Fact(why_not="the study has one wave"),
    }


def _quality_facts(prepared: PreparedStudy, broke_off: int | None) -> dict[str, Fact]:
    study = prepared.study.file
    kept = prepared.scored.responses
    rules = {check: entry.reason for check, entry in study.exclude.items()}
    duplicates = [rules[check] for check in DUPLICATE_CHECKS if check in rules]
    speed = "completion_time" in rules
    none = "[exclude] names no such check; the checks were made and left nobody out"
    text = (
        ""
        if broke_off is None
        else f"{formatting.count(broke_off)} admitted people did not reach the end; rules alone leave them out."
    )
    design = prepared.scored.design
    weights = " ".join(design_sentences(design, study.report.language)) if design is not None else ""
    gaps = study.missing_data
    if study.imputes:
        handling = f"Missing answers were imputed ({gaps.m} completed sets)." if gaps is not None else ""
    else:
        handling = TEXTS[study.report.language]["listwise"]
    checks = "Screened for identical records, straight-lining, speed and missing items; all counts are reported."
    versions = ", ".join(f"{name} {number}" for name, number in package_versions().items())
    return {
        "quality": Fact(checks, "Data quality"),
        "duplicates": fact(duplicates, "Repeated entries were left out", "Respondents", none),
        "speed": Fact(f"{rules['completion_time']}.", "Respondents") if speed else Fact(why_not=none),
        "unfinished": Fact(text, "Respondents")
        if text
        else Fact(why_not="nothing in the file tells who reached the end"),
        "weights": Fact(weights, METHODS)
        if weights
        else Fact(why_not="the study has no [weights]: nothing corrects for who took part"),
        "missing_handling": Fact(handling, METHODS),
        "missing": _missing(kept.reasons.to_numpy()),
        "software": Fact(f"Computed with {versions}.", "Provenance"),
    }


def _missing(marks: NDArray[np.uint8]) -> Fact:
    asked = marks != REASON_CODES["not_shown"]
    gaps = asked & (marks > 0) & (marks <= len(REASON_CODES))
    if not asked.any():
        return Fact(why_not="no question was asked")
    share = formatting.percent(float(gaps.sum() / asked.sum()), 1)
    return Fact(
        f"{share} of all answers asked for are missing; the report counts them by reason.",
        "Data quality",
    )


def _broke_off(prepared: PreparedStudy) -> int | None:
    """Return how many admitted people did not reach the end, or None where nothing tells."""
    admitted = prepared.admitted
    if "progress" in admitted.paradata:
        return int((admitted.paradata["progress"] < FINISHED).sum())
    marked = (admitted.reasons.to_numpy() == BROKE_OFF).any(axis=1)
    return int(marked.sum()) if marked.any() else None
