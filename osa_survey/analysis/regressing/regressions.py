"""Regression of any kind, in hierarchical blocks if wanted, under weights and imputation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import pandas as pd

from osa_survey.analysis.regressing.block_fits import Errors
from osa_survey.analysis.regressing.model_kinds import Model
from osa_survey.analysis.regressing.model_requests import ModelRequest, fitted_model, settings_of
from osa_survey.analysis.regressing.regression_tables import regression_result
from osa_survey.dataset import ScoredData, SurveyDesign
from osa_survey.dataset.imputed import ImputedData
from osa_survey.results import Result


def regress(
    data: ScoredData | ImputedData | pd.DataFrame,
    outcome: str | None = None,
    blocks: Sequence[str] | Sequence[Sequence[str]] | None = None,
    *,
    model: Model = "linear",
    formula: str | None = None,
    errors: Errors = "classical",
    cluster: str | None = None,
    event: str | float | None = None,
    as_categories: Sequence[str] = (),
    references: Mapping[str, str] | None = None,
    zero_part: Literal["same", "constant"] = "same",
    penalty: Literal["none", "firth"] = "none",
    effect_sizes: Sequence[str] = (),
    adjust: str = "none",
    conf_level: float = 0.95,
    design: SurveyDesign | None = None,
) -> Result:
    """Regress an outcome on predictors that enter together or block by block.

    Parameters
    ----------
    data : ScoredData, ImputedData or DataFrame
        The data. Weights and sampling plan of scored data are used; completed sets are pooled by Rubin's rules. Text
        columns are refused: declare their categories first.
    outcome : str, optional
        The outcome; not needed with ``formula``.
    blocks : sequence of sequence of str, optional
        Predictors; each inner sequence enters together, a flat sequence is one block. ``"a:b"`` is a product,
        ``"a*b"`` both predictors and their product; ``"poly(a, 2)"`` is a polynomial, ``"bs(a, df=4)"`` and
        ``"cr(a, df=4)"`` are splines. Nominal predictors are dummy-coded against their declared reference, ordinal
        ones enter as their codes.
    model : str
        ``"linear"``; ``"logistic"`` (or ``"logit"``) and ``"probit"`` of an event; ``"ordinal_logit"`` and
        ``"ordinal_probit"`` of ordered categories, ``"multinomial"`` of any; ``"poisson"``, ``"negative_binomial"``,
        ``"zero_inflated_…"`` and ``"hurdle_…"`` of counts; ``"beta"`` of shares between 0 and 1, ``"fractional"`` of
        shares with 0 and 1.
    formula : str, optional
        ``"outcome ~ age * gender + I(age^2)"`` in place of ``outcome`` and ``blocks``.
    errors : {"classical", "HC0", "HC1", "HC3", "cluster"}
        Standard errors without a design: model-based, heteroscedasticity-consistent (HC3 for models of one linear
        predictor), or robust to clusters.
    cluster : str, optional
        The variable that names the clusters, with ``errors="cluster"``.
    event : str or float, optional
        The category of the outcome whose chance a binary model describes; by default "yes", or 1 of a 0/1 variable.
        All other categories are non-events.
    as_categories : sequence of str
        Ordinal or numeric predictors to be dummy-coded.
    references : mapping of str to str, optional
        Predictor (or multinomial outcome) → reference category, where it is not to be the declared one.
    zero_part : {"same", "constant"}
        Whether the zeros of a zero-inflated or hurdle model have the same predictors as the counts, or none.
    penalty : {"none", "firth"}
        Firth's penalty for logistic models, only when asked; intervals and tests are then profiles of the penalised
        likelihood (of the Wald type with robust errors, replicate weights or imputed sets).
    effect_sizes : sequence of str
        Further sizes of each coefficient of a linear model: ``cohens_f2`` (t²/df; under weights or imputation that of
        the partial correlation).
    adjust : str
        How p values are adjusted over the coefficients of a block: ``"holm"``, ``"bh"``, ….
    conf_level : float
        Level of all intervals.
    design : SurveyDesign, optional
        The sampling plan of a data frame (``weighting.survey_design``); scored data bring their own.

    Returns
    -------
    Result
        The coefficients: ``b``; exp(b) as ``odds_ratio``, ``rate_ratio`` or ``relative_risk_ratio``; ``beta`` and
        ``semipartial_r2`` of linear models; ``threshold``, ``dispersion``. ``contrast`` names the equation of
        multinomial and two-part models. ``more["fit"]`` holds the fit of each block's model, ``more["predictors"]``
        people per category, tests of whole predictors and variance inflation, ``more["blocks"]`` the change from
        block to block, ``more["parallel_lines"]`` Brant's test. ``level`` says the block where there are several.

    Raises
    ------
    AnalysisError
        If a variable is unknown or text, a predictor constant, columns are perfectly collinear (named), the outcome
        has one value only, or there are too few respondents; ``does_not_compose`` where an option has no rule under
        weights or imputation.

    Notes
    -----
    Respondents with a gap in any variable of the full model are left out of all blocks, so that the blocks describe
    the same people. Whether finite logistic estimates exist is decided by an own check before they are shown
    (``models.separation``); terms without one have a warning in place of numbers. Associations only: no coefficient
    is called an effect.

    Weighted estimates maximise the pseudo-likelihood Σ w ℓ; their covariance is linearised or comes from replicate
    weights, tests use the degrees of freedom of the design less the number of coefficients beyond the intercept.
    Blocks are compared by F (linear), by likelihood ratio, or by Wald tests with robust errors or weights; over
    imputed sets by D1, or by D3 where likelihoods are compared.

    Examples
    --------
    >>> data = pd.DataFrame({"score": [1.0, 2.0, 4.0, 5.0, 7.0, 7.0], "age": [20.0, 25.0, 31.0, 38.0, 46.0, 50.0]})
    >>> result = regress(data, "score", ["age"])
    >>> round(float(result.pick("b", term="age")["estimate"]), 4)
    0.2098
    """
    asked = ModelRequest(
        outcome=outcome,
        blocks=blocks,
        model=model,
        formula=formula,
        errors=errors,
        cluster=cluster,
        event=event,
        as_categories=as_categories,
        references=references,
        zero_part=zero_part,
        penalty=penalty,
        effect_sizes=effect_sizes,
        adjust=adjust,
        conf_level=conf_level,
        design=design,
    )
    found = fitted_model(data, asked)
    return regression_result(found, settings_of(asked, found))
