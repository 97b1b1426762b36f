"""Linear mixed models: people in groups, with intercepts and slopes that differ between groups."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import partial
from operator import attrgetter
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from scipy import stats

from osa_survey.analysis.arguments import check_choices
from osa_survey.analysis.coefficient_tests import ModelTest
from osa_survey.analysis.grouped.grouped_changes import Change, entered, wald_change
from osa_survey.analysis.grouped.grouped_models import GroupedData, GroupedFit, grouped_data, joined_fit
from osa_survey.analysis.grouped.grouped_rows import FEW_GROUPS, GroupedTables, first_rows, grouped_result
from osa_survey.analysis.set_estimates import SetEstimate
from osa_survey.dataset import ScoredData
from osa_survey.dataset.imputed import ImputedData
from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.models.mixed import MixedFit, fit_mixed, inner_outer_df, linear_log_likelihood
from osa_survey.results import Layout, Result, Rows, Show

Likelihood = Literal["reml", "ml"]
NOTE = "Tests have the inner–outer degrees of freedom of nlme; p values tend to be too small with few groups."
NOTE_CHANGE = (
    "What a block adds is tested by the likelihood ratio of models fitted by maximum likelihood, because restricted "
    "likelihoods of different predictors cannot be compared."
)
NOTE_SLOPES = (
    "Where a block brings in a slope that differs between groups, the test counts its variance and covariances; as a "
    "variance cannot be negative, such a p value is too large."
)
UNWEIGHTED = (
    "a mixed model needs weights for each level, of groups and of people within them, and one weight for each person "
    "does not say them"
)
"""Pfeffermann and others (1998, Weighting for unequal selection probabilities in multilevel models), as pwlmm's help
cites it; Rabe-Hesketh and Skrondal (2006): recalled."""
SINGULAR = "singular fit: a variance between groups is at zero, a simpler random part fits as well"
NOT_CONVERGED = "the search did not end at a maximum: leave out slopes or predictors"
FEW = "fewer than five groups: the variances between groups are hardly known, fixed_effects may serve better"
ROUNDING = 1e-10
"""A likelihood ratio below this for each respondent is zero but for rounding."""
SHARES = ("icc", "marginal_r2", "conditional_r2")
METHODS = {
    "icc": "variance between groups / (between + residual), given the predictors",
    "marginal_r2": "variance of the fixed part / all variance (Nakagawa & Schielzeth; Johnson)",
    "conditional_r2": "variance of the fixed and the random part / all variance (Nakagawa & Schielzeth; Johnson)",
}


def mixed_model(
    data: ScoredData | ImputedData | pd.DataFrame,
    outcome: str,
    blocks: Sequence[str] | Sequence[Sequence[str]],
    *,
    groups: str,
    slopes: Sequence[str] = (),
    likelihood: Likelihood = "reml",
    as_categories: Sequence[str] = (),
    references: Mapping[str, str] | None = None,
    conf_level: float = 0.95,
) -> Result:
    """Fit a linear mixed model with one grouping variable.

    Parameters
    ----------
    data : ScoredData, ImputedData or DataFrame
        One row per respondent (or answer); completed sets are pooled by Rubin's rules.
    outcome : str
        A number.
    blocks : sequence of sequence of str
        Predictors as in ``regress``.
    groups : str
        The variable that names the group of each row.
    slopes : sequence of str
        Predictors whose coefficients differ between groups; the intercept always does. Their covariance is free.
    likelihood : {"reml", "ml"}
        Restricted maximum likelihood, or maximum likelihood to compare models of different predictors.
    as_categories : sequence of str
        Ordinal or numeric predictors to be dummy-coded.
    references : mapping of str to str, optional
        Predictor → reference category.
    conf_level : float
        Level of all intervals.

    Returns
    -------
    Result
        Coefficients ``b``. ``more["fit"]`` has ``groups``, ``icc``, ``marginal_r2``, ``conditional_r2``,
        ``log_likelihood`` and, with a random intercept alone, the likelihood ratio test of the groups
        (``model_test``); ``more["variances"]`` has ``random_variance`` of each random term and of the residual, and
        ``random_correlation``. Singular fits, searches without an end and fewer than five groups are warnings of
        every row. Of several blocks ``more["blocks"]`` has the test of each later one (``block_test``).

    Raises
    ------
    AnalysisError
        ``does_not_compose`` for data with weights or a sampling plan; ``one_group``; ``groups_of_one``;
        ``too_few_groups`` where predictors of groups leave none over; ``unknown_slope``; what ``regress`` refuses.

    Notes
    -----
    y = Xb + Zu + e, u ~ N(0, D), e ~ N(0, σ²). Tests are t tests with the inner–outer degrees of freedom of nlme, which
    do not reflect that D is estimated: with few groups p values are too small. R² are those of Nakagawa and Schielzeth
    (2013, doi:10.1111/j.2041-210x.2012.00261.x) with Johnson's (2014, doi:10.1111/2041-210X.12225) mean random variance
    for slopes. Associations only: no coefficient is called an effect.

    A later block is tested by the likelihood ratio of both models fitted by maximum likelihood, whatever
    ``likelihood`` is, as lme4's ``anova``; its degrees of freedom count coefficients and, for slopes that enter,
    variances and covariances. Pooled over completed sets it is the Wald test D1 of the coefficients.

    Examples
    --------
    >>> people = pd.DataFrame({"score": [1.0, 2.0, 2.5, 5.0, 6.5, 7.0], "age": [20.0, 25.0, 31.0, 21.0, 26.0, 30.0],
    ...                        "site": [1, 1, 1, 2, 2, 2]})
    >>> result = mixed_model(people, "score", ["age"], groups="site")
    >>> result.more["fit"].pick("groups")["estimate"]
    np.float64(2.0)
    """
    check_choices(("likelihood", likelihood, get_args(Likelihood)))
    found = grouped_data(
        data, outcome, blocks, groups=groups, unweighted=UNWEIGHTED, as_categories=as_categories,
        references=references, conf_level=conf_level,
    )  # fmt: skip
    _check_slopes(found, slopes)
    reml = likelihood == "reml"
    tested = not slopes and not found.sample.imputed
    test = (Show("model_test", "statistic"), Show("model_test", "p")) if tested else ()
    tables = GroupedTables(
        analysis="mixed_model",
        name="Linear mixed model",
        method=f"Linear mixed model by {'restricted ' if reml else ''}maximum likelihood, random "
        f"{'intercepts and slopes' if slopes else 'intercepts'}",
        add_fit=lambda rows, fit, keys: _add_fit(rows, found, fit, keys, reml, tested),
        shares=SHARES,
        fit_show=(*(Show(share) for share in SHARES), Show("log_likelihood"), *test),
        settings={"slopes": list(slopes), "likelihood": likelihood},
        notes=_notes(found, slopes),
        references=(
            "Nakagawa, S., & Schielzeth, H. (2013). A general and simple method for obtaining R² from generalized "
            "linear mixed-effects models. Methods in Ecology and Evolution, 4, 133–142. "
            "doi:10.1111/j.2041-210x.2012.00261.x",
            "Bates, D., Mächler, M., Bolker, B., & Walker, S. (2015). Fitting linear mixed-effects models using lme4. "
            "Journal of Statistical Software, 67(1). doi:10.18637/jss.v067.i01",
        ),
        change=wald_change(found, "") if found.sample.imputed else _likelihood_change(found, slopes, reml),
        more=lambda fits: {"variances": (_variance_rows(found, fits, slopes), "Variances between and within groups",
                                         _variance_layout(found, slopes))},
    )  # fmt: skip
    return grouped_result(found, lambda block: _block(found, block, slopes, reml), tables)


def _check_slopes(data: GroupedData, slopes: Sequence[str]) -> None:
    if isinstance(slopes, str):
        raise AnalysisError(Problem("slopes", "slopes is a list of predictors", key="slopes", hint=f"['{slopes}']"))
    known = {term.predictor for term in data.design.terms if term.block > 0}
    missing = [name for name in slopes if name not in known]
    if missing:
        message = f"'{missing[0]}' is no predictor of this model, so its coefficient cannot differ between groups"
        hint = nearest(missing[0], sorted(known))
        raise AnalysisError(Problem("unknown_slope", message, key="slopes", hint=hint))


def _random(data: GroupedData, block: int, slopes: Sequence[str]) -> tuple[int, ...]:
    """Return the columns of a block's matrix whose coefficients differ between groups."""
    positions = data.design.upto(block)
    wanted = [k for k, position in enumerate(positions) if data.design.terms[int(position)].predictor in slopes]
    return (0, *wanted)


