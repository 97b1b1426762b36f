"""Figures are tested by what is drawn: positions of bars and dots, ends of intervals, labels, and what is left out."""

from __future__ import annotations

import math
from dataclasses import replace

import matplotlib
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle

from osa_survey.disclosure import JOURNAL, WORKBENCH, Profile
from osa_survey.errors import AnalysisError
from osa_survey.plots import PLOTS, alt_text, draw, figure_note, figure_title
from osa_survey.plots.palette import COLOURS, HATCHES, MARKERS
from osa_survey.results import release
from tests import made_up_results as made
from tests.plots.drawn_parts import NEAR, RESULTS, bars, dots, interval_ends, released, texts

SIX_DIGITS = 5e-6
"""A released number has six significant digits: half a unit of the last, relative to the smallest such number."""

EVERYTHING = Profile("everything_small", threshold=10**9, for_release=True)


def test_every_figure_a_result_may_name_is_covered_here() -> None:
    assert {result.plot for result in RESULTS.values()} == set(PLOTS)


@pytest.mark.parametrize("name", RESULTS)
@pytest.mark.parametrize("language", ["en", "de"])
def test_a_figure_makes_its_own_axes_or_takes_one_and_changes_no_global_style(name: str, language: str) -> None:
    before = dict(matplotlib.rcParams)
    own = draw(released(name), language=language)
    assert isinstance(own, Axes)
    own.figure.canvas.draw()
    given = Figure(figsize=(5, 5)).add_subplot()
    assert draw(released(name), given, language) is given
    assert dict(matplotlib.rcParams) == before
    assert alt_text(released(name), language)
    assert figure_title(released(name))
    assert isinstance(figure_note(released(name), language), str)


@pytest.mark.parametrize("name", [name for name in RESULTS if name != "flow"])
@pytest.mark.parametrize("language", ["en", "de"])
def test_when_everything_is_hidden_the_figure_says_so_in_words(name: str, language: str) -> None:
    hidden = release(RESULTS[name], EVERYTHING)
    frame = hidden.table
    keep = frame["suppressed"] == ""
    numbers = ["n", "estimate", "conf_low", "conf_high"]
    frame.loc[keep, numbers] = math.nan  # rows without people behind them, such as tests
    frame["suppressed"] = "suppressed"
    hidden = replace(hidden, frame=frame)
    ax = draw(hidden, language=language)
    assert not bars(ax)
    assert not dots(ax)
    said = " ".join(texts(ax)) + alt_text(hidden, language)
    assert ("idden" if language == "en" else "erborgen") in said
    assert not any(character.isdigit() for text in texts(ax) for character in text)


@pytest.mark.parametrize("name", RESULTS)
def test_a_result_that_may_not_leave_the_machine_is_marked_in_the_figure(name: str) -> None:
    assert "NOT FOR RELEASE" in texts(draw(RESULTS[name])), "no profile yet"
    assert "NOT FOR RELEASE" in texts(draw(release(RESULTS[name], WORKBENCH)))
    assert "NOT FOR RELEASE" not in texts(draw(released(name)))


def test_published_values_stand_as_markers_of_their_own_beside_the_reproduced() -> None:
    ax = draw(released("run_published"))
    drawn = {
        (round(x, 6), line.get_marker()) for line in ax.lines for x in line.get_xdata() if len(line.get_xdata()) == 1
    }
    assert {(68.12, "o"), (68.0, "s"), (59.8, "o"), (61.0, "s"), (40.44, "o"), (41.0, "s")} <= drawn
    assert "Any activity: women" in texts(ax)
    assert "Any activity" in texts(ax), "the whole sample needs no name"
    # Intervals belong to what was computed, not to what is printed.
    assert sorted(round(a, 6) for a, b in interval_ends(ax) if a != b) == pytest.approx([38.44, 57.8, 66.12])


def test_an_unknown_figure_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(AnalysisError, match="group_means"):
        draw(replace(RESULTS["flow"], plot="group_mean"))


def test_flow_boxes_hold_every_step_and_how_many_remain() -> None:
    ax = draw(released("flow"))
    boxes = [patch for patch in ax.patches if isinstance(patch, FancyBboxPatch)]
    assert len(boxes) == 5
    tops = [box.get_y() for box in boxes]
    assert tops == sorted(tops), "from the records down to the analysis"
    words = texts(ax)
    assert "Records in the file n = 3,242" in words
    assert "n = 3,239 remain" in words  # 3,242 - 3
    assert "Adults analysed n = 3,211" in words
    assert any(text.startswith("Excluded: faster than") and text.endswith("n = 28") for text in words)
    assert alt_text(released("flow")).endswith("Adults analysed: n = 3,211.")


