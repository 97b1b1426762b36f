"""Linear and logistic regression, in hierarchical blocks if wanted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.analysis.arguments import check_numeric
from osa_survey.analysis.design_matrices import Design, design_matrix
from osa_survey.analysis.effect_sizes import check_sizes
from osa_survey.analysis.fitted_models import FittedModel
from osa_survey.analysis.linear_models import LinearFit, fit_linear
from osa_survey.analysis.logistic_models import LogisticFit, fit_logistic
from osa_survey.analysis.model_formulas import terms_of_blocks, terms_of_formula
from osa_survey.analysis.regression_tables import regression_result
from osa_survey.analysis.robust_errors import Errors
from osa_survey.dataset import Column, ScoredData, columns_of, refuse_design
from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.results import Result

Model = Literal["linear", "logistic"]


def regress(
    data: ScoredData | pd.DataFrame,
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
    effect_sizes: Sequence[str] = (),
    conf_level: float = 0.95,
) -> Result:
    """Regress an outcome on predictors that enter together or block by block.

    Parameters
    ----------
    data : ScoredData or DataFrame
        The data. Text columns are refused: declare their categories first.
    outcome : str, optional
        The outcome; not needed with ``formula``.
    blocks : sequence of sequence of str, optional
        Predictors; each inner sequence enters together, a flat sequence is one block. ``"a:b"`` is a product,
        ``"a*b"`` both predictors and their product. Nominal predictors are dummy-coded against their declared
        reference, ordinal ones enter as their codes.
    model : {"linear", "logistic"}
        Ordinary least squares, or binary logistic regression.
    formula : str, optional
        ``"outcome ~ age * gender + I(age^2)"`` in place of ``outcome`` and ``blocks``.
    errors : {"classical", "HC3", "cluster"}
        Standard errors: model-based, heteroscedasticity-consistent, or robust to clusters.
    cluster : str, optional
        The variable that names the clusters, with ``errors="cluster"``.
    event : str or float, optional
        The category of the outcome whose odds a logistic model describes; by default "yes", or 1 of a 0/1 variable.
        All other categories are non-events.
    as_categories : sequence of str
        Ordinal or numeric predictors to be dummy-coded.
    references : mapping of str to str, optional
        Predictor → reference category, where it is not to be the declared one.
    effect_sizes : sequence of str
        Further sizes of each coefficient of a linear model: ``cohens_f2`` (t²/df).
    conf_level : float
        Level of all intervals.

    Returns
    -------
    Result
        The coefficients. ``more["fit"]`` holds the fit of each block's model, ``more["predictors"]`` people per
        category, tests of whole predictors and variance inflation, ``more["blocks"]`` the change from block to block.
        ``level`` says the block where there are several.

    Raises
    ------
    AnalysisError
        If a variable is unknown or text, a predictor constant, columns are perfectly collinear (named), the outcome
        has one value only, or there are too few respondents.

    Notes
    -----
    Respondents with a gap in any variable of the full model are left out of all blocks, so that the blocks describe
    the same people. Whether finite logistic estimates exist is decided by an own check before they are shown
    (``models.separation``); terms without one have a warning in place of numbers. Associations only: no coefficient
    is called an effect.

    Examples
    --------
    >>> data = pd.DataFrame({"score": [1.0, 2.0, 4.0, 5.0, 7.0, 7.0], "age": [20.0, 25.0, 31.0, 38.0, 46.0, 50.0]})
    >>> result = regress(data, "score", ["age"])
    >>> round(float(result.pick("b", term="age")["estimate"]), 4)
    0.2098
    """
    refuse_design(data, "regress")
    _check_choices(model, errors, cluster, conf_level)
    sizes = check_sizes(effect_sizes, ("cohens_f2",) if model == "linear" else (), f"regress(model='{model}')")
    if formula is not None:
        if outcome is not None or blocks is not None:
            message = "give either formula, or outcome and blocks"
            raise AnalysisError(Problem("two_models", message, key="formula", hint="leave one of them out"))
        outcome, terms = terms_of_formula(formula)
    else:
        if outcome is None or not blocks or isinstance(blocks, str):
            message = "an outcome and a list of predictors are needed"
            raise AnalysisError(Problem("no_model", message, key="blocks", hint="regress(data, 'score', [['age']])"))
        nested = [[entry] if isinstance(entry, str) else list(entry) for entry in blocks]
        if all(isinstance(entry, str) for entry in blocks):
            nested = [[name for entry in nested for name in entry]]
        terms = terms_of_blocks(nested)
    if outcome in terms.variables:
        message = f"'{outcome}' is both outcome and predictor"
        raise AnalysisError(Problem("outcome_as_predictor", message, column=outcome, hint="leave it out of the blocks"))
    unknown = [name for name in (*as_categories, *(references or {})) if name not in terms.variables]
    if unknown:
        hint = nearest(unknown[0], terms.variables)
        raise AnalysisError(Problem("unknown_predictor", f"'{unknown[0]}' is no predictor of this model", hint=hint))
    names = [outcome, *terms.variables, *([cluster] if cluster else [])]
    columns = columns_of(data, names)
    check_numeric(*(column for column in columns if not column.info.is_categorical))
    used = np.logical_and.reduce([column.answered for column in columns])
    if not used.any():
        message = "nobody has an answer to all variables of the model"
        raise AnalysisError(
            Problem("no_respondents", message, hint="look at missingness(data) for the variables named")
        )
    y, event_label = _outcome(columns[0], used, model, event)
    predictors = columns[1 : 1 + len(terms.variables)]
    design = design_matrix(terms, predictors, used, as_categories=as_categories, references=references)
    clusters = _clusters(columns[-1], used) if cluster else None
    fits = _fits(y, design, model, errors, clusters, conf_level, outcome)
    fitted = FittedModel(
        outcome=columns[0].info,
        event=event_label,
        y=y,
        design=design,
        fits=fits,
        errors=errors,
        n_clusters=0 if clusters is None else int(clusters.max()) + 1,
        conf_level=conf_level,
        n_dropped=int((~used).sum()),
        sizes=sizes,
    )
    settings: dict[str, Any] = {
        "outcome": outcome,
        "model": model,
        "blocks": [[term.name for term in design.terms if term.block == b + 1] for b in range(design.n_blocks)],
        "formula": formula,
        "errors": errors,
        "cluster": cluster,
        "event": event_label or None,
        "as_categories": list(as_categories),
        "references": {name: members[0][1] for name, members in design.categories.items()},
        "effect_sizes": list(sizes),
        "conf_level": conf_level,
    }
    return regression_result(fitted, {key: value for key, value in settings.items() if value not in (None, [], {})})


def _check_choices(model: str, errors: str, cluster: str | None, conf_level: float) -> None:
    problems = []
    for key, value, known in (("model", model, get_args(Model)), ("errors", errors, get_args(Errors))):
        if value not in known:
            problems.append(
                Problem("unknown_choice", f"{key} cannot be '{value}'", key=key, hint=nearest(value, known))
            )
    if (errors == "cluster") != (cluster is not None):
        hint = "write errors='cluster', cluster='the variable that names the clusters'"
        problems.append(Problem("cluster", "errors='cluster' and cluster= belong together", key="cluster", hint=hint))
    if not 0 < conf_level < 1:
        hint = "0.95 is usual"
        problems.append(Problem("conf_level", "conf_level lies between 0 and 1", key="conf_level", hint=hint))
    if problems:
        raise AnalysisError(problems)


def _outcome(
    column: Column, used: NDArray[np.bool_], model: Model, event: str | float | None
) -> tuple[NDArray[np.float64], str]:
    """Return the outcome of the respondents used, and the label of the event of a logistic model."""
    info, values = column.info, column.values[used]
    if model == "linear":
        if event is not None:
            message = "a linear model has no event"
            raise AnalysisError(Problem("event", message, key="event", hint="write model='logistic'"))
        if info.type == "nominal":
            hint = "write model='logistic' and event='the category'"
            message = f"the categories of {info.title} have no order, so they cannot be a linear model's outcome"
            raise AnalysisError(Problem("nominal_outcome", message, column=info.name, hint=hint))
        if np.ptp(values) == 0:
            message = f"{info.title} has one value only among the respondents used"
            raise AnalysisError(Problem("constant_outcome", message, column=info.name, hint="see who is left"))
        return values, ""
    code, label = _event(column, used, event)
    y = (values == code).astype(np.float64)
    if y.min() == y.max():
        message = f"the respondents used are all {'events' if y[0] else 'non-events'} ({info.title}: {label})"
        raise AnalysisError(Problem("constant_outcome", message, column=info.name, hint="see who is left"))
    return y, label


def _event(column: Column, used: NDArray[np.bool_], event: str | float | None) -> tuple[float, str]:
    info = column.info
    if info.is_categorical:
        code_of = dict(zip(info.labels, info.codes, strict=True))
        chosen = event if event is not None else next((name for name in info.labels if name.lower() == "yes"), None)
        if isinstance(chosen, str) and chosen in code_of:
            return code_of[chosen], chosen
        hint = "event = one of " + ", ".join(f"'{label}'" for label in info.labels)
        what = "no category is called 'yes'" if event is None else f"'{event}' is no category"
        message = f"say which category of {info.title} is the event: {what}"
        raise AnalysisError(Problem("event", message, column=info.name, key="event", hint=hint))
    values = np.unique(column.values[used])
    if len(values) > 2 or (event is None and not np.isin(values, (0.0, 1.0)).all()):
        hint = "declare it as nominal, or write it as 0 and 1"
        message = f"{info.title} is a number, so a logistic model needs it as 0 and 1, or with two values and event="
        raise AnalysisError(Problem("event", message, column=info.name, key="event", hint=hint))
    if event is None:
        return 1.0, "1"
    if isinstance(event, str) or float(event) not in values:
        message = f"'{event}' is no value of {info.title}"
        raise AnalysisError(Problem("event", message, column=info.name, key="event", hint="name one of its two values"))
    return float(event), f"{float(event):g}"


def _clusters(column: Column, used: NDArray[np.bool_]) -> NDArray[np.intp]:
    values, numbers = np.unique(column.values[used], return_inverse=True)
    if len(values) < 2:
        message = f"{column.info.title} has one cluster only among the respondents used"
        raise AnalysisError(Problem("one_cluster", message, column=column.info.name, hint="use errors='HC3'"))
    return numbers.astype(np.intp)


def _fits(
    y: NDArray[np.float64],
    design: Design,
    model: Model,
    errors: Errors,
    clusters: NDArray[np.intp] | None,
    conf_level: float,
    outcome: str,
) -> tuple[LinearFit | LogisticFit, ...]:
    """Return the fit of each block's model, all on the same respondents."""
    fits: list[LinearFit | LogisticFit] = []
    for block in range(1, design.n_blocks + 1):
        X = np.ascontiguousarray(design.matrix[:, design.upto(block)])
        if model == "logistic":
            fits.append(fit_logistic(y, X, errors=errors, clusters=clusters, conf_level=conf_level))
            continue
        fit = fit_linear(y, X, errors=errors, clusters=clusters, conf_level=conf_level)
        if fit is None:
            message = "the predictors reproduce the outcome exactly, so there is no error to test against"
            hint = "is a predictor part of the outcome?"
            raise AnalysisError(Problem("exact_fit", message, column=outcome, hint=hint))
        fits.append(fit)
    return tuple(fits)
