"""Rules on single numbers: what a number is, not how many people stand behind it, forbids to show it."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.disclosure import Contributions, Profile
from osa_survey.results.result import Result

Mask = NDArray[np.bool_]
EXTREMES = (
    "minimum",
    "maximum",
    "weight_minimum",
    "weight_maximum",
    "cooks_maximum",
    "leverage_maximum",
    "studentised_maximum",
)
"""Quantities that are the value of one person."""
SHARES = ("proportion", "case_proportion", "row_proportion", "floor", "ceiling")
"""Shares of a group that all gave the same answer where they are one."""
COUNTED = (*SHARES, "column_proportion", "count", "mean", "sd", "median", "quantile", "skewness", "missing")
"""Numbers of a whole table's margin; they stay when a breakdown is withheld."""
MARGINS = ("", "all", "total", "all respondents", "total (all)", "Σ")
ALL_OF_THEM = 1 - 1e-12
AMOUNT_QUANTITIES = ("mean", "sd", "skewness", "median", "quantile", "mean_difference")


def row_rules(tables: list[Result], profile: Profile) -> dict[str, list[Mask]]:
    """Return for each rule which rows it hides, table by table.

    Parameters
    ----------
    tables : list of Result
        A result and its further tables, before the gate.
    profile : Profile
        The disclosure rules.

    Notes
    -----
    ``extremes``: values of one person. ``quantiles``: fewer people than the threshold beyond it, n · min(p, 1 − p).
    ``residual_df``: n minus the number of coefficients of a model. ``full_cells``: where all members of a group gave
    the same answer, the whole breakdown of that outcome is withheld, so that no margin gives it back; of groups below
    the threshold the zeros are hidden too. ``dominance``: the (n, k) rule and the p-ratio rule on sums and means of
    amounts.
    """
    found: dict[str, list[Mask]] = {}
    if profile.hides_extremes:
        found["extremes"] = [table.frame["quantity"].isin(EXTREMES).to_numpy() for table in tables]
        found["quantiles"] = [_lonely_quantiles(table.frame, profile.threshold) for table in tables]
    if profile.residual_df:
        found["residual_df"] = _saturated(tables, profile.residual_df)
    if profile.hides_full_cells:
        found["full_cells"] = _full(tables, profile.threshold)
    if profile.dominance is not None or profile.p_ratio:
        found["dominance"] = [_dominated(table, profile) for table in tables]
    return found


def _lonely_quantiles(frame: pd.DataFrame, threshold: int) -> Mask:
    is_quantile = frame["quantity"].isin(["median", "quantile"]).to_numpy()
    beyond = frame["n"].to_numpy() * np.array([_tail(str(level)) for level in frame["level"]])
    return np.asarray(is_quantile & (beyond > 0) & (beyond < threshold))


def _tail(level: str) -> float:
    """Return the smaller share of people beyond a quantile, from its level; of a median without one, one half."""
    per_cent = re.search(r"(\d+(?:\.\d+)?) ?%", level)
    share = re.fullmatch(r"0?\.\d+", level)
    p = float(per_cent[1]) / 100 if per_cent else float(level) if share else 0.5
    return min(p, 1 - p)


def _saturated(tables: list[Result], least: int) -> list[Mask]:
    """Return all numbers but counts of a result in which a model has too few residual degrees of freedom."""
    few = False
    for table in tables:
        slopes = table.frame.loc[(table.frame["quantity"] == "b") & table.frame["estimate"].notna()]
        for _, own in slopes.groupby(["outcome", "group", "level"], sort=False):
            few = few or float(own["n"].max()) - len(own) < least
    return [(table.frame["quantity"] != "count").to_numpy() & few for table in tables]


def _full(tables: list[Result], threshold: int) -> list[Mask]:
    broken: set[tuple[str, str]] = set()
    for table in tables:
        frame = table.frame
        in_group = ~frame["group"].isin(MARGINS) & (frame["n"] >= threshold)  # fewer are hidden anyway
        share = frame["quantity"].isin(SHARES) & (frame["estimate"] >= ALL_OF_THEM)
        constant = (frame["quantity"] == "sd") & (frame["estimate"] == 0) & (frame["n"] > 1)
        own = frame.loc[in_group & (share | constant)]
        broken |= set(zip(own["outcome"], own["term"], strict=True))
    return [_breakdown(table.frame, broken) | _zeros_of_few(table.frame, threshold) for table in tables]


def _zeros_of_few(frame: pd.DataFrame, threshold: int) -> Mask:
    """Return the numbers of groups of a few people that count nobody: they would tell what all these few answered."""
    keys = list(zip(frame["outcome"], frame["term"], frame["group"], strict=True))
    few = {key for key, n in zip(keys, frame["n"], strict=True) if 0 < n < threshold and key[2] not in MARGINS}
    return np.array([key in few for key in keys], dtype=bool) & (frame["estimate"] == 0).to_numpy()


def _breakdown(frame: pd.DataFrame, broken: set[tuple[str, str]]) -> Mask:
    same = [key in broken for key in zip(frame["outcome"], frame["term"], strict=True)]
    margin = frame["group"].isin(MARGINS) & frame["quantity"].isin(COUNTED)
    return np.array(same, dtype=bool) & ~margin.to_numpy()


def _dominated(table: Result, profile: Profile) -> Mask:
    amounts = table.cells.amounts
    behind = table.cells.behind or ((),) * len(table.frame)
    rows: list[bool] = []
    for quantity, outcome, cells in zip(table.frame["quantity"], table.frame["outcome"], behind, strict=True):
        rows.append(
            quantity in AMOUNT_QUANTITIES and any(_breaks(amounts.get((cell, str(outcome))), profile) for cell in cells)
        )
    return np.array(rows, dtype=bool)


def _breaks(found: Contributions | None, profile: Profile) -> bool:
    return found is not None and found.dominated(profile.dominance, profile.p_ratio)
