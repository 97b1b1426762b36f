"""The curve of a multiverse around any analysis: every specification is one call of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from joblib import delayed
from numpy.typing import NDArray

from osa_survey.analysis.domains import composes, versions
from osa_survey.analysis.multiverse.composed_curves import NO_POOLED_TEST, NO_SHUFFLES, SHUFFLED, ComposedCurve
from osa_survey.analysis.multiverse.composed_units import design_mark
from osa_survey.analysis.multiverse.multiverse_choices import Choices, Specification, marked, subsets
from osa_survey.analysis.multiverse.multiverse_exclusions import those_left
from osa_survey.analysis.multiverse.multiverse_rows import Curve, JointTest
from osa_survey.analysis.multiverse.multiverse_runs import kept_or_made, made_folder
from osa_survey.analysis.multiverse.multiverse_scoring import AS_SCORED
from osa_survey.analysis.multiverse.multiverse_units import Enumerated, listed_specifications
from osa_survey.analysis.multiverse.multiverse_values import Values
from osa_survey.analysis.multiverse.verb_specifications import VerbAnalysis, estimate_row, named_in
from osa_survey.analysis.samples import Data
from osa_survey.dataset import Column, ScoredData, columns_of
from osa_survey.dataset.imputed import ImputedData
from osa_survey.errors import AnalysisError
from osa_survey.instruments.reasons import REASON_CODES
from osa_survey.models.predictor_shuffles import orders
from osa_survey.progressing import gathered

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
FACTS = 6
"""Columns before those of the draws: degrees of freedom, respondents, estimate, interval, p."""
GROUPED = (
    "no permutation test: respondents of a group are alike, so that shuffles of the predictor over all of them are no "
    "null hypothesis"
)
NO_NULL = (
    "no bootstrap test: a resample under the null hypothesis needs a rule that takes the association out of the data, "
    "and {do} has none here"
)
SWAPPED = "permutation within pairs, all specifications together"
UNUSED = REASON_CODES["not_applicable"]


@dataclass(frozen=True, repr=False)
class VerbTask:
    """One specification with the answers of each set.

    Attributes
    ----------
    analysis : VerbAnalysis
        The analysis.
    specification : Specification
        The specification.
    data : ScoredData, ImputedData or DataFrame
        Its variables, by the names of the specification; who is excluded has no outcome.
    everybody : ndarray of bool, shape (respondents,)
        Over whom shuffles go.
    draws, seed : int
        Shuffles.
    mark : str
        A fingerprint of all of it.
    """

    analysis: VerbAnalysis
    specification: Specification
    data: Data
    everybody: Mask
    draws: int
    seed: int
    mark: str


def verb_curve(
    data: Data,
    choices: Choices,
    analysis: VerbAnalysis,
    *,
    tests: Sequence[str],
    draws: int,
    seed: int,
    preregistered: Mapping[str, Any] | None,
    folder: Path | None,
    workers: int | None,
) -> ComposedCurve:
    """Return the curve; the arguments are those of ``multiverse``.

    Raises
    ------
    AnalysisError
        What the analysis refuses in every specification. What it refuses in some leaves them without an estimate.
    """
    sets, specifications = versions(data), listed_specifications(choices)
    position = marked(specifications, preregistered)
    judged = data.original if isinstance(data, ImputedData) else None
    values = [Values(one, choices) for one in sets]
    design = getattr(sets[0], "design", None)
    known = list(sets[0].columns) if isinstance(sets[0], pd.DataFrame) else list(sets[0].variables)
    further = tuple(dict.fromkeys(named_in([analysis.arguments, list(analysis.ways.values())], known)))
    left = [{one: those_left(own, choices.exclusions, one, judged) for one in subsets(choices.toggled)} for own in sets]
    inside = np.ones(len(sets[0]), dtype=np.bool_) if design is None else np.asarray(design.weights > 0)
    complete = [_complete(one, choices, inside) for one in values]
    everybody = complete[0] & np.logical_or.reduce(list(left[0].values()))
    refused = _refused(tests, analysis, composes(data), len(sets))
    shuffles = draws if "permutation" in tests and not refused["permutation"] else 0
    tasks, people, groups = [], list[Mask | float](), list[tuple[Mask, ...]]()
    for one in specifications:
        masks = [excluded[one.exclusions] & whole for excluded, whole in zip(left, complete, strict=True)]
        frames = [_columns(own, one, further) for own in values]
        tasks.append(_task(analysis, one, data, frames, masks, everybody, shuffles, seed))
        who = [mask & np.logical_and.reduce([column.answered for column in own.values()])
               for mask, own in zip(masks, frames, strict=True)]  # fmt: skip
        same = all((mask == who[0]).all() for mask in who)
        people.append(who[0] if same else float(np.mean([mask.sum() for mask in who])))
        x = frames[0][one.predictor]
        groups.append(tuple(mask for _, mask in x.categories(who[0])) if x.info.type == "nominal" else ())
    made_folder(folder)
    found = np.stack(gathered("specifications", (delayed(_run)(task, folder) for task in tasks), len(tasks), workers))
    if not np.isfinite(found[:, 2]).any():
        _numbers(tasks[0], strict=True)
    df, n, r, low, high, p = found[:, :FACTS].T
    drawn, p_drawn = np.split(found[:, FACTS:], 2, axis=1)
    nothing = np.empty((len(found), 0))
    method = SWAPPED if analysis.kind.shuffles == "pair" else SHUFFLED
    joint = tuple(
        JointTest(method if kind == "permutation" else "bootstrap", nothing, nothing, refused[kind])
        if refused[kind]
        else JointTest(method, drawn, p_drawn)
        for kind in tests
    )
    wanted = analysis.row.get("quantity", analysis.kind.quantities[0]).replace("_", " ")
    curve = Curve(tuple(specifications), df, n, r, p, low, high, joint, position, f"{wanted} of {analysis.do}")
    titles = {name: column.info.title for name, column in values[0].columns.items()}
    made = Enumerated((), tuple(specifications), (), everybody, titles)
    varying = tuple(
        name for name in choices.exclusions
        if any((those_left(one, {name: choices.exclusions[name]}, [name], judged)
                != those_left(sets[0], {name: choices.exclusions[name]}, [name], judged)).any() for one in sets[1:])
    )  # fmt: skip
    return ComposedCurve(made, curve, tuple(people), varying, design, len(sets), tuple(groups))


def _refused(tests: Sequence[str], analysis: VerbAnalysis, composed: bool, m: int) -> dict[str, str]:
    """Return why a joint test cannot be had, "" where it can."""
    found = {"permutation": "", "bootstrap": NO_NULL.format(do=analysis.do)}
    if m > 1:
        return dict.fromkeys(found, NO_POOLED_TEST)
    if composed:
        found["permutation"] = NO_SHUFFLES
    elif not analysis.kind.shuffles:
        found["permutation"] = GROUPED
    return {kind: found[kind] for kind in tests}


def _complete(values: Values, choices: Choices, inside: Mask) -> Mask:
    """Return whom the multiverse is about before the exclusions."""
    if choices.cases == "own":
        return inside
    every = [column.answered for column in values.columns.values()]
    return np.asarray(np.logical_and.reduce([inside, *every]))


def _columns(values: Values, one: Specification, further: Sequence[str]) -> dict[str, Column]:
    """Return the variables of a specification under its names."""
    rules = dict(one.scoring)
    coding = values.choices.outcomes[one.outcome]
    source = values.choices.source(one.outcome)
    found = dict(zip(further, columns_of(values.data, further), strict=True))
    for name in (one.predictor, *one.covariates):
        found[name] = _column(values.columns[name], values.scored(name, rules.get(name, AS_SCORED)))
    rule = rules.get(source, AS_SCORED)
    column = values.columns[source]
    if set(coding) <= {"variable"}:
        found[one.outcome] = replace(
            _column(column, values.scored(source, rule)), info=replace(column.info, name=one.outcome)
        )
    else:
        info = replace(column.info, name=one.outcome, type="number", codes=(), labels=(), reference="", range=None)
        found[one.outcome] = replace(_column(column, values.outcome(one.outcome, rule)), info=info)
    return found


def _column(column: Column, values: Floats) -> Column:
    gaps = np.isnan(values)
    reasons = np.where(gaps, np.where(column.reasons > 0, column.reasons, UNUSED), 0).astype(np.uint8)
    return Column(column.info, values, reasons)


def _task(
    analysis: VerbAnalysis,
    one: Specification,
    data: Data,
    frames: Sequence[dict[str, Column]],
    masks: Sequence[Mask],
    everybody: Mask,
    draws: int,
    seed: int,
) -> VerbTask:
    held = []
    mark = hashlib.sha256(repr((analysis, one, draws, seed)).encode())
    for own, mask, version in zip(frames, masks, versions(data), strict=True):
        y = own[one.outcome]
        own[one.outcome] = _column(y, np.where(mask, y.values, np.nan))
        held.append(_data(own, version))
        for name, column in own.items():
            mark.update(name.encode() + np.ascontiguousarray(column.values).tobytes())
    mark.update(design_mark(getattr(held[0], "design", None), np.empty((0, 0))).encode())
    given: Data = held[0]
    if isinstance(data, ImputedData):
        given = ImputedData(held[0], tuple(held), data.record)
    return VerbTask(analysis, one, given, everybody, draws, seed, mark.hexdigest()[:32])


def _data(columns: Mapping[str, Column], version: ScoredData | pd.DataFrame) -> ScoredData:
    """Return columns as scored data; those of a data frame without a questionnaire."""
    frame = pd.DataFrame({name: column.values for name, column in columns.items()})
    reasons = pd.DataFrame({name: column.reasons for name, column in columns.items()})
    variables = {name: column.info for name, column in columns.items()}
    if isinstance(version, pd.DataFrame):
        return ScoredData(frame, reasons, variables, None)  # type: ignore[arg-type]
    return replace(version, frame=frame, reasons=reasons, variables=variables)


def _run(task: VerbTask, folder: Path | None) -> Floats:
    shape = (1, FACTS + 2 * task.draws)
    return np.asarray(kept_or_made(folder, task.mark, shape, lambda: _numbers(task)[None, :])[0])


def _numbers(task: VerbTask, strict: bool = False) -> Floats:
    """Return facts, the estimates of the shuffles, and their p (0 or 1 by the interval where none is given)."""
    found = np.full(FACTS + 2 * task.draws, np.nan)
    found[:FACTS] = _estimate(task, task.data, strict)
    data = task.data
    if not task.draws or not isinstance(data, ScoredData) or not np.isfinite(found[2]):
        return found
    rows = np.flatnonzero(task.everybody)
    order = orders(len(rows), task.draws, task.seed)
    for k in range(task.draws):
        moved = _swapped(task, data, rows, k) if task.analysis.kind.shuffles == "pair" else _shuffled(
            task, data, rows, rows[order[:, k]]
        )  # fmt: skip
        _, _, estimate, low, high, p = _estimate(task, moved, False)
        found[FACTS + k] = estimate
        found[FACTS + task.draws + k] = p if np.isfinite(p) else float(low <= 0 <= high)
    return found


def _estimate(task: VerbTask, data: Data, strict: bool) -> Floats:
    one = task.specification
    try:
        result = task.analysis.call(data, one.outcome, one.predictor, one.covariates, one.model)
    except AnalysisError:
        if strict:
            raise
        return np.full(FACTS, np.nan)
    row = estimate_row(task.analysis, result, one.predictor)
    facts = ("df1", "n", "estimate", "conf_low", "conf_high", "p_value")
    return np.array([float(row[name]) for name in facts])


def _shuffled(task: VerbTask, data: ScoredData, rows: NDArray[np.intp], source: NDArray[np.intp]) -> ScoredData:
    """Return the answers with those to the predictor, gaps included, in another order."""
    name = task.specification.predictor
    values, reasons = data.frame[name].to_numpy(copy=True), data.reasons[name].to_numpy(copy=True)
    values[rows], reasons[rows] = values[source], reasons[source]
    return replace(data, frame=data.frame.assign(**{name: values}), reasons=data.reasons.assign(**{name: reasons}))


def _swapped(task: VerbTask, data: ScoredData, rows: NDArray[np.intp], k: int) -> ScoredData:
    """Return the answers with both of a pair exchanged in half of the respondents, the same in every specification."""
    child = np.random.SeedSequence(task.seed, spawn_key=(k,))
    chosen = np.zeros(len(data.frame), dtype=np.bool_)
    chosen[rows] = np.random.default_rng(child).random(len(rows)) < 0.5
    y, x = task.specification.outcome, task.specification.predictor
    first, second = (data.frame[name].to_numpy() for name in (y, x))
    chosen &= ~np.isnan(first) & ~np.isnan(second)
    return replace(data, frame=data.frame.assign(**{
        y: np.where(chosen, second, first), x: np.where(chosen, first, second)
    }))  # fmt: skip
