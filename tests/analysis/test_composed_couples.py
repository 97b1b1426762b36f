"""Couples under weights and over completed sets: hand-pooled numbers, relations, replicates by a loop."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from osa_survey import apim, regress
from osa_survey.dataset import SurveyDesign
from osa_survey.imputation import d3
from osa_survey.models.dyads import exchangeable_fit
from osa_survey.results import Result
from osa_survey.weighting import survey_design
from osa_survey.weighting.replicating import replicated_design
from tests.made_up_regressions import as_imputed, as_scored

N, SETS, DRAWS = 90, 3, 200
EXACT = 1e-9
SLOPES = 1e-6
"""Central differences of correlations."""
WIDE: dict[str, Any] = {"x": ["x1", "x2"], "y": ["y1", "y2"], "draws": DRAWS}
ROLES: dict[str, Any] = {"roles": ["one", "other"], **WIDE}
VALUES = ["x1", "x2", "y1", "y2"]


def couples(seed: int = 3) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(N, 2)) + 0.5 * rng.normal(size=(N, 1))
    y = 0.5 * x + 0.2 * x[:, ::-1] + rng.normal(size=(N, 2)) + 0.6 * rng.normal(size=(N, 1))
    return pd.DataFrame(np.hstack([x, y]), columns=VALUES)


def completed() -> list[pd.DataFrame]:
    """Return sets in which some outcomes and predictors of the first couples differ."""
    found = []
    for seed in range(SETS):
        rng, one = np.random.default_rng(seed), couples()
        one.loc[:24, ["x1", "y2"]] += 0.8 * rng.normal(size=(25, 2))
        found.append(one)
    return found


def numbers(result: Result, *quantities: str) -> np.ndarray:
    rows = result.table.loc[result.table["quantity"].isin(quantities or ("actor", "partner"))]
    return rows[["estimate", "std_error"]].to_numpy()


def clustered(word: str) -> SurveyDesign:
    weights = np.random.default_rng(8).uniform(0.5, 2, N)
    plan = survey_design(pd.DataFrame({"town": np.arange(N) // 5, "w": weights}), sample="quota", weights="w",
                         clusters="town")  # fmt: skip
    return plan if word == "weights" else replicated_design(plan, "JK1")


@pytest.mark.parametrize("apart", [False, True])
def test_coefficients_are_pooled_by_rubins_rules(apart: bool) -> None:
    pooled = apim(as_imputed(couples(), completed()), distinguishable=apart, **ROLES)
    each = np.array([numbers(apim(one, distinguishable=apart, **ROLES)) for one in completed()])
    within, between = (each[:, :, 1] ** 2).mean(axis=0), each[:, :, 0].var(axis=0, ddof=1)
    total = within + (1 + 1 / SETS) * between
    np.testing.assert_allclose(numbers(pooled)[:, 0], each[:, :, 0].mean(axis=0), rtol=EXACT)
    np.testing.assert_allclose(numbers(pooled)[:, 1], np.sqrt(total), rtol=EXACT)
    rows = pooled.table.loc[pooled.table["quantity"].isin(("actor", "partner"))]
    df = (SETS - 1) * (total / ((1 + 1 / SETS) * between)) ** 2
    np.testing.assert_allclose(rows["df1"], df, rtol=EXACT)
    low = rows["estimate"] - stats.t.ppf(0.975, df) * rows["std_error"]
    np.testing.assert_allclose(rows["conf_low"], low, rtol=EXACT)
    fmi = pooled.more["missing_information"].table
    r = (1 + 1 / SETS) * between / within
    np.testing.assert_allclose(fmi["estimate"], (r + 2 / (df + 3)) / (r + 1), rtol=EXACT)


def test_the_omnibus_test_is_d3_at_the_mean_parameters() -> None:
    row = apim(as_imputed(couples(), completed()), **ROLES).pick("distinguishability")
    free, tied, tables = [], [], []
    for one in completed():
        table = one[VALUES].to_numpy()
        other = table[:, [1, 0, 3, 2]]
        both = np.vstack([table, other])
        tables.append(table)
        free.append((table.mean(axis=0), np.cov(table.T, bias=True)))
        tied.append((both.mean(axis=0), np.cov(both.T, bias=True)))

    def ratio(table: np.ndarray, of_free: Any, of_tied: Any) -> float:
        logs = [stats.multivariate_normal.logpdf(table, *one).sum() for one in (of_free, of_tied)]
        return float(2 * (logs[0] - logs[1]))

    own = [ratio(*parts) for parts in zip(tables, free, tied, strict=True)]
    mean_free, mean_tied = (tuple(np.mean(part, axis=0) for part in zip(*some, strict=True)) for some in (free, tied))
    expected = d3(own, [ratio(table, mean_free, mean_tied) for table in tables], 6)
    np.testing.assert_allclose(
        row[["estimate", "df1", "df2", "p_value"]].astype(float),
        [expected.statistic, expected.df1, expected.df2, expected.p_value], rtol=EXACT,
    )  # fmt: skip


@pytest.mark.parametrize("word", ["weights", "replicates"])
def test_weighted_distinguishable_members_are_two_weighted_regressions(word: str) -> None:
    scored = as_scored(couples(), clustered(word))
    found = apim(scored, distinguishable=True, **ROLES)
    expected = []
    for outcome, own, partner in (("y1", "x1", "x2"), ("y2", "x2", "x1")):
        fit = regress(scored, outcome, [[own, partner]])
        expected += [fit.pick("b", term=name)[["estimate", "std_error"]].astype(float) for name in (own, partner)]
    np.testing.assert_allclose(numbers(found), np.array(expected), rtol=EXACT)


def test_weights_of_ones_give_the_estimates_of_plain_couples() -> None:
    plain, ones = (apim(one, **WIDE) for one in (couples(), as_scored(couples(), SurveyDesign("opt-in", np.ones(N)))))
    np.testing.assert_allclose(numbers(ones)[:, 0], numbers(plain)[:, 0], rtol=EXACT)
    names = ("icc", "within_r", "cross_partner_r")
    one, other = (numbers(found.more["correlations"], *names)[:, 0] for found in (ones, plain))
    np.testing.assert_allclose(one, other, rtol=EXACT)


def test_whole_weights_are_repeated_couples() -> None:
    times = np.random.default_rng(2).integers(1, 4, N)
    repeated = couples().loc[np.repeat(np.arange(N), times)].reset_index(drop=True)
    for options in (WIDE, {**ROLES, "distinguishable": True}):
        weighted = apim(as_scored(couples(), SurveyDesign("opt-in", times.astype(float))), **options)
        whole = apim(repeated, **options)
        np.testing.assert_allclose(numbers(weighted)[:, 0], numbers(whole)[:, 0], rtol=EXACT)
        names = ("icc", "within_r", "cross_partner_r")
        one, other = (numbers(found.more["correlations"], *names)[:, 0] for found in (weighted, whole))
        np.testing.assert_allclose(one, other, rtol=EXACT)


def test_replicate_errors_are_those_of_a_loop() -> None:
    design = clustered("replicates")
    found = apim(as_scored(couples(), design), **WIDE)
    table = couples().to_numpy()
    first, second = table[:, ::2], table[:, 1::2]
    assert design.replicates is not None
    many = [exchangeable_fit(first, second, w).coefficients for w in design.replicates.weights.T]
    away = np.array(many) - np.mean(many, axis=0)
    towns = N // 5
    np.testing.assert_allclose(numbers(found)[:, 1] ** 2, (towns - 1) / towns * (away**2).sum(axis=0), rtol=EXACT)


def test_linearised_errors_of_correlations_are_those_of_small_changes_of_weights() -> None:
    weights = np.random.default_rng(5).uniform(0.5, 2, N)
    rows = apim(as_scored(couples(), SurveyDesign("opt-in", weights)), **WIDE).more["correlations"].table
    cross = rows.loc[(rows["quantity"] == "icc") & (rows["term"] == "x1 / x2")].iloc[0]

    def icc(w: np.ndarray) -> float:
        table = couples().to_numpy()[:, :2]
        both, twice = np.vstack([table, table[:, ::-1]]), np.r_[w, w]
        centred = both - np.average(both, axis=0, weights=twice)
        return float((twice * centred[:, 0] * centred[:, 1]).sum() / (twice * centred[:, 0] ** 2).sum())

    step = 1e-5
    slopes = np.array([(icc(weights + step * e) - icc(weights - step * e)) / (2 * step) for e in np.eye(N)])
    z = slopes * weights / (1 - icc(weights) ** 2)
    error = np.sqrt(((z - z.mean()) ** 2).sum() * N / (N - 1))
    half = stats.t.ppf(0.975, N - 1) * error
    np.testing.assert_allclose(
        [cross["estimate"], cross["conf_low"], cross["conf_high"]],
        [icc(weights), *np.tanh(np.arctanh(icc(weights)) + np.array([-half, half]))], rtol=SLOPES,
    )  # fmt: skip


def test_the_weighted_omnibus_test_finds_roles_that_differ_and_no_others() -> None:
    same = as_scored(couples(), SurveyDesign("opt-in", np.linspace(0.5, 2, N)))
    apart = couples().assign(y2=lambda rows: 2 * rows["y2"] + 1)
    other = as_scored(apart, SurveyDesign("opt-in", np.linspace(0.5, 2, N)))
    assert apim(same, **ROLES).pick("distinguishability")["p_value"] > 0.05
    found = apim(other, **ROLES)
    assert found.pick("distinguishability")["p_value"] < 0.001
    assert (found.table["quantity"] == "role_difference").any()
    both = as_imputed(apart, [apart] * SETS, SurveyDesign("opt-in", np.linspace(0.5, 2, N)))
    again = apim(both, **ROLES).pick("distinguishability")
    np.testing.assert_allclose(again["estimate"], found.pick("distinguishability")["estimate"], rtol=EXACT)


def test_completed_sets_of_a_file_of_persons_are_those_of_the_file_of_couples() -> None:
    def long(one: pd.DataFrame) -> pd.DataFrame:
        parts = [pd.DataFrame({"couple": np.arange(N) + 1.0, "x": one[f"x{k}"], "y": one[f"y{k}"]}) for k in (1, 2)]
        return pd.concat(parts, ignore_index=True)

    persons = as_imputed(long(couples()), [long(one) for one in completed()])
    found = apim(persons, x="x", y="y", couple="couple", draws=DRAWS)
    expected = apim(as_imputed(couples(), completed()), **WIDE)
    np.testing.assert_allclose(numbers(found), numbers(expected), rtol=EXACT)
    assert found.pick("actor")["n"] == N
