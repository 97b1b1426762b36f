"""The units of a multiverse under a sampling plan or in completed sets, on workers, and pooled over the sets."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from joblib import delayed
from numpy.typing import NDArray
from scipy import stats

from osa_survey.analysis.multiverse.multiverse_runs import fingerprint, kept_or_made, made_folder
from osa_survey.analysis.multiverse.multiverse_units import Enumerated
from osa_survey.dataset import SurveyDesign
from osa_survey.imputation import pool
from osa_survey.models.predictor_shuffles import ranks
from osa_survey.models.specification_units import Unit
from osa_survey.models.weighted_specifications import weighted_unit
from osa_survey.progressing import gathered
from osa_survey.weighting import design_df, linearised_covariance, replicate_covariance

Floats = NDArray[np.float64]
FACTS = 5
"""Columns before the resampled ones: degrees of freedom, respondents, b, its variance, and the scale of r."""
AT_ONCE = 256
"""Specifications whose contributions are turned into one covariance."""


@dataclass(frozen=True, repr=False)
class DesignedUnit:
    """A unit with the plan it stands under.

    Attributes
    ----------
    unit : Unit
        The unit.
    rows : ndarray of int, shape (respondents of the unit,)
        Where they stand among all respondents of the plan.
    design : SurveyDesign or None
        The plan; None in completed sets without weights.
    resamples : ndarray of float, shape (respondents of the plan, draws)
        Weights of resamples of the plan, for the joint test; without columns where there is none.
    mark : str
        A fingerprint of design and resamples.
    """

    unit: Unit
    rows: NDArray[np.intp]
    design: SurveyDesign | None
    resamples: Floats
    mark: str


@dataclass(frozen=True, repr=False)
class ComposedNumbers:
    """Partial correlations with their tests, one for each specification.

    Attributes
    ----------
    df, n, r, error, p : ndarray of float, shape (specifications,)
        Degrees of freedom, respondents (the fewest of any set), estimate, its standard error, two-sided p.
    resampled, resampled_p : ndarray of float, shape (specifications, draws)
        Of resamples under the null hypothesis.
    """

    df: Floats
    n: Floats
    r: Floats
    error: Floats
    p: Floats
    resampled: Floats
    resampled_p: Floats


def composed_numbers(
    made: Sequence[Enumerated],
    designs: Sequence[SurveyDesign | None],
    resamples: Floats,
    folder: Path | None,
    workers: int | None,
) -> ComposedNumbers:
    """Return the numbers of every specification in the order of the first set, pooled by Rubin's rules.

    Parameters
    ----------
    made : sequence of Enumerated
        The specifications of each set.
    designs : sequence of SurveyDesign or None
        The plan of each set.
    resamples : ndarray of float, shape (respondents, draws)
        Weights of resamples of the plan.
    folder, workers
        As in ``computed_units``.

    Notes
    -----
    In each set b has its linearised, replicate or (without a design) model-based variance; over the sets b and its
    variance are pooled, and r = b̄ s̄ with the mean scale s̄. A resample gives t* = (b* − b)/SE.
    """
    tasks, owners = [], []
    for number, (one, design) in enumerate(zip(made, designs, strict=True)):
        rows, mark = np.flatnonzero(one.everybody), design_mark(design, resamples)
        for unit in one.units:
            tasks.append(DesignedUnit(unit, rows, design, resamples, mark))
            owners.append(number)
    made_folder(folder)
    found = gathered("specifications", (delayed(_unit)(task, folder) for task in tasks), len(tasks), workers)
    places = {specification: k for k, specification in enumerate(made[0].specifications)}
    each = np.full((len(made), len(places), FACTS + resamples.shape[1]), np.nan)
    for number, one in enumerate(made):
        own = np.concatenate([part for part, owner in zip(found, owners, strict=True) if owner == number])
        each[number, [places[specification] for specification in one.specifications]] = own
    return _pooled(each)


def _pooled(each: Floats) -> ComposedNumbers:
    count = each.shape[1]
    df, n, b, variance, scale = (each[:, :, k] for k in range(FACTS))
    estimate, spread, freedom = np.full((3, count), np.nan)
    usable = np.isfinite(each[:, :, 1:FACTS]).all(axis=(0, 2)) & (df > 0).all(axis=0) & (variance > 0).all(axis=0)
    for k in np.flatnonzero(usable):
        if len(each) == 1:
            estimate[k], spread[k], freedom[k] = b[0, k], variance[0, k], df[0, k]
            continue
        pooled = pool(b[:, k], variance[:, k], float(df[:, k].min()))
        estimate[k], spread[k], freedom[k] = pooled.estimate[0], pooled.covariance[0, 0], pooled.df[0]
    width = scale.mean(axis=0)
    t = estimate / np.sqrt(spread)
    drawn = each[0, :, FACTS:]
    error = np.sqrt(spread) * width
    return ComposedNumbers(
        freedom,
        n.min(axis=0),
        np.clip(estimate * width, -1.0, 1.0),
        error,
        np.asarray(2 * stats.t.sf(np.abs(t), freedom)),
        drawn * error[:, None],
        np.asarray(2 * stats.t.sf(np.abs(drawn), freedom[:, None])),
    )


def _unit(task: DesignedUnit, folder: Path | None) -> Floats:
    shape = (len(task.unit.sets), FACTS + task.resamples.shape[1])
    name = hashlib.sha256(f"{fingerprint(task.unit)} {task.mark}".encode()).hexdigest()[:32]
    return kept_or_made(folder, name, shape, lambda: _numbers(task))


def _numbers(task: DesignedUnit) -> Floats:
    unit, design = task.unit, task.design
    own = unit.used & ~np.isnan(unit.predictor)
    y, x = unit.outcome[own], unit.predictor[own]
    if unit.model == "rank":
        y, x = ranks(y), ranks(x)
    rows = task.rows[own]
    weights = np.ones(len(y)) if design is None else design.weights[rows]
    model = "linear" if unit.model == "rank" else unit.model
    found = weighted_unit(y, x, unit.covariates[own], unit.sets, model, weights)
    variance, df = found.variance, found.df
    if design is not None:
        mask = np.zeros(len(design), dtype=np.bool_)
        mask[rows] = True
        domain = design.within(mask)
        variance, df = (
            _variances(found.contributions, found.refit, found.b, rows, domain),
            design_df(domain) - found.lost,
        )
    drawn = np.empty((len(unit.sets), task.resamples.shape[1]))
    if task.resamples.shape[1]:
        with np.errstate(divide="ignore", invalid="ignore"):
            drawn = ((found.refit(np.ascontiguousarray(task.resamples[rows])) - found.b) / np.sqrt(variance)).T
    facts = np.column_stack([df, np.full(len(df), float(len(y))), found.b, variance, found.scale])
    return np.concatenate([facts, drawn], axis=1)


def _variances(
    contributions: Floats, refit: Callable[[Floats], Floats], b: Floats, rows: NDArray[np.intp], design: SurveyDesign
) -> Floats:
    if design.replicates is not None:
        theta = refit(np.ascontiguousarray(design.replicates.weights[rows]))
        return np.array([
            replicate_covariance(theta[:, [k]], b[[k]], design.replicates)[0, 0] for k in range(len(b))
        ])  # fmt: skip
    found = []
    for begin in range(0, len(b), AT_ONCE):
        part = contributions[:, begin : begin + AT_ONCE]
        whole = np.zeros((len(design), part.shape[1]))
        whole[rows] = part
        found.append(np.diagonal(linearised_covariance(whole, design)))
    return np.concatenate(found)


def design_mark(design: SurveyDesign | None, resamples: Floats) -> str:
    """Return a name that changes with any number of the plan."""
    found = hashlib.sha256(str(resamples.shape).encode())
    found.update(np.ascontiguousarray(resamples).tobytes())
    if design is not None:
        found.update(repr((design.sample, design.lonely)).encode())
        arrays: list[NDArray[Any]] = [design.weights]
        for stage in design.stages:
            arrays += [stage.strata, stage.clusters, *([] if stage.population is None else [stage.population])]
        for step in design.calibrations:
            arrays += [step.cells, step.auxiliary, step.before, step.after]
        if design.replicates is not None:
            copies = design.replicates
            arrays += [copies.weights, copies.rscales, np.array([copies.scale, float(copies.mse)])]
        for array in arrays:
            found.update(str(array.shape).encode())
            found.update(np.ascontiguousarray(array).tobytes())
    return found.hexdigest()
