"""The joint bootstrap test of a multiverse: by hand, under the null hypothesis, and with a planted effect."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from osa_survey import multiverse
from osa_survey.models.null_scores import efficient_scores, null_fit
from osa_survey.models.predictor_shuffles import orders
from osa_survey.models.specification_units import FACTS, Unit, partial_correlations, resample_weights

SAME = 1e-9  # cross-products instead of a QR decomposition
LEVEL = 0.1


def tiny() -> pd.DataFrame:
    drawn = np.random.default_rng(3)
    frame = pd.DataFrame({"use": drawn.normal(size=12), "age": drawn.normal(size=12)})
    frame["score"] = 0.8 * frame["use"] + frame["age"] + drawn.normal(size=12)
    return frame


def test_the_resamples_are_regressions_of_an_outcome_without_the_association() -> None:
    """Simonsohn, Simmons and Nelson: y* = y − b x in each specification, the same resample in all of them."""
    frame, draws, seed = tiny(), 29, 5
    found = multiverse(frame, ["score"], ["use"], covariates=["age"], test="bootstrap", draws=draws, seed=seed)
    counts = resample_weights(len(frame), draws, seed).astype(int)
    assert (counts[:, 0] == 1).all()
    assert (counts.sum(axis=0) == len(frame)).all()
    sample, resampled = [], []
    for names in (["use"], ["use", "age"]):
        X = sm.add_constant(frame[names])
        fit = sm.OLS(frame["score"], X).fit()
        without = frame["score"] - fit.params["use"] * frame["use"]
        sample.append((fit.tvalues["use"], fit.df_resid))
        again = []
        for drawn in range(1, draws + 1):
            rows = np.repeat(np.arange(len(frame)), counts[:, drawn])
            again.append(sm.OLS(without.iloc[rows], X.iloc[rows]).fit().tvalues["use"])
        resampled.append(np.array(again))
    df = np.array([[one] for _, one in sample])
    t = np.array([[one] for one, _ in sample])
    ts = np.stack(resampled)
    r, rs = t / np.sqrt(t**2 + df), ts / np.sqrt(ts**2 + df)
    z, zs = (stats.norm.isf(stats.t.sf(np.abs(one), df)) * np.sign(one) for one in (t, ts))
    significant = ((t > 0) & (2 * stats.t.sf(t, df) < 0.05)).sum()
    at_least = {
        "curve_median": (np.median(r), np.median(rs, axis=0)),
        "curve_same_sign": ((t > 0).sum(), (ts > 0).sum(axis=0)),
        "curve_significant": (significant, ((ts > 0) & (2 * stats.t.sf(ts, df) < 0.05)).sum(axis=0)),
        "curve_stouffer": (z.sum() / np.sqrt(2), zs.sum(axis=0) / np.sqrt(2)),
    }
    for quantity, (value, others) in at_least.items():
        row = found.pick(quantity)
        assert row["estimate"] == pytest.approx(value, abs=SAME)
        assert row["p_value"] == pytest.approx((1 + np.sum(others >= value - SAME)) / (1 + draws))


def test_efficient_scores_repeat_the_estimation_to_first_order() -> None:
    drawn = np.random.default_rng(8)
    n = 3000
    age, x = drawn.normal(size=(2, n))
    x += 0.5 * age
    y = (0.4 * age + drawn.logistic(size=n) > 0).astype(float)
    null = null_fit(y, age[:, None], "logistic", np.ones(n, dtype=bool))
    assert null is not None
    own = efficient_scores(null, x)
    counts = resample_weights(n, 5, 1)[:, 1:]
    for weights in counts.T:
        fit = sm.GLM(y, sm.add_constant(age), family=sm.families.Binomial(), freq_weights=weights).fit()
        exact = (weights * x * (y - fit.fittedvalues)).sum()
        assert (weights * own).sum() == pytest.approx(exact, abs=FIRST_ORDER * own.std() * np.sqrt(n))


FIRST_ORDER = 0.1  # what is left out is of the size of the square of the step of the covariates' coefficients


def p_values(effect: float, test: str, sets: int, n: int = 60, confounded: float = 0.0) -> np.ndarray:
    drawn, found = np.random.default_rng(12), []
    for seed in range(sets):
        age = drawn.normal(size=n)
        use = drawn.normal(size=n) + confounded * age
        score = effect * use + age + drawn.normal(size=n)
        frame = pd.DataFrame({"use": use, "age": age, "score": score, "other": drawn.normal(size=n)})
        frame["second"] = frame["score"] + drawn.normal(size=n)
        result = multiverse(
            frame, {"score": {}, "second": {}, "high": {"variable": "score", "at_least": 0}}, ["use"],
            covariates={"age": ["age"], "both": ["age", "other"]}, models=["linear", "logistic"], draws=99, seed=seed,
            test=test,  # type: ignore[arg-type]
        )  # fmt: skip
        found.append([result.pick(name)["p_value"] for name in ("curve_median", "curve_significant", "curve_stouffer")])
    return np.array(found, dtype=float)


def test_under_the_null_hypothesis_p_is_uniform() -> None:
    """The predictor goes with the covariates and, given them, not with the outcome."""
    sets = 150
    found = p_values(0.0, "bootstrap", sets, confounded=0.6)
    for column in (0, 2):  # the number of significant ones has few values, and ties make its p larger
        assert stats.kstest(found[:, column], "uniform").pvalue > 0.001
    error = np.sqrt(LEVEL * (1 - LEVEL) / sets)
    assert (np.abs((found[:, [0, 2]] <= LEVEL).mean(axis=0) - LEVEL) <= 0.01 + 2.9 * error).all()
    assert (found[:, 1] <= LEVEL).mean() <= LEVEL + 0.01 + 2.9 * error


def test_a_planted_effect_is_found_by_both() -> None:
    for test in ("permutation", "bootstrap"):
        found = p_values(0.5, test, 25)
        assert (found <= 0.05).mean(axis=0).min() >= 0.8


def test_a_shuffle_moves_the_gaps_of_the_predictor_too() -> None:
    drawn, n, draws = np.random.default_rng(6), 50, 4
    age, x, y = drawn.normal(size=(3, n))
    x[:9] = np.nan
    used = drawn.random(n) > 0.2
    unit = Unit(y, x, age[:, None], ((), (0,)), used, "linear", draws, 2)
    found = partial_correlations(unit)
    for row, names in enumerate(([], [age])):
        df = found[row, 0]
        for draw in range(draws):
            moved = x[orders(n, draws, 2)[:, draw]]
            own = used & ~np.isnan(moved)
            fit = sm.OLS(y[own], np.column_stack([np.ones(n), moved, *names])[own]).fit()
            t = fit.tvalues[1]
            assert found[row, FACTS + draw] == pytest.approx(t / np.sqrt(t**2 + df), abs=SAME)


def test_with_gaps_in_the_predictor_the_permutation_keeps_its_level() -> None:
    sets, drawn, rejected = 120, np.random.default_rng(21), np.zeros(2)
    for seed in range(sets):
        frame = pd.DataFrame(drawn.normal(size=(60, 3)), columns=["use", "score", "age"])
        frame.loc[frame["age"] > 1, "use"] = np.nan
        frame["score"] += frame["age"]
        found = multiverse(
            frame, {"score": {}, "high": {"variable": "score", "at_least": 0}}, ["use"], covariates={"age": ["age"]},
            models=["linear", "rank", "logistic"], cases="own", draws=99, seed=seed,
        )  # fmt: skip
        rejected += [found.pick(name)["p_value"] <= LEVEL for name in ("curve_median", "curve_stouffer")]
    error = np.sqrt(LEVEL * (1 - LEVEL) / sets)
    assert (np.abs(rejected / sets - LEVEL) <= 0.01 + 2.9 * error).all()
