"""Diagnosis of a regression: influence, and tests of what the model assumes, without showing any respondent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from osa_survey import formatting
from osa_survey.analysis.fitted_models import ALL, FittedModel, first_rows
from osa_survey.analysis.model_requests import ModelRequest, fitted_model, settings_of
from osa_survey.analysis.model_rows import predictor_rows
from osa_survey.analysis.phrases import NOT_SHOWN, check_language, interval_of, is_hidden
from osa_survey.analysis.regression_tables import shared_fields
from osa_survey.analysis.samples import does_not_compose
from osa_survey.dataset import ScoredData
from osa_survey.dataset.imputed import ImputedData
from osa_survey.errors import AnalysisError, Problem
from osa_survey.models.likelihood_tests import Test
from osa_survey.models.residual_checks import (
    MOST_SHAPIRO,
    breusch_pagan,
    durbin_watson,
    hosmer_lemeshow,
    influence_of,
    pearson_dispersion,
    reset_test,
    shapiro_wilk,
)
from osa_survey.results import Layout, Result, Rows, Show

Floats = NDArray[np.float64]
BINS, LEAST_IN_BIN = 10, 20
FAR = 3.0
NOTE = (
    "Tests of assumptions reject small deviations in large samples and miss large ones in small samples: read them "
    "with the residuals. Maxima and counts describe the sample; no respondent is named."
)
TEXTS = {
    "en": "Of the groups by fitted value, the mean residual was furthest from zero in the {term} from below: "
    "{number}, {interval}.",
    "de": "Unter den Gruppen nach vorhergesagtem Wert lag das mittlere Residuum in der {term} von unten am weitesten "
    "von null: {number}, {interval}.",
}
ORDINALS = {
    "en": ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"),
    "de": ("ersten", "zweiten", "dritten", "vierten", "fünften", "sechsten", "siebten", "achten", "neunten", "zehnten"),
}
HIDDEN = {"en": "The mean residuals are {why}.", "de": "Die mittleren Residuen werden {why}."}


@dataclass(frozen=True)
class DiagnosisSentences:
    """One sentence about the residuals, from the released table."""

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentence in a language."""
        check_language(language)
        shown = table.loc[[not is_hidden(row) for _, row in table.iterrows()]]
        if not len(shown):
            return (HIDDEN[language].format(why=NOT_SHOWN[language]),)
        row = shown.iloc[int(np.argmax(np.abs(shown["estimate"].to_numpy(dtype=float))))]
        term = ORDINALS[language][int(row["term"].rsplit(" ", maxsplit=1)[1]) - 1]
        number = formatting.decimal(row["estimate"], 3)
        return (TEXTS[language].format(term=term, number=number, interval=interval_of(row, language)),)


def diagnose(
    data: ScoredData | ImputedData | pd.DataFrame,
    outcome: str | None = None,
    blocks: Sequence[str] | Sequence[Sequence[str]] | None = None,
    *,
    model: Literal["linear", "logistic", "poisson"] = "linear",
    formula: str | None = None,
    event: str | float | None = None,
    as_categories: Sequence[str] = (),
    references: Mapping[str, str] | None = None,
    in_order: bool = False,
    conf_level: float = 0.95,
) -> Result:
    """Return what speaks for and against a regression, from its residuals.

    Parameters
    ----------
    data, outcome, blocks, model, formula, event, as_categories, references
        The model, as in ``regress``; its last block is used. Without weights and imputation.
    in_order : bool
        Whether neighbouring rows may be related, so that the Durbin–Watson statistic of a linear model is wanted.
    conf_level : float
        Level of the intervals of mean residuals.

    Returns
    -------
    Result
        ``residual_mean`` in groups of equal size by fitted value. ``more["checks"]``: of linear models numbers and
        maxima of Cook's distances (over 4/n), leverages (over 2p/n) and studentised residuals (beyond ±3),
        ``breusch_pagan``, ``reset``, ``shapiro_wilk`` up to 5,000 respondents, ``durbin_watson`` if asked; of logistic
        models ``hosmer_lemeshow``; of Poisson models ``pearson_dispersion``. ``more["predictors"]``: ``vif``.

    Raises
    ------
    AnalysisError
        What ``regress`` refuses; ``does_not_compose`` for weights, imputed data and other models.
    """
    if model not in ("linear", "logistic", "poisson"):
        raise does_not_compose(f"a {model} model has no diagnosis here", "use model = linear, logistic or poisson")
    request = ModelRequest(outcome=outcome, blocks=blocks, model=model, formula=formula, event=event,
                           as_categories=as_categories, references=references, conf_level=conf_level)  # fmt: skip
    fitted = fitted_model(data, request)
    if fitted.sample.design is not None or fitted.sample.imputed:
        message = "diagnosis is for unweighted data without imputation"
        raise does_not_compose(message, "diagnose the unweighted complete cases, and say so")
    if fitted.blocks[-1].separated:
        message = "the model has no finite estimates (separation)"
        raise AnalysisError(Problem("separation", message, hint="merge categories, or leave the predictor out"))
    settings = settings_of(request, fitted) | ({"in_order": True} if in_order else {})
    y, X = fitted.y, fitted.blocks[-1].matrices[0]
    expected = fitted.outcome.family.expected(fitted.blocks[-1].fits[0].parameters, X)[:, -1]
    bins, labels = _bins(fitted, y - expected, expected)
    fields = shared_fields(fitted, settings, "diagnose")
    fields |= {"labels": {**fields["labels"], **labels}}
    checks = _checks(fitted, y, X, expected, in_order=in_order)
    held = list(dict.fromkeys(checks.table["quantity"]))
    show = [Show(name) for name in held]
    show += [
        Show(name, "p") for name in held if checks.table.loc[checks.table["quantity"] == name, "p_value"].notna().any()
    ]
    name = fitted.outcome.info.title + (f": {fitted.outcome.event}" if fitted.binary else "")
    more = {
        "checks": Result.from_rows(checks, title=f"Checks of the {fitted.outcome.kind.title} regression of {name}",
                                   layout=Layout(rows=("outcome",), show=tuple(show), row_head="Model"), notes=(NOTE,),
                                   **fields),
        "predictors": Result.from_rows(predictor_rows(fitted), title=f"Variance inflation of the predictors of {name}",
                                       layout=Layout(rows=("term",), show=(Show("vif", head="VIF"),),
                                                     row_head="Predictor"), **fields),
    }  # fmt: skip
    return Result.from_rows(
        bins,
        title=f"Mean residuals by fitted value, {name} ({fitted.outcome.kind.title} regression)",
        wording=DiagnosisSentences(),
        layout=Layout(rows=("term",), show=(Show("residual_mean", "n"), Show("residual_mean"),
                                            Show("residual_mean", "interval")), row_head="Fitted value"),
        more=more,
        plot="coefficients",
        engine=fitted,
        **fields,
    )  # fmt: skip


