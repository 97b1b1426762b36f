"""A linear regression from all answers, without weights or under them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from osa_survey.analysis.domains import composition_notes, composition_references, composition_words
from osa_survey.analysis.estimate_fields import estimate_fields, tested_fields, undefined_words
from osa_survey.analysis.estimates import CompletedSet, Floats, Sample, SetEstimate, joined_sets
from osa_survey.dataset import ScoredData, refuse_imputed
from osa_survey.errors import AnalysisError
from osa_survey.imputation.fiml_estimates import fiml_moments, fiml_regression
from osa_survey.imputation.fiml_influences import fiml_influence
from osa_survey.imputation.fiml_results import FimlExtras, fiml_columns, fiml_result, plain_fiml
from osa_survey.results import Result

WEIGHTED = (
    "Every answer counts, also of respondents with gaps, by the weighted likelihood (pseudo maximum likelihood). Valid "
    "where gaps are missing at random given the variables of the model and all of them are multivariate normal; errors "
    "follow the sampling plan."
)
REFERENCE_YUAN = (
    "Yuan, K.-H., & Bentler, P. M. (2000). Three likelihood-based methods for mean and covariance structure analysis "
    "with nonnormal missing data. Sociological Methodology, 30(1), 165–200. doi:10.1111/0081-1750.00078"
)


def fiml(
    data: ScoredData | pd.DataFrame, outcome: str, predictors: Sequence[str], *, conf_level: float = 0.95
) -> Result:
    """Regress a number on numbers from all answers, by full-information maximum likelihood.

    Parameters
    ----------
    data : ScoredData or DataFrame
        The answers with their gaps; completed sets have none to use. Weights of a design are used.
    outcome : str
        A number, count, score or ordinal variable.
    predictors : sequence of str
        Numbers, counts, scores or ordinal variables; they may have gaps.
    conf_level : float
        Level of the intervals.

    Returns
    -------
    Result
        ``b`` of the intercept and each predictor (``term``) with standard error, z (under weights t) interval and p,
        and ``r2``.

    Raises
    ------
    AnalysisError
        ``not_a_number`` for nominal variables, ``no_predictor``, ``same_variable``, ``bad_level``,
        ``does_not_compose`` for completed sets; those of ``imputation.fiml_moments``.

    Notes
    -----
    The moments maximise the likelihood of all answers under multivariate normality; coefficients follow from them by
    the delta method (``imputation.fiml_regression``). Gaps are taken alike whatever their reason, so a question that
    was not shown counts as an answer that exists and is not known: leave such variables out.

    Under weights the weighted likelihood of all answers is maximised, and errors are linearised, w s H⁻¹ with the
    scores s and the observed information H (what lavaan does with sampling weights, ``missing = "fiml"`` and
    ``MLR``, whose constant has n where the sampling plan here has n/(n − 1)), or those of replicate weights.

    Examples
    --------
    >>> frame = pd.DataFrame({"y": [1.0, 2.0, 4.0, 4.0, 6.0], "x": [1.0, 2.0, 3.0, 4.0, 5.0]})
    >>> round(float(fiml(frame, "y", ["x"]).pick("b", term="x")["estimate"]), 3)
    1.2
    """
    refuse_imputed(data, "fiml")
    columns = fiml_columns(data, outcome, predictors, conf_level)
    design = None if isinstance(data, pd.DataFrame) else data.design
    if design is None:
        return plain_fiml(columns, conf_level)
    answers = np.column_stack([column.values for column in columns])
    used = np.asarray(~np.isnan(answers).all(axis=1) & (design.weights > 0))
    one = CompletedSet(columns, used, design.within(used))
    sample, values = Sample((one,), imputed=False), answers[used]
    weights = design.weights[used] * (one.n / design.weights[used].sum())
    moments = fiml_moments(values, weights)
    found = fiml_regression(moments)

    def refit(many: Floats) -> Floats:
        return np.stack([_again(values, column, len(found.estimate)) for column in many.T])

    said = SetEstimate(
        found.estimate,
        influence=lambda: fiml_influence(moments, values, weights) @ found.jacobian.T,
        refit=refit,
        df_lost=len(columns) - 1,
        what="a regression from all answers",
    )
    estimates = joined_sets(sample, [said])
    warning = undefined_words(estimates)
    numbers = [
        {"estimate": float(estimates.estimate[place]), "warning": warning}
        if warning
        else {**estimate_fields(estimates, place, conf_level), **tested_fields(estimates, place)}
        for place in range(len(columns))
    ]
    extras = FimlExtras(
        estimates.how,
        composition_words(sample),
        (WEIGHTED, *composition_notes(sample)),
        (REFERENCE_YUAN, *composition_references(sample)),
    )
    return fiml_result(columns, moments, numbers, float(estimates.estimate[-1]), conf_level, extras)


def _again(values: Floats, weights: Floats, size: int) -> Floats:
    """Return the numbers under other weights, NaN where these leave the moments open."""
    try:
        moments = fiml_moments(values, weights * (len(weights) / weights.sum()))
    except AnalysisError:
        return np.full(size, np.nan)
    return fiml_regression(moments).estimate if moments.converged else np.full(size, np.nan)
