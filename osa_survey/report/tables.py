"""Printed tables: any result laid out as rows and columns of text, the same for every output format."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from osa_survey import formatting
from osa_survey.disclosure import Profile
from osa_survey.report.cells import CellWriter, Record
from osa_survey.report.messages import ABBREVIATIONS, message
from osa_survey.report.printed import HIDDEN, PrintedCell, PrintedColumn, PrintedRow, PrintedTable
from osa_survey.results import Layout, Result, Show, label_of, translated
from osa_survey.results.release import SUPPRESSION_NOTE

PATH = re.compile(r"\w+(?:\.\w+)+")
NEGATIVE = re.compile(r"^-(?=\d)")
TEXT_KEYS = ("outcome", "term", "contrast", "group", "level")


@dataclass(frozen=True)
class _Column:
    """Where the numbers of a printed column come from."""

    show: Show
    across: str
    extra: tuple[str, ...]


def print_table(result: Result, profile: Profile, language: str = "en", table: str = "main") -> PrintedTable:
    """Return a released result as a printed table.

    Parameters
    ----------
    result : Result
        A released result; its ``layout`` says how it is laid out, without one every number has a row.
    profile : Profile
        The disclosure profile, for the note on hidden numbers.
    language : {"en", "de"}
        The language of heads and notes.
    table : str
        The name of the table in the ledger: ``main`` or its key in ``more``.

    Returns
    -------
    PrintedTable
        Text only.
    """
    own_notes = tuple(note for note in result.notes if note != SUPPRESSION_NOTE.format(most=profile.threshold - 1))
    with formatting.numerals_of(language):
        return _printed(translated(replace(result, notes=own_notes), language), profile, language, table)


def _printed(result: Result, profile: Profile, language: str, table: str) -> PrintedTable:
    """Return a result in the language of the report as a printed table."""
    layout = result.layout or _generic_layout(result)
    records: list[Record] = result.frame.to_dict("records")  # type: ignore[assignment]
    wanted = {show.quantity for show in layout.show}
    records = [record for record in records if record["quantity"] in wanted]
    columns, found = _arrange(layout, records)
    warnings: dict[str, str] = {}
    writer = CellWriter(result, table, language, warnings)
    cells: dict[tuple[str, ...], tuple[PrintedCell, ...]] = {}
    heads = _heads(result, columns, layout, records, language)
    for key in dict.fromkeys(_values(record, layout.rows) for record in records):
        row = [found.get((key, column)) for column in columns]
        cells[key] = tuple(
            PrintedCell() if record is None else writer.cell(record, column.show, head.head)
            for record, column, head in zip(row, columns, heads, strict=True)
        )
    heads, cells = _without_blank_columns(heads, cells)
    rows = _nested(result, layout.rows, cells)
    notes = _notes(result, profile, language, warnings=warnings, heads=heads, rows=rows)
    return PrintedTable(headline(result.title), _row_head(layout, language), heads, rows, notes)


def _without_blank_columns(
    heads: tuple[PrintedColumn, ...], cells: Mapping[tuple[str, ...], tuple[PrintedCell, ...]]
) -> tuple[tuple[PrintedColumn, ...], dict[tuple[str, ...], tuple[PrintedCell, ...]]]:
    """Leave out columns that hold no text in any row, such as intervals of a quantity that has none."""
    kept = [place for place in range(len(heads)) if any(row[place].text for row in cells.values())]
    return tuple(heads[place] for place in kept), {
        key: tuple(row[place] for place in kept) for key, row in cells.items()
    }


def _generic_layout(result: Result) -> Layout:
    """Return a layout that prints every number of a table in a row of its own."""
    keys = tuple(key for key in TEXT_KEYS if (result.frame[key] != "").any())
    quantities = list(dict.fromkeys(result.frame["quantity"]))
    shows = [Show(name, "estimate") for name in quantities]
    shows += [Show(name, "interval") for name in quantities if _has(result, name, "conf_low")]
    shows += [Show(name, "p") for name in quantities if _has(result, name, "p_value")]
    return Layout(rows=keys or ("outcome",), show=tuple(shows))


def _has(result: Result, quantity: str, column: str) -> bool:
    return bool(result.frame.loc[result.frame["quantity"] == quantity, column].notna().any())


def _values(record: Record, keys: Sequence[str]) -> tuple[str, ...]:
    return tuple(str(record[key]) for key in keys)


def _arrange(
    layout: Layout, records: Sequence[Record]
) -> tuple[list[_Column], dict[tuple[tuple[str, ...], _Column], Record]]:
    """Return the columns and which record stands in which cell."""
    rest = [key for key in TEXT_KEYS if key not in layout.rows and key != layout.across]
    across_values = list(dict.fromkeys(str(record[layout.across]) if layout.across else "" for record in records))
    extras = {show: _extra_keys(layout, records, show, rest) for show in layout.show}
    columns: list[_Column] = []
    found: dict[tuple[tuple[str, ...], _Column], Record] = {}
    for value in across_values:
        for show in layout.show:
            own = [
                record
                for record in records
                if record["quantity"] == show.quantity and (not layout.across or str(record[layout.across]) == value)
            ]
            for extra in dict.fromkeys(_values(record, extras[show]) for record in own):
                column = _Column(show, value, extra)
                columns.append(column)
                for record in own:
                    if _values(record, extras[show]) == extra:
                        found[_values(record, layout.rows), column] = record
    return columns, found


def _extra_keys(layout: Layout, records: Sequence[Record], show: Show, rest: Sequence[str]) -> tuple[str, ...]:
    """Return the keys that tell several numbers of one cell apart: each of them then gets a column of its own."""
    own = [record for record in records if record["quantity"] == show.quantity]
    places = [(_values(record, layout.rows), record[layout.across] if layout.across else "") for record in own]
    if len(set(places)) == len(places):
        return ()
    return tuple(key for key in rest if len({record[key] for record in own}) > 1)


def _heads(
    result: Result, columns: Sequence[_Column], layout: Layout, records: Sequence[Record], language: str
) -> tuple[PrintedColumn, ...]:
    plain = [_head(column, records, language) for column in columns]
    spanners = [
        headline(result.labels.get(column.across, column.across)) if column.across else "" for column in columns
    ]
    heads = []
    for column, head in zip(columns, plain, strict=True):
        named = ", ".join(str(result.labels.get(value, value)) for value in column.extra if value)
        heads.append(f"{head} {named}".strip() if named else head)
    if layout.across and len(set(heads)) == 1 and len(columns) > 1:
        over = _variables_of_groups(result, columns, layout, records)
        if over:
            everyone = message("all", language)
            return tuple(
                PrintedColumn(name or everyone, variable) for name, variable in zip(spanners, over, strict=True)
            )
        return tuple(PrintedColumn(over or head, head) for over, head in zip(spanners, heads, strict=True))
    spanned = [head for over, head in zip(spanners, heads, strict=True) if over]
    if len(spanned) > 1 and len(set(spanned)) == 1 and len(spanned) < len(heads):
        return tuple(
            PrintedColumn(over, head) if over else PrintedColumn(head)
            for over, head in zip(spanners, heads, strict=True)
        )
    return tuple(PrintedColumn(head, over) for over, head in zip(spanners, heads, strict=True))


def _variables_of_groups(
    result: Result, columns: Sequence[_Column], layout: Layout, records: Sequence[Record]
) -> tuple[str, ...]:
    """Return the variable each column's group belongs to, where groups of several variables stand side by side."""
    if layout.across != "group":
        return ()
    terms = [{str(record["term"]) for record in records if str(record["group"]) == column.across} for column in columns]
    if any(len(own) != 1 for own in terms) or len({term for own in terms for term in own if term}) < 2:
        return ()
    return tuple(headline(result.labels.get(term, term)) if term else "" for own in terms for term in own)


