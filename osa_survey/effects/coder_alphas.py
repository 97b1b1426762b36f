"""Krippendorff's alpha of coders, nominal and ordinal, of any number of coders with gaps."""

from __future__ import annotations

from typing import Literal

import numpy as np

from osa_survey.effects.spreads import Floats
from osa_survey.models.bootstraps import counted

Metric = Literal["nominal", "ordinal"]


def coincidences(codes: Floats, categories: int) -> Floats:
    """Return what each unit adds to the coincidences, shape (units, categories²).

    Parameters
    ----------
    codes : ndarray of float, shape (units, coders)
        Categories numbered from 0; NaN where a coder gave none. Units with fewer than two codes add nothing.
    categories : int
        How many there are.

    Notes
    -----
    A unit with m codes, n_c of them c, adds n_c (n_k − [c = k])/(m − 1) to the coincidence of c and k.
    """
    held = np.stack([(codes == code).sum(axis=1) for code in range(categories)], axis=1).astype(np.float64)
    m = held.sum(axis=1)
    pairs = held[:, :, None] * held[:, None, :]
    pairs -= held[:, :, None] * np.eye(categories)
    pairable = m > 1
    pairs[pairable] /= (m[pairable] - 1)[:, None, None]
    pairs[~pairable] = 0.0
    return np.asarray(pairs.reshape(len(codes), categories**2))


def krippendorff_alphas(counts: Floats, units: Floats, categories: int, metric: Metric) -> Floats:
    """Return alpha in each resample of units, shape (resamples, 1): a statistic of ``models.bootstraps.bootstrap``.

    Parameters
    ----------
    counts : ndarray of float, shape (resamples, units)
        How often each unit is in each resample; a row of ones is the sample.
    units : ndarray of float, shape (units, categories²)
        Of ``coincidences``.
    categories : int
        How many there are.
    metric : {"nominal", "ordinal"}
        Ordinal differences are (Σ n_g from c to k − (n_c + n_k)/2)².

    Notes
    -----
    α = 1 − D_o/D_e, D_o = Σ o_ck δ²_ck and D_e = Σ n_c n_k δ²_ck/(n − 1). NaN where only one code occurs.

    References
    ----------
    Krippendorff, K. (2004). Reliability in content analysis: Some common misconceptions and recommendations. Human
    Communication Research, 30(3), 411–433. doi:10.1111/j.1468-2958.2004.tb00738.x
    """
    o = counted(counts, units).reshape(len(counts), categories, categories)
    n = o.sum(axis=2)
    if metric == "nominal":
        apart = np.broadcast_to(1 - np.eye(categories), o.shape)
    else:
        upto = np.cumsum(n, axis=1)
        middle = upto - n / 2
        apart = (middle[:, :, None] - middle[:, None, :]) ** 2
    observed = (o * apart).sum(axis=(1, 2))
    expected = (n[:, :, None] * n[:, None, :] * apart).sum(axis=(1, 2))
    total = n.sum(axis=1)
    found = np.full(len(counts), np.nan)
    varied = expected > 0
    found[varied] = 1 - (total[varied] - 1) * observed[varied] / expected[varied]
    return found[:, None]
