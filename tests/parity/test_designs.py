"""Equivalence of proportions, aligned ranks, agreement and families of tests against R (designs.R has the formulas)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pandas as pd
import pytest

from osa_survey.analysis import anova, equivalence, regress
from osa_survey.analysis.equivalence.equivalence_proportions import ProportionInterval, proportions_test
from osa_survey.analysis.families.family_adjustments import adjusted_family, family_tests
from osa_survey.analysis.families.step_down import romano_wolf, simultaneous_quantile
from osa_survey.analysis.multiplicity import adjusted_p_values
from osa_survey.effects.agreements import gwet_ac1
from osa_survey.effects.coder_alphas import Metric, coincidences, krippendorff_alphas
from osa_survey.effects.risk_differences import risk_difference

CLOSED_RTOL = 1e-9  # least squares and sums in double precision by two routes
SEARCHED_ATOL = 2e-7  # R maximises the likelihood under a difference by optimize, which ends at about the root of eps
FOUR_DECIMALS = 5e-5  # as printed
STORED: dict[str, Any] = json.loads((Path(__file__).parent / "designs.json").read_text(encoding="utf-8"))
SEXES = {"g": ["man", "woman", "another"], "h": ["single", "partnered"]}
OTHER_INTERVALS = [name for name in get_args(ProportionInterval) if name != "wald"]


def answers(events: list[float]) -> pd.DataFrame:
    """Return people with the events and sizes of two groups."""
    x1, n1, x2, n2 = map(int, events[:4])
    yes = ["yes"] * x1 + ["no"] * (n1 - x1) + ["yes"] * x2 + ["no"] * (n2 - x2)
    return pd.DataFrame({
        "event": pd.Categorical(yes, categories=["no", "yes"]),
        "by": pd.Categorical(["first"] * n1 + ["second"] * n2, categories=["first", "second"]),
    })  # fmt: skip


@pytest.mark.parametrize("interval", OTHER_INTERVALS)
def test_equivalence_of_proportions(interval: ProportionInterval) -> None:
    for place, case in enumerate(STORED["cases"], start=1):
        bounds = {"risk_difference": case[4:], "source": "made up"}
        result = equivalence(answers(case), "proportions", outcome="event", by="by", smallest_effect=bounds,
                             interval=interval)  # fmt: skip
        table = result.table
        found = [*table["p_value"].iloc[1:3], *table[["conf_low", "conf_high"]].iloc[0]]
        np.testing.assert_allclose(found, STORED[f"{interval}_{place}"], atol=SEARCHED_ATOL, rtol=0, err_msg=str(place))
        assert result.pick("equivalence")["p_value"] == max(found[:2])
        assert table["conf_level"].iloc[0] == pytest.approx(0.9)


@pytest.mark.parametrize("interval", OTHER_INTERVALS)
def test_an_interval_within_the_bounds_is_the_test(interval: ProportionInterval) -> None:
    test = proportions_test((31, 60), (29, 70), interval)
    free = test((-0.9, 0.9), 0.05)
    for nudge, established in ((-1e-6, False), (1e-6, True)):
        assert test((free.low - nudge, 0.9), 0.05).established == established
        assert test((-0.9, free.high + nudge), 0.05).established == established


def test_published_intervals_of_a_difference() -> None:
    """Newcombe (1998), example (a), 56/70 − 48/80: Mee .0533 to .3377, Miettinen–Nurminen .0528 to .3382."""
    for correction, printed in ((False, (0.0533, 0.3377)), (True, (0.0528, 0.3382))):
        found = risk_difference((56, 70), (48, 80), correction=correction)
        np.testing.assert_allclose([found.low, found.high], printed, atol=FOUR_DECIMALS)


def test_aligned_ranks() -> None:
    people = pd.DataFrame({"y": STORED["art_y"]}).assign(
        **{name: pd.Categorical(STORED[f"art_{name}"], categories=levels) for name, levels in SEXES.items()},
        **{name: STORED[f"art_w_{name}"] for name in "abc"},
    )
    found = anova(people, "y", between=["g", "h"], type=3, ranks=True).more["aligned_ranks"].table
    _compare(found, ["g", "h", "g × h"], STORED["art"])
    found = anova(people, between=["h"], within={"w": ["a", "b", "c"]}, type=3, ranks=True)
    _compare(found.more["aligned_ranks"].table, ["h", "w", "h × w"], STORED["art_within"])


def _compare(table: pd.DataFrame, terms: list[str], stored: list[list[float]]) -> None:
    rows = table.loc[table["quantity"] == "aligned_rank"].set_index("term").loc[terms]
    np.testing.assert_allclose(rows[["statistic", "df1", "df2", "p_value"]], stored, rtol=CLOSED_RTOL)


def test_ac1() -> None:
    found = gwet_ac1(np.array(STORED["gwet_table"], dtype=float))
    np.testing.assert_allclose([found.estimate, found.std_error], STORED["gwet"], rtol=CLOSED_RTOL)


def test_published_ac1() -> None:
    """Gwet's own package irrCAC prints .8493305 and .04321747 for 100 women by two abstractors.

    Its function for tables divides the variance by n, that for raw ratings and ours by n − 1.
    """
    found = gwet_ac1(np.array([[13.0, 0, 0], [0, 20, 7], [0, 4, 56]]))
    assert found.estimate == pytest.approx(0.8493305, abs=5e-8)
    assert found.std_error * np.sqrt(99 / 100) == pytest.approx(0.0432175, abs=5e-7)


@pytest.mark.parametrize(("place", "metric"), [*enumerate(get_args(Metric))])
def test_krippendorff(place: int, metric: Metric) -> None:
    codes = np.array(STORED["coders"], dtype=float) - 1  # null is NaN
    found = krippendorff_alphas(np.ones((1, len(codes))), coincidences(codes, 4), 4, metric)
    assert found[0, 0] == pytest.approx(STORED["krippendorff"][place], rel=CLOSED_RTOL)


def test_step_down_maxima() -> None:
    t, draws = np.array(STORED["rw_t"]), np.array(STORED["rw_draws"])
    np.testing.assert_allclose(romano_wolf(t, draws), STORED["rw"], rtol=CLOSED_RTOL)
    assert simultaneous_quantile(draws, 0.95) == pytest.approx(STORED["rw_quantile"][0], rel=CLOSED_RTOL)


@pytest.mark.parametrize("method", ["bonferroni", "holm", "hochberg", "hommel", "bh", "by"])
def test_adjusted_p_values(method: str) -> None:
    np.testing.assert_allclose(
        adjusted_p_values(np.array(STORED["p"]), method), STORED[f"p_{method}"], rtol=CLOSED_RTOL
    )


def test_simultaneous_intervals() -> None:
    people = pd.DataFrame({"y": STORED["art_y"], "g": pd.Categorical(STORED["art_g"], categories=SEXES["g"])})
    tests = family_tests([regress(people, "y", [["g"]])], [{"quantity": "b"}])
    assert len(tests) == 2
    found = adjusted_family(tests, "hochberg", 0.95)
    np.testing.assert_allclose([[one.low, one.high] for one in found], STORED["reference_intervals"], rtol=CLOSED_RTOL)
