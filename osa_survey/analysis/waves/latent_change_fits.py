"""Latent change models fitted to what there is: answers, weighted moments, or moments pooled over completed sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.composed_bases import composed_gaps, moments_basis
from osa_survey.analysis.composed_moments import composed_moments
from osa_survey.analysis.modelled_answers import Version, answer_sets, answering
from osa_survey.analysis.samples import Data, Sample, does_not_compose
from osa_survey.analysis.waves.latent_change_levels import Levels, levels_of_items, levels_of_scores
from osa_survey.analysis.waves.latent_change_models import ChangeModel, Kind, change_model
from osa_survey.analysis.waves.latent_change_numbers import Turned
from osa_survey.analysis.waves.latent_change_predictors import Predictors, change_predictors
from osa_survey.analysis.waves.wave_invariances import with_wave_items
from osa_survey.dataset import columns_of
from osa_survey.errors import AnalysisError, Problem
from osa_survey.psychometrics.confirmatory.factor_models import chosen_missing
from osa_survey.psychometrics.confirmatory.fits import FactorFit, fit_factor_model, fit_to_samples
from osa_survey.psychometrics.confirmatory.parameter_tables import variables_of
from osa_survey.psychometrics.confirmatory.preparation import ORDINAL, check_estimator
from osa_survey.psychometrics.confirmatory.syntax import parse_model
from osa_survey.psychometrics.invariance.size_tables import PLAIN, Basis
from osa_survey.psychometrics.invariance.wave_items import Wave

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ChangeRequest:
    """What is asked of a latent change model; see ``latent_change``."""

    waves: tuple[Wave, ...]
    of: str
    predictors: tuple[str, ...]
    kind: Kind
    estimator: str
    missing: str


@dataclass(frozen=True, repr=False)
class ChangeFit:
    """A fitted latent change model.

    Attributes
    ----------
    levels : Levels
        What measures the levels.
    predictors : Predictors
        The predictors.
    model : ChangeModel
        The model.
    fit : FactorFit
        The fit.
    estimator, missing : str
        As chosen.
    n_all : int
        People of the data.
    basis : Basis
        What tables owe to weights and imputed sets.
    turned : Turned or None
        Of ordinal items: how predictors were turned.
    """

    levels: Levels
    predictors: Predictors
    model: ChangeModel
    fit: FactorFit
    estimator: str
    missing: str
    n_all: int
    basis: Basis
    turned: Turned | None = None


def is_conditional(asked: ChangeRequest) -> bool:
    """Tell whether ordinal items are modelled given predictors."""
    return bool(asked.predictors) and asked.of == "items" and asked.estimator in ORDINAL


def plain_change(data: Version, asked: ChangeRequest) -> ChangeFit:
    """Return the model of answers without weights or imputed sets."""
    levels, terms, values = _read(data, asked)
    how = _estimator(levels, asked)
    model = _model(levels, terms, asked, how)
    gaps = chosen_missing(values, how, asked.missing)
    check_estimator(how, gaps)
    fit = fit_factor_model(
        values,
        (*levels.columns, *terms.columns),
        model.syntax,
        estimator=how,  # type: ignore[arg-type]
        missing=gaps,
        means=True,
        orthogonal=True,
        parameterisation="theta",
    )
    return ChangeFit(levels, terms, model, fit, how, gaps, len(values), PLAIN)


def composed_change(data: Data, asked: ChangeRequest) -> ChangeFit:
    """Return the model of weighted moments, or of moments pooled over completed sets.

    Raises
    ------
    AnalysisError
        ``different_categories`` where a nominal predictor has other categories in other sets.
    """
    found, everybody, answers = change_sets(data, asked)
    levels, terms = found[0]
    how = _estimator(levels, asked)
    how = "MLR" if how == "ML" else how
    model = _model(levels, terms, asked, how)
    gaps = composed_gaps(everybody, answers, how, asked.missing)
    sample, chosen = answering(everybody, answers, gaps)
    names = [*levels.columns, *terms.columns]
    observed, _ = variables_of(parse_model(model.syntax))
    order = [names.index(name) for name in observed]
    said = dict(zip(terms.columns, terms.terms, strict=True))
    moments = composed_moments(
        sample,
        [values[:, order] for values in chosen],
        [np.zeros(len(values), dtype=np.int64) for values in chosen],
        [said.get(name, name) for name in observed],
        [""],
        how,
    )
    own = moments.samples[0]
    middle = np.where([name in said for name in observed], 0.0, own.means)  # predictors: deviations from their mean
    fit = fit_to_samples(
        (replace(own, means=middle),),
        model.syntax,
        estimator=how,
        means=True,
        orthogonal=True,
        parameterisation="theta",
    )
    basis = moments_basis(sample, moments)
    return ChangeFit(levels, counted(terms, found, sample), model, fit, how, gaps, len(answers[0]), basis)


def change_sets(data: Data, asked: ChangeRequest) -> tuple[list[tuple[Levels, Predictors]], Sample, list[Floats]]:
    """Return levels and predictors of each set, everybody with a weight, and answers of each set.

    Raises
    ------
    AnalysisError
        ``different_categories`` where a nominal predictor has other categories in other sets.
    """
    found: list[tuple[Levels, Predictors]] = []

    def read(version: Version) -> Floats:
        levels, terms, values = _read(version, asked)
        found.append((levels, terms))
        return values

    everybody, answers = answer_sets(data, read)
    if any(other.terms != found[0][1].terms for _, other in found):
        message = "a nominal predictor has other categories in other completed sets"
        raise AnalysisError(Problem("different_categories", message, key="predictors", hint="join rare categories"))
    return found, everybody, answers


def _read(version: Version, asked: ChangeRequest) -> tuple[Levels, Predictors, Floats]:
    terms = change_predictors(columns_of(version, list(asked.predictors)) if asked.predictors else ())
    if asked.of == "items":
        own = with_wave_items(version, asked.waves)
        levels = levels_of_items(own, asked.waves, asked.estimator, bool(asked.predictors))
    else:
        levels = levels_of_scores(version, asked.waves, asked.kind)
    return levels, terms, np.hstack([levels.values, terms.values]) if asked.predictors else levels.values


def _estimator(levels: Levels, asked: ChangeRequest) -> str:
    how = ("MLR" if asked.estimator == "auto" else asked.estimator) if levels.estimator is None else levels.estimator
    if asked.predictors and how in ORDINAL:
        what = f"{how} takes ordered categories, and scores with predictors are numbers"
        raise does_not_compose(what, 'estimator = "MLR", or of = "items"')
    return how


def _model(levels: Levels, terms: Predictors, asked: ChangeRequest, how: str) -> ChangeModel:
    return change_model(levels.formulas, len(asked.waves), len(terms.terms), asked.kind, free_level=how not in ORDINAL)


def counted(terms: Predictors, found: Sequence[tuple[Levels, Predictors]], sample: Sample) -> Predictors:
    """Return the predictors with members of categories counted over the sets, where there are several."""
    if not sample.imputed:
        return terms
    members = {cell: float(np.mean([np.sum(own.members[cell]) for _, own in found])) for cell in terms.members}
    return replace(terms, members=members)
