"""Indices of careless responding of each respondent: computed on request, never part of a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.dataset import ScoredData, columns_of, keyed_items, refuse_design, refuse_imputed
from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.psychometrics.item_response import fit_graded, person_fit
from osa_survey.quality.answer_consistency import ANTONYMS, SYNONYMS, even_odd, person_total, psychometric_synonyms
from osa_survey.quality.attention_checks import attention_columns, failed_checks
from osa_survey.quality.careless_cuts import CUTS, Cut
from osa_survey.quality.guttman_errors import guttman_errors
from osa_survey.quality.multivariate_distances import mahalanobis
from osa_survey.quality.response_variability import response_variability
from osa_survey.quality.straight_lines import runs_of

Floats = NDArray[np.float64]

FEWEST_SCALES = 3
FEWEST_PAIRS = 3
MOST_CATEGORIES = 12


@dataclass(frozen=True, repr=False)
class CarelessIndices:
    """Indices of each respondent, for the person who holds the data only.

    Attributes
    ----------
    frame : DataFrame, shape (respondents, indices)
        Values, NaN where undefined; rows in the order of the data.
    flags : DataFrame of bool, same shape
        Who lies beyond the threshold.
    cuts : mapping of str to Cut
        The thresholds.
    left_out : mapping of str to str
        Index → why it was not computed.
    notes : tuple of str
        What a reader must know.
    """

    frame: pd.DataFrame
    flags: pd.DataFrame
    cuts: Mapping[str, Cut]
    left_out: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.frame)

    def __repr__(self) -> str:
        return f"<CarelessIndices: {len(self)} respondents, {len(self.frame.columns)} indices>"

    def _repr_html_(self) -> None:
        """Show the counts of ``repr`` in a notebook, never rows."""
        return


@dataclass(frozen=True, repr=False)
class Questionnaire:
    """What the indices are computed from.

    Attributes
    ----------
    raw : ndarray of float, shape (respondents, items)
        Answers as given, in the order of the questionnaire.
    scales : mapping of str to ndarray of float, shape (respondents, items)
        Keyed items.
    seconds : ndarray of float, shape (respondents,), optional
        How long each took.
    failed : ndarray of int, shape (respondents,), optional
        How many attention or infrequency items each failed.
    """

    raw: Floats
    scales: Mapping[str, Floats]
    seconds: Floats | None
    failed: NDArray[np.int64] | None


def careless_indices(
    data: ScoredData | pd.DataFrame,
    scales: Mapping[str, Sequence[str]] | None = None,
    *,
    seconds: str | None = None,
    cuts: Mapping[str, float] | None = None,
) -> CarelessIndices:
    """Return the indices of careless responding of each respondent.

    Nothing of this passes the disclosure gate: it is for looking at one's own data. ``careless`` gives the counts.

    Parameters
    ----------
    data : ScoredData or DataFrame
        Scored data, or a data frame with keyed items in the order of the questionnaire.
    scales : mapping of str to sequence of str, optional
        Of a data frame: the item columns of each scale; by default all columns are one scale.
    seconds : str, optional
        Of a data frame: the column with the seconds each respondent took.
    cuts : mapping of str to float, optional
        Thresholds instead of those of ``CUTS``.

    Returns
    -------
    CarelessIndices
        Values and flags; an index that these data cannot give is named in ``left_out``.

    Raises
    ------
    AnalysisError
        Unknown columns or thresholds, or no items.
    """
    refuse_imputed(data, "careless")
    refuse_design(data, "careless")
    known = _cuts(cuts)
    asked = questionnaire(data, scales, seconds)
    n, k = asked.raw.shape
    found: dict[str, Floats] = {}
    left: dict[str, str] = {}
    runs = runs_of(asked.raw)
    found["longstring"] = runs.longest / k
    found["irv"] = response_variability(asked.raw)
    if k < 2:
        left["irv"] = "one item has no spread"
        del found["irv"]
    try:
        found["mahalanobis"] = mahalanobis(asked.raw).p_value
    except ValueError as problem:
        left["mahalanobis"] = str(problem)
    usable = [values for values in asked.scales.values() if values.shape[1] > 1]
    if len(usable) >= FEWEST_SCALES:
        found["even_odd"] = even_odd(usable)
    else:
        left["even_odd"] = f"needs {FEWEST_SCALES} scales"
    for name, beyond in (("synonyms", SYNONYMS), ("antonyms", ANTONYMS)):
        pairs = psychometric_synonyms(asked.raw, beyond)
        if len(pairs.pairs) >= FEWEST_PAIRS:
            found[name] = pairs.r
        else:
            left[name] = f"fewer than {FEWEST_PAIRS} pairs of items correlate beyond {beyond:g}"
    if k >= FEWEST_PAIRS:
        found["person_total"] = person_total(asked.raw)
    _fits(asked, found, left)
    if asked.seconds is not None:
        answered = (~np.isnan(asked.raw)).sum(axis=1)
        found["seconds_per_item"] = np.divide(
            asked.seconds, answered, out=np.full(n, np.nan), where=(answered > 0) & (asked.seconds >= 0)
        )
    else:
        left["seconds_per_item"] = "no duration is known"
    if asked.failed is not None:
        found["infrequency"] = asked.failed.astype(np.float64)
    else:
        left["infrequency"] = "no attention or infrequency item is declared"
    frame = pd.DataFrame({name: found[name] for name in known if name in found})
    flags = pd.DataFrame({name: _flagged(frame[name].to_numpy(), known[name]) for name in frame.columns})
    notes = ("Durations cover the whole survey, so seconds per item are too long where much else was asked.",)
    return CarelessIndices(frame, flags, known, left, notes if asked.seconds is not None else ())


def _fits(asked: Questionnaire, found: dict[str, Floats], left: dict[str, str]) -> None:
    """Add person fit: the mean of normed Guttman errors, and the least lz*, over scales."""
    errors, fits = [], []
    for values in asked.scales.values():
        sizes = [len(np.unique(column[~np.isnan(column)])) for column in values.T]
        if values.shape[1] < 3 or min(sizes) < 2 or max(sizes) > MOST_CATEGORIES:
            continue
        low = np.nanmin(values, axis=0)
        errors.append(guttman_errors(values - low))
        model = fit_graded(values)
        if model.converged:
            fits.append(person_fit(model, values))
    for name, parts in (("guttman", errors), ("lz_star", fits)):
        if not parts:
            left[name] = "needs a scale of three items or more with a few answers each"
            continue
        table = np.column_stack(parts)
        known = ~np.isnan(table)
        count = known.sum(axis=1)
        total = np.where(known, table, 0.0).sum(axis=1)
        # the sum of independent standard normal fits, standardised again; of shares the mean
        scale = np.sqrt(count) if name == "lz_star" else count
        found[name] = np.divide(total, scale, out=np.full(len(table), np.nan), where=count > 0)


def _flagged(values: Floats, cut: Cut) -> NDArray[np.bool_]:
    with np.errstate(invalid="ignore"):
        how = {"above": np.greater, "below": np.less, "at most": np.less_equal, "at least": np.greater_equal}[cut.side]
        return np.asarray(how(values, cut.value) & ~np.isnan(values), dtype=bool)


def _cuts(cuts: Mapping[str, float] | None) -> dict[str, Cut]:
    found = dict(CUTS)
    problems = []
    for name, value in (cuts or {}).items():
        if name not in CUTS:
            problems.append(Problem("unknown_index", f"there is no index '{name}'", hint=nearest(name, list(CUTS))))
            continue
        old = CUTS[name]
        found[name] = Cut(old.title, old.side, float(value), "as set in this analysis", old.reference, "set")
    if problems:
        raise AnalysisError(problems)
    return found


def questionnaire(
    data: ScoredData | pd.DataFrame, scales: Mapping[str, Sequence[str]] | None, seconds: str | None
) -> Questionnaire:
    """Return the answers, keyed scales, durations and failed checks of the data."""
    if isinstance(data, pd.DataFrame):
        return _from_frame(data, scales, seconds)
    if not isinstance(data, ScoredData):
        message = f"careless takes ScoredData or a DataFrame of items, not {type(data).__name__}"
        raise AnalysisError(message, hint="score the responses first: scored = score(responses)")
    if scales is not None or seconds is not None:
        raise AnalysisError(
            Problem("not_for_scored", "scales and seconds belong to data frames", hint="leave them out")
        )
    responses = data.responses
    blocks = list(responses.codebook.blocks)
    if not blocks:
        raise AnalysisError(Problem("no_items", "the codebook has no block of items", hint="add one to the codebook"))
    keyed: dict[str, Floats] = {}
    seen: set[str] = set()
    for entry in data.log:
        if entry.parts:
            continue
        items = keyed_items(responses, entry.block, entry.scale)
        if not seen & set(items.columns):  # a total beside its subscales would count their items twice
            keyed[entry.name] = np.asarray(items.values, dtype=np.float64)
            seen |= set(items.columns)
    raw = np.column_stack([responses.items(block) for block in blocks]).astype(np.float64)
    paradata = responses.paradata
    took = paradata["duration"].to_numpy(dtype=float) if "duration" in paradata else None
    failed = failed_checks(paradata) if attention_columns(paradata) else None
    return Questionnaire(raw, keyed, took, failed)


def _from_frame(data: pd.DataFrame, scales: Mapping[str, Sequence[str]] | None, seconds: str | None) -> Questionnaire:
    names = [str(column) for column in data.columns]
    if seconds is not None and seconds not in names:
        hint = nearest(seconds, names)
        raise AnalysisError(Problem("unknown_variable", f"there is no column '{seconds}'", column=seconds, hint=hint))
    items = [name for name in names if name != seconds]
    if scales is not None:
        wanted = [str(column) for columns in scales.values() for column in columns]
        problems = [
            Problem("unknown_variable", f"there is no column '{name}'", column=name, hint=nearest(name, items))
            for name in wanted
            if name not in items
        ]
        if problems:
            raise AnalysisError(problems)
        items = [name for name in items if name in wanted]
    if not items:
        raise AnalysisError(Problem("no_items", "the data frame has no items", hint="one column for each item"))
    frame = data.set_axis(names, axis="columns")
    values = {column.info.name: column.values for column in columns_of(frame, items)}
    groups = scales if scales is not None else {"scale": items}
    keyed = {name: np.column_stack([values[str(column)] for column in columns]) for name, columns in groups.items()}
    took = columns_of(frame, [seconds])[0].values if seconds is not None else None
    return Questionnaire(np.column_stack([values[name] for name in items]), keyed, took, None)
