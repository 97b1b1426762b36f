"""The report as one HTML page that needs nothing else: no script, no font, no address."""

from __future__ import annotations

from collections.abc import Mapping

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from osa_survey._version import __version__
from osa_survey.formatting import numerals_of
from osa_survey.report.document import Report
from osa_survey.report.exhibits import ArrangedSection, NumberedFigure, arrange, mentions
from osa_survey.report.figures import figure_svg
from osa_survey.report.frame import profile_words, provenance_tables
from osa_survey.report.letterforms import head_forms, stated_forms
from osa_survey.report.messages import LANGUAGE_TAGS, message
from osa_survey.report.pieces import plain_pieces, reference_pieces
from osa_survey.report.printed import HIDDEN


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

    def svg(figure: NumberedFigure) -> Markup:
        return Markup(figure_svg(figure, report.language, drawings))

    environment.filters |= {
        "pieces": plain_pieces,
        "source": reference_pieces,
        "head": head_forms,
        "stated": stated_forms,
    }
    with numerals_of(report.language):
        page = environment.get_template("report.html.j2").render(
            report=report,
            sections=arrange(report) if sections is None else sections,
            text=text,
            mentions=lambda entry: mentions(entry, report.language),
            svg=svg,
            language_tag=LANGUAGE_TAGS[report.language],
            hidden=HIDDEN,
            dot="" if report.style == "apa" else ". ",
            version=__version__,
            profile_words=profile_words(report),
            provenance_tables=provenance_tables(report),
        )
    return "\n".join(line.rstrip() for line in page.splitlines()) + "\n"
