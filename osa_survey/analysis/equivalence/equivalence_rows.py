"""Comparisons tested for equivalence as rows and as a result."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from osa_survey.analysis.equivalence.equivalence_bounds import Bounds, Side, on_test_scale
from osa_survey.analysis.equivalence.equivalence_sentences import EquivalenceWords
from osa_survey.analysis.equivalence.equivalence_tests import EquivalenceTest, equivalence_test
from osa_survey.results import QUANTITIES, Layout, Result, Rows, Show
from osa_survey.results.rows import Cells

MINUS = "\u2212"
LOWER, UPPER = "lower bound", "upper bound"
VERDICTS = {
    "both": ("equivalent", "not shown to be equivalent"),
    "lower": ("not lower", "not shown not to be lower"),
    "upper": ("not higher", "not shown not to be higher"),
}
REFERENCES = (
    "Schuirmann, D. J. (1987). A comparison of the two one-sided tests procedure and the power approach for assessing "
    "the equivalence of average bioavailability. Journal of Pharmacokinetics and Biopharmaceutics, 15(6), 657–680. "
    "doi:10.1007/BF01068419",
    "Lakens, D. (2017). Equivalence tests: A practical primer for t tests, correlations, and meta-analyses. Social "
    "Psychological and Personality Science, 8(4), 355–362. doi:10.1177/1948550617697177",
)
NOTE_SOURCE = "Smallest effect of interest ({unit}): {low} to {high}. Source: {source}."
NOTE_UNITS = "Bounds in standard deviations are those of this sample, taken as known."
WARNING_NO_ERROR = "no standard error: nothing can be tested"
STANDARDISED = ("hedges_g", "cohens_d", "cohens_d_unequal", "d_z", "d_av", "beta")


@dataclass(frozen=True)
class Compared:
    """One number to be tested for equivalence.

    Attributes
    ----------
    quantity : str
        What it is printed as: ``mean_difference``, ``risk_difference``, ``r``, ``b``, ``odds_ratio`` or ``rate_ratio``.
    outcome, term, contrast : str
        The keys of its rows.
    n : float
        People.
    estimate, std_error, df : float
        On the scale of the test: Fisher's z of ``r``, the logarithm of ratios, else the number itself.
    units : mapping of str to float
        See ``on_test_scale``.
    method : str
        The test.
    warning : str
        What the reader must know.
    cells : tuple of str
        The cells behind its rows.
    group : str
        A key of its rows.
    people : mapping of str to float or mask
        How many, or who, is in a cell; empty where the cells are those of another table.
    how : callable or None
        From the bounds and α to the tests, where they are not those of the estimate and its standard error.
    """

    quantity: str
    outcome: str
    term: str
    contrast: str
    n: float
    estimate: float
    std_error: float
    df: float
    units: Mapping[str, float]
    method: str
    warning: str = ""
    cells: tuple[str, ...] = ()
    group: str = ""
    people: Mapping[str, float | NDArray[np.bool_]] = field(default_factory=dict)
    how: Callable[[tuple[float, float], float], EquivalenceTest] | None = None

    def shown(self, value: float) -> float:
        """Return a number of the test's scale as it is printed."""
        if self.quantity == "r":
            return math.tanh(value)
        return math.exp(value) if self.quantity in ("odds_ratio", "rate_ratio") else value


