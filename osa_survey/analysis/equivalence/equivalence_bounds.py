"""The smallest effect of interest, and the bounds it sets on the scale of a test."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from osa_survey.analysis.arguments import check_choices
from osa_survey.errors import AnalysisError, Problem, nearest

Side = Literal["both", "lower", "upper"]
SIDES = ("both", "lower", "upper")
SmallestEffect = Mapping[str, float | str | Sequence[float]]
SOURCE = "source"
RATIOS = ("odds_ratio", "rate_ratio")
HINT = 'smallest_effect = { hedges_g = 0.2, source = "where it comes from" }'


@dataclass(frozen=True)
class Bounds:
    """The smallest effect of interest as it was declared.

    Attributes
    ----------
    unit : str
        The quantity it is told in.
    low, high : float
        The bounds in this unit.
    source : str
        Where they come from.
    """

    unit: str
    low: float
    high: float
    source: str

    @property
    def size(self) -> float:
        """The bound that is printed as the smallest effect of interest: the upper one."""
        return self.high


def declared_bounds(smallest_effect: SmallestEffect | None) -> Bounds:
    """Return a smallest effect of interest, checked.

    Parameters
    ----------
    smallest_effect : mapping
        One quantity with its value (bounds −v and v; of ratios 1/v and v) or its two bounds, and ``source``.

    Raises
    ------
    AnalysisError
        ``no_bounds``, ``bounds``, ``no_source``.

    Examples
    --------
    >>> declared_bounds({"hedges_g": 0.2, "source": "the authors"}).low
    -0.2
    """
    given = dict(smallest_effect or {})
    source = str(given.pop(SOURCE, "")).strip()
    if len(given) != 1:
        message = "an equivalence test needs one smallest effect of interest"
        raise AnalysisError(Problem("no_bounds", message, key="smallest_effect", hint=HINT))
    ((unit, value),) = given.items()
    problems = []
    if not source:
        message = "a smallest effect of interest needs its source: who chose it, and why"
        problems.append(Problem("no_source", message, key="smallest_effect.source", hint=HINT))
    low, high = _ends(unit, value)
    if not (low < high and math.isfinite(low) and math.isfinite(high)) or (unit in RATIOS and low <= 0):
        message = f"'{unit}' needs a positive number, or a lower and a higher bound"
        problems.append(Problem("bounds", message, key=f"smallest_effect.{unit}", hint=HINT))
    if problems:
        raise AnalysisError(problems)
    return Bounds(unit, low, high, source)


def _ends(unit: str, value: float | str | Sequence[float]) -> tuple[float, float]:
    nan = math.nan
    if isinstance(value, str | bool):
        return nan, nan
    if isinstance(value, Sequence):
        return (float(value[0]), float(value[1])) if len(value) == 2 else (nan, nan)
    if unit in RATIOS:
        return (min(value, 1 / value), max(value, 1 / value)) if value > 0 else (nan, nan)
    return (-float(value), float(value)) if value > 0 else (nan, nan)


def on_test_scale(bounds: Bounds, units: Mapping[str, float], side: Side) -> tuple[float, float]:
    """Return the bounds on the scale the estimate is tested on; a bound that is not tested is infinite.

    Parameters
    ----------
    bounds : Bounds
        As declared.
    units : mapping of str to float
        The units the comparison knows → how much one of them is on the scale of the test. ``r`` is tested on Fisher's
        z and ratios on their logarithm; their value is not used.
    side : {"both", "lower", "upper"}
        Which bounds are tested.

    Raises
    ------
    AnalysisError
        ``bounds_unit`` where the comparison does not know the unit; ``bounds`` where a correlation is 1 or more.
    """
    if bounds.unit not in units:
        message = f"bounds of this comparison cannot be told in '{bounds.unit}'"
        hint = f"{nearest(bounds.unit, list(units)) or 'one of'}: {', '.join(units)}"
        raise AnalysisError(Problem("bounds_unit", message, key="smallest_effect", hint=hint))
    if bounds.unit == "r" and max(abs(bounds.low), abs(bounds.high)) >= 1:
        raise AnalysisError(Problem("bounds", "a correlation lies between −1 and 1", key="smallest_effect.r"))
    low, high = (_scaled(bounds.unit, end, units[bounds.unit]) for end in (bounds.low, bounds.high))
    return (low if side != "upper" else -math.inf, high if side != "lower" else math.inf)


def _scaled(unit: str, value: float, size: float) -> float:
    if unit == "r":
        return math.atanh(value)
    return math.log(value) if unit in RATIOS else value * size


def check_side(side: str) -> None:
    """Raise an AnalysisError unless the side is known."""
    check_choices(("side", side, SIDES))
