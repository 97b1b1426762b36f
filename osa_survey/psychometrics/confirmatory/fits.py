"""Fitting a factor model: from answers to estimates, standard errors and the test of the model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.psychometrics.confirmatory.criteria import (
    Criterion,
    MissingAtRandom,
    NormalTheory,
    WeightedMoments,
    shares,
)
from osa_survey.psychometrics.confirmatory.inference import (
    Inference,
    normal_theory_inference,
    saturated_half_deviance,
    weighted_inference,
)
from osa_survey.psychometrics.confirmatory.joint_spreads import joint_inference
from osa_survey.psychometrics.confirmatory.optimisation import Minimum, minimise
from osa_survey.psychometrics.confirmatory.parameter_tables import ParameterTable, parameter_table, variables_of
from osa_survey.psychometrics.confirmatory.preparation import ORDINAL, Estimator, check_estimator, prepared
from osa_survey.psychometrics.confirmatory.samples import GroupSample
from osa_survey.psychometrics.confirmatory.starts import starting_values
from osa_survey.psychometrics.confirmatory.structures import Structure, structures
from osa_survey.psychometrics.confirmatory.syntax import parse_model

Floats = NDArray[np.float64]
LIKELIHOOD: tuple[str, ...] = ("ML", "MLR", "MLM")


@dataclass(frozen=True, repr=False)
class FactorFit:
    """A fitted model.

    Attributes
    ----------
    table : ParameterTable
        The parameters.
    structures : tuple of Structure
        Where they stand, for each group.
    samples : tuple of GroupSample
        What was fitted.
    estimator : str
        The estimator.
    minimum : Minimum
        Estimates and how the search ended.
    inference : Inference
        Their covariance, and the test.
    log_likelihood, saturated_log_likelihood : float
        NaN for least squares, under weights and over imputed sets.
    """

    table: ParameterTable
    structures: tuple[Structure, ...]
    samples: tuple[GroupSample, ...]
    estimator: str
    minimum: Minimum
    inference: Inference
    log_likelihood: float
    saturated_log_likelihood: float

    def __repr__(self) -> str:
        test = self.inference.chi_squared
        return f"<FactorFit {self.estimator}: chi-squared {test.value:.2f}, df {test.df}, n = {self.n}>"

    @property
    def n(self) -> int:
        """Respondents used."""
        return sum(sample.n for sample in self.samples)

    @property
    def estimates(self) -> Floats:
        """The value of every row of the table."""
        parameters = self.minimum.parameters
        values = np.array(
            [parameters[row.position] if row.position >= 0 else row.value for row in self.table.rows], dtype=np.float64
        )
        return values

    @property
    def std_errors(self) -> Floats:
        """The standard error of every row: 0 for fixed ones, NaN where there are none."""
        covariance = self.inference.covariance
        errors = np.full(len(self.minimum.parameters), np.nan) if covariance is None else np.sqrt(np.diag(covariance))
        return np.array([errors[row.position] if row.position >= 0 else 0.0 for row in self.table.rows])


def fit_factor_model(
    answers: Floats | Sequence[Floats],
    names: Sequence[str],
    syntax: str,
    *,
    estimator: Estimator = "ML",
    missing: Literal["listwise", "fiml"] = "listwise",
    labels: Sequence[str] = (),
    start: Floats | None = None,
    **conventions: Any,
) -> FactorFit:
    """Fit a factor model to answers.

    Parameters
    ----------
    answers : ndarray of float, shape (respondents, items), or one for each group
        Answers, NaN for gaps.
    names : sequence of str
        The items' names in the syntax.
    syntax : str
        The model in lavaan's syntax.
    estimator : str
        ML, MLR, MLM, GLS, ULS for numbers; DWLS, WLSMV, ULSMV for ordinal items.
    missing : {"listwise", "fiml"}
        Complete respondents, or every answer (ML and MLR).
    labels : sequence of str
        The groups' names.
    start : ndarray of float, optional
        Starting values.
    **conventions
        As of ``parameter_table``: ``parameterisation``, ``means``, ``std_lv``, ``orthogonal``, ``group_equal``,
        ``group_partial``.

    Returns
    -------
    FactorFit
        Estimates, standard errors and test; look at ``minimum.converged``.

    Raises
    ------
    AnalysisError
        If the model cannot be read or the answers cannot carry it.
    """
    groups = [answers] if isinstance(answers, np.ndarray) else list(answers)
    labels = list(labels) or [""] * len(groups)
    check_estimator(estimator, missing)
    observed, _ = variables_of(parse_model(syntax))
    unknown = [name for name in observed if name not in names]
    if unknown:
        raise AnalysisError(
            [Problem("unknown_item", f"there is no item '{name}'", hint=nearest(name, list(names))) for name in unknown]
        )
    chosen = [list(names).index(name) for name in observed]
    same = chosen == list(range(len(names)))
    parts = [np.asarray(group, dtype=np.float64) for group in groups]
    parts = parts if same else [group[:, chosen] for group in parts]
    samples = prepared(parts, observed, labels, estimator, missing)
    return fit_to_samples(samples, syntax, estimator=estimator, start=start, **conventions)


def fit_to_samples(
    samples: tuple[GroupSample, ...],
    syntax: str,
    *,
    estimator: str,
    start: Floats | None = None,
    **conventions: Any,
) -> FactorFit:
    """Fit a model to prepared samples, whose items are in the model's order."""
    observed, _ = variables_of(parse_model(syntax))
    if estimator in ORDINAL:
        conventions["thresholds"] = dict(zip(observed, samples[0].counts, strict=True))
    if len(samples) > 1 or samples[0].patterns is not None:
        conventions.setdefault("means", True)
    table = parameter_table(syntax, n_groups=len(samples), **conventions)
    return fit_table(table, samples, estimator, start)


