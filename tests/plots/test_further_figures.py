"""Figures of maps, pairs, loadings, targets, shifts, options and power draw the numbers of their tables."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from osa_survey.disclosure import JOURNAL
from osa_survey.plots import alt_text, draw, figure_note
from osa_survey.results import Layout, Result, Rows, Show, release
from tests import made_up_results as made
from tests.plots.drawn_parts import NEAR, bars, dots, interval_ends, released, texts


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
