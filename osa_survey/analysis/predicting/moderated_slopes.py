"""Simple slopes: how steep a predictor is at values of a moderator, and where its slope differs from zero."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import pandas as pd

from osa_survey.analysis.domains import composition_notes
from osa_survey.analysis.predicting.counterfactuals import (
    Value,
    categories,
    is_nominal,
    settings_at,
    short_name,
    title_of,
)
from osa_survey.analysis.predicting.slope_contrasts import Spread, spread_of
from osa_survey.analysis.predicting.slope_rows import Places, SlopeTables, slope_tables
from osa_survey.analysis.predicting.slope_sentences import ABOVE, BELOW, MEAN, SlopeSentences
from osa_survey.analysis.regressing.block_fits import Errors
from osa_survey.analysis.regressing.fitted_models import FittedModel
from osa_survey.analysis.regressing.model_kinds import Model
from osa_survey.analysis.regressing.model_requests import ModelRequest, model_or_result
from osa_survey.analysis.regressing.regression_tables import shared_fields
from osa_survey.dataset import ScoredData, SurveyDesign
from osa_survey.dataset.imputed import ImputedData
from osa_survey.errors import AnalysisError, Problem
from osa_survey.results import Layout, Result, Show

SCALE = (
    "Slopes are on the scale of the linear predictor ({scale}); a slope at a value of the moderator describes the "
    "model, not what would happen if somebody changed."
)
BOUNDS = (
    "Johnson–Neyman bounds: values of the moderator at which the interval of the slope touches zero, each point tested "
    "alone. Bounds outside the observed range say nothing about these respondents."
)
SCALES = {"odds_ratio": "log odds", "rate_ratio": "log rate", "relative_risk_ratio": "log relative risk"}
NONE = {
    "everywhere": "The interval of the slope of {term} excludes zero at every value of {moderator}.",
    "nowhere": "The interval of the slope of {term} includes zero at every value of {moderator}.",
}
BINARY = 2


def simple_slopes(
    data: ScoredData | ImputedData | pd.DataFrame | Result,
    outcome: str | None = None,
    blocks: Sequence[str] | Sequence[Sequence[str]] | None = None,
    *,
    predictor: str,
    moderator: str,
    at: Sequence[float] | Sequence[str] | None = None,
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
    """Return slopes of a predictor at values of a moderator, and Johnson–Neyman bounds.

    Parameters
    ----------
    data : ScoredData, ImputedData, DataFrame or Result
        The data, with the arguments of ``regress``; or a result of ``regress`` that has not been released.
    outcome, blocks, model, formula, errors, cluster, event, as_categories, references, zero_part, penalty, design
        The model, as in ``regress``; its last block is used and holds the product ``"predictor:moderator"``.
    predictor : str
        Whose slope is wanted; of a dummy-coded predictor the difference of each category from the reference.
    moderator : str
        What the slope depends on.
    at : sequence of float or str, optional
        Values of the moderator. By default its (weighted) mean and one standard deviation to each side; both values
        of a number that has two; every category of a dummy-coded moderator.
    conf_level : float
        Level of the intervals; the bounds are those of tests at 1 − ``conf_level``.

    Returns
    -------
    Result
        ``simple_slope``: ``term`` is the predictor, ``contrast`` and ``level`` the place and value of the moderator,
        ``group`` the equation of multinomial and two-part models. ``johnson_neyman``, for numeric moderators whose
        product is a straight line: ``contrast`` says on which side the slope differs from zero, ``level`` whether the
        bound lies inside the observed range. ``more["line"]`` holds the slope over the middle 90% of the moderator.

    Raises
    ------
    AnalysisError
        What ``regress`` refuses; ``no_interaction``; ``not_a_line`` for a curved predictor; ``separation``.

    Notes
    -----
    A slope is c'θ with the standard error √(c'Vc) and the covariance V of the parameters, from whatever source: model,
    sandwich, sampling plan, replicates; over completed sets slopes are pooled by Rubin's rules. Predictors that
    interact with the predictor too are averaged over respondents (Aiken & West, 1991; Bauer & Curran, 2005,
    https://doi.org/10.1207/s15327906mbr4003_5).

    Examples
    --------
    >>> data = pd.DataFrame({"y": [1.0, 2.0, 4.0, 5.0, 7.0, 9.5], "x": [0.0, 1, 2, 0, 1, 2], "m": [0.0, 0, 0, 1, 1, 1]})
    >>> result = simple_slopes(data, "y", ["x*m"], predictor="x", moderator="m")
    >>> [round(float(slope), 2) for slope in result.table["estimate"]]
    [1.5, 2.25]
    """
    request = ModelRequest(
        outcome=outcome, blocks=blocks, model=model, formula=formula, errors=errors, cluster=cluster, event=event,
        as_categories=as_categories, references=references, zero_part=zero_part, penalty=penalty,
        conf_level=conf_level, design=design,
    )  # fmt: skip
    fitted, settings = model_or_result(data, request, "simple_slopes", "its slopes")
    short_name(fitted, predictor)
    short_name(fitted, moderator)
    if predictor == moderator:
        message = f"'{predictor}' is both predictor and moderator"
        raise AnalysisError(Problem("same_variable", message, key="moderator", hint="name two predictors of the model"))
    places, spread = _places(fitted, moderator, at)
    tables = slope_tables(fitted, predictor, moderator, places, spread)
    settings |= {"predictor": predictor, "moderator": moderator} | ({"at": list(at)} if at is not None else {})
    return _result(fitted, tables, predictor, moderator, settings)


def _places(
    model: FittedModel, moderator: str, at: Sequence[float] | Sequence[str] | None
) -> tuple[Places, Spread | None]:
    """Return where slopes are taken, and the spread of a moderator that has a line."""
    nominal = is_nominal(model, moderator)
    spread = None if nominal else spread_of(model, moderator)
    two = spread is not None and spread.values == BINARY
    places: list[tuple[str, Value]]
    if at is not None:
        found = settings_at(model, {moderator: list(at)})
        places = [("", dict(one.values)[moderator]) for one in found]
    elif spread is None:
        places = [("", category) for category in categories(model, moderator)]
    elif two:
        places = [("", spread.low), ("", spread.high)]
    else:
        places = [(BELOW, spread.mean - spread.sd), (MEAN, spread.mean), (ABOVE, spread.mean + spread.sd)]
    return list(dict.fromkeys(places)), None if two else spread


def _result(
    model: FittedModel, tables: SlopeTables, predictor: str, moderator: str, settings: Mapping[str, Any]
) -> Result:
    fields = shared_fields(model, settings, "simple_slopes")
    labels = {**fields["labels"], predictor: title_of(model, predictor), moderator: title_of(model, moderator)}
    fields |= {"labels": labels}
    outcome = model.outcome_title
    of = f"{title_of(model, predictor)} by {title_of(model, moderator)}"
    slope = (Show("simple_slope"), Show("simple_slope", "std_error"), Show("simple_slope", "interval"))
    test = (Show("simple_slope", "p"),)
    bounds = (Show("johnson_neyman"),) if any(region.bounds for _, region in tables.regions) else ()
    keys = ("group",) if len(set(tables.main.table["group"])) > 1 else ()
    scale = "the outcome's units" if model.linear else SCALES.get(model.outcome.kind.ratio, "the model's link")
    notes = [SCALE.format(scale=scale)]
    notes += [BOUNDS] if tables.regions else []
    notes += [
        NONE[region.where].format(term=labels.get(found.term, found.term), moderator=labels[moderator])
        for found, region in tables.regions
        if region.where in NONE
    ]
    wording = SlopeSentences(outcome, title_of(model, moderator), labels)
    more = {}
    if tables.line is not None:
        more["line"] = Result.from_rows(
            tables.line,
            title=f"Slope of {of}, over the middle 90% of the moderator, {outcome}",
            layout=Layout(rows=(*keys, "term", "level"), show=(*slope,), row_head="Moderator"),
            **fields,
        )
    places = ("contrast",) if tables.main.table["contrast"].ne("").any() else ()
    return Result.from_rows(
        tables.main,
        title=f"Simple slopes of {of} for {outcome} ({model.outcome.kind.title} regression)",
        wording=wording,
        layout=Layout(rows=(*keys, "term", *places, "level"), show=(*slope, *test, *bounds), row_head="Predictor"),
        notes=(*notes, *composition_notes(model.sample)),
        more=more,
        plot="slope_lines",
        engine=model,
        **fields,
    )
