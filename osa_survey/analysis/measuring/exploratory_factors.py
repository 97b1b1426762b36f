"""Exploratory factor analysis of whatever data there are: complete answers, weights, completed sets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import numpy as np

from osa_survey.analysis.domains import composes, versions
from osa_survey.analysis.measuring.pooled_matrices import PooledMatrix, check_effective, pooled_matrix
from osa_survey.analysis.samples import Data
from osa_survey.psychometrics.exploratory.dimension_tables import dimensions_result
from osa_survey.psychometrics.exploratory.extractions import Extraction
from osa_survey.psychometrics.exploratory.factor_requests import (
    FactorRequest,
    check_draws,
    check_factors,
    wanted_target,
)
from osa_survey.psychometrics.exploratory.factor_solutions import solved_factors
from osa_survey.psychometrics.exploratory.item_correlations import ItemCorrelations, Kind, item_correlations, items_of
from osa_survey.psychometrics.exploratory.loading_errors import LoadingErrors, errors_of, loading_errors, loading_slopes
from osa_survey.psychometrics.exploratory.rotations import Rotated, Rotation
from osa_survey.psychometrics.item_statistics import Missing
from osa_survey.results import Result


def efa(
    data: Data,
    scales: str | Sequence[str] | None = None,
    *,
    factors: int | Literal["parallel"] = "parallel",
    extraction: Extraction = "minres",
    rotation: Rotation = "oblimin",
    correlation: Kind = "pearson",
    missing: Missing = "listwise",
    target: Mapping[str, Sequence[str]] | None = None,
    starts: int = 30,
    draws: int = 100,
    seed: int = 1,
    conf_level: float = 0.95,
    progress: Callable[[int, int], None] | None = None,
) -> Result:
    """Return an exploratory factor analysis of the items of one or several scales.

    Parameters
    ----------
    data : ScoredData, ImputedData or DataFrame
        Scored data; weights of a design are used, imputed sets pooled. Or a data frame whose columns are keyed items.
    scales : str or sequence of str, optional
        Scored columns whose items are taken together; may be left out if there is only one.
    factors : int or "parallel"
        How many; ``"parallel"`` takes what Horn's parallel analysis of components suggests, at least one, from random
        data of the (effective) number of respondents. (The variant with reduced correlations tends to suggest too
        many; ``dimensionality`` shows both.)
    extraction : {"minres", "ml", "principal_axis"}
        Least squares, maximum likelihood, or iterated principal axes.
    rotation : {"oblimin", "geomin", "varimax", "promax", "target", "none"}
        Oblimin with gamma 0 (quartimin), geomin with delta 0.01.
    correlation : {"pearson", "polychoric"}
        Of answers as numbers, or of the tendencies behind them.
    missing : {"listwise", "pairwise"}
        Complete cases, or everybody who answered both items of a pair (then without standard errors).
    target : mapping of str to sequence of str, optional
        Factor → the item columns that should load on it; with several scales by default the scales. It gives Tucker's
        congruence, and what ``rotation = "target"`` turns to.
    starts : int
        Random starts of the rotation.
    draws : int
        Random data sets of the parallel analysis, under weights or imputation of the effective number of respondents.
    seed : int
        Of random starts and random data.
    conf_level : float
        Level of the intervals of loadings and factor correlations.
    progress : callable, optional
        Told (done, all) after each random data set of polychoric correlations.

    Returns
    -------
    Result
        Rows ``factors``, ``variance_explained``, fit (``fit_chi_squared``, ``rmsea`` with 90 % interval, ``tli``,
        ``rmsr``, ``bic``); ``more`` holds ``loadings`` (with standard errors), ``communalities``, ``factors`` (variance
        each explains), ``factor_correlations``, ``congruence`` with a target, and ``dimensions`` where the number came
        from parallel analysis. Under weights or imputation without χ² and what is built from it; loadings and factor
        correlations then have t intervals.

    Raises
    ------
    AnalysisError
        Items that cannot be factored (see ``dimensionality``), more factors than the items identify, unknown words.

    Notes
    -----
    Standard errors of answers without weights and imputed sets are those of ``loading_errors``: robust for Pearson
    correlations (no normality assumed), with the asymptotic covariance of polychoric correlations else. Promax has no
    criterion, so none are given there. A factor has no sign of its own: columns are turned so that their loadings sum
    to a positive number.

    Else factored are the weighted correlations, over imputed sets their mean: factors of several sets need not be
    matched then. The covariance V of these correlations (linearised, from replicate weights, with Rubin's rules between
    sets) gives that of the loadings as J V J', with the derivatives J of the solution by the correlations (Jennrich,
    1974): the two stages of Lee and Cai (2012). Degrees of freedom are those of the design or of Barnard and Rubin.

    References
    ----------
    Browne, M. W. (2001). An overview of analytic rotation in exploratory factor analysis. Multivariate Behavioral
    Research, 36(1), 111-150. doi:10.1207/S15327906MBR3601_05

    Nassiri, V., Lovik, A., Molenberghs, G., & Verbeke, G. (2018). On using multiple imputation for exploratory factor
    analysis of incomplete data. Behavior Research Methods, 50(2), 501-517. doi:10.3758/s13428-017-1013-4

    Lee, T., & Cai, L. (2012). Alternative multiple imputation inference for mean and covariance structure modeling.
    Journal of Educational and Behavioral Statistics, 37(6), 675-702. doi:10.3102/1076998612458320 (pages recalled)

    Examples
    --------
    >>> import pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> trait = rng.normal(size=300)
    >>> items = pd.DataFrame({f"i{n}": trait + rng.normal(size=300) for n in range(4)})
    >>> int(efa(items, factors=1).pick("factors")["estimate"])
    1
    """
    check_draws(draws, 0.95, correlation, missing)
    first = versions(data)[0]
    items = items_of(first, scales)
    request = FactorRequest(
        factors, extraction, rotation, wanted_target(first, scales, items, target), starts, draws, seed, conf_level
    )
    check_factors(request)
    if not composes(data):
        found = item_correlations(items, correlation, missing)
        return solved_factors(found, request, lambda rotated: _errors(found, rotated, extraction), progress=progress)
    pooled = pooled_matrix(data, scales, correlation, missing)
    if factors == "parallel":
        check_effective(pooled)
    return solved_factors(
        pooled.found,
        request,
        lambda rotated: _pooled_errors(pooled, rotated, extraction),
        composition=pooled.composition,
        progress=progress,
    )


def dimensionality(
    data: Data,
    scales: str | Sequence[str] | None = None,
    *,
    correlation: Kind = "pearson",
    missing: Missing = "listwise",
    draws: int = 100,
    quantile: float = 0.95,
    seed: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Result:
    """Return how many factors the items of one or several scales have, by several rules.

    Parameters
    ----------
    data : ScoredData, ImputedData or DataFrame
        Scored data; weights of a design are used, imputed sets pooled. Or a data frame whose columns are keyed items.
    scales : str or sequence of str, optional
        Scored columns whose items are taken together; may be left out if there is only one.
    correlation : {"pearson", "polychoric"}
        Of answers as numbers, or of the tendencies behind them. For polychoric correlations the random data are the
        answers, each item shuffled by itself.
    missing : {"listwise", "pairwise"}
        Complete cases, or everybody who answered both items of a pair.
    draws : int
        Random data sets of the parallel analysis.
    quantile : float
        Quantile of their eigenvalues that an observed one must exceed.
    seed : int
        Of the random data.
    progress : callable, optional
        Told (done, all) after each random data set of polychoric correlations.

    Returns
    -------
    Result
        Rows ``kmo`` (Kaiser–Meyer–Olkin measure, 0 to 1), ``sphericity`` (Bartlett's test) and ``factors`` for each
        rule; ``more["eigenvalues"]`` with observed and random eigenvalues and average squared partials by number of
        factors, ``more["items"]`` with the adequacy of each item. Under weights the same of the weighted correlations,
        over imputed sets of their mean; ``sphericity`` is then a Wald test, and ``effective_n`` the size of the random
        data.

    Raises
    ------
    AnalysisError
        Fewer than three items, too few respondents, an item without variance or that follows from the others;
        ``too_few_respondents`` also where weighted or pooled correlations are known no better than from as many
        respondents as items.

    Notes
    -----
    Parallel analysis counts the leading eigenvalues of the p × p correlations above the ``quantile`` of those of random
    data; MAP the number of components at which the mean squared partial correlation of items is smallest; Bartlett's
    χ² is −(n − 1 − (2p + 5)/6) ln det R with p(p − 1)/2 degrees of freedom; KMO is Σr²/(Σr² + Σq²) over pairs, with q
    the partial correlations.

    Numbers of factors of several sets are not pooled: every rule is applied once, to one matrix. Parallel analysis
    asks how large eigenvalues get by the error of the correlations alone. Under weights, clusters and imputation that
    error is another one, so random data (normal; of polychoric correlations answers with the weighted shares) have
    n Σ V₀/Σ V respondents, with the variances V of the correlations and V₀ of those of a simple random sample of n
    complete answers, summed over pairs, and never more than n.

    References
    ----------
    Horn, J. L. (1965). A rationale and test for the number of factors in factor analysis. Psychometrika, 30(2),
    179-185. doi:10.1007/BF02289447

    Examples
    --------
    >>> import pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> trait = rng.normal(size=300)
    >>> items = pd.DataFrame({f"i{n}": trait + rng.normal(size=300) for n in range(4)})
    >>> found = dimensionality(items, draws=20).table
    >>> sorted(set(found.loc[found["quantity"] == "factors", "estimate"]))
    [1.0]
    """
    check_draws(draws, quantile, correlation, missing)
    if not composes(data):
        found, composition = item_correlations(items_of(versions(data)[0], scales), correlation, missing), None
    else:
        pooled = pooled_matrix(data, scales, correlation, missing)
        check_effective(pooled)
        found, composition = pooled.found, pooled.composition
    return dimensions_result(
        found, draws=draws, quantile=quantile, seed=seed, progress=progress, composition=composition
    )


def _errors(found: ItemCorrelations, rotated: Rotated, extraction: Extraction) -> LoadingErrors | None:
    if found.missing != "listwise":
        return None
    return loading_errors(rotated, found.asymptotic(), found.n, extraction=extraction)


def _pooled_errors(pooled: PooledMatrix, rotated: Rotated, extraction: Extraction) -> LoadingErrors | None:
    slopes = loading_slopes(rotated, extraction=extraction)
    if slopes is None or not np.isfinite(pooled.r.covariance).all():
        return None
    found = pooled.r.combined(slopes)
    return errors_of(rotated, found.covariance, found.df)
