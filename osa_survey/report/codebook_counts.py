"""Counts for the pages of a codebook: how often each option was chosen and why answers are missing, after the gate."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from osa_survey.dataset import Responses
from osa_survey.disclosure import Profile, suppress
from osa_survey.instruments.reasons import NO_ANSWER, ROUTED
from osa_survey.report.codebook_columns import RawColumn, raw_column
from osa_survey.results import EarlierRelease, Gaps, Override, Result, Rows, hidden_beside
from osa_survey.results.further_tables import variables_of

EVERYBODY = "everybody"


@dataclass(frozen=True)
class Counted:
    """A count that has passed the gate.

    Attributes
    ----------
    label : str
        What was counted.
    code : str
        The code of an option, or "".
    n : int or None
        The count; None where the gate hides it.
    share : float
        Its share of those who answered; NaN where it or its base is hidden.
    """

    label: str
    code: str
    n: int | None
    share: float = math.nan


@dataclass(frozen=True)
class ColumnCounts:
    """One column of the answers.

    Attributes
    ----------
    options : tuple of Counted
        Options, or classes of a number, in order.
    answered, missing, implied : Counted
        Who answered, who did not, and whose value follows from a filter.
    reasons : tuple of Counted
        Why answers are missing; only reasons that occur, or all of them as one where they are not told apart.
    """

    options: tuple[Counted, ...]
    answered: Counted
    missing: Counted
    implied: Counted
    reasons: tuple[Counted, ...]

    @property
    def reasons_told(self) -> bool:
        """Whether the reasons are told apart."""
        return all(reason.label != NO_ANSWER for reason in self.reasons)


@dataclass(frozen=True, repr=False)
class Beside:
    """The report that is shown beside a codebook, of the same people.

    Attributes
    ----------
    results : tuple of Result
        All its results, before the gate.
    profile : Profile
        What it is released under.
    gaps, overrides, earlier
        What its gate is told.
    withheld : frozenset of str
        Columns without any count, because one partner of a couple could read the other's answer off them.
    """

    results: tuple[Result, ...]
    profile: Profile
    gaps: Gaps
    overrides: tuple[Override, ...] = ()
    earlier: EarlierRelease | None = None
    withheld: frozenset[str] = field(default=frozenset())


Filters = Mapping[str, tuple[str, tuple[float, ...]]]


def count_columns(responses: Responses, profile: Profile, beside: Beside | None = None) -> dict[str, ColumnCounts]:
    """Return for every column of the answers its counts, small ones and what would give them back hidden.

    Parameters
    ----------
    responses : Responses
        Admitted answers.
    profile : Profile
        The disclosure rules.
    beside : Beside, optional
        The report of the same people that is published too.

    Notes
    -----
    In each column the options add up to the answered, the reasons to the missing, and answered, missing and implied to
    all respondents; as in a table of the report, the reasons of a gap of a few people are not told apart. Where a
    filter decided who was asked, those not shown a question are the sum of the filter's other options and of its gaps.
    These relations pass the gate together with all tables of the report: the same people are one cell, and groups that
    differ by a few people are seen, wherever the report speaks of the column.
    """
    raw = {name: raw_column(responses, name) for name in responses.codes.columns}
    filters = _filters(responses)
    groups: dict[str, list[str]] = {}
    for name in raw:
        groups.setdefault(_with_filters(filters, name)[-1], []).append(name)
    spoken_of = {word for result in beside.results for word in variables_of(result)} if beside else set()
    tables = [
        _table({name: raw[name] for name in names}, filters, linked=not spoken_of.isdisjoint(names))
        for names in groups.values()
    ]
    if beside is None:
        hidden = hidden_beside(tables, profile)
    else:
        hidden = hidden_beside(
            tables,
            profile,
            shown=beside.results,
            shown_under=beside.profile,
            gaps=beside.gaps,
            overrides=beside.overrides,
            earlier=beside.earlier,
        )
    withheld = beside.withheld if beside else frozenset()
    found = {
        name: _counted(name, raw[name], cells, profile, closed=not withheld.isdisjoint(_with_filters(filters, name)))
        for names, cells in zip(groups.values(), hidden, strict=True)
        for name in names
    }
    return {name: found[name] for name in raw}


def count_closed(filled: int, n: int, profile: Profile) -> int | None:
    """Return how many respondents filled in a closed column; None where that or its complement is a small count."""
    counts = np.array([filled, n - filled, n], dtype=float)
    hidden = suppress(counts, [(2, [0, 1])], profile.threshold, zeros_are_small=profile.zeros_are_small)
    return None if hidden[0] else filled


def _filters(responses: Responses) -> Filters:
    """Return column → the filter that decided who was asked, and the codes of those who were."""
    book = responses.codebook
    result = {}
    for block, entry in book.blocks.items():
        if entry.asked_if is not None:
            for column in responses.item_columns(block):
                result[column] = (entry.asked_if.variable, entry.asked_if.codes)
    for name, variable in book.variables.items():
        if variable.asked_if is None:
            continue
        own = [f"{name}_{option}" for option in variable.columns] if variable.columns else [name]
        result.update(dict.fromkeys(own, (variable.asked_if.variable, variable.asked_if.codes)))
    known = set(responses.codes.columns)
    return {column: rule for column, rule in result.items() if column in known and rule[0] in known}


def _with_filters(filters: Filters, name: str) -> list[str]:
    """Return a column, the filter that decided who was asked, the filter of that one, and so on."""
    found = [name]
    while name in filters and filters[name][0] not in found:
        name = filters[name][0]
        found.append(name)
    return found


def _table(raw: Mapping[str, RawColumn], filters: Filters, *, linked: bool) -> Result:
    """Return the cells of a filter and of all that it decides; with the people in them where a report speaks of it."""
    rows = Rows()
    size = len(next(iter(raw.values())).implied)

    def people(who: NDArray[np.bool_]) -> float | NDArray[np.bool_]:
        return who if linked else float(who.sum())

    def cell(name: str, who: NDArray[np.bool_]) -> str:
        rows.cell(name, people(who))
        return name

    if linked:
        rows.cell(EVERYBODY, np.ones(size, dtype=bool))
    else:
        rows.everybody(EVERYBODY, size)
    for name, column in raw.items():
        own = [cell(f"{name}|option {position}", who) for position, (_, _, who) in enumerate(column.options)]
        reasons = {reason: cell(f"{name}|reason {reason}", who) for reason, who in column.reasons.items()}
        whole = [cell(f"{name}|{key}", getattr(column, key)) for key in ("answered", "missing", "implied")]
        rows.add("count", outcome=name, n=size, estimate=column.answered.sum(), cells=[whole[0]])
        rows.total(whole[0], own)
        by_choice = [reasons.pop(reason) for reason in list(reasons) if reason not in ROUTED]
        if by_choice:
            rows.gap(f"{name}|{_gap(column)}", people(column.unrouted), by_choice)
        if reasons:
            rows.total(whole[1], [*reasons.values(), *([f"{name}|{NO_ANSWER}"] if by_choice else [])])
        rows.total(EVERYBODY, whole)
    for name, (variable, codes) in filters.items():
        if name in raw and variable in raw and variable != name:
            parts = _routed_past(variable, raw[variable], codes)
            routed = raw[name].reasons.get("not_shown")
            if routed is not None and routed.sum() == sum(_people(raw[variable], part) for part in parts):
                rows.total(f"{name}|reason not_shown", parts)
    return Result.from_rows(rows, title="Codebook", analysis="codebook", method="counts", n_used=size)


def _gap(column: RawColumn) -> str:
    """Return the cell of those who gave no answer for no reason but their own: all without an answer, or some."""
    return "missing" if all(reason not in ROUTED for reason in column.reasons) else NO_ANSWER


def _people(column: RawColumn, cell: str) -> int:
    key = cell.partition("|")[2]
    who = column.missing if key == "missing" else column.options[int(key.removeprefix("option "))][2]
    return int(who.sum())


def _routed_past(name: str, column: RawColumn, codes: Sequence[float]) -> list[str]:
    """Return the cells of a filter whose respondents were not asked: other options, and gaps."""
    asked = {f"{code:g}" for code in codes}
    parts = [f"{name}|option {i}" for i, (_, code, _) in enumerate(column.options) if code not in asked]
    return [*parts, f"{name}|missing"]


def _counted(name: str, column: RawColumn, hidden: Iterable[str], profile: Profile, *, closed: bool) -> ColumnCounts:
    hidden = frozenset(hidden)
    base = int(column.answered.sum())
    base_shown = base > 0 and not closed and f"{name}|answered" not in hidden

    def counted(key: str, label: str, code: str, who: NDArray[np.bool_], share: bool = False) -> Counted:
        if closed or f"{name}|{key}" in hidden:
            return Counted(label, code, None)
        number = int(who.sum())
        return Counted(label, code, number, number / base if share and base_shown else math.nan)

    why = {reason: (f"reason {reason}", who) for reason, who in column.reasons.items()}
    if not profile.tells_reasons(int(column.unrouted.sum())):
        why = {reason: found for reason, found in why.items() if reason in ROUTED}
        why[NO_ANSWER] = _gap(column), column.unrouted
    return ColumnCounts(
        tuple(
            counted(f"option {position}", label, code, who, share=True)
            for position, (label, code, who) in enumerate(column.options)
        ),
        counted("answered", "answered", "", column.answered),
        counted("missing", "missing", "", column.missing),
        counted("implied", "implied", "", column.implied),
        tuple(counted(key, label, "", who) for label, (key, who) in why.items()),
    )