def _block(data: GroupedData, block: int, slopes: Sequence[str], reml: bool) -> GroupedFit:
    positions = data.design.upto(block)
    random = _random(data, block, slopes)
    if len(random) * data.n_groups >= data.n and len(random) > 1:
        message = f"{len(random)} random terms in {data.n_groups} groups are as many as the {data.n} rows"
        raise AnalysisError(Problem("too_many_slopes", message, key="slopes", hint="leave out slopes"))
    parts = data.parts(positions)
    df = np.min([inner_outer_df(part.X, part.groups) for part in parts], axis=0)
    if (df < 1).any():
        message = f"{data.n} rows in {data.n_groups} groups are too few for these predictors"
        raise AnalysisError(Problem("too_few_groups", message, key="blocks", hint="use fewer predictors"))
    fits = [fit_mixed(part.y, part.X, part.groups, random=random, reml=reml) for part in parts]
    warnings = [FEW] if data.n_groups < FEW_GROUPS else []
    warnings += [SINGULAR] if any(fit.singular for fit in fits) else []
    warnings += [NOT_CONVERGED] if not all(fit.converged for fit in fits) else []
    said = [SetEstimate(fit.coefficients, partial(np.asarray, fit.covariance), df=df) for fit in fits]
    return joined_fit(data, block, positions, fits, said, warnings)


