"""Figures as files: what is drawn once for pages and documents is what is drawn for each."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import matplotlib
import matplotlib.style
import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from osa_survey.plots import draw
from osa_survey.report.figures import RENDER, render_pictures, render_png, render_svg
from osa_survey.results import Result
from tests.made_up_results import comparison_result, items_result

SHIFTED = 60
"""Greys of 255 that an edge changes by when it lies a fraction of a pixel elsewhere."""
ROOM = 0.03
"""Share of pixels that may: text is measured at another resolution, so an axis may lie a pixel elsewhere."""


def grey(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)).convert("L"), dtype=float)


@pytest.mark.parametrize("make", [items_result, comparison_result])
def test_one_drawing_gives_the_svg_and_the_png_of_two(make: Callable[[], Result]) -> None:
    result = make()
    names = {"identifier": "figure-1", "title": "Means", "description": "Two dots."}
    svg, png = render_pictures(result, **names)
    assert svg == render_svg(result, **names)
    alone = render_png(result)
    assert (png.width, png.height) == (alone.width, alone.height)
    both = grey(png.data), grey(alone.data)
    assert both[0].shape == both[1].shape
    assert float((np.abs(both[0] - both[1]) > SHIFTED).mean()) < ROOM
    assert render_pictures(result, **names) == (svg, png)


@pytest.mark.parametrize("make", [items_result, comparison_result])
def test_laying_out_once_draws_what_matplotlib_saves(make: Callable[[], Result]) -> None:
    stream = io.StringIO()
    with matplotlib.style.context(["default", RENDER]), matplotlib.rc_context(RENDER):
        figure = draw(make()).figure
        assert isinstance(figure, Figure)
        figure.savefig(stream, format="svg", metadata={"Date": None})
    svg = render_svg(make(), identifier="figure-1", title="Means", description="Two dots.")
    saved, own = (re.findall(r' (?:d|transform|x|y)="([^"]+)"', text) for text in (stream.getvalue(), svg))
    assert len(saved) > 20
    assert own == saved
