"""The report: one model of released results, and its outputs."""

from osa_survey.report.codebook_pages import codebook_page
from osa_survey.report.control_tags import control_tag
from osa_survey.report.document import Provenance, Report, Section, build_report
from osa_survey.report.filled_texts import fill_text, text_sections
from osa_survey.report.html import html_page
from osa_survey.report.pdf import pdf_document
from osa_survey.report.printed import PrintedTable
from osa_survey.report.run_differences import RunDifferences, compare_runs
from osa_survey.report.tables import print_table
from osa_survey.report.verification import Verification, verify_manuscript
from osa_survey.report.word import word_document
from osa_survey.report.writing import refuse_formats, write_report

__all__ = [
    "PrintedTable",
    "Provenance",
    "Report",
    "RunDifferences",
    "Section",
    "Verification",
    "build_report",
    "codebook_page",
    "compare_runs",
    "fill_text",
    "control_tag",
    "html_page",
    "pdf_document",
    "print_table",
    "text_sections",
    "verify_manuscript",
    "refuse_formats",
    "word_document",
    "write_report",
]
