"""Weights, designs and design-based numbers against R's survey."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from osa_survey.analysis import describe
from osa_survey.psychometrics.reliability_gradients import log_alpha
from osa_survey.weighting import (
    calibrate,
    design_df,
    design_effects,
    design_quantiles,
    group_means,
    means_test,
    proportion_interval,
    rake,
    ranks_test,
    survey_design,
    table_test,
    trimmed_weights,
    under_design,
    weight_effect,
    weighted_correlations,
    weighted_means,
    weighted_quantiles,
    weighted_totals,
    weighted_variances,
)
from tests.parity.design_cases import (
    AWARDS,
    EXACT,
    RAKED,
    ROUNDED_DATA,
    SCHWIDE,
    STYPE,
    ZERO,
    Case,
    Golden,
    frame,
    means_of,
    same,
    same_bounds,
    scored,
)

ITERATED = 1e-7
"""Relative: R's logit interval comes from an iterated model."""
TEN_ROUNDS = 1e-7
"""Relative, of standard errors after raking three margins: R takes residuals in ten rounds, here they are exact."""

PROBABILITIES = (0.1, 0.25, 0.5, 0.75, 0.9)
R_ROUNDS_PAST = {("weights_only", 0.1), ("weights_only", 0.9)}


def codes(data: pd.DataFrame, name: str) -> np.ndarray:
    return data[name].cat.codes.to_numpy().astype(np.int64)


