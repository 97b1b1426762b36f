"""Which number of an analysis is a test, and what it says."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from osa_survey.errors import AnalysisError, Problem
from osa_survey.plan.power_entry import TestedEntry
from osa_survey.plan.study_file import AnalysisEntry
from osa_survey.results import Result
from osa_survey.results.columns import QUANTITIES

KEYS = ("quantity", "outcome", "term", "contrast", "group", "level")
FIRST_CHOICES = {
    "compare_groups": ("mean_difference", "welch_anova"),
    "prevalence": ("chi_squared",),
    "crosstab": ("chi_squared",),
    "correlate": ("r", "rho"),
    "paired": ("mean_difference",),
    "regress": ("b",),
    "mixed_model": ("b",),
    "gee": ("b",),
    "fixed_effects": ("b",),
}
"""The quantity that is meant where an analysis prints several tests of one thing."""
RATIOS = ("odds_ratio", "rate_ratio", "relative_risk_ratio", "risk_ratio")
DIFFERENCE = "risk_difference"
INTERCEPT = "intercept"
SHOWN = 12


@dataclass(frozen=True)
class TestedRow:
    """The row of an analysis that is the test of a hypothesis.

    Attributes
    ----------
    hypothesis, analysis : str
        Their ids.
    keys : tuple of str
        Quantity, outcome, term, contrast, group and level.
    table : str
        The further table it stands in; "" is the analysis's own.
    adjusted : bool
        Whether the adjusted p value decides.
    true_value : float
        The true value, NaN where it is not given.
    """

    __test__ = False

    hypothesis: str
    analysis: str
    keys: tuple[str, ...]
    table: str = ""
    adjusted: bool = False
    true_value: float = math.nan

    @property
    def name(self) -> str:
        """The keys in words."""
        return " · ".join(key for key in self.keys if key)

    def told(self, titles: Mapping[str, str]) -> str:
        """Return what readers are told: the quantity, its place with titles of variables, and the analysis."""
        place = " · ".join(titles.get(key, key) for key in self.keys[1:] if key)
        return f"{QUANTITIES[self.keys[0]].label}: {place} ({self.analysis})"


@dataclass(frozen=True)
class Tested:
    """What a test says: its estimate, on the log scale for ratios and NaN for tests without direction, and its p."""

    __test__ = False

    estimate: float
    p_value: float


NOT_TESTED = Tested(math.nan, math.nan)


def find_row(result: Result, entry: AnalysisEntry, hypothesis: str, wanted: TestedEntry, file: str) -> TestedRow:
    """Return the row that is meant.

    Parameters
    ----------
    result : Result
        What the analysis says of one study.
    entry : AnalysisEntry
        The analysis.
    hypothesis : str
        The hypothesis.
    wanted : TestedEntry
        What the study file says about the test.
    file : str
        The study file's name, for the message.

    Raises
    ------
    AnalysisError
        ``no_test`` or ``several_tests``, with the rows that could be meant.
    """
    table = _table(result, wanted.table)
    column = "p_adjusted" if wanted.adjusted else "p_value"
    rows = table.loc[table[column].notna()]
    every = rows
    for key in KEYS:
        if getattr(wanted, key):
            rows = rows.loc[rows[key] == getattr(wanted, key)]
    if len(rows) > 1 and not wanted.quantity:
        for quantity in FIRST_CHOICES.get(entry.do, ()):
            if (rows["quantity"] == quantity).any():
                rows = rows.loc[rows["quantity"] == quantity]
                break
    if len(rows) > 1 and not wanted.term:
        rows = rows.loc[rows["term"] != INTERCEPT]
    if len(rows) > 1 and not wanted.level and entry.do == "regress":
        rows = rows.loc[rows["level"] == rows["level"].iloc[-1]]
    if len(rows) != 1:
        code = "several_tests" if len(rows) else "no_test"
        message = (
            f"analysis '{entry.id}' holds {len(rows) or 'no'} tests that can be meant by hypothesis '{hypothesis}'"
        )
        hint = f"[power.tests.{hypothesis}] with one of: " + "; ".join(_listed(rows if len(rows) else every))
        raise AnalysisError(Problem(code, message, file, key=f"power.tests.{hypothesis}", hint=hint))
    keys = tuple(str(rows.iloc[0][key]) for key in KEYS)
    true_value = math.nan if wanted.true_value is None else wanted.true_value
    return TestedRow(hypothesis, entry.id, keys, wanted.table, wanted.adjusted, true_value)


def read_row(result: Result, row: TestedRow) -> Tested:
    """Return what a result says in a row; NaN where it does not hold it."""
    table = _table(result, row.table)
    found = table
    for key, value in zip(KEYS, row.keys, strict=True):
        found = found.loc[found[key] == value]
    if len(found) != 1:
        return NOT_TESTED
    one = found.iloc[0]
    p_value = float(one["p_adjusted" if row.adjusted else "p_value"])
    return Tested(_estimate(table, one), p_value)


def _estimate(table: pd.DataFrame, row: pd.Series) -> float:
    if row["quantity"] == "chi_squared":
        same = (table["quantity"] == DIFFERENCE) & (table["outcome"] == row["outcome"]) & (table["term"] == row["term"])
        return float(table.loc[same, "estimate"].iloc[0]) if same.sum() == 1 else math.nan
    estimate = float(row["estimate"])
    if row["quantity"] in RATIOS:
        return math.log(estimate) if estimate > 0 else math.nan
    return estimate if row["statistic_name"] in ("t", "z") else math.nan


def _table(result: Result, name: str) -> pd.DataFrame:
    if not name:
        return result.frame
    if name not in result.more:
        hint = f"table = one of {', '.join(result.more)}" if result.more else "leave table out"
        raise AnalysisError(Problem("no_table", f"'{result.analysis}' has no further table '{name}'", hint=hint))
    return result.more[name].frame


def _listed(rows: pd.DataFrame) -> list[str]:
    listed = [", ".join(f'{key} = "{row[key]}"' for key in KEYS if row[key]) for _, row in rows.head(SHOWN).iterrows()]
    return [*listed, "…"] if len(rows) > SHOWN else listed
