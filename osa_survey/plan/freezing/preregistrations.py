"""The text of a preregistration, in the order of the questions of two registries, from the study file alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from osa_survey.languages import in_language
from osa_survey.plan.study_file import AnalysisEntry
from osa_survey.plan.study_folder import Study

OPEN = "*Not in the study file: to be written by the authors.*"


def preregistration(study: Study, registry: str, sha256: str, data_present: bool) -> str:
    """Return a preregistration as Markdown.

    Parameters
    ----------
    study : Study
        The study.
    registry : {"osf", "aspredicted"}
        Whose questions, named in our own words.
    sha256 : str
        The hash of the frozen plan, printed so that text and plan can be held together.
    data_present : bool
        Whether an export was there when the plan was frozen.

    Returns
    -------
    str
        In the language of the report: what the study file says under each question; what it cannot know is marked
        for the authors.
    """
    language = study.file.report.language

    def said(line: str) -> str:
        text = line.removeprefix("- ")
        return line[: len(line) - len(text)] + in_language(text, language, "documents")

    lines = [f"# {study.file.title}", "", said(f"Plan frozen under SHA-256 `{sha256}`."), ""]
    for heading, answers in FORMS[registry]:
        lines += [f"## {said(heading)}", ""]
        for part, answer in answers:
            lines += [f"### {said(part)}", ""] if part else []
            lines += [*map(said, answer(study, data_present) or [OPEN]), ""]
    return "\n".join(lines)


def _bullets(items: Iterable[str]) -> list[str]:
    return [f"- {item}" for item in items]


def _data(study: Study, present: bool) -> list[str]:
    if present:
        return ["An export of the data was in the study folder when the plan was frozen.", OPEN]
    return ["No export of the data was in the study folder when the plan was frozen."]


def _hypotheses(study: Study, present: bool) -> list[str]:
    lines = []
    for hypothesis in study.file.hypotheses:
        effect = ", ".join(f"{name} = {value}" for name, value in hypothesis.smallest_effect.items())
        smallest = f" Smallest effect of interest: {effect}." if effect else ""
        lines.append(f"{hypothesis.id} (family {hypothesis.family}): {hypothesis.text}{smallest}")
    return _bullets(lines)


def _measures(study: Study, present: bool) -> list[str]:
    lines = []
    for block, content in study.codebook.blocks.items():
        instrument = study.library.instrument(content.instrument)
        scales = "; ".join(f"{block}_{scale.id} ({scale.score} of {_size(scale)})" for scale in instrument.scales)
        lines.append(f"{instrument.title}, {instrument.citation.in_text}, version {instrument.version}: {scales}")
    lines += [
        f"{name}: {entry.type}" + (f" ({', '.join(map(str, entry.labels.values()))})" if entry.labels else "")
        for name, entry in study.codebook.variables.items()
    ]
    return _bullets(lines)


def _size(scale: Any) -> str:
    return f"{len(scale.items)} items" if scale.items else f"{len(scale.of)} scales"


def _scoring(study: Study, present: bool) -> list[str]:
    lines = [
        f"{name}: a score needs {rule.min_answered} answered items ({rule.reason})"
        for name, rule in study.scoring_rules.items()
    ]
    return _bullets(lines) or ["Scales are scored by their definitions, whose versions and hashes stand in the plan."]


def _outcomes(study: Study, present: bool) -> list[str]:
    tested = [entry for entry in study.file.analyses if entry.tests]
    names = dict.fromkeys(str(entry.arguments["outcome"]) for entry in tested if "outcome" in entry.arguments)
    return _bullets(names)


def _groups(study: Study, present: bool) -> list[str]:
    named = [(entry, entry.arguments.get("by")) for entry in study.file.analyses if entry.tests]
    lines = [f"{entry.id}: groups of {_value(by)}" for entry, by in named if by]
    return ["A survey: nobody is assigned to a condition.", *_bullets(lines)]


def _design(study: Study, present: bool) -> list[str]:
    waves = {str(entry.wave) for entry in study.file.data if str(entry.wave).strip()}
    kind = f"Survey of adults in {len(waves)} waves." if len(waves) > 1 else "Survey of adults, asked once."
    return [kind, "Nobody is assigned to a condition, so nobody is blind to one."]


def _sampling(study: Study, present: bool) -> list[str]:
    fieldwork = study.file.fieldwork
    named = {
        "Sample": fieldwork.sample,
        "Frame": fieldwork.frame,
        "Recruitment": fieldwork.recruitment,
        "Incentive": fieldwork.incentive,
        "Languages": ", ".join(fieldwork.languages),
    }
    return _bullets(f"{name}: {value}" for name, value in named.items() if value)


def _analyses(study: Study, present: bool) -> list[str]:
    return _bullets(_in_words(entry) for entry in study.file.analyses if entry.tests)


def _exploratory(study: Study, present: bool) -> list[str]:
    return _bullets(_in_words(entry) for entry in study.file.analyses if not entry.tests)


def _in_words(entry: AnalysisEntry) -> str:
    arguments = ", ".join(f"{name} = {_value(value)}" for name, value in entry.arguments.items())
    tests = f"; tests {entry.tests}" if entry.tests else ""
    return f"{entry.id}: `{entry.do}` with {arguments}{tests}"


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_value(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(part) for part in value) + "]"
    return str(value)


def _exclusions(study: Study, present: bool) -> list[str]:
    lines = [f"Records of people under {study.codebook.eligibility.minimum}, or not shown to be older, never enter."]
    for check, entry in study.file.exclude.items():
        bounds = entry.model_dump(exclude={"reason"}, exclude_defaults=True)
        stated = ", ".join(f"{name} {value}" for name, value in bounds.items())
        lines.append(f"{check}{f' ({stated})' if stated else ''}: {entry.reason}")
    return _bullets(lines)


def _missing(study: Study, present: bool) -> list[str]:
    plan = study.file.missing_data
    if plan is None:
        return ["Each analysis leaves out respondents with a missing answer to one of its variables."]
    return _bullets(f"{name}: {_value(value)}" for name, value in plan.model_dump(exclude_defaults=True).items())


def _weights(study: Study, present: bool) -> list[str]:
    if study.file.weights is None:
        return ["No weights."]
    named = study.file.weights.model_dump(exclude_defaults=True)
    return _bullets(f"{name}: {_value(value)}" for name, value in named.items())


def _inference(study: Study, present: bool) -> list[str]:
    families: dict[str, list[str]] = {}
    for hypothesis in study.file.hypotheses:
        families.setdefault(hypothesis.family, []).append(hypothesis.id)
    declared = study.file.families
    lines = [
        f"Family {name}: {', '.join(members)}"
        + (f"; p adjusted by {declared[name].adjust}" if name in declared else "")
        for name, members in families.items()
    ]
    lines += [
        f"{entry.id}: p adjusted by {entry.arguments['adjust']}"
        for entry in study.file.analyses
        if "adjust" in entry.arguments
    ]
    return _bullets(lines)


def _seed(study: Study, present: bool) -> list[str]:
    return [f"Seed of everything random: {study.file.seed}."]


def _nothing(study: Study, present: bool) -> list[str]:
    return []


Answer = Callable[[Study, bool], list[str]]
Form = tuple[tuple[str, tuple[tuple[str, Answer], ...]], ...]
"""Questions, each with its answers; where several answers stand under one question, each has a heading."""


def _alone(*questions: tuple[str, Answer]) -> Form:
    return tuple((heading, (("", answer),)) for heading, answer in questions)


FORMS: dict[str, Form] = {
    "osf": _alone(
        ("Hypotheses", _hypotheses),
        ("Study type and design", _design),
        ("Existing data", _data),
        ("Data collection", _sampling),
        ("Sample size and its rationale", _nothing),
        ("Stopping rule", _nothing),
        ("Manipulated variables", _groups),
        ("Measured variables", _measures),
        ("Indices", _scoring),
        ("Statistical models", _analyses),
        ("Weights", _weights),
        ("Inference criteria", _inference),
        ("Data exclusion", _exclusions),
        ("Missing data", _missing),
        ("Exploratory analyses", _exploratory),
        ("Other", _seed),
    ),
    "aspredicted": (
        ("1 Have data been collected already?", (("", _data),)),
        ("2 Question and hypotheses", (("", _hypotheses),)),
        (
            "3 Dependent variables and how they are measured",
            (("Dependent variables", _outcomes), ("Measured variables", _measures), ("Indices", _scoring)),
        ),
        ("4 Conditions", (("Study type and design", _design), ("Manipulated variables", _groups))),
        (
            "5 Analyses of the main question",
            (("Statistical models", _analyses), ("Weights", _weights), ("Inference criteria", _inference)),
        ),
        ("6 Outliers and exclusions", (("Data exclusion", _exclusions), ("Missing data", _missing))),
        (
            "7 Sample size and how it is determined",
            (
                ("Data collection", _sampling),
                ("Sample size and its rationale", _nothing),
                ("Stopping rule", _nothing),
            ),
        ),
        ("8 Anything else", (("Exploratory analyses", _exploratory), ("Other", _seed))),
    ),
}
"""Questions in our own words after the OSF Preregistration form and the AsPredicted form (recalled, not copied)."""
