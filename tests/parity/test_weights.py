"""Weights, designs and design-based numbers against R's survey."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from osa_survey.analysis import describe
from osa_survey.dataset import ScoredData, SurveyDesign, columns_of
from osa_survey.psychometrics.reliability_gradients import log_alpha
from osa_survey.weighting import (
    DesignEstimate,
    Statistics,
    calibrate,
    design_df,
    design_effects,
    design_quantiles,
    group_means,
    means_test,
    proportion_interval,
    rake,
    ranks_test,
    replicated_design,
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
    with_replicates,
)

EXACT = 1e-9
"""Relative: means, totals and standard errors are sums (README of the golden folder)."""
ITERATED = 1e-7
"""Relative: R's logit interval comes from an iterated model."""
ROUNDED_DATA = 1e-6
"""Relative: of quantiles and raked weights (README of the golden folder)."""
RAKED = 1e-8
"""Relative: both rake until margins hold (tolerance of the golden file)."""
TEN_ROUNDS = 1e-7
"""Relative, of standard errors after raking three margins: R takes residuals in ten rounds, here they are exact."""
TEN_ROUNDS_OF_SLOPES = 1e-6
"""The same of a model, whose contributions lie further from the margins than an outcome does."""
MODEL = {"gauss": 1e-9, "logit": 1e-6, "poisson": 1e-7}
"""Relative, of svyglm: R stops iterating when the deviance changes by less than 1e-8 of itself."""
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
        _same_bounds(found, expected, EXACT)

    def test_interval_of_a_mean_in_print(self, case: Case, load_golden: Golden) -> None:
        name, data, design = case
        table = load_golden("weights")[f"{name}_mean_ci_t"]["value"]
        result = describe(scored(data, design), ["api00", "api99"])
        for outcome, bounds in zip(("api00", "api99"), table["data"], strict=True):
            row = result.pick("mean", outcome=outcome)
            np.testing.assert_allclose([row["conf_low"], row["conf_high"]], bounds, rtol=EXACT)

    def test_design_effects(self, case: Case, load_golden: Golden) -> None:
        name, data, design = case
        expected = load_golden("weights")[f"{name}_mean"]["value"]["deff"]
        y = data[["api00", "api99"]].to_numpy(dtype=float)
        np.testing.assert_allclose(design_effects(y, design, replacement=False), expected, rtol=EXACT)

    def test_total(self, case: Case, load_golden: Golden) -> None:
        name, data, design = case
        expected = load_golden("weights")[f"{name}_total"]["value"]
        found = under_design(lambda w: weighted_totals(data["api00"].to_numpy(dtype=float), w), design)
        _same(found, expected)

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
        np.testing.assert_allclose(found.covariance, expected["vcov"]["data"], rtol=EXACT, atol=ZERO)
        _same_bounds(found, expected, EXACT)

    @pytest.mark.parametrize("kind", ["logit", "xlogit", "beta", "mean"])
    def test_interval_of_a_proportion(self, case: Case, load_golden: Golden, kind: str) -> None:
        name, data, design = case
        expected = load_golden("weights")[f"{name}_ciprop_{kind}"]["value"]
        yes = (data["awards"] == "Yes").to_numpy(dtype=float)
        found = under_design(lambda w: weighted_means(yes, w), design)
        p, error = float(found.estimate[0]), float(found.std_error[0])
        # svyciprop's logit and xlogit are the same interval, from a model and by the delta method
        own: Any = kind.removeprefix("x")
        interval = proportion_interval(p, error, found.df, len(data), kind=own)
        np.testing.assert_allclose(p, expected["est"], rtol=ITERATED)
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
        half = stats.t.ppf(0.975, found.df1) * found.estimate / found.statistic
        np.testing.assert_allclose([found.estimate - half, found.estimate + half], expected["ci"], rtol=EXACT)

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
        assert first["parameter"]["df"] == (2 - 1) * (3 - 1)
        for observed in (first["observed"], second["observed"]):  # survey scales the table to the number of people
            np.testing.assert_allclose(found.shares * len(data), observed["data"], rtol=EXACT)
        table = load_golden("weights")[f"{name}_table"]["value"]["data"]
        np.testing.assert_allclose(found.shares * design.weights.sum(), table, rtol=EXACT)


