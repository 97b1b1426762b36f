"""A kind second reviewer: one check in each file, its words beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from osa_survey.errors import Problem
from osa_survey.formatting import numerals_of
from osa_survey.languages import in_language
from osa_survey.report.audits import (
    causal_words,
    ceilings,
    families,
    no_difference,
    ordinal_as_metric,
    separation,
    tiny_groups,
    two_item_alpha,
    untested_invariance,
)
from osa_survey.report.audits.subjects import (
    AuditedAnalysis,
    AuditedHypothesis,
    AuditedScale,
    AuditSubject,
    Remark,
    Texts,
)

CHECKS: tuple[tuple[Callable[[AuditSubject], Iterator[Remark]], Texts], ...] = (
    (separation.check, separation.TEXTS),
    (ceilings.check, ceilings.TEXTS),
    (tiny_groups.check, tiny_groups.TEXTS),
    (families.check, families.TEXTS),
    (no_difference.check, no_difference.TEXTS),
    (two_item_alpha.check, two_item_alpha.TEXTS),
    (untested_invariance.check, untested_invariance.TEXTS),
    (ordinal_as_metric.check, ordinal_as_metric.TEXTS),
    (causal_words.check, causal_words.TEXTS),
)
SUMMARY = {
    "en": ("{n} remarks: {codes}", "no remarks"),
    "de": ("{n} Anmerkungen: {codes}", "keine Anmerkungen"),
}
PLACES = {
    "en": {"at": "at", "try": "try"},
    "de": {"at": "Stelle", "try": "Rat", "file": "Datei", "key": "Schlüssel"},
}
"""What stands before place and advice, and the words of a place."""


@dataclass(frozen=True)
class Audit:
    """What a second reviewer would ask.

    Attributes
    ----------
    findings : tuple of Problem
        A stable code, what was seen, where (``key``) and what can be done (``hint``).
    language : {"en", "de"}
        The language of the words.
    """

    findings: tuple[Problem, ...]
    language: str = "en"

    def as_text(self) -> str:
        """Return the audit as lines for a terminal."""
        some, none = SUMMARY[self.language]
        codes = ", ".join(f"{number} x {code}" for code, number in Counter(one.code for one in self.findings).items())
        last = some.format(n=len(self.findings), codes=codes) if self.findings else none
        return "\n".join([*(self._told(finding) for finding in self.findings), last])

    def _told(self, finding: Problem) -> str:
        words = PLACES[self.language]
        lines = [f"{finding.code}: {finding.message}", f"  {words['at']}: {finding.where(words)}"]
        return "\n".join([*lines, *([f"  {words['try']}: {finding.hint}"] if finding.hint else [])])

    def as_dict(self) -> dict[str, Any]:
        """Return the audit as plain values for JSON."""
        return {"findings": [asdict(finding) for finding in self.findings]}


def audit_codes() -> tuple[str, ...]:
    """Return every code an audit can give.

    Examples
    --------
    >>> "causal_words" in audit_codes()
    True
    """
    return tuple(code for _, texts in CHECKS for code in texts)


def audit(subject: AuditSubject, language: str = "en", *, file: str = "") -> Audit:
    """Return the remarks of all checks.

    Parameters
    ----------
    subject : AuditSubject
        A study with its results.
    language : {"en", "de"}
        The language of the remarks.
    file : str
        The study file's name.
    """
    findings = []
    with numerals_of(language):
        remarks = [(texts, remark) for check, texts in CHECKS for remark in check(subject)]
    for texts, remark in remarks:
        message, advice = texts[remark.code][language]
        named = {name: subject.labels.get(str(value), str(value)) for name, value in remark.values.items()}
        values = {name: in_language(value, language, "words") for name, value in named.items()}
        findings.append(
            Problem(remark.code, message.format(**values), file, key=remark.place, hint=advice.format(**values))
        )
    return Audit(tuple(findings), language)


__all__ = [
    "Audit",
    "AuditSubject",
    "AuditedAnalysis",
    "AuditedHypothesis",
    "AuditedScale",
    "audit",
    "audit_codes",
]
