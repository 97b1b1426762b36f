"""Weights, designs and design-based numbers against R's survey."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from osa_survey.dataset import SurveyDesign
from osa_survey.weighting import (
    design_df,
    design_quantiles,
    group_means,
    means_test,
    proportion_interval,
    ranks_test,
    survey_design,
    table_test,
    under_design,
    weighted_correlations,
    weighted_means,
    weighted_quantiles,
    weighted_totals,
    weighted_variances,
)

EXACT = 1e-9
"""Relative: means, totals and standard errors are sums (README of the golden folder)."""
ITERATED = 1e-7
"""Relative: R's logit interval comes from an iterated model."""
ROUNDED_DATA = 1e-6
"""Relative: of quantiles and raked weights (README of the golden folder)."""
ZERO = 1e-12
"""Absolute: variances that are exactly zero in theory."""

Golden = Callable[[str], dict[str, Any]]
DESIGNS = ("strat_fpc", "strat_nofpc", "clus1", "weights_only")
PROBABILITIES = (0.1, 0.25, 0.5, 0.75, 0.9)
R_ROUNDS_PAST = {("weights_only", 0.1), ("weights_only", 0.9)}
FILES = {"strat_fpc": "apistrat", "strat_nofpc": "apistrat", "clus1": "apiclus1", "weights_only": "apisrs"}
PLANS: dict[str, dict[str, Any]] = {
    "strat_fpc": {"strata": "stype", "fpc": "fpc"},
    "strat_nofpc": {"strata": "stype"},
    "clus1": {"clusters": "dnum", "fpc": "fpc"},
    "weights_only": {},
}


def frame(folder: Path, name: str) -> pd.DataFrame:
    data = pd.read_csv(folder / "weights" / f"{name}.csv")
    for text in ("stype", "sch.wide", "comp.imp", "both", "awards"):
        data[text] = pd.Categorical(data[text])
    return data


def codes(data: pd.DataFrame, name: str) -> np.ndarray:
    return data[name].cat.codes.to_numpy().astype(np.int64)


@pytest.fixture(params=DESIGNS)
def case(request: pytest.FixtureRequest, golden_folder: Path) -> tuple[str, pd.DataFrame, SurveyDesign]:
    data = frame(golden_folder, FILES[request.param])
    return request.param, data, survey_design(data, sample="probability", weights="pw", **PLANS[request.param])


Case = tuple[str, pd.DataFrame, SurveyDesign]


