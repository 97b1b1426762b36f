"""Series stay apart for colour-blind readers and in grey: by colour where it can, by hatch and marker always."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from osa_survey.plots.palette import COLOURS, HATCHES, INK, MARKERS, MUTED, PAPER, series_style

# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB; doi:10.1109/TVCG.2009.113.
SIMULATIONS = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    "usual sight": np.eye(3).tolist(),
}
USUAL = 4  # series that one figure of ours usually holds
APART = 15.0  # distance in CIELAB; about 2.3 is just noticeable, Mahy et al. (1994)
TEXT_CONTRAST = 4.5  # WCAG 2.2, 1.4.3


def linear(colour: str) -> np.ndarray:
    values = np.array(to_rgb(colour))
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    to_xyz = np.array(
        [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
    )
    scaled = to_xyz @ np.clip(rgb, 0, 1) / np.array([0.95047, 1.0, 1.08883])
    f = np.where(scaled > (6 / 29) ** 3, np.cbrt(scaled), scaled / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def contrast(one: str, other: str) -> float:
    weights = np.array([0.2126, 0.7152, 0.0722])
    light, dark = sorted((weights @ linear(one), weights @ linear(other)), reverse=True)
    return float((light + 0.05) / (dark + 0.05))


@pytest.mark.parametrize("sight", SIMULATIONS)
def test_the_usual_series_differ_in_colour_for_every_reader(sight: str) -> None:
    matrix = np.array(SIMULATIONS[sight])
    seen = {colour: lab(matrix @ linear(colour)) for colour in COLOURS[:USUAL]}
    near = {
        pair: round(float(np.linalg.norm(seen[pair[0]] - seen[pair[1]])), 1)
        for pair in itertools.combinations(seen, 2)
        if np.linalg.norm(seen[pair[0]] - seen[pair[1]]) < APART
    }
    assert near == {}


def test_without_any_colour_series_differ_by_hatch_and_marker() -> None:
    styles = [series_style(place) for place in range(len(COLOURS))]
    assert len({style.hatch for style in styles}) == len(styles) == len(HATCHES)
    assert len({style.marker for style in styles}) == len(styles) == len(MARKERS)


@pytest.mark.parametrize("ink", [INK, MUTED])
def test_words_in_figures_can_be_read(ink: str) -> None:
    assert contrast(ink, PAPER) >= TEXT_CONTRAST
