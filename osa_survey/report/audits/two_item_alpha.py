"""Alpha on two items, where it understates reliability whenever the items differ."""

from __future__ import annotations

from collections.abc import Iterator

from osa_survey.report.audits.subjects import AuditSubject, Remark, Texts

TEXTS: Texts = {
    "alpha_on_two_items": {
        "en": (
            "the reliability of {scale} rests on two items",
            "report the Spearman–Brown coefficient and the correlation of the items instead of alpha "
            "(Eisinga et al., 2013, https://doi.org/10.1007/s00038-012-0416-3)",
        ),
        "de": (
            "die Reliabilität von {scale} beruht auf zwei Items",
            "statt Alpha den Spearman-Brown-Koeffizienten und die Korrelation der Items berichten "
            "(Eisinga et al., 2013, https://doi.org/10.1007/s00038-012-0416-3)",
        ),
    }
}


def check(subject: AuditSubject) -> Iterator[Remark]:
    """Yield a remark for each reliability analysis of a scale of two items."""
    for analysis in subject.analyses:
        scale = str(analysis.arguments.get("scale", ""))
        if analysis.do == "reliability" and scale in subject.scales and subject.scales[scale].items == 2:
            yield Remark("alpha_on_two_items", f"analyses.{analysis.id}", {"scale": scale})