class TestEachDesign:
    def test_degrees_of_freedom(self, design_case: Case, load_golden: Golden) -> None:
        name, _, design = design_case
        assert design_df(design) == load_golden("weights")[f"{name}_df"]["value"]

    def test_means_with_their_covariance(self, design_case: Case, load_golden: Golden) -> None:
        name, data, design = design_case
        expected = load_golden("weights")[f"{name}_mean"]["value"]
        y = data[["api00", "api99"]].to_numpy(dtype=float)
        found = under_design(lambda w: weighted_means(y, w), design)
        np.testing.assert_allclose(found.estimate, expected["estimate"], rtol=EXACT)
        np.testing.assert_allclose(found.std_error, expected["se"], rtol=EXACT)
        np.testing.assert_allclose(found.covariance, expected["vcov"]["data"], rtol=EXACT)
        same_bounds(found, expected, EXACT)

    def test_interval_of_a_mean_in_print(self, design_case: Case, load_golden: Golden) -> None:
        name, data, design = design_case
        table = load_golden("weights")[f"{name}_mean_ci_t"]["value"]
        result = describe(scored(data, design), ["api00", "api99"])
        for outcome, bounds in zip(("api00", "api99"), table["data"], strict=True):
            row = result.pick("mean", outcome=outcome)
            np.testing.assert_allclose([row["conf_low"], row["conf_high"]], bounds, rtol=EXACT)

    def test_design_effects(self, design_case: Case, load_golden: Golden) -> None:
        name, data, design = design_case
        expected = load_golden("weights")[f"{name}_mean"]["value"]["deff"]
        y = data[["api00", "api99"]].to_numpy(dtype=float)
        np.testing.assert_allclose(design_effects(y, design, replacement=False), expected, rtol=EXACT)

    def test_total(self, design_case: Case, load_golden: Golden) -> None:
        name, data, design = design_case
        expected = load_golden("weights")[f"{name}_total"]["value"]
        found = under_design(lambda w: weighted_totals(data["api00"].to_numpy(dtype=float), w), design)
        same(found, expected)

    def test_variance(self, design_case: Case, load_golden: Golden) -> None:
        name, data, design = design_case
        expected = load_golden("weights")[f"{name}_var"]["value"]
        found = under_design(lambda w: weighted_variances(data["api00"].to_numpy(dtype=float), w), design)
        np.testing.assert_allclose(found.estimate, expected["estimate"], rtol=EXACT)
        np.testing.assert_allclose(found.std_error, expected["se"], rtol=EXACT)

    def test_correlation(self, design_case: Case, load_golden: Golden) -> None:
        name, data, design = design_case
        expected = load_golden("weights")[f"{name}_cor"]["value"]["data"][0][1]
        y = data[["api00", "api99"]].to_numpy(dtype=float)
        found = weighted_correlations(y, np.array([[0, 1]]), design.weights)
        np.testing.assert_allclose(found.estimate, [expected], rtol=EXACT)

    def test_proportions(self, design_case: Case, load_golden: Golden) -> None:
        name, data, design = design_case
        expected = load_golden("weights")[f"{name}_prop"]["value"]
        stype = codes(data, "stype")
        found = under_design(lambda w: weighted_means((stype[:, None] == np.arange(3)).astype(float), w), design)
        np.testing.assert_allclose(found.estimate, expected["estimate"], rtol=EXACT)
        np.testing.assert_allclose(found.std_error, expected["se"], rtol=EXACT, atol=ZERO)
        np.testing.assert_allclose(found.covariance, expected["vcov"]["data"], rtol=EXACT, atol=ZERO)
        same_bounds(found, expected, EXACT)

    @pytest.mark.parametrize("kind", ["logit", "xlogit", "beta", "mean"])
    def test_interval_of_a_proportion(self, design_case: Case, load_golden: Golden, kind: str) -> None:
        name, data, design = design_case
        expected = load_golden("weights")[f"{name}_ciprop_{kind}"]["value"]
        yes = (data["awards"] == "Yes").to_numpy(dtype=float)
        found = under_design(lambda w: weighted_means(yes, w), design)
        p, error = float(found.estimate[0]), float(found.std_error[0])
        # svyciprop's logit and xlogit are the same interval, from a model and by the delta method
        own: Any = kind.removeprefix("x")
        interval = proportion_interval(p, error, found.df, len(data), kind=own)
        np.testing.assert_allclose(p, expected["est"], rtol=ITERATED)
        np.testing.assert_allclose(interval, expected["ci"], rtol=ITERATED)

    def test_quantiles(self, design_case: Case, load_golden: Golden) -> None:
        name, data, design = design_case
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

    def test_means_of_groups(self, design_case: Case, load_golden: Golden) -> None:
        name, data, design = design_case
        expected = load_golden("weights")[f"{name}_by"]["value"]
        y = data["api00"].to_numpy(dtype=float)
        stype = codes(data, "stype")
        found = under_design(lambda w: group_means(y, stype, 3, w), design)
        np.testing.assert_allclose(found.estimate, expected["api00"], rtol=EXACT)
        np.testing.assert_allclose(found.std_error, expected["se"], rtol=EXACT)

    def test_t_test(self, design_case: Case, load_golden: Golden) -> None:
        name, data, design = design_case
        expected = load_golden("weights")[f"{name}_ttest"]["value"]
        found = means_test(data["api00"].to_numpy(dtype=float), codes(data, "awards"), 2, design)
        np.testing.assert_allclose(found.estimate, expected["estimate"]["difference in mean"], rtol=EXACT)
        np.testing.assert_allclose(found.statistic, expected["statistic"]["t"], rtol=EXACT)
        assert found.df1 == expected["df"]["df"]
        np.testing.assert_allclose(found.p_value, next(iter(expected["p"].values())), rtol=ITERATED)
        half = stats.t.ppf(0.975, found.df1) * found.estimate / found.statistic
        np.testing.assert_allclose([found.estimate - half, found.estimate + half], expected["ci"], rtol=EXACT)

    def test_rank_test(self, design_case: Case, load_golden: Golden) -> None:
        name, data, design = design_case
        expected = load_golden("weights")[f"{name}_ranktest"]["value"]
        found = ranks_test(data["api00"].to_numpy(dtype=float), codes(data, "awards"), 2, design)
        np.testing.assert_allclose(found.statistic, expected["statistic"]["t"], rtol=EXACT)
        assert found.df1 == expected["parameter"]["df"]
        np.testing.assert_allclose(found.p_value, expected["p"]["gTRUE"], rtol=ITERATED)

    def test_rao_scott(self, design_case: Case, load_golden: Golden) -> None:
        name, data, design = design_case
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
        assert first["parameter"]["df"] == (2 - 1) * (3 - 1)
        for observed in (first["observed"], second["observed"]):  # survey scales the table to the number of people
            np.testing.assert_allclose(found.shares * len(data), observed["data"], rtol=EXACT)
        table = load_golden("weights")[f"{name}_table"]["value"]["data"]
        np.testing.assert_allclose(found.shares * design.weights.sum(), table, rtol=EXACT)


class TestSpecialDesigns:
    @pytest.mark.parametrize(
        ("name", "variables"), [("clus2_mean", ["api00", "api99"]), ("clus2_enroll_na", ["enroll"])]
    )
    def test_two_stages(self, name: str, variables: list[str], golden_folder: Path, load_golden: Golden) -> None:
        data = frame(golden_folder, "apiclus2")
        design = survey_design(data, sample="probability", clusters=["dnum", "snum"], fpc=["fpc1", "fpc2"])
        same(means_of(data, variables, design), load_golden("weights")[name]["value"])

    def test_domain_keeps_the_design(self, golden_folder: Path, load_golden: Golden) -> None:
        data = frame(golden_folder, "apistrat")
        design = survey_design(data, sample="probability", weights="pw", strata="stype")
        domain = design.within((data["comp.imp"] == "Yes").to_numpy())
        same(means_of(data, ["api00"], domain), load_golden("weights")["subpop_strat"]["value"])

    def test_alpha_under_weights(self, golden_folder: Path, load_golden: Golden) -> None:
        data = frame(golden_folder, "apistrat")
        items, w = data[["api00", "api99", "meals"]].to_numpy(dtype=float), data["pw"].to_numpy(dtype=float)
        spreads = np.sqrt(weighted_variances(items, w).estimate)
        pairs = np.array([[0, 1], [0, 2], [1, 2]])
        R = np.eye(3)
        R[tuple(pairs.T)] = R[tuple(pairs[:, ::-1].T)] = weighted_correlations(items, pairs, w).estimate
        alpha = 1 - np.exp(log_alpha(R * np.outer(spreads, spreads)).value)
        assert alpha == pytest.approx(load_golden("weights")["cronbach_strat"]["value"], rel=EXACT)

    def test_lonely_stratum_adjusted(self, golden_folder: Path, load_golden: Golden) -> None:
        data = frame(golden_folder, "apistrat").iloc[[*range(50), 150, *range(159, 170)]].reset_index(drop=True)
        text = data["stype"].astype(object)
        text.iloc[50] = "Z"
        data["stype"] = pd.Categorical(text)
        design = survey_design(data, sample="probability", weights="pw", strata="stype", lonely="adjust")
        same(means_of(data, ["api00"], design), load_golden("weights")["singleton_stratum_adjust"]["value"])


