"""Whether two normal tendencies fit a cross table."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from osa_survey.psychometrics.ordinal.bivariate_normals import FAR
from osa_survey.psychometrics.ordinal.cell_probabilities import cell_shapes
from osa_survey.psychometrics.ordinal.full_polychorics import deviances
from osa_survey.psychometrics.ordinal.polychoric_records import PolychoricMatrix

Floats = NDArray[np.float64]


def normal_surface_tests(found: PolychoricMatrix) -> tuple[Floats, NDArray[np.int64]]:
    """Return for each pair the likelihood-ratio test of two normal tendencies behind its cross table.

    Parameters
    ----------
    found : PolychoricMatrix
        Correlations with their tables.

    Returns
    -------
    chi_squared : ndarray of float, shape (pairs,)
        ``2 sum n_ab log(n_ab / (n p_ab))``; NaN where the correlation is unknown or perfect, or no degree of freedom
        is left.
    df : ndarray of int, shape (pairs,)
        ``(a - 1)(b - 1) - 1``.

    Notes
    -----
    The two-step estimates stand for the maximum likelihood ones. In large samples small departures turn out
    significant; with many empty cells the p value is not to be trusted.
    """
    pairs = found.pairs
    width = pairs.tables.shape[-1]
    taus = np.array([np.pad(each, (0, width - 1 - len(each)), constant_values=FAR) for each in found.thresholds])
    usable = np.isfinite(pairs.rho) & ~found.perfect[pairs.first, pairs.second]
    rho = np.where(usable, pairs.rho, 0.0)
    shapes = cell_shapes(taus[pairs.first], taus[pairs.second], rho)
    df = (found.sizes[pairs.first] - 1) * (found.sizes[pairs.second] - 1) - 1
    return np.where(usable & (df > 0), deviances(pairs.tables, shapes.probability), np.nan), df
