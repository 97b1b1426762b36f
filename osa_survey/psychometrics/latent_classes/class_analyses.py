"""Latent classes and latent profiles: the public analyses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.dataset import Column, ScoredData, refuse_design, refuse_imputed
from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.progressing import tell
from osa_survey.psychometrics.answer_patterns import coded, patterns_of
from osa_survey.psychometrics.latent_classes.class_numbers import bootstrapped_p, chosen_number
from osa_survey.psychometrics.latent_classes.class_parts import ClassParts
from osa_survey.psychometrics.latent_classes.class_requests import (
    check_request,
    class_variables,
    numbers_of_classes,
    outside_columns,
)
from osa_survey.psychometrics.latent_classes.class_tables import classes_result
from osa_survey.psychometrics.latent_classes.class_weights import ClassWeights
from osa_survey.psychometrics.latent_classes.measurements import Categorical, Measurement, Normal
from osa_survey.psychometrics.latent_classes.mixtures import Mixture, fit_mixture
from osa_survey.results import Result

Floats = NDArray[np.float64]
Criterion = Literal["bic", "sabic", "caic", "aic", "bootstrap"]

MOST_ANSWERS = 20


def latent_classes(
    data: ScoredData | pd.DataFrame,
    variables: Sequence[str],
    *,
    classes: int | Sequence[int] = (1, 2, 3, 4),
    criterion: Criterion = "bic",
    covariates: Sequence[str] = (),
    outcomes: Sequence[str] = (),
    starts: int = 30,
    bootstrap: int = 0,
    seed: int = 1,
    conf_level: float = 0.95,
    progress: Callable[[int, int], None] | None = None,
    sampling: ClassWeights | None = None,
) -> Result:
    """Find classes of respondents who answer alike.

    Parameters
    ----------
    data : ScoredData or DataFrame
        The respondents.
    variables : sequence of str
        Answers in categories (nominal, ordinal, or numbers with at most 20 different values), two or more.
    classes : int or sequence of int
        How many classes, or the numbers to choose from.
    criterion : {"bic", "sabic", "caic", "aic", "bootstrap"}
        How the number is chosen; ``"bootstrap"`` takes the first number that one class more does not improve.
    covariates : sequence of str
        Numbers or groupings that may predict membership (three steps, maximum likelihood).
    outcomes : sequence of str
        Numbers whose means are compared between classes (three steps, BCH).
    starts : int
        Random starts for each number of classes.
    bootstrap : int
        Simulated data sets of the likelihood ratio test of each number against one class fewer; 0 for none.
    seed : int
        Of starts and simulations.
    conf_level : float
        Level of the intervals.
    progress : callable, optional
        Told (done, all) after each number of classes.
    sampling : ClassWeights, optional
        Weights and plan of the data; ``osa_survey.latent_classes`` reads them from a declared design.

    Returns
    -------
    Result
        For each number of classes (``level``) the fit; ``more["profile"]`` with the probability of each answer in each
        class of the chosen model, ``more["classes"]`` with their sizes, ``more["covariates"]`` and
        ``more["outcomes"]`` where asked. ``engine`` is the chosen `Mixture`.

    Raises
    ------
    AnalysisError
        Unknown or unsuitable variables, a number of classes the answers cannot carry.

    Notes
    -----
    EM on distinct answer patterns from random starts; gaps are taken as missing at random, respondents without any
    answer are left out. Classes are numbered from the largest. Standard errors come from the empirical information.
    Sizes and profiles rest on no covariates or outcomes; those are related to the assigned class with a correction for
    errors of assignment.

    References
    ----------
    Linzer, D. A., & Lewis, J. B. (2011). doi:10.18637/jss.v042.i10

    Vermunt, J. K. (2010). doi:10.1093/pan/mpq025
    """
    refuse_imputed(data, "latent_classes")
    if sampling is None:
        refuse_design(data, "latent_classes")
    columns = class_variables(data, variables)
    values = np.column_stack([column.values for column in columns])
    problems = []
    for column in columns:
        known = np.unique(column.values[column.answered])
        if len(known) < 2:
            problems.append(Problem("constant_item", "everybody gave the same answer", column=column.info.name))
        elif len(known) > MOST_ANSWERS:
            message = f"{len(known)} different values are a number, not categories"
            hint = "use latent_profiles for numbers"
            problems.append(Problem("too_many_answers", message, column=column.info.name, hint=hint))
    if problems:
        raise AnalysisError(problems)
    codes, answers = coded(values)
    used = _within(np.asarray((codes >= 0).any(axis=1)), sampling)
    patterns = patterns_of(codes[used])
    weights = patterns.weights
    if sampling is not None:
        weights = np.bincount(patterns.member, sampling.among(used), minlength=len(weights)).astype(np.float64)
    measurement = Categorical.of(patterns.codes, tuple(len(found) for found in answers))
    free = float(np.prod([float(size) for size in measurement.sizes])) - 1.0
    numbers = numbers_of_classes(classes, measurement, free)
    return _found(
        "latent_classes", data, columns, measurement, weights, patterns.member, used, answers,
        numbers, criterion, covariates, outcomes, starts, bootstrap, seed, conf_level,
        progress, (), sampling,
    )  # fmt: skip


def latent_profiles(
    data: ScoredData | pd.DataFrame,
    variables: Sequence[str],
    *,
    classes: int | Sequence[int] = (1, 2, 3, 4),
    variances: Literal["equal", "free"] = "equal",
    criterion: Criterion = "bic",
    covariates: Sequence[str] = (),
    outcomes: Sequence[str] = (),
    starts: int = 30,
    bootstrap: int = 0,
    seed: int = 1,
    conf_level: float = 0.95,
    progress: Callable[[int, int], None] | None = None,
    sampling: ClassWeights | None = None,
) -> Result:
    """Find classes of respondents with similar scores.

    Parameters
    ----------
    data : ScoredData or DataFrame
        The respondents.
    variables : sequence of str
        Numbers or scores, two or more; normal and unrelated within a class.
    classes, criterion, covariates, outcomes, starts, bootstrap, seed, conf_level, progress, sampling
        As in ``latent_classes``.
    variances : {"equal", "free"}
        One variance of each variable for all classes, or one for each class.

    Returns
    -------
    Result
        As ``latent_classes``, with means (``class_mean``) in ``more["profile"]``.

    Raises
    ------
    AnalysisError
        Unknown or unsuitable variables.

    References
    ----------
    Vermunt, J. K., & Magidson, J. (2002). Latent class cluster analysis. In J. A. Hagenaars & A. L. McCutcheon (Eds.),
    Applied latent class analysis (pp. 89-106). Cambridge University Press. doi:10.1017/CBO9780511499531.004
    """
    refuse_imputed(data, "latent_profiles")
    if sampling is None:
        refuse_design(data, "latent_profiles")
    if variances not in ("equal", "free"):
        hint = nearest(str(variances), ("equal", "free"))
        raise AnalysisError(Problem("unknown_option", f"variances cannot be '{variances}'", hint=hint))
    columns = class_variables(data, variables)
    problems = [
        Problem("not_a_number", "a profile needs numbers", column=column.info.name, hint="use latent_classes")
        for column in columns
        if column.info.type not in ("number", "count", "ordinal")
    ]
    values = np.column_stack([column.values for column in columns])
    used = _within(np.asarray((~np.isnan(values)).any(axis=1)), sampling)
    own = np.ones(int(used.sum())) if sampling is None else sampling.among(used)
    mean, scale = _moments(values[used], own)
    problems += [
        Problem("constant_item", "a number does not vary", column=column.info.name)
        for column, spread in zip(columns, scale, strict=True)
        if not spread > 1e-12
    ]
    if problems:
        raise AnalysisError(problems)
    measurement = Normal(((values - mean) / scale)[used], variances == "equal")
    n = int(used.sum())
    numbers = numbers_of_classes(classes, measurement, float(n))
    moments = tuple(np.array(pair) for pair in zip(mean, scale, strict=True))
    return _found(
        "latent_profiles", data, columns, measurement, own, np.arange(n), used, moments,
        numbers, criterion, covariates, outcomes, starts, bootstrap, seed, conf_level,
        progress, (f"{variances} variances",), sampling,
    )  # fmt: skip


def _found(
    analysis: str,
    data: ScoredData | pd.DataFrame,
    columns: tuple[Column, ...],
    measurement: Measurement,
    weights: Floats,
    member: NDArray[np.int64],
    used: NDArray[np.bool_],
    answers: tuple[Floats, ...],
    numbers: list[int],
    criterion: str,
    covariates: Sequence[str],
    outcomes: Sequence[str],
    starts: int,
    bootstrap: int,
    seed: int,
    conf_level: float,
    progress: Callable[[int, int], None] | None,
    how: tuple[str, ...],
    sampling: ClassWeights | None,
) -> Result:
    check_request(criterion, starts, bootstrap, conf_level)
    outside = outside_columns(data, covariates, outcomes)
    streams = np.random.SeedSequence(seed).spawn(2 * (max(numbers) + 1))
    fits: dict[int, Mixture] = {}
    tests: dict[int, float] = {}
    for done, k in enumerate(numbers, start=1):
        fits[k] = fit_mixture(measurement, weights, k, starts=starts, seed=streams[k])
        if bootstrap and k - 1 in fits:
            own = streams[max(numbers) + 1 + k]
            tests[k] = bootstrapped_p(
                measurement, weights, fits[k - 1], fits[k], draws=bootstrap, starts=max(starts // 3, 5), seed=own
            )
        tell("latent classes", done, len(numbers))
        if progress is not None:
            progress(done, len(numbers))
    chosen = chosen_number(fits, tests, criterion)
    parts = ClassParts(
        analysis=analysis,
        columns=columns,
        measurement=measurement,
        weights=weights,
        answers=answers,
        fits=fits,
        tests=tests,
        chosen=chosen,
        criterion=criterion,
        posterior=fits[chosen].posterior[member],
        used=used,
        covariates=tuple(outside[name] for name in covariates),
        outcomes=tuple(outside[name] for name in outcomes),
        bootstrap=bootstrap,
        seed=seed,
        conf_level=conf_level,
        how=how,
        member=member,
        sampling=sampling,
    )
    return classes_result(parts)


def _within(answered: NDArray[np.bool_], sampling: ClassWeights | None) -> NDArray[np.bool_]:
    """Return those who answered and have a weight."""
    return np.asarray(answered if sampling is None else answered & (sampling.weights > 0))


def _moments(values: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Return means and standard deviations of the known numbers, zero without any."""
    known = ~np.isnan(values)
    total = np.maximum(weights @ known, 1e-300)
    mean = weights @ np.nan_to_num(values) / total
    away = np.where(known, values - mean, 0.0)
    return mean, np.sqrt(weights @ away**2 / total)
