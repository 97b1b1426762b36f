"""SurveyMonkey: questions in the first row, blank over further columns, options or "Response" in the second."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from osa_survey.dataset import OptionSet, PlatformFacts
from osa_survey.ingest.column_names import make_unique, renamed_findings
from osa_survey.ingest.date_orders import date_findings, date_order
from osa_survey.ingest.grids import Grid, Layout

HEADER_ROWS = 2
RESPONDENT = frozenset(("respondentid",))
SINGLE = frozenset(("response", "open-ended response", "antwort", "réponse", "respuesta", "resposta", "risposta"))
"""What the second row says over a question with one column."""
ROLES = {"respondentid": "respondent_id", "startdate": "started", "enddate": "ended"}
IDENTIFYING = ("ipaddress", "emailaddress", "firstname", "lastname", "customdata", "customvalue")
LONG_NUMBER = r"^\s*\d{8,}\s*$"


@dataclass(frozen=True)
class Question:
    """Neighbouring columns under one question: their positions and the texts of the second row."""

    text: str
    positions: tuple[int, ...]
    options: tuple[str, ...]


def recognise_surveymonkey(grid: Grid) -> Layout | None:
    """Return the layout if the two header rows are those of SurveyMonkey, else None.

    Notes
    -----
    The first column holds ids of respondents: it is called so, or holds only numbers of eight digits and more. The
    second row is blank there, and "Response" or an option over every question.
    """
    head = grid.head(HEADER_ROWS)
    if len(head) < HEADER_ROWS or not _is_two_rows(grid, head[0], head[1]):
        return None
    first, second = head
    questions = _questions(first, second)
    names, renamed = make_unique(_names(first, second), fill_empty=False)
    row = int(grid.rows[0])
    plain = {name: re.sub(r"[\s_-]", "", name.casefold()) for name in names}
    meta = [name for name, below in zip(names, second, strict=True) if name and not below]
    roles = {ROLES[plain[name]]: name for name in meta if plain[name] in ROLES}
    roles.setdefault("respondent_id", names[0])
    findings = list(renamed_findings(names, renamed, grid.file, row))
    if "ended" in roles:
        order = date_order(grid.column(names.index(roles["ended"]), HEADER_ROWS))
        findings += date_findings(order, roles["ended"], grid.file, row)
    sets = tuple(found for question in questions if (found := _option_set(grid, question, names)) is not None)
    return Layout(
        platform="surveymonkey",
        recognised_by="two header rows: questions, blank over their further columns, then options or 'Response'",
        header_rows=HEADER_ROWS,
        names=names,
        wording={
            names[position]: question.text if _is_single(option) else f"{question.text} – {option}"
            for question in questions
            for position, option in zip(question.positions, question.options, strict=True)
        },
        reading={"questions": {question.text: len(question.positions) for question in questions}},
        findings=tuple(findings),
        facts=PlatformFacts(
            sets=sets,
            roles=roles,
            restricted=tuple(name for name in meta if plain[name].startswith(IDENTIFYING)),
        ),
    )


def _is_single(option: str) -> bool:
    return option.casefold() in SINGLE


def _is_two_rows(grid: Grid, first: Sequence[str], second: Sequence[str]) -> bool:
    """Tell whether the first two rows are headers: blanks where SurveyMonkey leaves them, and nowhere else."""
    if not first[0] or second[0] or not any(second):
        return False
    start = next(position for position, cell in enumerate(second) if cell)
    end = max(position for position, cell in enumerate(second) if cell) + 1
    if not all(first[: start + 1]) or not all(second[start:end]) or any(first[end:]):
        return False
    called = re.sub(r"[\s_-]", "", first[0].casefold()) in RESPONDENT
    if not called:
        ids = grid.column(0, HEADER_ROWS)
        if len(ids) == 0 or not pc.all(pc.match_substring_regex(ids, LONG_NUMBER)).as_py():
            return False
    return any(map(_is_single, second)) or not all(first[start:end])


def _questions(first: Sequence[str], second: Sequence[str]) -> list[Question]:
    found: list[Question] = []
    for position, (text, option) in enumerate(zip(first, second, strict=True)):
        if not option:
            continue
        if text or not found:
            found.append(Question(text, (position,), (option,)))
        else:
            last = found[-1]
            found[-1] = Question(last.text, (*last.positions, position), (*last.options, option))
    return found


def _names(first: Sequence[str], second: Sequence[str]) -> list[str]:
    """Return the question's text, with the option where the column stands for one."""
    names, text = [], ""
    for own, option in zip(first, second, strict=True):
        text = own or text
        names.append(own if not option else text if _is_single(option) else f"{text} – {option}")
    return names


def _option_set(grid: Grid, question: Question, names: Sequence[str]) -> OptionSet | None:
    """Return the columns of a check-all question: each holds its own option, or its own number, or nothing."""
    ticks: dict[int, str] = {}
    unused: list[int] = []
    for position, option in zip(question.positions, question.options, strict=True):
        values = _values(grid.column(position, HEADER_ROWS))
        if not values:
            unused.append(position)
        elif values == [option]:
            ticks[position] = option
        elif len(values) == 1 and values[0].isdigit():
            ticks[position] = values[0]
    numbers = [int(tick) for position, tick in ticks.items() if tick != _option(question, position)]
    rising = numbers == sorted(set(numbers))
    others = len(question.positions) - len(ticks) - len(unused)
    if len(ticks) < 2 or others > 1 or not rising or (numbers and len(numbers) < len(ticks)):
        return None
    chosen = [position for position in question.positions if position in ticks or position in unused]
    return OptionSet(
        question.text,
        {names[position]: _option(question, position) for position in chosen},
        ticked=tuple(dict.fromkeys(ticks.values())),
    )


def _option(question: Question, position: int) -> str:
    return question.options[question.positions.index(position)]


def _values(cells: pa.ChunkedArray) -> list[str]:
    """Return the first few different contents of a column, blanks left out."""
    trimmed = pc.unique(pc.utf8_trim_whitespace(cells))
    return [value for value in trimmed.slice(0, 4).to_pylist() if value]
