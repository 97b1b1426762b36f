"""Defects found in other tools, each as a case in which this program is right. V1 stands in test_reliability.py.

A reader who comes from one of these tools finds here why a number differs.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from osa_survey import (
    admit,
    describe,
    fixed_effects,
    gee,
    load_library,
    mixed_model,
    regress,
    reliability,
    score,
)
from osa_survey.effects.dominances import cliffs_delta, rank_biserial
from osa_survey.effects.paired_differences import matched_rank_biserial
from osa_survey.effects.risk_ratios import risk_ratio
from osa_survey.errors import DefinitionError, ResponseError
from osa_survey.instruments import Instrument
from osa_survey.scoring import ScoringRule
from osa_survey.weighting import survey_design
from tests.made_up_regressions import as_imputed, as_scored
from tests.made_up_studies import codebook, export_of, instrument, library_with

CLOSED_FORM = 1e-10
Golden = Callable[[str], dict[str, Any]]


def two_ranges() -> Instrument:
    """Return an instrument with a scale from 1 to 5 and one from 1 to 7, a reversed item in each."""
    rule = {"score": "sum", "higher_means": "more", "missing": {"min_answered": 2, "basis": "complete"}}
    return instrument(
        response_options={"five": {"codes": [1, 2, 3, 4, 5]}, "seven": {"codes": [1, 2, 3, 4, 5, 6, 7]}},
        items=[
            {"id": f"calm_0{n}", "tag": f"calm thing {n}", "options": "five" if n < 3 else "seven"}
            for n in (1, 2, 3, 4)
        ],
        scales=[
            {"id": "short", "title": "short", "items": ["calm_01", "-calm_02"], "range": [2, 10], **rule},
            {"id": "long", "title": "long", "items": ["calm_03", "-calm_04"], "range": [2, 14], **rule},
        ],
    )


def test_v2_each_item_is_reversed_in_its_own_range() -> None:
    """psych's scoreItems takes minimum and maximum over all items of the call: 8 − x for an item from 1 to 5."""
    export = export_of({"age": ["30"], "q1": ["1"], "q2": ["1"], "q3": ["1"], "q4": ["1"]})
    book = codebook(blocks={"c": {"instrument": "calm", "columns": "q{n}"}})
    scored = score(admit(export, book, library_with(two_ranges())))
    assert scored.frame["c_short"].tolist() == [1 + (6 - 1)]
    assert scored.frame["c_long"].tolist() == [1 + (8 - 1)]


def test_v2_a_gap_is_not_filled_with_the_median() -> None:
    """psych's scoreItems imputes medians by default."""
    export = export_of({"age": ["30"] * 3, "q1": ["5", "5", ""], "q2": ["1"] * 3, "q3": ["5", "5", "5"]})
    book = codebook(blocks={"c": {"instrument": "calm", "columns": "q{n}"}})
    scored = score(admit(export, book, library_with(instrument())))
    assert scored.frame["c_total"].tolist()[:2] == [15.0, 15.0]
    assert math.isnan(scored.frame["c_total"][2])


def test_v3_a_sum_of_some_items_is_prorated_not_filled_with_zeros() -> None:
    """surveyframe adds an unanswered item as 0 where fewer items than all are enough."""
    export = export_of({"age": ["30"], "q1": ["4"], "q2": ["2"], "q3": [""]})
    book = codebook(blocks={"c": {"instrument": "calm", "columns": "q{n}"}})
    responses = admit(export, book, library_with(instrument()))
    scored = score(responses, {"c_total": ScoringRule(2, "preregistered")})
    assert scored.frame["c_total"].tolist() == [3 * (4 + (6 - 2)) / 2]  # not 8


def test_v3_a_missing_column_is_an_error() -> None:
    """surveyframe scores what is left when a column of the scale is not in the data."""
    export = export_of({"age": ["30"], "q1": ["4"], "q2": ["2"]})
    book = codebook(blocks={"c": {"instrument": "calm", "columns": "q{n}"}})
    with pytest.raises((ResponseError, DefinitionError), match="q3"):
        admit(export, book, library_with(instrument()))


