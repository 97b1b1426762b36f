"""Margins: what a model predicts on average, how predictions differ, and how steep they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import pandas as pd

from osa_survey.analysis.arguments import check_choices
from osa_survey.analysis.domains import composition_notes
from osa_survey.analysis.multiplicity import check_adjustment
from osa_survey.analysis.predicting.counterfactuals import (
    AtValues,
    Setting,
    categories,
    is_nominal,
    predictors,
    settings_at,
    title_of,
    typical_values,
)
from osa_survey.analysis.predicting.margin_rows import Asked, margin_rows, setting_labels
from osa_survey.analysis.predicting.margin_sentences import MarginSentences
from osa_survey.analysis.predicting.model_predictions import Question
from osa_survey.analysis.regressing.block_fits import Errors
from osa_survey.analysis.regressing.fitted_models import FittedModel
from osa_survey.analysis.regressing.model_kinds import Model
from osa_survey.analysis.regressing.model_requests import ModelRequest, model_or_result
from osa_survey.analysis.regressing.regression_tables import shared_fields
from osa_survey.dataset import ScoredData, SurveyDesign
from osa_survey.dataset.imputed import ImputedData
from osa_survey.errors import AnalysisError, Problem
from osa_survey.results import Layout, Result, Show

OBSERVED = "as observed"
NOTE = (
    "Averages are taken over the respondents of the model{weights}; standard errors carry the uncertainty of the "
    "coefficients, with the predictors of these respondents taken as given. They describe predictions of the model, "
    "not what would happen if somebody changed."
)
TYPICAL = "All other predictors are held at their mean, or at their most frequent category."


def margins(
    data: ScoredData | ImputedData | pd.DataFrame | Result,
    outcome: str | None = None,
    blocks: Sequence[str] | Sequence[Sequence[str]] | None = None,
    *,
    at: AtValues | None = None,
    by: str | None = None,
    contrast: str | None = None,
    slope: str | Sequence[str] = (),
    others: Literal["observed", "typical"] = "observed",
    adjust: str = "none",
    model: Model = "linear",
    formula: str | None = None,
    errors: Errors = "classical",
    cluster: str | None = None,
    event: str | float | None = None,
    as_categories: Sequence[str] = (),
    references: Mapping[str, str] | None = None,
    zero_part: Literal["same", "constant"] = "same",
    penalty: Literal["none", "firth"] = "none",
    conf_level: float = 0.95,
    design: SurveyDesign | None = None,
) -> Result:
    """Return average predictions of a regression, their differences between categories, and average slopes.

    Parameters
    ----------
    data : ScoredData, ImputedData, DataFrame or Result
        The data, with the arguments of ``regress``; or a result of ``regress`` that has not been released.
    outcome, blocks, model, formula, errors, cluster, event, as_categories, references, zero_part, penalty, design
        The model, as in ``regress``; its last block is used. Not with a result.
    at : mapping, optional
        Predictor → value or values everybody is set to; every combination is predicted.
    by : str, optional
        A dummy-coded predictor: averages among the people of each of its categories.
    contrast : str, optional
        A dummy-coded predictor, or a number with two or more values in ``at``: differences from its reference
        (its first value).
    slope : str or sequence of str
        Numbers whose average slope (average marginal effect) is given.
    others : {"observed", "typical"}
        Whether predictors that are not set keep their values, respondent by respondent, or are held at their
        (weighted) mean or most frequent category.
    adjust : str
        How p values of all differences and slopes are adjusted together: ``"holm"``, ``"bh"``, ….
    conf_level : float
        Level of the intervals.

    Returns
    -------
    Result
        ``prediction`` (on the outcome's scale: a mean, a number, a probability), ``prediction_difference`` and
        ``average_slope``. ``level`` is the category of an ordinal or multinomial outcome, ``group`` that of ``by``.
        If nothing is asked: slopes of all numbers and differences of all categories.

    Raises
    ------
    AnalysisError
        What ``regress`` refuses; unknown predictors and categories; ``separation`` where a model has no finite
        estimates.

    Notes
    -----
    Delta method: the covariance of an average g(θ) is J V J' with the covariance V of the parameters, from whatever
    source: model, sandwich, sampling plan, replicates. Over completed sets averages are pooled by Rubin's rules.

    Examples
    --------
    >>> data = pd.DataFrame({"score": [1.0, 2.0, 4.0, 5.0, 7.0, 7.0], "age": [20.0, 25.0, 31.0, 38.0, 46.0, 50.0]})
    >>> result = margins(data, "score", ["age"], slope="age")
    >>> round(float(result.pick("average_slope")["estimate"]), 4)
    0.2098
    """
    check_adjustment(adjust)
    check_choices(("others", others, ("observed", "typical")))
    request = ModelRequest(
        outcome=outcome, blocks=blocks, model=model, formula=formula, errors=errors, cluster=cluster, event=event,
        as_categories=as_categories, references=references, zero_part=zero_part, penalty=penalty,
        conf_level=conf_level, design=design,
    )  # fmt: skip
    fitted, settings = model_or_result(data, request, "margins", "its predictions")
    asked, shown = _asked(fitted, at or {}, by, contrast, [slope] if isinstance(slope, str) else list(slope), others)
    settings |= {
        key: value
        for key, value in (("at", dict(at or {})), ("by", by), ("contrast", contrast), ("slope", slope or None),
                           ("others", others), ("adjust", adjust if adjust != "none" else None))
        if value not in (None, {}, ())
    }  # fmt: skip
    return _result(fitted, asked, shown, settings, adjust, one_row=others == "typical")


def _asked(
    model: FittedModel, at: AtValues, by: str | None, contrast: str | None, slopes: list[str], others: str
) -> tuple[list[Asked], list[Setting]]:
    """Return every row that is asked for, and the settings they have."""
    _check(model, at, by, contrast, slopes)
    typical = typical_values(model) if others == "typical" else {}
    groups: list[tuple[str, str] | tuple[()]] = [()]
    if by is not None:
        groups = [(by, category) for category in categories(model, by)]
    contrasts = [contrast] if contrast is not None else []
    if not at and not contrasts and not slopes:
        numbers = [name for name in predictors(model) if not is_nominal(model, name)]
        slopes = numbers if by is None else []
        contrasts = [name for name in predictors(model) if is_nominal(model, name)] if by is None else []
    found: list[Asked] = []
    shown: list[Setting] = []

    def full(setting: Setting) -> Setting:
        given = dict(setting.values)
        return Setting((*setting.values, *((name, value) for name, value in typical.items() if name not in given)))

    for group in groups:
        base = settings_at(model, {name: value for name, value in at.items() if name not in contrasts})
        if not contrasts and not slopes:
            for setting in base:
                shown.append(setting)
                found.append(Asked("prediction", Question(full(setting), among=group), None, setting.name(model)))
        for name in contrasts:
            values: Any = categories(model, name) if is_nominal(model, name) and name not in at else at[name]
            options = settings_at(model, {name: values})
            for setting in base:
                joined = [Setting((*one.values, *setting.values)) for one in options]
                shown += [setting, *joined, *options]
                for one in joined:
                    found.append(Asked("prediction", Question(full(one), among=group), None, one.name(model)))
                term = setting.name(model) if setting.values else name
                for one, other in zip(options[1:], joined[1:], strict=True):
                    label = f"{one.name(model)} − {options[0].name(model)}"
                    first = Question(full(joined[0]), among=group)
                    second = Question(full(other), among=group)
                    found.append(Asked("prediction_difference", second, first, term, label))
        for name in slopes:
            for setting in base:
                shown.append(setting)
                where = setting.name(model) if setting.values else ""
                found.append(Asked("average_slope", Question(full(setting), name, group), None, name, where))
    return list(dict.fromkeys(found)), shown


def _check(model: FittedModel, at: AtValues, by: str | None, contrast: str | None, slopes: list[str]) -> None:
    settings_at(model, at)
    problems = []
    if by is not None and not is_nominal(model, by):
        message = f"by needs a dummy-coded predictor, and '{by}' is a number"
        problems.append(Problem("no_categories", message, key="by", hint="give its values in at"))
    if by is not None and by in at:
        problems.append(Problem("by_and_at", f"'{by}' is in by and in at", key="by", hint="name it in one of them"))
    if contrast is not None and not is_nominal(model, contrast) and contrast not in at:
        message = f"'{contrast}' is a number: say which of its values are compared"
        problems.append(Problem("no_value", message, key="contrast", hint=f"at = {{'{contrast}': [20, 40]}}"))
    for name in slopes:
        if is_nominal(model, name):
            message = f"'{name}' has categories, so it has no slope"
            problems.append(Problem("no_slope", message, key="slope", hint=f"contrast = '{name}'"))
        elif name in at and isinstance(at[name], str):
            problems.append(Problem("not_a_number", f"'{name}' is a number", key="at", hint="give a number"))
    if problems:
        raise AnalysisError(problems)


def _result(
    model: FittedModel, asked: Sequence[Asked], shown: Sequence[Setting], settings: Mapping[str, Any], adjust: str,
    *, one_row: bool,
) -> Result:  # fmt: skip
    fields = shared_fields(model, settings, "margins")
    minus = {one.contrast: _difference(model, one) for one in asked if " − " in one.contrast}
    labels = {**fields["labels"], **setting_labels(model, shown), **minus, OBSERVED: "As observed"}
    labels |= {name: title_of(model, name) for name in predictors(model)}
    outcome = model.outcome_title
    rows = margin_rows(model, asked, adjust, one_row=one_row)
    held = [quantity for quantity in ("prediction", "prediction_difference", "average_slope")
            if any(one.quantity == quantity for one in asked)]  # fmt: skip
    show = [Show(quantity, part) for quantity in held for part in ("estimate", "interval")]
    show += [Show(quantity, "p_adjusted" if adjust != "none" else "p") for quantity in held if quantity != "prediction"]
    keys = [key for key, needed in (("group", any(one.question.among for one in asked)), ("term", True),
                                    ("contrast", any(one.contrast for one in asked))) if needed]  # fmt: skip
    if model.outcome.kind.categorical:
        keys.append("level")
    notes = [NOTE.format(weights=", weighted" if model.sample.design is not None else "")]
    notes += [TYPICAL] if one_row else []
    notes += composition_notes(model.sample)
    return Result.from_rows(
        rows,
        title=f"Predictions of {outcome} ({model.outcome.kind.title} regression)",
        wording=MarginSentences(outcome, labels),
        layout=Layout(rows=tuple(keys), show=tuple(show), row_head="Predictor"),
        notes=tuple(notes),
        plot="coefficients",
        engine=model,
        **{**fields, "labels": labels},
    )


def _difference(model: FittedModel, one: Asked) -> str:
    """Return what is subtracted from what, without the name of the predictor where it stands before the difference."""
    parts = [_label(model, part) for part in one.contrast.split(" − ")]
    if one.term not in predictors(model):
        return " − ".join(parts)
    return " − ".join(part.removeprefix(f"{title_of(model, one.term)}: ") for part in parts)


def _label(model: FittedModel, name: str) -> str:
    predictor, bracket, category = name.partition("[")
    if bracket:
        return f"{title_of(model, predictor)}: {category.removesuffix(']')}"
    return name.replace(name.split(" = ", maxsplit=1)[0], title_of(model, name.split(" = ", maxsplit=1)[0]))
