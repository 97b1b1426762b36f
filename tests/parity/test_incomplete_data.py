"""Likelihoods of incomplete data, single models of imputation, chains and patterns of gaps against lavaan and mice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from osa_survey.dataset import VariableInfo, admit
from osa_survey.imputation import (
    chain_plan,
    fiml_correlations,
    fiml_moments,
    fiml_regression,
    little_statistic,
    pool,
    run_chains,
)
from osa_survey.imputation.model_columns import ModelColumn
from osa_survey.imputation.newton_fits import Logit, Multinomial, OrdinalLogit, Poisson
from osa_survey.quality import missing_patterns
from tests.made_up_studies import codebook, export_of
from tests.parity.imputed_sets import MODELS, Floats, Golden, imputed, least_squares, stored

PRIOR = 0.02
"""Standard errors: a normal prior with SD 2.5 moves a standardised coefficient b by about 0.16 b times its error, and
here b is below 1 and its error below 0.12."""
MONTE_CARLO = 0.15
"""Standard errors of the pooled estimate: the note of the reference run of 100 sets."""
BAND = 3.5
"""Monte-Carlo standard errors of the difference of two pooled variances, over twelve comparisons."""
FIML, FIML_SE = 1e-5, 1e-3
"""Relative; lavaan's EM algorithm and optimiser stop before the last digits, its second derivatives are numeric."""
LITTLE = 1e-4
"""Relative; follows from the tolerance of the moments."""
VARIABLES = ["neuro", "extra", "agree", "consc", "female", "age"]


@pytest.fixture(scope="module")
def own() -> dict[str, Any]:
    return stored()


@pytest.fixture(scope="module")
def incomplete(golden_folder: Path) -> Floats:
    """Six variables with gaps, shape (1200, 6)."""
    return pd.read_csv(golden_folder / "mi" / "bfi_scores_missing.csv")[VARIABLES].to_numpy(float)


class TestFullInformation:
    """Against lavaan 0.6.14 with missing = "fiml", observed information; imputation.R beside this file."""

    def test_means_and_covariances(self, own: dict[str, Any], incomplete: Floats) -> None:
        moments = fiml_moments(incomplete)
        np.testing.assert_allclose(moments.mean, [row["est"] for row in own["fiml"]["means"]], rtol=FIML)
        np.testing.assert_allclose(moments.mean_errors, [row["se"] for row in own["fiml"]["means"]], rtol=FIML_SE)
        for row in own["fiml"]["covariances"]:
            i, j = VARIABLES.index(row["lhs"]), VARIABLES.index(row["rhs"])
            scale = np.sqrt(moments.covariance[i, i] * moments.covariance[j, j])
            assert moments.covariance[i, j] == pytest.approx(row["est"], rel=FIML, abs=FIML * scale)
            assert moments.covariance_errors[i, j] == pytest.approx(row["se"], rel=FIML_SE)
        assert moments.log_likelihood == pytest.approx(own["fiml"]["logl"], rel=1e-9)

    def test_correlations(self, own: dict[str, Any], incomplete: Floats) -> None:
        found = fiml_correlations(fiml_moments(incomplete))
        rows, columns = np.tril_indices(len(VARIABLES), -1)
        place = {
            frozenset((VARIABLES[i], VARIABLES[j])): at for at, (i, j) in enumerate(zip(rows, columns, strict=True))
        }
        for row in own["fiml"]["correlations"]:
            at = place[frozenset((row["lhs"], row["rhs"]))]
            assert found.estimate[at] == pytest.approx(row["est.std"], abs=FIML)
            assert found.std_error[at] == pytest.approx(row["se"], rel=FIML_SE)

    def test_regression(self, own: dict[str, Any], incomplete: Floats) -> None:
        found = fiml_regression(fiml_moments(incomplete), 0)
        expected = own["fiml"]["regression"]
        np.testing.assert_allclose(found.estimate[:-1], [row["est"] for row in expected], rtol=FIML * 10, atol=FIML)
        np.testing.assert_allclose(found.std_error[:-1], [row["se"] for row in expected], rtol=FIML_SE)
        assert found.estimate[-1] == pytest.approx(own["fiml"]["r2"], rel=FIML * 10)

    def test_little(self, own: dict[str, Any], incomplete: Floats) -> None:
        found = little_statistic(incomplete)
        assert (found.df, found.patterns) == (own["little"]["df"], own["little"]["patterns"])
        assert found.statistic == pytest.approx(own["little"]["statistic"], rel=LITTLE)
        assert found.p_value == pytest.approx(own["little"]["p"], rel=LITTLE * 10)


