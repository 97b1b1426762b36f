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
from osa_survey.psychometrics.confirmatory.optimisation import Minimum, minimise
from osa_survey.psychometrics.confirmatory.parameter_tables import ParameterTable, parameter_table
from osa_survey.psychometrics.confirmatory.samples import GroupSample, complete_rows, complete_sample, sample_with_gaps
from osa_survey.psychometrics.confirmatory.starts import starting_values
from osa_survey.psychometrics.confirmatory.structures import Structure, structures
from osa_survey.psychometrics.confirmatory.syntax import parse_model
from osa_survey.psychometrics.confirmatory.parameter_tables import variables_of
from osa_survey.psychometrics.ordinal import asymptotic_covariance, categories, polychoric_matrix

Floats = NDArray[np.float64]
Estimator = Literal["ML", "MLR", "MLM", "ULS", "GLS", "DWLS", "WLSMV", "ULSMV"]
ESTIMATORS: tuple[str, ...] = ("ML", "MLR", "MLM", "ULS", "GLS", "DWLS", "WLSMV", "ULSMV")
ORDINAL: tuple[str, ...] = ("DWLS", "WLSMV", "ULSMV")
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
        NaN for least squares.
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
        errors = (
            np.full(len(self.minimum.parameters), np.nan) if covariance is None else np.sqrt(np.diag(covariance))
        )
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
    if estimator in LIKELIHOOD:
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
    return np.ones(len(sample.asymptotic)) if estimator == "ULSMV" else 1.0 / np.diag(sample.asymptotic)


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


def check_estimator(estimator: str, missing: str) -> None:
    """Raise an error for an estimator that is unknown or cannot handle gaps as asked."""
    if estimator not in ESTIMATORS:
        raise AnalysisError(
            Problem("unknown_option", f"estimator cannot be '{estimator}'", hint=nearest(estimator, ESTIMATORS))
        )
    if missing not in ("listwise", "fiml"):
        raise AnalysisError(
            Problem("unknown_option", f"missing cannot be '{missing}'", hint=nearest(missing, ("listwise", "fiml")))
        )
    if missing == "fiml" and estimator not in ("ML", "MLR"):
        message = f"{estimator} cannot use partly answered records"
        raise AnalysisError(Problem("does_not_compose", message, hint='estimator = "MLR", or missing = "listwise"'))


def prepared(
    groups: Sequence[Floats], names: Sequence[str], labels: Sequence[str], estimator: str, missing: str
) -> tuple[GroupSample, ...]:
    """Return the samples of all groups, or say why there are none."""
    problems: list[Problem] = []
    samples: list[GroupSample] = []
    found: list[tuple[float, ...]] | None = None
    for group, label in zip(groups, labels, strict=True):
        where = f" in group '{label}'" if label else ""
        problems += answer_problems(group, names, where, missing, estimator)
        if problems:
            continue
        if estimator in ORDINAL:
            sample, answers = ordinal_sample(group, label)
            if found is not None and answers != found:
                problems += different_categories(found, answers, names, where)
            found = found or answers
        else:
            unbiased = estimator in ("GLS", "ULS")
            sample = (
                sample_with_gaps(group, label) if missing == "fiml" else complete_sample(group, label, unbiased=unbiased)
            )
        problems += matrix_problems(sample, names, where, estimator)
        samples.append(sample)
    if problems:
        raise AnalysisError(problems)
    return tuple(samples)


def answer_problems(group: Floats, names: Sequence[str], where: str, missing: str, estimator: str) -> list[Problem]:
    """Return why the answers of one group cannot be used."""
    whole = complete_rows(group)
    used = whole if missing == "listwise" else group[~np.isnan(group).all(axis=1)]
    k = group.shape[1]
    problems = []
    if len(used) and len(whole) == len(used):
        flat, silent = used.max(axis=0) == used.min(axis=0), np.zeros(k, dtype=np.bool_)
    else:
        silent = np.isnan(group).all(axis=0)
        high, low = np.where(np.isnan(used), -np.inf, used), np.where(np.isnan(used), np.inf, used)
        flat = high.max(axis=0, initial=-np.inf) == low.min(axis=0, initial=np.inf)
    for index, name in enumerate(names):
        if silent[index]:
            problems.append(Problem("nobody_answered", f"nobody answered '{name}'{where}", column=name))
        elif flat[index]:
            message = f"'{name}' does not vary{where}"
            problems.append(Problem("constant_item", message, column=name, hint="leave the item out"))
    if problems:
        return problems
    if len(used) <= (k if estimator not in ORDINAL else 10):
        what = "respondents answered all items" if missing == "listwise" else "respondents answered an item"
        message = f"only {len(used)} {what}{where}; {k} items need more"
        hint = 'missing = "fiml" uses partly answered records' if missing == "listwise" else "fewer items, or more data"
        problems.append(Problem("too_few_respondents", message, hint=hint))
    return problems


def matrix_problems(sample: GroupSample, names: Sequence[str], where: str, estimator: str) -> list[Problem]:
    """Return why moments cannot be modelled: items that follow exactly from others, or are never answered together."""
    if not np.isfinite(sample.covariance).all():
        return [Problem("no_covariance", f"some pair of items has no answers in common{where}")]
    if estimator in ORDINAL:
        return []
    scale = np.sqrt(np.diag(sample.covariance))
    if np.linalg.eigvalsh(sample.covariance / np.outer(scale, scale))[0] < 1e-10:
        message = f"an item follows exactly from the others{where}"
        return [Problem("singular_covariance", message, hint="look for repeated or summed items: " + ", ".join(names[:6]))]
    return []


def ordinal_sample(answers: Floats, label: str) -> tuple[GroupSample, list[tuple[float, ...]]]:
    """Return thresholds, polychoric correlations and their asymptotic covariance of complete respondents."""
    whole = complete_rows(answers)
    items = categories(whole)
    matrix = polychoric_matrix(items)
    found = [tuple(float(value) for value in each) for each in items.answers]
    if matrix.perfect.any():
        raise AnalysisError(
            Problem("perfect_correlation", "two items are perfectly correlated", hint="leave one of them out")
        )
    n = len(whole)
    sample = GroupSample(
        label=label,
        n=n,
        means=np.zeros(answers.shape[1]),
        covariance=matrix.correlations,
        thresholds=np.concatenate(matrix.thresholds),
        counts=tuple(len(each) for each in matrix.thresholds),
        asymptotic=asymptotic_covariance(items, matrix) * n,
    )
    return sample, found


def different_categories(
    first: list[tuple[float, ...]], second: list[tuple[float, ...]], names: Sequence[str], where: str
) -> list[Problem]:
    """Return which items have answers nobody of a group gave."""
    return [
        Problem(
            "empty_category",
            f"'{name}': not every answer that other groups gave occurs{where}",
            column=name,
            hint="join categories until every group uses all of them, or leave the small group out",
        )
        for name, a, b in zip(names, first, second, strict=True)
        if a != b
    ]