def _same(found: DesignEstimate, expected: dict[str, Any], tolerance: float = EXACT) -> None:
    np.testing.assert_allclose(found.estimate, expected["estimate"], rtol=tolerance)
    np.testing.assert_allclose(found.std_error, expected["se"], rtol=tolerance)
    np.testing.assert_allclose(found.covariance, expected["vcov"]["data"], rtol=2 * tolerance)  # squares of errors
    _same_bounds(found, expected, tolerance)


def _same_bounds(found: DesignEstimate, expected: dict[str, Any], tolerance: float) -> None:
    """Compare the normal intervals that survey's confint gives without degrees of freedom."""
    half = stats.norm.ppf(0.975) * found.std_error
    bounds = np.column_stack([found.estimate - half, found.estimate + half])
    np.testing.assert_allclose(bounds, expected["ci_df_inf"]["data"], rtol=tolerance, atol=ZERO)


def _means(data: pd.DataFrame, names: list[str], design: SurveyDesign) -> DesignEstimate:
    values = data[names].to_numpy(dtype=float)
    return under_design(lambda w: weighted_means(values, w), design)


class TestSpecialDesigns:
    @pytest.mark.parametrize(
        ("name", "variables"), [("clus2_mean", ["api00", "api99"]), ("clus2_enroll_na", ["enroll"])]
    )
    def test_two_stages(self, name: str, variables: list[str], golden_folder: Path, load_golden: Golden) -> None:
        data = frame(golden_folder, "apiclus2")
        design = survey_design(data, sample="probability", clusters=["dnum", "snum"], fpc=["fpc1", "fpc2"])
        _same(_means(data, variables, design), load_golden("weights")[name]["value"])

    def test_domain_keeps_the_design(self, golden_folder: Path, load_golden: Golden) -> None:
        data = frame(golden_folder, "apistrat")
        design = survey_design(data, sample="probability", weights="pw", strata="stype")
        domain = design.within((data["comp.imp"] == "Yes").to_numpy())
        _same(_means(data, ["api00"], domain), load_golden("weights")["subpop_strat"]["value"])

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
        _same(_means(data, ["api00"], design), load_golden("weights")["singleton_stratum_adjust"]["value"])


def scored(data: pd.DataFrame, design: SurveyDesign) -> ScoredData:
    """Return the frame as scored data, codes of categories from 1."""
    columns = columns_of(data, list(data.select_dtypes(["number", "category"]).columns))
    values = pd.DataFrame({column.info.name: column.values for column in columns})
    reasons = pd.DataFrame({column.info.name: column.reasons for column in columns})
    variables = {column.info.name: column.info for column in columns}
    return ScoredData(values, reasons, variables, None, design=design)  # type: ignore[arg-type]


STYPE = {"E": 4421, "H": 755, "M": 1018}
SCHWIDE = {"No": 1072, "Yes": 5122}
AWARDS = {"No": 2027, "Yes": 4167}


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
        _same(_means(data, ["api00"], design), expected["mean_api00"], RAKED)
        enroll = data["enroll"].to_numpy(dtype=float)
        _same(under_design(lambda w: weighted_totals(enroll, w), design), expected["total_enroll"], RAKED)
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
        _same(_means(data, ["api00"], design), expected["mean_api00"], TEN_ROUNDS)
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
        _same(_means(data, ["api00"], design), expected["mean"])

    def test_linear_calibration(self, golden_folder: Path, load_golden: Golden) -> None:
        # population: 6,194 schools with a total of 3,914,069 for api99 (help page of survey::calibrate)
        expected = load_golden("weights")["calibrate_linear_clus1"]["value"]
        data = frame(golden_folder, "apiclus1")
        plan = survey_design(data, sample="probability", weights="pw", clusters="dnum", fpc="fpc")
        design = calibrate(scored(data, plan), {"stype": STYPE, "api99": 3914069.0}).design
        assert design is not None
        np.testing.assert_allclose(design.weights, expected["weights"], rtol=EXACT)
        _same(_means(data, ["api00"], design), expected["mean"], ITERATED)