def test_v3_reversal_does_not_look_at_the_answers() -> None:
    """surveyframe falls back to the observed range: without a 5 in the data a 2 would become 3."""
    export = export_of({"age": ["30"] * 3, "q1": ["1"] * 3, "q2": ["2", "3", "3"], "q3": ["1"] * 3})
    book = codebook(blocks={"c": {"instrument": "calm", "columns": "q{n}"}})
    scored = score(admit(export, book, library_with(instrument())))
    assert scored.frame["c_total"].tolist() == [6.0, 5.0, 5.0]


def test_v4_nobody_without_an_answer_has_a_score_of_zero() -> None:
    """BioPsyKit sums with gaps as zeros: an unanswered questionnaire gets a score below its lowest possible one."""
    export = export_of({"age": ["30"] * 2, "q1": ["", "3"], "q2": ["", "3"], "q3": ["", "3"]})
    book = codebook(blocks={"c": {"instrument": "calm", "columns": "q{n}"}})
    scored = score(admit(export, book, library_with(instrument())))
    assert math.isnan(scored.frame["c_total"][0])
    assert scored.frame["c_total"][1] == 9.0


def test_v5_satisfaction_with_life_is_not_upside_down() -> None:
    """OpenScales labels 1 "strongly agree" and sums without reversal."""
    definition = load_library().instruments["swls"]
    options = definition.response_options["agreement"]
    assert options.labels[1].endswith("disagree")
    assert options.labels[7] == "strongly agree"
    total = next(scale for scale in definition.scales if scale.id == "total")
    assert not any(item.startswith("-") for item in total.items)
    assert total.higher_means == "more satisfied"
    assert definition.ask_polarity, "a codebook must say which way its codes run"


def test_v6_a_scale_cannot_name_items_that_do_not_exist() -> None:
    """A published definition of WHODAS 2.0 added up three items it did not have."""
    scale = {
        "id": "total",
        "title": "total",
        "items": ["calm_01", "calm_02", "calm_07"],
        "score": "sum",
        "range": [3, 15],
        "higher_means": "more calm",
        "missing": {"min_answered": 3, "basis": "complete"},
    }
    with pytest.raises(ValueError, match="calm_07"):
        instrument(scales=[scale])


def test_v7_item_rest_correlations_go_with_alpha(golden_folder: Path, load_golden: Golden) -> None:
    """surveyframe before 0.4.0 printed item-rest correlations of −.46 beside an alpha of .947."""
    data = pd.read_csv(golden_folder / "reliability" / "bfi.csv")[[f"N{n}" for n in range(1, 6)]]
    expected = load_golden("reliability")["neuro_alpha_listwise"]["value"]
    result = reliability(data.astype(float), missing="listwise")
    found = result.more["items"].table.query("quantity == 'item_rest'")["estimate"]
    np.testing.assert_allclose(found, expected["item_stats"]["r.drop"], rtol=CLOSED_FORM)
    assert (found > 0.3).all()
    assert result.pick("alpha")["estimate"] > 0.8


def test_the_interval_of_a_risk_ratio_holds_its_events_and_people(load_golden: Golden) -> None:
    """effectsize 0.8.3's interval of a risk ratio is not that of ln RR ± z √(1/a − 1/n₁ + 1/c − 1/n₂): too narrow."""
    theirs = load_golden("effects")["gender_u25_riskratio"]["value"]
    ours = risk_ratio((462, 1517), (457, 1283))
    assert ours.estimate == pytest.approx(theirs["Risk_ratio"][0], rel=CLOSED_FORM)
    assert ours.low < theirs["CI_low"][0]
    assert ours.high > theirs["CI_high"][0]
    # simulated: the SD of ln RR at these proportions and sizes
    generator = np.random.default_rng(1)
    ratios = (generator.binomial(1517, 462 / 1517, 20_000) / 1517) / (
        generator.binomial(1283, 457 / 1283, 20_000) / 1283
    )
    width = 2 * 1.959963984540054
    spread = float(np.log(ratios).std())  # good for 0.5%
    assert math.log(ours.high / ours.low) / width == pytest.approx(spread, rel=0.02)
    assert math.log(theirs["CI_high"][0] / theirs["CI_low"][0]) / width < 0.8 * spread