def _bins(model: FittedModel, residual: Floats, expected: Floats) -> tuple[Rows, dict[str, str]]:
    """Return mean residuals in groups by fitted value, with t intervals; people of one fitted value stay together."""
    number = max(1, min(BINS, len(expected) // LEAST_IN_BIN))
    edges = np.unique(np.quantile(expected, np.linspace(0, 1, number + 1)))
    where = np.clip(np.searchsorted(edges, expected, side="left") - 1, 0, max(len(edges) - 2, 0))
    where = np.unique(where, return_inverse=True)[1]
    rows, labels = first_rows(model), {}
    n = np.bincount(where)
    names = [f"fitted group {k + 1}" for k in range(len(n))]
    for k, name in enumerate(names):
        own = residual[where == k]
        rows.cell(name, int(n[k]))
        labels[name] = f"Group {k + 1} of {len(n)}" + {0: " (lowest)", len(n) - 1: " (highest)"}.get(k, "")
        error = float(own.std(ddof=1) / np.sqrt(n[k])) if n[k] > 1 else np.nan
        half = float(stats.t.ppf(0.5 + model.conf_level / 2, n[k] - 1)) * error if n[k] > 1 else np.nan
        mean = float(own.mean())
        rows.add("residual_mean", cells=[ALL, name], outcome=model.outcome.info.name, term=name, n=int(n[k]),
                 estimate=mean, std_error=error, conf_low=mean - half, conf_high=mean + half,
                 conf_level=model.conf_level, method="mean of residuals, t interval")  # fmt: skip
    rows.total(ALL, names)
    return rows, labels


def _checks(model: FittedModel, y: Floats, X: Floats, expected: Floats, *, in_order: bool) -> Rows:
    rows = first_rows(model)
    n, p = X.shape
    shared: dict[str, Any] = {"outcome": model.outcome.info.name, "n": n}

    def test(quantity: str, found: Test, name: str, method: str) -> None:
        rows.add(quantity, cells=model.base_cells, estimate=found.statistic, statistic=found.statistic,
                 statistic_name=name, df1=found.df1, df2=found.df2 if np.isfinite(found.df2) else np.nan,
                 p_value=found.p_value, method=method, **shared)  # fmt: skip

    def over(quantity: str, far: NDArray[np.bool_], method: str) -> None:
        rows.cell(quantity, int(far.sum()))
        rows.cell(f"not {quantity}", int(n - far.sum()))
        rows.total(ALL, [quantity, f"not {quantity}"])
        rows.add(quantity, cells=[ALL, quantity], estimate=int(far.sum()), method=method, **shared)

    if model.outcome.kind.name == "logistic":
        test("hosmer_lemeshow", hosmer_lemeshow(y, expected), "χ²", "Hosmer–Lemeshow test over tenths of the chances")
    elif model.outcome.kind.name == "poisson":
        value = pearson_dispersion(y, expected, expected, p)
        rows.add("pearson_dispersion", cells=model.base_cells, estimate=value, method="Pearson's χ² / df", **shared)
    else:
        influence = influence_of(y, X)
        outlying = np.abs(np.nan_to_num(influence.studentised))
        cooks = np.nan_to_num(influence.cooks_distance)
        over("influential", cooks > 4 / n, "Cook's distance over 4/n")
        over("high_leverage", influence.leverage > 2 * p / n, "leverage over 2p/n")
        over("outlying", outlying > FAR, "studentised residual beyond ±3")
        for quantity, value in (("cooks_maximum", cooks.max()), ("leverage_maximum", influence.leverage.max()),
                                ("studentised_maximum", outlying.max())):  # fmt: skip
            rows.add(quantity, cells=model.base_cells, estimate=float(value), method="maximum of the sample", **shared)
        test("breusch_pagan", breusch_pagan(y, X), "χ²", "Breusch–Pagan test, studentised (Koenker, 1981)")
        test("reset", reset_test(y, X), "F", "RESET with squares and cubes of fitted values")
        if n <= MOST_SHAPIRO:
            w, chance = shapiro_wilk(y, X)
            rows.add("shapiro_wilk", cells=model.base_cells, estimate=w, statistic=w, statistic_name="W",
                     p_value=chance, method="Shapiro–Wilk test of the residuals", **shared)  # fmt: skip
        if in_order:
            rows.add("durbin_watson", cells=model.base_cells, estimate=durbin_watson(y, X),
                     method="Durbin–Watson statistic in the order of the rows", **shared)  # fmt: skip
    return rows
