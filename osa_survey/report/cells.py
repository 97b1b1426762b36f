"""One number of a released table as the text of a cell."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from osa_survey import formatting
from osa_survey.report.printed import HIDDEN, PrintedCell
from osa_survey.results import Result, Show
from osa_survey.results.columns import QUANTITIES
from osa_survey.results.display import printed
from osa_survey.results.ledger import row_id

Record = Mapping[str, Any]


class CellWriter:
    """Write numbers as text, and give each warning a letter."""

    def __init__(self, result: Result, table: str, language: str, warnings: dict[str, str]) -> None:
        self._analysis = result.id or result.analysis
        self._labels = result.labels
        self._table = table
        self._language = language
        self._warnings = warnings

    def cell(self, record: Record, show: Show, head: str) -> PrintedCell:
        """Return the cell of one number."""
        identifier = row_id(self._analysis, self._table, record)
        if record["suppressed"]:
            return PrintedCell(HIDDEN, identifier)
        text = self._text(record, show, "%" not in head)
        mark = ""
        warning = str(record["warning"])
        if warning and show.part in ("estimate", "statistic", "text"):
            letter = chr(ord("a") + len(self._warnings) % 26)
            mark = self._warnings.setdefault(warning, letter)
        return PrintedCell(text, identifier, mark)

    def _text(self, record: Record, show: Show, sign: bool) -> str:
        quantity = show.quantity
        how = QUANTITIES[quantity]
        number = float(record["estimate"])
        if show.part == "estimate":
            return _percent(number, how.digits, sign) if how.style == "percent" else printed(quantity, number)
        if show.part == "std_error":
            error = float(record["std_error"])
            if math.isnan(error):
                return ""
            return _percent(error, how.digits, sign) if how.style == "percent" else printed(quantity, error)
        if show.part == "interval":
            return self._interval(record, quantity)
        if show.part == "statistic":
            value, name = float(record["statistic"]), str(record["statistic_name"])
            if math.isnan(value):
                return ""
            return formatting.statistic(name, value, float(record["df1"]), float(record["df2"]))
        if show.part in ("p", "p_adjusted"):
            value = float(record["p_value" if show.part == "p" else "p_adjusted"])
            return "" if math.isnan(value) else formatting.p_value(value).removeprefix("= ")
        if show.part == "n":
            return formatting.count(float(record["n"]))
        return str(self._labels.get(str(record["level"]), record["level"]))

    def _interval(self, record: Record, quantity: str) -> str:
        low, high = float(record["conf_low"]), float(record["conf_high"])
        if math.isnan(low) and math.isnan(high):
            return ""
        how = QUANTITIES[quantity]
        if how.style == "percent":
            return formatting.interval(low, high, how.digits, as_percent=True)
        return formatting.bracketed(printed(quantity, low), printed(quantity, high))


def _percent(value: float, digits: int, sign: bool) -> str:
    return formatting.percent(value, digits, sign=sign)
