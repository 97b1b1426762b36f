"""The equations of a mediation analysis, fitted to the respondents who answered everything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.linalg import block_diag

from osa_survey.analysis.estimates import Estimates, Floats, Sample, SetEstimate, joined_sets
from osa_survey.analysis.mediating.mediation_predictors import Predictor, predictor_of
from osa_survey.analysis.mediating.mediation_requests import MediationRequest
from osa_survey.analysis.regressing.block_fits import Parameter, named_error, parameters_of, set_estimate_of
from osa_survey.analysis.regressing.design_matrices import INTERCEPT, Term, design_matrix
from osa_survey.analysis.regressing.model_formulas import terms_of_blocks
from osa_survey.analysis.regressing.model_kinds import model_kind
from osa_survey.analysis.regressing.model_outcomes import Outcome, outcome_of
from osa_survey.analysis.samples import CompletedSet
from osa_survey.dataset import Column
from osa_survey.errors import AnalysisError, Problem
from osa_survey.models.fits import Fit
from osa_survey.models.indirect_paths import MODERATOR, PathModel
from osa_survey.models.path_equations import Equation, Places, design_of, places_of

X, Y = "x", "y"


@dataclass(frozen=True, repr=False)
class FittedPaths:
    """The equations with their estimates.

    Attributes
    ----------
    request : MediationRequest
        What was asked for.
    sample : Sample
        The respondents.
    paths : PathModel
        The model in the columns ``x``, ``w``, ``m1`` …, ``y``, ``c1`` ….
    outcomes : mapping of str to Outcome
        Column → outcome of its equation.
    x, moderator : Predictor
        As numbers; the moderator is None in models without one.
    terms : tuple of Term
        The columns of the covariates.
    columns : tuple of mapping
        The columns in each set.
    equations, fits : tuple of tuple
        In each set.
    places : Places
        Where parameters stand in the stacked row.
    parameters : mapping of str to tuple of Parameter
        Column → what the parameters of its equation are.
    estimates : Estimates
        The stacked parameters under design and imputation.
    at, contrast : tuple of float, or None
        Values of the moderator and of x that were asked for, categories as numbers.
    """

    request: MediationRequest
    sample: Sample
    paths: PathModel
    outcomes: Mapping[str, Outcome]
    x: Predictor
    moderator: Predictor | None
    terms: tuple[Term, ...]
    columns: tuple[Mapping[str, Floats], ...]
    equations: tuple[tuple[Equation, ...], ...]
    fits: tuple[tuple[Fit, ...], ...]
    places: Places
    parameters: Mapping[str, tuple[Parameter, ...]]
    estimates: Estimates
    at: tuple[float, ...] | None = None
    contrast: tuple[float, ...] | None = None

    @property
    def composed(self) -> bool:
        """Whether the data bring weights or imputed sets."""
        return self.sample.imputed or self.sample.design is not None

    def variable(self, column: str) -> str:
        """Return the name of the variable in a column."""
        return variable_of(self.request, [term.name for term in self.terms], column)


def variable_of(request: MediationRequest, covariates: Sequence[str], column: str) -> str:
    """Return the name of the variable that stands in a column of the path model."""
    if column == X:
        return request.x
    if column == Y:
        return request.y
    if column == MODERATOR:
        return request.moderator or ""
    position = int(column[1:]) - 1
    return request.mediators[position] if column[0] == "m" else covariates[position]


def fitted_paths(request: MediationRequest, sample: Sample) -> FittedPaths:
    """Return the equations of a request fitted in every set.

    Raises
    ------
    AnalysisError
        What the likelihoods refuse, with the names of variables; ``two_categories`` for predictors with more nominal
        categories; ``separation``.
    """
    where = {name: position for position, name in enumerate(request.names)}
    x = predictor_of(sample, where[request.x])
    moderator = predictor_of(sample, where[request.moderator]) if request.moderator else None
    at = None if request.at is None or moderator is None else moderator.values_of(request.at, "at")
    compared = None if request.contrast is None else x.values_of(request.contrast, "contrast")
    terms, matrices = _covariates(request, sample, where)
    mediators = tuple(f"m{position}" for position in range(1, len(request.mediators) + 1))
    covariates = tuple(f"c{position}" for position in range(1, len(terms) + 1))
    paths = PathModel(request.model, X, Y, mediators, covariates)
    outcomes = {
        column: _outcome(request, sample, name, where[name])
        for column, name in zip((*mediators, Y), (*request.mediators, request.y), strict=True)
    }
    columns, equations, fits, said = [], [], [], []
    for number, one in enumerate(sample.sets):
        own: dict[str, Floats] = {X: x.sets[number]}
        if moderator is not None:
            own[MODERATOR] = moderator.sets[number]
        own |= {name: matrices[number][:, k] for k, name in enumerate(covariates)}
        ys = {}
        for column, outcome in outcomes.items():
            raw = one.values(where[outcome.info.name])
            ys[column] = outcome.values(raw)
            own[column] = ys[column] if outcome.kind.binary else raw
        system = tuple(
            Equation(column, predictors, outcomes[column].family, ys[column]) for column, predictors in paths.equations
        )
        found = tuple(_fit(request, [t.name for t in terms], outcomes, equation, own, one) for equation in system)
        columns.append(own)
        equations.append(system)
        fits.append(found)
        said.append(_stacked(system, found, own, one))
    names = {
        equation.outcome: parameters_of(
            outcomes[equation.outcome],
            _names(request, [term.name for term in terms], equation),
            fit,
            (),
        )
        for equation, fit in zip(equations[0], fits[0], strict=True)
    }
    return FittedPaths(
        request, sample, paths, outcomes, x, moderator, tuple(terms), tuple(columns), tuple(equations), tuple(fits),
        places_of(equations[0], fits[0]), names, joined_sets(sample, said), at, compared,
    )  # fmt: skip


def _covariates(request: MediationRequest, sample: Sample, where: Mapping[str, int]) -> tuple[list[Term], list[Floats]]:
    if not request.covariates:
        return [], [np.empty((one.n, 0)) for one in sample.sets]
    terms = terms_of_blocks([request.covariates])
    sets: list[Sequence[Column]] = [[one.columns[where[name]] for name in terms.variables] for one in sample.sets]
    design = design_matrix(terms, sets, [one.used for one in sample.sets])
    kept = [position for position, term in enumerate(design.terms) if term.name != INTERCEPT]
    return [design.terms[position] for position in kept], [matrix[:, kept] for matrix in design.matrices]


def _outcome(request: MediationRequest, sample: Sample, name: str, position: int) -> Outcome:
    alone = [replace(one, columns=(one.columns[position],)) for one in sample.sets]
    return outcome_of(model_kind(request.kind(name)), alone, request.events.get(name), None)


def _names(request: MediationRequest, covariates: Sequence[str], equation: Equation) -> list[str]:
    products = (
        ":".join(variable_of(request, covariates, factor) for factor in factors) for factors in equation.predictors
    )
    return [INTERCEPT, *products]


def _fit(
    request: MediationRequest,
    covariates: Sequence[str],
    outcomes: Mapping[str, Outcome],
    equation: Equation,
    columns: Mapping[str, Floats],
    one: CompletedSet,
) -> Fit:
    names = _names(request, covariates, equation)
    try:
        fit = equation.family.fit(equation.y, design_of(equation.predictors, columns), weights=one.weights)
    except AnalysisError as error:
        raise named_error(error, names, outcomes[equation.outcome]) from error
    if fit.separated:
        title = outcomes[equation.outcome].info.title
        message = f"the model of {title} has no finite estimates (separation)"
        hint = "merge categories, or leave out the covariate that separates"
        raise AnalysisError(Problem("separation", message, column=outcomes[equation.outcome].info.name, hint=hint))
    return fit


def _stacked(
    system: Sequence[Equation], fits: Sequence[Fit], columns: Mapping[str, Floats], one: CompletedSet
) -> SetEstimate:
    """Return all equations as one estimate; without a design their errors are taken as independent of each other."""
    each = [
        set_estimate_of(fit, equation.y, design_of(equation.predictors, columns), None, one.weights, "classical", None)
        for equation, fit in zip(system, fits, strict=True)
    ]
    sizes = [len(part.estimate) for part in each]

    def covariance() -> Floats:
        return np.asarray(block_diag(*(part.covariance() for part in each if part.covariance is not None)))

    def influence() -> Floats:
        return np.concatenate([part.influence() for part in each if part.influence is not None], axis=1)

    def refit(many: Floats) -> Floats:
        return np.concatenate([part.refit(many) for part in each if part.refit is not None], axis=1)

    return SetEstimate(
        estimate=np.concatenate([part.estimate for part in each]),
        covariance=covariance,
        influence=influence,
        refit=refit,
        df=np.concatenate([np.full(size, part.df) for size, part in zip(sizes, each, strict=True)]),
        df_lost=max(part.df_lost for part in each),
        how="model-based",
        what="a path model",
    )