def _head(column: _Column, records: Sequence[Record], language: str) -> str:
    show = column.show
    if show.head:
        return show.head
    if show.part == "interval":
        own = [float(r["conf_level"]) for r in records if r["quantity"] == show.quantity]
        levels = {round(level, 6) for level in own if math.isfinite(level)}
        if len(levels) != 1:
            return message("ci_plain", language)
        return message("ci", language, level=formatting.shortest(100 * levels.pop()))
    if show.part in ("estimate", "text"):
        return label_of(show.quantity, language)
    return message({"std_error": "se", "statistic": "test"}.get(show.part, show.part), language)


def headline(text: str) -> str:
    """Return a head with its first letter large, unless it is a name of a variable or the path of a setting.

    Examples
    --------
    >>> headline("another gender"), headline("scs_total"), headline("study.seed")
    ('Another gender', 'scs_total', 'study.seed')
    """
    return text if "_" in text or PATH.fullmatch(text) or not text[:1].islower() else text[:1].upper() + text[1:]


def _row_head(layout: Layout, language: str) -> str:
    return headline(layout.row_head) or ", ".join(message(key, language) for key in layout.rows)


def _nested(
    result: Result,
    keys: Sequence[str],
    cells: Mapping[tuple[str, ...], tuple[PrintedCell, ...]],
) -> tuple[PrintedRow, ...]:
    """Return the rows with their heads nested; a head with one blank row below it takes that row's cells."""
    keys_with_text = [place for place in range(len(keys)) if any(_name(result, key[place]) for key in cells)]
    outcomes = [str(name) for name in result.frame["outcome"].unique() if name]
    blank = str(result.labels.get(outcomes[0], outcomes[0])) if len(outcomes) == 1 else result.title
    grouped: dict[tuple[str, ...], list[tuple[PrintedCell, ...]]] = {}
    for key, cells_of_row in cells.items():
        steps = [_name(result, key[place]) for place in keys_with_text]
        while len(steps) > 1 and not steps[-1]:
            steps.pop()
        grouped.setdefault(tuple(steps) or (blank,), []).append(cells_of_row)
    rows: list[PrintedRow] = []
    above: tuple[str, ...] = ()
    for path in sorted(grouped, key=lambda steps: _first_places(steps, list(grouped))):
        for depth in range(len(path) - 1):
            head = path[: depth + 1]
            if above[: depth + 1] != head and head not in grouped:
                rows.append(PrintedRow(headline(path[depth] or blank), depth))
        rows.extend(PrintedRow(headline(path[-1] or blank), len(path) - 1, row) for row in grouped[path])
        above = path
    return tuple(rows)


