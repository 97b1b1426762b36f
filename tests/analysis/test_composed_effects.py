"""Further effect sizes and tests under weights and over imputed sets: exact cases, relations, true refusals."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import osa_survey
from osa_survey.analysis.effect_sizes import OMNIBUS_SIZES, PAIR_SIZES, PAIRED_SIZES
from osa_survey.dataset import SurveyDesign
from osa_survey.disclosure import JOURNAL
from osa_survey.errors import AnalysisError
from osa_survey.results import Result, release
from osa_survey.weighting import survey_design
from osa_survey.weighting.replicating import replicated_design
from tests.composed_answers import answers, completed
from tests.made_up_regressions import as_imputed, as_scored

SAME = 1e-9
"""Relative: the same arithmetic in another order."""
NEAR = 0.1
"""Relative: linearised and jackknife errors agree at first order; pairs of groups are 80 people who weigh 1 to 3."""
PAIRS = [name for name in PAIR_SIZES if name != "hodges_lehmann"]
PLAN = survey_design(answers(), sample="quota")
WEIGHTS = np.tile([1.0, 2.0, 3.0], 40)
GIVEN: dict[str, tuple[str, dict[str, Any]]] = {
    "pairs": ("compare_groups", {"outcome": "score", "by": "gender", "effect_sizes": [*PAIRS, *OMNIBUS_SIZES]}),
    "groups": ("compare_groups", {"outcome": "score", "by": "group", "effect_sizes": list(OMNIBUS_SIZES)}),
    "ties": ("compare_groups", {"outcome": "positive", "by": "gender", "effect_sizes": ["cliffs_delta"]}),
    "paired": ("paired", {"pairs": [["positive", "negative"]], "effect_sizes": list(PAIRED_SIZES)}),
    "risks": ("crosstab", {"row": "gender", "column": "osa",
                           "effect_sizes": ["risk_difference", "risk_ratio", "odds_ratio", "cohens_h"]}),
    "associations": ("crosstab", {"row": "group", "column": "band", "effect_sizes": ["tschuprows_t", "cohens_w"]}),
    "kappa": ("crosstab", {"row": "osa", "column": "sexting", "effect_sizes": ["kappa", "kappa_weighted", "phi"]}),
    "shapes": ("describe", {"variables": ["score"], "further": ["kurtosis", "trimmed_mean"], "shape_type": 1}),
    "f2": ("regress", {"outcome": "score", "blocks": [["x", "group"]], "effect_sizes": ["cohens_f2"]}),
}  # fmt: skip
SIZES = {
    *PAIR_SIZES, *OMNIBUS_SIZES, *PAIRED_SIZES, "risk_difference", "risk_ratio", "odds_ratio", "cohens_h", "phi",
    "tschuprows_t", "cohens_w", "kappa", "kappa_weighted", "skewness", "kurtosis", "trimmed_mean", "cohens_f2",
}  # fmt: skip
KEYS = ["quantity", "outcome", "term", "contrast", "level"]


def run(which: str, data: Any) -> Result:
    name, options = GIVEN[which]
    found: Result = getattr(osa_survey, name)(data, **options)
    return found


def column(result: Result, name: str) -> pd.Series:
    table = result.table.loc[result.table["quantity"].isin(SIZES)]
    return table.set_index(KEYS)[name].sort_index()


@pytest.mark.parametrize("which", GIVEN)
class TestRelations:
    def test_weights_of_one_and_identical_sets_are_plain_data(self, which: str) -> None:
        data = answers()
        plain = column(run(which, data), "estimate")
        assert len(plain)
        equal = run(which, as_scored(data, SurveyDesign("quota", np.ones(len(data)))))
        pooled = run(which, as_imputed(data, [data, data, data]))
        for found in (equal, pooled):
            own = column(found, "estimate")
            kept = own.index.intersection(plain.index)
            assert len(kept) == len(own)
            np.testing.assert_allclose(own[kept], plain[kept], rtol=1e-8, atol=1e-12)

    def test_linearised_errors_are_near_those_of_the_jackknife(self, which: str) -> None:
        design = SurveyDesign("quota", WEIGHTS, stages=PLAN.stages)
        one = column(run(which, as_scored(answers(), design)), "std_error")
        other = column(run(which, as_scored(answers(), replicated_design(design, "JK1"))), "std_error")
        small = {"eta_squared", "rank_epsilon_squared"}  # near nothing the slope of the root is not constant
        kept = one.notna() & ~one.index.get_level_values("quantity").isin(small)
        np.testing.assert_allclose(one[kept], other[kept], rtol=NEAR)


@pytest.mark.parametrize("which", ["pairs", "groups", "ties", "risks", "associations", "kappa", "f2"])
def test_whole_weights_are_repeated_people(which: str) -> None:
    data = answers()
    times = WEIGHTS.astype(int)
    weighted = column(run(which, as_scored(data, SurveyDesign("quota", WEIGHTS))), "estimate")
    repeated = column(run(which, data.loc[np.repeat(data.index, times)].reset_index(drop=True)), "estimate")
    own = {"rank_biserial", "cliffs_delta", "probability_of_superiority", "eta_squared", "rank_epsilon_squared",
           "cohens_f", "risk_difference", "risk_ratio", "odds_ratio", "cohens_h", "tschuprows_t", "cohens_w", "phi",
           "kappa", "kappa_weighted", "cohens_f2"}  # fmt: skip
    kept = weighted.index[weighted.index.get_level_values("quantity").isin(own)]  # others count people: n/(n − 1)
    assert len(kept)
    np.testing.assert_allclose(weighted[kept], repeated[kept], rtol=1e-8)


@pytest.mark.parametrize(("size", "to", "slope"), [
    ("glass_delta", float, lambda x: 1.0),
    ("probability_of_superiority", lambda p: math.log(p / (1 - p)), lambda p: 1 / (p * (1 - p))),
    ("eta_squared", lambda x: math.atanh(math.sqrt(x)), lambda x: 1 / (2 * math.sqrt(x) * (1 - x))),
])  # fmt: skip
def test_sets_are_pooled_on_the_scale_by_rubins_rules(size: str, to: Any, slope: Any) -> None:
    design = SurveyDesign("quota", WEIGHTS, stages=PLAN.stages)
    asked = {"outcome": "score", "by": "gender", "effect_sizes": [size]}
    each = [osa_survey.compare_groups(as_scored(one, design), **asked).pick(size) for one in completed()]
    values = np.array([to(row["estimate"]) for row in each])
    variances = np.array([(row["std_error"] * slope(row["estimate"])) ** 2 for row in each])
    total = variances.mean() + (1 + 1 / len(each)) * values.var(ddof=1)
    row = osa_survey.compare_groups(as_imputed(answers(), completed(), design), **asked).pick(size)
    assert to(row["estimate"]) == pytest.approx(values.mean(), rel=1e-8)
    assert row["std_error"] * slope(row["estimate"]) == pytest.approx(math.sqrt(total), rel=1e-7)


class TestTests:
    """Over identical sets each test is that of plain data."""

    @staticmethod
    def asked(tests: list[str], by: str = "group") -> tuple[Result, Result]:
        data = answers()
        options: dict[str, Any] = {"outcome": "score", "by": by, "further_tests": tests}
        return (
            osa_survey.compare_groups(data, **options),
            osa_survey.compare_groups(as_imputed(data, [data] * 3), **options),
        )

    def test_equal_variances(self) -> None:
        plain, pooled = (one.more["variances"] for one in self.asked(["levene", "brown_forsythe", "bartlett"]))
        for name in ("levene", "brown_forsythe"):
            assert pooled.pick(name)["statistic"] == pytest.approx(plain.pick(name)["statistic"], rel=SAME)
        assert 2 * pooled.pick("bartlett")["statistic"] == pytest.approx(plain.pick("bartlett")["statistic"], rel=SAME)

    def test_pairs(self) -> None:
        names = ["tukey", "dunn", "pairwise_t", "pairwise_welch"]
        plain, pooled = (one.more["pairs"].table for one in self.asked(names))
        for name in names:
            one, other = (table.loc[table["quantity"] == name] for table in (plain, pooled))
            for field in ("estimate", "std_error", "statistic"):
                np.testing.assert_allclose(one[field], other[field], rtol=SAME)
        # Barnard and Rubin's df with no loss, (ν + 1)/(ν + 3) ν, are a little fewer than ν
        tukey, of_range = pooled.loc[pooled["quantity"] == "tukey"], 117 * 118 / 120
        expected = stats.studentized_range.sf(np.abs(tukey["statistic"]) * math.sqrt(2), 3, of_range)
        np.testing.assert_allclose(tukey["df1"], of_range, rtol=SAME)
        np.testing.assert_allclose(tukey["p_adjusted"], expected, rtol=1e-6)

    def test_ranks(self) -> None:
        data = answers()
        two = osa_survey.compare_groups(as_imputed(data, [data] * 3), "positive", "gender").pick("rank_sum")
        plain = osa_survey.compare_groups(data, "positive", "gender", correction=False).pick("rank_sum")
        assert two["statistic_name"] == "z"
        assert two["p_value"] == pytest.approx(plain["p_value"], rel=SAME)
        more = osa_survey.compare_groups(as_imputed(data, [data] * 3), "positive", "group").pick("kruskal_wallis")
        h = osa_survey.compare_groups(data, "positive", "group").pick("kruskal_wallis")["statistic"]
        assert 2 * more["statistic"] == pytest.approx(h, rel=SAME)

    def test_a_table(self) -> None:
        data = answers()
        sets = as_imputed(data, [data] * 3)
        plain = osa_survey.crosstab(data, "osa", "sexting", further_tests=["yates"], matched=True)
        pooled = osa_survey.crosstab(sets, "osa", "sexting", further_tests=["yates"], matched=True)
        yates = plain.more["further_tests"].pick("yates")["statistic"]
        assert pooled.more["further_tests"].pick("yates")["statistic"] == pytest.approx(yates, rel=SAME)
        counts = pd.crosstab(data["osa"], data["sexting"]).to_numpy(dtype=float)
        b, c = counts[0, 1], counts[1, 0]
        assert pooled.more["matched"].pick("mcnemar")["statistic"] == pytest.approx(
            (b - c) / math.sqrt(b + c), rel=SAME
        )


def test_weighted_shapes_by_hand() -> None:
    values, weights = np.array([0.0, 1.0, 4.0, 9.0]), np.array([4.0, 3.0, 2.0, 1.0])
    design = SurveyDesign("quota", weights)
    found = osa_survey.describe(
        as_scored(pd.DataFrame({"v": values}), design), "v", further=["kurtosis", "mad"], shape_type=1
    )
    p = weights / 10
    centred = values - p @ values
    m2, m3, m4 = (float(p @ centred**k) for k in (2, 3, 4))
    assert found.pick("skewness")["estimate"] == pytest.approx(m3 / m2**1.5, rel=SAME)
    assert found.pick("kurtosis")["estimate"] == pytest.approx(m4 / m2**2 - 3, rel=SAME)
    assert found.pick("mad")["estimate"] == pytest.approx(
        1.4826 * 1.0, rel=SAME
    )  # median 1; distances 0 1 3 8, by weight


class TestFrequencies:
    def test_weighted_mean_of_those_engaged(self) -> None:
        data = answers()
        options: dict[str, Any] = {"activities": ["osa"], "base": "answered", "frequency": {"osa": "positive"}}
        weighted = osa_survey.prevalence(as_scored(data, SurveyDesign("quota", WEIGHTS)), **options).more["frequency"]
        yes = (data["osa"] == "yes").to_numpy()
        share = weighted.pick("proportion")["estimate"]
        assert share == pytest.approx(WEIGHTS[yes].sum() / WEIGHTS.sum(), rel=SAME)
        mean = weighted.pick("mean")
        assert mean["estimate"] == pytest.approx(np.average(data["positive"][yes], weights=WEIGHTS[yes]), rel=SAME)
        assert mean["n"] == yes.sum()

    def test_identical_sets_are_plain_data(self) -> None:
        data = answers()
        options: dict[str, Any] = {"activities": ["sexting"], "by": "gender", "base": "answered",
                                   "frequency": {"sexting": "band"}}  # fmt: skip
        plain = osa_survey.prevalence(data, **options).more["frequency"]
        pooled = osa_survey.prevalence(as_imputed(data, [data] * 3), **options).more["frequency"]
        for quantity in ("proportion", "mean", "sd"):
            one, other = (r.table.loc[r.table["quantity"] == quantity, "estimate"] for r in (plain, pooled))
            np.testing.assert_allclose(one, other, rtol=SAME)
        assert pooled.table.loc[pooled.table["quantity"] == "median", "warning"].str.contains("not pooled").all()
        assert release(pooled, JOURNAL).sentences("de")


class TestEdges:
    def test_groups_that_do_not_overlap(self) -> None:
        data = pd.DataFrame({"y": np.arange(20.0), "g": pd.Categorical(["one"] * 10 + ["two"] * 10)})
        for given in (as_imputed(data, [data, data]), as_scored(data, SurveyDesign("quota", np.ones(20)))):
            found = osa_survey.compare_groups(given, "y", "g", effect_sizes=["probability_of_superiority"])
            row = found.pick("probability_of_superiority")
            assert row["estimate"] == 0
            assert math.isnan(row["conf_low"])
            assert "overlap" in row["warning"]
            assert found.pick("rank_biserial")["estimate"] == -1

    def test_an_outcome_without_variance(self) -> None:
        data = pd.DataFrame({"y": np.ones(20), "g": pd.Categorical(["one", "two"] * 10)})
        sizes = ["glass_delta", "eta_squared", "cohens_d_unequal"]
        found = osa_survey.compare_groups(as_imputed(data, [data, data]), "y", "g", effect_sizes=sizes)
        for name in (*sizes, "rank_sum"):
            assert math.isnan(found.pick(name)["estimate"])
            assert found.pick(name)["warning"]

    def test_an_empty_cell(self) -> None:
        data = pd.DataFrame({"g": pd.Categorical(["one"] * 10 + ["two"] * 10),
                             "e": pd.Categorical(["yes"] * 5 + ["no"] * 15, categories=["no", "yes"])})  # fmt: skip
        found = osa_survey.crosstab(as_imputed(data, [data, data]), "g", "e", effect_sizes=["odds_ratio"])
        row = found.pick("odds_ratio")
        assert row["estimate"] == math.inf
        assert "no interval" in row["warning"]

    def test_nobody_differs(self) -> None:
        data = pd.DataFrame({"a": np.arange(8.0), "b": np.arange(8.0)})
        sizes = ["matched_rank_biserial", "g_z", "d_rm"]
        found = osa_survey.paired(as_imputed(data, [data, data]), [["a", "b"]], effect_sizes=sizes)
        assert found.table.loc[found.table["quantity"].isin(sizes), "estimate"].isna().all()
        assert (found.table.loc[found.table["quantity"].isin(sizes), "warning"] != "").all()

    def test_ratings_on_a_rising_line(self) -> None:
        a = np.arange(8.0) % 5
        data = pd.DataFrame({"a": a, "b": 2 * a + 1})
        for given in (data, as_imputed(data, [data, data]), as_scored(data, SurveyDesign("quota", np.arange(1.0, 9)))):
            row = osa_survey.paired(given, [["a", "b"]], effect_sizes=["d_rm", "g_z"]).pick("d_rm")
            assert math.isnan(row["estimate"])
            assert "rising line" in row["warning"]


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("compare_groups", {"outcome": "score", "by": "gender", "effect_sizes": ["hodges_lehmann"]}, "standard error"),
        ("compare_groups", {"outcome": "score", "by": "gender", "further_tests": ["kolmogorov_smirnov", "tukey"]},
         "independent people"),
        ("crosstab", {"row": "gender", "column": "osa", "further_tests": ["fisher_exact", "yates"]}, "counts"),
        ("describe", {"variables": ["score"], "quantile_type": 6}, "count alike"),
        ("prevalence", {"activities": ["osa"], "base": "answered", "interval": "wilson"}, "once"),
    ],
)  # fmt: skip
def test_what_has_no_rule_says_why(name: str, options: dict[str, Any], said: str) -> None:
    with pytest.raises(AnalysisError) as caught:
        getattr(osa_survey, name)(as_scored(answers(), SurveyDesign("quota", WEIGHTS)), **options)
    assert {problem.code for problem in caught.value.problems} == {"does_not_compose"}
    assert len(caught.value.problems) == len(options.get("further_tests", ["one"]))
    for problem in caught.value.problems:
        assert said in problem.message
        assert "not built" not in problem.message
        assert problem.hint
