"""Pooling over fixed imputed sets against mice and mitml; the numbers of imputation.R beside it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from osa_survey.dataset import VariableInfo, admit
from osa_survey.imputation import (
    chain_plan,
    d1,
    d2,
    d3,
    d4,
    fiml_correlations,
    fiml_moments,
    fiml_regression,
    little_statistic,
    pool,
    pool_r,
    pool_r2,
    run_chains,
    wald_statistics,
)
from osa_survey.imputation.model_columns import ModelColumn
from osa_survey.imputation.newton_fits import Logit, Multinomial, OrdinalLogit, Poisson
from osa_survey.quality import missing_patterns
from tests.made_up_studies import codebook, export_of

LM = 1e-9
"""Relative; the tolerance of the reference folder for pooled linear models."""
LOGIT = 1e-7
"""Relative; R stops its logistic fits at 1e-8 of the deviance."""
D12, D3 = 1e-8, 1e-6
"""Relative; the tolerances of the reference folder."""
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

Golden = Callable[[str], dict[str, Any]]
Floats = NDArray[np.float64]
SETS = {"nhanes": ("nhanes_m5", "nhanes_imputed_m5.csv"), "bfi": ("bfi_m20", "bfi_imputed_m20.csv")}
MODELS = {
    "nhanes": ("chl", ["age", "bmi", "hyp"], ["age"], ["age", "bmi"]),
    "bfi": (
        "neuro",
        ["extra", "agree", "consc", "age"],
        ["agree", "age"],
        ["extra", "agree", "consc", "female", "age"],
    ),
}
"""Outcome, larger and smaller model of the tests, predictors of the pooled model."""


@pytest.fixture(scope="module")
def own() -> dict[str, Any]:
    """The numbers of imputation.R."""
    numbers: dict[str, Any] = json.loads(Path(__file__).with_name("imputation.json").read_text(encoding="utf-8"))
    return numbers


@pytest.fixture(scope="module")
def incomplete(golden_folder: Path) -> Floats:
    """Six variables with gaps, shape (1200, 6)."""
    return pd.read_csv(golden_folder / "mi" / "bfi_scores_missing.csv")[VARIABLES].to_numpy(float)


def imputed(folder: Path, data: str) -> list[pd.DataFrame]:
    frame = pd.read_csv(folder / "mi" / SETS[data][1])
    return [part.reset_index(drop=True) for number, part in frame.groupby("imp") if number > 0]


def least_squares(frame: pd.DataFrame, outcome: str, terms: list[str]) -> tuple[Floats, Floats, float, float]:
    """Return coefficients, covariance, R² and n of a linear model."""
    y = frame[outcome].to_numpy(float)
    X = np.column_stack([np.ones(len(frame)), frame[terms].to_numpy(float)])
    b = np.linalg.lstsq(X, y, rcond=None)[0]
    residual = y - X @ b
    covariance = np.linalg.inv(X.T @ X) * (residual @ residual) / (len(y) - X.shape[1])
    return b, covariance, 1 - residual @ residual / ((y - y.mean()) ** 2).sum(), len(y)


def log_likelihood(frame: pd.DataFrame, outcome: str, terms: list[str], b: Floats) -> float:
    """Return the normal log-likelihood at given slopes; mice lets the intercept and the error variance fit them."""
    residual = frame[outcome].to_numpy(float) - np.column_stack([np.ones(len(frame)), frame[terms].to_numpy(float)]) @ b
    residual -= residual.mean()
    n = len(residual)
    return float(-n / 2 * (np.log(2 * np.pi * (residual @ residual) / n) + 1))


def _counts(expected: dict[str, Any], sets: int, complete: float) -> None:
    """Compare how many sets mice pooled, and the degrees of freedom it took for complete data."""
    pooled = expected["pooled"]
    assert set(pooled["m"]) == {sets} == {expected["m"]}
    if np.isfinite(complete):
        assert set(pooled["dfcom"]) == {complete} == {expected["dfcom"]}


@pytest.mark.parametrize("data", sorted(SETS))
class TestPoolingFixedSets:
    @pytest.mark.parametrize("large", [False, True])
    def test_linear_model(self, data: str, large: bool, load_golden: Golden, golden_folder: Path) -> None:
        outcome, _, _, terms = MODELS[data]
        fits = [least_squares(frame, outcome, terms) for frame in imputed(golden_folder, data)]
        own = load_golden("mi")[f"{SETS[data][0]}_lm_per_imputation"]["value"]
        np.testing.assert_allclose([fit[0] for fit in fits], own["estimates"]["data"], rtol=LM * 100)
        errors = [np.sqrt(np.diag(fit[1])) for fit in fits]
        np.testing.assert_allclose(errors, own["se"]["data"], rtol=LM)
        expected = load_golden("mi")[f"{SETS[data][0]}_lm_pool" + ("_dfcom_inf" if large else "")]["value"]
        _counts(expected, len(fits), np.inf if large else fits[0][3] - len(terms) - 1)
        complete = np.inf if large else fits[0][3] - len(terms) - 1
        pooled = pool([fit[0] for fit in fits], [fit[1] for fit in fits], complete)
        for name, ours in (
            ("estimate", pooled.estimate),
            ("ubar", np.diag(pooled.within)),
            ("b", np.diag(pooled.between)),
            ("t", np.diag(pooled.covariance)),
            ("df", pooled.df),
            ("riv", pooled.riv),
            ("lambda", pooled.share_missing),
            ("fmi", pooled.fmi),
        ):
            np.testing.assert_allclose(ours, expected["pooled"][name], rtol=LM, err_msg=name)
        summary = expected["summary"]
        for key, ours in (("estimate", pooled.estimate), ("std.error", pooled.std_error), ("df", pooled.df),
                          ("statistic", pooled.estimate / pooled.std_error)):  # fmt: skip
            np.testing.assert_allclose(ours, summary[key], rtol=LM, err_msg=key)
        np.testing.assert_allclose(pooled.p_value(), expected["summary"]["p.value"], rtol=LM * 100)
        low, high = pooled.interval()
        np.testing.assert_allclose(low, expected["summary"]["2.5 %"], rtol=LM)
        np.testing.assert_allclose(high, expected["summary"]["97.5 %"], rtol=LM)

    def test_large_sample_fraction_is_the_one_with_infinite_df(
        self, data: str, load_golden: Golden, golden_folder: Path
    ) -> None:
        outcome, _, _, terms = MODELS[data]
        fits = [least_squares(frame, outcome, terms) for frame in imputed(golden_folder, data)]
        pooled = pool([fit[0] for fit in fits], [fit[1] for fit in fits], fits[0][3] - len(terms) - 1)
        expected = load_golden("mi")[f"{SETS[data][0]}_lm_pool_dfcom_inf"]["value"]["pooled"]["fmi"]
        np.testing.assert_allclose(pooled.fmi_large_sample, expected, rtol=LM)

    def test_logistic_model(self, data: str, load_golden: Golden, golden_folder: Path) -> None:
        golden = load_golden("mi")
        name = SETS[data][0]
        own = golden[f"{name}_logit_per_imputation"]["value"]
        estimates, errors = np.array(own["estimates"]["data"]), np.array(own["se"]["data"])
        expected = golden[f"{name}_logit_pool"]["value"]
        pooled = pool(estimates, np.stack([np.diag(e**2) for e in errors]), expected["pooled"]["dfcom"])
        _counts(expected, len(estimates), expected["dfcom"])
        for column, ours in (
            ("estimate", pooled.estimate),
            ("ubar", np.diag(pooled.within)),
            ("b", np.diag(pooled.between)),
            ("t", np.diag(pooled.covariance)),
            ("df", pooled.df),
            ("riv", pooled.riv),
            ("lambda", pooled.share_missing),
            ("fmi", pooled.fmi),
        ):
            np.testing.assert_allclose(ours, expected["pooled"][column], rtol=LOGIT, err_msg=column)
        low, high = pooled.interval()
        statistic = pooled.estimate / pooled.std_error
        for key, ours in (("estimate", pooled.estimate), ("std.error", pooled.std_error), ("df", pooled.df),
                          ("statistic", statistic), ("p.value", pooled.p_value()), ("2.5 %", low),
                          ("97.5 %", high)):  # fmt: skip
            np.testing.assert_allclose(ours, expected["summary"][key], rtol=10 * LOGIT, err_msg=key)
        ratios = golden[f"{name}_logit_pool_exp"]["value"]  # mice leaves the standard error on the log scale
        for key, ours in (("estimate", np.exp(pooled.estimate)), ("std.error", pooled.std_error), ("df", pooled.df),
                          ("statistic", statistic), ("p.value", pooled.p_value()), ("2.5 %", np.exp(low)),
                          ("97.5 %", np.exp(high))):  # fmt: skip
            np.testing.assert_allclose(ours, ratios[key], rtol=10 * LOGIT, err_msg=key)

    def test_r_squared(self, data: str, load_golden: Golden, golden_folder: Path) -> None:
        outcome, _, _, terms = MODELS[data]
        fits = [least_squares(frame, outcome, terms) for frame in imputed(golden_folder, data)]
        n, p = fits[0][3], len(terms)
        plain = np.array([fit[2] for fit in fits])
        for suffix, values in (("", plain), ("adj", 1 - (1 - plain) * (n - 1) / (n - p - 1))):
            expected = load_golden("mi")[f"{SETS[data][0]}_lm_pool_r2{suffix}"]["value"]["data"][0]
            ours = pool_r2(values, n)
            np.testing.assert_allclose([ours.estimate, ours.fmi], [expected[0], expected[3]], rtol=LM)
            z = np.arctanh(np.sqrt(ours.estimate))  # mice takes 1.96 where we take the t distribution
            mice = np.tanh(z + np.array([-1.96, 1.96]) * ours.std_error) ** 2
            np.testing.assert_allclose(mice, expected[1:3], rtol=LM)

    def test_wald_and_likelihood_ratio_tests(self, data: str, load_golden: Golden, golden_folder: Path) -> None:
        golden, name = load_golden("mi"), SETS[data][0]
        outcome, larger, smaller, _ = MODELS[data]
        frames = imputed(golden_folder, data)
        full = [least_squares(frame, outcome, larger) for frame in frames]
        null = [least_squares(frame, outcome, smaller) for frame in frames]
        tested = [1 + larger.index(term) for term in larger if term not in smaller]
        q = np.stack([fit[0][tested] for fit in full])
        u = np.stack([fit[1][np.ix_(tested, tested)] for fit in full])
        first = d1(q, u, full[0][3] - len(larger) - 1)
        assert {golden[f"{name}_lm_{test}"]["value"]["m"] for test in ("D1", "D2", "D3")} == {len(frames)}
        expected = golden[f"{name}_lm_D1"]["value"]["result"]["data"][0]
        ours = [first.statistic, first.df1, first.df2, first.p_value, first.riv]
        np.testing.assert_allclose(ours, expected, rtol=D12)
        second = d2(wald_statistics(q, u), len(tested))
        expected = golden[f"{name}_lm_D2"]["value"]["result"]["data"][0]
        ours = [second.statistic, second.df1, second.df2, second.p_value, second.riv]
        np.testing.assert_allclose(ours, expected, rtol=D12)
        centers = [np.mean([fit[0] for fit in fits], axis=0) for fits in (full, null)]
        own, at_pooled = [], []
        for frame, fit, base in zip(frames, full, null, strict=True):
            pair = ((larger, fit[0], centers[0]), (smaller, base[0], centers[1]))
            a, b = (log_likelihood(frame, outcome, terms, best) for terms, best, _ in pair)
            c, d = (log_likelihood(frame, outcome, terms, center) for terms, _, center in pair)
            own.append(2 * (a - b))
            at_pooled.append(2 * (c - d))
        third = d3(own, at_pooled, len(tested))
        expected = golden[f"{name}_lm_D3"]["value"]["result"]
        np.testing.assert_allclose([third.statistic, third.df1, third.df2, third.p_value, third.riv], expected, rtol=D3)

    def test_means_and_correlations(self, data: str, load_golden: Golden, golden_folder: Path) -> None:
        golden, name = load_golden("mi"), SETS[data][0]
        for variable in {"nhanes": ("bmi", "chl"), "bfi": ("neuro", "extra")}[data]:
            value = golden[f"{name}_mean_{variable}"]["value"]
            frames = imputed(golden_folder, data)
            means = [frame[variable].mean() for frame in frames]
            variances = [frame[variable].var() / len(frame) for frame in frames]
            pooled = pool(means, variances, len(frames[0]) - 1)
            np.testing.assert_allclose(means, list(value["Q"].values()), rtol=LM)
            np.testing.assert_allclose(variances, list(value["U"].values()), rtol=LM)
            assert len(frames[0]) == value["n"]
            found = [pooled.within[0, 0], pooled.between[0, 0]]
            np.testing.assert_allclose(found, [value["ubar"], value["b"]], rtol=LM)
            np.testing.assert_allclose(
                [pooled.estimate[0], pooled.covariance[0, 0], pooled.df[0], pooled.fmi[0], pooled.riv[0]],
                [value["qbar"], value["t"], value["df"], value["fmi"], value["r"]],
                rtol=LM,
            )
        value = golden[f"{name}_cor_pooled_fisher_z"]["value"]
        first, second = value["vars"]
        frames = imputed(golden_folder, data)
        r = [frame[first].corr(frame[second]) for frame in frames]
        n = len(frames[0])
        np.testing.assert_allclose(np.arctanh(r), value["z"], rtol=LM)
        ours = pool_r(r, n, n - 1)  # pool.scalar takes k = 1
        np.testing.assert_allclose([ours.estimate, ours.std_error**2], [value["r"], value["t"]], rtol=LM)
        np.testing.assert_allclose(
            [ours.df, ours.low, ours.high], [value["df"], value["lower"], value["upper"]], rtol=LM
        )


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


def test_d4(own: dict[str, Any], golden_folder: Path) -> None:
    outcome, larger, smaller, _ = MODELS["bfi"]
    frames = imputed(golden_folder, "bfi")

    def ratio(frame: pd.DataFrame) -> float:
        a, b = (least_squares(frame, outcome, terms)[2] for terms in (larger, smaller))
        return float(len(frame) * np.log((1 - b) / (1 - a)))

    found = d4([ratio(frame) for frame in frames], ratio(pd.concat(frames)) / len(frames), 2)
    ours = [found.statistic, found.df1, found.df2, found.p_value, found.riv]
    np.testing.assert_allclose(ours, own["d4"], rtol=D12)
