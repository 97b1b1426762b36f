"""The rows of the coefficients of reliability, the same for everybody and for groups."""

from __future__ import annotations

from typing import Any

import numpy as np

from osa_survey.psychometrics.coefficients import Coefficient
from osa_survey.psychometrics.reliability_estimates import Estimates

COEFFICIENTS = ("omega_categorical", "omega", "alpha")


def how(estimates: Estimates) -> str:
    """Return which respondents stand behind alpha and item statistics."""
    return "complete cases" if estimates.options.missing == "listwise" else "pairwise covariances"


def coefficient_row(estimates: Estimates, name: str, found: Coefficient) -> dict[str, Any]:
    """Return the columns of one coefficient's row."""
    level = estimates.options.conf_level
    draws = estimates.options.draws
    categorical = f"bootstrap percentile interval ({draws} samples)" if draws else "no interval"
    methods = {
        "omega_categorical": f"one-factor model of polychoric correlations (diagonally weighted), {categorical}",
        "omega": "one-factor maximum likelihood, delta-method interval (logit)",
        "alpha": f"Cronbach's alpha, {how(estimates)}, Feldt interval",
    }
    warnings = {
        "omega_categorical": estimates.categorical.warning if estimates.categorical else "",
        "omega": estimates.omega_warning,
        "alpha": alpha_warning(estimates),
    }
    return {
        "n": estimates.n if name == "alpha" else estimates.complete,
        "estimate": found.estimate,
        "std_error": found.std_error,
        "conf_low": found.conf_low,
        "conf_high": found.conf_high,
        "conf_level": np.nan if np.isnan(found.conf_low) and name == "omega_categorical" else level,
        "method": methods[name],
        "warning": warnings[name],
    }


def alpha_warning(estimates: Estimates) -> str:
    """Return what to know about alpha."""
    warnings = []
    if estimates.statistics.alpha < 0:
        warnings.append("alpha is negative: items run against each other, look at the key")
    if estimates.statistics.constant.any():
        warnings.append("an item does not vary")
    return "; ".join(warnings)
