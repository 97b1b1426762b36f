"""Invariance, alignment and latent change under weights and over imputed sets: relations, planted truth, refusals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import osa_survey as osa
from osa_survey.analysis.composed_moments import composed_moments
from osa_survey.analysis.samples import CompletedSet, Sample
from osa_survey.dataset import SurveyDesign
from osa_survey.disclosure import JOURNAL
from osa_survey.errors import AnalysisError
from osa_survey.psychometrics.confirmatory.difference_tests import difference_test
from osa_survey.psychometrics.confirmatory.fits import fit_to_samples
from osa_survey.psychometrics.confirmatory.samples import complete_sample
from osa_survey.psychometrics.confirmatory.structures import lower
from osa_survey.psychometrics.invariance.ladders import LadderModel
from osa_survey.results import Result, release
from osa_survey.weighting import survey_design
from osa_survey.weighting.replicating import replicated_design
from tests.contract.test_german import _checked
from tests.made_up_regressions import as_imputed, as_scored

MODEL = "trait =~ a + b + c + d + e"
ITEMS = list("abcde")
WAVES = [["a1", "b1", "c1"], ["a2", "b2", "c2"]]
CHANGE = "wave 2 − wave 1"
KEYS = ["quantity", "outcome", "term", "contrast", "group", "level"]
EXACT = 1e-6
"""Relative: the same minimum and the same sums in another order."""

RUNS, MOST = 40, 7
"""More rejections of a true hypothesis at .05 come one time in a thousand (binomial)."""


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    """Return answers of two groups; item c is a little easier in the second."""
    rng = np.random.default_rng(1)
    group = rng.integers(0, 2, 400)
    trait = rng.normal(size=400) + 0.3 * group
    found = {
        name: loading * trait + rng.normal(size=400) + (0.6 * group if name == "c" else 0)
        for name, loading in zip(ITEMS, (1.0, 0.8, 0.7, 1.0, 0.9), strict=True)
    }
    return pd.DataFrame(found).assign(gender=pd.Categorical.from_codes(group, ["man", "woman"]))


@pytest.fixture(scope="module")
def ordinal(people: pd.DataFrame) -> pd.DataFrame:
    return people.assign(**{name: np.digitize(people[name], [-0.8, 0.2, 1.1]).astype(float) for name in ITEMS})


@pytest.fixture(scope="module")
def panel() -> pd.DataFrame:
    """Return items of two waves, a number and a group."""
    rng = np.random.default_rng(2)
    first = rng.normal(size=(400, 1))
    second = 0.7 * first + 0.3 + 0.5 * rng.normal(size=(400, 1))
    own = 0.4 * rng.normal(size=(400, 3))
    found = np.hstack([level * [1.0, 0.8, 0.9] + own + 0.8 * rng.normal(size=(400, 3)) for level in (first, second)])
    frame = pd.DataFrame(found, columns=[*WAVES[0], *WAVES[1]])
    group = pd.Categorical.from_codes(rng.integers(0, 2, 400), ["man", "woman"])
    return frame.assign(x=0.5 * (second - first)[:, 0] + rng.normal(size=400), gender=group)


def tables(result: Result) -> dict[str, pd.DataFrame]:
    return {"": result.table, **{name: table.table for name, table in result.more.items()}}


def same(found: Result, expected: Result, *, but: tuple[str, ...] = ()) -> None:
    """Assert that two results have the same numbers; those of ``but`` may be missing."""
    for name, table in tables(expected).items():
        if name in but:
            continue
        both = table.merge(tables(found)[name], on=KEYS, suffixes=("", "_found"))
        assert len(both) == len(table)
        for column in ("estimate", "std_error", "conf_low", "conf_high", "statistic", "p_value", "n"):
            np.testing.assert_allclose(both[f"{column}_found"], both[column], rtol=EXACT, atol=EXACT)


@pytest.mark.parametrize("estimator", ["MLR", "WLSMV"])
def test_the_same_answers_in_every_set_are_the_answers(
    people: pd.DataFrame, ordinal: pd.DataFrame, estimator: Any
) -> None:
    data = people if estimator == "MLR" else ordinal
    plain = osa.invariance(data, MODEL, "gender", estimator=estimator)
    found = osa.invariance(as_imputed(data, [data] * 3), MODEL, "gender", estimator=estimator)
    # robust scores of groups are centred in their group here, so that constrained steps differ in second order
    if estimator == "WLSMV":
        same(found, plain)
    for quantity in ("chi_squared", "cfi", "rmsea", "srmr"):
        rows = [result.pick(quantity, term="configural") for result in (found, plain)]
        assert rows[0]["estimate"] == pytest.approx(rows[1]["estimate"], rel=EXACT, abs=EXACT)
    verdicts = [result.pick("step_verdict", term="verdict")["level"] for result in (found, plain)]
    assert verdicts[0] == verdicts[1] == "means comparable with care"


def test_waves_alignment_and_change_of_equal_sets(people: pd.DataFrame, panel: pd.DataFrame) -> None:
    sets = as_imputed(panel, [panel] * 3)
    runs: list[Callable[[Any], Result]] = [
        lambda given: osa.longitudinal_invariance(given, WAVES, estimator="MLR"),
        lambda given: osa.latent_change(given, WAVES, predictors=["x", "gender"]),
        lambda given: osa.latent_change(given, ["a1", "a2"], of="scores"),
    ]
    for run in runs:
        same(run(sets), run(panel), but=("fit",))
    same(osa.alignment(as_imputed(people, [people] * 3), MODEL, "gender"), osa.alignment(people, MODEL, "gender"))


def test_whole_weights_are_repeated_people(people: pd.DataFrame, ordinal: pd.DataFrame) -> None:
    """Estimates and unscaled statistics; errors know that they are not people."""
    weights = np.random.default_rng(3).integers(1, 4, len(people))
    for data, estimator in ((people, "MLR"), (ordinal, "ULSMV")):
        many = data.loc[np.repeat(np.arange(len(data)), weights)].reset_index(drop=True)
        plan = SurveyDesign("quota", weights.astype(float))
        found, plain = (
            osa.invariance(one, MODEL, "gender", estimator=estimator, partial=False)  # type: ignore[arg-type]
            for one in (as_scored(data, plan), many)
        )
        for mine, theirs in zip(found.engine[:2], plain.engine[:2], strict=True):
            # least squares count one respondent less in each group
            tolerance = EXACT if estimator == "MLR" else 2 / len(data)
            assert mine.fit.minimum.value == pytest.approx(theirs.fit.minimum.value, rel=tolerance)
            np.testing.assert_allclose(mine.fit.estimates, theirs.fit.estimates, rtol=1e-3, atol=1e-3)
        shifts = [
            result.more["size"].table.query("quantity == 'mean_difference'")["estimate"].iloc[0]
            for result in (found, plain)
        ]
        assert shifts[0] == pytest.approx(shifts[1], rel=EXACT)
        assert (found.n_used, plain.n_used) == (len(data), weights.sum())


def sample_of(n: int, design: SurveyDesign | None) -> Sample:
    used = np.ones(n, dtype=bool)
    return Sample((CompletedSet((), used, design),), False)


def test_replicate_covariance_of_moments_is_that_of_a_loop(people: pd.DataFrame) -> None:
    """Leaving out one town after the other; groups that share towns have moments that go together."""
    n, values = len(people), people[ITEMS].to_numpy()
    group = people["gender"].cat.codes.to_numpy().astype(np.int64)
    frame = pd.DataFrame({"town": np.arange(n) // 40, "w": np.random.default_rng(4).uniform(0.5, 2, n)})
    design = replicated_design(survey_design(frame, sample="quota", weights="w", clusters="town"), "JK1")
    found = composed_moments(sample_of(n, design), [values], [group], ITEMS, ["man", "woman"], "MLR").estimates
    rows, columns = lower(5)

    def moments(kept: np.ndarray) -> np.ndarray:
        parts = []
        for number in (0, 1):
            own = kept & (group == number)
            w = frame["w"].to_numpy()[own]
            covariance = np.cov(values[own], rowvar=False, aweights=w, ddof=0)
            parts += [np.average(values[own], axis=0, weights=w), covariance[rows, columns]]
        return np.concatenate(parts)

    towns = frame["town"].to_numpy()
    many = np.array([moments(towns != town) for town in range(10)])
    away = many - many.mean(axis=0)
    np.testing.assert_allclose(found.estimate, moments(np.ones(n, dtype=bool)), rtol=1e-9)
    np.testing.assert_allclose(found.covariance, 0.9 * away.T @ away, rtol=1e-9, atol=1e-15)
    assert np.abs(found.covariance[:20, 20:]).max() > 0


def test_equal_weights_differ_by_the_divisor_alone(panel: pd.DataFrame) -> None:
    n = len(panel)
    found = osa.longitudinal_invariance(as_scored(panel, SurveyDesign("quota", np.full(n, 3.0))), WAVES)
    plain = osa.longitudinal_invariance(panel, WAVES)
    for term in ("configural", "metric"):
        rows = [result.pick("chi_squared", term=term)["estimate"] for result in (found, plain)]
        assert rows[0] * n / (n - 1) == pytest.approx(rows[1], rel=EXACT)


def test_weighted_moments_of_answers_with_gaps(panel: pd.DataFrame) -> None:
    """Without a gap the saturated likelihood has the plain moments; with gaps whole weights are repeated people."""
    values = panel[[*WAVES[0], *WAVES[1]]].to_numpy().copy()
    values[np.random.default_rng(5).random(400) < 0.3, 3:] = np.nan
    weights = np.random.default_rng(6).integers(1, 4, 400)
    codes = [np.zeros(400, dtype=np.int64)]
    names = [*WAVES[0], *WAVES[1]]
    design = SurveyDesign("quota", weights.astype(float))
    found = composed_moments(sample_of(400, design), [values], codes, names, [""], "MLR")
    many = np.repeat(values, weights, axis=0)
    again = composed_moments(
        sample_of(len(many), None), [many], [np.zeros(len(many), dtype=np.int64)], names, [""], "MLR"
    )
    np.testing.assert_allclose(found.estimates.estimate, again.estimates.estimate, rtol=EXACT, atol=EXACT)
    whole = complete_sample(values)
    assert found.samples[0].n == 400 > whole.n
    change = osa.latent_change(as_scored(pd.DataFrame(values, columns=names), design), WAVES)
    assert change.n_used == 400
    assert change.settings["missing"] == "fiml"


def test_shared_towns_widen_the_tests(people: pd.DataFrame) -> None:
    """People of a town who answer alike leave less to test with: the same discrepancy, a smaller statistic."""
    rng = np.random.default_rng(7)
    towns = np.repeat(np.arange(40), 10)
    common = rng.normal(size=(40, 5))[towns]
    data = people.assign(**{name: people[name] + 0.8 * common[:, place] for place, name in enumerate(ITEMS)})
    frame = pd.DataFrame({"w": np.ones(400), "town": towns})
    alone = osa.invariance(as_scored(data, SurveyDesign("quota", np.ones(400))), MODEL, "gender", partial=False)
    together = osa.invariance(
        as_scored(data, survey_design(frame, sample="quota", weights="w", clusters="town")), MODEL, "gender",
        partial=False,
    )  # fmt: skip
    tests = [result.engine[0].fit.inference.chi_squared for result in (alone, together)]
    assert tests[0].value == pytest.approx(tests[1].value, rel=EXACT)
    assert tests[1].trace > 1.2 * tests[0].trace
    assert any("39 degrees of freedom for 40 moments" in note for note in together.notes)
    assert not any("degrees of freedom for" in note for note in alone.notes)


def drawn(rng: np.random.Generator, people: pd.DataFrame, sets: int) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Return answers with gaps in two items, and sets completed from the normal model of the groups' pooled answers."""
    data = people.copy()
    gaps = rng.random(len(data)) < 0.35
    known = data[["a", "b", "c"]].to_numpy()
    design = np.column_stack([np.ones(len(data)), known, data["gender"].cat.codes])
    completed = []
    for _ in range(sets):
        one = data.copy()
        for name in ("d", "e"):
            x = np.column_stack([design, one["d"]]) if name == "e" else design
            seen, y = x[~gaps], one.loc[~gaps, name].to_numpy()
            inverse = np.linalg.inv(seen.T @ seen)
            slopes = inverse @ seen.T @ y
            left = y - seen @ slopes
            variance = float(left @ left) / rng.chisquare(len(y) - x.shape[1])
            slopes = rng.multivariate_normal(slopes, variance * inverse)
            one.loc[gaps, name] = x[gaps] @ slopes + np.sqrt(variance) * rng.normal(size=int(gaps.sum()))
        completed.append(one)
    data.loc[gaps, ["d", "e"]] = np.nan
    return data, completed


