"""Every figure as printed: no text covers another, is cut off or too small, and series differ without colour."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from osa_survey.plots import PLOTS, draw
from osa_survey.plots.palette import COLOURS, INK, LINES, series_style
from osa_survey.plots.row_plans import MOST_ROWS, TALLEST
from tests.plots.measuring import cut_off, overlapping, placed_texts, printed_figure, smallest_points
from tests.plots.seeing import APART, SIMULATIONS, grey, seen
from tests.plots.varied_results import COUNTRIES, RESULTS, few, many, variant, variants

NARROW, WIDE = 84.0, 174.0  # millimetres: one and two columns of most journals
SMALLEST = 6.0  # points: what journals ask of the smallest letter in a figure
PAGE = 234.0  # millimetres: how high a page of a journal is
GREY_APART = 15.0  # distance in lightness (CIELAB) at which two greys are told apart beside each other
LIMIT = 1e-9  # sizes are exact: points and millimetres of the same figure
VARIANTS = variants()


def test_every_figure_is_measured() -> None:
    assert {result.plot for result in RESULTS.values()} == set(PLOTS)


@pytest.mark.parametrize("name", VARIANTS)
def test_texts_neither_touch_nor_are_cut_off_nor_are_too_small(name: str) -> None:
    kind, result = VARIANTS[name]
    figure, placed = printed_figure(variant(kind, result), "de" if kind == "long" else "en")
    assert placed
    assert overlapping(placed) == []
    assert cut_off(figure, placed) == []
    for width in (NARROW, WIDE):
        assert smallest_points(figure, placed, width) >= SMALLEST - LIMIT
    assert figure.get_size_inches()[1] <= TALLEST + LIMIT


def test_the_tallest_figure_fits_a_page_at_the_narrow_width() -> None:
    figure, _ = printed_figure(many("prevalence"))
    width, height = figure.get_size_inches()
    assert height == pytest.approx(TALLEST)
    assert NARROW * height / width <= PAGE


def test_a_covered_text_and_one_outside_are_found() -> None:
    ax = draw(few("compare_groups"))
    ax.text(0.5, 0.5, "covered", transform=ax.transAxes)
    ax.text(0.51, 0.5, "covering", transform=ax.transAxes, rotation=30)
    ax.text(0.9, 0.9, "far longer than what is left of the axes", transform=ax.transAxes).set_in_layout(False)
    figure, placed = ax.figure, placed_texts(ax.figure)
    assert ("covered", "covering") in overlapping(placed)
    assert cut_off(figure, placed) == ["far longer than what is left of the axes"]


def series_of(ax: Axes) -> list[tuple[str, str, str, str]]:
    """Return colour, hatch, marker and line of each entry of a legend."""
    legend = ax.get_legend() or (ax.figure.legends[0] if ax.figure.legends else None)
    found = []
    for handle in [] if legend is None else legend.legend_handles:
        if isinstance(handle, Patch):
            found.append((to_hex(handle.get_facecolor()), str(handle.get_hatch()), "", ""))
        elif isinstance(handle, Line2D):
            found.append((to_hex(handle.get_color()), "", str(handle.get_marker()), ""))
    return found


@pytest.mark.parametrize("name", RESULTS)
def test_series_of_a_figure_differ_for_every_reader_and_in_grey(name: str) -> None:
    series = series_of(draw(few(name)))
    for one, other in itertools.combinations(series, 2):
        without_colour = one[1:] != other[1:]
        lightness = abs(grey(one[0]) - grey(other[0])) >= GREY_APART
        assert without_colour or lightness, (one, other)
        for sight in SIMULATIONS:
            distance = float(np.linalg.norm(seen(one[0], sight) - seen(other[0], sight)))
            assert without_colour or distance >= APART, (sight, one, other)


@pytest.mark.parametrize("name", ["curves", "profiles", "class_shares", "crossed", "traces"])
def test_lines_without_marks_or_with_the_same_differ_by_their_kind(name: str) -> None:
    ax = draw(few(name))
    panels = ax.child_axes or [ax]
    drawn = [line for line in panels[0].lines if len(line.get_xdata()) > 2 and line.get_linestyle() != "None"]
    styles = {(line._unscaled_dash_pattern, to_hex(line.get_color())) for line in drawn}
    assert len({dashes for dashes, _ in styles}) == len(styles) > 1


def test_both_poles_of_a_matrix_are_told_by_the_number_or_by_hatches() -> None:
    printed = draw(few("twelve_correlations"))
    numbers = [text.get_text() for text in printed.texts if text.get_text() != "–"]
    assert len(numbers) == 66  # 12 * 11 / 2
    assert any(number.startswith("−") for number in numbers)
    narrow = draw(few("forty_correlations"))
    assert not [text for text in narrow.texts if text.get_text().startswith((".", "−"))]
    frame = few("forty_correlations").table
    assert len(frame) == 861  # 42 * 41 / 2
    assert sum(bool(patch.get_hatch()) for patch in narrow.patches) == int((frame["estimate"] < 0).sum())


def test_styles_stay_apart_beyond_the_number_of_colours() -> None:
    styles = [series_style(place) for place in range(COUNTRIES)]
    assert len({(style.colour, style.hatch) for style in styles}) == COUNTRIES
    assert len({(style.colour, style.marker) for style in styles}) == COUNTRIES
    assert len(set(LINES)) == len(COLOURS)


def test_more_groups_than_markers_become_rows() -> None:
    ax = draw(many("by_country"))
    assert ax.get_legend() is None
    # 3 activities in 42 groups; of the three groups of the pattern the last is hidden.
    assert 3 * COUNTRIES == 126
    assert len(ax.get_yticklabels()) == MOST_ROWS
    assert f"The first {MOST_ROWS} of 126" in ax.get_xlabel().replace("\n", " ")


def test_shortened_names_keep_both_ends() -> None:
    labels = [label.get_text() for label in draw(variant("long", "reliability")).get_yticklabels()]
    assert len(set(labels)) == len(labels)
    assert all(label.startswith("Selbst") for label in labels)
    assert labels[0].replace("\n", " ").endswith("gets in the way")


def test_ink_is_dark_on_every_fill() -> None:
    lightest = {colour: grey(colour) for colour in COLOURS}
    assert grey(INK) < min(lightest.values())
    assert all(to_rgb(colour) != to_rgb(INK) for colour in COLOURS)
