"""The columns of an imputation: answers, which gaps are filled, which stay gaps, and the scales items belong to."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.dataset import ScoredData, VariableInfo, keyed_items
from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.instruments.reasons import REASON_CODES, REASONS

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

ALWAYS_IMPUTED = ("broke_off", "not_answered", "technical", "invalid")
ON_REQUEST = ("refused", "dont_know")
NEVER_IMPUTED = ("not_shown", "not_applicable", "withdrawn")


@dataclass(frozen=True, repr=False)
class ModelColumn:
    """A variable or item of an imputation.

    Attributes
    ----------
    info : VariableInfo
        Its type and categories; an item is ordinal.
    values : ndarray, shape (n,)
        Answers; NaN for gaps.
    reasons : ndarray of uint8, shape (n,)
        Why an answer is missing.
    missing, kept : ndarray of bool, shape (n,)
        Gaps to fill, and gaps that stay.
    block : str
        The block of an item, or "".
    ranked : tuple of float
        Where the declared order of an ordinal variable is not that of its codes: the codes in declared order.
        ``values`` then holds positions from 1.
    """

    info: VariableInfo
    values: Floats
    reasons: NDArray[np.uint8]
    missing: Mask
    kept: Mask
    block: str = ""
    ranked: tuple[float, ...] = ()

    @property
    def name(self) -> str:
        """The column."""
        return self.info.name

    @property
    def observed(self) -> Mask:
        """Where there is an answer."""
        return ~(self.missing | self.kept)

    def kept_reasons(self) -> dict[str, int]:
        """Return how many gaps stay, by reason."""
        codes = self.reasons[self.kept]
        counts = {reason: int((codes == code).sum()) for reason, code in REASON_CODES.items()}
        return {reason: number for reason, number in counts.items() if number}

    def with_kept(self) -> ModelColumn:
        """Return the column with every gap kept."""
        gaps = self.missing | self.kept
        return replace(self, missing=np.zeros_like(gaps), kept=gaps)

    def as_codes(self, values: Floats) -> Floats:
        """Return imputed values as the data hold them."""
        return np.asarray(self.ranked)[values.astype(np.intp) - 1] if self.ranked else values


@dataclass(frozen=True, repr=False)
class ModelScale:
    """A scale whose items take part.

    Attributes
    ----------
    name, title : str
        The scored column, and what print says.
    items : tuple of str
        Item columns in scale order.
    signs : tuple of int
        −1 for reverse-keyed items.
    score : str
        ``"mean"``, ``"sum"`` or ``"count"``.
    counted : tuple of float
        Keyed codes that count.
    turns : tuple of float
        low + high of each item: a reversed answer is this minus the answer.
    times : float
        What the mean or sum is multiplied by.
    """

    name: str
    title: str
    items: tuple[str, ...]
    signs: tuple[int, ...]
    score: str
    counted: tuple[float, ...]
    turns: tuple[float, ...]
    times: float = 1.0


def reasons_to_impute(asked: Sequence[str]) -> tuple[str, ...]:
    """Return the reasons whose gaps are filled: the usual ones and those asked for.

    Raises
    ------
    AnalysisError
        ``never_imputed`` for questions that were not shown or not applicable and for withdrawn answers;
        ``unknown_reason`` for a word that is no reason.
    """
    problems = []
    for reason in asked:
        if reason in NEVER_IMPUTED:
            message = f"gaps with the reason '{reason}' are never imputed: there is no answer behind them"
            problems.append(Problem("never_imputed", message, hint=f"ask for {' or '.join(ON_REQUEST)} only"))
        elif reason not in REASONS:
            message = f"there is no reason '{reason}'"
            problems.append(Problem("unknown_reason", message, hint=nearest(reason, REASONS)))
    if problems:
        raise AnalysisError(problems)
    return tuple(reason for reason in REASONS if reason in ALWAYS_IMPUTED or reason in asked)


def model_columns(
    scored: ScoredData, variables: Sequence[str] | None, imputed_reasons: Sequence[str]
) -> tuple[tuple[ModelColumn, ...], tuple[ModelScale, ...]]:
    """Return the columns of an imputation and the scales made of them.

    Parameters
    ----------
    scored : ScoredData
        Scored answers.
    variables : sequence of str, optional
        Variables, item columns, or scored columns, which stand for their items; by default every variable and item.
    imputed_reasons : sequence of str
        Reasons whose gaps are filled.

    Returns
    -------
    (tuple of ModelColumn, tuple of ModelScale)
        Columns in the order of the data, and every scale all of whose items are among them.

    Raises
    ------
    AnalysisError
        ``unknown_variable``, with the nearest names; ``infinite_value``.
    """
    responses = scored.responses
    items = {name: block for block in responses.codebook.blocks for name in responses.item_columns(block)}
    of_scale = {log.name: keyed_items(responses, log.block, log.scale) for log in scored.log if not log.parts}
    behind = {name: list(keyed.columns) for name, keyed in of_scale.items()}
    for log in scored.log:
        if log.parts:
            behind[log.name] = [column for part in log.parts for column in behind[part]]
    single = [name for name in responses.variables if name in scored.frame]
    if variables is None:
        wanted = {*single, *items}
    else:
        known = [*single, *behind, *items]
        unknown = [name for name in variables if name not in known]
        if unknown:
            raise AnalysisError(
                Problem("unknown_variable", f"there is no variable '{name}'", column=name, hint=nearest(name, known))
                for name in unknown
            )
        wanted = set(variables)
        for name in variables:
            wanted |= set(behind.get(name, ()))
    fill = [REASON_CODES[reason] for reason in imputed_reasons]
    columns = [
        _column(scored.variables[name], scored.frame[name], scored.reasons[name], fill)
        for name in single
        if name in wanted
    ]
    infos = _item_infos(scored, items)
    columns += [
        _column(infos[name], responses.codes[name], responses.reasons[name], fill, block)
        for name, block in items.items()
        if name in wanted
    ]
    infinite = [one.name for one in columns if np.isinf(one.values).any()]
    if infinite:
        raise AnalysisError(
            Problem("infinite_value", f"'{name}' holds infinite values", column=name, hint="make them gaps")
            for name in infinite
        )
    scales = tuple(
        ModelScale(
            name=log.name,
            title=scored.variables[log.name].title,
            items=of_scale[log.name].columns,
            signs=of_scale[log.name].signs,
            score=log.score,
            counted=tuple(of_scale[log.name].scale.counted),
            turns=tuple((of_scale[log.name].low + of_scale[log.name].high).tolist()),
            times=log.times,
        )
        for log in scored.log
        if log.name in of_scale and set(of_scale[log.name].columns) <= wanted
    )
    return tuple(columns), scales


def _column(
    info: VariableInfo, values: pd.Series, reasons: pd.Series, fill: Iterable[int], block: str = ""
) -> ModelColumn:
    numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
    marks = reasons.to_numpy(dtype=np.uint8)
    gaps = np.isnan(numbers)
    missing = gaps & np.isin(marks, [*fill, 0])
    ranked: tuple[float, ...] = ()
    if info.type == "ordinal" and any(later <= earlier for earlier, later in itertools.pairwise(info.codes)):
        ranked = info.codes
        places = np.full(len(numbers), np.nan)
        for place, code in enumerate(ranked, start=1):
            places[numbers == code] = place
        numbers, info = places, replace(info, codes=tuple(float(place) for place in range(1, len(ranked) + 1)))
    return ModelColumn(info, numbers, marks, missing, gaps & ~missing, block, ranked)


def _item_infos(scored: ScoredData, items: Mapping[str, str]) -> dict[str, VariableInfo]:
    responses = scored.responses
    infos = {}
    for block, entry in responses.codebook.blocks.items():
        instrument = responses.instruments[entry.instrument]
        for name, item in zip(responses.item_columns(block), instrument.items, strict=True):
            options = instrument.options_of(item.id)
            infos[name] = VariableInfo(
                name,
                "ordinal",
                f"{instrument.short_title}: {item.tag}",
                range=(options.low, options.high),
                source="item",
            )
    return {name: infos[name] for name in items}
