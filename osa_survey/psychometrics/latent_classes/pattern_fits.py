"""How well latent classes reproduce how often each pattern of answers occurs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from osa_survey.psychometrics.latent_classes.measurements import Categorical
from osa_survey.psychometrics.latent_classes.mixtures import Mixture

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class PatternFit:
    """Tests of a model against the saturated one, from respondents without gaps.

    Attributes
    ----------
    g_squared, chi_squared : float
        Likelihood-ratio and Pearson statistic over all possible patterns; NaN without a respondent who answered all.
    df : int
        The smaller of respondents and patterns less one, less parameters; a test needs one or more.
    g_p, chi_p : float
        Their p values; NaN without degrees of freedom.
    complete : float
        Respondents behind them.
    """

    g_squared: float
    chi_squared: float
    df: int
    g_p: float
    chi_p: float
    complete: float


def pattern_fit(mixture: Mixture, measurement: Categorical, weights: Floats) -> PatternFit:
    """Return the fit of latent classes to the frequencies of patterns.

    Parameters
    ----------
    mixture : Mixture
        The model.
    measurement : Categorical
        Distinct patterns of answers.
    weights : ndarray of float, shape (patterns,)
        How many respondents gave each.

    Notes
    -----
    ``G^2 = 2 sum o log(o / e)`` and ``X^2 = sum (o - e)^2 / e + (N - sum e)``, where the second part stands for the
    patterns nobody gave. With many patterns and few respondents neither follows its distribution.

    References
    ----------
    Goodman, L. A. (1974). Exploratory latent structure analysis using both identifiable and unidentifiable models.
    Biometrika, 61(2), 215-231. doi:10.1093/biomet/61.2.215
    """
    whole = np.asarray((measurement.codes >= 0).all(axis=1))
    observed = weights[whole]
    n = float(observed.sum())
    patterns = float(np.prod([float(size) for size in measurement.sizes]))
    df = int(min(mixture.n, patterns - 1.0)) - mixture.parameters
    if not n:
        return PatternFit(np.nan, np.nan, df, np.nan, np.nan, 0.0)
    chances = np.exp(measurement.log_density(mixture.theta)[whole]) @ mixture.shares
    expected = n * chances
    g = 2.0 * float((observed * np.log(observed / expected)).sum())
    chi = float(((observed - expected) ** 2 / expected).sum()) + n - float(expected.sum())
    g_p, chi_p = (float(chdtrc(df, value)) if df > 0 else np.nan for value in (g, chi))
    return PatternFit(g, chi, df, g_p, chi_p, n)
