"""Replicate weights and weighted models against R's survey."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from osa_survey.dataset import SurveyDesign
from osa_survey.weighting import (
    Statistics,
    design_df,
    design_quantiles,
    rake,
    replicated_design,
    survey_design,
    under_design,
    weighted_totals,
    with_replicates,
)
from tests.parity.design_cases import (
    AWARDS,
    EXACT,
    RAKED,
    ROUNDED_DATA,
    SCHWIDE,
    STYPE,
    Case,
    Golden,
    frame,
    means_of,
    same,
    scored,
)

TEN_ROUNDS_OF_SLOPES = 1e-6
"""The same of a model, whose contributions lie further from the margins than an outcome does."""


MODEL = {"gauss": 1e-9, "logit": 1e-6, "poisson": 1e-7}
"""Relative, of svyglm: R stops iterating when the deviance changes by less than 1e-8 of itself."""


class TestReplicates:
    def test_jackknife_of_clusters_with_raking_inside(self, golden_folder: Path, load_golden: Golden) -> None:
        expected = load_golden("weights")["jk1_clus1"]["value"]
        data = frame(golden_folder, "apiclus1")
        plan = survey_design(data, sample="probability", weights="pw", clusters="dnum")
        design = replicated_design(plan, "JK1")
        assert design.replicates is not None
        np.testing.assert_allclose(design.replicates.scale, expected["scale"], rtol=EXACT)
        np.testing.assert_allclose(design.replicates.rscales, expected["rscales"], rtol=EXACT)
        found = means_of(data, ["api00", "api99"], design)
        same(found, expected["mean"])
        np.testing.assert_allclose(found.covariance, expected["mean"]["vcov"]["data"], rtol=EXACT)
        raked = rake(scored(data, plan), {"stype": STYPE, "sch.wide": SCHWIDE})
        for own in (with_replicates(raked, "JK1"), rake(scored(data, design), {"stype": STYPE, "sch.wide": SCHWIDE})):
            assert own.design is not None
            same(means_of(data, ["api00"], own.design), expected["rake_mean"], RAKED)

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
        same(means_of(data, ["api00", "api99"], design), expected["mean"])
        enroll = data["enroll"].to_numpy(dtype=float)
        same(under_design(lambda w: weighted_totals(enroll, w), design), expected["total"])
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
        same(means_of(data, ["api00", "api99"], design), expected["mean"])
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
    def _agree(
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
    def test_linearised(self, design_case: Case, load_golden: Golden, family: str) -> None:
        name, data, design = design_case
        self._agree(data, design, load_golden("weights")[f"{name}_glm_{family}"]["value"], family)

    def test_counts(self, golden_folder: Path, load_golden: Golden) -> None:
        data = frame(golden_folder, "apistrat")
        design = survey_design(data, sample="probability", weights="pw", strata="stype")
        self._agree(data, design, load_golden("weights")["poisson_strat"]["value"], "poisson")

    def test_after_post_stratification(self, golden_folder: Path, load_golden: Golden) -> None:
        data = frame(golden_folder, "apiclus1")
        plan = survey_design(data, sample="probability", weights="pw", clusters="dnum")
        design = rake(scored(data, plan), {"stype": STYPE}).design
        assert design is not None
        self._agree(data, design, load_golden("weights")["poststratify_clus1"]["value"]["glm"], "gauss")

    def test_after_raking(self, golden_folder: Path, load_golden: Golden) -> None:
        data = frame(golden_folder, "apisrs")
        plan = survey_design(data, sample="probability")
        design = rake(scored(data, plan), {"stype": STYPE, "sch.wide": SCHWIDE, "awards": AWARDS}).design
        assert design is not None
        expected = load_golden("weights")["rake_srs_3margins_unit_weights"]["value"]["glm"]
        self._agree(data, design, expected, "gauss", TEN_ROUNDS_OF_SLOPES)

    @pytest.mark.parametrize("name", ["jk1_clus1", "jkn_strat"])
    def test_replicates(self, golden_folder: Path, load_golden: Golden, name: str) -> None:
        data = frame(golden_folder, f"api{name.partition('_')[2]}")
        plan = {"clusters": "dnum"} if name == "jk1_clus1" else {"strata": "stype"}
        design = survey_design(data, sample="probability", weights="pw", **plan)  # type: ignore[arg-type]
        design = replicated_design(design, "JK1" if name == "jk1_clus1" else "JKn")
        self._agree(data, design, load_golden("weights")[name]["value"]["glm"], "gauss")

    @pytest.mark.parametrize("family", ["gauss", "logit"])
    def test_bootstrap(self, golden_folder: Path, load_golden: Golden, family: str) -> None:
        expected = load_golden("weights")["boot80_clus1"]["value"]
        data = frame(golden_folder, "apiclus1")
        copies = pd.read_csv(golden_folder / "weights" / "apiclus1_bootstrap_weights.csv")
        people = pd.concat([data, copies], axis=1)
        how: dict[str, Any] = {"replicates": "rw{n}", "kind": "bootstrap", "scale": expected["scale"]}
        design = survey_design(people, sample="probability", weights="pw", **how)
        self._agree(data, design, expected["glm" if family == "gauss" else "logit"], family)
