"""Couples under weights or pooled over completed sets: coefficients, the omnibus test, correlations."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from osa_survey.analysis.coefficient_tests import ModelTest
from osa_survey.analysis.couples.dyad_correlations import dyad_correlations, scaled_table
from osa_survey.analysis.couples.dyad_members import Couples, Members
from osa_survey.analysis.estimates import Estimates, Floats, SetEstimate, joined_sets
from osa_survey.imputation import d3
from osa_survey.models.dyads import (
    DyadFit,
    DyadMoments,
    distinguishability,
    distinguishable_fit,
    dyad_moments,
    exchange_contrasts,
    exchangeable_fit,
)
from osa_survey.models.stacks import products_of_columns

STEP = 1e-5
"""Step of the central differences of correlations in standardised moments."""
SINGULAR = "the design has too few clusters or replicates for a test of so many differences"
Fit = Callable[[Floats, Floats, Floats | None], DyadFit]


@dataclass(frozen=True)
class ExchangeTest:
    """The omnibus test of distinguishability, where it comes from, and why it may lack a number."""

    test: ModelTest
    method: str
    warning: str = ""


def dyad_coefficients(couples: Couples, apart: bool) -> Estimates:
    """Return actor and partner coefficients with the covariance the data ask for."""
    fit: Fit = distinguishable_fit if apart else exchangeable_fit
    predictors = len(couples.first.names) - 1
    return joined_sets(
        couples.sample,
        [
            _of_fit(fit, one, members, 2 * predictors)
            for one, members in zip(_weights(couples), couples.members, strict=True)
        ],
    )


def _of_fit(fit: Fit, weights: Floats | None, members: Members, df_lost: int) -> SetEstimate:
    found = fit(members.first, members.second, weights)
    return SetEstimate(
        found.coefficients,
        lambda: found.covariance,
        lambda: found.influence,
        lambda many: np.stack([fit(members.first, members.second, column).coefficients for column in many.T]),
        df_lost=df_lost,
        how="expected information",
        what="an actor–partner model",
    )


def exchange_test(couples: Couples) -> ExchangeTest:
    """Return the test that members can be exchanged in every mean, variance and covariance.

    Notes
    -----
    Likelihood ratio; over completed sets D3 of Meng and Rubin (1992) with both models at their mean parameters. Under
    weights there is no likelihood: members can be exchanged where all differences have mean zero and do not covary with
    sums, p + p² numbers tested by Wald (over sets by D1).

    References
    ----------
    Meng, X.-L., & Rubin, D. B. (1992). Performing likelihood ratio tests with multiply-imputed data sets. Biometrika,
    79(1), 103–111. doi:10.1093/biomet/79.1.103
    """
    if couples.sample.design is not None:
        return _moment_test(couples)
    ratios = [distinguishability(one.first, one.second) for one in couples.members]
    if not couples.sample.imputed:
        only = ratios[0]
        return ExchangeTest(ModelTest(only.statistic, only.df, math.nan, only.p_value, "χ²"), "likelihood ratio")
    moments = [dyad_moments(one.first, one.second) for one in couples.members]
    free, tied = _mean_moments(moments), _mean_moments([one.exchangeable for one in moments])
    at_pooled = [
        tied.deviance(own, one.couples) - free.deviance(own, one.couples)
        for own, one in zip(moments, couples.members, strict=True)
    ]
    found = d3([one.statistic for one in ratios], at_pooled, ratios[0].df)
    test = ModelTest(found.statistic, found.df1, found.df2, found.p_value, "F")
    return ExchangeTest(test, "likelihood ratio pooled over imputed sets (D3)")


def _mean_moments(parts: list[DyadMoments]) -> DyadMoments:
    return DyadMoments(np.mean([one.mean for one in parts], axis=0), np.mean([one.covariance for one in parts], axis=0))


def _moment_test(couples: Couples) -> ExchangeTest:
    found = joined_sets(
        couples.sample,
        [_of_contrasts(one, members) for one, members in zip(_weights(couples), couples.members, strict=True)],
    )
    test = found.test(range(len(found.estimate)))
    method = "Wald test that differences have mean zero and do not covary with sums"
    return ExchangeTest(test, method, SINGULAR if math.isnan(test.statistic) else "")


def _of_contrasts(weights: Floats | None, members: Members) -> SetEstimate:
    own = np.ones(members.couples) if weights is None else weights
    estimate, influence = exchange_contrasts(members.first, members.second, own)
    return SetEstimate(
        estimate,
        influence=lambda: influence,
        refit=lambda many: np.stack([exchange_contrasts(members.first, members.second, w)[0] for w in many.T]),
        what="the test of distinguishability",
    )


def composed_correlations(couples: Couples, apart: bool) -> Estimates:
    """Return correlations within persons and across partners on Fisher's z.

    Notes
    -----
    Each is a function of weighted second moments; its influence is the slope in these moments times what a couple adds
    to them. Without weights the covariance is that of equal weights, which assumes no normal distribution.
    """
    return joined_sets(
        couples.sample,
        [
            _of_correlations(one, members, apart)
            for one, members in zip(_weights(couples), couples.members, strict=True)
        ],
    )


def _of_correlations(weights: Floats | None, members: Members, apart: bool) -> SetEstimate:
    table = scaled_table(members, apart)
    products, width = products_of_columns(table), table.shape[1]
    own = np.ones(len(table)) if weights is None else weights
    share = own / own.sum()

    def on_z(counts: Floats) -> Floats:
        return np.arctanh(dyad_correlations(counts, products, width, apart))

    def influence() -> Floats:
        moments = share @ products
        steps = STEP * np.eye(len(moments))
        itself = np.eye(len(moments))
        above, below = (np.arctanh(dyad_correlations(moments + s, itself, width, apart)) for s in (steps, -steps))
        slopes = (above - below) / (2 * STEP)
        return np.asarray(share[:, None] * ((products - moments) @ slopes))

    def equal_weights() -> Floats:
        found, n = influence(), len(table)
        return np.asarray(found.T @ found * (n / (n - 1)))

    return SetEstimate(
        on_z(own[None, :])[0],
        equal_weights,
        influence,
        lambda many: on_z(many.T),
        how="linearised covariance",
        what="correlations in couples",
    )


def _weights(couples: Couples) -> list[Floats | None]:
    return [one.weights for one in couples.sample.sets]
