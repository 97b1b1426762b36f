"""Tests that belong to no declared family, and families whose tests are not adjusted."""

from __future__ import annotations

from collections.abc import Iterator

from osa_survey.report.audits.subjects import AuditedAnalysis, AuditSubject, Remark, Texts

TEXTS: Texts = {
    "undeclared_family": {
        "en": (
            "{n} analyses test without a hypothesis and without adjustment: {analyses}",
            "declare hypotheses with families, adjust p, or call these analyses exploratory",
        ),
        "de": (
            "{n} Analysen testen ohne Hypothese und ohne Adjustierung: {analyses}",
            "Hypothesen mit Familien angeben, p adjustieren oder die Analysen explorativ nennen",
        ),
    },
    "family_not_adjusted": {
        "en": (
            "the family {family} has {n} tests, and none is adjusted: {analyses}",
            "adjust p over the family, or say why not",
        ),
        "de": (
            "die Familie {family} hat {n} Tests, und keiner ist adjustiert: {analyses}",
            "p über die Familie adjustieren oder sagen, warum nicht",
        ),
    },
}
DIAGNOSTIC = ("reliability", "diagnose", "little_mcar", "cfa", "efa", "dimensionality", "invariance", "convergence")
"""Analyses whose tests are about a model, not about people."""


def check(subject: AuditSubject) -> Iterator[Remark]:
    """Yield a remark where tests outside families pile up, and one for each family without adjustment."""
    bare = [analysis for analysis in subject.analyses if _tests(analysis) and not _adjusts(analysis)]
    outside = [analysis.id for analysis in bare if not analysis.tests]
    if len(outside) > 1:
        yield Remark("undeclared_family", "analyses", {"n": str(len(outside)), "analyses": ", ".join(outside)})
    families: dict[str, list[str]] = {}
    names = {hypothesis.id: hypothesis.family for hypothesis in subject.hypotheses}
    for analysis in bare:
        if analysis.tests in names:
            families.setdefault(names[analysis.tests], []).append(analysis.id)
    for family, members in families.items():
        if len(members) > 1:
            values = {"family": family, "n": str(len(members)), "analyses": ", ".join(members)}
            yield Remark("family_not_adjusted", "hypotheses", values)


def _tests(analysis: AuditedAnalysis) -> bool:
    if analysis.do in DIAGNOSTIC:
        return False
    return any(bool(table.frame["p_value"].notna().any()) for table in analysis.tables())


def _adjusts(analysis: AuditedAnalysis) -> bool:
    frames = [table.frame for table in analysis.tables()]
    return any(bool(frame["p_adjusted"].notna().any()) for frame in frames) or bool(
        analysis.arguments.get("adjust", "none") != "none"
    )
