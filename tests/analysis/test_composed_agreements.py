"""Agreement of instruments under weights and over completed sets: hand-pooled numbers, relations, replicates."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from osa_survey import agreement
from osa_survey.dataset import SurveyDesign
from osa_survey.effects.agreements import gwet_ac1
from osa_survey.effects.kappas import cohens_kappa
from osa_survey.imputation import pool, pool_proportion
from osa_survey.weighting import survey_design
from osa_survey.weighting.replicating import replicated_design
from tests.made_up_regressions import as_imputed, as_scored

N, SETS = 150, 3
EXACT = 1e-9
SLOPES = 1e-6
"""Central differences of κ in shares."""
KINDS = pd.CategoricalDtype(["low", "middle", "high"], ordered=True)
SIZES = ("observed_agreement", "kappa", "kappa_weighted", "gwet_ac1")


def people(seed: int = 4) -> pd.DataFrame:
    drawn = np.random.default_rng(seed)
    first = drawn.integers(0, 3, N)
    second = np.where(drawn.random(N) < 0.6, first, drawn.integers(0, 3, N))
    a = drawn.normal(10, 3, N)
    return pd.DataFrame({
        "a": pd.Categorical.from_codes(first, dtype=KINDS), "b": pd.Categorical.from_codes(second, dtype=KINDS),
        "x": a, "y": a + drawn.normal(0.4, 1, N),
    })  # fmt: skip


def completed() -> list[pd.DataFrame]:
    found = []
    for seed in range(SETS):
        one, drawn = people(), np.random.default_rng(seed)
        one["b"] = pd.Categorical.from_codes(np.r_[drawn.integers(0, 3, 20), one["b"].cat.codes[20:]], dtype=KINDS)
        one.loc[:19, "y"] += drawn.normal(size=20)
        found.append(one)
    return found


def table(one: pd.DataFrame, weights: np.ndarray | None = None) -> np.ndarray:
    own = np.ones(len(one)) if weights is None else weights
    pair = one["a"].cat.codes.to_numpy() * 3 + one["b"].cat.codes.to_numpy()
    return np.bincount(pair, own, 9).reshape(3, 3)


def drawn_weights() -> np.ndarray:
    return np.random.default_rng(9).uniform(0.4, 2.5, N)


def test_kappa_and_ac1_are_pooled_by_rubins_rules() -> None:
    found = agreement(as_imputed(people(), completed()), "a", "b")
    tables = [table(one) for one in completed()]
    whole = N / (N - 1)  # linearisation divides by n − 1, Fleiss, Cohen and Everitt by n
    for quantity, each, factor, df in (
        ("kappa", [cohens_kappa(one) for one in tables], whole, np.inf),
        ("kappa_weighted", [cohens_kappa(one, weights="quadratic") for one in tables], whole, np.inf),
        ("gwet_ac1", [gwet_ac1(one) for one in tables], 1.0, N - 1.0),
    ):
        pooled = pool([one.estimate for one in each], [factor * one.std_error**2 for one in each], df)
        row = found.pick(quantity)
        np.testing.assert_allclose(
            row[["estimate", "std_error", "df1", "conf_low", "conf_high"]].astype(float),
            [pooled.estimate[0], pooled.std_error[0], pooled.df[0], *np.ravel(pooled.interval(0.95))], rtol=SLOPES,
        )  # fmt: skip
    shares = [np.trace(one) / N for one in tables]
    expected = pool_proportion(shares, N, N - 1.0)
    row = found.pick("observed_agreement")
    assert [row["estimate"], row["conf_low"]] == pytest.approx([expected.estimate, expected.low], rel=EXACT)


def test_weights_of_ones_and_whole_weights() -> None:
    times = np.random.default_rng(2).integers(1, 4, N)
    repeated = people().loc[np.repeat(np.arange(N), times)].reset_index(drop=True)
    for weights, plain in ((np.ones(N), people()), (times.astype(float), repeated)):
        one, other = (
            agreement(as_scored(people(), SurveyDesign("opt-in", weights)), "a", "b"),
            agreement(plain, "a", "b"),
        )
        for quantity in SIZES:
            assert one.pick(quantity)["estimate"] == pytest.approx(other.pick(quantity)["estimate"], rel=EXACT)


def test_linearised_errors_are_those_of_small_changes_of_weights() -> None:
    w, step = drawn_weights(), 1e-5
    row = agreement(as_scored(people(), SurveyDesign("opt-in", w)), "a", "b").pick("kappa")

    def kappa(own: np.ndarray) -> float:
        return cohens_kappa(table(people(), own)).estimate

    slopes = np.array([(kappa(w + step * one) - kappa(w - step * one)) / (2 * step) for one in np.eye(N)])
    error = np.sqrt(((slopes * w) ** 2).sum() * N / (N - 1))
    half = stats.t.ppf(0.975, N - 1) * error
    np.testing.assert_allclose(
        row[["estimate", "std_error", "conf_low"]].astype(float), [kappa(w), error, kappa(w) - half], rtol=SLOPES
    )


def test_replicate_errors_are_those_of_a_loop() -> None:
    frame = pd.DataFrame({"town": np.arange(N) // 10, "w": drawn_weights()})
    design = replicated_design(survey_design(frame, sample="quota", weights="w", clusters="town"), "JK1")
    row = agreement(as_scored(people(), design), "a", "b").pick("gwet_ac1")
    assert design.replicates is not None
    many = np.array([gwet_ac1(100 * table(people(), w) / w.sum()).estimate for w in design.replicates.weights.T])
    towns = N // 10
    error = np.sqrt((towns - 1) / towns * ((many - many.mean()) ** 2).sum())
    assert row["std_error"] == pytest.approx(error, rel=EXACT)


def test_limits_are_those_of_pooled_means_and_deviations() -> None:
    found = agreement(as_imputed(people(), completed()), "x", "y")
    differences = [one["x"] - one["y"] for one in completed()]
    each = {
        "bias": [one.mean() for one in differences],
        "lower_limit": [one.mean() - stats.norm.ppf(0.975) * one.std() for one in differences],
        "upper_limit": [one.mean() + stats.norm.ppf(0.975) * one.std() for one in differences],
    }
    for quantity, values in each.items():
        assert found.pick(quantity)["estimate"] == pytest.approx(np.mean(values), rel=EXACT)
    pooled = pool(each["bias"], [one.var() / N for one in differences], N - 1.0)
    row = found.pick("bias")
    assert [row["std_error"], row["df1"]] == pytest.approx([pooled.std_error[0], pooled.df[0]], rel=SLOPES)
    assert (found.more["groups"].table["n"] >= 10).all()


def test_weighted_limits_of_whole_weights_are_those_of_repeated_people() -> None:
    times = np.random.default_rng(3).integers(1, 4, N).astype(float)
    found = agreement(as_scored(people(), SurveyDesign("opt-in", times)), "x", "y")
    d = people()["x"] - people()["y"]
    mean = np.average(d, weights=times)
    spread = np.sqrt(np.average((d - mean) ** 2, weights=times) * N / (N - 1))
    limits = [found.pick(name)["estimate"] for name in ("bias", "lower_limit", "upper_limit")]
    assert limits == pytest.approx([mean, mean - 1.959963985 * spread, mean + 1.959963985 * spread], rel=EXACT)
    groups = found.more["groups"].table
    share = np.array([times[np.argsort(np.argsort((people()["x"] + people()["y"]).to_numpy())) * 8 // N == k].sum()
                      for k in range(8)])  # fmt: skip
    biases = groups.loc[groups["quantity"] == "bias", "estimate"].to_numpy()
    assert np.average(biases, weights=share) == pytest.approx(mean, rel=EXACT)


def test_a_set_with_one_category_has_no_kappa() -> None:
    flat = people().assign(a=pd.Categorical(["low"] * N, dtype=KINDS), b=pd.Categorical(["low"] * N, dtype=KINDS))
    row = agreement(as_imputed(people(), [people(), flat]), "a", "b").pick("kappa")
    assert np.isnan(row["estimate"])
    assert "one category" in row["warning"]
