"""The right test of what predictors add: F, likelihood ratio, Wald, and D1 or D3 over imputed sets."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.coefficient_tests import ModelTest
from osa_survey.analysis.estimates import Sample
from osa_survey.analysis.regressing.block_fits import BlockFit, Errors
from osa_survey.analysis.regressing.model_outcomes import Outcome
from osa_survey.imputation import d3
from osa_survey.models import BinaryLogit, Fractional, likelihood_ratio

Floats = NDArray[np.float64]


def by_likelihood(sample: Sample, outcome: Outcome, errors: Errors) -> bool:
    """Tell whether models are compared by their likelihoods: none under weights, robust errors or a penalty.

    Least squares compare by F, which is the Wald test with the residual degrees of freedom.
    """
    family = outcome.family
    penalised = isinstance(family, BinaryLogit) and family.penalty != "none"
    without = outcome.kind.linear or isinstance(family, Fractional) or penalised
    return sample.design is None and errors == "classical" and not without


def change_test(
    sample: Sample, outcome: Outcome, smaller: BlockFit, larger: BlockFit, entered: NDArray[np.intp], errors: Errors
) -> tuple[ModelTest, str]:
    """Return the test of the parameters that the larger model has beyond the smaller one, and what it is called.

    Parameters
    ----------
    sample, outcome
        What both were fitted to.
    smaller, larger : BlockFit
        Nested models.
    entered : ndarray of int
        Positions of the parameters tested, in the larger model.
    errors : str
        The kind of standard errors.
    """
    if not by_likelihood(sample, outcome, errors):
        test = larger.estimates.test(entered)
        return test, _wald_words(sample, outcome, errors)
    ratios = [_ratio(one.log_likelihood, other.log_likelihood)
              for one, other in zip(smaller.fits, larger.fits, strict=True)]  # fmt: skip
    k = len(entered)
    if not sample.imputed:
        found = likelihood_ratio(smaller.fits[0].log_likelihood, larger.fits[0].log_likelihood, k)
        return ModelTest(found.statistic, k, math.nan, found.p_value, "χ²"), "likelihood ratio test"
    at_pooled = [2 * (high - low) for low, high in zip(_at_pooled(sample, outcome, smaller),
                                                       _at_pooled(sample, outcome, larger), strict=True)]  # fmt: skip
    pooled = d3(ratios, at_pooled, k)
    test = ModelTest(pooled.statistic, pooled.df1, pooled.df2, pooled.p_value, "F")
    return test, "likelihood ratio test pooled over completed sets (D3)"


def _ratio(smaller: float, larger: float) -> float:
    return max(0.0, 2 * (larger - smaller))


def _at_pooled(sample: Sample, outcome: Outcome, block: BlockFit) -> list[float]:
    """Return the log-likelihood of each set at the pooled parameters."""
    parameters = np.mean([fit.parameters for fit in block.fits], axis=0)
    return [
        float(outcome.family.log_likelihood_of(parameters, outcome.values(one.values()), X, Z).sum())
        for one, X, Z in zip(sample.sets, block.matrices, block.second, strict=True)
    ]


def _wald_words(sample: Sample, outcome: Outcome, errors: Errors) -> str:
    pooled = " pooled over completed sets (D1)" if sample.imputed else ""
    if sample.design is not None:
        return f"Wald test{pooled} under the sampling plan"
    if errors != "classical":
        return f"Wald {'F ' if outcome.kind.linear else ''}test{pooled}, robust errors"
    return f"F test{pooled}" if outcome.kind.linear else f"Wald test{pooled}"
