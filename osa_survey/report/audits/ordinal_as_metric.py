"""Ordered categories treated as numbers without a word about it."""

from __future__ import annotations

from collections.abc import Iterator

from osa_survey.report.audits.subjects import AuditSubject, Remark, Texts

METRIC = ("mean", "mean_difference", "hedges_g", "cohens_d", "welch_anova", "anova", "b", "r", "paired_difference")
TEXTS: Texts = {
    "ordinal_as_metric": {
        "en": (
            "the ordered categories of {variable} are treated as numbers",
            "use an ordinal model or ranks, or give the entry reason = why equal steps are assumed",
        ),
        "de": (
            "die geordneten Kategorien von {variable} werden als Zahlen behandelt",
            "ein ordinales Modell oder Ränge verwenden oder dem Eintrag reason = Grund für gleiche Abstände geben",
        ),
    }
}


def check(subject: AuditSubject) -> Iterator[Remark]:
    """Yield a remark for each ordinal variable with means, differences of means, Pearson's r or a linear model."""
    for analysis in subject.analyses:
        if analysis.reason:
            continue
        found: dict[str, None] = {}
        for table in analysis.tables():
            rows = table.frame.loc[table.frame["quantity"].isin(METRIC)]
            for outcome, term, quantity in zip(rows["outcome"], rows["term"], rows["quantity"], strict=True):
                names = [str(outcome), str(term)] if quantity == "r" else [str(outcome)]
                found |= dict.fromkeys(name for name in names if name in subject.ordinal)
        for variable in found:
            yield Remark("ordinal_as_metric", f"analyses.{analysis.id}", {"variable": variable})
