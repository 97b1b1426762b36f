"""Axes of ratios: logarithmic, with ticks a reader knows."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, NullFormatter

from osa_survey import formatting
from osa_survey.plots.reading import Point

TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
FEW_TICKS = 3
MARGIN = 1.05
APART = 0.13  # share of the axis between two ticks
FINE_TICKS = (0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.2, 1.5, 2)
FINEST_TICKS = (0.9, 0.92, 0.94, 0.96, 0.98, 1, 1.02, 1.04, 1.06, 1.08, 1.1)


def logarithmic_axis(ax: Axes, drawable: Sequence[Point]) -> None:
    """Give an axis of ratios a logarithmic scale with round ticks and room for every point and for 1."""
    ax.set_xscale("log")
    ends = [value for p in drawable for value in (p.estimate, p.low, p.high) if math.isfinite(value) and value > 0]
    low, high = min([*ends, 1.0]) / MARGIN, max([*ends, 1.0]) * MARGIN
    ax.set_xlim(low, high)
    ticks = [tick for tick in TICKS if low <= tick <= high]
    if len(ticks) < FEW_TICKS:
        ticks = [tick for tick in FINE_TICKS if low <= tick <= high]
    if len(ticks) < FEW_TICKS:
        ticks = [tick for tick in FINEST_TICKS if low <= tick <= high]
    ax.set_xticks(_apart(ticks, math.log(high / low)))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: formatting.shortest(value)))
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.tick_params(axis="x", which="minor", length=0)


def _apart(ticks: Sequence[float], span: float) -> list[float]:
    """Return the ticks that have room, counted from 1 in both directions."""
    middle = 1.0 if 1.0 in ticks else ticks[0] if ticks else 1.0
    kept = [middle]
    for side in ([t for t in ticks if t > middle], [t for t in reversed(ticks) if t < middle]):
        last = middle
        for tick in side:
            if abs(math.log(tick / last)) >= APART * span:
                kept.append(tick)
                last = tick
    return sorted(kept)
