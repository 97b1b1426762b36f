"""Results through the gate: numbers that would show fewer people than the profile allows become empty."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.disclosure import Profile, closed_text
from osa_survey.errors import AnalysisError, Problem
from osa_survey.results.closed_texts import closed_result
from osa_survey.results.columns import NUMBER_COLUMNS
from osa_survey.results.earlier_releases import EarlierRelease
from osa_survey.results.further_tables import with_more
from osa_survey.results.gap_reasons import without_reasons_of_few
from osa_survey.results.hidden_together import ADVICE, first_hiding
from osa_survey.results.released_digits import is_rounded, released_digits
from osa_survey.results.result import Result
from osa_survey.results.row_rules import row_rules
from osa_survey.results.rows import Cells
from osa_survey.results.shared_cells import Gaps, HiddenCells, SharedCells
from osa_survey.results.verdicts import Finding, Override, Verdict, overridden

Mask = NDArray[np.bool_]
Readers = Callable[[Sequence[Result]], tuple[int, ...]]
SUPPRESSED, PAIR = "suppressed", 2
WITHHELD = {
    "en": "Withheld: one partner of a couple could read the other's answer off this table.",
    "de": "Zurückgehalten: Eine Person eines Paares könnte die Antwort der anderen aus dieser Tabelle ablesen.",
}
SUPPRESSION_NOTE = "Counts of 1 to {most} people, and the numbers that would give them back, are not shown."


def release(result: Result, profile: Profile) -> Result:
    """Return the result as the profile lets it be shown.

    Parameters
    ----------
    result : Result
        A result of any analysis. Its further tables pass the gate together with it.
    profile : Profile
        The rules.

    Returns
    -------
    Result
        The same result without its engine and its cells; suppressed rows have empty numbers and the word
        ``suppressed``; ``verdict`` says which rules hid them.

    Notes
    -----
    Rows that name no cell are hidden by their own ``n``. Rows that name cells are hidden when one of these cells
    is hidden, by itself or because it would give another one back. Results that are shown together pass the gate
    together: ``release_together``.
    """
    return release_together([result], profile)[0]


def release_together(
    results: Sequence[Result],
    profile: Profile,
    *,
    gaps: Gaps | None = None,
    overrides: Sequence[Override] = (),
    earlier: EarlierRelease | None = None,
    readers: Readers | None = None,
) -> tuple[Result, ...]:
    """Return results that are shown together, so that no two of them give back what one hides.

    Parameters
    ----------
    results : sequence of Result
        Results of the same people, in the order they are shown.
    profile : Profile
        The rules.
    gaps : callable, optional
        From names of variables to a mask of the people without an answer on one of them. With it, groups of people are
        compared across results: a difference of a few people is hidden, unless all of them only gave no answer.
    overrides : sequence of Override
        Rules that do not hold for some of the results.
    earlier : EarlierRelease, optional
        What left before: numbers that differ from it by a few people are hidden.
    readers : callable, optional
        From results to the number of people who could read their partner's answer off each, shown together with those
        before it; such a result is withheld.

    Returns
    -------
    tuple of Result
        Released results in the same order. A result released under the same profile before comes back as it is. The
        first that hides several categories of a variable has a note on what can be done (``hidden_together``).

    Raises
    ------
    AnalysisError
        ``released_before`` where a result was released under another profile.
    """
    for result in results:
        if result.released_under not in ("", profile.name):
            message = f"'{result.title}' passed the profile '{result.released_under}' before, not '{profile.name}'"
            hint = "hand over the result as its analysis returned it"
            raise AnalysisError(Problem("released_before", message, hint=hint))
    raw, places = in_order([without_reasons_of_few(result, profile) for result in results])
    shared = SharedCells(raw, zeros_hidden=profile.zeros_are_small, gaps_shown=not profile.gaps_identify)
    changed = [_changed(result, earlier, profile.threshold) for result in raw]
    told = (0,) * len(raw) if readers is None or profile.threshold < PAIR else readers(raw)
    hidden = cells_to_hide(shared, profile, gaps=gaps, overrides=overrides, earlier=earlier)
    done = {
        place: _released(
            result,
            profile,
            hidden,
            position,
            changed[position],
            overridden(overrides, result.id),
        )
        if not told[position]
        else _withheld(result, profile)
        for position, (place, result) in enumerate(zip(places, raw, strict=True))
    }
    shown = [done.get(place, result) for place, result in enumerate(results)]
    first = first_hiding(shown) if profile.for_release and not any(ADVICE in result.notes for result in shown) else -1
    if first >= 0:
        shown[first] = replace(shown[first], notes=(*shown[first].notes, ADVICE))
    return tuple(shown)


def cells_to_hide(
    shared: SharedCells,
    profile: Profile,
    *,
    gaps: Gaps | None = None,
    overrides: Sequence[Override] = (),
    earlier: EarlierRelease | None = None,
) -> HiddenCells:
    """Return the cells of results that are shown together that are hidden; the arguments of ``release_together``."""
    raw = shared.results
    changed = [_changed(result, earlier, profile.threshold) for result in raw]
    overruled = ["previous_release" in overridden(overrides, result.id) for result in raw]
    forced: list[list[Mask]] = [[] if free else masks for free, masks in zip(overruled, changed, strict=True)]
    return shared.hidden(
        profile,
        gaps=gaps,
        forced=_behind_rows(raw, forced),
        known=frozenset() if earlier is None else _behind_rows(raw, [earlier.known_rows(result) for result in raw]),
    )


def in_order(results: Sequence[Result]) -> tuple[list[Result], list[int]]:
    """Return the results that have not passed the gate by their ids, and the place of each.

    What is hidden beside a small cell then does not depend on the order in which a page shows its tables.
    """
    places = [place for place, result in enumerate(results) if not result.released_under]
    places.sort(key=lambda place: (results[place].id or results[place].analysis, place))
    return [results[place] for place in places], places


def _changed(result: Result, earlier: EarlierRelease | None, threshold: int) -> list[Mask]:
    if earlier is None:
        return [np.zeros(len(table.frame), dtype=bool) for table in with_more(result)]
    return earlier.close_rows(result, threshold)


def _behind_rows(results: Sequence[Result], masks: Sequence[Sequence[Mask]]) -> frozenset[tuple[int, str]]:
    """Return the cells behind the rows of masks, with the position of their result."""
    return frozenset(
        (position, cell)
        for position, result in enumerate(results)
        for table, mask in zip(with_more(result), masks[position], strict=False)  # none where a rule is overruled
        if table.cells.behind
        for row in np.flatnonzero(mask)
        for cell in table.cells.behind[int(row)]
    )


def _released(
    result: Result,
    profile: Profile,
    hidden: HiddenCells,
    position: int,
    changed: Sequence[Mask],
    overrides: Mapping[str, str],
) -> Result:
    tables = list(with_more(result))
    rules: dict[str, Sequence[Mask]] = {
        "previous_release": changed,
        # one rule: how many are hidden for their own size would tell which of them are small
        "threshold": [
            _behind(t, hidden.small[position] | hidden.secondary[position]) | _by_own_n(t, profile) for t in tables
        ],
        "differencing": [_behind(t, hidden.differencing[position]) for t in tables],
        **row_rules(tables, profile),
    }
    rows = [np.zeros(len(table.frame), dtype=bool) for table in tables]
    findings = []
    for rule, masks in rules.items():
        new = [mask & ~before for mask, before in zip(masks, rows, strict=True)]
        number = int(sum(mask.sum() for mask in new))
        if number:
            findings.append(Finding(rule, number, overrides.get(rule, "")))
        if rule not in overrides:
            rows = [before | mask for before, mask in zip(rows, new, strict=True)]
    shown = _emptied(result, profile, iter(rows))
    if profile.for_release:
        shown, closed = closed_result(shown)
        findings += [Finding("identifying_text", closed)] if closed else []
    verdict = Verdict(
        profile=profile.name,
        for_release=profile.for_release,
        numbers=sum(len(table.frame) for table in tables),
        hidden=int(sum(mask.sum() for mask in rows)),
        findings=tuple(findings),
    )
    return replace(shown, verdict=verdict)


def _withheld(result: Result, profile: Profile) -> Result:
    """Return a result without any row: names of categories would tell that all others said the same."""
    numbers = sum(len(table.frame) for table in with_more(result))
    verdict = Verdict(profile.name, profile.for_release, numbers, numbers, (Finding("partners", numbers),))
    return Result(
        title=closed_text(result.title)[0],
        analysis=result.analysis,
        frame=result.frame.iloc[:0],
        method=result.method,
        n_used=result.n_used,
        wording=_withheld_words,
        id=result.id,
        released_under=profile.name,
        verdict=verdict,
        plan_status=result.plan_status,
    )


def _withheld_words(table: pd.DataFrame, language: str) -> tuple[str, ...]:
    return (WITHHELD[language],)


def _behind(table: Result, hidden: frozenset[str]) -> Mask:
    behind = table.cells.behind or ((),) * len(table.frame)
    return np.array([any(cell in hidden for cell in cells) for cells in behind], dtype=bool)


def _by_own_n(table: Result, profile: Profile) -> Mask:
    behind = table.cells.behind or ((),) * len(table.frame)
    unnamed = np.array([not cells for cells in behind], dtype=bool)
    people = table.frame["n"].to_numpy()
    least = 0 if profile.zeros_are_small else 1
    return np.asarray(unnamed & (people >= least) & (people < profile.threshold))


def _emptied(result: Result, profile: Profile, rows: Any) -> Result:
    """Return a result with hidden rows empty and no more digits than leave, tables in the order of ``with_more``."""
    table, own = result.table, next(rows)
    notes = result.notes
    if own.any():
        table.loc[own, list(NUMBER_COLUMNS)] = np.nan
        table.loc[own, "warning"] = ""
        table.loc[own, "suppressed"] = SUPPRESSED
        notes = (*notes, SUPPRESSION_NOTE.format(most=profile.threshold - 1))
    if is_rounded(profile):
        for name in NUMBER_COLUMNS:
            table[name] = released_digits(table[name].to_numpy())
    more = {name: _emptied(part, profile, rows) for name, part in result.more.items()}
    return replace(result, frame=table, notes=notes, more=more, engine=None, cells=Cells(), released_under=profile.name)
