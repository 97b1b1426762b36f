"""Confirmatory factor analysis of whatever data there are: complete answers, weights, completed sets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from osa_survey.analysis.domains import composes, versions
from osa_survey.analysis.measuring.composed_factor_models import ComposedFactors, composed_factors
from osa_survey.analysis.measuring.factor_rows import composed_result
from osa_survey.analysis.modelled_answers import answer_sets, answering, with_items_of
from osa_survey.analysis.samples import Data, Sample, does_not_compose
from osa_survey.dataset import ScoredData
from osa_survey.errors import AnalysisError
from osa_survey.psychometrics.argument_problems import conf_level_problems
from osa_survey.psychometrics.confirmatory.factor_models import FactorModelRequest, plain_factor_model
from osa_survey.psychometrics.confirmatory.fits import LIKELIHOOD
from osa_survey.psychometrics.confirmatory.modelled_items import (
    ModelledItems,
    chosen_estimator,
    modelled_items,
)
from osa_survey.results import Result

Estimator = Literal["auto", "ML", "MLR", "MLM", "ULS", "GLS", "DWLS", "WLSMV", "ULSMV"]


def cfa(
    data: Data,
    model: str,
    *,
    estimator: Estimator = "auto",
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
    data : ScoredData, ImputedData or DataFrame
        Scored data, or a data frame with keyed items as columns.
    model : str
        A model in lavaan's syntax (``=~``, ``~~``, ``~``, ``~1``, ``|``, ``~*~``; numbers, labels, ``NA*``,
        ``start()``, ``c(a, b)`` for groups), or with scored data the name of a block, instrument or scale: then its
        definition gives the model, one factor for each scale. Of a data frame a plain word makes one factor of all its
        columns.
    estimator : {"auto", "ML", "MLR", "MLM", "ULS", "GLS", "DWLS", "WLSMV", "ULSMV"}
        ``"auto"`` takes WLSMV where no item has more than five different answers, else MLR. Under weights the weighted
        normal likelihood stands for ``"auto"``, ``"ML"``, ``"MLR"`` and ``"MLM"``.
    missing : {"auto", "listwise", "fiml"}
        ``"auto"`` uses every answer by full-information maximum likelihood with ML and MLR, and complete respondents
        with the others; FIML is for answers without weights or imputed sets.
    group : str, optional
        A nominal variable: the model is fitted to its groups together. Groups of fewer than 50 are left out. Of answers
        without weights or imputed sets.
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
        Also the indices of fit that other programs print (NFI, RFI, IFI, RNI, GFI, AGFI and their kin); of answers
        without weights or imputed sets.

    Returns
    -------
    Result
        Rows ``chi_squared``, ``cfi``, ``tli``, ``rmsea`` (90 % interval; p of close fit), ``srmr``, ``aic``, ``bic``,
        by ``level``: unscaled, scaled, robust. ``more`` holds ``loadings`` (standardised, raw, R²), ``factors``
        (correlations, and with several groups means and variances), ``thresholds`` or ``intercepts``, ``residuals``
        (correlation residuals, the largest first), ``modification_indices``, and with ``details`` ``indices``. The fit
        is ``engine``. Under weights or over imputed sets ``chi_squared`` and ``srmr``; ``more["loadings"]`` with
        ``loading`` (standardised) and ``loading_raw``, ``more["factors"]`` with ``factor_r``, ``factor_variance`` and
        ``residual_r``, each with t or z intervals, over imputed sets with ``fmi``.

    Raises
    ------
    AnalysisError
        If the model cannot be read or is not identified by its count of parameters, or the answers cannot carry it (a
        constant item, no more respondents than items, an answer that a group never gave); ``does_not_compose`` for
        groups, FIML and, under weights, estimators without a likelihood; ``not_converged`` where a completed set has no
        proper maximum.

    Notes
    -----
    Of answers without weights or imputed sets non-convergence, information that is singular, and improper values (a
    negative variance, a correlation beyond one) are rows with a warning that says what to do, never an error.

    Under weights errors are linearised (the sandwich with observed information that lavaan has for sampling weights) or
    those of replicate weights, and χ² is not given. Over imputed sets parameters are pooled by Rubin's rules and the
    (scaled) χ² by D2, which is approximate.

    References
    ----------
    Rosseel, Y. (2012). lavaan: An R package for structural equation modeling. Journal of Statistical Software, 48(2),
    1-36. doi:10.18637/jss.v048.i02

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> trait = rng.normal(size=300)
    >>> items = pd.DataFrame({f"i{n}": trait + rng.normal(size=300) for n in range(4)})
    >>> int(cfa(items, "trait =~ i0 + i1 + i2 + i3", estimator="ML").pick("chi_squared", level="unscaled")["df1"])
    2
    """
    if problems := conf_level_problems(conf_level):
        raise AnalysisError(problems)
    request = FactorModelRequest(
        model=model, estimator=estimator, missing=missing, group=group, group_equal=tuple(group_equal), std_lv=std_lv,
        orthogonal=orthogonal, parameterisation=parameterisation, conf_level=conf_level, details=details,
    )  # fmt: skip
    parts = versions(data)
    if not composes(data):
        return plain_factor_model(parts[0], request)
    _check(parts, request)
    conventions = {"std_lv": std_lv, "orthogonal": orthogonal, "parameterisation": parameterisation}
    items, sample, answers = _samples(data, model)
    weighted = sample.design is not None
    how = "ML" if weighted else chosen_estimator(items.values, estimator)
    found: ComposedFactors = composed_factors(sample, answers, items.names, items.syntax, how, **conventions)
    settings: dict[str, Any] = {
        "model": model, "estimator": how, "missing": "listwise", **conventions, "conf_level": conf_level,
        "syntax": items.syntax,
    }  # fmt: skip
    return composed_result(items, sample, found, how, conf_level, settings)


def _check(parts: Sequence[Any], request: FactorModelRequest) -> None:
    if request.details:
        what = "further indices of fit are not built for weights or imputed sets"
        raise does_not_compose(what, "leave details out, or take data without weights or imputed sets")
    if request.group is not None:
        what = "a factor model of several groups is not built for weights or imputed sets"
        raise does_not_compose(what, "leave group out, or take data without weights or imputed sets")
    if request.missing == "fiml":
        what = "full-information likelihood is not built for weights, and completed sets have no gaps"
        raise does_not_compose(what, "leave missing out, or take answers with their gaps without weights")
    weighted = any(getattr(one, "design", None) is not None for one in parts)
    if weighted and request.estimator not in ("auto", *LIKELIHOOD):
        what = f"{request.estimator} is not built for weights"
        raise does_not_compose(what, 'use estimator = "MLR": the weighted likelihood with design-based errors')


def _samples(data: Data, model: str) -> tuple[ModelledItems, Sample, list[np.ndarray]]:
    """Return the items of the first set, the sample of complete respondents, and the answers of each set."""
    found: list[ModelledItems] = []

    def read(version: ScoredData | pd.DataFrame) -> np.ndarray:
        found.append(modelled_items(with_items_of(version, model), model))
        return found[-1].values

    sample, answers = answering(*answer_sets(data, read), "listwise")
    return found[0], sample, answers