def test_an_interval_of_no_width_is_not_given(load_golden: Golden, golden_folder: Path) -> None:
    """effectsize gives [−1, −1] for a matched rank-biserial correlation of −1 in ten pairs."""
    theirs = load_golden("effects")["sleep_rb_paired"]["value"]
    assert theirs["CI_low"] == theirs["CI_high"] == [-1]
    sleep = pd.read_csv(golden_folder / "effects" / "sleep_wide.csv")
    ours = matched_rank_biserial(sleep["t1"].to_numpy(dtype=float), sleep["t2"].to_numpy(dtype=float))
    assert ours.estimate == -1
    assert not ours.bounded
    assert ours.warning


def test_cliffs_delta_covers_where_spreads_differ() -> None:
    """effectsize's interval of Cliff's δ has the variance of equal distributions; ours is made for unequal ones."""
    generator = np.random.default_rng(6)
    samples, ours, theirs = 400, 0, 0
    for _ in range(samples):
        # medians alike, so δ = 0; the smaller group has three times the spread
        x, y = generator.normal(0, 3, size=15), generator.normal(0, 1, size=90)
        found, plain = cliffs_delta(x, y), rank_biserial(x, y)
        ours += int(found.low <= 0 <= found.high)
        theirs += int(plain.low <= 0 <= plain.high)
    assert ours / samples >= 0.92
    assert theirs / samples <= 0.90


def _completed(n: int, seed: int) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    rng = np.random.default_rng(seed)
    data = pd.DataFrame({"x": rng.normal(size=n), "site": np.arange(n) % 8 * 1.0})
    data["y"] = data["x"] + rng.normal(size=n)
    sets = []
    for _ in range(5):
        one = data.copy()
        one.loc[: n // 4, "x"] = rng.normal(size=n // 4 + 1)
        sets.append(one)
    return data, sets


def test_v8_few_respondents_have_the_degrees_of_freedom_of_barnard_and_rubin() -> None:
    """statsmodels' MICE.combine refers pooled estimates to the normal distribution, whatever n and m."""
    data, sets = _completed(12, 1)
    pooled = regress(as_imputed(data, sets), "y", ["x"]).pick("b", term="x")
    each = [regress(one, "y", ["x"]).pick("b", term="x") for one in sets]
    within = float(np.mean([row["std_error"] ** 2 for row in each]))
    between = float(np.var([row["estimate"] for row in each], ddof=1)) * (1 + 1 / 5)
    share = between / (within + between)
    rubin, complete = 4 / share**2, 12 - 2
    observed = (complete + 1) / (complete + 3) * complete * (1 - share)
    df = 1 / (1 / rubin + 1 / observed)
    assert df < complete
    assert pooled["df1"] == pytest.approx(df, rel=1e-9)
    t = pooled["estimate"] / math.sqrt(within + between)
    assert pooled["p_value"] == pytest.approx(2 * stats.t.sf(abs(t), df), rel=1e-9)
    assert pooled["p_value"] > 2 * stats.norm.sf(abs(t))


def test_v9_pooled_degrees_of_freedom_of_every_model_of_groups_are_one_rule() -> None:
    """mice 3.19 gives models of groups other pooled degrees of freedom and p than 3.16: here one formula holds."""
    data, sets = _completed(160, 2)
    for verb in (mixed_model, fixed_effects, gee):
        pooled = verb(as_imputed(data, sets), "y", ["x"], groups="site").pick("b", term="x")
        each = [verb(one, "y", ["x"], groups="site").pick("b", term="x") for one in sets]
        within = float(np.mean([row["std_error"] ** 2 for row in each]))
        between = float(np.var([row["estimate"] for row in each], ddof=1)) * (1 + 1 / 5)
        share = between / (within + between)
        rubin, complete = 4 / share**2, float(each[0]["df1"])
        observed = math.inf if math.isnan(complete) else (complete + 1) / (complete + 3) * complete * (1 - share)
        assert pooled["df1"] == pytest.approx(1 / (1 / rubin + 1 / observed), rel=1e-9)


def test_v10_a_row_of_missing_answers_stays_when_its_weights_are_below_one() -> None:
    """gtsummary drops the row of missing answers where the weighted number of them is below one."""
    data = pd.DataFrame({"score": [1.0, 2.0, 4.0, np.nan, 3.0, 5.0], "w": [1.0, 1.2, 0.9, 0.3, 1.1, 1.5]})
    design = survey_design(data, sample="opt-in", weights="w")
    result = describe(as_scored(data[["score"]], design), ["score"])
    row = result.table.loc[result.table["quantity"] == "missing"].iloc[0]
    assert row["estimate"] == 1
