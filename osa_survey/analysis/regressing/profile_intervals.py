"""Intervals and tests of penalised models from the profile of their likelihood, where that is what they rest on."""

from __future__ import annotations

from dataclasses import dataclass

from osa_survey.analysis.regressing.block_fits import BlockFit
from osa_survey.analysis.regressing.fitted_models import FittedModel
from osa_survey.models import BinaryLogit, penalised_interval
from osa_survey.models.firth import penalised_test
from osa_survey.models.likelihood_tests import Test

PROFILED = "profile of the penalised likelihood"
NOTE = (
    "Intervals and tests are profiles of the penalised likelihood (likelihood ratio, χ² with one degree of freedom); "
    "standard errors are those of the penalised estimates and belong to neither."
)
WALD_NOTE = (
    "Intervals and tests are of the Wald type: the profile of a penalised likelihood has no rule under robust errors, "
    "replicate weights or imputation."
)
REFERENCE = (
    "Heinze, G., & Schemper, M. (2002). A solution to the problem of separation in logistic regression. Statistics in "
    "Medicine, 21, 2409–2419. doi:10.1002/sim.1047"
)


@dataclass(frozen=True)
class Profile:
    """Interval and test of one coefficient.

    Attributes
    ----------
    low, high : float
        Where the profile has fallen by half the χ² quantile; infinite where it never does.
    test : Test
        Likelihood ratio against a coefficient of zero.
    """

    low: float
    high: float
    test: Test


def is_penalised(model: FittedModel) -> bool:
    """Tell whether the model has Firth's penalty."""
    return isinstance(model.outcome.family, BinaryLogit) and model.outcome.family.penalty != "none"


def is_profiled(model: FittedModel) -> bool:
    """Tell whether intervals come from the profile: one unweighted set, errors of the model."""
    plain = model.sample.design is None and not model.sample.imputed and model.errors == "classical"
    return plain and is_penalised(model)


def profiles(model: FittedModel, block: BlockFit) -> tuple[Profile, ...]:
    """Return the profile of every coefficient of a block; none where intervals are of the Wald type."""
    if not is_profiled(model):
        return ()
    fit, X = block.fits[0], block.matrices[0]
    found = []
    for column in range(X.shape[1]):
        low, high = penalised_interval(fit, model.y, X, column, conf_level=model.conf_level)
        found.append(Profile(low, high, penalised_test(fit, model.y, X, column)))
    return tuple(found)
