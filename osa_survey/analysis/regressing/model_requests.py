"""What a regression was asked for becomes fitted models: arguments checked, matrix built once, every block fitted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.arguments import check_numeric, unknown_choices
from osa_survey.analysis.effect_sizes import check_sizes
from osa_survey.analysis.multiplicity import check_adjustment
from osa_survey.analysis.regressing.block_fits import Errors, fit_block
from osa_survey.analysis.regressing.design_matrices import Design, design_matrix
from osa_survey.analysis.regressing.fitted_models import FittedModel
from osa_survey.analysis.regressing.model_formulas import ModelTerms, terms_of_blocks, terms_of_formula
from osa_survey.analysis.regressing.model_kinds import ModelKind, model_kind
from osa_survey.analysis.regressing.model_outcomes import outcome_of
from osa_survey.analysis.samples import CompletedSet, Data, Sample, does_not_compose, sample_of
from osa_survey.dataset import SurveyDesign
from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.results import Result


@dataclass(frozen=True)
class ModelRequest:
    """The arguments of ``regress`` that say which model is fitted; their meaning is explained there."""

    outcome: str | None = None
    blocks: Sequence[str] | Sequence[Sequence[str]] | None = None
    model: str = "linear"
    formula: str | None = None
    errors: Errors = "classical"
    cluster: str | None = None
    event: str | float | None = None
    as_categories: Sequence[str] = ()
    references: Mapping[str, str] | None = None
    zero_part: str = "same"
    penalty: str = "none"
    effect_sizes: Sequence[str] = ()
    adjust: str = "none"
    conf_level: float = 0.95
    design: SurveyDesign | None = None


def fitted_model(data: Data, asked: ModelRequest) -> FittedModel:
    """Return the models of all blocks, fitted.

    Raises
    ------
    AnalysisError
        Everything ``regress`` says it refuses.
    """
    kind = checked_kind(asked)
    sizes = check_sizes(asked.effect_sizes, ("cohens_f2",) if kind.linear else (), f"regress(model='{asked.model}')")
    outcome, terms = model_terms(asked)
    _check_names(outcome, terms, asked, kind)
    names = [outcome, *terms.variables, *([asked.cluster] if asked.cluster else [])]
    sample = sample_of(data, names, design=asked.design)
    for one in sample.sets:
        check_numeric(*(column for column in one.columns if not column.info.is_categorical))
    _check_composition(sample, asked)
    found = outcome_of(kind, sample.sets, asked.event, (asked.references or {}).get(outcome))
    last = 1 + len(terms.variables)
    design = design_matrix(
        terms,
        [one.columns[1:last] for one in sample.sets],
        [one.used for one in sample.sets],
        as_categories=asked.as_categories,
        references={name: label for name, label in (asked.references or {}).items() if name != outcome},
    )
    clusters = tuple(_clusters(one) for one in sample.sets) if asked.cluster else None
    constant = asked.zero_part == "constant"

    def fitted(positions: NDArray[np.intp]) -> Any:
        matrices = [np.ascontiguousarray(matrix[:, positions]) for matrix in design.matrices]
        columns = [design.terms[int(position)].name for position in positions]
        return fit_block(sample, found, matrices, columns, errors=asked.errors, clusters=clusters,
                         constant_second=constant)  # fmt: skip

    return FittedModel(
        sample=sample,
        outcome=found,
        design=design,
        null=fitted(np.array([0], dtype=np.intp)),
        blocks=tuple(fitted(design.upto(block)) for block in range(1, design.n_blocks + 1)),
        errors=asked.errors,
        clusters=clusters,
        conf_level=asked.conf_level,
        sizes=sizes,
        adjust=asked.adjust,
    )


def model_or_result(
    data: Data | Result, asked: ModelRequest, verb: str, what: str
) -> tuple[FittedModel, dict[str, Any]]:
    """Return the fitted model that is asked for, or that stands behind a result of ``regress``, and its settings.

    Parameters
    ----------
    data : ScoredData, ImputedData, DataFrame or Result
        The data of the model, or the result.
    asked : ModelRequest
        The model; of a result the level of intervals only.
    verb, what : str
        For refusals: ``"margins"``, ``"its predictions"``.

    Raises
    ------
    AnalysisError
        What ``fitted_model`` raises; ``no_model`` for other results; ``separation``.
    """
    if isinstance(data, Result):
        named = asked.outcome is not None or asked.blocks is not None or asked.formula is not None
        if not isinstance(data.engine, FittedModel) or named:
            message = f"{verb} of a result takes what regress returned, before its release, and no other model"
            raise AnalysisError(Problem("no_model", message, hint=f"{verb}(regress(…), …)"))
        fitted = replace(data.engine, conf_level=asked.conf_level)
        settings = {**data.settings, "conf_level": asked.conf_level}
    else:
        fitted = fitted_model(data, asked)
        settings = settings_of(asked, fitted)
    if fitted.blocks[-1].separated:
        message = f"the model has no finite estimates (separation), so that {what} have no errors"
        raise AnalysisError(Problem("separation", message, hint="merge categories, or use penalty='firth'"))
    return fitted, settings


def settings_of(asked: ModelRequest, model: FittedModel) -> dict[str, Any]:
    """Return every argument that changed a number, for the ledger."""
    design: Design = model.design
    settings: dict[str, Any] = {
        "outcome": model.outcome.info.name,
        "model": asked.model,
        "blocks": [[term.name for term in design.terms if term.block == b + 1] for b in range(design.n_blocks)],
        "formula": asked.formula,
        "errors": asked.errors,
        "cluster": asked.cluster,
        "event": model.outcome.event or None,
        "as_categories": list(asked.as_categories),
        "references": {name: members[0][1] for name, members in design.categories.items()},
        "zero_part": asked.zero_part if model.outcome.kind.second else None,
        "penalty": asked.penalty if asked.penalty != "none" else None,
        "effect_sizes": list(model.sizes),
        "adjust": asked.adjust if asked.adjust != "none" else None,
        "completed_sets": model.sample.m if model.sample.imputed else None,
        "conf_level": asked.conf_level,
    }
    return {key: value for key, value in settings.items() if value not in (None, [], {})}


def checked_kind(asked: ModelRequest) -> ModelKind:
    """Return the kind of model, or raise an AnalysisError with every argument that cannot be."""
    problems = unknown_choices(
        ("errors", asked.errors, get_args(Errors)), ("zero_part", asked.zero_part, ("same", "constant"))
    )
    if (asked.errors == "cluster") != (asked.cluster is not None):
        hint = "write errors='cluster', cluster='the variable that names the clusters'"
        problems.append(Problem("cluster", "errors='cluster' and cluster= belong together", key="cluster", hint=hint))
    if not 0 < asked.conf_level < 1:
        hint = "0.95 is usual"
        problems.append(Problem("conf_level", "conf_level lies between 0 and 1", key="conf_level", hint=hint))
    kind = None
    try:
        kind = model_kind(asked.model, asked.penalty)
    except AnalysisError as error:
        problems += error.problems
    if kind is not None and asked.zero_part != "same" and not kind.second:
        message = f"a {kind.title} model has no zero part"
        problems.append(Problem("zero_part", message, key="zero_part", hint="leave zero_part out"))
    if problems or kind is None:
        raise AnalysisError(problems)
    check_adjustment(asked.adjust)
    return kind


def model_terms(asked: ModelRequest) -> tuple[str, ModelTerms]:
    """Return the outcome and the terms of every block, or raise an AnalysisError where none are named."""
    if asked.formula is not None:
        if asked.outcome is not None or asked.blocks is not None:
            message = "give either formula, or outcome and blocks"
            raise AnalysisError(Problem("two_models", message, key="formula", hint="leave one of them out"))
        return terms_of_formula(asked.formula)
    if asked.outcome is None or not asked.blocks or isinstance(asked.blocks, str):
        message = "an outcome and a list of predictors are needed"
        raise AnalysisError(Problem("no_model", message, key="blocks", hint="regress(data, 'score', [['age']])"))
    return asked.outcome, terms_of_blocks(asked.blocks)


def _check_names(outcome: str, terms: ModelTerms, asked: ModelRequest, kind: ModelKind) -> None:
    if outcome in terms.variables:
        message = f"'{outcome}' is both outcome and predictor"
        raise AnalysisError(Problem("outcome_as_predictor", message, column=outcome, hint="leave it out of the blocks"))
    of_outcome = {outcome} if kind.outcome == "categories" else set()
    given = [*asked.as_categories, *(name for name in asked.references or {} if name not in of_outcome)]
    unknown = [name for name in given if name not in terms.variables]
    if unknown:
        hint = nearest(unknown[0], terms.variables)
        raise AnalysisError(Problem("unknown_predictor", f"'{unknown[0]}' is no predictor of this model", hint=hint))


def _check_composition(sample: Sample, asked: ModelRequest) -> None:
    """Refuse options for which no rule exists under the design or imputation of the data."""
    if sample.design is not None and asked.errors != "classical":
        message = f"errors='{asked.errors}' does not go with a design: standard errors come from the sampling plan"
        raise does_not_compose(message, "leave errors out; clusters are declared with the design")
    if asked.penalty != "none" and sample.design is not None and sample.design.replicates is None:
        message = "Firth's penalty has no linearised covariance under weights"
        raise does_not_compose(message, "use replicate weights, or leave penalty out")


def _clusters(one: CompletedSet) -> NDArray[np.intp]:
    column = one.columns[-1]
    values, numbers = np.unique(column.values[one.used], return_inverse=True)
    if len(values) < 2:
        message = f"{column.info.title} has one cluster only among the respondents used"
        raise AnalysisError(Problem("one_cluster", message, column=column.info.name, hint="use errors='HC3'"))
    return numbers.astype(np.intp)
