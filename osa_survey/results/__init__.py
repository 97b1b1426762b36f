"""Results: one vocabulary for every number, the gate they pass, and the ledger that keeps them."""

from osa_survey.results.columns import COLUMNS, KEY_COLUMNS, QUANTITIES, Quantity
from osa_survey.results.layout import Layout, Show
from osa_survey.results.ledger import Ledger, file_sha256, ledger_lines, read_ledger
from osa_survey.results.release import release
from osa_survey.results.result import Result
from osa_survey.results.rows import Cells, Rows

__all__ = [
    "COLUMNS",
    "KEY_COLUMNS",
    "QUANTITIES",
    "Cells",
    "Layout",
    "Ledger",
    "Quantity",
    "Result",
    "Rows",
    "Show",
    "file_sha256",
    "ledger_lines",
    "read_ledger",
    "release",
]
