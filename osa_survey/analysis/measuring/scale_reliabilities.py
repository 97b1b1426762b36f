"""The reliability of a scale, whatever the data come with: plain, weighted, imputed, or with gaps taken by FIML."""

from __future__ import annotations

from typing import Literal, get_args

from osa_survey.analysis.arguments import check_conf_level
from osa_survey.analysis.domains import composes
from osa_survey.analysis.measuring.composed_reliabilities import composed_reliability
from osa_survey.analysis.samples import Data, does_not_compose
from osa_survey.dataset import ScoredData, column_of
from osa_survey.dataset.imputed import ImputedData
from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.psychometrics import reliability as plain_reliability
from osa_survey.psychometrics.reliability_estimates import CoefficientName
from osa_survey.results import Result

Missing = Literal["listwise", "pairwise", "fiml"]
MOST_DRAWS = 100_000


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
        answers most likely (multivariate normal, gaps missing at random; omega too, but not categorical omega).
    ordinal_alpha : bool
        Also alpha of the polychoric correlations. It is the alpha of tendencies nobody observed, not of the score.
    factors : int
        From two on also omega hierarchical and omega total of so many group factors and a general one.
    details : bool
        Also split halves; of answers without weights or imputed sets the interval of alpha by Duhachek and Iacobucci,
        with standard errors of alpha if an item is dropped, and bootstrap intervals of alpha.
    draws : int
        Bootstrap samples of categorical omega; 0 leaves its interval out.
    seed : int
        Seed of the bootstrap.

    Returns
    -------
    Result
        Rows ``omega_categorical``, ``omega``, ``alpha``, ``alpha_standardised`` and ``inter_item_r``;
        ``more["items"]`` describes the items and ``more["groups"]`` the groups. Of plain data also
        ``more["precision"]`` and what is asked for. ``method`` of each row says where its error comes from.

    Raises
    ------
    AnalysisError
        With fewer than two items, too few respondents, or no variance; ``does_not_compose`` for FIML of completed sets
        and with ``ordinal_alpha``.

    Notes
    -----
    Of plain data the intervals are Feldt's (alpha), delta-method (omega) and bootstrap percentiles (categorical
    omega). Elsewhere they are built on log(1 − α) and logit ω. Under weights the covariances are weighted, and the
    errors linearised (the influence of a respondent on a function f of the covariances S is w(z' G z − tr GS)/Σw with
    df = tr(G dS)) or from replicate weights; without weights the same formula is distribution-free. Categorical omega
    is computed again under replicate weights, or under bootstrap replicates of the design (Rao & Wu). Imputed sets are
    pooled by Rubin's rules on these scales.

    References
    ----------
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
    fiml = missing == "fiml"
    if not composes(data) and not fiml:
        return plain_reliability(
            data,  # type: ignore[arg-type]
            scale,
            coefficient=coefficient,
            by=by,
            conf_level=conf_level,
            missing=missing,  # type: ignore[arg-type]
            ordinal_alpha=ordinal_alpha,
            factors=factors,
            details=details,
            draws=draws,
            seed=seed,
        )
    check_conf_level(conf_level)
    _check_composition(data, missing, ordinal_alpha=ordinal_alpha)
    _check_arguments(data, coefficient, by, draws, factors, missing)
    return composed_reliability(
        data, scale, coefficient=coefficient, by=by, conf_level=conf_level, draws=draws, seed=seed, missing=missing,
        ordinal_alpha=ordinal_alpha, factors=factors, details=details,
    )  # fmt: skip


def _check_composition(data: Data, missing: str, *, ordinal_alpha: bool) -> None:
    """Raise an AnalysisError where an option has no rule under weights, imputation or FIML."""
    fiml = missing == "fiml"
    if fiml and isinstance(data, ImputedData):
        message = "FIML takes the place of imputation: completed sets have no gaps"
        raise does_not_compose(
            message, "leave missing out, or run it on the answers with their gaps (imputed.original)"
        )
    if fiml and ordinal_alpha:
        message = "FIML covariances are those of answers as numbers: ordinal alpha takes answers as categories"
        raise does_not_compose(message, 'leave ordinal_alpha out, or use missing = "listwise"')


def _check_arguments(
    data: Data, coefficient: str | None, by: str | None, draws: int, factors: int, missing: str
) -> None:
    problems = []
    fiml = missing == "fiml"
    if missing not in get_args(Missing):
        hint = nearest(missing, get_args(Missing))
        problems.append(Problem("unknown_option", f"missing cannot be '{missing}'", hint=hint))
    if factors < 1:
        problems.append(Problem("factors", "factors must be 1 or more", hint="factors = 3"))
    known = ("omega", "alpha") if fiml else ("omega_categorical", "omega", "alpha")
    if coefficient is not None and coefficient not in known:
        message = f"coefficient cannot be '{coefficient}'" + (" with FIML" if fiml else "")
        problems.append(Problem("unknown_option", message, hint=nearest(coefficient, known)))
    if not (draws == 0 or 100 <= draws <= MOST_DRAWS):
        message = f"draws must be 0 or lie between 100 and {MOST_DRAWS}"
        problems.append(Problem("draws", message, hint="draws = 1000"))
    if problems:
        raise AnalysisError(problems)
    if by is not None:
        whole: object = data.original if isinstance(data, ImputedData) else data
        assert isinstance(whole, ScoredData) or hasattr(whole, "columns")
        info = column_of(whole, by).info  # type: ignore[arg-type]
        if not info.is_categorical:
            message = f"'{by}' is a {info.type}: it has no declared categories"
            hint = "declare it nominal or ordinal in the codebook (in a data frame: pd.Categorical)"
            raise AnalysisError(Problem("no_categories", message, column=by, hint=hint))