def _add_fit(rows: Rows, data: GroupedData, fit: GroupedFit, keys: dict[str, Any], reml: bool, tested: bool) -> None:
    over = data.over
    for share in SHARES:
        rows.add(share, estimate=fit.mean(attrgetter(share)), method=METHODS[share] + over, **keys)
    log_likelihood = fit.mean(lambda one: one.log_likelihood)
    rows.add("log_likelihood", estimate=log_likelihood, method=f"{'restricted' if reml else 'full'}{over}", **keys)
    if tested:
        X = data.design.matrix[:, data.design.upto(fit.block)]
        y = data.outcome.values(data.sample.first.values())
        ratio = 2 * (log_likelihood - linear_log_likelihood(y, X, reml=reml))
        ratio = ratio if ratio > ROUNDING * data.n else 0.0
        p = 0.5 * float(stats.chi2.sf(ratio, 1)) if ratio > 0 else 1.0
        rows.add(
            "model_test", statistic=ratio, statistic_name="χ²", df1=1, p_value=p,
            method="likelihood ratio against the model without groups; p halved, as a variance cannot be negative",
            **keys,
        )  # fmt: skip


def _notes(data: GroupedData, slopes: Sequence[str]) -> tuple[str, ...]:
    if data.design.n_blocks == 1 or data.sample.imputed:
        return (NOTE,)
    terms = [len(_random(data, block, slopes)) for block in range(1, data.design.n_blocks + 1)]
    return (NOTE, NOTE_CHANGE, *((NOTE_SLOPES,) if len(set(terms)) > 1 else ()))


def _likelihood_change(data: GroupedData, slopes: Sequence[str], reml: bool) -> Change:
    """Return the likelihood ratio test of two blocks in a row, of models fitted by maximum likelihood."""
    (part,) = data.parts(range(len(data.design.terms)))

    def log_likelihood(fit: GroupedFit) -> float:
        if not reml:
            return float(fit.fits[0].log_likelihood)
        X = np.ascontiguousarray(part.X[:, data.design.upto(fit.block)])
        random = _random(data, fit.block, slopes)
        return fit_mixed(part.y, X, part.groups, random=random, reml=False).log_likelihood

    def test(smaller: GroupedFit, larger: GroupedFit) -> tuple[ModelTest, str]:
        ratio = 2 * (log_likelihood(larger) - log_likelihood(smaller))
        ratio = ratio if ratio > ROUNDING * data.n else 0.0
        sizes = [len(_random(data, fit.block, slopes)) for fit in (smaller, larger)]
        df = len(entered(larger)) + (sizes[1] * (sizes[1] + 1) - sizes[0] * (sizes[0] + 1)) // 2
        p = float(stats.chi2.sf(ratio, df))
        return ModelTest(ratio, df, math.nan, p, "χ²"), "likelihood ratio test of models fitted by maximum likelihood"

    return test


def _variance_rows(data: GroupedData, fits: Sequence[GroupedFit], slopes: Sequence[str]) -> Rows:
    rows, base = first_rows(data)
    over = data.over
    for fit in fits:
        keys: dict[str, Any] = {"outcome": data.outcome.info.name, "level": data.level(fit.block), "n": data.n,
                                "cells": base, "warning": "; ".join(fit.warnings)}  # fmt: skip
        names = [fit.terms[k].name for k in _random(data, fit.block, slopes)]
        mean = np.mean([one.random_covariance for one in fit.fits], axis=0)
        for k, name in enumerate(names):
            rows.add("random_variance", term=name, estimate=float(mean[k, k]), method=f"between groups{over}", **keys)
        for k, name in enumerate(names):
            for j in range(k):
                product = float(mean[k, k] * mean[j, j])
                r = min(1.0, max(-1.0, float(mean[k, j]) / math.sqrt(product))) if product > 0 else math.nan
                rows.add("random_correlation", term=name, contrast=f"with {names[j]}", estimate=r,
                         method=f"between groups{over}", **keys)  # fmt: skip
        rows.add(
            "random_variance", term="residual", estimate=fit.mean(_residual), method=f"within groups{over}", **keys
        )
    return rows


def _residual(fit: MixedFit) -> float:
    return fit.residual_variance


def _variance_layout(data: GroupedData, slopes: Sequence[str]) -> Layout:
    keys = ("level", "term") if data.design.n_blocks > 1 else ("term",)
    if not slopes:
        return Layout(rows=keys, show=(Show("random_variance"),), row_head="Random term")
    return Layout(rows=(*keys, "contrast"), show=(Show("random_variance"), Show("random_correlation")),
                  row_head="Random term")  # fmt: skip
