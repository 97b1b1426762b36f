"""What a reader of a printed figure meets: where each text stands, how large it is, and how series are told apart."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from unittest import mock

import matplotlib.style
import numpy as np
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from osa_survey.plots import draw
from osa_survey.report.figures import RENDER
from osa_survey.results import Result

DPI = 100
MILLIMETRES = 25.4
HANDS = 0.2  # share of a line's height that is room for descenders: lines closer than that do not touch


@dataclass(frozen=True)
class Placed:
    """One text as it is drawn: its corners in pixels of the figure, its size in points."""

    text: str
    corners: np.ndarray
    points: float

    def overlaps(self, other: Placed) -> bool:
        """Tell whether two texts cover each other: no line of their sides has them on two sides of it."""
        for corners in (self.corners, other.corners):
            for side in (corners[1] - corners[0], corners[3] - corners[0]):
                mine, others = self.corners @ side, other.corners @ side
                if mine.max() <= others.min() or others.max() <= mine.min():
                    return False
        return True


@contextmanager
def _drawn_texts() -> Iterator[list[Text]]:
    found: list[Text] = []
    usual = Text.draw

    def noted(self: Text, renderer: object) -> None:
        if self.get_visible() and self.get_text().strip():
            found.append(self)
        usual(self, renderer)

    with mock.patch.object(Text, "draw", noted):
        yield found


def printed_figure(result: Result, language: str = "en") -> tuple[Figure, list[Placed]]:
    """Draw a figure as the report does and return it with every text that is drawn."""
    with matplotlib.style.context(["default", RENDER]), rc_context(RENDER):
        figure = draw(result, language=language).figure
        assert isinstance(figure, Figure)
        placed = placed_texts(figure)
    return figure, placed


def placed_texts(figure: Figure) -> list[Placed]:
    """Return every text of a figure that is drawn."""
    figure.set_dpi(DPI)
    FigureCanvasAgg(figure)
    with _drawn_texts() as found:
        figure.canvas.draw()
    return [Placed(text.get_text(), _corners(text), float(text.get_fontsize())) for text in dict.fromkeys(found)]


def _corners(text: Text) -> np.ndarray:
    """Return the corners of a text, turned as it is, without the room its last line keeps for descenders."""
    angle = np.deg2rad(text.get_rotation())
    whole = text.get_window_extent()
    if np.isclose(np.sin(2 * angle), 0.0):
        room = HANDS * text.get_fontsize() * DPI / 72
        upright = np.isclose(np.cos(angle), 0.0)
        x0, x1 = (whole.x0, whole.x1 - room) if upright else (whole.x0, whole.x1)
        y0, y1 = (whole.y0, whole.y1) if upright else (whole.y0 + room, whole.y1)
        return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])
    turned = text.get_rotation()
    text.set_rotation(0)
    flat = text.get_window_extent()
    text.set_rotation(turned)
    along, across = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    middle = np.array([(whole.x0 + whole.x1) / 2, (whole.y0 + whole.y1) / 2])
    half_along, half_across = along * flat.width / 2, across * flat.height / 2
    return np.array(
        [
            middle - half_along - half_across,
            middle + half_along - half_across,
            middle + half_along + half_across,
            middle - half_along + half_across,
        ]
    )


def overlapping(placed: list[Placed]) -> list[tuple[str, str]]:
    """Return the pairs of texts that cover each other."""
    return [(one.text, other.text) for one, other in itertools.combinations(placed, 2) if one.overlaps(other)]


def cut_off(figure: Figure, placed: list[Placed]) -> list[str]:
    """Return the texts that reach out of the figure."""
    width, height = figure.get_size_inches() * DPI
    return [
        one.text
        for one in placed
        if one.corners.min() < -1 or one.corners[:, 0].max() > width + 1 or one.corners[:, 1].max() > height + 1
    ]


def smallest_points(figure: Figure, placed: list[Placed], millimetres: float) -> float:
    """Return the size of the smallest text when the figure is set at a width."""
    return min(one.points for one in placed) * millimetres / (figure.get_size_inches()[0] * MILLIMETRES)