class TestReweighting:
    def test_raking_of_a_cluster_sample(self, golden_folder: Path, load_golden: Golden) -> None:
        expected = load_golden("weights")["rake_clus1"]["value"]
        data = frame(golden_folder, "apiclus1")
        plan = survey_design(data, sample="probability", weights="pw", clusters="dnum")
        design = rake(scored(data, plan), {"stype": STYPE, "sch.wide": SCHWIDE}).design
        assert design is not None
        assert expected["pop_stype"]["Freq"] == list(STYPE.values())
        assert expected["pop_schwide"]["Freq"] == list(SCHWIDE.values())
        np.testing.assert_allclose(design.weights, expected["weights"], rtol=RAKED)
        same(means_of(data, ["api00"], design), expected["mean_api00"], RAKED)
        enroll = data["enroll"].to_numpy(dtype=float)
        same(under_design(lambda w: weighted_totals(enroll, w), design), expected["total_enroll"], RAKED)
        effect = weight_effect(design.weights)
        np.testing.assert_allclose(
            [effect.deff, effect.effective_n], [expected["kish_deff"], expected["n_eff"]], rtol=RAKED
        )

    def test_raking_of_three_margins_and_trimming(self, golden_folder: Path, load_golden: Golden) -> None:
        expected = load_golden("weights")["rake_srs_3margins_unit_weights"]["value"]
        data = frame(golden_folder, "apisrs")
        plan = survey_design(data, sample="probability")
        design = rake(scored(data, plan), {"stype": STYPE, "sch.wide": SCHWIDE, "awards": AWARDS}).design
        assert design is not None
        np.testing.assert_allclose(design.weights, expected["weights"], rtol=RAKED)
        assert expected["pop_awards"]["No"] == AWARDS["No"]
        assert expected["pop_awards"]["Yes"] == AWARDS["Yes"]
        same(means_of(data, ["api00"], design), expected["mean_api00"], TEN_ROUNDS)
        y = data["api00"].to_numpy(dtype=float)
        total = design.weights.sum()
        rest = (y - design.weights @ y / total) / total
        for _ in range(10):  # R's projection, margin by margin
            for name in ("stype", "sch.wide", "awards"):
                rest = rest - pd.Series(rest).groupby(codes(data, name)).transform("mean").to_numpy()
        error = np.sqrt(len(y) * np.var(rest * design.weights, ddof=1))
        np.testing.assert_allclose(error, expected["mean_api00"]["se"], rtol=EXACT)
        trimmed = load_golden("weights")["trim_srs"]["value"]
        found = trimmed_weights(design.weights, 0.0, trimmed["upper"])
        np.testing.assert_allclose(found, trimmed["weights"], rtol=RAKED)

    def test_post_stratification(self, golden_folder: Path, load_golden: Golden) -> None:
        expected = load_golden("weights")["poststratify_clus1"]["value"]
        data = frame(golden_folder, "apiclus1")
        plan = survey_design(data, sample="probability", weights="pw", clusters="dnum")
        design = rake(scored(data, plan), {"stype": STYPE}).design
        assert design is not None
        assert design.calibrations[0].kind == "post-stratification"
        np.testing.assert_allclose(design.weights, expected["weights"], rtol=EXACT)
        same(means_of(data, ["api00"], design), expected["mean"])

    def test_linear_calibration(self, golden_folder: Path, load_golden: Golden) -> None:
        # population: 6,194 schools with a total of 3,914,069 for api99 (help page of survey::calibrate)
        expected = load_golden("weights")["calibrate_linear_clus1"]["value"]
        data = frame(golden_folder, "apiclus1")
        plan = survey_design(data, sample="probability", weights="pw", clusters="dnum", fpc="fpc")
        design = calibrate(scored(data, plan), {"stype": STYPE, "api99": 3914069.0}).design
        assert design is not None
        np.testing.assert_allclose(design.weights, expected["weights"], rtol=EXACT)
        same(means_of(data, ["api00"], design), expected["mean"], ITERATED)
