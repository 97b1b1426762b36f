"""Cross-lagged models under weights and over completed sets: relations, replicates by a loop, the pooled test."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from osa_survey import cross_lagged, regress
from osa_survey.dataset import SurveyDesign
from osa_survey.imputation import d3
from osa_survey.results import Result
from osa_survey.weighting import survey_design
from osa_survey.weighting.replicating import replicated_design
from tests.made_up_regressions import as_imputed, as_scored

N, SETS = 120, 3
SEARCHED = 1e-6
"""Relative: the end of the search."""
WAVES = [["a1", "b1"], ["a2", "b2"], ["a3", "b3"]]


def people() -> pd.DataFrame:
    rng = np.random.default_rng(7)
    level = rng.normal(size=(N, 2))
    found, now = {}, rng.normal(size=(N, 2))
    for wave in (1, 2, 3):
        if wave > 1:
            now = now @ np.array([[0.4, 0.1], [0.2, 0.3]]) + rng.normal(size=(N, 2))
        found[f"a{wave}"], found[f"b{wave}"] = (level + now).T
    return pd.DataFrame(found)


def completed() -> list[pd.DataFrame]:
    found = []
    for seed in range(SETS):
        one = people()
        one.loc[:29, "b2"] += 0.9 * np.random.default_rng(seed).normal(size=30)
        found.append(one)
    return found


def clustered(word: str) -> SurveyDesign:
    weights = np.random.default_rng(8).uniform(0.5, 2, N)
    frame = pd.DataFrame({"town": np.arange(N) // 6, "w": weights})
    plan = survey_design(frame, sample="quota", weights="w", clusters="town")
    return plan if word == "weights" else replicated_design(plan, "JK1")


def numbers(result: Result) -> np.ndarray:
    return result.table.loc[result.table["quantity"] == "b", ["estimate", "std_error"]].to_numpy()


@pytest.mark.parametrize("word", ["weights", "replicates"])
@pytest.mark.parametrize("imputed", [False, True])
def test_two_waves_are_weighted_regressions(word: str, imputed: bool) -> None:
    design = clustered(word)
    data = as_imputed(people(), completed(), design) if imputed else as_scored(people(), design)
    found = cross_lagged(data, WAVES[:2])
    for outcome in ("a2", "b2"):
        other = regress(data, outcome, [["a1", "b1"]])
        for term in ("a1", "b1"):
            own, theirs = found.pick("b", outcome=outcome, term=term), other.pick("b", term=term)
            for column in ("estimate", "std_error", "conf_low", "p_value"):
                assert own[column] == pytest.approx(theirs[column], rel=SEARCHED)
            if imputed:
                fmi = found.pick("fmi", outcome=outcome, term=term)["estimate"]
                assert fmi == pytest.approx(other.pick("fmi", term=term)["estimate"], rel=1e-5)


@pytest.mark.parametrize("options", [{}, {"random_intercepts": True, "equal": True}])
def test_parameters_are_pooled_by_rubins_rules(options: dict[str, Any]) -> None:
    found = numbers(cross_lagged(as_imputed(people(), completed()), WAVES, **options))
    each = np.array([numbers(cross_lagged(one, WAVES, **options)) for one in completed()])
    total = (each[:, :, 1] ** 2).mean(axis=0) + (1 + 1 / SETS) * each[:, :, 0].var(axis=0, ddof=1)
    np.testing.assert_allclose(found, np.column_stack([each[:, :, 0].mean(axis=0), np.sqrt(total)]), rtol=SEARCHED)


def test_whole_weights_are_repeated_people() -> None:
    times = np.random.default_rng(2).integers(1, 4, N)
    repeated = people().loc[np.repeat(np.arange(N), times)].reset_index(drop=True)
    weighted = cross_lagged(as_scored(people(), SurveyDesign("opt-in", times.astype(float))), WAVES)
    whole = cross_lagged(repeated, WAVES)
    np.testing.assert_allclose(numbers(weighted)[:, 0], numbers(whole)[:, 0], rtol=SEARCHED)
    for quantity in ("srmr",):
        one, other = (found.more["fit"].pick(quantity)["estimate"] for found in (weighted, whole))
        assert one == pytest.approx(other, rel=SEARCHED)
    fit = weighted.more["fit"].pick("fit_chi_squared")
    assert np.isnan(fit["estimate"])
    assert "weights" in fit["warning"]


def test_the_test_of_the_model_is_d3_at_the_mean_parameters() -> None:
    found = cross_lagged(as_imputed(people(), completed()), WAVES)
    order = [name for wave in WAVES for name in wave]
    tables = [one[order].to_numpy() for one in completed()]

    def paths(table: np.ndarray) -> dict[str, np.ndarray]:
        """Return the model as three regressions in a row, by least squares."""
        centred = table - table.mean(axis=0)
        parts = {"start": centred[:, :2].T @ centred[:, :2] / N}
        for wave in (1, 2):
            before, now = centred[:, 2 * wave - 2 : 2 * wave], centred[:, 2 * wave : 2 * wave + 2]
            slopes = np.linalg.lstsq(before, now, rcond=None)[0].T
            rest = now - before @ slopes.T
            parts |= {f"slopes{wave}": slopes, f"rest{wave}": rest.T @ rest / N}
        return parts

    def implied(parts: dict[str, np.ndarray]) -> np.ndarray:
        A, S = np.zeros((6, 6)), np.zeros((6, 6))
        S[:2, :2] = parts["start"]
        for wave in (1, 2):
            rows = slice(2 * wave, 2 * wave + 2)
            A[rows, 2 * wave - 2 : 2 * wave], S[rows, rows] = parts[f"slopes{wave}"], parts[f"rest{wave}"]
        inverse = np.linalg.inv(np.eye(6) - A)
        return inverse @ S @ inverse.T

    def ratio(table: np.ndarray, mean: np.ndarray, free: np.ndarray, tied: np.ndarray) -> float:
        logs = [stats.multivariate_normal.logpdf(table, mean, one).sum() for one in (free, tied)]
        return float(2 * (logs[0] - logs[1]))

    each = [paths(table) for table in tables]
    own = [
        ratio(table, table.mean(axis=0), np.cov(table.T, bias=True), implied(parts))
        for table, parts in zip(tables, each, strict=True)
    ]
    mean = np.mean([table.mean(axis=0) for table in tables], axis=0)
    free = np.mean([np.cov(table.T, bias=True) for table in tables], axis=0)
    tied = implied({name: np.mean([one[name] for one in each], axis=0) for name in each[0]})
    expected = d3(own, [ratio(table, mean, free, tied) for table in tables], 4)
    row = found.more["fit"].pick("fit_chi_squared")
    np.testing.assert_allclose(
        row[["statistic", "df1", "df2", "p_value"]].astype(float),
        [expected.statistic, expected.df1, expected.df2, expected.p_value], rtol=1e-5,
    )  # fmt: skip
    chi = expected.statistic * 4
    assert row["estimate"] == pytest.approx(max(0.0, chi), rel=1e-5)
    rmsea = found.more["fit"].pick("rmsea")["estimate"]
    assert rmsea == pytest.approx(np.sqrt(max(chi - 4, 0) / (4 * N)), rel=1e-5)
