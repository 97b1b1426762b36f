"""Generalised estimating equations: one call of statsmodels, its warnings kept and handed on."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from osa_survey.errors import AnalysisError, Problem

Floats = NDArray[np.float64]
Correlation = Literal["exchangeable", "independence"]
GeeErrors = Literal["robust", "bias_reduced"]
MOST_STEPS = 200


@dataclass(frozen=True, repr=False)
class GeeFit:
    """Solved estimating equations.

    Attributes
    ----------
    coefficients, covariance : ndarray, shape (p,) and (p, p)
        Of the columns of X; robust to any correlation within groups.
    correlation : float
        Of two people of one group, as the equations used it; 0 for independence.
    converged : bool
        Whether the steps became small.
    """

    coefficients: Floats
    covariance: Floats
    correlation: float
    converged: bool


def fit_gee(
    y: Floats,
    X: Floats,
    groups: NDArray[np.intp],
    *,
    family: str = "linear",
    correlation: Correlation = "exchangeable",
    errors: GeeErrors = "robust",
) -> GeeFit:
    """Solve generalised estimating equations.

    Parameters
    ----------
    y : ndarray, shape (n,)
        Outcome.
    X : ndarray, shape (n, p)
        Design matrix, the intercept first.
    groups : ndarray of int, shape (n,)
        The group of each row.
    family : {"linear", "logit", "poisson"}
        Gaussian, binomial or Poisson with its canonical link.
    correlation : {"exchangeable", "independence"}
        The working correlation within groups.
    errors : {"robust", "bias_reduced"}
        The sandwich of Liang and Zeger (1986), or with the correction of Mancl and DeRouen (2001) for few groups.

    Raises
    ------
    AnalysisError
        ``no_solution`` if the equations give no finite numbers.

    References
    ----------
    Liang, K.-Y., & Zeger, S. L. (1986). Longitudinal data analysis using generalized linear models. Biometrika, 73,
    13–22. doi:10.1093/biomet/73.1.13
    Mancl, L. A., & DeRouen, T. A. (2001). A covariance estimator for GEE with improved small-sample properties.
    Biometrics, 57, 126–134. doi:10.1111/j.0006-341X.2001.00126.x
    """
    from statsmodels.genmod import families
    from statsmodels.genmod.cov_struct import Exchangeable, Independence
    from statsmodels.genmod.generalized_estimating_equations import GEE

    kinds: dict[str, Any] = {
        "linear": families.Gaussian, "logit": families.Binomial, "poisson": families.Poisson,
    }  # fmt: skip
    structure = Exchangeable() if correlation == "exchangeable" else Independence()
    hint = "use correlation='independence', or fewer predictors"
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            model = GEE(y, X, groups=groups, family=kinds[family](), cov_struct=structure)
            found = model.fit(maxiter=MOST_STEPS, cov_type=errors)
            b = np.asarray(found.params, dtype=np.float64)
            covariance = np.asarray(found.cov_params(), dtype=np.float64)
            converged = bool(found.converged)
        except (np.linalg.LinAlgError, ValueError, ZeroDivisionError) as error:
            raise AnalysisError(
                Problem("no_solution", "the estimating equations have no solution", hint=hint)
            ) from error
    if not (np.isfinite(b).all() and np.isfinite(covariance).all()):
        raise AnalysisError(Problem("no_solution", "the estimating equations have no finite solution", hint=hint))
    rho = float(np.ravel(structure.dep_params)[0]) if correlation == "exchangeable" else 0.0
    return GeeFit(b, covariance, rho, converged)
