"""The tables and sentences of latent classes and profiles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from osa_survey import formatting
from osa_survey.dataset import Column
from osa_survey.psychometrics.latent_classes.class_numbers import criteria
from osa_survey.psychometrics.latent_classes.measurements import Categorical, Measurement
from osa_survey.psychometrics.latent_classes.mixtures import (
    Mixture,
    hard_members,
    relative_entropy,
    share_errors,
    theta_errors,
)
from osa_survey.psychometrics.latent_classes.three_steps import (
    bch_means,
    classification_errors,
    membership_model,
)
from osa_survey.results import Layout, Result, Rows, Show

Floats = NDArray[np.float64]

SMALL_SHARE = 0.05
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
TEXTS = {
    "en": {
        "one": "The solution with {k} class was taken; {criterion} = {value}.",
        "many": "The solution with {k} classes was taken; {criterion} = {value}{entropy}.",
        "entropy": ", relative entropy = {entropy}",
        "shares": "The classes hold {shares} of the respondents.",
        "and": " and ",
        "hidden": "The classes are not shown, because one of them holds too few people.",
    },
    "de": {
        "one": "Genommen wurde die Lösung mit {k} Klasse; {criterion} = {value}.",
        "many": "Genommen wurde die Lösung mit {k} Klassen; {criterion} = {value}{entropy}.",
        "entropy": ", relative Entropie = {entropy}",
        "shares": "Die Klassen umfassen {shares} der Befragten.",
        "and": " und ",
        "hidden": "Die Klassen werden nicht gezeigt, weil eine von ihnen zu wenige Personen umfasst.",
    },
}


@dataclass(frozen=True, repr=False)
class ClassParts:
    """Everything the tables are filled from."""

    analysis: str
    columns: tuple[Column, ...]
    measurement: Measurement
    weights: Floats
    answers: tuple[Floats, ...]
    fits: dict[int, Mixture]
    tests: dict[int, float]
    chosen: int
    criterion: str
    posterior: Floats
    used: NDArray[np.bool_]
    covariates: tuple[Column, ...]
    outcomes: tuple[Column, ...]
    bootstrap: int
    seed: int
    conf_level: float
    how: tuple[str, ...]

    @property
    def model(self) -> Mixture:
        """The chosen model."""
        return self.fits[self.chosen]

    @property
    def n(self) -> int:
        """Respondents used."""
        return int(self.used.sum())


@dataclass(frozen=True)
class ClassWords:
    """Sentences on the chosen number of classes.

    Attributes
    ----------
    chosen : int
        The number.
    criterion : str
        A quantity of the table.
    """

    chosen: int
    criterion: str

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentences in one language."""
        text = TEXTS[language]
        own = table.loc[table["level"] == str(self.chosen)]
        if (own["suppressed"] != "").any():
            return (text["hidden"],)
        value = own.loc[own["quantity"] == self.criterion].iloc[0]
        words = {
            "k": formatting.count(self.chosen),
            "criterion": self.criterion.upper(),
            "value": formatting.decimal(value["estimate"]),
        }
        if self.chosen == 1:
            return (text["one"].format(**words),)
        entropy = float(own.loc[own["quantity"] == "entropy", "estimate"].iloc[0])
        found = [
            text["many"].format(
                entropy=text["entropy"].format(entropy=formatting.decimal(entropy, bounded=True)), **words
            )
        ]
        shares = own.loc[own["quantity"] == "class_share"]
        told = [formatting.percent(share, 1) for share in shares["estimate"]]
        found.append(text["shares"].format(shares=", ".join(told[:-1]) + text["and"] + told[-1]))
        return tuple(found)