class TestSingleModels:
    """Posterior modes against maximum likelihood in R: the prior moves them by a small part of their errors."""

    @pytest.fixture
    def people(self, golden_folder: Path) -> pd.DataFrame:
        frame = imputed(golden_folder, "bfi")[0]
        frame["education"] = frame["education"].round().clip(1, 5)
        return frame

    @staticmethod
    def standardised(frame: pd.DataFrame, terms: list[str]) -> tuple[Floats, Floats, Floats]:
        x = frame[terms].to_numpy(float)
        centre, scale = x.mean(axis=0), x.std(axis=0)
        return np.column_stack([np.ones(len(x)), (x - centre) / scale]), centre, scale

    def test_logistic_and_poisson(self, own: dict[str, Any], people: pd.DataFrame) -> None:
        for name, model, outcome, terms in (
            ("logit", Logit(), people["female"], ["neuro", "agree", "age"]),
            ("poisson", Poisson(1e6), people["age"] - 3, ["neuro", "agree"]),
        ):
            X, _, scale = self.standardised(people, terms)
            fitted = model.fit(outcome.to_numpy(float), X, None)
            slopes = fitted.parameters[1:] / scale
            errors = np.sqrt(np.diag(np.linalg.inv(fitted.information)))[1:] / scale
            np.testing.assert_allclose((slopes - own[name]["coef"][1:]) / errors, 0, atol=PRIOR)
            np.testing.assert_allclose(errors, own[name]["se"][1:], rtol=PRIOR)

    def test_ordinal(self, own: dict[str, Any], people: pd.DataFrame) -> None:
        X, centre, scale = self.standardised(people, ["neuro", "agree", "age"])
        levels = np.unique(people["education"])
        fitted = OrdinalLogit(len(levels)).fit(np.searchsorted(levels, people["education"]).astype(float), X, None)
        errors = np.sqrt(np.diag(np.linalg.inv(fitted.information)))
        slopes, cuts = fitted.parameters[:3] / scale, fitted.parameters[3:]
        np.testing.assert_allclose((slopes - own["ordinal"]["coef"]) / (errors[:3] / scale), 0, atol=PRIOR)
        expected = np.array(own["ordinal"]["zeta"]) - centre @ np.array(own["ordinal"]["coef"])
        np.testing.assert_allclose((cuts - expected) / errors[3:], 0, atol=PRIOR)
        np.testing.assert_allclose(errors[:3] / scale, own["ordinal"]["se"][:3], rtol=PRIOR)

    def test_multinomial(self, own: dict[str, Any], people: pd.DataFrame) -> None:
        X, _, scale = self.standardised(people, ["neuro", "agree"])
        levels = np.unique(people["education"])
        fitted = Multinomial(len(levels)).fit(np.searchsorted(levels, people["education"]).astype(float), X, None)
        errors = np.sqrt(np.diag(np.linalg.inv(fitted.information))).reshape(-1, 3)[:, 1:] / scale
        slopes = fitted.parameters.reshape(-1, 3)[:, 1:] / scale
        np.testing.assert_allclose((slopes - np.array(own["multinomial"]["coef"])[:, 1:]) / errors, 0, atol=PRIOR)


class TestChains:
    """Against m = 100 sets of mice, the distributional reference of the reference folder."""

    @pytest.mark.parametrize("method", ["pmm", "normal"])
    def test_pooled_model(self, method: str, load_golden: Golden, golden_folder: Path) -> None:
        frame = pd.read_csv(golden_folder / "mi" / "bfi_scores_missing.csv")
        columns = [
            ModelColumn(
                VariableInfo(name, "number", name), values.to_numpy(float), gaps.astype(np.uint8), gaps, gaps & False
            )
            for name, values in frame.items()
            for gaps in [values.isna().to_numpy()]
        ]
        plan, _ = chain_plan(columns, methods=dict.fromkeys(frame, method))
        fits = []
        for outcome in run_chains(plan, 100, 10, seed=20261126):
            completed = frame.copy()
            for target, values in zip(plan.targets, outcome.values, strict=True):
                completed.loc[target.missing, target.name] = values
            fits.append(least_squares(completed, "neuro", MODELS["bfi"][3]))
        pooled = pool([fit[0] for fit in fits], [fit[1] for fit in fits], 1194)
        name = {"pmm": "bfi_pmm_m100_distribution", "normal": "bfi_norm_m100_distribution"}[method]
        expected = load_golden("mi")[name]["value"]["pooled"]
        errors = np.sqrt(expected["t"])
        np.testing.assert_allclose((pooled.estimate - expected["estimate"]) / errors, 0, atol=MONTE_CARLO)
        # Each total variance varies by its part between sets, whose variance is estimated from 100 sets.
        between = np.diag(pooled.between) + np.array(expected["b"])
        noise = between / 2 * np.sqrt(2 * 2 / 99) * 1.01
        np.testing.assert_array_less(np.abs(pooled.std_error**2 - expected["t"]), BAND * noise)


def test_patterns_of_gaps(golden_folder: Path, load_golden: Golden) -> None:
    """md.pattern: people with each pattern, gaps of the pattern, and in the last row gaps of each variable."""
    table = load_golden("mi")["pattern_nhanes"]["value"]
    data = pd.read_csv(golden_folder / "mi" / "nhanes.csv")
    columns = {name: data[name].astype("string").fillna("").tolist() for name in ("bmi", "hyp", "chl")}
    variables = {name: {"column": name, "type": "number"} for name in columns}
    age = {"age": {"column": "age", "type": "number", "maximum": 99}}
    export = export_of({"age": ["30"] * len(data), **columns})
    result = missing_patterns(admit(export, codebook(variables={**age, **variables})))
    counts = result.table.loc[result.table["quantity"] == "count"]
    found = {
        frozenset() if level.startswith("everything") else frozenset(level.partition(": ")[2].split(", ")): n
        for level, n in zip(counts["level"], counts["estimate"], strict=True)
    }
    names = table["colnames"][:-1]
    expected = {
        frozenset(name for name, known in zip(names, row[:-1], strict=True) if not known): float(people)
        for people, row in zip(table["rownames"][:-1], table["data"][:-1], strict=True)
    }
    assert found == expected
    assert [len(named) for named in expected] == [row[-1] for row in table["data"][:-1]]
    gaps = [sum(n for named, n in found.items() if name in named) for name in names]
    assert [*gaps, sum(gaps)] == table["data"][-1]
