"""Partial and semi-partial correlations: the coefficients behind them, weights, replicates, imputed sets, intervals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from osa_survey.analysis import partial_correlations, regress
from osa_survey.analysis.correlating.partial_associations import partial_correlation, partial_statistics, variance_of_z
from osa_survey.errors import AnalysisError
from osa_survey.imputation import pool
from osa_survey.weighting import survey_design
from osa_survey.weighting.replicating import replicated_design
from tests.made_up_regressions import as_imputed, as_scored

EXACT = 1e-9
"""Relative: the same least-squares problems, solved twice."""
SLOPE = 1e-5
"""Relative: central differences with a step of 1e-5 of a weight."""
COVERED = 0.025
"""Coverage of 4,000 samples lies within 3 standard errors (.010) and the error of an approximation (.015)."""


@pytest.fixture
def people() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    age = rng.normal(40, 10, 150)
    x = 0.05 * age + rng.normal(size=150)
    y = 0.4 * x + 0.03 * age + rng.normal(size=150)
    gender = pd.Categorical.from_codes(rng.integers(0, 2, 150), ["man", "woman"])
    return pd.DataFrame({"x": x, "y": y, "age": age, "gender": gender, "w": rng.uniform(0.5, 3, 150),
                         "town": np.arange(150) // 15})  # fmt: skip


def test_the_test_is_that_of_the_coefficient_and_the_square_is_the_rise_of_r2(people: pd.DataFrame) -> None:
    result = partial_correlations(people, ["x", "y"], ["age", "gender"], kind="semipartial")
    row = result.pick("semipartial_r", term="x", outcome="y")
    model = regress(people, "y", [["age", "gender"], ["x"]])
    coefficient = model.pick("b", term="x", level="block 2")
    assert row["statistic"] == pytest.approx(coefficient["statistic"], rel=EXACT)
    assert row["p_value"] == pytest.approx(coefficient["p_value"], rel=1e-8)
    rise = model.more["blocks"].pick("delta_r2", level="block 2")["estimate"]
    assert row["estimate"] ** 2 == pytest.approx(rise, rel=1e-8)
    partial = partial_correlations(people, ["x", "y"], ["age", "gender"]).pick("partial_r")
    t, df = partial["statistic"], partial["df1"]
    assert partial["estimate"] == pytest.approx(t / np.sqrt(t**2 + df), rel=EXACT)
    half = stats.norm.ppf(0.975) / np.sqrt(150 - 2 - 3)
    bounds = np.tanh(np.arctanh(partial["estimate"]) + np.array([-half, half]))
    assert [partial["conf_low"], partial["conf_high"]] == pytest.approx(bounds.tolist(), rel=EXACT)


def test_variance_of_a_semi_partial_correlation_is_the_delta_method_on_normal_moments() -> None:
    """Numerical slopes of sr over the covariances, whose own covariance is σ_ik σ_jl + σ_il σ_jk."""
    sigma = np.array([[1.0, 0.5, 0.3], [0.5, 1.0, 0.6], [0.3, 0.6, 1.0]])  # x, y, control
    places = [(i, j) for i in range(3) for j in range(i, 3)]

    def z_of(values: np.ndarray) -> float:
        S = np.empty((3, 3))
        for value, (i, j) in zip(values, places, strict=True):
            S[i, j] = S[j, i] = value
        left = S[0, 0] - S[0, 2] ** 2 / S[2, 2]
        return float(np.arctanh((S[0, 1] - S[0, 2] * S[1, 2] / S[2, 2]) / np.sqrt(left * S[1, 1])))

    start = np.array([sigma[place] for place in places])
    steps = 1e-5 * np.eye(len(start))
    slopes = np.array([(z_of(start + step) - z_of(start - step)) / 2e-5 for step in steps])
    spread = np.array([[sigma[i, k] * sigma[j, m] + sigma[i, m] * sigma[j, k] for k, m in places] for i, j in places])
    r = np.tanh(z_of(start))
    assert variance_of_z(float(r), 0.6**2, 105, 1) * 101 == pytest.approx(slopes @ spread @ slopes, rel=1e-6)
    assert variance_of_z(0.3, 0.0, 100, 0) == pytest.approx(1 / 97)


def test_semi_partial_intervals_cover() -> None:
    rng = np.random.default_rng(12)
    held = 0
    z = rng.normal(size=(4000, 60))
    x = 0.5 * z + rng.normal(size=z.shape)
    y = 0.5 * x + 0.7 * z + rng.normal(size=z.shape)
    truth = 0.5 / np.sqrt(0.5**2 * 1.25 + 0.7**2 + 2 * 0.5 * 0.7 * 0.5 + 1)
    for one in range(1000):
        controls = np.column_stack([np.ones(60), z[one]])
        found = partial_correlation(x[one], y[one], controls, "semipartial")
        held += found.low <= truth <= found.high
    assert abs(held / 1000 - 0.95) < COVERED


@pytest.mark.parametrize("kind", ["partial", "semipartial"])
def test_contributions_are_the_slopes_over_the_weights(people: pd.DataFrame, kind: str) -> None:
    x, y, w = (people[name].to_numpy() for name in ("x", "y", "w"))
    controls = np.column_stack([np.ones(150), people["age"]])
    found = partial_statistics(x, y, controls, w, kind)  # type: ignore[arg-type]
    for person in (0, 7, 99):
        above, below = w.copy(), w.copy()
        above[person] *= 1 + 1e-5
        below[person] *= 1 - 1e-5
        ends = [float(partial_statistics(x, y, controls, one, kind).estimate[0]) for one in (above, below)]  # type: ignore[arg-type]
        assert found.contributions()[person, 0] == pytest.approx((ends[0] - ends[1]) / 2e-5, rel=SLOPE, abs=1e-10)


def test_weights_and_replicates(people: pd.DataFrame) -> None:
    plan = survey_design(people, sample="quota", weights="w", clusters="town")
    jackknife = replicated_design(plan, "JK1")
    row = partial_correlations(as_scored(people, jackknife), ["x", "y"], "age").pick("partial_r")

    def z_of(weights: np.ndarray) -> float:
        controls = np.column_stack([np.ones(150), people["age"]])
        left = []
        for name in ("x", "y"):
            root = np.sqrt(weights)
            b = np.linalg.lstsq(controls * root[:, None], people[name].to_numpy() * root, rcond=None)[0]
            left.append(people[name].to_numpy() - controls @ b)
        top = (weights * left[0] * left[1]).sum()
        return float(np.arctanh(top / np.sqrt((weights * left[0] ** 2).sum() * (weights * left[1] ** 2).sum())))

    z = z_of(people["w"].to_numpy())
    assert row["estimate"] == pytest.approx(np.tanh(z), rel=EXACT)
    replicates = jackknife.replicates
    assert replicates is not None
    found = np.array([z_of(column) for column in replicates.weights.T])
    error = np.sqrt(9 / 10 * ((found - found.mean()) ** 2).sum())
    assert row["statistic"] == pytest.approx(z / error, rel=1e-6)
    linearised = partial_correlations(as_scored(people, plan), ["x", "y"], "age").pick("partial_r")
    assert linearised["estimate"] == pytest.approx(row["estimate"], rel=EXACT)
    assert linearised["statistic"] == pytest.approx(row["statistic"], rel=0.2)  # two estimators of one error
    assert linearised["df1"] == row["df1"] == 10 - 1 - 1


def test_imputed_sets_are_pooled_on_z(people: pd.DataFrame) -> None:
    rng = np.random.default_rng(8)
    sets = [people.assign(y=people["y"] + 0.3 * rng.normal(size=150)) for _ in range(4)]
    row = partial_correlations(as_imputed(people, sets), ["x", "y"], "age").pick("partial_r")
    each = [partial_correlations(one, ["x", "y"], "age").pick("partial_r")["estimate"] for one in sets]
    pooled = pool(np.arctanh(each)[:, None], np.full((4, 1, 1), 1 / (150 - 1 - 3)), 150 - 3.0)
    assert row["estimate"] == pytest.approx(np.tanh(pooled.estimate[0]), rel=EXACT)
    assert row["df1"] == pytest.approx(pooled.df[0], rel=EXACT)
    assert row["statistic"] == pytest.approx(pooled.estimate[0] / np.sqrt(pooled.covariance[0, 0]), rel=EXACT)


def test_what_is_nothing_after_the_controls_is_flagged_or_refused(people: pd.DataFrame) -> None:
    same = people.assign(twice=2 * people["age"] + 1)
    row = partial_correlations(same, ["twice", "y"], "age").pick("partial_r")
    assert np.isnan(row["estimate"])
    assert row["warning"]
    plan = survey_design(same, sample="quota", weights="w")
    with pytest.raises(AnalysisError) as caught:
        partial_correlations(as_scored(same, plan), ["twice", "y"], "age")
    assert caught.value.problems[0].code == "does_not_compose"
    with pytest.raises(AnalysisError, match="same variable"):
        partial_correlations(people, ["x", "y"], ["x"])
    with pytest.raises(AnalysisError) as caught:
        partial_correlations(people, ["x", "y"], ["age"], kind="part")  # type: ignore[arg-type]
    assert caught.value.problems[0].code == "unknown_choice"


def test_a_design_without_weights_of_its_own_agrees_with_plain_data(people: pd.DataFrame) -> None:
    """Equal weights: the same number, and an error near the one under normality."""
    even = replace(survey_design(people, sample="quota", weights="w"), weights=np.ones(150))
    plain = partial_correlations(people, ["x", "y"], "age").pick("partial_r")
    found = partial_correlations(as_scored(people, even), ["x", "y"], "age").pick("partial_r")
    assert found["estimate"] == pytest.approx(plain["estimate"], rel=EXACT)
    assert found["conf_high"] - found["conf_low"] == pytest.approx(plain["conf_high"] - plain["conf_low"], rel=0.25)