def test_imputation_costs_what_is_not_known(people: pd.DataFrame) -> None:
    """A factor mean of completed sets is about that of the full likelihood, and less certain than without gaps."""
    gaps, completed = drawn(np.random.default_rng(8), people, 40)
    found = osa.invariance(as_imputed(gaps, completed), MODEL, "gender", estimator="MLR")
    likelihood = osa.invariance(gaps, MODEL, "gender", estimator="MLR")
    whole = osa.invariance(people, MODEL, "gender", estimator="MLR")
    mean, full, certain = (result.more["size"].pick("latent_difference") for result in (found, likelihood, whole))
    assert mean["estimate"] == pytest.approx(full["estimate"], abs=0.25 * full["std_error"])
    assert mean["std_error"] == pytest.approx(full["std_error"], rel=0.1)
    assert mean["std_error"] > certain["std_error"]
    assert mean["statistic_name"] == "t"
    assert np.isfinite(mean["df1"])


def test_equal_loadings_are_rejected_as_often_as_they_should_be() -> None:
    """Weights, towns whose people answer alike, and three in ten answers imputed."""
    rng, rejected = np.random.default_rng(9), 0
    loadings = np.array([1.0, 0.8, 0.7, 0.9])
    for _ in range(RUNS):
        towns = np.repeat(np.arange(80), 5)
        group = rng.integers(0, 2, 400)
        trait = rng.normal(size=(400, 1)) + 0.5 * rng.normal(size=80)[towns][:, None]
        values = trait * loadings + rng.normal(size=(400, 4)) + 0.4 * rng.normal(size=(80, 4))[towns]
        weights = rng.uniform(0.5, 2, 400)
        gaps = rng.random(400) < 0.3
        sets = []
        for _ in range(10):
            x = np.column_stack([np.ones(400), values[:, :3], group])
            inverse = np.linalg.inv(x[~gaps].T @ x[~gaps])
            slopes = inverse @ x[~gaps].T @ values[~gaps, 3]
            left = values[~gaps, 3] - x[~gaps] @ slopes
            variance = float(left @ left) / rng.chisquare(int((~gaps).sum()) - 5)
            one = values.copy()
            own = rng.multivariate_normal(slopes, variance * inverse)
            one[gaps, 3] = x[gaps] @ own + np.sqrt(variance) * rng.normal(size=int(gaps.sum()))
            sets.append(one)
        frame = pd.DataFrame({"w": weights, "town": towns})
        design = survey_design(frame, sample="quota", weights="w", clusters="town")
        sample = Sample(tuple(CompletedSet((), np.ones(400, dtype=bool), design) for _ in sets), True)
        moments = composed_moments(sample, sets, [group] * 10, ITEMS[:4], ["0", "1"], "MLR")
        ladder = LadderModel({"f": tuple(ITEMS[:4])}, (), {}, 2, ruled=False)
        fits = [fit_to_samples(moments.samples, ladder.syntax(name), estimator="MLR", means=True)
                for name in ("configural", "metric")]  # fmt: skip
        rejected += difference_test(*fits).p_value < 0.05
    assert rejected <= MOST


