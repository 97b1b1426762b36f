"""How far one respondent moves the estimates of any likelihood: one Newton step, from scores and information."""

from __future__ import annotations

import numpy as np

from osa_survey.models.fits import Fit, Floats
from osa_survey.models.sandwiches import inverse_information


def one_step_distances(fit: Fit) -> Floats:
    """Return sᵢ'I⁻¹sᵢ / p of each respondent, shape (n,): Cook's distance of a step without that respondent.

    Parameters
    ----------
    fit : Fit
        A fit without weights; parameters without a finite estimate and those at a bound take no part.

    Notes
    -----
    The step that leaves respondent i out is −I⁻¹sᵢ, and its length in the metric of the information, per parameter, is
    this. The change of the information itself (leverage) is left out, so that distances of respondents with large
    leverage are too small.

    References
    ----------
    Pregibon, D. (1981). Logistic regression diagnostics. Annals of Statistics, 9, 705–724. doi:10.1214/aos/1176345513
    """
    inverse = np.nan_to_num(inverse_information(fit))
    moved = int((np.diag(inverse) > 0).sum())
    return np.asarray(np.einsum("ij,jk,ik->i", fit.scores, inverse, fit.scores, optimize=True) / max(moved, 1))