def test_group_means_are_dots_with_the_intervals_of_the_table() -> None:
    result = release(made.comparison_result(small=30), JOURNAL)
    groups = result.more["groups"].frame
    means = groups.loc[groups["quantity"] == "mean"]
    ax = draw(result)
    assert [x for x, _ in dots(ax)] == pytest.approx(list(means["estimate"]), abs=NEAR)
    drawn = interval_ends(ax)
    expected = list(zip(means["conf_low"], means["conf_high"], strict=True))
    assert np.array(drawn) == pytest.approx(np.array(expected), abs=NEAR)
    labels = [label.get_text().replace("\n", " ") for label in ax.get_yticklabels()]
    assert labels == ["man (n = 2,122)", "woman (n = 965)", "another gender (n = 30)"]
    assert ax.get_xlabel().replace("\n", " ") == "Sexual Compulsivity Scale, total (M) with 95% interval"


def test_a_hidden_group_is_a_mark_and_its_protector_looks_the_same() -> None:
    result = released("compare_groups")
    ax = draw(result)
    assert len(dots(ax)) == 1
    marks = [t for t in ax.texts if t.get_text() == "hidden (small n)"]
    assert [t.get_position()[1] for t in marks] == [1, 2]
    assert len({(t.get_color(), t.get_fontsize(), t.get_position()[0]) for t in marks}) == 1
    _low, high = ax.get_xlim()
    assert high < made.CANARY, "the axis must not make room for a hidden number"


def test_alt_text_of_two_groups_gives_direction_and_interval() -> None:
    groups = made.groups_result(small=30)
    frame = groups.table
    two = replace(groups, frame=frame.loc[frame["group"] != "another gender"], cells=type(groups.cells)())
    text = alt_text(replace(two, plot="group_means"))
    # 23.6964 - 23.5151 = 0.1813
    assert "woman is higher than man by 0.18 in this sample" in text
    assert "man 23.52 [23.19, 23.84]" in text  # 23.5151 -+ 1.96 * 7.64 / sqrt(2122) = 0.3251
    assert "95% intervals" in text


def test_prevalences_are_in_percent_with_one_marker_for_each_group() -> None:
    ax = draw(released("prevalence"))
    xs = [x for x, _ in dots(ax)]
    assert xs[0] == pytest.approx(100 * 497 / 700, abs=NEAR)  # round(0.71 * 700) = 497
    assert len(xs) == 6
    used = {line.get_marker() for line in ax.lines if line.get_marker() in MARKERS}
    assert len(used) == 2
    assert ax.get_legend() is not None
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["man", "woman", "another gender"]
    assert ax.get_xlim()[0] == 0
    assert sum(text == "hidden (small n)" for text in texts(ax)) == 3


def test_item_bars_end_at_the_correlation_and_negative_ones_are_hatched() -> None:
    ax = draw(released("reliability"))
    assert [bar.get_width() for bar in bars(ax)] == pytest.approx([0.61, -0.12, 0.71, 0.64], abs=NEAR)
    assert [bool(bar.get_hatch()) for bar in bars(ax)] == [False, True, False, False]
    text = alt_text(released("reliability"))
    assert "−.12 (desires disrupt life) to .71 (fails commitments)" in text


def test_odds_ratios_stand_on_a_logarithmic_axis_and_only_those_of_the_full_model() -> None:
    ax = draw(released("regress"))
    assert ax.get_xscale() == "log"
    assert [x for x, _ in dots(ax)] == pytest.approx([0.98, 1.42, 1.06, 0.91], abs=NEAR)
    assert interval_ends(ax)[-1] == pytest.approx((0.70, 1.18), abs=NEAR)
    text = alt_text(released("regress"))
    assert "Intervals that exclude 1: 3, namely above 1: " in text
    assert "; below 1: Age in years 0.98 [0.96, 1.00]." in text
    assert "Relationship: single" not in text  # 0.70 to 1.18 holds 1


