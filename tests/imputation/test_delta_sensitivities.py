"""Shifts of imputed answers: pooled rows by hand, monotone estimates, and where a conclusion turns."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from osa_survey.analysis import correlate, describe, prevalence
from osa_survey.dataset import ScoredData
from osa_survey.disclosure import JOURNAL, Profile
from osa_survey.errors import AnalysisError
from osa_survey.imputation import delta_sensitivity, impute, pool, pool_proportion, pool_r, pooled_row
from osa_survey.results import Result, release
from tests.imputation.made_up_answers import scored_answers
from tests.made_up_regressions import as_imputed

OPTIONS = {"m": 3, "iterations": 2, "variables": ["income", "age", "c_total", "mood"]}


@pytest.fixture(scope="module")
def scored() -> ScoredData:
    return scored_answers()


def mean_income(data: ScoredData) -> Result:
    return describe(data, ["income"])


def income_by_scale(data: ScoredData) -> Result:
    return correlate(data, ["income", "c_total"])


def test_rows_are_pooled_on_the_right_scale(scored: ScoredData) -> None:
    imputed = impute(scored, seed=1, impute_reasons=["refused"], **OPTIONS)
    incomes = [completed.frame["income"] for completed in imputed]
    mean = pooled_row(imputed, mean_income, {"quantity": "mean", "outcome": "income"}, 0.95)
    expected = pool([x.mean() for x in incomes], [x.var() / len(x) for x in incomes], len(scored) - 1)
    assert mean.estimate == pytest.approx(expected.estimate[0])
    assert (mean.std_error, mean.df) == pytest.approx((expected.std_error[0], expected.df[0]))
    r = pooled_row(imputed, income_by_scale, {"quantity": "r"}, 0.95)
    each = [completed.frame["income"].corr(completed.frame["c_total"]) for completed in imputed]
    assert (r.estimate, r.low) == pytest.approx((pool_r(each, 240, 238).estimate, pool_r(each, 240, 238).low))
    share = pooled_row(
        imputed,
        lambda data: prevalence(data, ["alone"], base="answered"),
        {"quantity": "proportion", "outcome": "alone"},
        0.95,
    )
    yes = (scored.frame["alone"] == 2).mean()
    assert share.estimate == pytest.approx(pool_proportion([yes] * 3, 240).estimate)


def test_a_row_counts_the_fewest_people_of_any_set_in_any_order() -> None:
    y = np.array([1.0, 2, 4, 4, 7, 3, 5, 8])
    sets = [pd.DataFrame({"y": y, "x": y[::-1]}), pd.DataFrame({"y": np.where(y > 7, np.nan, y + 0.5), "x": y})]
    for order in (sets, sets[::-1]):
        given = as_imputed(order[0], order)
        row = pooled_row(given, lambda one: describe(one, ["y"]), {"quantity": "mean", "outcome": "y"}, 0.95)
        parts = [one["y"].dropna() for one in sets]
        wanted = pool([part.mean() for part in parts], [part.var() / len(part) for part in parts], 6)
        assert row.n == 7
        assert row.df == pytest.approx(wanted.df[0])


def test_the_mean_moves_by_the_share_of_the_missing_times_the_shift(scored: ScoredData) -> None:
    result = delta_sensitivity(
        scored, mean_income, "income", [-400, -200, 200, 400], pick={"quantity": "mean", "outcome": "income"}, seed=1,
        null=2000, impute_reasons=["refused"], m=3, iterations=1, variables=["income", "age"],
    )  # fmt: skip
    means = [result.pick("mean", level=level)["estimate"] for level in ("-400", "-200", "0", "200", "400")]
    share = scored.frame["income"].isna().mean()
    np.testing.assert_allclose(np.diff(means), 200 * share, rtol=1e-10)  # nothing else has gaps: draws are the same
    assert result.sentences("en")[0].startswith("Without a shift")
    assert len(result.sentences("de")) == 3


def test_the_shift_at_which_the_conclusion_changes(scored: ScoredData) -> None:
    deltas = [-900, -600, -300, 300, 600]
    result = delta_sensitivity(
        scored, mean_income, "income", deltas, pick={"quantity": "mean", "outcome": "income"}, seed=1, null=1900,
        impute_reasons=["refused"], **OPTIONS,
    )  # fmt: skip
    rows = result.table.loc[result.table["quantity"] == "mean"].set_index("level")
    low = {float(level): value for level, value in rows["conf_low"].items()}
    assert low[0.0] > 1900, "higher than 1,900 without a shift"
    at = result.pick("tipping_delta", contrast="below 0")["estimate"]
    order = [0.0, -300.0, -600.0, -900.0]
    far = next(delta for delta in order if low[delta] <= 1900)
    near = order[order.index(far) - 1]
    assert far <= at <= near
    by_hand = near + (far - near) * (low[near] - 1900) / (low[near] - low[far])
    assert at == pytest.approx(by_hand)
    above = result.pick("tipping_delta", contrast="above 0")
    assert np.isnan(above["estimate"])
    assert "does not change" in above["warning"]


def test_without_a_shift_it_is_the_plain_imputation(scored: ScoredData) -> None:
    result = delta_sensitivity(scored, income_by_scale, "income", [50], pick={"quantity": "r"}, seed=4, **OPTIONS)
    plain = pooled_row(impute(scored, seed=4, **OPTIONS), income_by_scale, {"quantity": "r"}, 0.95)
    assert result.pick("r", level="0")["estimate"] == plain.estimate
    assert result.pick("fmi", level="0")["estimate"] == plain.fmi


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"pick": {"quantity": "sd", "outcome": "income"}}, "no_standard_error"),
        ({"pick": {"quantity": "mean", "outcome": "age"}}, "no_such_row"),
        ({"pick": {"quantity": "odds_ratio"}}, "ratio_scale"),
        ({"deltas": [float("inf")]}, "bad_delta"),
        ({"delta": {"income": 1.0}}, "delta_twice"),
        ({"variable": "incme"}, "income"),
    ],
)
def test_what_is_refused(scored: ScoredData, change: dict[str, object], code: str) -> None:
    arguments = {"variable": "income", "deltas": [1.0], "pick": {"quantity": "mean", "outcome": "income"}, "seed": 1}
    with pytest.raises(AnalysisError, match=code):
        delta_sensitivity(scored, mean_income, **{**arguments, **OPTIONS, **change})


def test_numbers_of_few_people_stay_behind_the_gate(scored: ScoredData) -> None:
    result = delta_sensitivity(
        scored, mean_income, "income", [100], pick={"quantity": "mean", "outcome": "income"}, seed=1, **OPTIONS
    )
    released = release(result, Profile("all", threshold=10**6, for_release=True))
    assert released.table["estimate"].isna().all()
    assert released.sentences("en") == ()
    assert release(result, JOURNAL).table["estimate"].notna().any()
