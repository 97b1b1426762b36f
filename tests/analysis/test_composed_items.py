"""Items, classes and incomplete answers under weights and over completed sets: by hand, relations, loops."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from osa_survey import fiml, graded_response, item_bias, latent_classes, latent_profiles, regress
from osa_survey.dataset import SurveyDesign
from osa_survey.errors import AnalysisError
from osa_survey.imputation import d1, pool
from osa_survey.models import OrdinalLogit
from osa_survey.models.sandwiches import inverse_information
from osa_survey.psychometrics.item_response.graded_models import fit_graded
from osa_survey.results import Result
from osa_survey.weighting import survey_design
from osa_survey.weighting.replicating import replicated_design
from tests.made_up_regressions import as_imputed, as_scored

N, SETS, TOWNS = 240, 3, 12
EXACT = 1e-9
SEARCHED = 1e-5
"""Relative: two searches for the same maximum, both ended by a small gradient."""
LOOP = 2e-4
"""Relative: errors are differences of estimates, each searched from another start."""
ITEMS = ["a", "b", "c", "d"]


def people() -> pd.DataFrame:
    """Return answers of 0 to 2 to four items, the last of which one gender chooses more often, a kind and numbers."""
    rng = np.random.default_rng(17)
    trait, gender = rng.normal(size=N), rng.integers(0, 2, N)
    columns = {
        name: np.digitize(1.4 * trait + rng.logistic(size=N) + (2.0 * gender if name == "d" else 0.0), [-0.8, 0.9])
        * 1.0
        for name in ITEMS
    }
    return pd.DataFrame(columns).assign(
        gender=pd.Categorical.from_codes(gender, ["man", "woman"]), x=trait + rng.normal(size=N), y=rng.normal(size=N)
    )


def completed(frame: pd.DataFrame) -> list[pd.DataFrame]:
    """Return sets that differ in an item of the first people."""
    found = []
    for seed in range(SETS):
        one = frame.copy()
        one.loc[:39, "a"] = np.random.default_rng(seed).permutation(one.loc[:39, "a"].to_numpy())
        found.append(one)
    return found


def towns() -> np.ndarray:
    return np.arange(N) // (N // TOWNS)


def drawn() -> np.ndarray:
    return np.random.default_rng(5).uniform(0.4, 2.2, N)


def plan(w: np.ndarray | None = None) -> SurveyDesign:
    frame = pd.DataFrame({"w": drawn() if w is None else w, "town": towns() * 1.0})
    return survey_design(frame, sample="quota", weights="w", clusters="town")


def thrice() -> tuple[np.ndarray, pd.DataFrame]:
    """Return weights of one to three, and the people that often."""
    times = np.tile([1, 2, 3], N // 3)
    return times, people().loc[np.repeat(np.arange(N), times)].reset_index(drop=True)


def column(result: Result, quantity: str, name: str = "estimate") -> np.ndarray:
    return result.table.loc[result.table["quantity"] == quantity, name].to_numpy(dtype=float)


def jackknife(each: list[np.ndarray]) -> np.ndarray:
    theta = np.array(each)
    return np.asarray(np.sqrt((TOWNS - 1) / TOWNS * ((theta - theta.mean(axis=0)) ** 2).sum(axis=0)))


class TestGradedResponses:
    def test_integer_weights_are_repeated_rows(self) -> None:
        times, repeated = thrice()
        weighted = graded_response(as_scored(people()[ITEMS], SurveyDesign("opt-in", times * 1.0)))
        plain = graded_response(repeated[ITEMS])
        for quantity in ("discrimination", "difficulty"):
            one, other = (column(result.more["items"], quantity) for result in (weighted, plain))
            np.testing.assert_allclose(one, other, rtol=SEARCHED)
        assert weighted.n_used == N
        one, other = (float(result.pick("marginal_reliability")["estimate"]) for result in (weighted, plain))
        assert one == pytest.approx(other, rel=SEARCHED)

    def test_replicates_are_refits_of_all_towns_but_one(self) -> None:
        found = graded_response(as_scored(people()[ITEMS], replicated_design(plan(), "JK1"))).more["items"]
        each = []
        for town in range(TOWNS):
            kept = towns() != town
            each.append(fit_graded(people().loc[kept, ITEMS].to_numpy(), weights=drawn()[kept]).parameters)
        theta = np.array(each).reshape(TOWNS, len(ITEMS), 3)
        away = theta - theta.mean(axis=0)
        slopes, difficulties = column(found, "discrimination"), column(found, "difficulty").reshape(-1, 2)
        by_slope, by_answer = [], []
        for item, a in enumerate(slopes):
            V = (TOWNS - 1) / TOWNS * away[:, item].T @ away[:, item]
            by_slope.append(np.sqrt(V[0, 0]))
            for answer in range(2):  # b = -d / a, so that db = -b / a da - 1 / a dd
                gradient = np.zeros(3)
                gradient[0], gradient[1 + answer] = -difficulties[item, answer] / a, -1 / a
                by_answer.append(np.sqrt(gradient @ V @ gradient))
        np.testing.assert_allclose(column(found, "discrimination", "std_error"), by_slope, rtol=LOOP)
        np.testing.assert_allclose(column(found, "difficulty", "std_error"), by_answer, rtol=LOOP)

    def test_sets_are_pooled_by_rubins_rules(self) -> None:
        sets = completed(people()[ITEMS])
        found = graded_response(as_imputed(people()[ITEMS], sets)).more["items"]
        each = [graded_response(one).more["items"] for one in sets]
        for quantity in ("discrimination", "difficulty"):
            q, se = (np.array([column(one, quantity, name) for one in each]) for name in ("estimate", "std_error"))
            pooled = [pool(q[:, k], se[:, k] ** 2) for k in range(q.shape[1])]
            for name, value in (
                ("estimate", [float(one.estimate[0]) for one in pooled]),
                ("std_error", [float(one.std_error[0]) for one in pooled]),
                ("conf_low", [float(one.interval()[0][0]) for one in pooled]),
            ):
                np.testing.assert_allclose(column(found, quantity, name), value, rtol=EXACT)
        assert column(found, "fmi").max() > 0

    def test_information_is_that_of_the_pooled_parameters(self) -> None:
        result = graded_response(as_imputed(people()[ITEMS], completed(people()[ITEMS])))
        a = column(result.more["items"], "discrimination")
        model = result.engine
        np.testing.assert_allclose(model.slopes, a, rtol=EXACT)
        middle = 0.0
        for slope, d in zip(model.slopes, model.intercepts, strict=True):
            above = np.concatenate([[1.0], 1 / (1 + np.exp(-d)), [0.0]])
            steep = slope * above * (1 - above)
            middle += float(((steep[:-1] - steep[1:]) ** 2 / (above[:-1] - above[1:])).sum())
        assert result.more["information"].pick("information", level="0")["estimate"] == pytest.approx(middle, rel=EXACT)

    def test_an_answer_missing_from_a_set_is_refused(self) -> None:
        sets = completed(people()[ITEMS])
        sets[1]["b"] = np.minimum(sets[1]["b"], 1.0)
        with pytest.raises(AnalysisError) as caught:
            graded_response(as_imputed(people()[ITEMS], sets))
        assert [problem.code for problem in caught.value.problems] == ["does_not_compose"]


def _wald(sets: list[pd.DataFrame]) -> list[Any]:
    """Return D1 of the group, the product and both for item a, matched on the mean of the others."""
    parts: dict[int, list[tuple[np.ndarray, np.ndarray]]] = {2: [], 3: []}
    for one in sets:
        rest = one[["b", "c", "d"]].mean(axis=1).to_numpy()
        z = (rest - rest.mean()) / rest.std()
        g = (one["gender"] == "woman").to_numpy() * 1.0
        for columns, part in parts.items():
            X = np.column_stack([np.ones(N), z, g, g * z][: columns + 1])
            fit = OrdinalLogit(3).fit(one["a"].to_numpy(), X)
            part.append((fit.parameters, inverse_information(fit)))
    found = []
    for columns, where in ((2, [1]), (3, [2]), (3, [1, 2])):
        q = np.array([parameters[where] for parameters, _ in parts[columns]])
        u = np.array([covariance[np.ix_(where, where)] for _, covariance in parts[columns]])
        found.append(d1(q, u))
    return found


class TestItemBias:
    def test_tests_of_sets_are_pooled_by_d1_and_sizes_averaged(self) -> None:
        frame = people()[[*ITEMS, "gender"]]
        sets = completed(frame)
        found = item_bias(as_imputed(frame, sets), by="gender", matching="rest", purify=False)
        for kind, expected in zip(("uniform", "non-uniform", "total"), _wald(sets), strict=True):
            row = found.pick("dif", term="a", level=kind)
            assert [row["statistic"], row["df1"], row["p_value"]] == pytest.approx(
                [expected.statistic, expected.df1, expected.p_value], rel=SEARCHED
            )
        each = [item_bias(one, by="gender", matching="rest", purify=False) for one in sets]
        for quantity in ("dif_nagelkerke", "dif_mcfadden"):
            mean = np.mean([column(one, quantity) for one in each], axis=0)
            np.testing.assert_allclose(column(found, quantity), mean, rtol=1e-6, atol=1e-9)
        assert any("D1" in note for note in found.notes)

    def test_the_planted_item_is_found_under_weights_and_leaves_the_matching(self) -> None:
        frame = people()[[*ITEMS, "gender"]]
        for design in (plan(), replicated_design(plan(), "JK1")):
            found = item_bias(as_scored(frame, design), by="gender")
            flagged = found.table.loc[found.table["warning"].isin(["moderate", "large"]), "term"].tolist()
            assert flagged == ["d"]
            assert any("rests on 3 items" in note for note in found.notes)

    def test_integer_weights_are_repeated_rows(self) -> None:
        times, repeated = thrice()
        frame = people()[[*ITEMS, "gender"]]
        weighted = item_bias(as_scored(frame, SurveyDesign("opt-in", times * 1.0)), by="gender", purify=False)
        plain = item_bias(repeated[[*ITEMS, "gender"]], by="gender", purify=False)
        for quantity in ("dif_nagelkerke", "dif_mcfadden", "dif_beta_change"):
            np.testing.assert_allclose(column(weighted, quantity), column(plain, quantity), rtol=1e-4, atol=1e-8)


CLASSES: dict[str, Any] = {"classes": 2, "starts": 8, "covariates": ["x", "gender"], "outcomes": ["y"]}


class TestLatentClasses:
    @pytest.mark.parametrize("verb", [latent_classes, latent_profiles])
    def test_integer_weights_are_repeated_rows(self, verb: Any) -> None:
        times, repeated = thrice()
        weighted = verb(as_scored(people(), SurveyDesign("opt-in", times * 1.0)), ITEMS, **CLASSES)
        plain = verb(repeated, ITEMS, **CLASSES)
        for name, quantity in (
            ("classes", "class_share"), ("classes", "proportion"), ("covariates", "log_odds"), ("outcomes", "mean"),
            ("profile", "class_probability" if verb is latent_classes else "class_mean"),
        ):  # fmt: skip
            one, other = (column(result.more[name], quantity) for result in (weighted, plain))
            np.testing.assert_allclose(one, other, rtol=SEARCHED, atol=1e-7)
        ratio = (
            weighted.pick("log_likelihood", level="2")["estimate"] / plain.pick("log_likelihood", level="2")["estimate"]
        )
        assert ratio == pytest.approx(N / times.sum(), rel=1e-7)

    def test_equal_weights_have_the_robust_errors_of_three_steps(self) -> None:
        plain = latent_classes(people(), ITEMS, **CLASSES)
        equal = latent_classes(as_scored(people(), SurveyDesign("opt-in", np.full(N, 7.0))), ITEMS, **CLASSES)
        scale = np.sqrt(N / (N - 1))  # the plan centres and divides by n − 1
        for name, quantity in (("covariates", "log_odds"), ("outcomes", "mean")):
            one, other = (column(result.more[name], quantity, "std_error") for result in (equal, plain))
            np.testing.assert_allclose(one, scale * other, rtol=2e-3)
        test = equal.more["outcomes"].pick("model_test")
        assert (test["statistic_name"], test["df2"]) == ("F", N - 1)

    def test_replicates_are_refits_of_all_towns_but_one(self) -> None:
        data = as_scored(people(), replicated_design(plan(), "JK1"))
        found = latent_classes(data, ITEMS, classes=2, starts=8)
        shares, chances = [], []
        for town in range(TOWNS):
            kept = towns() != town
            one = latent_classes(
                as_scored(people()[kept].reset_index(drop=True), SurveyDesign("opt-in", drawn()[kept])),
                ITEMS, classes=2, starts=8,
            )  # fmt: skip
            share = column(one.more["classes"], "class_share")
            profile = column(one.more["profile"], "class_probability").reshape(2, -1)
            same = np.abs(profile - column(found.more["profile"], "class_probability").reshape(2, -1)).sum()
            turned = np.abs(profile[::-1] - column(found.more["profile"], "class_probability").reshape(2, -1)).sum()
            order = slice(None) if same < turned else slice(None, None, -1)
            shares.append(share[order])
            chances.append(profile[order].ravel())
        np.testing.assert_allclose(
            column(found.more["classes"], "class_share", "std_error"), jackknife(shares), rtol=1e-3
        )
        errors = column(found.more["profile"], "class_probability", "std_error")
        known = np.isfinite(errors)
        assert known.sum() > 12
        np.testing.assert_allclose(errors[known], jackknife(chances)[known], rtol=1e-3)

    def test_what_has_no_rule_is_refused_with_the_reason(self) -> None:
        with pytest.raises(AnalysisError, match="by a sampling plan"):
            latent_classes(as_scored(people(), plan()), ITEMS, classes=[1, 2], bootstrap=19)
        with pytest.raises(AnalysisError, match="no common order"):
            latent_profiles(as_imputed(people(), completed(people())), ITEMS, classes=2)  # type: ignore[arg-type]


class TestAllAnswers:
    def test_without_gaps_it_is_the_regression_under_the_same_plan(self) -> None:
        for design in (plan(), replicated_design(plan(), "JK1")):
            data = as_scored(people(), design)
            found = fiml(data, "y", ["x", "a"])
            other = regress(data, "y", [["x", "a"]])
            for name in ("estimate", "std_error", "conf_low", "p_value", "df1"):
                np.testing.assert_allclose(column(found, "b", name), column(other, "b", name), rtol=1e-6)

    def test_integer_weights_are_repeated_rows_with_their_gaps(self) -> None:
        times, _ = thrice()
        frame = people().assign(x=lambda rows: rows["x"].mask(np.arange(N) % 4 == 1))
        weighted = fiml(as_scored(frame, SurveyDesign("opt-in", times * 1.0)), "y", ["x", "a"])
        plain = fiml(frame.loc[np.repeat(np.arange(N), times)].reset_index(drop=True), "y", ["x", "a"])
        np.testing.assert_allclose(weighted.table["estimate"], plain.table["estimate"], rtol=1e-6, atol=1e-9)
        assert (weighted.n_used, weighted.n_dropped) == (N, 0)

    def test_completed_sets_have_no_gaps_to_use(self) -> None:
        with pytest.raises(AnalysisError, match="takes the place of imputation"):
            fiml(as_imputed(people(), completed(people())), "y", ["x"])  # type: ignore[arg-type]
