"""Scores on which many people reach the lowest or the highest value."""

from __future__ import annotations

from collections.abc import Iterator

from osa_survey import formatting
from osa_survey.report.audits.subjects import AuditSubject, Remark, Texts

MOST = 0.15
"""Share at an end from which a scale is said to have a floor or ceiling (Terwee et al., 2007,
https://doi.org/10.1016/j.jclinepi.2006.03.012; recalled)."""
TEXTS: Texts = {
    "floor": {
        "en": (
            "{share} of the scores of {outcome} are the lowest possible",
            "differences are cut off there: show the distribution, and check a model for bounded or counted outcomes",
        ),
        "de": (
            "{share} der Werte von {outcome} sind die tiefsten möglichen",
            "Unterschiede sind dort abgeschnitten: Verteilung zeigen und ein Modell für begrenzte Werte prüfen",
        ),
    },
    "ceiling": {
        "en": (
            "{share} of the scores of {outcome} are the highest possible",
            "differences are cut off there: show the distribution, and check a model for bounded or counted outcomes",
        ),
        "de": (
            "{share} der Werte von {outcome} sind die höchsten möglichen",
            "Unterschiede sind dort abgeschnitten: Verteilung zeigen und ein Modell für begrenzte Werte prüfen",
        ),
    },
}


def check(subject: AuditSubject) -> Iterator[Remark]:
    """Yield a remark for each score with a floor or a ceiling, once for all analyses."""
    seen: set[tuple[str, str]] = set()
    for analysis in subject.analyses:
        for table in analysis.tables():
            ends = table.frame["quantity"].isin(list(TEXTS))
            rows = table.frame.loc[ends & (table.frame["estimate"] > MOST)]
            for quantity, outcome, share in zip(rows["quantity"], rows["outcome"], rows["estimate"], strict=True):
                if (quantity, outcome) in seen or outcome not in subject.scales:
                    continue
                seen.add((quantity, outcome))
                values = {"share": formatting.percent(share), "outcome": str(outcome)}
                yield Remark(str(quantity), f"analyses.{analysis.id}", values)
