"""Checking a study before numbers are made: the files, the columns, the values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from osa_survey.codebooks import Codebook
from osa_survey.dataset import Export, Responses, admit
from osa_survey.errors import Problem
from osa_survey.plan.study_folder import Study, load_study, read_study_export
from osa_survey.quality import exclude, flags
from osa_survey.quality.screening import TITLES
from osa_survey.scoring import score


@dataclass(frozen=True)
class Check:
    """What a check found.

    Attributes
    ----------
    findings : tuple of Problem
        What a person must decide on; empty is fine.
    facts : mapping of str to str
        What was read and counted, in words.
    """

    findings: tuple[Problem, ...]
    facts: Mapping[str, str]

    def as_text(self) -> str:
        """Return the check as lines for a terminal."""
        lines = [f"{name}: {value}" for name, value in self.facts.items()]
        lines += ["", *(str(problem) for problem in self.findings)] if self.findings else []
        codes = Counter(problem.code for problem in self.findings)
        summary = ", ".join(f"{number} x {code}" for code, number in codes.items())
        lines += ["", f"{len(self.findings)} findings: {summary}" if self.findings else "no findings"]
        return "\n".join(lines)

    def as_dict(self) -> dict[str, object]:
        """Return the check as plain values for JSON."""
        return {"facts": dict(self.facts), "findings": [asdict(problem) for problem in self.findings]}


def check_study(study: Study | Path | str, *, strict: bool = False) -> Check:
    """Return what a person must decide on before numbers are made.

    Parameters
    ----------
    study : Study or Path or str
        A study, its file or its folder.
    strict : bool
        Also report columns of the export that the codebook does not name.

    Returns
    -------
    Check
        Findings with stable codes, and the counts: records, adults, each exclusion, each scale.

    Raises
    ------
    OsaSurveyError
        If the files cannot be read or adulthood cannot be shown.
    """
    study = study if isinstance(study, Study) else load_study(study)
    codebook = study.codebook
    export = read_study_export(study)
    admitted = admit(export, codebook, study.library, undeclared="invalid")
    findings = [*export.findings, *_column_findings(export, codebook, study, strict), *admitted.findings]
    return Check(tuple(findings), _facts(export, admitted, study))


def _column_findings(export: Export, codebook: Codebook, study: Study, strict: bool) -> list[Problem]:
    if not strict:
        return []
    named = set(codebook.ignored) | {codebook.file.respondent_id}
    named |= {getattr(codebook.paradata, name) for name in ("duration", "started", "ended", "progress")}
    for entry in codebook.variables.values():
        named |= {entry.column, *entry.columns.values()}
    for block in codebook.blocks.values():
        items = tuple(item.id for item in study.library.instrument(block.instrument).items)
        named |= set(block.column_names(items))
    hint = "declare it, or add it to ignored = […] in the codebook"
    return [
        Problem("unknown_column", "the codebook does not name this column", export.file, 1, column, hint=hint)
        for column in export.names
        if column not in named
    ]


def _facts(export: Export, admitted: Responses, study: Study) -> dict[str, str]:
    facts = {
        "file": f"{export.file}, read as {export.platform} ({export.recognised_by})",
        "records": str(admitted.n_records),
    }
    for step in admitted.history:
        facts[f"excluded, {step.reason}"] = str(step.n)
    facts["adults"] = str(len(admitted))
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
    return facts