def fit_table(
    table: ParameterTable, samples: tuple[GroupSample, ...], estimator: str, start: Floats | None = None
) -> FactorFit:
    """Fit a table of parameters to prepared samples."""
    found = structures(table)
    weights = tuple(moment_weights(sample, estimator) for sample in samples) if estimator in ORDINAL else ()
    criterion = criterion_of(found, samples, estimator, weights)
    minimum = minimise(criterion, starting_values(table, samples) if start is None else start)
    df = degrees_of_freedom(table, samples)
    if df < 0:
        message = f"the model has {table.n_free} free parameters and only {df + table.n_free} moments to find them from"
        raise AnalysisError(Problem("not_identified", message, hint="fix or equate parameters, or add items"))
    inference = infer(criterion, found, samples, weights, minimum, df, estimator)
    log_likelihood = saturated = np.nan
    if estimator in LIKELIHOOD and samples[0].joint is None:
        saturated = saturated_log_likelihood(samples)
        log_likelihood = saturated - inference.chi_squared.value / 2.0
    return FactorFit(table, found, samples, estimator, minimum, inference, log_likelihood, saturated)


def infer(
    criterion: Criterion,
    found: tuple[Structure, ...],
    samples: tuple[GroupSample, ...],
    weights: tuple[Floats, ...],
    minimum: Minimum,
    df: int,
    estimator: str,
) -> Inference:
    """Return standard errors and test at given parameters."""
    if samples[0].joint is not None:
        return joint_inference(criterion, found, samples, weights, minimum, df, estimator)
    if estimator in ORDINAL:
        return weighted_inference(
            found, samples, weights, minimum, df, robust=estimator != "DWLS", chi_squared=estimator != "ULSMV"
        )
    return normal_theory_inference(criterion, found, samples, minimum, df, estimator)


def criterion_of(
    found: tuple[Structure, ...], samples: tuple[GroupSample, ...], estimator: str, weights: tuple[Floats, ...]
) -> Criterion:
    """Return the function an estimator minimises."""
    if estimator in ORDINAL:
        return WeightedMoments(found, samples, weights)
    if any(sample.patterns is not None for sample in samples):
        return MissingAtRandom(found, samples)
    return NormalTheory(found, samples, "ML" if estimator in LIKELIHOOD else estimator)


def moment_weights(sample: GroupSample, estimator: str) -> Floats:
    """Return the weights of thresholds and correlations."""
    assert sample.asymptotic is not None
    variances = np.diag(sample.asymptotic) if sample.alone is None else sample.alone
    return np.ones(len(variances)) if estimator == "ULSMV" else 1.0 / variances


def degrees_of_freedom(table: ParameterTable, samples: tuple[GroupSample, ...]) -> int:
    """Return moments less free parameters."""
    p = len(table.observed)
    if table.ordered:
        moments = sum(len(sample.thresholds) + p * (p - 1) // 2 for sample in samples)
    else:
        moments = len(samples) * (p * (p + 1) // 2 + (p if table.means else 0))
    return moments - table.n_free


def saturated_log_likelihood(samples: tuple[GroupSample, ...]) -> float:
    """Return the log-likelihood of the saturated normal model."""
    n = sum(sample.n for sample in samples)
    if any(sample.patterns is not None for sample in samples):
        answered = sum(float(np.isfinite(sample.answers).sum()) for sample in samples if sample.answers is not None)
        return -n * saturated_half_deviance(samples) - answered / 2.0 * float(np.log(2.0 * np.pi))
    total = 0.0
    for sample, share in zip(samples, shares(samples), strict=True):
        p = len(sample.means)
        total += share * 0.5 * (float(np.linalg.slogdet(sample.covariance)[1]) + p + p * float(np.log(2.0 * np.pi)))
    return -n * total