def classes_result(parts: ClassParts) -> Result:
    """Return the table of fits, with the tables of the chosen model beside it."""
    rows = Rows()
    rows.cell("answered", parts.n)
    for k, fit in sorted(parts.fits.items()):
        keys: dict[str, Any] = {"level": str(k), "n": parts.n, "cells": ["answered"]}
        found = criteria(fit)
        warnings = []
        if not fit.converged:
            warnings.append("EM did not come to rest")
        if k > 1 and fit.agreeing < 2 <= fit.followed:
            warnings.append("only one of the starts found this maximum: take more starts")
        if fit.shares.min() < SMALL_SHARE:
            warnings.append("a class holds less than 5 % of the respondents")
        rows.add("classes", estimate=k, **keys)
        rows.add("log_likelihood", estimate=fit.log_likelihood, warning="; ".join(warnings), **keys)
        rows.add("parameters", estimate=fit.parameters, **keys)
        for name in ("aic", "bic", "sabic", "caic"):
            rows.add(name, estimate=getattr(found, name), **keys)
        one = "" if k > 1 else "not defined for one class"
        rows.add("entropy", estimate=relative_entropy(fit, parts.weights), warning=one, **keys)
        if k in parts.tests:
            ratio = 2.0 * (fit.log_likelihood - parts.fits[k - 1].log_likelihood)
            rows.add(
                "class_test",
                estimate=ratio,
                statistic=ratio,
                statistic_name="LR",
                p_value=parts.tests[k],
                method=f"against one class fewer, {parts.bootstrap} simulated data sets",
                **keys,
            )
    cells = _class_cells(parts, rows)
    for at, share in enumerate(parts.model.shares):
        keys = {"level": str(parts.chosen), "group": f"class {at + 1}", "n": parts.n, "cells": [cells[at]]}
        rows.add("class_share", estimate=share, **keys)
    more = {"profile": _profile(parts), "classes": _sizes(parts)}
    if parts.covariates and parts.chosen > 1:
        more["covariates"] = _covariates(parts)
    if parts.outcomes and parts.chosen > 1:
        more["outcomes"] = _outcomes(parts)
    references = [LINZER, NYLUND]
    references += [VERMUNT] if parts.covariates else []
    references += [BAKK] if parts.outcomes else []
    show = [Show(name) for name in ("log_likelihood", "parameters", "aic", "bic", "sabic", "caic", "entropy")]
    if parts.chosen == 1 and len(parts.fits) == 1:
        show = show[:-1]
    show += [Show("class_test", "p")] if parts.tests else []
    kind = "Latent classes" if parts.analysis == "latent_classes" else "Latent profiles"
    word = "bic" if parts.criterion == "bootstrap" else parts.criterion
    return Result.from_rows(
        rows,
        title=f"{kind}: numbers of classes compared",
        analysis=parts.analysis,
        method=_method(parts, kind),
        n_used=parts.n,
        n_dropped=len(parts.used) - parts.n,
        settings={
            "variables": tuple(column.info.name for column in parts.columns),
            "classes": tuple(sorted(parts.fits)),
            "criterion": parts.criterion,
            "covariates": tuple(column.info.name for column in parts.covariates),
            "outcomes": tuple(column.info.name for column in parts.outcomes),
            "starts": max(fit.starts for fit in parts.fits.values()),
            "bootstrap": parts.bootstrap,
            "seed": parts.seed,
            "conf_level": parts.conf_level,
        },
        notes=(
            "Classes describe patterns of answers; that they are kinds of people is not shown by them.",
            "Classes are numbered from the largest.",
        ),
        references=tuple(references),
        more=more,
        labels=_labels(parts),
        wording=ClassWords(parts.chosen, word),
        layout=Layout(rows=("level",), show=tuple(show), row_head="Classes"),
        plot="lines",
        engine=parts.model,
    )


def _method(parts: ClassParts, kind: str) -> str:
    starts = max(fit.starts for fit in parts.fits.values())
    how = "".join(f", {one}" for one in parts.how)
    return (
        f"{kind.lower()} by maximum likelihood{how}, {starts} random starts for each number of classes; "
        f"{parts.chosen} chosen by {parts.criterion.upper() if parts.criterion != 'bootstrap' else 'bootstrapped LRT'}"
    )


def _labels(parts: ClassParts) -> dict[str, str]:
    columns = (*parts.columns, *parts.covariates, *parts.outcomes)
    return {column.info.name: column.info.title for column in columns}


def _class_cells(parts: ClassParts, rows: Rows) -> list[str]:
    """Name the cells of the classes: whole people nearest to their sizes."""
    names = [f"class {at + 1}" for at in range(parts.chosen)]
    counts = np.bincount(hard_members(parts.posterior), minlength=parts.chosen)
    rows.cell("answered", parts.n)
    for name, count in zip(names, counts.tolist(), strict=True):
        rows.cell(name, count)
    if parts.chosen > 1:
        rows.total("answered", names)
    return names


def _interval(estimate: float, error: float, level: float) -> dict[str, Any]:
    if not np.isfinite(error) or error <= 0:
        return {}
    half = float(ndtri(0.5 + level / 2.0)) * error
    return {"std_error": error, "conf_low": estimate - half, "conf_high": estimate + half, "conf_level": level}


def _share_interval(p: float, error: float, level: float) -> dict[str, Any]:
    """Return an interval that stays between 0 and 1 (logit)."""
    if not (np.isfinite(error) and error > 0 and 0 < p < 1):
        return {}
    half = float(ndtri(0.5 + level / 2.0)) * error / (p * (1.0 - p))
    centre = np.log(p / (1.0 - p))
    low, high = (float(1.0 / (1.0 + np.exp(-bound))) for bound in (centre - half, centre + half))
    return {"std_error": error, "conf_low": low, "conf_high": high, "conf_level": level}


