"""Confirmatory factor analysis: whether a model of factors fits the answers, and how items load."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from osa_survey.dataset import ScoredData, refuse_design, refuse_imputed
from osa_survey.errors import AnalysisError, Problem
from osa_survey.psychometrics.confirmatory.factor_parts import FactorParts
from osa_survey.psychometrics.confirmatory.factor_tables import factor_result
from osa_survey.psychometrics.confirmatory.fit_measures import fit_measures
from osa_survey.psychometrics.confirmatory.fits import fit_factor_model
from osa_survey.psychometrics.confirmatory.modelled_items import (
    Floats,
    Groups,
    ModelledItems,
    chosen_estimator,
    groups_of,
    modelled_items,
)
from osa_survey.psychometrics.confirmatory.score_tests import modification_indices
from osa_survey.psychometrics.confirmatory.standardised import standardised
from osa_survey.results import Result


def cfa(
    data: ScoredData | pd.DataFrame,
    model: str,
    *,
    estimator: Literal["auto", "ML", "MLR", "MLM", "ULS", "GLS", "DWLS", "WLSMV", "ULSMV"] = "auto",
    missing: Literal["auto", "listwise", "fiml"] = "auto",
    group: str | None = None,
    group_equal: tuple[str, ...] | list[str] = (),
    std_lv: bool = False,
    orthogonal: bool = False,
    parameterisation: Literal["delta", "theta"] = "delta",
    conf_level: float = 0.95,
    details: bool = False,
) -> Result:
    """Fit a confirmatory factor model.

    Parameters
    ----------
    data : ScoredData or DataFrame
        Scored data, or a data frame with keyed items as columns.
    model : str
        A model in lavaan's syntax (``=~``, ``~~``, ``~``, ``~1``, ``|``, ``~*~``; numbers, labels, ``NA*``,
        ``start()``, ``c(a, b)`` for groups), or with scored data the name of a block, instrument or scale: then its
        definition gives the model, one factor for each scale. Of a data frame a plain word makes one factor of all its
        columns.
    estimator : str
        ``"auto"`` takes WLSMV where no item has more than five different answers, else MLR.
    missing : {"auto", "listwise", "fiml"}
        ``"auto"`` uses every answer by full-information maximum likelihood with ML and MLR, and complete respondents
        with the others.
    group : str, optional
        A nominal variable: the model is fitted to its groups together. Groups of fewer than 50 are left out.
    group_equal : sequence of str
        What is equal in all groups: ``loadings``, ``intercepts``, ``residuals``, ``thresholds``, ``lv.variances``,
        ``lv.covariances``, ``means``.
    std_lv : bool
        Factors have variance one, instead of the first item's loading being one.
    orthogonal : bool
        Factors are unrelated.
    parameterisation : {"delta", "theta"}
        With ordinal items: total or residual variances are fixed.
    conf_level : float
        Level of the intervals of estimates.
    details : bool
        Also the indices of fit that other programs print: NFI, RFI, IFI, RNI, GFI, AGFI, MFI, ECVI, critical N, WRMR,
        RMR, CRMR and their kin.

    Returns
    -------
    Result
        Rows ``chi_squared``, ``cfi``, ``tli``, ``rmsea`` (90 % interval; p of close fit), ``srmr``, ``aic``, ``bic``,
        by ``level``: unscaled, scaled, robust. ``more`` holds ``loadings`` (standardised, raw, R²), ``factors``
        (correlations, and with several groups means and variances), ``thresholds`` or ``intercepts``, ``residuals``
        (correlation residuals, the largest first), ``modification_indices``, and with ``details`` ``indices``. The fit
        is ``engine``.

    Raises
    ------
    AnalysisError
        If the model cannot be read or is not identified by its count of parameters, or the answers cannot carry it
        (a constant item, no more respondents than items, an answer that a group never gave).

    Notes
    -----
    Non-convergence, information that is singular, and improper values (a negative variance, a correlation beyond one)
    are rows with a warning that says what to do, never an error.

    References
    ----------
    Rosseel, Y. (2012). lavaan: An R package for structural equation modeling. Journal of Statistical Software, 48(2),
    1-36. doi:10.18637/jss.v048.i02

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> trait = rng.normal(size=300)
    >>> items = pd.DataFrame({f"i{n}": trait + rng.normal(size=300) for n in range(4)})
    >>> result = cfa(items, "trait =~ i0 + i1 + i2 + i3", estimator="ML")
    >>> int(result.pick("chi_squared", level="unscaled")["df1"])
    2
    """
    if not 0 < conf_level < 1:
        raise AnalysisError(Problem("conf_level", "conf_level must lie between 0 and 1", hint="conf_level = 0.95"))
    refuse_imputed(data, "cfa")
    refuse_design(data, "cfa")
    items = modelled_items(data, model)
    how = chosen_estimator(items.values, estimator)
    gaps = chosen_missing(items.values, how, missing)
    groups = groups_of(data, group, usable(items.values, gaps))
    fit = fit_factor_model(
        [items.values[mask] for mask in groups.masks],
        items.names,
        items.syntax,
        estimator=how,
        missing=gaps,
        labels=groups.labels,
        std_lv=std_lv,
        orthogonal=orthogonal,
        parameterisation=parameterisation,
        group_equal=tuple(group_equal),
    )
    proper = fit.minimum.converged and fit.inference.covariance is not None
    parts = FactorParts(
        items=items,
        groups=groups,
        fit=fit,
        measures=fit_measures(fit),
        standardised=standardised(fit),
        releases=modification_indices(fit) if proper else (),
        missing=gaps,
        chosen=estimator == "auto",
        conf_level=conf_level,
        n_all=len(items.values),
        details=details,
    )
    settings = {
        "model": model,
        "estimator": how,
        "missing": gaps,
        "group": group,
        "group_equal": tuple(group_equal),
        "std_lv": std_lv,
        "orthogonal": orthogonal,
        "parameterisation": parameterisation,
        "conf_level": conf_level,
        "details": details,
    }
    return factor_result(parts, settings)


def chosen_missing(values: Floats, estimator: str, missing: str) -> Literal["listwise", "fiml"]:
    """Return how gaps are handled; without gaps both are the same and the faster one is taken."""
    if missing == "auto":
        return "fiml" if estimator in ("ML", "MLR") and bool(np.isnan(values).any()) else "listwise"
    return missing  # type: ignore[return-value]


def usable(values: Floats, missing: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return which respondents take part."""
    gaps = np.isnan(values)
    return np.asarray(~gaps.all(axis=1) if missing == "fiml" else ~gaps.any(axis=1))


__all__ = ["Groups", "ModelledItems", "cfa"]