def add_equivalence(rows: Rows, one: Compared, bounds: Bounds, side: Side, alpha: float) -> None:
    """Add the estimate with its 1 − 2α interval and its test of no difference, both bounds, and the verdict."""
    ends = on_test_scale(bounds, one.units, side)
    if one.how is None:
        found = equivalence_test(one.estimate, one.std_error, one.df, ends, alpha)
    else:
        found = one.how(ends, alpha)
    for cell, people in one.people.items():
        rows.cell(cell, people)
    keys: dict[str, Any] = {
        "outcome": one.outcome, "term": one.term, "contrast": one.contrast, "group": one.group, "n": one.n,
        "cells": one.cells,
    }  # fmt: skip
    df = math.nan if math.isinf(one.df) else one.df
    tested: dict[str, Any] = {"statistic_name": "z" if math.isinf(one.df) else "t", "df1": df}
    known = not math.isnan(found.low)
    warning = one.warning if known else "; ".join(filter(None, (one.warning, WARNING_NO_ERROR)))
    t = found.statistic
    rows.add(
        one.quantity,
        estimate=one.shown(one.estimate),
        std_error=one.std_error if one.quantity in ("mean_difference", "risk_difference", "b") else math.nan,
        conf_low=one.shown(found.low) if known else math.nan,
        conf_high=one.shown(found.high) if known else math.nan,
        conf_level=1 - 2 * alpha if known else math.nan,
        statistic=t,
        p_value=float(2 * stats.t.sf(abs(t), one.df)),
        method=f"{one.method}; two-sided test of no difference",
        warning=warning,
        **tested,
        **keys,
    )
    for level, end, statistic, p in (
        (LOWER, ends[0], found.t_lower, found.p_lower),
        (UPPER, ends[1], found.t_upper, found.p_upper),
    ):
        if math.isfinite(end):
            rows.add(
                one.quantity, level=level, estimate=one.shown(end), statistic=statistic, p_value=p,
                method="one-sided test against the bound", **tested, **keys,
            )  # fmt: skip
    verdict = VERDICTS[side][0 if found.established else 1]
    rows.add(
        "equivalence", level=verdict, estimate=float(found.established), p_value=found.p_value,
        method="both one-sided tests" if side == "both" else "one one-sided test", **keys,
    )  # fmt: skip
    rows.add("smallest_effect", level=bounds.unit, estimate=bounds.size, method="as declared", **keys)


def _plain(value: float) -> str:
    return f"{value:g}".replace("-", MINUS)


def equivalence_result(
    compared: Sequence[Compared],
    bounds: Bounds,
    side: Side,
    alpha: float,
    *,
    title: str,
    used: int,
    dropped: int,
    labels: Mapping[str, str],
    settings: Mapping[str, Any],
    notes: Sequence[str] = (),
    references: Sequence[str] = (),
    analysis: str = "equivalence",
    cells: Cells | None = None,
) -> Result:
    """Return tested comparisons as a result with its figure; ``cells`` are those of the table they come from."""
    rows = Rows()
    if cells is not None:
        rows.take_cells(cells)
    for one in compared:
        add_equivalence(rows, one, bounds, side, alpha)
    quantities = list(dict.fromkeys(one.quantity for one in compared))
    show: list[Show] = []
    for quantity in quantities:
        show += [Show(quantity), Show(quantity, "interval"), Show(quantity, "statistic"), Show(quantity, "p")]
    show += [Show("equivalence", "p", "p (equivalence)"), Show("equivalence", "text", "Verdict")]
    unit = QUANTITIES[bounds.unit].label
    told = NOTE_SOURCE.format(unit=unit, low=_plain(bounds.low), high=_plain(bounds.high), source=bounds.source)
    units = [NOTE_UNITS] if bounds.unit in STANDARDISED else []
    kind = "Two one-sided tests (TOST)" if side == "both" else "One-sided test of non-inferiority"
    return Result.from_rows(
        rows,
        title=title,
        analysis=analysis,
        method=f"{kind} at level {alpha:g} with {100 * (1 - 2 * alpha):g}% intervals: {compared[0].method}",
        n_used=used,
        n_dropped=dropped,
        settings={
            **settings,
            "smallest_effect": {bounds.unit: [bounds.low, bounds.high], "source": bounds.source},
            "side": side,
            "alpha": alpha,
        },
        notes=(told, *units, *notes),
        references=(*REFERENCES, *references),
        labels={**labels, bounds.unit: unit},
        wording=EquivalenceWords(dict(labels), side),
        layout=Layout(rows=("outcome", "term", "contrast", "group"), show=tuple(show), row_head="Comparison"),
        plot="equivalence_intervals",
    )
