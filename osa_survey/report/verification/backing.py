"""Which row of a ledger backs a number of a text."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osa_survey.report.verification.numbers_in_text import Number
from osa_survey.report.verification.stated_statistics import StatedNumber, StatedTest
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
LABEL_QUANTITIES: dict[str, tuple[str, ...]] = {
    "M": ("mean", "pooled_mean", "class_mean", "imputed_mean", "factor_mean", "group_estimate"),
    "SD": ("sd", "imputed_sd", "factor_sd", "residual_sd"),
    "Mdn": ("median",),
    "OR": ("odds_ratio",),
    "IRR": ("rate_ratio",),
    "RRR": ("relative_risk_ratio",),
    "B": ("b",),
    "β": ("beta", "b"),
    "α": ("alpha", "alpha_standardised", "alpha_ordinal"),
    "ω": ("omega", "omega_categorical", "omega_hierarchical", "omega_total"),
    "d": ("cohens_d", "cohens_d_unequal", "d_z", "d_av", "d_rm"),
    "g": ("hedges_g", "hedges_g_unequal", "g_z"),
    "η²": ("eta_squared",),
    "ω²": ("omega_squared",),
    "ε²": ("epsilon_squared", "rank_epsilon_squared"),
    "R²": ("r2", "adjusted_r2", "marginal_r2", "conditional_r2", "nagelkerke_r2", "mcfadden_r2", "cox_snell_r2"),
    "ΔR²": ("delta_r2",),
    "V": ("cramers_v", "cramers_v_adjusted"),
    "φ": ("phi",),
}
"""What a label of a text may mean; labels that are not here may be any estimate."""


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
        if stated.label in ("n", "N"):
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

    def interval(self, low: Number, high: Number) -> bool:
        """Tell whether one row has both bounds, as they are, as percentages, or with the sign turned."""
        lows, highs = self._columns["conf_low"], self._columns["conf_high"]
        ways = ((lows, highs), (100 * lows, 100 * highs), (-highs, -lows), (-100 * highs, -100 * lows))
        return any(bool((_agree(low, a) & _agree(high, b)).any()) for a, b in ways)

    def test_rows(self, test: StatedTest, *, with_p: bool = True) -> list[Row]:
        """Return the rows with this statistic and these degrees of freedom, and this p where asked."""
        column = self._columns
        names = np.array([str(row["statistic_name"]) for row in self.rows], dtype=object)
        alike = _agree(test.value, column["statistic"]) | _agree(test.value, -column["statistic"])
        if test.name in ("r", "ρ", "r_s"):
            alike = _agree(test.value, column["estimate"])
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
