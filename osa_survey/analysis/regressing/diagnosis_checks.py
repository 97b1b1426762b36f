"""What speaks for and against a model as rows: influence, residuals, dispersion, functional form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.coefficient_tests import ModelTest
from osa_survey.analysis.regressing.block_fits import fit_block
from osa_survey.analysis.regressing.category_cells import model_cells
from osa_survey.analysis.regressing.fitted_models import ALL, FittedModel, first_rows
from osa_survey.errors import AnalysisError
from osa_survey.models.likelihood_tests import Test
from osa_survey.models.one_step_influence import one_step_distances
from osa_survey.models.quantile_residuals import has_quantile_residuals, quantile_residuals
from osa_survey.models.residual_checks import (
    MOST_SHAPIRO,
    breusch_pagan,
    durbin_watson,
    hosmer_lemeshow,
    influence_of,
    pearson_dispersion,
    reset_test,
    shapiro_of,
    shapiro_wilk,
)
from osa_survey.results import Rows

Floats = NDArray[np.float64]
FAR = 3.0
WAY_OUT = "diagnose the unweighted complete cases, and say so"
ONE_PERSON = (
    f"judges one person's part in one fit: a weight stands for many, imputed answers differ between sets: {WAY_OUT}"
)
KNOWN_CHANCES = f"its distribution is known for complete answers of independent people who count alike: {WAY_OUT}"
DISPERSION = f"compares a variance with that of independent counts, which weights and imputed answers change: {WAY_OUT}"
REASONS = {
    "influential": ONE_PERSON,
    "outlying": ONE_PERSON,
    "cooks_maximum": ONE_PERSON,
    "high_leverage": ONE_PERSON,
    "leverage_maximum": ONE_PERSON,
    "studentised_maximum": ONE_PERSON,
    "shapiro_wilk": KNOWN_CHANCES,
    "breusch_pagan": KNOWN_CHANCES,
    "hosmer_lemeshow": KNOWN_CHANCES,
    "durbin_watson": KNOWN_CHANCES,
    "pearson_dispersion": DISPERSION,
}
"""Why a check is not given under weights or imputation."""
NO_ORDER = "categories without order have no quantile residuals"
NO_DISTRIBUTION = "a quasi-likelihood says nothing of the distribution, so that there are no quantile residuals"
NO_PREDICTOR = "a model of several equations has no single linear predictor"


def check_rows(model: FittedModel, *, in_order: bool, seed: int) -> Rows:
    """Return the checks of a model.

    Parameters
    ----------
    model : FittedModel
        The model; its last block is used.
    in_order : bool
        Whether a linear model's Durbin–Watson statistic is wanted.
    seed : int
        Of the draws of quantile residuals.
    """
    checks = _Checks(model)
    plain = model.sample.design is None and not model.sample.imputed
    if model.linear and plain:
        checks.linear(in_order)
    elif plain:
        checks.influence(seed)
        checks.dispersion()
        checks.link()
    else:
        checks.refused(in_order)
        checks.link()
    return checks.rows


class _Checks:
    """Rows of one model."""

    def __init__(self, model: FittedModel) -> None:
        self.model, self.rows = model, first_rows(model)
        self.cells = model_cells(self.rows, model, len(model.blocks))
        self.y, self.X = model.y, model.blocks[-1].matrices[0]
        self.shared: dict[str, Any] = {"outcome": model.outcome.info.name, "n": model.n}

    def number(self, quantity: str, value: float, method: str) -> None:
        self.rows.add(quantity, cells=self.cells, estimate=float(value), method=method, **self.shared)

    def without(self, quantity: str, warning: str) -> None:
        self.rows.add(quantity, cells=self.cells, warning=warning, **self.shared)

    def test(self, quantity: str, found: Test | ModelTest, name: str, method: str) -> None:
        self.rows.add(quantity, cells=self.cells, estimate=found.statistic, statistic=found.statistic,
                      statistic_name=name, df1=found.df1, df2=found.df2 if np.isfinite(found.df2) else np.nan,
                      p_value=found.p_value, method=method, **self.shared)  # fmt: skip

    def over(self, quantity: str, far: NDArray[np.bool_], method: str) -> None:
        self.rows.cell(quantity, int(far.sum()))
        self.rows.cell(f"not {quantity}", int(len(far) - far.sum()))
        self.rows.total(ALL, [quantity, f"not {quantity}"])
        self.rows.add(quantity, cells=[*self.cells, quantity], estimate=int(far.sum()), method=method, **self.shared)

    def linear(self, in_order: bool) -> None:
        y, X = self.y, self.X
        n, p = X.shape
        found = influence_of(y, X)
        outlying = np.abs(np.nan_to_num(found.studentised))
        cooks = np.nan_to_num(found.cooks_distance)
        self.over("influential", cooks > 4 / n, "Cook's distance over 4/n")
        self.over("high_leverage", found.leverage > 2 * p / n, "leverage over 2p/n")
        self.over("outlying", outlying > FAR, "studentised residual beyond ±3")
        for quantity, value in (("cooks_maximum", cooks.max()), ("leverage_maximum", found.leverage.max()),
                                ("studentised_maximum", outlying.max())):  # fmt: skip
            self.number(quantity, value, "maximum of the sample")
        self.test("breusch_pagan", breusch_pagan(y, X), "χ²", "Breusch–Pagan test, studentised (Koenker, 1981)")
        self.test("reset", reset_test(y, X), "F", "RESET with squares and cubes of fitted values")
        if n <= MOST_SHAPIRO:
            self._shapiro(*shapiro_wilk(y, X), "Shapiro–Wilk test of the residuals")
        if in_order:
            self.number("durbin_watson", durbin_watson(y, X), "Durbin–Watson statistic in the order of the rows")

    def influence(self, seed: int) -> None:
        """Add distances from scores and information, and quantile residuals."""
        model = self.model
        fit, n = model.blocks[-1].fits[0], len(self.y)
        distances = one_step_distances(fit)
        how = "one-step distance s'I⁻¹s / p"
        self.over("influential", distances > 4 / n, f"{how} over 4/n")
        self.number("cooks_maximum", distances.max(), f"{how}, maximum of the sample")
        if not has_quantile_residuals(model.outcome.family):
            why = NO_ORDER if model.outcome.kind.outcome == "categories" else NO_DISTRIBUTION
            self.without("outlying", why)
            self.without("shapiro_wilk", why)
            return
        rng = np.random.default_rng(seed)
        found = quantile_residuals(
            model.outcome.family, fit.parameters, self.y, self.X, rng, model.blocks[-1].second[0]
        )
        drawn = f"randomised quantile residuals (Dunn & Smyth, seed {seed})"
        self.over("outlying", np.abs(found) > FAR, f"{drawn} beyond ±3")
        if 3 <= n <= MOST_SHAPIRO:
            self._shapiro(*shapiro_of(found), f"Shapiro–Wilk test of {drawn}")

    def _shapiro(self, w: float, chance: float, method: str) -> None:
        self.rows.add("shapiro_wilk", cells=self.cells, estimate=w, statistic=w, statistic_name="W",
                      p_value=chance, method=method, **self.shared)  # fmt: skip

    def dispersion(self) -> None:
        """Add the Hosmer–Lemeshow test of events, and Pearson's dispersion of counts of one part."""
        model, kind = self.model, self.model.outcome.kind
        fit = model.blocks[-1].fits[0]
        expected = model.outcome.family.expected(fit.parameters, self.X, model.blocks[-1].second[0])[:, -1]
        if model.binary:
            how = "Hosmer–Lemeshow test over tenths of the chances"
            self._tried("hosmer_lemeshow", lambda: hosmer_lemeshow(self.y, expected), "χ²", how)
        elif kind.outcome == "count" and not kind.second:
            alpha = float(np.exp(fit.parameters[-1])) if kind.name == "negative_binomial" else 0.0
            value = pearson_dispersion(self.y, expected, expected + alpha * expected**2, self.X.shape[1])
            self.number("pearson_dispersion", value, "Pearson's χ² / df")

    def link(self) -> None:
        """Add the Wald test of squares and cubes of the linear predictor, under design and imputation too."""
        model = self.model
        if model.outcome.kind.outcome == "categories":
            self.without("reset", NO_PREDICTOR)
            return
        block = model.blocks[-1]
        columns = [*model.names(len(model.blocks)), "square", "cube"]
        augmented = [_with_powers(fit.parameters, X, model) for fit, X in zip(block.fits, block.matrices, strict=True)]

        def tested() -> ModelTest:
            constant = block.second[0] is not None
            larger = fit_block(model.sample, model.outcome, augmented, columns, errors=model.errors,
                               clusters=model.clusters, constant_second=constant)  # fmt: skip
            added = [k for k, parameter in enumerate(larger.parameters)
                     if parameter.kind == "coefficient" and parameter.column >= len(columns) - 2]  # fmt: skip
            return larger.estimates.test(added)

        self._tried("reset", tested, "", "Wald test of squares and cubes of the linear predictor")

    def refused(self, in_order: bool) -> None:
        """Add rows that say which checks have no rule under weights or imputation."""
        kind = self.model.outcome.kind
        without = ["influential", "outlying", "cooks_maximum", "shapiro_wilk"]
        if self.model.linear:
            without += ["high_leverage", "leverage_maximum", "studentised_maximum", "breusch_pagan"]
            without += ["durbin_watson"] if in_order else []
        elif kind.binary:
            without.append("hosmer_lemeshow")
        elif kind.outcome == "count" and not kind.second:
            without.append("pearson_dispersion")
        for quantity in without:
            self.without(quantity, REASONS[quantity])

    def _tried(self, quantity: str, test: Callable[[], Test | ModelTest], name: str, method: str) -> None:
        try:
            found = test()
        except AnalysisError as error:
            self.without(quantity, f"not computed: {error.problems[0].message}")
            return
        if np.isnan(found.statistic):
            self.without(quantity, "not computed: the added powers have no estimable covariance")
            return
        self.test(quantity, found, name or getattr(found, "name", "χ²"), method)


def _with_powers(parameters: Floats, X: Floats, model: FittedModel) -> Floats:
    """Return the design matrix with squares and cubes of the standardised linear predictor of the first part."""
    first = 1 if model.outcome.kind.outcome == "ordered" else 0
    eta = X[:, first:] @ parameters[: X.shape[1] - first]
    spread = float(eta.std())
    z = (eta - eta.mean()) / (spread if spread > 0 else 1.0)
    return np.column_stack([X, z**2, z**3])
