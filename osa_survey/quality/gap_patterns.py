"""Which gaps occur together: patterns of missing answers over variables and scales, by reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey import formatting
from osa_survey.dataset import Responses
from osa_survey.disclosure import JOURNAL
from osa_survey.instruments.reasons import ANSWERED, IMPLIED, REASON_CODES, REASON_TITLES, REASONS
from osa_survey.results import Layout, Result, Rows, Show

MOST_PATTERNS = 8
MOST_NAMES = 3
BY_DESIGN = (REASON_CODES["not_shown"], REASON_CODES["not_applicable"])
COMPLETE = "everything answered"
OTHER = "all other patterns"
DIFFERS = "differs"
GROUP = "group {place}"
EVERYBODY = "everybody in the group"


def missing_patterns(responses: Responses, *, most: int = MOST_PATTERNS) -> Result:
    """Return the most frequent patterns of missing answers.

    Parameters
    ----------
    responses : Responses
        Admitted answers.
    most : int
        How many patterns are listed at most; the rest is one row. A pattern with a gap that fewer than five people have
        is never listed: its name would tell their reason. Of the others fewer are listed, or all, where else fewer than
        five people would be left.

    Returns
    -------
    Result
        Rows ``count`` with the pattern in words as ``level``: for each variable or scale with a gap the reason most of
        its gaps have, the first of equals. Questions that were not shown or not applicable are no gaps here. The
        counts add up to all respondents, those with fewer gaps stand first: an order by their size would tell how
        large hidden ones can be. The further table ``map`` spreads the listed patterns out: rows ``count``
        with the variable or scale as ``outcome``, the reason as ``level`` and the pattern's place in the list as
        ``group`` (``group 1``); the outcome ``everybody in the group`` is all with the pattern, the level ``differs``
        stands where people with patterns that read alike have different gaps.

    Notes
    -----
    The gate is told who has a pattern, and of each variable that the patterns with a gap there add up to all who did
    not answer it: that number stands in the table of ``missingness``. Of a scale no such sum exists, because that
    table counts answers to its items.
    """
    titles = {name: info.title for name, info in responses.variables.items()}
    groups: dict[str, tuple[str, ...]] = {name: (name,) for name in responses.variables}
    for block, entry in responses.codebook.blocks.items():
        titles[block] = responses.instruments[entry.instrument].short_title
        groups[block] = responses.item_columns(block)
    single = {name: position for position, name in enumerate(groups) if groups[name] == (name,)}
    n = len(responses)
    marks = np.zeros((n, len(groups)), dtype=np.uint8)
    for position, columns in enumerate(groups.values()):
        marks[:, position] = _reason_of(responses.reasons[list(columns)].to_numpy(dtype=np.uint8))
    kinds, kind_of = np.unique(marks, axis=0, return_inverse=True)
    kind_of = kind_of.ravel()
    counts = np.bincount(kind_of, minlength=len(kinds))
    alike: dict[str, list[int]] = {}
    names = [titles[name] for name in groups]
    with_gap = (marks != ANSWERED).sum(axis=0)
    unnamed = (kinds[:, (with_gap > 0) & (with_gap < JOURNAL.threshold)] != ANSWERED).any(axis=1)
    for place in np.flatnonzero(~unnamed).tolist():
        alike.setdefault(_in_words(kinds[place], names), []).append(place)
    ranked = sorted(alike.items(), key=lambda entry: -counts[entry[1]].sum())
    asked, most = most, _most_listed([int(counts[places].sum()) for _, places in ranked], most)
    ranked[:most] = sorted(ranked[:most], key=lambda entry: _by_gaps(kinds[entry[1][0]]))
    rows = Rows()
    rows.cell("all", np.ones(n, dtype=bool))
    who = {level: np.isin(kind_of, places) for level, places in ranked[:most]}
    parts = [_add(rows, level, people) for level, people in who.items()]
    others = ~np.logical_or.reduce([np.zeros(n, dtype=bool), *who.values()])
    if others.any():
        who[OTHER] = others
        few = [f"gap|{name}" for name, position in single.items() if 0 < with_gap[position] < JOURNAL.threshold]
        parts.append(_add(rows, OTHER, others, beside=[*parts, *few]))
        _declare_others(rows, others, others & np.isin(kind_of, np.flatnonzero(unnamed)))
    rows.total("all", parts)
    for name, position in single.items():
        _declare_gaps(rows, name, marks[:, position], who)
    common: dict[str, Any] = {
        "analysis": "missing_patterns",
        "n_used": n,
        "settings": {"most": asked, "variables": list(groups)},
    }
    listed = {level: kinds[places] for level, places in ranked[:most]}
    sizes = {level: int(counts[places].sum()) for level, places in ranked[:most]}
    return Result.from_rows(
        rows,
        title="Patterns of missing answers by reason",
        method="respondents with the same gaps, by the reason most gaps of a variable or scale have",
        notes=("Questions that were not shown or not applicable are no gaps here.", f"{len(kinds)} patterns occur."),
        wording=_words,
        layout=Layout(
            rows=("level",),
            show=(Show("count", "estimate", "n"), Show("proportion", "estimate", "%")),
            row_head="Missing",
        ),
        more={"map": _map(listed, sizes, titles, n, rows, common)} if len(listed) > (COMPLETE in listed) else {},
        plot="pattern_bars",
        **common,
    )


def _map(
    listed: Mapping[str, NDArray[np.uint8]],
    sizes: Mapping[str, int],
    titles: Mapping[str, str],
    n: int,
    patterns: Rows,
    common: Mapping[str, Any],
) -> Result:
    """Return the listed patterns spread out: who of them has a gap where, and for which reason."""
    rows = Rows()
    rows.take_cells(patterns.cells)
    for place, (level, people) in enumerate(sizes.items(), start=1):
        rows.add(
            "count", outcome=EVERYBODY, group=GROUP.format(place=place), n=n, estimate=people, cells=[_cell(level)]
        )
    reasons = {level: _common_reasons(kinds) for level, kinds in listed.items()}
    for position, name in enumerate(titles):
        for reason in (*REASONS, DIFFERS):
            for place, level in enumerate(listed, start=1):
                if reasons[level][position] == reason:
                    rows.add("count", outcome=name, level=reason, group=GROUP.format(place=place), n=n,
                             estimate=sizes[level], cells=[_cell(level)])  # fmt: skip
    return Result.from_rows(
        rows,
        title="Which answers are missing together",
        method="respondents of each pattern by what they did not answer, and why",
        notes=("Groups are the patterns of missing answers in the order of their table.",),
        labels={
            **titles,
            **REASON_TITLES,
            DIFFERS: "differs within the group",
        },
        layout=Layout(
            rows=("outcome", "level"), across="group", show=(Show("count", "estimate", "n"),), row_head="Missing"
        ),
        plot="missing_map",
        **common,
    )


def _common_reasons(kinds: NDArray[np.uint8]) -> Sequence[str]:
    """Return for each variable the reason all kinds of gaps share, "" where none has a gap."""
    same = (kinds == kinds[0]).all(axis=0)
    words = ("", *REASONS)
    return [words[code] if alike else DIFFERS for code, alike in zip(kinds[0].tolist(), same.tolist(), strict=True)]


def _declare_gaps(rows: Rows, name: str, reasons: NDArray[np.uint8], who: Mapping[str, NDArray[np.bool_]]) -> None:
    """Tell the gate which patterns add up to the gaps of a variable; of patterns put together, whom of their people."""
    without = reasons != ANSWERED
    codes = np.unique(reasons[without]).tolist()
    if not codes:
        return
    gaps = {code: f"gap|{name}|{code}" for code in codes}
    for code, cell in gaps.items():
        rows.unseen(cell, reasons == code)
    rows.gap(f"gap|{name}", without, gaps.values())
    if without.sum() < JOURNAL.threshold:  # no pattern that is named has it
        return
    parts: dict[int, list[str]] = {code: [] for code in (ANSWERED, *codes)}
    for level, people in who.items():
        own = np.unique(reasons[people]).tolist()
        if len(own) == 1:
            parts[own[0]].append(_cell(level))
            continue
        cells = {code: f"{_cell(level)}|{name}|{code}" for code in own}
        for code, cell in cells.items():
            _unnamed(rows, cell, people & (reasons == code))
            parts[code].append(cell)
        whole = _cell(level)
        if ANSWERED in cells and len(cells) > 2:
            _unnamed(rows, f"{whole}|{name}|gap", people & without)
            rows.total(whole, [cells.pop(ANSWERED), f"{whole}|{name}|gap"])
            whole = f"{whole}|{name}|gap"
        rows.total(whole, cells.values())
    for code, cell in gaps.items():
        rows.total(cell, parts[code])


def _unnamed(rows: Rows, cell: str, people: NDArray[np.bool_]) -> None:
    """Name a part of patterns put together: no row shows it, and that it is small is as little a secret as a gap is."""
    rows.unseen(cell, people)
    rows.gap(cell, people)


def _most_listed(sizes: Sequence[int], most: int) -> int:
    """Return how many of some patterns are listed, the largest first, so that no few people are left: or all."""
    left = [sum(sizes[listed:]) for listed in range(min(most, len(sizes)), 0, -1)]
    enough = [len(left) - place for place, people in enumerate(left) if people == 0 or people >= JOURNAL.threshold]
    return enough[0] if enough else len(sizes)


def _declare_others(rows: Rows, others: NDArray[np.bool_], few: NDArray[np.bool_]) -> None:
    """Tell the gate of patterns put together whom gaps of a few people, which are shown, make known."""
    rest = others & ~few
    rows.gap(_cell(OTHER), others, known=not rest.any())
    if few.any() and rest.any():
        rows.gap(f"{_cell(OTHER)}|few", few, known=True)
        rows.unseen(f"{_cell(OTHER)}|rest", rest)
        rows.total(_cell(OTHER), [f"{_cell(OTHER)}|few", f"{_cell(OTHER)}|rest"])


def _add(rows: Rows, level: str, members: NDArray[np.bool_], *, beside: Sequence[str] = ()) -> str:
    """Add a pattern, which is shown only if the cells beside it are."""
    cell = _cell(level)
    n, people = len(members), int(members.sum())
    rows.cell(cell, members)
    rows.add("count", level=level, n=n, estimate=people, cells=[cell, *beside])
    rows.add("proportion", level=level, n=n, estimate=people / n if n else 0.0, cells=[cell, *beside])
    return cell


def _cell(level: str) -> str:
    return f"pattern|{level}"


def _by_gaps(kind: NDArray[np.uint8]) -> tuple[int, tuple[int, ...]]:
    """Return what patterns are sorted by: how many gaps, then which variable and reason comes first."""
    return int((kind != ANSWERED).sum()), tuple(-int(code != ANSWERED) for code in kind) + tuple(map(int, kind))


def _reason_of(reasons: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return for each respondent the most frequent reason among some columns, 0 where nothing is missing."""
    reasons = np.where(np.isin(reasons, BY_DESIGN), ANSWERED, reasons)
    if reasons.shape[1] == 1:
        return np.where(reasons[:, 0] == IMPLIED, ANSWERED, reasons[:, 0]).astype(np.uint8)
    frequency = np.stack([(reasons == code).sum(axis=1) for code in range(1, len(REASONS) + 1)])
    return np.where(frequency.any(axis=0), np.argmax(frequency, axis=0) + 1, ANSWERED).astype(np.uint8)


def _in_words(kind: NDArray[np.uint8], titles: list[str]) -> str:
    by_reason: dict[int, list[str]] = {}
    for code, title in zip(kind.tolist(), titles, strict=True):
        if code != ANSWERED:
            by_reason.setdefault(code, []).append(title)
    parts = [f"{REASON_TITLES[REASONS[code - 1]]}: {_listed(names)}" for code, names in by_reason.items()]
    return "; ".join(parts) or COMPLETE


def _listed(names: list[str]) -> str:
    more = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


TEXTS = {
    "en": "{n} of {all} respondents answered everything.",
    "de": "{n} von {all} Befragten haben alles beantwortet.",
}
NOBODY = {"en": "No listed pattern is without gaps.", "de": "Kein aufgeführtes Muster ist ohne Lücken."}


def _words(table: pd.DataFrame, language: str) -> tuple[str, ...]:
    complete = table.loc[(table["quantity"] == "count") & (table["level"] == COMPLETE) & (table["suppressed"] == "")]
    if len(complete) == 0:
        return (NOBODY[language],)
    row = complete.iloc[0]
    return (TEXTS[language].format(n=formatting.count(row["estimate"]), all=formatting.count(row["n"])),)