def test_ordinal_items_given_predictors() -> None:
    """Planted effects of a skewed number and of a group come back, and sets of the same answers are the answers."""
    rng = np.random.default_rng(12)
    n = 1200
    x, member = rng.exponential(size=n), rng.random(n) < 0.4
    first = 0.5 * x - 0.4 * member + rng.normal(size=n)
    second = first + 0.3 + 0.35 * x + 0.5 * member + 0.7 * rng.normal(size=n)
    own = 0.5 * rng.normal(size=(n, 3))
    found: dict[str, Any] = {}
    for names, level in zip(WAVES, (first, second), strict=True):
        answers = level[:, None] * [1.0, 0.8, 0.9] + own + rng.normal(size=(n, 3))
        found |= {name: np.digitize(answers[:, k], [-0.9, 0.3, 1.4]).astype(float) for k, name in enumerate(names)}
    gender = pd.Categorical.from_codes(member.astype(int), ["man", "woman"])
    data = pd.DataFrame(found).assign(x=x, gender=gender)
    result = osa.latent_change(data, WAVES, predictors=["x", "gender"], estimator="WLSMV")
    unit = np.sqrt(1.25)  # levels are in units of the residual of the first item: own and error
    truth = {("wave 1", "x"): 0.5, ("wave 1", "gender=woman"): -0.4}
    truth |= {(CHANGE, "x"): 0.35, (CHANGE, "gender=woman"): 0.5}
    for (contrast, term), value in truth.items():
        row = result.more["predictors"].pick("b", contrast=contrast, term=term)
        assert abs(row["estimate"] - value / unit) < 4 * row["std_error"]
        assert row["std_error"] < 0.12
    row = result.pick("latent_change")
    expected = (0.3 + 0.35 * x.mean() + 0.5 * member.mean()) / unit
    assert abs(row["estimate"] - expected) < 4 * row["std_error"]
    sets = osa.latent_change(as_imputed(data, [data] * 2), WAVES, predictors=["x", "gender"], estimator="WLSMV")
    same(sets, result)
    plan = pd.DataFrame({"w": rng.uniform(0.5, 2, n), "town": np.arange(n) // 120})
    linear = survey_design(plan, sample="quota", weights="w", clusters="town")
    errors, estimates = [], []
    for design in (linear, replicated_design(linear, "JK1")):
        weighted = osa.latent_change(as_scored(data, design), WAVES, predictors=["x"], estimator="WLSMV")
        own_row = weighted.more["predictors"].pick("b", contrast=CHANGE, term="x")
        assert abs(own_row["estimate"] - 0.35 / unit) < 5 * own_row["std_error"]
        errors.append(own_row["std_error"])
        estimates.append(own_row["estimate"])
        _checked(weighted)
    assert errors[1] == pytest.approx(errors[0], rel=0.2)
    assert estimates[1] == pytest.approx(estimates[0], rel=EXACT), "how errors are found changes no estimate"


@pytest.mark.parametrize("word", ["weights", "replicates", "sets"])
def test_reports_are_german_and_pass_the_gate(people: pd.DataFrame, panel: pd.DataFrame, word: str) -> None:
    plan = pd.DataFrame({"w": np.random.default_rng(10).uniform(0.5, 2, 400), "town": np.arange(400) // 20})
    design = survey_design(plan, sample="quota", weights="w", clusters="town")
    design = replicated_design(design, "JK1") if word == "replicates" else design

    def given(data: pd.DataFrame) -> Any:
        if word != "sets":
            return as_scored(data, design)
        moved = [data.assign(**{data.columns[0]: np.roll(data.iloc[:, 0], k)}) for k in range(3)]
        return as_imputed(data, moved)

    for result in (
        osa.invariance(given(people), MODEL, "gender"),
        osa.alignment(given(people), MODEL, "gender"),
        osa.longitudinal_invariance(given(panel), WAVES),
        osa.latent_change(given(panel), WAVES, predictors=["x", "gender"]),
    ):
        _checked(result)
        shown = release(result, JOURNAL)
        assert (shown.table["suppressed"] == "").all()
        assert shown.sentences("en")


def test_refusals_name_the_reason(people: pd.DataFrame, ordinal: pd.DataFrame, panel: pd.DataFrame) -> None:
    sets = as_imputed(people, [people] * 3)
    with pytest.raises(AnalysisError, match="completed sets have no gaps"):
        osa.invariance(sets, MODEL, "gender", estimator="MLR", missing="fiml")
    with pytest.raises(AnalysisError, match="one_completed_set"):
        osa.alignment(as_imputed(people, [people]), MODEL, "gender")
    rare = ordinal.assign(a=ordinal["a"].replace(3.0, 2.0))
    with pytest.raises(AnalysisError, match="in every group and every completed set"):
        osa.invariance(as_imputed(ordinal, [ordinal, rare]), MODEL, "gender", estimator="WLSMV")
    few = ordinal.assign(a=np.where(np.arange(400) < 8, ordinal["a"], np.minimum(ordinal["a"], 2)))
    few.loc[0:7, "a"] = 3.0
    plan = pd.DataFrame({"w": np.ones(400), "town": np.arange(400) // 40})
    design = replicated_design(survey_design(plan, sample="quota", weights="w", clusters="town"), "JK1")
    with pytest.raises(AnalysisError, match="threshold is not defined"):
        osa.invariance(as_scored(few, design), MODEL, "gender", estimator="WLSMV")
    other = panel.assign(gender=pd.Categorical(np.where(np.arange(400) < 200, "man", "another gender")))
    with pytest.raises(AnalysisError, match="different_categories"):
        osa.latent_change(as_imputed(panel, [panel, other]), WAVES, predictors=["gender"])
    with pytest.raises(AnalysisError, match="no difference test"):
        osa.invariance(sets, MODEL, "gender", estimator="DWLS")  # type: ignore[arg-type]
