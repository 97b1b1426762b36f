"""Families of tests: adjusted p values and simultaneous intervals of numbers from several results, side by side."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from osa_survey.analysis.families.family_sentences import ROMANO_WOLF, FamilyWords, Told, simultaneous_word
from osa_survey.analysis.families.step_down import romano_wolf, simultaneous_quantile
from osa_survey.analysis.multiplicity import adjusted_p_values
from osa_survey.analysis.tested_numbers import ScaledNumber, rows_tested, scaled_number
from osa_survey.errors import AnalysisError, Problem
from osa_survey.results import Layout, Result, Show
from osa_survey.results.columns import COLUMNS, KEY_COLUMNS, NUMBER_COLUMNS

Floats = NDArray[np.float64]
EQUIVALENCE = "equivalence"
"""Tests of another question: they are not of the family."""


@dataclass(frozen=True)
class FamilyTest:
    """One test of a family.

    Attributes
    ----------
    analysis : int
        The position of its result.
    key : tuple of str
        The key columns of its row.
    p_value : float
        Unadjusted.
    number : ScaledNumber or None
        What has an interval; None for tests of several numbers.
    """

    analysis: int
    key: tuple[str, ...]
    p_value: float
    number: ScaledNumber | None


@dataclass(frozen=True)
class Adjusted:
    """What a family says of one of its tests: the adjusted p, and the simultaneous interval (NaN without)."""

    p_adjusted: float
    low: float
    high: float


def family_tests(results: Sequence[Result], tested: Sequence[Mapping[str, str]]) -> tuple[FamilyTest, ...]:
    """Return the tests of a family, in the order of its results.

    Parameters
    ----------
    results : sequence of Result
        Results that have not been released.
    tested : sequence of mapping
        For each of them which numbers count; see ``rows_tested``.
    """
    found = []
    for place, (result, asked) in enumerate(zip(results, tested, strict=True)):
        for position in rows_tested(result, asked):
            row = result.frame.iloc[position]
            key = tuple(str(row[name]) for name in KEY_COLUMNS)
            found.append(FamilyTest(place, key, float(row["p_value"]), scaled_number(row)))
    return tuple(found)


def adjusted_family(
    tests: Sequence[FamilyTest], adjust: str, conf_level: float, resampled: Floats | None = None
) -> tuple[Adjusted, ...]:
    """Return adjusted p values and simultaneous intervals of a family.

    Parameters
    ----------
    tests : sequence of FamilyTest
        All tests.
    adjust : str
        ``holm``, ``hochberg``, ``bh``, ``by``, ``bonferroni``, ``hommel``, ``romano_wolf`` or ``none``.
    conf_level : float
        The simultaneous level.
    resampled : ndarray of float, shape (draws, tests)
        Of ``romano_wolf``: centred studentised statistics.

    Notes
    -----
    Intervals of families adjusted from p values alone are Bonferroni's: level 1 − α/k, whatever the step-wise method,
    because step-wise p values have no intervals of the same power. Those of Romano and Wolf use the quantile of max|t|.
    """
    if adjust == ROMANO_WOLF:
        if resampled is None or any(one.number is None for one in tests):
            raise _no_number([one for one in tests if one.number is None])
        t = np.array([_t(one.number) for one in tests])
        p = romano_wolf(t, resampled)
        quantile = simultaneous_quantile(resampled, conf_level)
        return tuple(
            Adjusted(float(value), *_ends(one.number, lambda _: quantile)) for one, value in zip(tests, p, strict=True)
        )
    p = adjusted_p_values(np.array([one.p_value for one in tests]), adjust)
    level = 1 - (1 - conf_level) / max(1, len(tests))

    def bonferroni(number: ScaledNumber) -> float:
        return float(stats.t.ppf(0.5 + level / 2, number.df))

    none = (math.nan, math.nan)
    return tuple(
        Adjusted(float(value), *(none if adjust == "none" else _ends(one.number, bonferroni)))
        for one, value in zip(tests, p, strict=True)
    )


def _no_number(without: Sequence[FamilyTest]) -> AnalysisError:
    names = ", ".join(dict.fromkeys(one.key[0] for one in without)) or "a test"
    message = f"Romano and Wolf's method resamples estimates with standard errors, and {names} has none"
    hint = "name single numbers in tested, or use adjust = 'holm'"
    return AnalysisError(Problem("does_not_compose", message, key="adjust", hint=hint))


def _t(number: ScaledNumber | None) -> float:
    return math.nan if number is None else number.estimate / number.std_error


def _ends(number: ScaledNumber | None, quantile: Callable[[ScaledNumber], float]) -> tuple[float, float]:
    if number is None:
        return math.nan, math.nan
    half = quantile(number) * number.std_error
    return number.back(number.estimate - half), number.back(number.estimate + half)


def with_family(result: Result, members: Mapping[tuple[str, ...], Adjusted], told: Told) -> Result:
    """Return a result whose tables show what its family says of its tests.

    Parameters
    ----------
    result : Result
        A result that has not been released.
    members : mapping
        Key columns of a row → its adjusted p and simultaneous interval.
    told : Told
        The family.

    Returns
    -------
    Result
        ``p_adjusted`` of the rows is that of the family; rows ``simultaneous`` hold the intervals; the printed tables
        show both beside p, and notes and sentences say what they are.
    """
    shown = _with_rows(result, members, told.conf_level)
    return replace(
        shown,
        notes=(*result.notes, *told.notes()),
        references=tuple(dict.fromkeys((*result.references, *told.references()))),
        settings={**result.settings, "family": {"name": told.family, "adjust": told.adjust, "tests": told.k}},
        wording=FamilyWords(result.wording, told, tuple(members), dict(result.labels)),
    )


def _with_rows(result: Result, members: Mapping[tuple[str, ...], Adjusted], conf_level: float) -> Result:
    table, behind, added, quantities = result.table, [], [], []
    keys = list(zip(*(table[name].tolist() for name in KEY_COLUMNS), strict=True))
    for place, key in enumerate(keys):
        if key not in members:
            continue
        one = members[key]
        quantities.append(key[0])
        table.loc[place, "p_adjusted"] = one.p_adjusted
        if math.isnan(one.low):
            continue
        row: dict[str, Any] = {name: table.loc[place, name] for name in COLUMNS}
        row.update({name: math.nan for name in NUMBER_COLUMNS if name not in ("n", "estimate")})
        row.update(quantity=simultaneous_word(key[0]), conf_low=one.low, conf_high=one.high, conf_level=conf_level)
        row.update(statistic_name="", method="simultaneous interval of a family of tests", warning="")
        added.append(row)
        behind.append(result.cells.behind[place] if result.cells.behind else ())
    more = {
        name: part if name == EQUIVALENCE else _with_rows(part, members, conf_level)
        for name, part in result.more.items()
    }
    if not quantities:
        return replace(result, more=more)
    if added:
        table = pd.concat([table, pd.DataFrame(added)[list(COLUMNS)]], ignore_index=True)
    cells = result.cells
    if cells.behind:
        cells = replace(cells, behind=(*cells.behind, *behind))
    layout = _layout(result.layout, dict.fromkeys(quantities), bool(added))
    return replace(result, frame=table, cells=cells, layout=layout, more=more)


def _layout(layout: Layout | None, quantities: Mapping[str, None], intervals: bool) -> Layout | None:
    """Return a layout that shows adjusted p and simultaneous intervals right after the p of the tests."""
    if layout is None:
        return None
    show = [one for one in layout.show if not (one.part == "p_adjusted" and one.quantity in quantities)]
    for quantity in quantities:
        places = [place for place, one in enumerate(show) if one.quantity == quantity]
        if not places:
            continue
        own = [Show(quantity, "p")] if not any(show[place].part == "p" for place in places) else []
        own.append(Show(quantity, "p_adjusted", "p (family)"))
        if intervals:
            own.append(Show(simultaneous_word(quantity), "interval", "Simultaneous CI"))
        show[max(places) + 1 : max(places) + 1] = own
    return replace(layout, show=tuple(show))
