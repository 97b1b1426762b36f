"""The tables of latent classes and profiles."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from osa_survey.psychometrics.latent_classes.class_numbers import criteria
from osa_survey.psychometrics.latent_classes.class_parts import ClassParts, class_cells, labels_of, wald_interval
from osa_survey.psychometrics.latent_classes.class_relations import covariates_result, outcomes_result
from osa_survey.psychometrics.latent_classes.class_sentences import ClassWords
from osa_survey.psychometrics.latent_classes.measurements import Categorical
from osa_survey.psychometrics.latent_classes.mixtures import Mixture, relative_entropy
from osa_survey.psychometrics.latent_classes.pattern_fits import PatternFit, pattern_fit
from osa_survey.psychometrics.latent_classes.three_steps import classification_errors
from osa_survey.results import Layout, Result, Rows, Show

Floats = NDArray[np.float64]

SMALL_SHARE = 0.05
GOODMAN = (
    "Goodman, L. A. (1974). Exploratory latent structure analysis using both identifiable and unidentifiable models. "
    "Biometrika, 61(2), 215–231. https://doi.org/10.1093/biomet/61.2.215"
)
NYLUND = (
    "Nylund, K. L., Asparouhov, T., & Muthén, B. O. (2007). Deciding on the number of classes in latent class analysis "
    "and growth mixture modeling: A Monte Carlo simulation study. Structural Equation Modeling, 14(4), 535–569. "
    "https://doi.org/10.1080/10705510701575396"
)
LINZER = (
    "Linzer, D. A., & Lewis, J. B. (2011). poLCA: An R package for polytomous variable latent class analysis. Journal "
    "of Statistical Software, 42(10), 1–29. https://doi.org/10.18637/jss.v042.i10"
)
VERMUNT = (
    "Vermunt, J. K. (2010). Latent class modeling with covariates: Two improved three-step approaches. Political "
    "Analysis, 18(4), 450–469. https://doi.org/10.1093/pan/mpq025"
)
BAKK = (
    "Bakk, Z., Tekle, F. B., & Vermunt, J. K. (2013). Estimating the association between latent class membership and "
    "external variables using bias-adjusted three-step approaches. Sociological Methodology, 43(1), 272–311. "
    "https://doi.org/10.1177/0081175012470644"
)


def classes_result(parts: ClassParts) -> Result:
    """Return the table of fits, with the tables of the chosen model beside it."""
    rows = _fit_rows(parts)
    more = {"profile": _profile(parts), "classes": _sizes(parts)}
    if parts.covariates and parts.chosen > 1:
        more["covariates"] = covariates_result(parts)
    if parts.outcomes and parts.chosen > 1:
        more["outcomes"] = outcomes_result(parts)
    show = [Show(name) for name in ("log_likelihood", "parameters", "aic", "bic", "sabic", "caic", "entropy")]
    if parts.chosen == 1 and len(parts.fits) == 1:
        show = show[:-1]
    show += [Show("class_test", "p")] if parts.tests else []
    kind = "Latent classes" if parts.measured.analysis == "latent_classes" else "Latent profiles"
    word = "bic" if parts.request.criterion == "bootstrap" else parts.request.criterion
    return Result.from_rows(
        rows,
        title=f"{kind}: numbers of classes compared",
        analysis=parts.measured.analysis,
        method=_method(parts, kind),
        n_used=parts.n,
        n_dropped=len(parts.measured.used) - parts.n,
        settings=_settings(parts),
        notes=(
            "Classes describe patterns of answers; that they are kinds of people is not shown by them.",
            "Classes are numbered from the largest.",
            *parts.notes,
        ),
        references=_references(parts),
        more=more,
        labels=labels_of(parts),
        wording=ClassWords(parts.chosen, word),
        layout=Layout(rows=("level",), show=tuple(show), row_head="Classes"),
        plot="lines",
        engine=parts.model,
    )


def _fit_rows(parts: ClassParts) -> Rows:
    """Return the fit of each number of classes, and the sizes of the chosen classes."""
    rows = Rows()
    rows.cell("answered", parts.n)
    for k, fit in sorted(parts.fits.items()):
        keys: dict[str, Any] = {"level": str(k), "n": parts.n, "cells": ["answered"]}
        found = criteria(fit)
        rows.add("classes", estimate=k, **keys)
        rows.add("log_likelihood", estimate=fit.log_likelihood, warning="; ".join(_warnings(k, fit)), **keys)
        rows.add("parameters", estimate=fit.parameters, **keys)
        for name in ("aic", "bic", "sabic", "caic"):
            rows.add(name, estimate=getattr(found, name), **keys)
        one = "" if k > 1 else "not defined for one class"
        rows.add("entropy", estimate=relative_entropy(fit, parts.measured.weights), warning=one, **keys)
        if isinstance(parts.measured.measurement, Categorical) and parts.sampling is None:
            _add_pattern_fit(rows, pattern_fit(fit, parts.measured.measurement, parts.measured.weights), keys)
        if k in parts.tests:
            ratio = 2.0 * (fit.log_likelihood - parts.fits[k - 1].log_likelihood)
            rows.add(
                "class_test",
                estimate=ratio,
                statistic=ratio,
                statistic_name="LR",
                p_value=parts.tests[k],
                method=f"against one class fewer, {parts.request.bootstrap} simulated data sets",
                **keys,
            )
    cells = class_cells(parts, rows)
    for at, share in enumerate(parts.model.shares):
        keys = {"level": str(parts.chosen), "group": f"class {at + 1}", "n": parts.n, "cells": [cells[at]]}
        rows.add("class_share", estimate=share, **keys)
    return rows


def _warnings(k: int, fit: Mixture) -> list[str]:
    warnings = []
    if not fit.converged:
        warnings.append("EM did not come to rest")
    if k > 1 and fit.agreeing < 2 <= fit.followed:
        warnings.append("only one of the starts found this maximum: take more starts")
    if fit.shares.min() < SMALL_SHARE:
        warnings.append("a class holds less than 5 % of the respondents")
    return warnings


def _settings(parts: ClassParts) -> dict[str, Any]:
    return {
        "variables": tuple(column.info.name for column in parts.measured.columns),
        "classes": tuple(sorted(parts.fits)),
        "criterion": parts.request.criterion,
        "covariates": tuple(column.info.name for column in parts.covariates),
        "outcomes": tuple(column.info.name for column in parts.outcomes),
        "starts": max(fit.starts for fit in parts.fits.values()),
        "bootstrap": parts.request.bootstrap,
        "seed": parts.request.seed,
        "conf_level": parts.request.conf_level,
    }


def _references(parts: ClassParts) -> tuple[str, ...]:
    patterns = isinstance(parts.measured.measurement, Categorical) and parts.sampling is None
    return (
        LINZER,
        NYLUND,
        *((GOODMAN,) if patterns else ()),
        *((VERMUNT,) if parts.covariates else ()),
        *((BAKK,) if parts.outcomes else ()),
        *(() if parts.sampling is None else parts.sampling.references),
    )


def _add_pattern_fit(rows: Rows, found: PatternFit, keys: dict[str, Any]) -> None:
    """Add how well the frequencies of answer patterns are reproduced, by respondents without gaps."""
    warning = "" if found.complete else "not defined: nobody answered everything"
    for quantity, name, value, p in (
        ("g_squared", "G²", found.g_squared, found.g_p),
        ("pattern_chi_squared", "χ²", found.chi_squared, found.chi_p),
    ):
        rows.add(
            quantity,
            estimate=value,
            statistic=value,
            statistic_name=name,
            df1=float(max(found.df, 0)),
            p_value=p,
            method="answer patterns of complete cases; a test only where most patterns are expected",
            warning=warning,
            **keys,
        )


def _method(parts: ClassParts, kind: str) -> str:
    starts = max(fit.starts for fit in parts.fits.values())
    how = "".join(f", {one}" for one in parts.measured.how)
    likelihood = "maximum likelihood" if parts.sampling is None else "pseudo maximum likelihood"
    by = parts.request.criterion.upper() if parts.request.criterion != "bootstrap" else "bootstrapped LRT"
    return (
        f"{kind.lower()} by {likelihood}{how}, {starts} random starts for each number of classes; "
        f"{parts.chosen} chosen by {by}{parts.words}"
    )


def _share_interval(p: float, error: float, level: float, df: float) -> dict[str, Any]:
    """Return an interval that stays between 0 and 1 (logit)."""
    if not (np.isfinite(error) and error > 0 and 0 < p < 1):
        return {}
    half = float(stats.t.ppf(0.5 + level / 2.0, df)) * error / (p * (1.0 - p))
    centre = np.log(p / (1.0 - p))
    low, high = (float(1.0 / (1.0 + np.exp(-bound))) for bound in (centre - half, centre + half))
    return {"std_error": error, "conf_low": low, "conf_high": high, "conf_level": level}


def _profile(parts: ClassParts) -> Result:
    rows = Rows()
    cells = class_cells(parts, rows)
    model, measured = parts.model, parts.measured
    errors = parts.errors[1]
    labels = labels_of(parts)
    categorical = isinstance(measured.measurement, Categorical)
    quantity = "class_probability" if categorical else "class_mean"
    for at, cell in enumerate(cells):
        keys: dict[str, Any] = {"group": f"class {at + 1}", "n": parts.n, "cells": [cell]}
        if isinstance(measured.measurement, Categorical):
            for column, part, answers in zip(
                measured.columns, measured.measurement.parts, measured.scales, strict=True
            ):
                names = dict(zip(column.info.codes, column.info.labels, strict=False))
                for c, answer in enumerate(answers):
                    p, error = float(model.theta[part, at][c]), float(errors[part, at][c])
                    bound = "" if np.isfinite(error) else "at its bound: no interval"
                    rows.add(
                        "class_probability",
                        term=column.info.name,
                        level=names.get(float(answer), f"{answer:g}"),
                        estimate=p,
                        warning=bound,
                        **_share_interval(p, error, parts.request.conf_level, parts.df),
                        **keys,
                    )
        else:
            for v, column in enumerate(measured.columns):
                mean, scale = measured.scales[v]
                value = float(mean + scale * model.theta[v, at])
                bounds = wald_interval(value, float(scale * errors[v, at]), parts.request.conf_level, parts.df)
                rows.add("class_mean", term=column.info.name, estimate=value, **bounds, **keys)
    return Result.from_rows(
        rows,
        title="Profiles of the classes",
        analysis=parts.measured.analysis,
        method="probability of each answer in each class" if categorical else "mean of each variable in each class",
        n_used=parts.n,
        notes=parts.notes,
        labels=labels,
        layout=Layout(
            rows=("term", "level") if categorical else ("term",),
            show=(Show(quantity), Show(quantity, "interval")),
            across="group",
            row_head="Answer" if categorical else "Variable",
        ),
    )


def _sizes(parts: ClassParts) -> Result:
    rows = Rows()
    cells = class_cells(parts, rows)
    errors = parts.errors[0]
    certain = classification_errors(parts.posterior, parts.own_weights)
    for at, cell in enumerate(cells):
        keys: dict[str, Any] = {"group": f"class {at + 1}", "n": parts.n, "cells": [cell]}
        share = float(parts.model.shares[at])
        bounds = _share_interval(share, float(errors[at]), parts.request.conf_level, parts.df)
        rows.add("class_share", estimate=share, **bounds, **keys)
        rows.add("proportion", level="assigned to it", estimate=float(certain[at, at]), **keys)
    return Result.from_rows(
        rows,
        title="Sizes of the classes",
        analysis=parts.measured.analysis,
        method="estimated sizes; share of each class's members who are assigned to it",
        n_used=parts.n,
        notes=parts.notes,
        labels=labels_of(parts),
        layout=Layout(
            rows=("group",),
            show=(
                Show("class_share"),
                Show("class_share", "interval"),
                Show("proportion", "estimate", "Assigned right"),
            ),
            row_head="Class",
        ),
    )