class TestReplicates:
    def test_jackknife_of_clusters_with_raking_inside(self, golden_folder: Path, load_golden: Golden) -> None:
        expected = load_golden("weights")["jk1_clus1"]["value"]
        data = frame(golden_folder, "apiclus1")
        plan = survey_design(data, sample="probability", weights="pw", clusters="dnum")
        design = replicated_design(plan, "JK1")
        assert design.replicates is not None
        np.testing.assert_allclose(design.replicates.scale, expected["scale"], rtol=EXACT)
        np.testing.assert_allclose(design.replicates.rscales, expected["rscales"], rtol=EXACT)
        found = _means(data, ["api00", "api99"], design)
        _same(found, expected["mean"])
        np.testing.assert_allclose(found.covariance, expected["mean"]["vcov"]["data"], rtol=EXACT)
        raked = rake(scored(data, plan), {"stype": STYPE, "sch.wide": SCHWIDE})
        for own in (with_replicates(raked, "JK1"), rake(scored(data, design), {"stype": STYPE, "sch.wide": SCHWIDE})):
            assert own.design is not None
            _same(_means(data, ["api00"], own.design), expected["rake_mean"], RAKED)

    def test_median_under_replicates(self, golden_folder: Path, load_golden: Golden) -> None:
        expected = load_golden("weights")["jk1_clus1"]["value"]["median"]
        data = frame(golden_folder, "apiclus1")
        design = replicated_design(survey_design(data, sample="probability", weights="pw", clusters="dnum"), "JK1")
        (found,) = design_quantiles(data["api00"].to_numpy(dtype=float), design, [0.5])
        np.testing.assert_allclose(
            [found.estimate, found.low, found.high, found.std_error],
            [v[0] for v in list(expected.values())[1:]],
            rtol=ROUNDED_DATA,
        )

    def test_stratified_jackknife(self, golden_folder: Path, load_golden: Golden) -> None:
        expected = load_golden("weights")["jkn_strat"]["value"]
        data = frame(golden_folder, "apistrat")
        design = replicated_design(survey_design(data, sample="probability", weights="pw", strata="stype"), "JKn")
        _same(_means(data, ["api00", "api99"], design), expected["mean"])
        enroll = data["enroll"].to_numpy(dtype=float)
        _same(under_design(lambda w: weighted_totals(enroll, w), design), expected["total"])
        # survey's degf is the rank of the replicate weights less 1; its model has degf + 1 − 3 residual df
        assert design_df(design) - 2 == expected["glm"]["df_residual"]

    def test_given_bootstrap_weights(self, golden_folder: Path, load_golden: Golden) -> None:
        expected = load_golden("weights")["boot80_clus1"]["value"]
        data = frame(golden_folder, "apiclus1")
        copies = pd.read_csv(golden_folder / "weights" / "apiclus1_bootstrap_weights.csv")
        design = survey_design(
            pd.concat([data, copies], axis=1),
            sample="probability",
            weights="pw",
            replicates="rw{n}",
            kind="bootstrap",
            scale=expected["scale"],
        )
        assert design.replicates is not None
        assert len(design.replicates) == 80
        np.testing.assert_allclose(design.replicates.rscales, expected["rscales"], rtol=EXACT)
        _same(_means(data, ["api00", "api99"], design), expected["mean"])
        assert design_df(design) - 2 == expected["glm"]["df_residual"]


def _fit(y: np.ndarray, X: np.ndarray, w: np.ndarray, family: str) -> Statistics:
    """Return coefficients of a weighted model by Fisher scoring, with contributions w · scores · information⁻¹."""
    beta = np.zeros(X.shape[1])
    beta[0] = {"gauss": 0.0, "logit": 0.0, "poisson": np.log(y.mean())}[family]
    mean: Any = {"gauss": lambda eta: eta, "logit": lambda eta: 1 / (1 + np.exp(-eta)), "poisson": np.exp}[family]
    for _ in range(50):
        mu = mean(X @ beta)
        variance = {"gauss": np.ones_like(mu), "logit": mu * (1 - mu), "poisson": mu}[family]
        information = X.T @ (X * (w * variance)[:, None])
        beta = beta + np.linalg.solve(information, X.T @ (w * (y - mu)))
    mu = mean(X @ beta)
    return Statistics(beta, lambda: X * (w * (y - mu))[:, None] @ np.linalg.inv(information))


