"""Checking a study before numbers are made: the file, its columns, their values."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from osa_survey.dataset import Responses
from osa_survey.disclosure import WORKBENCH
from osa_survey.errors import AnalysisError, Problem, counted_findings
from osa_survey.plan.checks import LEVELS, subject_of
from osa_survey.plan.checks.author_texts import author_texts
from osa_survey.plan.checks.frozen_plans import frozen_plans
from osa_survey.plan.checks.gap_categories import gap_categories
from osa_survey.plan.checks.named_categories import named_categories
from osa_survey.plan.checks.target_sums import target_sums
from osa_survey.plan.checks.unconfirmed import unconfirmed
from osa_survey.plan.imputation_step import planned_imputation
from osa_survey.plan.multiverse_step import planned_multiverse
from osa_survey.plan.rehearsing import refusals
from osa_survey.plan.study_folder import Study, load_study, read_study_export
from osa_survey.plan.weighting_step import weighted
from osa_survey.quality import exclude, flags
from osa_survey.quality.screening import TITLES
from osa_survey.scoring import score
from osa_survey.weighting import design_sentences

TITLES_OF_LEVELS = {"file": "The file", "columns": "Columns", "values": "Values", "analyses": "Analyses"}
OF_THE_STUDY = (frozen_plans, author_texts, unconfirmed, named_categories, target_sums, gap_categories)
POSITION = re.compile(r"analyses\[(\d+)\]")


@dataclass(frozen=True)
class Check:
    """What a check found.

    Attributes
    ----------
    findings : tuple of Problem
        What a person must decide on; empty is fine. Their codes are those of ``finding_codes``, and at the level
        ``analyses`` those with which ``run`` would refuse.
    facts : mapping of str to str
        What was read and counted, in words.
    levels : tuple of str
        The level of each finding: ``file``, ``columns``, ``values`` or ``analyses``.
    """

    findings: tuple[Problem, ...]
    facts: Mapping[str, str]
    levels: tuple[str, ...]

    def as_text(self) -> str:
        """Return the check as lines for a terminal."""
        lines = [f"{name}: {value}" for name, value in self.facts.items()]
        for level, title in TITLES_OF_LEVELS.items():
            own = [problem for problem, place in zip(self.findings, self.levels, strict=True) if place == level]
            lines += ["", f"{title}: {counted_findings(len(own))}", *map(str, own)] if own else []
        codes = Counter(problem.code for problem in self.findings)
        summary = ", ".join(f"{number} x {code}" for code, number in codes.items())
        counted = counted_findings(len(self.findings))
        lines += ["", f"{counted}: {summary}" if self.findings else "no findings", WORKBENCH.banner]
        return "\n".join(lines)

    def as_dict(self) -> dict[str, object]:
        """Return the check as plain values for JSON."""
        found = [{"level": level, **asdict(problem)} for problem, level in zip(self.findings, self.levels, strict=True)]
        return {"facts": dict(self.facts), "findings": found, "release": WORKBENCH.banner}


def check_study(study: Study | Path | str, *, strict: bool = False) -> Check:
    """Return what a person must decide on before numbers are made.

    Parameters
    ----------
    study : Study or Path or str
        A study, its file or its folder.
    strict : bool
        Also report what is only worth a look: columns the codebook does not name, labels in other words, consent
        without a variable, near duplicates.

    Returns
    -------
    Check
        Findings with stable codes, and the counts: records, adults, each exclusion, each flag, each scale.

    Raises
    ------
    OsaSurveyError
        If the files cannot be read, columns are missing, or adulthood cannot be shown.
    """
    study = study if isinstance(study, Study) else load_study(study)
    export = read_study_export(study)
    excluding = frozenset(study.file.exclude)
    weighting = study.file.weights.variable if study.file.weights is not None else ""
    subject = subject_of(export, study.codebook, study.library, strict=strict, excluding=excluding, weighting=weighting)
    findings: list[Problem] = []
    levels: list[str] = []
    facts: dict[str, str] = {}
    for look in OF_THE_STUDY:
        own = look(study)
        findings.extend(own.findings)
        levels.extend(["file"] * len(own.findings))
        facts.update(own.facts)
    for level, checks in LEVELS.items():
        for check in checks:
            outcome = check(subject)
            findings.extend(outcome.findings)
            levels.extend([level] * len(outcome.findings))
            facts.update(outcome.facts)
        if level == "file":
            facts.update(_who_was_admitted(subject.admitted))
    known = {int(match[1]) for problem in findings if (match := POSITION.match(problem.key))}
    more, found, refused = _quality_and_scales(subject.admitted, study, known)
    facts.update(more)
    findings.extend((*found, *refused))
    levels.extend([*["values"] * len(found), *["analyses"] * len(refused)])
    return Check(tuple(findings), facts, tuple(levels))


def _who_was_admitted(admitted: Responses) -> dict[str, str]:
    facts = {f"excluded, {step.reason}": str(step.n) for step in admitted.history}
    facts["adults"] = str(len(admitted))
    return facts


def _quality_and_scales(
    admitted: Responses, study: Study, known: Collection[int]
) -> tuple[dict[str, str], tuple[Problem, ...], tuple[Problem, ...]]:
    """Return what screening, scoring and weighting count, what keeps the weights from being made, and refusals."""
    refused: tuple[Problem, ...] = ()
    facts: dict[str, str] = {}
    for flag in flags(admitted):
        if flag.mask.any():
            place = f" in {flag.block}" if flag.block else ""
            facts[f"flagged{place}, {TITLES[flag.check]}"] = str(int(flag.mask.sum()))
    kept = exclude(admitted, study.exclusion_rules)
    for step in kept.history[len(admitted.history) :]:
        facts[f"excluded by the study file, {step.reason}"] = str(step.n)
    if len(kept):
        scored = score(kept, study.scoring_rules)
        for entry in scored.log:
            verdict = scored.keying[entry.name]
            facts[f"scale {entry.name}"] = (
                f"{entry.scored} scored, {entry.prorated} prorated, {entry.not_scored} not scored; "
                f"key {verdict.verdict}: {'; '.join(verdict.reasons)}"
            )
        try:
            scored = weighted(scored, study.file, study.name)
            design = scored.design
            planned, answers = planned_imputation(scored, study.file, study.name)
            facts |= planned
            facts |= planned_multiverse(study, admitted, scored)
        except AnalysisError as error:
            return facts, error.problems, ()
        refused = refusals(answers, study.file, study.name, known=known)
        if design is not None:
            facts["weights"] = " ".join(design_sentences(design))
    return facts, (), refused