def test_boxes_span_the_quartiles_and_shares_are_bars() -> None:
    ax = draw(released("describe"))
    age, scs, gender = ax.child_axes
    box = next(patch for patch in age.patches if isinstance(patch, Rectangle))
    assert (box.get_x(), box.get_x() + box.get_width()) == (22, 38)
    assert [bar.get_width() for bar in bars(gender)] == pytest.approx(
        [100 * n / 3211 for n in (2122, 965, 124)], rel=SIX_DIGITS
    )
    whisker = scs.lines[0].get_xdata()
    assert list(whisker) == [11, 37]
    assert "Age in years: median 27.00, quartiles 22.00 to 38.00." in alt_text(released("describe"))


def test_flag_bars_are_shares_and_say_their_number() -> None:
    ax = draw(released("screen"))
    assert [bar.get_width() for bar in bars(ax)] == pytest.approx([100 * n / 3239 for n in (71, 53, 68)], abs=NEAR)
    assert "71 (2.2%)" in texts(ax)
    assert "n = 71 (2.2%)" in alt_text(released("screen"))


def test_stacked_bars_lie_end_to_end_and_differ_without_colour() -> None:
    ax = draw(released("crosstab"))
    drawn = bars(ax)
    ends = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in drawn]
    expected = [(0, 100 * 4 / 7), (100 * 4 / 7, 100), (0, 40), (40, 100)]
    assert np.array(ends) == pytest.approx(np.array(expected), rel=SIX_DIGITS)
    assert drawn[0].get_hatch() != drawn[1].get_hatch()
    assert "heterosexual: most often yes (57.1%)" in alt_text(released("crosstab"))


def test_missing_bars_are_shares_of_all_answers() -> None:
    ax = draw(released("missingness"))
    widths = [bar.get_width() for bar in bars(ax)]
    assert widths == pytest.approx([100 * 13 / 3239, 100 * 189 / 32390, 100 * 301 / 32390], abs=1e-6)
    assert "SCS (all items) (1.5%)" in alt_text(released("missingness"))  # 490 / 32390


def test_correlations_are_printed_in_a_lower_triangle() -> None:
    ax = draw(released("correlate"))
    cells = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    assert len(cells) == 6
    assert all(round(cell.get_y()) >= round(cell.get_x()) for cell in cells)
    printed = [text for text in texts(ax) if text.startswith((".", "−."))]
    assert sorted(printed) == sorted([".01", ".12", ".08", "−.31", "−.44", ".58"])
    assert "Satisfaction with life (.58)" in alt_text(released("correlate"))


def test_paired_means_have_two_markers_in_each_row() -> None:
    ax = draw(released("paired"))
    rows = [round(y) for _, y in dots(ax)]
    assert rows == [0, 0, 1, 1]
    assert [x for x, _ in dots(ax)] == pytest.approx([3.1, 1.4, 3.4, 2.0], abs=NEAR)


@pytest.mark.parametrize("name", RESULTS)
@pytest.mark.parametrize("language", ["en", "de"])
def test_no_hidden_number_is_drawn_or_told(name: str, language: str) -> None:
    result = released(name)
    said = " ".join(texts(draw(result, language=language))) + alt_text(result, language)
    for canary in made.CANARY_TEXTS:
        assert canary not in said


def test_series_differ_in_colour_hatch_and_marker() -> None:
    assert len(set(COLOURS)) == len(set(HATCHES)) == len(set(MARKERS)) == len(COLOURS)


def test_labels_may_hold_a_dollar_sign() -> None:
    result = replace(released("reliability"), labels={"scs_01": "paid $5 or $10"})
    draw(result).figure.canvas.draw()


def test_a_reference_category_has_no_row_and_a_failed_estimate_is_named() -> None:
    result = released("regress")
    frame = result.table
    last = frame["level"] == "Block 2"
    for term, warning in (("gender[woman]", ""), ("relationship[single]", "no finite estimate: complete separation")):
        where = last & (frame["term"] == term)
        frame.loc[where, ["estimate", "conf_low", "conf_high"]] = math.nan
        frame.loc[where, "warning"] = warning
    ax = draw(replace(result, frame=frame))
    assert "no finite estimate" in texts(ax)
    assert len(dots(ax)) == 2
    labels = [label.get_text().replace("\n", " ") for label in ax.get_yticklabels()]
    assert labels == ["Age in years", "Sexual Compulsivity Scale, total", "Relationship: single"]
