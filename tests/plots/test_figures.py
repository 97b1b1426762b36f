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
from matplotlib.text import Text

from osa_survey.disclosure import JOURNAL, WORKBENCH, Profile
from osa_survey.errors import AnalysisError
from osa_survey.plots import PLOTS, alt_text, draw, figure_note, figure_title
from osa_survey.plots.palette import COLOURS, HATCHES, MARKERS
from osa_survey.results import Layout, Result, Rows, Show, release
from tests import made_up_results as made
from tests.made_up_screening import screening_results

RESULTS = {
    **made.every_result(),
    "traces": made.traces_result(),
    "shifts": made.shifts_result(),
    "cfa": made.factor_model_result(),
    "invariance": made.steps_result(),
    "mediate": made.paths_result(),
    "apim": made.dyads_result(),
    "attrition": made.attrition_result(),
    "change": made.change_result(),
    "alignment": made.aligned_result(),
    "run_published": made.reproduction_result(),
    "power": made.power_curve_result(),
    **screening_results(),
}
EVERYTHING = Profile("everything_small", threshold=10**9, for_release=True)
NEAR = 1e-9  # drawn numbers are the table's numbers times 1 or 100


def released(name: str) -> Result:
    return release(RESULTS[name], JOURNAL)


def texts(ax: Axes) -> list[str]:
    inside = [ax, *ax.child_axes]
    found = [t.get_text() for a in inside for t in a.findobj(Text)]
    return [text.replace("\n", " ") for text in found if text]


def bars(ax: Axes) -> list[Rectangle]:
    return [bar for container in ax.containers for bar in container if isinstance(bar, Rectangle)]


def dots(ax: Axes) -> list[tuple[float, float]]:
    lines = [line for line in ax.lines if line.get_marker() in MARKERS and len(line.get_xdata()) == 1]
    return [(float(line.get_xdata()[0]), float(line.get_ydata()[0])) for line in lines]


def interval_ends(ax: Axes) -> list[tuple[float, float]]:
    ends = []
    for collection in ax.collections:
        for segment in getattr(collection, "get_segments", list)():
            ends.append((float(segment[0][0]), float(segment[1][0])))
    return ends


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
    assert "Intervals that exclude 1: 3, namely Age in years 0.98 [0.96, 1.00]" in text
    assert "Relationship: single" not in text  # 0.70 to 1.18 holds 1