class TestEachDesign:
    def test_degrees_of_freedom(self, case: Case, load_golden: Golden) -> None:
        name, _, design = case
        assert design_df(design) == load_golden("weights")[f"{name}_df"]["value"]

    def test_means_with_their_covariance(self, case: Case, load_golden: Golden) -> None:
        name, data, design = case
        expected = load_golden("weights")[f"{name}_mean"]["value"]
        y = data[["api00", "api99"]].to_numpy(dtype=float)
        found = under_design(lambda w: weighted_means(y, w), design)
        np.testing.assert_allclose(found.estimate, expected["estimate"], rtol=EXACT)
        np.testing.assert_allclose(found.std_error, expected["se"], rtol=EXACT)
        np.testing.assert_allclose(found.covariance, expected["vcov"]["data"], rtol=EXACT)

    def test_total(self, case: Case, load_golden: Golden) -> None:
        name, data, design = case
        expected = load_golden("weights")[f"{name}_total"]["value"]
        found = under_design(lambda w: weighted_totals(data["api00"].to_numpy(dtype=float), w), design)
        np.testing.assert_allclose(found.estimate, expected["estimate"], rtol=EXACT)
        np.testing.assert_allclose(found.std_error, expected["se"], rtol=EXACT)

    def test_variance(self, case: Case, load_golden: Golden) -> None:
        name, data, design = case
        expected = load_golden("weights")[f"{name}_var"]["value"]
        found = under_design(lambda w: weighted_variances(data["api00"].to_numpy(dtype=float), w), design)
        np.testing.assert_allclose(found.estimate, expected["estimate"], rtol=EXACT)
        np.testing.assert_allclose(found.std_error, expected["se"], rtol=EXACT)

    def test_correlation(self, case: Case, load_golden: Golden) -> None:
        name, data, design = case
        expected = load_golden("weights")[f"{name}_cor"]["value"]["data"][0][1]
        y = data[["api00", "api99"]].to_numpy(dtype=float)
        found = weighted_correlations(y, np.array([[0, 1]]), design.weights)
        np.testing.assert_allclose(found.estimate, [expected], rtol=EXACT)

    def test_proportions(self, case: Case, load_golden: Golden) -> None:
        name, data, design = case
        expected = load_golden("weights")[f"{name}_prop"]["value"]
        stype = codes(data, "stype")
        found = under_design(lambda w: weighted_means((stype[:, None] == np.arange(3)).astype(float), w), design)
        np.testing.assert_allclose(found.estimate, expected["estimate"], rtol=EXACT)
        np.testing.assert_allclose(found.std_error, expected["se"], rtol=EXACT, atol=ZERO)

    @pytest.mark.parametrize("kind", ["logit", "beta", "mean"])
    def test_interval_of_a_proportion(self, case: Case, load_golden: Golden, kind: str) -> None:
        name, data, design = case
        expected = load_golden("weights")[f"{name}_ciprop_{kind}"]["value"]
        yes = (data["awards"] == "Yes").to_numpy(dtype=float)
        found = under_design(lambda w: weighted_means(yes, w), design)
        p, error = float(found.estimate[0]), float(found.std_error[0])
        interval = proportion_interval(p, error, found.df, len(data), kind=kind)  # type: ignore[arg-type]
        np.testing.assert_allclose(interval, expected["ci"], rtol=ITERATED)

    def test_quantiles(self, case: Case, load_golden: Golden) -> None:
        name, data, design = case
        expected = load_golden("weights")[f"{name}_quantile"]["value"]
        found = design_quantiles(data["api00"].to_numpy(dtype=float), design, PROBABILITIES)
        for key, own in (("quantile", "estimate"), ("ci.2.5", "low"), ("ci.97.5", "high"), ("se", "std_error")):
            ours, theirs = np.array([getattr(one, own) for one in found]), np.array(expected[key], dtype=float)
            same = [(name, p) not in R_ROUNDS_PAST for p in PROBABILITIES]
            np.testing.assert_allclose(ours[same], theirs[same], rtol=ROUNDED_DATA)

    def test_quantile_is_reached_exactly_where_r_rounds_past_it(self, golden_folder: Path, load_golden: Golden) -> None:
        # 200 equal weights: the 20th value reaches a share of .1 and the 180th one of .9; R's sums of 30.97 miss it.
        y = np.sort(frame(golden_folder, "apisrs")["api00"].to_numpy(dtype=float))
        ours = weighted_quantiles(y, np.full(200, 30.97), [0.1, 0.9])
        np.testing.assert_array_equal(ours, [y[19], y[179]])
        theirs = load_golden("weights")["weights_only_quantile"]["value"]["quantile"]
        np.testing.assert_array_equal([theirs[0], theirs[4]], [y[20], y[180]])

    def test_means_of_groups(self, case: Case, load_golden: Golden) -> None:
        name, data, design = case
        expected = load_golden("weights")[f"{name}_by"]["value"]
        y = data["api00"].to_numpy(dtype=float)
        stype = codes(data, "stype")
        found = under_design(lambda w: group_means(y, stype, 3, w), design)
        np.testing.assert_allclose(found.estimate, expected["api00"], rtol=EXACT)
        np.testing.assert_allclose(found.std_error, expected["se"], rtol=EXACT)

    def test_t_test(self, case: Case, load_golden: Golden) -> None:
        name, data, design = case
        expected = load_golden("weights")[f"{name}_ttest"]["value"]
        found = means_test(data["api00"].to_numpy(dtype=float), codes(data, "awards"), 2, design)
        np.testing.assert_allclose(found.estimate, expected["estimate"]["difference in mean"], rtol=EXACT)
        np.testing.assert_allclose(found.statistic, expected["statistic"]["t"], rtol=EXACT)
        assert found.df1 == expected["df"]["df"]
        np.testing.assert_allclose(found.p_value, next(iter(expected["p"].values())), rtol=ITERATED)

    def test_rank_test(self, case: Case, load_golden: Golden) -> None:
        name, data, design = case
        expected = load_golden("weights")[f"{name}_ranktest"]["value"]
        found = ranks_test(data["api00"].to_numpy(dtype=float), codes(data, "awards"), 2, design)
        np.testing.assert_allclose(found.statistic, expected["statistic"]["t"], rtol=EXACT)
        assert found.df1 == expected["parameter"]["df"]
        np.testing.assert_allclose(found.p_value, expected["p"]["gTRUE"], rtol=ITERATED)

    def test_rao_scott(self, case: Case, load_golden: Golden) -> None:
        name, data, design = case
        second = load_golden("weights")[f"{name}_chisq_F"]["value"]
        first = load_golden("weights")[f"{name}_chisq_Chisq"]["value"]
        found = table_test(
            codes(data, "awards" if name.startswith("strat") else "sch.wide"), codes(data, "stype"), (2, 3), design
        )
        np.testing.assert_allclose(found.F, second["statistic"]["F"], rtol=ITERATED)
        np.testing.assert_allclose(
            [found.df1, found.df2], [second["parameter"]["ndf"], second["parameter"]["ddf"]], rtol=ITERATED
        )
        np.testing.assert_allclose(found.p_value, second["p"]["X-squared"], rtol=ITERATED)
        np.testing.assert_allclose(found.pearson, first["statistic"]["X-squared"], rtol=EXACT)
        np.testing.assert_allclose(found.first_p, first["p"]["X-squared"], rtol=ITERATED)
        table = load_golden("weights")[f"{name}_table"]["value"]["data"]
        np.testing.assert_allclose(found.shares * design.weights.sum(), table, rtol=EXACT)