def _first_places(path: tuple[str, ...], paths: Sequence[tuple[str, ...]]) -> tuple[int, ...]:
    """Return where each step of a path first occurs, so that branches stay together and a head precedes its rows."""
    return tuple(
        next(place for place, other in enumerate(paths) if other[: depth + 1] == path[: depth + 1])
        for depth in range(len(path))
    )


def _name(result: Result, value: str) -> str:
    return NEGATIVE.sub(formatting.MINUS, str(result.labels.get(value, value)))


def _notes(
    result: Result,
    profile: Profile,
    language: str,
    *,
    warnings: Mapping[str, str],
    heads: Sequence[PrintedColumn],
    rows: Sequence[PrintedRow],
) -> tuple[tuple[str, str], ...]:
    words = {word for column in heads for word in column.head.replace("%", " ").replace("-", " ").split()}
    spelt = [f"{short} = {long}" for short, long in ABBREVIATIONS[language].items() if short in words]
    notes = [("", "; ".join(spelt) + ".")] if spelt else []
    notes += [("", note if note.endswith((".", "!", "?")) else note + ".") for note in result.notes]
    if not rows:
        notes.append(("", message("table_empty", language)))
    notes += [(letter, text) for text, letter in warnings.items()]
    if any(cell.hidden for row in rows for cell in row.cells):
        notes.append((HIDDEN, message("hidden_note", language, threshold=profile.threshold)))
    return tuple(notes)