def test_boxes_span_the_quartiles_and_shares_are_bars() -> None:
    ax = draw(released("describe"))
    age, scs, gender = ax.child_axes
    box = next(patch for patch in age.patches if isinstance(patch, Rectangle))
    assert (box.get_x(), box.get_x() + box.get_width()) == (22, 38)
    assert [bar.get_width() for bar in bars(gender)] == pytest.approx(
        [100 * n / 3211 for n in (2122, 965, 124)], abs=NEAR
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
    assert np.array(ends) == pytest.approx(np.array(expected), abs=1e-6)
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


def gaps(counts: dict[str, dict[str, int]]) -> Result:
    """Return a result of missing answers, released; counts of 1 to 4 are hidden."""
    rows = Rows()
    for name, levels in counts.items():
        total = sum(levels.values())
        for level, people in levels.items():
            rows.cell(f"{name}|{level}", people)
            rows.add("missing", outcome=name, level=level, n=total, estimate=people, cells=[f"{name}|{level}"])
    result = Result.from_rows(rows, title="t", analysis="missingness", method="m", n_used=100, plot="missing_bars")
    return release(result, JOURNAL)


def test_the_map_of_gaps_has_a_column_for_each_group_and_a_hatch_for_each_reason() -> None:
    ax = draw(released("missing_map"))
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert labels == ["SCS", "Age in years", "activity"], "gender is missing in a hidden group only"
    filled = {
        (round(patch.get_x() + 0.5), labels[round(patch.get_y() + 0.5)]): (patch.get_facecolor(), patch.get_hatch())
        for patch in ax.patches
        if patch.get_linewidth() and patch.get_zorder() == 2
    }
    # Groups from 0: complete, SCS not answered, broke off after refusing the age, and two hidden ones.
    assert set(filled) == {(1, "SCS"), (2, "SCS"), (2, "Age in years"), (2, "activity")}
    assert filled[2, "SCS"] == filled[2, "activity"]
    assert len(set(filled.values())) == 3
    assert len({hatch for _, hatch in filled.values()}) == 3
    heads = [label.get_text() for label in ax.get_xticklabels()]
    assert heads == ["2,800\n(86%)", "200\n(6%)", "136\n(4%)", "–", "–"]  # 2800, 200, 136 of 3239
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["not answered", "refused", "broke off"]
    said = alt_text(released("missing_map"))
    assert "136 people (4.2%): Age in years refused, SCS broke off, activity broke off" in said
    assert "2 of these numbers are hidden" in said


def test_variables_without_missing_answers_take_no_row() -> None:
    ax = draw(gaps({"age": {"answered": 100}, "sex": {"answered": 90, "refused": 10, "broke_off": 0}}))
    assert [label.get_text() for label in ax.get_yticklabels()] == ["sex"]
    assert "Only variables" in figure_note(gaps({"age": {"answered": 100}}))
    assert texts(draw(gaps({"age": {"answered": 90, "refused": 0}}))) == ["No answer is missing."]


def test_the_mark_of_hidden_parts_stands_beside_the_bar_and_inside_the_figure() -> None:
    ax = draw(gaps({"sex": {"answered": 3, "refused": 2, "not_shown": 95}}))
    ax.figure.canvas.draw()
    mark = next(text for text in ax.texts if text.get_text() == "hidden (small n)")
    box = mark.get_window_extent()
    assert box.x0 >= bars(ax)[0].get_window_extent().x1
    assert box.x1 <= ax.figure.bbox.x1
    assert max(ax.get_xticks()) <= 100


@pytest.mark.parametrize("parts", [["refused", "not shown", "broke off", "not answered"], ["no", "in a relationship"]])
def test_no_legend_is_cut_off(parts: list[str]) -> None:
    counts = {"a variable with a label of two lines": {"answered": 100, **dict.fromkeys(parts, 50)}}
    ax = draw(gaps(counts))
    ax.figure.canvas.draw()
    legend = ax.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == parts
    for text in legend.get_texts():
        box = text.get_window_extent()
        assert box.x1 <= ax.figure.bbox.x1
        assert box.y1 <= ax.figure.bbox.y1


def test_each_activity_has_one_row_whatever_the_groupings() -> None:
    rows = Rows()
    for activity in ("sexting", "cam"):
        for term, group in (("", "all"), ("gender", "man"), ("gender", "woman"), ("age", "18–24"), ("age", "25–34")):
            rows.add("proportion", outcome=activity, term=term, group=group, n=100, estimate=0.5)
    layout = Layout(rows=("outcome", "term", "group"), show=(Show("proportion"),))
    result = Result.from_rows(
        rows, title="t", analysis="prevalence", method="m", n_used=100, plot="prevalence_bars", layout=layout
    )
    ax = draw(release(result, JOURNAL))
    assert [label.get_text() for label in ax.get_yticklabels()] == ["sexting", "cam"]
    assert len(dots(ax)) == 6
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["all", "man", "woman"]
    assert "first is drawn" in figure_note(result)


def test_pairs_are_rows_and_their_sides_series() -> None:
    rows = Rows()
    for pair in ("sexting", "cam"):
        for side, mean in (("positive", 2.0), ("negative", 1.0)):
            rows.add("mean", outcome=pair, group=side, n=100, estimate=mean)
    ax = draw(
        release(
            Result.from_rows(rows, title="t", analysis="paired", method="m", n_used=100, plot="paired_means"), JOURNAL
        )
    )
    assert [label.get_text() for label in ax.get_yticklabels()] == ["sexting", "cam"]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["positive", "negative"]


def test_change_is_the_share_of_people_in_percent_and_else_the_mean() -> None:
    found = released("change")
    assert [x for x, _ in dots(draw(found))] == pytest.approx([100 * share for share in made.CHANGED.values()])
    assert "reliably higher 25.0%" in alt_text(found)
    without = replace(found, frame=found.frame.loc[found.frame["quantity"] == "mean_difference"])
    assert [x for x, _ in dots(draw(without))] == pytest.approx([1.2])
    assert "Mean change" in alt_text(without)


def test_correlations_keep_the_order_of_the_table() -> None:
    labels = [label.get_text().replace("\n", " ") for label in draw(released("correlate")).get_yticklabels()]
    assert labels[0] == "1. Age in years"
    assert labels[-1] == "4. Self-esteem"


def test_scree_lines_go_through_the_eigenvalues_and_random_ones_are_dashed() -> None:
    ax = draw(released("dimensionality"))
    drawn = {tuple(line.get_ydata()): line.get_linestyle() for line in ax.lines if len(line.get_xdata()) == 3}
    assert drawn[3.1, 1.2, 0.7] == "-"
    assert drawn[1.3, 1.1, 1.0] == "--"
    assert "highest 3.10 at 1, lowest 0.70 at 3" in alt_text(released("dimensionality"))


def test_loadings_are_a_table_with_every_number() -> None:
    ax = draw(released("efa"))
    printed = [text for text in texts(ax) if text.startswith((".", "−."))]
    assert sorted(printed) == sorted([".71", ".02", ".64", "−.11", ".05", ".58"])
    assert "F1: scs_01 (.71); F2: scs_03 (.58)" in alt_text(released("efa"))


def test_target_dots_are_the_three_shares_and_only_weighted_ones_have_intervals() -> None:
    ax = draw(released("compare_with_target"))
    assert sorted(x for x, _ in dots(ax)) == pytest.approx([35, 49, 50, 50, 51, 65])
    drawn = sorted(set(interval_ends(ax)))
    assert drawn == [(pytest.approx(45.0), pytest.approx(55.0))]
    said = alt_text(released("compare_with_target"))
    assert "Highest: Gender: man, unweighted 65.0%" in said


def test_shifts_are_a_line_with_its_band_and_the_place_where_the_conclusion_changes() -> None:
    ax = draw(released("shifts"))
    line, tip = ax.lines
    np.testing.assert_allclose(line.get_xdata(), [-2, -1, 0, 1, 2])
    np.testing.assert_allclose(line.get_ydata(), [4.7, 5.1, 5.5, 5.9, 6.3])
    band = ax.collections[0].get_paths()[0].vertices
    assert (band[:, 1].min(), band[:, 1].max()) == pytest.approx((3.7, 7.3))
    assert tip.get_xdata()[0] == -1.25
    assert "changes at a shift of -1.25" in alt_text(released("shifts")).replace("−", "-")


def test_the_sides_of_a_pair_run_apart_from_zero() -> None:
    ax = draw(released("any_outcome"))
    # round(0.9 * 600) = 540 of 600, 270 of 600; 240 and 180 of 300; the pair of three people is hidden
    assert [(bar.get_x(), bar.get_width()) for bar in bars(ax)] == [(0, 90), (0, -45), (0, 80), (0, -60)]
    assert sum(text == "hidden (small n)" for text in texts(ax)) == 2
    assert all("−" not in label.get_text() for label in ax.get_xticklabels())
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["positive", "negative"]


def test_options_are_in_percent_of_cases() -> None:
    ax = draw(released("multiple_responses"))
    # 420 / 500, 350 / 400, 300 / 500, 120 / 400, 40 / 500; the option three women chose is hidden
    assert [x for x, _ in dots(ax)] == pytest.approx([84, 87.5, 60, 30, 8], abs=NEAR)
    assert sum(text == "hidden (small n)" for text in texts(ax)) == 1


def test_lines_over_ages_have_a_panel_for_each_activity_and_break_where_a_number_is_hidden() -> None:
    first = draw(released("crossed"))
    panels = [ax for ax in first.figure.axes if ax.get_visible()]
    assert [ax.get_title(loc="left").replace("\n", " ") for ax in panels] == [
        "sexting",
        "had live sexual contact online",
    ]
    drawn = [line for line in panels[0].lines if len(line.get_xdata()) == 3 and line.get_marker() in ("None", "")]
    men, women = (np.asarray(line.get_ydata(), dtype=float) for line in drawn)
    assert men == pytest.approx(np.array([50, 50, 50]), abs=NEAR)
    assert women == pytest.approx(np.array([40, 40, math.nan]), abs=NEAR, nan_ok=True)
    labels = [label.get_text().replace("\n", " ") for label in panels[0].get_xticklabels()]
    assert labels == ["18–24", "25–34", "35 or over"]


def test_power_curves_stand_at_their_sizes_with_the_power_asked_for_and_the_size_it_needs() -> None:
    result = released("power")
    ax = draw(result)
    curves = [line for line in ax.lines if len(line.get_xdata()) == 4]
    assert [list(line.get_xdata()) for line in curves] == [[60, 150, 250, 400]] * 2
    assert list(curves[0].get_ydata()) == pytest.approx([0.3, 0.62, 0.86, 0.97], abs=NEAR)
    assert [x for x, y in dots(ax) if y == 0] == [240], "the second hypothesis reaches it at no size drawn"
    assert any(set(line.get_ydata()) == {0.8} for line in ax.lines)
    assert "asked for: .80" in texts(ax)
    text = alt_text(result)
    assert "Men and women differ: .30 with n = 60, .97 with n = 400. The power asked for needs n = 240" in text
    assert "[221, 262]" in text
    assert "Age matters: .08 with n = 60, .34 with n = 400." in text
