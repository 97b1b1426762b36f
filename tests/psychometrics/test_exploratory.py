"""Factors by planted truth, hand arithmetic, and data for which there is no answer."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from osa_survey import dimensionality, efa
from osa_survey.errors import AnalysisError
from osa_survey.psychometrics.exploratory import extract, loading_errors, matched, rotate
from osa_survey.psychometrics.exploratory.loading_errors import robust_covariance

PLANTED = np.array([[0.7, 0.0], [0.6, 0.0], [0.8, 0.0], [0.0, 0.7], [0.0, 0.6], [0.0, 0.5]])
PHI = np.array([[1.0, 0.3], [0.3, 1.0]])


def answers(n: int, seed: int) -> np.ndarray:
    generator = np.random.default_rng(seed)
    trait = generator.multivariate_normal([0, 0], PHI, size=n)
    unique = 1.0 - np.einsum("ik,kl,il->i", PLANTED, PHI, PLANTED)
    return trait @ PLANTED.T + generator.normal(size=(n, 6)) * np.sqrt(unique)


def test_a_planted_structure_comes_back_exactly_from_its_correlations() -> None:
    R = PLANTED @ PHI @ PLANTED.T
    np.fill_diagonal(R, 1.0)
    for method in ("minres", "ml", "principal_axis"):
        found = rotate(extract(R, 2, method).loadings, "oblimin")  # type: ignore[arg-type]
        order, signs = matched(PLANTED, found.loadings)
        assert found.loadings[:, order] * signs == pytest.approx(PLANTED, abs=1e-5)
        assert abs(found.phi[0, 1]) == pytest.approx(0.3, abs=1e-5)


def test_intervals_of_loadings_cover_the_truth() -> None:
    inside = []
    for seed in range(60):
        values = answers(400, seed)
        found = rotate(extract(np.corrcoef(values.T), 2).loadings, "oblimin", starts=3)
        errors = loading_errors(found, robust_covariance(values), 400)
        assert errors is not None
        order, signs = matched(PLANTED, found.loadings)
        away = np.abs(found.loadings[:, order] * signs - PLANTED)
        inside.append(away <= 1.96 * errors.loadings[:, order])
    assert 0.92 <= np.mean(inside) <= 0.98  # 720 intervals that are not independent


def test_parallel_analysis_finds_two_and_the_solution_says_so() -> None:
    data = pd.DataFrame(answers(800, 1), columns=list("abcdef"))
    result = efa(data, target={"one": ["a", "b", "c"], "two": ["d", "e", "f"]})
    assert result.pick("factors")["estimate"] == 2
    assert (result.more["congruence"].table["estimate"] > 0.95).all()
    assert "2 factors explained" in result.sentences("en")[0]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda d: d[["a", "b"]], "too_few_items"),
        (lambda d: d.assign(a=3.0), "constant_item"),
        (lambda d: d.head(6), "too_few_respondents"),
        (lambda d: d.assign(a=d["b"]), "perfect_correlation"),
        (lambda d: d.assign(a=np.nan), "too_few_respondents"),
    ],
)
def test_what_cannot_be_factored_is_refused(change: object, code: str) -> None:
    data = change(pd.DataFrame(answers(100, 2), columns=list("abcdef")))  # type: ignore[operator]
    for analysis in (efa, dimensionality):
        with pytest.raises(AnalysisError) as caught:
            analysis(data)
        assert code in {problem.code for problem in caught.value.problems}


def test_too_many_factors_and_unknown_words_are_refused() -> None:
    data = pd.DataFrame(answers(100, 2), columns=list("abcdef"))
    with pytest.raises(AnalysisError, match="at most 3"):
        efa(data, factors=4)
    with pytest.raises(AnalysisError, match="oblimin"):
        efa(data, rotation="oblimim")  # type: ignore[arg-type]
