"""The reliability of a scale, whatever the data come with: plain, weighted, imputed, or with gaps taken by FIML."""

from __future__ import annotations

from osa_survey.analysis.domains import composes, versions
from osa_survey.analysis.measuring.composed_reliabilities import composed_reliability
from osa_survey.analysis.samples import Data, does_not_compose
from osa_survey.dataset.imputed import ImputedData
from osa_survey.psychometrics.reliabilities import plain_reliability
from osa_survey.psychometrics.reliability_estimates import CoefficientName
from osa_survey.psychometrics.reliability_requests import (
    Missing,
    ReliabilityRequest,
    check_request,
    grouping_column,
)
from osa_survey.results import Result


def reliability(
    data: Data,
    scale: str | None = None,
    *,
    coefficient: CoefficientName | None = None,
    by: str | None = None,
    conf_level: float = 0.95,
    missing: Missing = "listwise",
    ordinal_alpha: bool = False,
    factors: int = 1,
    details: bool = False,
    draws: int = 1000,
    seed: int = 1,
) -> Result:
    """Return how reliable the score of a scale is, and how its items contribute.

    Parameters
    ----------
    data : ScoredData, ImputedData or DataFrame
        Scored data; weights of a design are used, imputed sets pooled. Or a data frame whose columns are the items of
        one scale, already keyed.
    scale : str, optional
        With scored data the scored column, such as ``"scs_total"``; may be left out if there is only one. With a data
        frame, what print calls the scale.
    coefficient : {"omega_categorical", "omega", "alpha"}, optional
        Which coefficient is named first; the others stand beside it. By default categorical omega where every item
        has at most seven different answers, else omega; alpha with two items.
    by : str, optional
        A variable with categories, such as gender or wave: every coefficient for each of them too.
    conf_level : float
        Level of the intervals.
    missing : {"listwise", "pairwise", "fiml"}
        Alpha and item statistics from complete cases, from pairwise covariances, or from the covariances that make all
        answers most likely (multivariate normal, gaps missing at random; omega too, but not categorical omega). With
        pairwise covariances the interval of alpha takes all respondents with at least one answer; both omegas and
        loadings then come from complete cases.
    ordinal_alpha : bool
        Also alpha of the polychoric correlations. It is the alpha of tendencies nobody observed, not of the score.
    factors : int
        From two on also omega hierarchical and omega total of so many group factors and a general one.
    details : bool
        Also split halves; of answers without weights or imputed sets the interval of alpha by Duhachek and Iacobucci,
        with standard errors of alpha if an item is dropped, and bootstrap intervals of alpha.
    draws : int
        Bootstrap samples of categorical omega (and with ``details`` of alpha); 0 leaves the interval out. Beyond
        10,000 complete cases of plain data a sample draws 2,000 random groups of respondents.
    seed : int
        Seed of the bootstrap and of sampled split halves.

    Returns
    -------
    Result
        Rows ``omega_categorical``, ``omega``, ``alpha``, ``alpha_standardised`` and ``inter_item_r``; in
        ``more["items"]`` for each item ``mean``, ``sd``, ``item_rest``, ``alpha_if_dropped``, ``omega_if_dropped`` and
        the standardised ``loading``; in ``more["groups"]`` the coefficients by group; with ``factors`` rows
        ``omega_hierarchical`` and ``omega_total`` and ``more["schmid_leiman"]``; with ``details``
        ``more["split_half"]``. Of plain data also ``more["precision"]``, the standard error of measurement and the
        smallest reliable change of the score, and with ``details`` ``more["intervals"]``; the fitted maximum likelihood
        model is ``engine``. ``method`` of each row says where its error comes from.

    Raises
    ------
    AnalysisError
        With fewer than two items, too few respondents, or no variance; ``does_not_compose`` for FIML of completed sets
        and with ``ordinal_alpha``.

    Notes
    -----
    ``omega = (sum l)^2 / ((sum l)^2 + sum theta)`` from a one-factor maximum likelihood model, answers treated as
    numbers. It needs no equal loadings, alpha does. Categorical omega takes a one-factor model of the polychoric
    correlations and asks how much of the variance of the observed sum of answers the factor explains. With two items
    neither model is identified: their standardised alpha is the Spearman–Brown coefficient.

    Of plain data the intervals are Feldt's (alpha), delta-method (omega) and bootstrap percentiles (categorical
    omega). Elsewhere they are built on log(1 − α) and logit ω. Under weights the covariances are weighted, and the
    errors linearised (the influence of a respondent on a function f of the covariances S is w(z' G z − tr GS)/Σw with
    df = tr(G dS)) or from replicate weights; without weights the same formula is distribution-free. Categorical omega
    is computed again under replicate weights, or under bootstrap replicates of the design (Rao & Wu). Imputed sets are
    pooled by Rubin's rules on these scales.

    References
    ----------
    McDonald, R. P. (1999). Test theory: A unified treatment. Erlbaum. doi:10.4324/9781410601087

    Green, S. B., & Yang, Y. (2009). Reliability of summed item scores using structural equation modeling: An
    alternative to coefficient alpha. Psychometrika, 74(1), 155-167. doi:10.1007/s11336-008-9099-3

    Cronbach, L. J. (1951). Coefficient alpha and the internal structure of tests. Psychometrika, 16(3), 297-334.
    doi:10.1007/BF02310555

    Duhachek, A., & Iacobucci, D. (2004). Alpha's standard error (ASE): An accurate and precise confidence interval
    estimate. Journal of Applied Psychology, 89(5), 792-808. doi:10.1037/0021-9010.89.5.792

    Chalmers, R. P. (2018). On misconceptions and the limited usefulness of ordinal alpha. Educational and
    Psychological Measurement, 78(6), 1056-1071. doi:10.1177/0013164417727036

    Maydeu-Olivares, A., Coffman, D. L., & Hartmann, W. M. (2007). Asymptotically distribution-free (ADF) interval
    estimation of coefficient alpha. Psychological Methods, 12(2), 157-176. doi:10.1037/1082-989X.12.2.157

    White, I. R., Royston, P., & Wood, A. M. (2011). Multiple imputation using chained equations. Statistics in
    Medicine, 30(4), 377-399. doi:10.1002/sim.4067

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> first = [1.0, 2, 3, 4, 4, 2, 5, 1]
    >>> items = pd.DataFrame({"a": first, "b": [1, 3, 2, 4, np.nan, 3, 4, 2], "c": [2, 2, 3, 3, 5, 1, 4, 1]})
    >>> reliability(items, "demo", missing="fiml").n_used
    8
    """
    request = ReliabilityRequest(
        scale=scale, coefficient=coefficient, by=by, conf_level=conf_level, missing=missing,
        ordinal_alpha=ordinal_alpha, factors=factors, details=details, draws=draws, seed=seed,
    )  # fmt: skip
    check_request(request)
    if not composes(data) and missing != "fiml":
        return plain_reliability(versions(data)[0], request)
    if missing == "fiml":
        _check_fiml(data, request)
    if by is not None:
        grouping_column(data.original if isinstance(data, ImputedData) else data, by)
    return composed_reliability(data, request)


def _check_fiml(data: Data, request: ReliabilityRequest) -> None:
    """Raise an AnalysisError where FIML has no rule."""
    if isinstance(data, ImputedData):
        message = "FIML takes the place of imputation: completed sets have no gaps"
        raise does_not_compose(
            message, "leave missing out, or run it on the answers with their gaps (imputed.original)"
        )
    if request.ordinal_alpha:
        message = "FIML covariances are those of answers as numbers: ordinal alpha takes answers as categories"
        raise does_not_compose(message, 'leave ordinal_alpha out, or use missing = "listwise"')