class TestModels:
    """What models owe this floor: coefficients and contributions; it owes them survey's covariance."""

    @staticmethod
    def _same(
        data: pd.DataFrame, design: SurveyDesign, expected: dict[str, Any], family: str, tolerance: float = 0.0
    ) -> None:
        tolerance = tolerance or MODEL[family]
        y = {
            "gauss": data["api00"].to_numpy(dtype=float),
            "logit": (data["sch.wide"] == "Yes").to_numpy(dtype=float),
            "poisson": data["enroll"].to_numpy(dtype=float),
        }[family]
        X = np.column_stack([np.ones(len(data)), data["ell"], data["meals"]])
        found = under_design(lambda w: _fit(y, X, w, family), design)
        table = np.array(expected["coef"]["data"])
        errors = table[:, 1]
        np.testing.assert_allclose(found.estimate, table[:, 0], rtol=tolerance)
        np.testing.assert_allclose(found.std_error, errors, rtol=tolerance)
        scale = np.outer(errors, errors)
        np.testing.assert_allclose(found.covariance / scale, expected["vcov"]["data"] / scale, atol=2 * tolerance)
        df = expected["df_residual"]
        assert df == design_df(design) - 2
        half = stats.t.ppf(0.975, df) * found.std_error
        bounds = np.column_stack([found.estimate - half, found.estimate + half])
        apart = (bounds - np.array(expected["ci"]["data"])) / errors[:, None]  # in errors: a bound may be near zero
        np.testing.assert_allclose(apart, 0, atol=10 * tolerance)  # an estimate and twice its error

    @pytest.mark.parametrize("family", ["gauss", "logit"])
    def test_linearised(self, case: Case, load_golden: Golden, family: str) -> None:
        name, data, design = case
        self._same(data, design, load_golden("weights")[f"{name}_glm_{family}"]["value"], family)

    def test_counts(self, golden_folder: Path, load_golden: Golden) -> None:
        data = frame(golden_folder, "apistrat")
        design = survey_design(data, sample="probability", weights="pw", strata="stype")
        self._same(data, design, load_golden("weights")["poisson_strat"]["value"], "poisson")

    def test_after_post_stratification(self, golden_folder: Path, load_golden: Golden) -> None:
        data = frame(golden_folder, "apiclus1")
        plan = survey_design(data, sample="probability", weights="pw", clusters="dnum")
        design = rake(scored(data, plan), {"stype": STYPE}).design
        assert design is not None
        self._same(data, design, load_golden("weights")["poststratify_clus1"]["value"]["glm"], "gauss")

    def test_after_raking(self, golden_folder: Path, load_golden: Golden) -> None:
        data = frame(golden_folder, "apisrs")
        plan = survey_design(data, sample="probability")
        design = rake(scored(data, plan), {"stype": STYPE, "sch.wide": SCHWIDE, "awards": AWARDS}).design
        assert design is not None
        expected = load_golden("weights")["rake_srs_3margins_unit_weights"]["value"]["glm"]
        self._same(data, design, expected, "gauss", TEN_ROUNDS_OF_SLOPES)

    @pytest.mark.parametrize("name", ["jk1_clus1", "jkn_strat"])
    def test_replicates(self, golden_folder: Path, load_golden: Golden, name: str) -> None:
        data = frame(golden_folder, f"api{name.partition('_')[2]}")
        plan = {"clusters": "dnum"} if name == "jk1_clus1" else {"strata": "stype"}
        design = survey_design(data, sample="probability", weights="pw", **plan)  # type: ignore[arg-type]
        design = replicated_design(design, "JK1" if name == "jk1_clus1" else "JKn")
        self._same(data, design, load_golden("weights")[name]["value"]["glm"], "gauss")

    @pytest.mark.parametrize("family", ["gauss", "logit"])
    def test_bootstrap(self, golden_folder: Path, load_golden: Golden, family: str) -> None:
        expected = load_golden("weights")["boot80_clus1"]["value"]
        data = frame(golden_folder, "apiclus1")
        copies = pd.read_csv(golden_folder / "weights" / "apiclus1_bootstrap_weights.csv")
        people = pd.concat([data, copies], axis=1)
        how: dict[str, Any] = {"replicates": "rw{n}", "kind": "bootstrap", "scale": expected["scale"]}
        design = survey_design(people, sample="probability", weights="pw", **how)
        self._same(data, design, expected["glm" if family == "gauss" else "logit"], family)
