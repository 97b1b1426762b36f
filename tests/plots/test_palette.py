"""Series stay apart for colour-blind readers and in grey: by colour where it can, by hatch and marker always."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from osa_survey.plots.palette import COLOURS, HATCHES, INK, MARKERS, MUTED, PAPER, series_style
from tests.plots.seeing import APART, SIMULATIONS, linear, seen

USUAL = 4  # series that one figure of ours usually holds
TEXT_CONTRAST = 4.5  # WCAG 2.2, 1.4.3


def contrast(one: str, other: str) -> float:
    weights = np.array([0.2126, 0.7152, 0.0722])
    light, dark = sorted((weights @ linear(one), weights @ linear(other)), reverse=True)
    return float((light + 0.05) / (dark + 0.05))


@pytest.mark.parametrize("sight", SIMULATIONS)
def test_the_usual_series_differ_in_colour_for_every_reader(sight: str) -> None:
    colours = {colour: seen(colour, sight) for colour in COLOURS[:USUAL]}
    near = {
        pair: round(float(np.linalg.norm(colours[pair[0]] - colours[pair[1]])), 1)
        for pair in itertools.combinations(colours, 2)
        if np.linalg.norm(colours[pair[0]] - colours[pair[1]]) < APART
    }
    assert near == {}


def test_without_any_colour_series_differ_by_hatch_and_marker() -> None:
    styles = [series_style(place) for place in range(len(COLOURS))]
    assert len({style.hatch for style in styles}) == len(styles) == len(HATCHES)
    assert len({style.marker for style in styles}) == len(styles) == len(MARKERS)


@pytest.mark.parametrize("ink", [INK, MUTED])
def test_words_in_figures_can_be_read(ink: str) -> None:
    assert contrast(ink, PAPER) >= TEXT_CONTRAST
