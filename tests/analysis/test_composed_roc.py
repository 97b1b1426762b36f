"""ROC analyses under weights and over completed sets: hand-pooled numbers, relations, replicates by a loop."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import special, stats

from osa_survey import roc
from osa_survey.dataset import SurveyDesign
from osa_survey.effects.roc_areas import roc_areas
from osa_survey.errors import AnalysisError
from osa_survey.imputation import pool, pool_proportion
from osa_survey.weighting import survey_design
from osa_survey.weighting.replicating import replicated_design
from tests.made_up_regressions import as_imputed, as_scored

N, SETS = 140, 3
EXACT = 1e-9
SLOPES = 1e-6
"""Central differences of likelihood ratios."""
ASKED: dict[str, Any] = {
    "score": "a", "reference": "interview", "compare": "b", "cutoffs": [6], "prevalence": 0.1, "draws": 20,
}  # fmt: skip
NUMBERS = ("sensitivity", "specificity", "youden_j", "lr_positive", "lr_negative", "above_cutoff", "ppv", "npv")


def people() -> pd.DataFrame:
    rng = np.random.default_rng(12)
    case = rng.random(N) < 0.4
    a = np.clip(np.round(5 + 2 * case + 2 * rng.normal(size=N)), 0, 12)
    b = np.clip(np.round(5 + case + 2 * rng.normal(size=N)), 0, 12)
    return pd.DataFrame({"a": a, "b": b, "interview": pd.Categorical.from_codes(case.astype(int), ["no", "yes"])})


def completed() -> list[pd.DataFrame]:
    """Return sets that differ in the scores and references of the first people."""
    found = []
    for seed in range(SETS):
        rng, one = np.random.default_rng(seed), people()
        one.loc[:24, "a"] = rng.integers(1, 12, 25).astype(float)
        one.loc[25:30, "interview"] = rng.choice(["no", "yes"], 6)
        found.append(one)
    return found


def parts(one: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    return one[["a", "b"]].to_numpy(), (one["interview"] == "yes").to_numpy()


def weighted_area(score: np.ndarray, cases: np.ndarray, w: np.ndarray) -> float:
    """Return the area over all pairs of a case and another."""
    apart = score[cases][:, None] - score[~cases][None, :]
    pairs = w[cases][:, None] * w[~cases][None, :]
    return float((pairs * ((apart > 0) + 0.5 * (apart == 0))).sum() / pairs.sum())


def drawn_weights() -> np.ndarray:
    return np.random.default_rng(4).uniform(0.4, 2.5, N)


def test_areas_are_pooled_on_the_logit_with_delongs_variance() -> None:
    found = roc(as_imputed(people(), completed()), **ASKED)
    areas = [roc_areas(*parts(one)) for one in completed()]
    for place, name in enumerate(("a", "b")):
        raw = np.array([one.areas[place] for one in areas])
        variance = np.array([one.covariance[place, place] for one in areas]) / (raw * (1 - raw)) ** 2
        logits = special.logit(raw)
        total = variance.mean() + (1 + 1 / SETS) * logits.var(ddof=1)
        row = found.pick("auc", term=name)
        area = special.expit(logits.mean())
        np.testing.assert_allclose(
            [row["estimate"], row["std_error"]], [area, np.sqrt(total) * area * (1 - area)], rtol=EXACT
        )
        pooled = pool(logits, variance)
        np.testing.assert_allclose(
            [row["conf_low"], row["conf_high"]], special.expit(np.ravel(pooled.interval(0.95))), rtol=EXACT
        )
        assert found.pick("fmi", term=name)["estimate"] == pytest.approx(float(pooled.fmi[0]), rel=EXACT)
    test = found.pick("auc_difference")
    apart = np.array([one.areas[0] - one.areas[1] for one in areas])
    variance = np.array([one.covariance[0, 0] + one.covariance[1, 1] - 2 * one.covariance[0, 1] for one in areas])
    pooled = pool(apart, variance)
    np.testing.assert_allclose(
        test[["estimate", "std_error", "df1", "p_value"]].astype(float),
        [pooled.estimate[0], pooled.std_error[0], pooled.df[0], pooled.p_value()[0]], rtol=EXACT,
    )  # fmt: skip


def test_shares_at_a_cut_off_given_are_pooled_on_the_logit_and_the_best_is_the_median() -> None:
    found = roc(as_imputed(people(), completed()), **ASKED).more["cut_offs"]
    each = [roc(one, **ASKED).more["cut_offs"].table for one in completed()]
    best = np.median([one.loc[one["quantity"] == "cutoff", "estimate"].iloc[0] for one in each])
    cutoffs = found.table.loc[found.table["quantity"] == "cutoff"]
    assert cutoffs["estimate"].tolist() == [best, 6]
    assert cutoffs["conf_low"].isna().all()
    scores = [parts(one) for one in completed()]
    for quantity, side in (("sensitivity", True), ("specificity", False)):
        shares = [np.mean((score[cases == side, 0] >= 6) == side) for score, cases in scores]
        n = [int((cases == side).sum()) for _, cases in scores]
        row = found.pick(quantity, level="≥ 6")
        expected = pool_proportion(shares, n, min(n) - 1.0)
        np.testing.assert_allclose(
            row[["estimate", "conf_low", "conf_high"]].astype(float),
            [expected.estimate, expected.low, expected.high], rtol=EXACT,
        )  # fmt: skip


def test_predictive_values_are_those_of_the_pooled_likelihood_ratios() -> None:
    found = roc(as_imputed(people(), completed()), **ASKED).more["cut_offs"]
    odds = 0.1 / 0.9
    for quantity, ratio, sign in (("ppv", "lr_positive", 1), ("npv", "lr_negative", -1)):
        lr, row = found.pick(ratio, level="≥ 6"), found.pick(quantity, level="≥ 6")
        for column, other in (("estimate",) * 2, *zip(("conf_low", "conf_high"), ("conf_low", "conf_high")[::sign],
                                                      strict=True)):  # fmt: skip
            chance = (odds * lr[other]) ** sign
            assert row[column] == pytest.approx(chance / (1 + chance), rel=EXACT)


def test_weights_of_ones_give_the_estimates_of_plain_answers() -> None:
    plain, ones = (roc(one, **ASKED) for one in (people(), as_scored(people(), SurveyDesign("opt-in", np.ones(N)))))
    for name in ("a", "b"):
        assert ones.pick("auc", term=name)["estimate"] == pytest.approx(plain.pick("auc", term=name)["estimate"])
    assert ones.pick("auc_difference")["estimate"] == pytest.approx(plain.pick("auc_difference")["estimate"])
    one, other = (found.more["cut_offs"].table for found in (ones, plain))
    one, other = (table.loc[table["quantity"].isin((*NUMBERS, "cutoff")), "estimate"] for table in (one, other))
    np.testing.assert_allclose(one, other, rtol=EXACT)


def test_whole_weights_are_repeated_people() -> None:
    times = np.random.default_rng(2).integers(1, 4, N)
    repeated = people().loc[np.repeat(np.arange(N), times)].reset_index(drop=True)
    weighted = roc(as_scored(people(), SurveyDesign("opt-in", times.astype(float))), **ASKED)
    whole = roc(repeated, **ASKED)
    assert weighted.pick("auc", term="a")["estimate"] == pytest.approx(whole.pick("auc", term="a")["estimate"])
    one, other = (found.more["cut_offs"].table for found in (weighted, whole))
    one, other = (table.loc[table["quantity"].isin((*NUMBERS, "cutoff")), "estimate"] for table in (one, other))
    np.testing.assert_allclose(one, other, rtol=EXACT)


def test_linearised_errors_without_clusters_are_delongs_with_one_divisor() -> None:
    scored = as_scored(people(), SurveyDesign("opt-in", np.ones(N)))
    scores, cases = parts(people())
    m, n = int(cases.sum()), int((~cases).sum())
    apart = scores[cases, 0][:, None] - scores[~cases, 0][None, :]
    wins = (apart > 0) + 0.5 * (apart == 0)
    variance = N / (N - 1) * (wins.mean(axis=1).var() / m + wins.mean(axis=0).var() / n)
    assert roc(scored, **ASKED).pick("auc", term="a")["std_error"] == pytest.approx(np.sqrt(variance), rel=EXACT)


def test_linearised_errors_are_those_of_small_changes_of_weights() -> None:
    w = drawn_weights()
    found = roc(as_scored(people(), SurveyDesign("opt-in", w)), **ASKED)
    scores, cases = parts(people())
    step = 1e-6
    slopes = np.array([
        (weighted_area(scores[:, 0], cases, w + step * e) - weighted_area(scores[:, 0], cases, w - step * e)) / step / 2
        for e in np.eye(N)
    ])  # fmt: skip
    row = found.pick("auc", term="a")
    assert row["estimate"] == pytest.approx(weighted_area(scores[:, 0], cases, w), rel=EXACT)
    error = np.sqrt((slopes * w) @ (slopes * w) * N / (N - 1))
    assert row["std_error"] == pytest.approx(error, rel=SLOPES)

    def log_lr(own: np.ndarray) -> float:
        above = scores[:, 0] >= 6
        return float(
            np.log(np.average(above[cases], weights=own[cases]) / np.average(above[~cases], weights=own[~cases]))
        )

    slopes = np.array([(log_lr(w + step * e) - log_lr(w - step * e)) / step / 2 for e in np.eye(N)])
    lr = found.more["cut_offs"].pick("lr_positive", level="≥ 6")
    assert lr["estimate"] == pytest.approx(np.exp(log_lr(w)), rel=EXACT)
    half = np.log(lr["conf_high"] / lr["estimate"])
    error = np.sqrt((slopes * w) @ (slopes * w) * N / (N - 1))
    assert half == pytest.approx(stats.t.ppf(0.975, N - 1) * error, rel=SLOPES)


def test_replicate_errors_are_those_of_a_loop() -> None:
    frame = pd.DataFrame({"town": np.arange(N) // 10, "w": drawn_weights()})
    design = replicated_design(survey_design(frame, sample="quota", weights="w", clusters="town"), "JK1")
    row = roc(as_scored(people(), design), **ASKED).pick("auc", term="a")
    scores, cases = parts(people())
    assert design.replicates is not None
    many = special.logit([weighted_area(scores[:, 0], cases, w) for w in design.replicates.weights.T])
    towns = N // 10
    error = np.sqrt((towns - 1) / towns * ((many - many.mean()) ** 2).sum())
    area = weighted_area(scores[:, 0], cases, design.weights)
    assert row["std_error"] == pytest.approx(error * area * (1 - area), rel=EXACT)


def test_scores_that_separate_all_cases_have_no_interval() -> None:
    apart = people().assign(a=lambda rows: rows["a"] + 20.0 * (rows["interview"] == "yes"))
    row = roc(as_imputed(apart, [apart] * SETS), "a", "interview").pick("auc")
    assert row["estimate"] == 1
    assert np.isnan(row["conf_low"])
    assert "no interval" in row["warning"]


def test_bootstrap_intervals_are_refused() -> None:
    with pytest.raises(AnalysisError) as error:
        roc(as_imputed(people(), completed()), "a", "interview", interval="bootstrap")
    assert {problem.code for problem in error.value.problems} == {"does_not_compose"}
