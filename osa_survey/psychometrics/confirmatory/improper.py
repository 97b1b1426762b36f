"""What is wrong with a solution, and what to do about it."""

from __future__ import annotations

import numpy as np

from osa_survey.psychometrics.confirmatory.fits import FactorFit

NOT_CONVERGED = (
    "the search for estimates did not converge: do not interpret them; look for items that are nearly constant or "
    "nearly the same, fix factor variances (std_lv = true), or simplify the model"
)
SINGULAR = (
    "the information is singular, so there are no standard errors: the model is not identified; give a factor three "
    "items, fix a parameter, or drop a factor"
)
HEYWOOD = (
    "improper: a variance is negative ({names}); with few people or two items on a factor often chance: report it, "
    "equate the loadings, or drop the item"
)
BEYOND_ONE = (
    "improper: factors {names} correlate at or beyond one: they cannot be told apart in these answers; join them"
)
JUST_IDENTIFIED = "no degrees of freedom: the model fits by construction, fit is not tested"


def warnings_of(fit: FactorFit) -> tuple[str, ...]:
    """Return what a reader must know before using a solution."""
    found = []
    if not fit.minimum.converged:
        found.append(NOT_CONVERGED)
    elif fit.inference.covariance is None:
        found.append(SINGULAR)
    negative = negative_variances(fit)
    if negative:
        found.append(HEYWOOD.format(names=", ".join(negative)))
    beyond = improper_correlations(fit)
    if beyond:
        found.append(BEYOND_ONE.format(names="; ".join(beyond)))
    if fit.inference.chi_squared.df == 0:
        found.append(JUST_IDENTIFIED)
    return tuple(found)


def negative_variances(fit: FactorFit) -> list[str]:
    """Return items and factors with a negative variance, those implied by the delta parameterisation too."""
    names: list[str] = []
    for structure in fit.structures:
        matrices = structure.matrices(fit.minimum.parameters)
        pairs = zip(
            (*fit.table.observed, *fit.table.latent),
            (*np.diag(matrices.residuals), *np.diag(matrices.factors)),
            strict=True,
        )
        names += [name for name, value in pairs if value < -1e-8 and name not in names]
    return names


def improper_correlations(fit: FactorFit) -> list[str]:
    """Return pairs of factors that correlate at or beyond one."""
    found: list[str] = []
    latent = fit.table.latent
    for structure in fit.structures:
        covariance = structure.matrices(fit.minimum.parameters).factor_covariance
        scale = np.sqrt(np.maximum(np.diag(covariance), 1e-12))
        r = covariance / np.outer(scale, scale)
        for i, j in zip(*np.triu_indices(len(latent), 1), strict=True):
            pair = f"{latent[i]} and {latent[j]}"
            if abs(r[i, j]) >= 1.0 and pair not in found:
                found.append(pair)
    return found
