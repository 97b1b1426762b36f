"""Results: one vocabulary for every number, the gate they pass, and the ledger that keeps them."""

from osa_survey.results.columns import COLUMNS, KEY_COLUMNS, QUANTITIES, Quantity
from osa_survey.results.companions import hidden_beside
from osa_survey.results.display import printed
from osa_survey.results.earlier_releases import EarlierRelease, read_earlier_release
from osa_survey.results.layout import Layout, Show
from osa_survey.results.ledger import Ledger, file_sha256, ledger_lines, read_ledger
from osa_survey.results.release import Readers, release, release_together
from osa_survey.results.result import Result, with_plan_status
from osa_survey.results.rows import Cells, Rows
from osa_survey.results.shared_cells import Gaps
from osa_survey.results.translating import label_of, translated
from osa_survey.results.verdicts import NEVER_OVERRULED, RULES, Finding, Override, Verdict

__all__ = [
    "COLUMNS",
    "KEY_COLUMNS",
    "NEVER_OVERRULED",
    "QUANTITIES",
    "RULES",
    "Cells",
    "EarlierRelease",
    "Finding",
    "Gaps",
    "Layout",
    "Ledger",
    "Override",
    "Quantity",
    "Readers",
    "Result",
    "Rows",
    "Show",
    "Verdict",
    "file_sha256",
    "hidden_beside",
    "label_of",
    "ledger_lines",
    "printed",
    "read_earlier_release",
    "read_ledger",
    "release",
    "release_together",
    "translated",
    "with_plan_status",
]
