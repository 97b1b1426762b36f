"""The report: one model of released results, and its outputs."""

from osa_survey.report.codebook_pages import codebook_page
from osa_survey.report.document import Provenance, Report, Section, build_report
from osa_survey.report.html import html_page
from osa_survey.report.printed import PrintedTable
from osa_survey.report.tables import print_table
from osa_survey.report.verification import Verification, verify_manuscript
from osa_survey.report.word import word_document
from osa_survey.report.writing import write_report

__all__ = [
    "PrintedTable",
    "Provenance",
    "Report",
    "Section",
    "Verification",
    "build_report",
    "codebook_page",
    "html_page",
    "print_table",
    "verify_manuscript",
    "word_document",
    "write_report",
]