def _profile(parts: ClassParts) -> Result:
    rows = Rows()
    cells = _class_cells(parts, rows)
    model = parts.model
    errors = theta_errors(model, parts.measurement)
    labels = _labels(parts)
    categorical = isinstance(parts.measurement, Categorical)
    quantity = "class_probability" if categorical else "class_mean"
    for at, cell in enumerate(cells):
        keys: dict[str, Any] = {"group": f"class {at + 1}", "n": parts.n, "cells": [cell]}
        if isinstance(parts.measurement, Categorical):
            for column, part, answers in zip(parts.columns, parts.measurement.parts, parts.answers, strict=True):
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
                        **_share_interval(p, error, parts.conf_level),
                        **keys,
                    )
        else:
            for v, column in enumerate(parts.columns):
                mean, scale = parts.answers[v]
                value = float(mean + scale * model.theta[v, at])
                bounds = _interval(value, float(scale * errors[v, at]), parts.conf_level)
                rows.add("class_mean", term=column.info.name, estimate=value, **bounds, **keys)
    return Result.from_rows(
        rows,
        title="Profiles of the classes",
        analysis=parts.analysis,
        method="probability of each answer in each class" if categorical else "mean of each variable in each class",
        n_used=parts.n,
        labels=labels,
        layout=Layout(
            rows=("term", "level") if categorical else ("term",),
            show=(Show(quantity), Show(quantity, "interval")),
            across="group",
            row_head="Answer" if categorical else "Variable",
        ),
        plot="lines",
    )


def _sizes(parts: ClassParts) -> Result:
    rows = Rows()
    cells = _class_cells(parts, rows)
    errors = share_errors(parts.model)
    certain = classification_errors(parts.posterior)
    for at, cell in enumerate(cells):
        keys: dict[str, Any] = {"group": f"class {at + 1}", "n": parts.n, "cells": [cell]}
        share = float(parts.model.shares[at])
        rows.add("class_share", estimate=share, **_share_interval(share, float(errors[at]), parts.conf_level), **keys)
        rows.add("proportion", level="assigned to it", estimate=float(certain[at, at]), **keys)
    return Result.from_rows(
        rows,
        title="Sizes of the classes",
        analysis=parts.analysis,
        method="estimated sizes; share of each class's members who are assigned to it",
        n_used=parts.n,
        labels=_labels(parts),
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


def _covariates(parts: ClassParts) -> Result:
    rows = Rows()
    known = np.all([column.answered[parts.used] for column in parts.covariates], axis=0)
    names: list[tuple[str, str]] = [("", "intercept")]
    design = [np.ones(int(known.sum()))]
    for column in parts.covariates:
        values = column.values[parts.used][known]
        if column.info.type != "nominal":
            names.append((column.info.name, ""))
            design.append(values)
            continue
        for code, label in list(zip(column.info.codes, column.info.labels, strict=True))[1:]:
            if 0 < (values == code).sum() < len(values):
                names.append((column.info.name, label))
                design.append((values == code).astype(float))
    X = np.column_stack(design)
    errors = classification_errors(parts.posterior)
    found = membership_model(X, parts.posterior[known], errors)
    rows.cell("with covariates", len(X))
    warning = "" if found.converged else "the search did not come to rest: a covariate may separate the classes"
    for at in range(parts.chosen - 1):
        for row, (name, label) in enumerate(names):
            if row == 0:
                continue
            estimate, error = float(found.coefficients[row, at]), float(found.std_errors[row, at])
            z = estimate / error if error > 0 else float("nan")
            rows.add(
                "log_odds",
                term=name,
                level=label,
                contrast=f"class {at + 2} – class 1",
                n=len(X),
                estimate=estimate,
                statistic=z,
                statistic_name="z",
                p_value=2.0 * float(ndtr(-abs(z))) if np.isfinite(z) else float("nan"),
                warning=warning,
                cells=["with covariates"],
                **_interval(estimate, error, parts.conf_level),
            )
    return Result.from_rows(
        rows,
        title="Covariates of class membership",
        analysis=parts.analysis,
        method="three steps, maximum likelihood with the errors of assignment; robust standard errors",
        n_used=len(X),
        labels=_labels(parts),
        layout=Layout(
            rows=("term", "level"),
            show=(Show("log_odds"), Show("log_odds", "interval"), Show("log_odds", "p")),
            across="contrast",
            row_head="Covariate",
        ),
    )


def _outcomes(parts: ClassParts) -> Result:
    rows = Rows()
    cells = _class_cells(parts, rows)
    errors = classification_errors(parts.posterior)
    for column in parts.outcomes:
        known = column.answered[parts.used]
        found = bch_means(column.values[parts.used][known], parts.posterior[known], errors)
        n = int(known.sum())
        for at, cell in enumerate(cells):
            value, error = float(found.mean[at]), float(found.std_error[at])
            bounds = _interval(value, error, parts.conf_level)
            group = f"class {at + 1}"
            rows.add("mean", outcome=column.info.name, group=group, n=n, estimate=value, cells=[cell], **bounds)
        rows.add(
            "model_test",
            outcome=column.info.name,
            n=n,
            estimate=found.wald,
            statistic=found.wald,
            statistic_name="χ²",
            df1=found.df,
            p_value=found.p_value,
            method="Wald test that all means are equal",
            cells=cells,
        )
    return Result.from_rows(
        rows,
        title="Outcomes by class",
        analysis=parts.analysis,
        method="three steps with BCH weights; robust standard errors",
        n_used=parts.n,
        labels=_labels(parts),
        layout=Layout(
            rows=("outcome", "group"),
            show=(Show("mean"), Show("mean", "interval"), Show("model_test", "p")),
            row_head="Outcome and class",
        ),
    )
