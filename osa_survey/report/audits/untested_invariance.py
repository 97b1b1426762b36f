"""Scores compared between groups for which nobody tested whether the scale measures the same in them."""

from __future__ import annotations

from collections.abc import Iterator

from osa_survey.report.audits.subjects import AuditedScale, AuditSubject, Remark, Texts

FEWEST_ITEMS = 3
TESTING = ("invariance", "alignment", "item_bias")
TEXTS: Texts = {
    "invariance_untested": {
        "en": (
            "{outcome} is compared by {by}, and invariance of its items over {by} is not tested",
            "add do = 'invariance' with the same groups, or say that the comparison assumes it",
        ),
        "de": (
            "{outcome} wird nach {by} verglichen, ohne dass die Invarianz der Items über {by} geprüft ist",
            "do = 'invariance' mit denselben Gruppen ergänzen oder sagen, dass der Vergleich sie voraussetzt",
        ),
    }
}


def check(subject: AuditSubject) -> Iterator[Remark]:
    """Yield a remark for each comparison of a score of several items whose invariance is untested."""
    for analysis in subject.analyses:
        if analysis.do != "compare_groups":
            continue
        outcome, by = str(analysis.arguments.get("outcome", "")), str(analysis.arguments.get("by", ""))
        scale = subject.scales.get(outcome)
        if scale is None or scale.items < FEWEST_ITEMS or _tested(subject, scale, by):
            continue
        yield Remark("invariance_untested", f"analyses.{analysis.id}", {"outcome": outcome, "by": by})


def _tested(subject: AuditSubject, scale: AuditedScale, by: str) -> bool:
    names = {scale.name, scale.block, scale.instrument}
    for analysis in subject.analyses:
        arguments = analysis.arguments
        about = {str(arguments.get(key, "")) for key in ("model", "scale", "block")}
        if analysis.do in TESTING and about & names and by in (arguments.get("by"), arguments.get("group")):
            return True
    return False
