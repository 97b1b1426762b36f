"""The report as one HTML page that needs nothing else: no script, no font, no address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from osa_survey import formatting
from osa_survey._version import __version__
from osa_survey.report.document import Report
from osa_survey.report.exhibits import ArrangedSection, NumberedFigure, arrange
from osa_survey.report.figures import render_svg
from osa_survey.report.messages import LANGUAGE_TAGS, message
from osa_survey.report.printed import HIDDEN
from osa_survey.report.sources import split_links
from osa_survey.report.tables import headline

STATISTICS = frozenset(
    {"M", "SD", "Mdn", "SE", "n", "N", "p", "B", "r", "F", "t", "W", "d_z", "d_av", "sr²", "R²", "ΔR²"}
)


def html_page(
    report: Report,
    sections: tuple[ArrangedSection, ...] | None = None,
    drawings: Mapping[str, str] | None = None,
) -> str:
    """Return the report as a page.

    Parameters
    ----------
    report : Report
        A report.
    sections : tuple of ArrangedSection, optional
        Its sections if they are arranged already.
    drawings : mapping of str to str, optional
        Figure name → SVG element, where they are drawn already.

    Returns
    -------
    str
        HTML with style and figures inside. It has no script and loads nothing; the only addresses are those of
        references.
    """
    environment = Environment(
        loader=PackageLoader("osa_survey.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )

    def text(key: str, **values: object) -> str:
        return message(key, report.language, **values)

    drawn = {} if drawings is None else drawings

    def svg(figure: NumberedFigure) -> Markup:
        return Markup(drawn.get(figure.name) or figure_svg(figure, report.language))

    environment.filters["links"] = split_links
    environment.filters["stat"] = is_statistic
    page = environment.get_template("report.html.j2").render(
        report=report,
        sections=arrange(report) if sections is None else sections,
        text=text,
        svg=svg,
        language_tag=LANGUAGE_TAGS[report.language],
        hidden=HIDDEN,
        version=__version__,
        profile_words=profile_words(report),
        provenance_tables=provenance_tables(report),
    )
    return "\n".join(line.rstrip() for line in page.splitlines()) + "\n"


def is_statistic(head: str) -> bool:
    """Tell whether a column head is a statistical symbol, which APA style prints in italics."""
    return head in STATISTICS


def figure_svg(figure: NumberedFigure, language: str) -> str:
    """Return the SVG element of a numbered figure."""
    return render_svg(
        figure.result, identifier=figure.name, title=figure.title, description=figure.alt, language=language
    )


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

    data = tuple((_text(e.get("file")), _count(e.get("records")), _text(e.get("sha256"))) for e in source.data)
    definitions = tuple((name, digest) for name, digest in sorted(source.definitions.items()))
    versions = tuple((name, number) for name, number in sorted(source.versions.items()))
    verdicts = tuple((headline(title), note) for _, title, note in report.release_notes if note)
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
