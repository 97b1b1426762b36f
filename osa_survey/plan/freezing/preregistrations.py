"""The text of a preregistration, in the order of the questions of two registries, from the study file alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from osa_survey.formatting import numerals_of
from osa_survey.instruments import Scale
from osa_survey.plan.freezing.plan_words import PlanWords, plan_words
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
    words = plan_words(study)
    said = words.said
    lines = [f"# {study.file.title}", "", said("Plan frozen under SHA-256 `{0}`.", sha256), ""]
    with numerals_of(study.file.report.language):
        for heading, answers in FORMS[registry]:
            lines += [f"## {said(heading)}", ""]
            for part, answer in answers:
                lines += [f"### {said(part)}", ""] if part else []
                lines += [*(answer(study, data_present, words) or [said(OPEN)]), ""]
    return "\n".join(lines)


def _bullets(items: Iterable[str]) -> list[str]:
    return [f"- {item}" for item in items]


def _data(study: Study, present: bool, words: PlanWords) -> list[str]:
    if present:
        told = words.said("An export of the data was in the study folder when the plan was frozen.")
        return [told, words.said(OPEN)]
    return [words.said("No export of the data was in the study folder when the plan was frozen.")]


def _hypotheses(study: Study, present: bool, words: PlanWords) -> list[str]:
    lines = []
    for one in study.file.hypotheses:
        told = words.said("{0} (family {1}): {2}", one.id, words.word(one.family), one.text)
        if one.smallest_effect:
            told += " " + words.said("Smallest effect of interest: {0}.", words.effect(one.smallest_effect))
        lines.append(told)
    return _bullets(lines)


def _measures(study: Study, present: bool, words: PlanWords) -> list[str]:
    lines = []
    library = study.said_library
    for block, content in study.codebook.blocks.items():
        instrument = library.instrument(content.instrument)
        scales = "; ".join(
            f"{words.title(f'{block}_{scale.id}')} ({_rule(scale, words)})" for scale in instrument.scales
        )
        version = str(instrument.version)
        lines.append(
            words.said("{0}, {1}, version {2}: {3}", instrument.title, instrument.citation.in_text, version, scales)
        )
    lines += [
        f"{words.title(name)}: {words.word(entry.type)}" + (f" ({', '.join(entry.categories)})" if entry.labels else "")
        for name, entry in study.codebook.variables.items()
    ]
    return _bullets(lines)


def _rule(scale: Scale, words: PlanWords) -> str:
    """Return how a scale is made of its items or scales."""
    score = words.word(scale.score)
    if scale.items:
        return words.said("{0} of {1} items", score, str(len(scale.items)))
    return words.said("{0} of {1} scales", score, str(len(scale.of)))


def _scoring(study: Study, present: bool, words: PlanWords) -> list[str]:
    lines = [
        words.said(
            "{0}: a score needs {1} answered items ({2})", words.title(name), str(rule.min_answered), rule.reason
        )
        for name, rule in study.scoring_rules.items()
    ]
    fixed = "Scales are scored by their definitions, whose versions and hashes stand in the plan."
    return _bullets(lines) or [words.said(fixed)]


def _outcomes(study: Study, present: bool, words: PlanWords) -> list[str]:
    tested = [entry for entry in study.file.analyses if entry.tests]
    names = dict.fromkeys(str(entry.arguments["outcome"]) for entry in tested if "outcome" in entry.arguments)
    return _bullets(map(words.title, names))


def _groups(study: Study, present: bool, words: PlanWords) -> list[str]:
    named = [(entry, entry.arguments.get("by")) for entry in study.file.analyses if entry.tests]
    lines = [words.said("{0}: groups of {1}", entry.id, words.value(by)) for entry, by in named if by]
    return [words.said("A survey: nobody is assigned to a condition."), *_bullets(lines)]


def _design(study: Study, present: bool, words: PlanWords) -> list[str]:
    waves = {str(entry.wave) for entry in study.file.data if str(entry.wave).strip()}
    several = words.said("Survey of adults in {0} waves.", str(len(waves)))
    kind = several if len(waves) > 1 else words.said("Survey of adults, asked once.")
    return [kind, words.said("Nobody is assigned to a condition, so nobody is blind to one.")]


def _sampling(study: Study, present: bool, words: PlanWords) -> list[str]:
    fieldwork = study.file.fieldwork
    named = {
        "Sample: {0}": words.word(fieldwork.sample),
        "Frame: {0}": fieldwork.frame,
        "Recruitment: {0}": fieldwork.recruitment,
        "Incentive: {0}": fieldwork.incentive,
        "Languages: {0}": ", ".join(map(words.word, fieldwork.languages)),
    }
    return _bullets(words.said(text, value) for text, value in named.items() if value)


def _analyses(study: Study, present: bool, words: PlanWords) -> list[str]:
    return _bullets(words.analysis(entry) for entry in study.file.analyses if entry.tests)


def _exploratory(study: Study, present: bool, words: PlanWords) -> list[str]:
    return _bullets(words.analysis(entry) for entry in study.file.analyses if not entry.tests)


def _exclusions(study: Study, present: bool, words: PlanWords) -> list[str]:
    never = "Records of people under {0}, or not shown to be older, never enter."
    lines = [words.said(never, str(study.codebook.eligibility.minimum))]
    for check, entry in study.file.exclude.items():
        bounds = entry.model_dump(exclude={"reason"}, exclude_defaults=True)
        stated = ", ".join(words.settings(bounds))
        lines.append(f"{words.setting(check)}{f' ({stated})' if stated else ''}: {entry.reason}")
    return _bullets(lines)


def _missing(study: Study, present: bool, words: PlanWords) -> list[str]:
    plan = study.file.missing_data
    if plan is None:
        return [words.said("Each analysis leaves out respondents with a missing answer to one of its variables.")]
    return _bullets(words.settings(plan.model_dump(exclude_defaults=True)))


def _weights(study: Study, present: bool, words: PlanWords) -> list[str]:
    if study.file.weights is None:
        return [words.said("No weights.")]
    return _bullets(words.settings(study.file.weights.model_dump(exclude_defaults=True)))


def _inference(study: Study, present: bool, words: PlanWords) -> list[str]:
    families: dict[str, list[str]] = {}
    for hypothesis in study.file.hypotheses:
        families.setdefault(hypothesis.family, []).append(hypothesis.id)
    lines = []
    for name, members in families.items():
        family, listed = words.word(name), ", ".join(members)
        declared = study.file.families.get(name)
        if declared is None:
            lines.append(words.said("Family {0}: {1}", family, listed))
        else:
            how = words.adjustment(declared.adjust)
            lines.append(words.said("Family {0}: {1}; p adjusted by {2}", family, listed, how))
    lines += [
        words.said("{0}: p adjusted by {1}", entry.id, words.adjustment(entry.arguments["adjust"]))
        for entry in study.file.analyses
        if "adjust" in entry.arguments
    ]
    return _bullets(lines)


def _seed(study: Study, present: bool, words: PlanWords) -> list[str]:
    return [words.said("Seed of everything random: {0}.", str(study.file.seed))]


def _nothing(study: Study, present: bool, words: PlanWords) -> list[str]:
    return []


Answer = Callable[[Study, bool, PlanWords], list[str]]
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
