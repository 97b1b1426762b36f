"""What every output says around the results: the profile, the tables of provenance."""

from __future__ import annotations

from typing import Any

from osa_survey import formatting
from osa_survey.languages import in_language
from osa_survey.report.document import Report
from osa_survey.report.messages import message
from osa_survey.report.tables import headline


def profile_words(report: Report) -> str:
    """Return the name of the profile and what it hides."""
    most = report.profile.threshold - 1
    hides = most >= 1
    rule = message("profile_journal", report.language, most=most) if hides else message("profile_open", report.language)
    return f"{report.profile.name} ({rule})"


def provenance_tables(report: Report) -> tuple[tuple[str, tuple[str, ...], tuple[tuple[str, ...], ...]], ...]:
    """Return the tables of the provenance section: heading, column heads, rows."""
    language = report.language
    source = report.provenance

    def heads(*keys: str) -> tuple[str, ...]:
        return tuple(message(key, language) for key in keys)

    with formatting.numerals_of(language):
        data = tuple((_text(e.get("file")), _count(e.get("records")), _text(e.get("sha256"))) for e in source.data)
    definitions = tuple((name, digest) for name, digest in sorted(source.definitions.items()))
    versions = tuple((name, number) for name, number in sorted(source.versions.items()))
    verdicts = tuple(
        (headline(in_language(title, language, "titles")), note) for _, title, note in report.release_notes if note
    )
    tables = (
        (message("release", language), heads("result", "verdict"), verdicts),
        (message("data", language), heads("file", "records", "sha256"), data),
        (message("definitions", language), heads("definition", "sha256"), definitions),
        (message("versions", language), heads("package", "version"), versions),
    )
    return tuple(table for table in tables if table[2])


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _count(value: Any) -> str:
    return "" if value is None else formatting.count(float(value))
