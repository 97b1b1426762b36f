"""Which row of a ledger backs a number of a text."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osa_survey.report.verification.label_quantities import CORRELATIONS, LABEL_QUANTITIES
from osa_survey.report.verification.numbers_in_text import Number
from osa_survey.report.verification.statements import StatedInterval, StatedNumber, StatedTest
from osa_survey.results.columns import QUANTITIES

Row = Mapping[str, Any]
COLUMNS = (
    "n",
    "estimate",
    "std_error",
    "conf_low",
    "conf_high",
    "conf_level",
    "statistic",
    "df1",
    "df2",
    "p_value",
    "p_adjusted",
)


class Backing:
    """The numbers of a ledger, to be asked what a text may say.

    Parameters
    ----------
    rows : sequence of mapping
        The rows of ``results.jsonl``.
    """

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = [row for row in rows if not row["suppressed"]]
        self._columns = {name: np.array([_float(row[name]) for row in self.rows]) for name in COLUMNS}
        self._quantities = np.array([str(row["quantity"]) for row in self.rows], dtype=object)
        styles = {name: quantity.style for name, quantity in QUANTITIES.items()}
        self._percent = np.array([styles.get(name) == "percent" for name in self._quantities], dtype=bool)
        self._count = np.array([styles.get(name) == "count" for name in self._quantities], dtype=bool)

    def number(self, stated: StatedNumber) -> bool:
        """Tell whether a row backs a labelled number."""
        column = self._columns
        value = stated.value
        if stated.label in ("n", "N", "count"):
            return _any(value, column["n"]) or _any(value, column["estimate"][self._count])
        if stated.label == "p":
            return _any(value, column["p_value"]) or _any(value, column["p_adjusted"])
        if stated.label == "bound":
            return True
        if stated.label == "percent":
            shares = [column[name][self._percent] for name in ("estimate", "conf_low", "conf_high", "std_error")]
            return any(_any(value, 100 * part) or _any(value, -100 * part) for part in [*shares, column["conf_level"]])
        if stated.label == "SE":
            return _any(value, column["std_error"])
        wanted = LABEL_QUANTITIES.get(stated.label)
        chosen = np.isin(self._quantities, wanted) if wanted else np.ones(len(self.rows), dtype=bool)
        estimates = column["estimate"][chosen]
        return _any(value, estimates) or _any(value, -estimates)

    def interval(self, stated: StatedInterval) -> bool:
        """Tell whether one row has both bounds, as they are, as percentages, or with the sign turned, and the level."""
        lows, highs, levels = (self._columns[name] for name in ("conf_low", "conf_high", "conf_level"))
        ways = ((lows, highs), (100 * lows, 100 * highs), (-highs, -lows), (-100 * highs, -100 * lows))
        level = np.isnan(levels)
        level |= _agree(stated.level, 100 * levels) if stated.level is not None else np.isfinite(levels)
        return any(bool((_agree(stated.low, a) & _agree(stated.high, b) & level).any()) for a, b in ways)

    def test_rows(self, test: StatedTest, *, with_p: bool = True) -> list[Row]:
        """Return the rows with this statistic and these degrees of freedom, and this p where asked."""
        column = self._columns
        names = np.array([str(row["statistic_name"]) for row in self.rows], dtype=object)
        alike = _agree(test.value, column["statistic"]) | _agree(test.value, -column["statistic"])
        if test.name in ("r", "ρ", "r_s"):
            alike = _agree(test.value, column["estimate"]) & np.isin(self._quantities, CORRELATIONS)
        else:
            alike &= np.array([_letter(name) == _letter(test.name) for name in names], dtype=bool)
            alike &= _agree_df(test.df1, column["df1"]) & _agree_df(test.df2, column["df2"])
        if with_p and test.p is not None:
            alike &= _agree_p(test, column["p_value"]) | _agree_p(test, column["p_adjusted"])
        return [self.rows[place] for place in np.flatnonzero(alike)]

    def anything(self, value: Number) -> bool:
        """Tell whether any number of the ledger, or 100 times it, rounds to this one."""
        parts: Iterable[NDArray[np.float64]] = self._columns.values()
        return any(_any(value, part) or _any(value, -part) or _any(value, 100 * part) for part in parts)


def _float(value: Any) -> float:
    return math.nan if value is None else float(value)


def _letter(name: str) -> str:
    return {"χ2": "χ²", "Z": "z"}.get(name, name).strip()


def _agree(value: Number, column: NDArray[np.float64]) -> NDArray[np.bool_]:
    unit = 10.0**-value.digits
    with np.errstate(invalid="ignore"):
        found: NDArray[np.bool_] = np.abs(column - value.value) <= 0.5 * unit * (1 + 1e-9) + 1e-12 * np.abs(column)
    return found


def _any(value: Number, column: NDArray[np.float64]) -> bool:
    return bool(_agree(value, column).any())


def _agree_df(df: float, column: NDArray[np.float64]) -> NDArray[np.bool_]:
    if math.isnan(df):
        return np.ones(len(column), dtype=bool)
    if math.isinf(df):
        return column >= 1e6
    found: NDArray[np.bool_] = np.abs(column - df) <= (0.005 if df % 1 else 0.5)
    return found


def _agree_p(test: StatedTest, column: NDArray[np.float64]) -> NDArray[np.bool_]:
    if test.p is None:
        return np.ones(len(column), dtype=bool)
    compare: dict[str, Callable[[], NDArray[np.bool_]]] = {
        "<": lambda: column < test.p.value,  # type: ignore[union-attr]
        "≤": lambda: column <= test.p.value,  # type: ignore[union-attr]
        ">": lambda: column > test.p.value,  # type: ignore[union-attr]
        "≥": lambda: column >= test.p.value,  # type: ignore[union-attr]
    }
    return compare[test.relation]() if test.relation in compare else _agree(test.p, column)
