"""Twins: marginals and rank correlations come back, filters hold, nobody is repeated, failing twins are refused."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from osa_survey.dataset import Responses
from osa_survey.errors import OutputError
from osa_survey.plan import prepare_study, run_study
from osa_survey.plan.twin_step import study_twin
from osa_survey.results import Result, Rows
from osa_survey.sharing.copulas import (
    draw_chances,
    latent_correlations,
    normal_scores,
    number_marginal,
    order_categories,
)
from osa_survey.sharing.shapes import shape_differences
from osa_survey.sharing.twins import draw_twin, plan_twin, repeated_records
from tests.sharing.made_up_release import CANARY, answers, write_study

SHARE_Z = 4.0
"""Standard errors a share of the twin may be away: one draw of a fixed seed, a dozen shares looked at."""
CORRELATION = 0.06
"""Two standard errors of a correlation of 400 pairs that is drawn from another one of 400 pairs, and no more."""


@pytest.fixture(scope="module")
def responses(tmp_path_factory: pytest.TempPathFactory) -> Responses:
    return prepare_study(write_study(tmp_path_factory.mktemp("twin") / "study")).scored.responses


def real(responses: Responses) -> np.ndarray:
    return np.where(responses.reasons.to_numpy() == 0, responses.codes.to_numpy(dtype=float), np.nan)


def test_the_attenuation_of_a_median_split_is_that_of_the_biserial_correlation() -> None:
    scores, attenuation = normal_scores(np.array([0.0] * 500 + [1.0] * 500))
    assert attenuation == pytest.approx(np.sqrt(2 / np.pi), rel=1e-12)  # phi(0) / 0.5 for a split at the median
    np.testing.assert_allclose(np.unique(scores), stats.norm.ppf([0.25, 0.75]), rtol=1e-12)


def test_latent_correlations_of_cut_variables_come_back() -> None:
    drawn = np.random.default_rng(1).multivariate_normal([0, 0, 0], [[1, 0.6, 0.3], [0.6, 1, 0], [0.3, 0, 1]], 40_000)
    cut = np.column_stack([np.digitize(drawn[:, 0], [-0.8, 0.2, 1.1]), drawn[:, 1] > 0.5, np.exp(drawn[:, 2])])
    found = latent_correlations(cut.astype(float))
    np.testing.assert_allclose(found[np.triu_indices(3, 1)], [0.6, 0.3, 0.0], atol=0.03)
    assert np.linalg.eigvalsh(found).min() > 0


def test_draws_have_the_correlations_asked_for_and_uniform_margins() -> None:
    R = np.array([[1, 0.7], [0.7, 1]])
    chances = draw_chances(R, 20_000, np.random.default_rng(2))
    assert stats.spearmanr(chances).statistic == pytest.approx(6 / np.pi * np.arcsin(0.35), abs=0.015)
    assert stats.kstest(chances[:, 1], "uniform").pvalue > 0.001


def test_extremes_are_averaged_and_decimals_kept() -> None:
    marginal = number_marginal(np.array([18.0, 19.0, 20.0, 33.0, 44.0, 61.0, 90.0, 98.0]), 3)
    assert marginal.draw(np.array([0.0, 1.0])).tolist() == [19.0, 83.0]
    assert marginal.decimals == 0


def test_categories_are_put_into_the_order_of_what_goes_with_them() -> None:
    codes = np.repeat([1.0, 2.0, 3.0], 100)
    shift = np.repeat([0.0, 5.0, 2.0], 100) + np.random.default_rng(5).normal(size=300)
    assert order_categories(codes, shift[:, None]).tolist() in ([1.0, 3.0, 2.0], [2.0, 3.0, 1.0])


def test_shares_correlations_and_filters(responses: Responses) -> None:
    twin = draw_twin(responses, plan_twin(responses), np.random.SeedSequence(1))
    n = len(responses)
    for name in ("gender", "ever"):
        for code in np.unique(responses.codes[name]):
            share = np.mean(responses.codes[name] == code)
            error = np.sqrt(share * (1 - share) / n)
            assert abs(np.mean(twin.codes[name] == code) - share) < SHARE_Z * error
    both = pd.DataFrame(real(responses), columns=responses.codes.columns)[["mood", "worry"]].corr("spearman")
    again = twin.codes[["mood", "worry"]].corr("spearman")
    assert both.iloc[0, 1] < -0.6
    assert again.iloc[0, 1] == pytest.approx(both.iloc[0, 1], abs=CORRELATION)
    asked = twin.codes["ever"] == 1
    assert twin.codes.loc[~asked, "often"].isna().all()
    assert twin.codes.loc[asked, "often"].notna().all()
    # mood and worry were left out together, and by a tenth.
    gap = twin.codes["mood"].isna()
    assert 0.04 < gap.mean() < 0.17
    assert (twin.codes["worry"].isna() == gap).mean() > 0.9
    assert twin.codes["age"].min() >= 18


def test_no_rare_record_is_repeated(responses: Responses) -> None:
    plan = plan_twin(responses)
    for seed in range(5):
        twin = draw_twin(responses, plan, np.random.SeedSequence(seed))
        assert repeated_records(real(responses), twin.codes.to_numpy()) == 0


def test_with_two_columns_only_frequent_records_are_repeated(tmp_path: Path) -> None:
    columns = {
        name: answers()[name]
        for name in ("consent", "panel_id", "remark", "IPAddress", "age", "gender", "ever", "often")
    }
    columns["age"] = [str(20 + 10 * (int(age) // 20)) if age != "17" else age for age in columns["age"]]
    columns |= {"mood": ["1"] * len(columns["age"]), "worry": ["1"] * len(columns["age"])}
    made = prepare_study(write_study(tmp_path / "study", columns=columns)).scored.responses
    twin = draw_twin(made, plan_twin(made), np.random.SeedSequence(1))
    assert twin.redrawn > 0
    assert repeated_records(real(made), twin.codes.to_numpy()) == 0


def test_few_people_have_no_twin(tmp_path: Path) -> None:
    columns = {name: values[:12] for name, values in answers().items()}
    made = prepare_study(write_study(tmp_path / "study", columns=columns)).scored.responses
    with pytest.raises(OutputError, match="too_few_records"):
        draw_twin(made, plan_twin(made), np.random.SeedSequence(1))


def result(quantities: dict[str, float], term: str = "x") -> Result:
    rows = Rows()
    for quantity, estimate in quantities.items():
        rows.add(quantity, term=term, estimate=estimate, n=100)
    return Result.from_rows(rows, title="A table", analysis="regress", method="", n_used=100, id="model")


def test_shapes() -> None:
    whole = result({"b": 0.5, "r2": 0.2})
    assert shape_differences([whole], [result({"b": 0.1, "r2": 0.0})]) == ()
    assert shape_differences([whole], [result({"b": np.nan, "r2": 0.1})]) == ("model: 1 numbers could not be computed",)
    assert shape_differences([whole], [result({"b": 0.5})]) == ("model: 1 rows are missing",)
    assert shape_differences([result({"b": 1.0}, "at 34.5")], [result({"b": 1.0}, "at 36")]) == ()


def test_the_twin_is_a_study_of_its_own_and_the_plan_works_on_it(tmp_path: Path) -> None:
    run = run_study(write_study(tmp_path / "study"))
    made = study_twin(run, np.random.SeedSequence(2))
    for name, text in made.files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert CANARY not in text
        assert "panel_id" not in text
    book = tomllib.loads(made.files["codebook.toml"])
    assert book["simulated"] is True
    assert {"person", "remark"}.isdisjoint(book["variables"])
    other = run_study(tmp_path / "study.toml")
    assert shape_differences(run.analyses, other.analyses) == ()
    tables = [one.analyses[2].table.query("quantity == 'b' and term == 'mood'") for one in (run, other)]
    slopes = [table["estimate"].iloc[-1] for table in tables]
    assert slopes[1] == pytest.approx(slopes[0], abs=0.15)


def test_the_same_seed_gives_the_same_twin(responses: Responses) -> None:
    one, two = (draw_twin(responses, plan_twin(responses), np.random.SeedSequence(4)) for _ in range(2))
    pd.testing.assert_frame_equal(one.codes, two.codes)
