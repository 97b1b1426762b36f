"""Models whose outcome a predictor tells exactly, so that a coefficient has no finite estimate."""

from __future__ import annotations

from collections.abc import Iterator

from osa_survey.report.audits.subjects import AuditSubject, Remark, Texts

TEXTS: Texts = {
    "separation": {
        "en": (
            "the model has no finite estimate for {terms}, because the outcome does not vary there",
            "merge categories, or use penalty = 'firth' and say so",
        ),
        "de": (
            "das Modell hat keinen endlichen Schätzwert für {terms}, weil das Ergebnis dort nicht schwankt",
            "Kategorien zusammenlegen oder penalty = 'firth' verwenden und es sagen",
        ),
    }
}


def check(subject: AuditSubject) -> Iterator[Remark]:
    """Yield a remark for each model with separated terms."""
    for analysis in subject.analyses:
        terms: list[str] = []
        for table in analysis.tables():
            rows = table.frame.loc[table.frame["warning"].str.contains("separation")]
            terms += [str(term) for term in rows["term"] if term]
        if terms:
            yield Remark("separation", f"analyses.{analysis.id}", {"terms": ", ".join(dict.fromkeys(terms))})
