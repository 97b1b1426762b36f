"""LimeSurvey exports of responses: headers as codes, as question texts or as both, data files for R, and VV files."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from osa_survey.dataset import OptionSet, PlatformFacts
from osa_survey.ingest.column_names import make_unique, renamed_findings
from osa_survey.ingest.grids import Grid, Layout
from osa_survey.ingest.limesurvey_gaps import (
    NOT_SHOWN_MARK,
    Mask,
    before_breaking_off,
    is_one_of,
    last_answered,
    unfinished_records,
)
from osa_survey.ingest.limesurvey_headers import (
    EXPRESSION,
    IDENTIFYING,
    OTHER_PARTS,
    Headers,
    parts_of,
    read_headers,
    readable,
)
from osa_survey.instruments.reasons import Reason

OTHER = "-oth-"
NOT_AVAILABLE = "N/A"
PARADATA = ("id", "submitdate", "lastpage", "startlanguage", "seed", "startdate", "datestamp", "interviewtime")
ROLES = {
    "respondent_id": "id",
    "started": "startdate",
    "ended": "submitdate",
    "duration": "interviewtime",
    "language": "startlanguage",
}
YES_NO = (("yes", "no"), ("ja", "nein"), ("ja", "nee"), ("oui", "non"), ("sí", "no"), ("sim", "não"), ("sì", "no"))
FEW = 12
DATE_TIME = r"^(\d{4}-\d\d-\d\d|\d\d\.\d\d\.\d{4}|\d\d/\d\d/\d{4})( \d\d:\d\d(:\d\d)?)?$"
LANGUAGE = r"^[a-z]{2,3}(-[A-Za-z]+)*$"
HOW = {
    "code": "question codes",
    "text": "question texts",
    "code and text": "question codes and texts",
    "two rows": "a row of texts and a row of codes (a VV file)",
}


@dataclass(frozen=True, repr=False)
class _Table:
    """The columns below the headers, by unique names."""

    grid: Grid
    header_rows: int
    headers: Headers
    names: tuple[str, ...]
    questions: tuple[int, ...]

    @cached_property
    def few_values(self) -> dict[int, tuple[str, ...]]:
        """Position of a question → its different values except the empty one, () where they are many."""
        return {position: _few_values(self.column(position)) for position in self.questions}

    def column(self, position: int) -> pa.ChunkedArray:
        return self.grid.column(position, self.header_rows)


def recognise_limesurvey(grid: Grid) -> Layout | None:
    """Return the layout if LimeSurvey's own columns are among the headers, else None.

    Notes
    -----
    The platform's columns (response id, date submitted, last page, start language, seed, …) are known by their codes,
    by their texts in several languages, and in any other language by the content of the first four columns. A record
    without a date submitted is unfinished. Page and question times, and the seed, are paradata.
    """
    head = grid.head(2)
    second = read_headers(head[1]) if len(head) > 1 else None
    headers: Headers | None
    if second is not None and second.form == "code":
        headers = replace(second, form="two rows", wording=tuple(readable(cell) for cell in head[0]))
    else:
        headers = read_headers(head[0]) or _by_content(grid, head[0])
    if headers is None:
        return None
    header_rows = 2 if headers.form == "two rows" else 1
    names, renamed = make_unique(headers.names)
    aside = {*headers.system.values(), *headers.timing}
    questions = tuple(position for position in range(len(names)) if position not in aside)
    table = _Table(grid, header_rows, headers, names, questions)
    wording = {name: text for name, text in zip(names, headers.wording, strict=True) if text}
    return Layout(
        platform="limesurvey",
        recognised_by=f"columns that only LimeSurvey writes, with {HOW[headers.form]} as headers",
        header_rows=header_rows,
        names=names,
        wording=wording,
        reading=_reading(table),
        findings=renamed_findings(names, renamed, grid.file, int(grid.rows[header_rows - 1])),
        facts=_facts(table),
    )


def _by_content(grid: Grid, names: Sequence[str]) -> Headers | None:
    """Return headers in a language not known here, if the first four columns hold what LimeSurvey puts there."""
    if len(names) < 5 or len(grid.rows) < 2 or not all(names[:4]):
        return None
    identifier, submitted, page, language = (pc.utf8_trim_whitespace(grid.column(n, 1)) for n in range(4))
    rules = ((identifier, r"^\d+$"), (submitted, DATE_TIME + "|^$"), (page, r"^-?\d{0,4}$"), (language, LANGUAGE))
    if not all(pc.all(pc.match_substring_regex(column, rule)).as_py() for column, rule in rules):
        return None
    dates = pc.any(pc.match_substring_regex(submitted, DATE_TIME)).as_py()
    if not dates or len(pc.unique(identifier)) != len(identifier):
        return None
    system = {"id": 0, "submitdate": 1, "lastpage": 2, "startlanguage": 3}
    fifth = pc.utf8_trim_whitespace(grid.column(4, 1))
    if pc.all(pc.match_substring_regex(fifth, r"^\d{5,10}$")).as_py():
        system["seed"] = 4
    return Headers("text", tuple(names), tuple(readable(name) for name in names), system, ())


def _facts(table: _Table) -> PlatformFacts:
    headers, names = table.headers, table.names
    system = {code: names[position] for code, position in headers.system.items()}
    unfinished = None
    if "submitdate" in headers.system:
        unfinished = unfinished_records(table.column(headers.system["submitdate"]))
    sets, marks = _sets(table)
    if headers.form == "two rows":
        marks |= dict.fromkeys(table.questions, NOT_SHOWN_MARK)
    hidden = {position: is_one_of(table.column(position), [mark]) for position, mark in marks.items()}
    hidden = {position: mask for position, mask in hidden.items() if mask.any()}
    reasons: dict[str, dict[str, Reason]] = {names[position]: {marks[position]: "not_answered"} for position in hidden}
    for position in _without_answer(table, hidden):
        reasons[names[position]] = {NOT_AVAILABLE: "not_answered"}
    not_shown: dict[str, Mask] = {names[position]: mask for position, mask in hidden.items()}
    if unfinished is not None and hidden:
        columns = [table.column(position) for position in table.questions]
        order = {names[position]: place for place, position in enumerate(table.questions)}
        not_shown = before_breaking_off(not_shown, order, last_answered(columns, unfinished))
    return PlatformFacts(
        reasons=reasons,
        not_shown=not_shown,
        sets=sets,
        roles={role: system[code] for role, code in ROLES.items() if code in system},
        duration_unit="seconds",
        unfinished=unfinished,
        restricted=tuple(system[code] for code in IDENTIFYING if code in system),
    )


def _reading(table: _Table) -> dict[str, Any]:
    names, headers = table.names, table.headers
    paradata = [headers.system[code] for code in PARADATA if code in headers.system]
    reading: dict[str, Any] = {
        "headers": headers.form,
        "paradata": [names[position] for position in (*paradata, *headers.timing)],
    }
    texts = {position: headers.wording[position] or headers.names[position] for position in table.questions}
    computed = [names[position] for position, text in texts.items() if EXPRESSION.fullmatch(text)]
    other = [names[position] for position in table.questions if OTHER in table.few_values[position]]
    return reading | {key: found for key, found in (("expressions", computed), ("other_answers", other)) if found}


def _few_values(column: pa.ChunkedArray) -> tuple[str, ...]:
    """Return the different trimmed values except the empty one, () if there are many."""
    values = pc.unique(column)
    if len(values) > 20 * FEW:
        return ()
    return tuple(dict.fromkeys(text for value in values.to_pylist() if (text := (value or "").strip())))


def _sets(table: _Table) -> tuple[tuple[OptionSet, ...], dict[int, str]]:
    """Return check-all questions that their values show to be such, and the mark of gaps in their columns.

    Ticked is ``Y`` and the rest empty, ``1`` and ``0``, or "Yes" and "No". "N/A" is written where nothing was stored:
    the question was not shown or not reached.
    """
    groups: dict[str, dict[int, str]] = {}
    for position in table.questions:
        question, part = parts_of(table.headers.names[position], table.headers.form)
        if part and part.casefold() not in OTHER_PARTS and not part.casefold().endswith("comment"):
            groups.setdefault(question, {})[position] = part
    sets: list[OptionSet] = []
    marks: dict[int, str] = {}
    for question, parts in groups.items():
        if len(parts) < 2:
            continue
        values = {position: table.few_values[position] for position in parts}
        parts = {position: part for position, part in parts.items() if values[position] or part.casefold() != "other"}
        meaning = ticks({value for found in values.values() for value in found} - {NOT_SHOWN_MARK})
        if meaning is None:
            continue
        ticked, not_ticked = meaning
        if NOT_AVAILABLE in {value for found in values.values() for value in found}:
            marks |= dict.fromkeys(parts, NOT_AVAILABLE)
        options = {table.names[position]: _option(table, position, part) for position, part in parts.items()}
        sets.append(OptionSet(_set_name(question), options, ticked, not_ticked))
    return tuple(sets), marks


def ticks(values: set[str]) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Return which values mean ticked and not ticked, None if these are no values of a check-all question.

    Examples
    --------
    >>> ticks({"Y"}), ticks({"1", "0"}), ticks({"No", "Yes", "N/A"}), ticks({"1", "2"}) is None
    ((('Y',), ()), (('1',), ('0',)), (('Yes',), ('No',)), True)
    """
    given = values - {NOT_AVAILABLE}
    if given == {"Y"}:
        return ("Y",), ()
    if given == {"1", "0"}:
        return ("1",), ("0",)
    by_word = {value.casefold(): value for value in given}
    for yes, no in (*YES_NO, ("y", "n")):
        if yes in by_word and set(by_word) <= {yes, no} and no in by_word:
            return (by_word[yes],), (by_word[no],)
    return None


def _option(table: _Table, position: int, part: str) -> str:
    match = re.fullmatch(r"(?s).*\[([^\[\]]*)\]", table.headers.wording[position])
    return match.group(1).strip() if match else part


def _set_name(question: str) -> str:
    return "_".join(re.findall(r"\w+", question))[:60] or "question"


def _without_answer(table: _Table, known: Mapping[int, Mask]) -> list[int]:
    """Return the single yes-no questions in which "N/A" stands for no answer."""
    words = {word for pair in YES_NO for word in pair}
    found = []
    for position in table.questions:
        values = table.few_values[position] if position not in known else ()
        if NOT_AVAILABLE in values and {value.casefold() for value in values} - {"n/a"} <= words:
            found.append(position)
    return found
