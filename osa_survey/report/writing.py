"""A report as a folder: documents, figures, tables and the ledger, moved into place when all are written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from osa_survey.errors import OutputError, Problem, nearest
from osa_survey.export.files import write_bytes, write_text
from osa_survey.export.folders import output_folder
from osa_survey.export.table_texts import table_text
from osa_survey.report.document import Report
from osa_survey.report.exhibits import NumberedFigure, arrange, file_name, tables_of
from osa_survey.report.figures import Drawing, figure_pictures, figure_svg, svg_file
from osa_survey.report.html import html_page
from osa_survey.report.pdf import missing_pdf_problem, pdf_available, pdf_document
from osa_survey.report.printed_records import printed_lines
from osa_survey.report.word import word_document
from osa_survey.results import Ledger, ledger_lines, with_plan_status

FORMATS = ("html", "docx", "pdf")
LEDGER, PRINTED = "results.jsonl", "printed.jsonl"


def write_report(
    report: Report,
    directory: Path | str,
    formats: Sequence[str] = ("html", "docx"),
    *,
    ledger: Ledger | None = None,
    template: Path | str | None = None,
) -> tuple[Path, ...]:
    """Write a report and everything that belongs to it.

    Parameters
    ----------
    report : Report
        A report.
    directory : Path or str
        The output folder. It is built aside and moved into place; one that this program did not write is refused.
    formats : sequence of {"html", "docx", "pdf"}
        The documents; "pdf" needs the extra of that name.
    ledger : Ledger, optional
        The first line of ``results.jsonl``; by default from the provenance of the report.
    template : Path or str, optional
        A DOCX whose page and named styles the Word document takes.

    Returns
    -------
    tuple of Path
        The files written, documents first.

    Raises
    ------
    OutputError
        If a format is not known or not installed, if the template is no DOCX, or if the folder cannot be written;
        earlier output is untouched then.
    """
    refuse_formats(formats)
    directory = Path(directory)
    names: list[str] = []
    with output_folder(directory, "report") as partial:
        sections = arrange(report)
        figures = [figure for part in sections for entry in part.entries for figure in entry.figures]
        drawings, pictures = _drawn(figures, report.language, pictures="docx" in formats)
        if "html" in formats:
            write_text(partial / "report.html", html_page(report, sections, drawings))
            names.append("report.html")
        if "docx" in formats:
            write_bytes(partial / "report.docx", word_document(report, sections, template=template, pictures=pictures))
            names.append("report.docx")
        if "pdf" in formats:
            write_bytes(partial / "report.pdf", pdf_document(report, sections, drawings))
            names.append("report.pdf")
        write_text(partial / LEDGER, "".join(ledger_lines(ledger or report.ledger, report.results)))
        names.append(LEDGER)
        write_text(partial / PRINTED, "".join(printed_lines(report, sections)))
        names.append(PRINTED)
        if not report.profile.for_release:
            write_text(partial / "NOT FOR RELEASE.txt", report.profile.banner + "\n")
            names.append("NOT FOR RELEASE.txt")
        if drawings:
            (partial / "figures").mkdir()
        for figure_name, drawing in drawings.items():
            name = f"figures/{figure_name}.svg"
            write_text(partial / name, svg_file(drawing))
            names.append(name)
        if report.results:
            (partial / "tables").mkdir()
        for result in report.results:
            for key, table in tables_of(result):
                stem = file_name(result.id if key == "main" else f"{result.id}.{key}")
                name = f"tables/{stem}.csv"
                write_text(partial / name, table_text(with_plan_status(table.frame, result)))
                names.append(name)
    return tuple(directory / name for name in names)


def _drawn(
    figures: Sequence[NumberedFigure], language: str, *, pictures: bool
) -> tuple[dict[str, str], dict[str, Drawing]]:
    """Return the SVG of each figure by its name, and its PNG where pictures are wanted."""
    if not pictures:
        return {figure.name: figure_svg(figure, language) for figure in figures}, {}
    both = {figure.name: figure_pictures(figure, language) for figure in figures}
    return {name: svg for name, (svg, _) in both.items()}, {name: png for name, (_, png) in both.items()}


def refuse_formats(formats: Sequence[str]) -> None:
    """Refuse documents that cannot be written here.

    Raises
    ------
    OutputError
        ``unknown_format`` or ``pdf_not_installed``.
    """
    problems = [
        Problem("unknown_format", f"no report is written as '{name}'", hint=nearest(name, FORMATS))
        for name in formats
        if name not in FORMATS
    ]
    if "pdf" in formats and not pdf_available():
        problems.append(missing_pdf_problem())
    if problems:
        raise OutputError(problems)
