"""Colours, hatches and markers that stay apart for colour-blind readers and in grey print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from osa_survey.instruments.reasons import REASONS

INK = "#1A1A1A"
MUTED = "#5A5A5A"
RULE = "#D0D0D0"
PAPER = "#FFFFFF"
PALE = "#F1F4F7"

# Okabe and Ito (2008), Color Universal Design; black is kept for text.
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#999999")
HATCHES = ("", "////", "....", "\\\\\\\\", "xxxx", "----", "oooo", "++++")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
Line = str | tuple[int, tuple[float, ...]]
LINES: tuple[Line, ...] = (
    "-", (0, (5, 2)), (0, (1, 1.4)), (0, (6, 2, 1, 2)), (0, (9, 3)), (0, (3, 1.5, 1, 1.5, 1, 1.5)), (0, (2, 3)),
    (0, (9, 2, 3, 2)),
)  # fmt: skip


@dataclass(frozen=True)
class SeriesStyle:
    """How one series is told from the others: by colour, and without colour by hatch, marker or kind of line."""

    colour: str
    hatch: str
    marker: str
    line: Line


def series_style(position: int) -> SeriesStyle:
    """Return the style of the series at this position, from 0.

    Examples
    --------
    >>> series_style(0).colour, series_style(1).hatch
    ('#0072B2', '////')

    Notes
    -----
    After eight positions colours come again, each with another hatch, marker and line.
    """
    place, turn = position % len(COLOURS), position // len(COLOURS)
    other = (place + turn) % len(COLOURS)
    return SeriesStyle(COLOURS[place], HATCHES[other], MARKERS[other], LINES[other])


def reason_places(reasons: Sequence[str]) -> list[int]:
    """Return the positions of reasons of missing answers: a reason looks the same in every figure.

    Examples
    --------
    >>> reason_places(["not_answered", "refused"]), reason_places(["refused"])
    ([5, 0], [0])
    """
    known = list(REASONS)
    others = [reason for reason in reasons if reason not in known]
    return [(known + others).index(reason) for reason in reasons]
