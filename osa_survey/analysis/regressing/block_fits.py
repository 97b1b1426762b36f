"""One block's model fitted in every completed set, and its parameters as estimates under design and imputation."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.estimates import Estimates, Sample, SetEstimate, joined_sets
from osa_survey.analysis.regressing.model_outcomes import Outcome
from osa_survey.errors import AnalysisError, Problem
from osa_survey.models import (
    Fit,
    Fractional,
    Linear,
    Separation,
    classical_covariance,
    cluster_covariance,
    inverse_information,
    robust_covariance,
    separation,
)

Floats = NDArray[np.float64]
Errors = Literal["classical", "HC0", "HC1", "HC3", "cluster"]


@dataclass(frozen=True)
class Parameter:
    """One parameter of a model.

    Attributes
    ----------
    name : str
        The term of its column; ``"threshold low|middle"``, ``"log_alpha"``, …
    column : int
        The column of the block's matrix it belongs to, -1 if to none.
    equation : str
        Of a multinomial model or a second part; "" otherwise.
    kind : {"coefficient", "second", "threshold", "ancillary"}
        What it is.
    """

    name: str
    column: int = -1
    equation: str = ""
    kind: Literal["coefficient", "second", "threshold", "ancillary"] = "coefficient"


@dataclass(frozen=True, repr=False)
class BlockFit:
    """The model of one block.

    Attributes
    ----------
    matrices : tuple of ndarray
        The design matrix of each set.
    second : tuple of ndarray or None
        The matrix of the second part of each set, where it is not the same.
    fits : tuple of Fit
        In each set.
    parameters : tuple of Parameter
        What the parameters are.
    estimates : Estimates
        The parameters under design and imputation.
    kind_of_separation : str
        ``"complete"``, ``"quasi-complete"``, ``"partial"`` (families other than binary ones) or ``"none"``.
    separated : tuple of int
        Positions of parameters without a finite estimate, in any set.
    """

    matrices: tuple[Floats, ...]
    second: tuple[Floats | None, ...]
    fits: tuple[Fit, ...]
    parameters: tuple[Parameter, ...]
    estimates: Estimates
    kind_of_separation: str
    separated: tuple[int, ...]

    @property
    def log_likelihood(self) -> float:
        """Mean over the sets."""
        return float(np.mean([fit.log_likelihood for fit in self.fits]))

    def of_column(self, columns: Sequence[int] | NDArray[np.intp]) -> NDArray[np.intp]:
        """Return the positions of all parameters that belong to columns of the matrix, in every equation."""
        wanted = set(map(int, columns))
        return np.array([k for k, parameter in enumerate(self.parameters) if parameter.column in wanted], dtype=np.intp)

    @property
    def coefficients(self) -> NDArray[np.intp]:
        """Return the positions of the coefficients of the first equation, column by column, the intercept first."""
        first = self.parameters[0].equation
        return np.array(
            [k for k, p in enumerate(self.parameters) if p.kind == "coefficient" and p.equation == first],
            dtype=np.intp,
        )


def parameters_of(outcome: Outcome, columns: Sequence[str], fit: Fit, second: Sequence[str]) -> tuple[Parameter, ...]:
    """Return what the parameters of a fit are, in their order."""
    found: list[Parameter] = []
    skip = 1 if outcome.kind.outcome == "ordered" else 0
    for equation in outcome.equations:
        found += [Parameter(name, k, equation) for k, name in enumerate(columns) if k >= skip]
    for number, name in enumerate(fit.names):
        part, _, position = name.partition(": ")
        if name.startswith("threshold"):
            pair = f"{outcome.categories[number]}|{outcome.categories[number + 1]}"
            found.append(Parameter(f"threshold {pair}", kind="threshold"))
        elif position.isdigit() and outcome.kind.second:
            found.append(Parameter(second[int(position)], int(position), outcome.kind.second, "second"))
        else:
            found.append(Parameter(part if position in ("", "0") else name, kind="ancillary"))
    return tuple(found)


def fit_block(
    sample: Sample,
    outcome: Outcome,
    matrices: Sequence[Floats],
    columns: Sequence[str],
    *,
    errors: Errors = "classical",
    clusters: Sequence[NDArray[np.intp]] | None = None,
    constant_second: bool = False,
) -> BlockFit:
    """Fit one model in every set.

    Parameters
    ----------
    sample : Sample
        The data; the outcome is the first variable.
    outcome : Outcome
        The outcome.
    matrices : sequence of ndarray
        The design matrix of each set.
    columns : sequence of str
        The names of its columns.
    errors, clusters
        The covariance without a design, and the cluster of each respondent in each set.
    constant_second : bool
        Whether the second part has an intercept only.

    Raises
    ------
    AnalysisError
        What the likelihood refuses, with the names of columns; combinations that do not compose.
    """
    fits, said, second = [], [], []
    for number, (one, X) in enumerate(zip(sample.sets, matrices, strict=True)):
        y = outcome.values(one.values())
        Z = np.ones((len(X), 1)) if constant_second and outcome.kind.second else None
        try:
            fit = outcome.family.fit(y, X, weights=one.weights, Z=Z)
        except AnalysisError as error:
            raise named_error(error, columns, outcome) from error
        fits.append(fit)
        second.append(Z)
        said.append(set_estimate_of(fit, y, X, Z, one.weights, errors, None if clusters is None else clusters[number]))
    separated = tuple(sorted({position for fit in fits for position in fit.separated}))
    kind = "none"
    if separated:
        kind = _kind_of_separation(sample, outcome, matrices) if outcome.kind.binary else "partial"
    if separated and sample.imputed:
        message = "in some completed sets the model has no finite estimates (separation), so that they cannot be pooled"
        hint = "merge categories, leave the predictor out, or use penalty='firth'"
        raise AnalysisError(Problem("separation", message, column=outcome.info.name, hint=hint))
    parameters = parameters_of(outcome, columns, fits[0], columns if not constant_second else columns[:1])
    estimates = joined_sets(sample, said, [parameter.name for parameter in parameters])
    return BlockFit(tuple(matrices), tuple(second), tuple(fits), parameters, estimates, kind, separated)


def set_estimate_of(
    fit: Fit, y: Floats, X: Floats, Z: Floats | None, w: Floats | None, errors: Errors,
    clusters: NDArray[np.intp] | None,
) -> SetEstimate:  # fmt: skip
    """Return what a fit says about its set: parameters, and the sources of their covariance."""
    estimate = fit.parameters.copy()
    estimate[list(fit.separated)] = np.nan
    linear = isinstance(fit.family, Linear)
    df = math.inf
    if linear:
        df = float(fit.n_used - fit.n_coefficients) if clusters is None else float(clusters.max())

    def refit(many: Floats) -> Floats:
        return fit.family.fit_many(y, X, many, start=fit.parameters, Z=Z).parameters

    def influence() -> Floats:
        inverse = inverse_information(fit)
        known = np.where(np.isnan(inverse), 0.0, inverse)
        found = (fit.scores if w is None else fit.scores * w[:, None]) @ known
        found[:, list(fit.separated)] = np.nan
        return np.asarray(found)

    def covariance() -> Floats:
        if errors == "classical":
            return classical_covariance(fit)
        if fit.separated:
            return inverse_information(fit)
        if errors == "cluster" and clusters is not None:
            return cluster_covariance(fit, clusters)
        return robust_covariance(fit, errors, X=X)  # type: ignore[arg-type]

    fractional = isinstance(fit.family, Fractional) and errors == "classical"
    return SetEstimate(
        estimate=estimate,
        covariance=None if fractional else covariance,
        influence=influence,
        refit=refit,
        df=df,
        df_lost=X.shape[1] - 1,
        how=errors,
        what="a fractional model without robust errors" if fractional else f"a {fit.family.name} model",
    )


def _kind_of_separation(sample: Sample, outcome: Outcome, matrices: Sequence[Floats]) -> str:
    kinds = []
    for one, X in zip(sample.sets, matrices, strict=True):
        found: Separation = separation(X, outcome.values(one.values()))
        kinds.append(found.kind)
    return next((kind for kind in ("complete", "quasi-complete") if kind in kinds), "partial")


def named_error(error: AnalysisError, columns: Sequence[str], outcome: Outcome) -> AnalysisError:
    """Return the error of a likelihood with names in place of the numbers of columns and categories."""
    problems = []
    for problem in error.problems:
        message = renamed(problem.message, columns)
        if problem.code == "empty_category" and outcome.categories:
            message = re.sub(
                r"category (\d+) of \d+", lambda match: f"category '{outcome.categories[int(match[1]) - 1]}'", message
            )
        code = {"perfect_fit": "exact_fit"}.get(problem.code, problem.code)
        column = columns[int(problem.column)] if problem.column.isdigit() else (problem.column or outcome.info.name)
        problems.append(Problem(code, message, column=column, key=problem.key, hint=problem.hint))
    return AnalysisError(problems)


def renamed(message: str, columns: Sequence[str]) -> str:
    """Return a message about numbered columns with their names.

    Examples
    --------
    >>> renamed("column 1 is an exact linear combination of columns 0, 2", ["one", "a", "b"])
    "'a' is an exact linear combination of 'one', 'b'"
    """

    def put(match: re.Match[str]) -> str:
        return ", ".join(f"'{columns[int(number)]}'" for number in match[1].split(", "))

    return re.sub(r"columns? (\d+(?:, \d+)*)", put, message)
