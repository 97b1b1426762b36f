"""Comparing two correlations: hand arithmetic, simulated level, weights, replicates, imputed sets."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from osa_survey.analysis import compare_correlations, correlate
from osa_survey.effects.correlation_differences import correlation_of_correlations, steiger_z, williams_t
from osa_survey.errors import AnalysisError
from osa_survey.imputation import pool
from osa_survey.weighting import survey_design
from osa_survey.weighting.replicating import replicated_design
from tests.made_up_regressions import as_imputed, as_scored

EXACT = 1e-9
"""Relative: the same sums."""
LEVEL = 0.02
"""Rejections of 2,000 true hypotheses at 5%: 4 standard errors are .0195."""


@pytest.fixture
def people() -> pd.DataFrame:
    rng = np.random.default_rng(5)
    trait = rng.normal(size=160)
    columns = {name: load * trait + rng.normal(size=160) for name, load in zip("abcd", (1, 0.8, 0.5, 0.2), strict=True)}
    gender = pd.Categorical.from_codes(rng.integers(0, 2, 160), ["man", "woman"])
    return pd.DataFrame({**columns, "gender": gender, "w": rng.uniform(0.5, 3, 160), "town": np.arange(160) // 16})


def test_overlapping_correlations_by_hand(people: pd.DataFrame) -> None:
    R = np.corrcoef(people[["a", "b", "c"]].to_numpy().T)
    result = compare_correlations(people, ["a", "b"], ["c", "a"])
    row, q = result.pick("correlation_difference"), result.pick("cohens_q")
    r12, r13, r23 = R[0, 1], R[0, 2], R[1, 2]
    assert row["estimate"] == pytest.approx(r12 - r13, rel=EXACT)
    assert row["statistic"] == pytest.approx(williams_t(r12, r13, r23, 160).statistic, rel=EXACT)
    # the covariance of Zou (2007, overlapping case), written differently from that of four variables
    c = ((r23 - r12 * r13 / 2) * (1 - r12**2 - r13**2 - r23**2) + r23**3) / ((1 - r12**2) * (1 - r13**2))
    assert correlation_of_correlations(R, (0, 1), (2, 0)) == pytest.approx(c, rel=EXACT)
    assert q["std_error"] == pytest.approx(np.sqrt((2 - 2 * c) / 157), rel=EXACT)
    one, other = (result.pick("r", term=term, outcome=outcome) for term, outcome in (("a", "b"), ("c", "a")))
    below, above = one["estimate"] - one["conf_low"], other["conf_high"] - other["estimate"]
    low = row["estimate"] - np.sqrt(below**2 + above**2 - 2 * c * below * above)
    assert row["conf_low"] == pytest.approx(low, rel=EXACT)


def test_tests_of_dependent_correlations_hold_their_level() -> None:
    rng = np.random.default_rng(9)
    X = rng.normal(size=(2000, 40, 4)) + 0.8 * rng.normal(size=(2000, 40, 1))
    found = np.array([np.corrcoef(one.T) for one in X])
    williams = [williams_t(R[0, 1], R[0, 2], R[1, 2], 40).p_value for R in found]
    steiger = [steiger_z(R, 40).p_value for R in found]
    for p in (williams, steiger):
        assert abs(np.mean(np.array(p) < 0.05) - 0.05) < LEVEL


def test_two_groups_are_those_of_correlate(people: pd.DataFrame) -> None:
    found = compare_correlations(people, ["a", "b"], by="gender").pick("cohens_q")
    other = correlate(people, ["a", "b"], by="gender").more["differences"].pick("cohens_q")
    for column in ("estimate", "std_error", "conf_low", "conf_high", "statistic", "p_value", "n"):
        assert found[column] == pytest.approx(other[column], rel=EXACT)


@pytest.mark.parametrize("by", [None, "gender"])
def test_replicates_by_hand(people: pd.DataFrame, by: str | None) -> None:
    plan = replicated_design(survey_design(people, sample="quota", weights="w", clusters="town"), "JK1")
    second = None if by else ["c", "d"]
    result = compare_correlations(as_scored(people, plan), ["a", "b"], second, by=by)

    def r_of(names: tuple[str, str], weights: np.ndarray) -> float:
        x, y = (people[name].to_numpy() for name in names)
        x, y = x - np.average(x, weights=weights), y - np.average(y, weights=weights)
        return float((weights * x * y).sum() / np.sqrt((weights * x**2).sum() * (weights * y**2).sum()))

    def both(weights: np.ndarray) -> np.ndarray:
        if by:
            men = people["gender"].eq("man").to_numpy()
            return np.array([r_of(("a", "b"), weights * mask) for mask in (men, ~men)])
        return np.array([r_of(("a", "b"), weights), r_of(("c", "d"), weights)])

    full = both(people["w"].to_numpy())
    assert plan.replicates is not None
    each = np.array([both(column) for column in plan.replicates.weights.T])
    q = np.arctanh(each) @ [1, -1]
    error = np.sqrt(9 / 10 * ((q - q.mean()) ** 2).sum())
    row = result.pick("cohens_q")
    assert row["estimate"] == pytest.approx(np.arctanh(full) @ [1, -1], rel=EXACT)
    assert row["std_error"] == pytest.approx(error, rel=1e-9)
    assert row["df1"] == 9
    difference = result.pick("correlation_difference")
    assert difference["estimate"] == pytest.approx(full[0] - full[1], rel=EXACT)
    z = np.arctanh(each)
    spread = 9 / 10 * (z - z.mean(axis=0)).T @ (z - z.mean(axis=0))
    slopes = (1 - full**2) * [1, -1]
    assert difference["std_error"] == pytest.approx(np.sqrt(slopes @ spread @ slopes), rel=1e-9)


def test_imputed_sets_are_pooled_on_z(people: pd.DataFrame) -> None:
    rng = np.random.default_rng(4)
    sets = [people.assign(a=people["a"] + 0.3 * rng.normal(size=160)) for _ in range(3)]
    row = compare_correlations(as_imputed(people, sets), ["a", "b"], ["a", "c"]).pick("cohens_q")
    plain = [compare_correlations(one, ["a", "b"], ["a", "c"]).pick("cohens_q") for one in sets]
    estimates = np.array([[one["estimate"]] for one in plain])
    pooled = pool(estimates, np.array([[[one["std_error"] ** 2]] for one in plain]), 157.0)
    assert row["estimate"] == pytest.approx(pooled.estimate[0], rel=EXACT)
    assert row["std_error"] == pytest.approx(np.sqrt(pooled.covariance[0, 0]), rel=EXACT)
    p = 2 * stats.t.sf(abs(row["statistic"]), pooled.df[0])
    assert row["p_value"] == pytest.approx(p, rel=1e-8)


def test_what_cannot_be_compared_is_named(people: pd.DataFrame) -> None:
    for arguments, code in (
        ({"first": ["a", "b"]}, "no_pair"),
        ({"first": ["a", "a"], "second": ["a", "b"]}, "no_pair"),
        ({"first": ["a", "b"], "second": ["b", "a"]}, "same_pair"),
        ({"first": ["a", "b"], "second": ["a", "c"], "by": "gender"}, "no_pair"),
    ):
        with pytest.raises(AnalysisError) as caught:
            compare_correlations(people, **arguments)  # type: ignore[arg-type]
        assert caught.value.problems[0].code == code
    same = people.assign(b=people["a"])
    row = compare_correlations(same, ["a", "b"], ["a", "c"]).pick("correlation_difference")
    assert np.isnan(row["statistic"])
    assert row["warning"]
    with pytest.raises(AnalysisError) as caught:
        compare_correlations(as_imputed(same, [same, same]), ["a", "b"], ["a", "c"])
    assert caught.value.problems[0].code == "does_not_compose"
