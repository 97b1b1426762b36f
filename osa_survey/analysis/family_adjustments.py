"""Families of tests: adjusted p values and simultaneous intervals of numbers from several results, side by side."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from osa_survey import formatting
from osa_survey.analysis.multiplicity import ADJUSTMENT_REFERENCES, ADJUSTMENT_TITLES, adjusted_p_values
from osa_survey.analysis.step_down import REFERENCE, REFERENCE_P, romano_wolf, simultaneous_quantile
from osa_survey.analysis.tested_numbers import ScaledNumber, rows_tested, scaled_number
from osa_survey.errors import AnalysisError, Problem
from osa_survey.results import Layout, Result, Show
from osa_survey.results.columns import COLUMNS, KEY_COLUMNS, NUMBER_COLUMNS, QUANTITIES
from osa_survey.results.result import Wording
from osa_survey.results.rows import Cells

Floats = NDArray[np.float64]
ROMANO_WOLF = "romano_wolf"
TITLES = {**ADJUSTMENT_TITLES, ROMANO_WOLF: "Romano–Wolf, bootstrap"}
NOTE = "The family “{family}” has {k} test{s}; p is adjusted over all of them ({how}). {intervals}"
INTERVALS = {
    "bonferroni": "Simultaneous intervals are Bonferroni’s, each at level 1 − {alpha:g}/{k}.",
    ROMANO_WOLF: "Simultaneous intervals take the quantile of the largest |t| of {draws} resamples of respondents.",
    "none": "Nothing is adjusted, so that there are no simultaneous intervals.",
}
NOTE_RATE = "Adjusted p of this kind bound the expected share of false rejections, not the chance of any."
NOTE_OWN = "The adjusted p of this table would be those of its own tests; they are those of the family."
SENTENCES = {
    "en": "In the family “{family}” ({how}, {k}): {listed}.",
    "de": "In der Familie „{family}“ ({how}, {k}): {listed}.",
}
TESTS = {"en": ("1 test", "{k} tests"), "de": ("1 Test", "{k} Tests")}
ADJUSTED = {"en": "{name}, adjusted p {p}", "de": "{name}, adjustiertes p {p}"}
SIMULTANEOUS = {"en": ", simultaneous {interval}", "de": ", simultanes {interval}"}


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


@dataclass(frozen=True)
class Told:
    """A family as tables and sentences tell it."""

    family: str
    adjust: str
    k: int
    conf_level: float
    draws: int = 0

    def notes(self) -> tuple[str, ...]:
        """Return the notes under a table."""
        key = self.adjust if self.adjust in INTERVALS else "bonferroni"
        intervals = INTERVALS[key].format(alpha=1 - self.conf_level, k=self.k, draws=self.draws)
        how = TITLES[self.adjust]
        told = NOTE.format(family=self.family, k=self.k, s="" if self.k == 1 else "s", how=how, intervals=intervals)
        return (told, NOTE_RATE) if self.adjust in ("bh", "by") else (told,)

    def references(self) -> tuple[str, ...]:
        """Return the sources of the adjustment."""
        if self.adjust == ROMANO_WOLF:
            return REFERENCE, REFERENCE_P
        return (ADJUSTMENT_REFERENCES[self.adjust],) if self.adjust in ADJUSTMENT_REFERENCES else ()


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
    more = {name: _with_rows(part, members, conf_level) for name, part in result.more.items()}
    if not quantities:
        return replace(result, more=more)
    if added:
        table = pd.concat([table, pd.DataFrame(added)[list(COLUMNS)]], ignore_index=True)
    cells = result.cells
    if cells.behind:
        cells = Cells(cells.counts, cells.sums, (*cells.behind, *behind))
    layout = _layout(result.layout, dict.fromkeys(quantities), bool(added))
    return replace(result, frame=table, cells=cells, layout=layout, more=more)


def simultaneous_word(quantity: str) -> str:
    """Return the quantity of the simultaneous interval of another one, printed in the same style.

    Examples
    --------
    >>> simultaneous_word("mean_difference"), simultaneous_word("r")
    ('simultaneous', 'simultaneous_bounded')
    """
    style = QUANTITIES[quantity].style
    return f"simultaneous_{style}" if style in ("bounded", "percent") else "simultaneous"


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


@dataclass(frozen=True)
class FamilyWords:
    """The sentences of a result, and what its family says of its tests."""

    wording: Wording
    told: Told
    members: tuple[tuple[str, ...], ...]
    labels: Mapping[str, str]

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentences of a table that may have passed the gate."""
        own = self.wording(table.loc[~table["quantity"].str.startswith("simultaneous")], language)
        keys = zip(*(table[name].tolist() for name in KEY_COLUMNS), strict=True)
        rows = dict(zip(keys, table.to_dict("records"), strict=True))
        parts = []
        for key in self.members:
            row = rows[key]
            if row["suppressed"] or math.isnan(row["p_adjusted"]):
                continue
            names = [self.labels.get(name, name) for name in key[1:] if name] or [QUANTITIES[key[0]].label]
            text = ADJUSTED[language].format(name=", ".join(names), p=formatting.p_value(row["p_adjusted"]))
            interval = rows.get((simultaneous_word(key[0]), *key[1:]))
            if interval is not None:
                text += self._interval(key[0], interval, language)
            parts.append(text)
        if not parts:
            return own
        number = TESTS[language][0 if self.told.k == 1 else 1].format(k=self.told.k)
        family = {"family": self.told.family, "how": TITLES[self.told.adjust], "k": number}
        return (*own, SENTENCES[language].format(listed="; ".join(parts), **family))

    @staticmethod
    def _interval(quantity: str, row: Mapping[Hashable, Any], language: str) -> str:
        how = QUANTITIES[quantity]
        styled = {"bounded": how.style == "bounded", "as_percent": how.style == "percent"}
        bounds = formatting.interval(row["conf_low"], row["conf_high"], how.digits, **styled)
        level = f"{100 * row['conf_level']:g}"
        name = f"{level}% CI" if language == "en" else f"{level}-%-KI"
        return SIMULTANEOUS[language].format(interval=f"{name} {bounds}")
