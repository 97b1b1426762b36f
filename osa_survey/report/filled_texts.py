"""Texts with ids of results in double braces, filled with the numbers of a report."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from osa_survey import formatting
from osa_survey.errors import DefinitionError, Problem, nearest
from osa_survey.report.cells import CellWriter, Record
from osa_survey.report.document import Section
from osa_survey.report.exhibits import tables_of
from osa_survey.results import Result, Show
from osa_survey.results.layout import Part
from osa_survey.results.ledger import row_id

PLACEHOLDER = re.compile(r"\{\{(?P<inside>[^{}]*)\}\}")
STRAY = re.compile(r"\{\{|\}\}")
HEADING = re.compile(r"^#+\s+(?P<heading>.+?)\s*#*$")
PARTS: tuple[str, ...] = get_args(Part)
WITH_RELATION = {"p": "p_value", "p_adjusted": "p_adjusted"}
UNTITLED = {"en": "Results in words", "de": "Ergebnisse in Worten"}


@dataclass(frozen=True)
class _Known:
    """Where a number of the report stands."""

    result: Result
    table: str
    record: Record


def fill_text(text: str, results: Sequence[Result], *, file: str, language: str = "en") -> str:
    """Return a text with every placeholder replaced by the number it names, as the report prints it.

    Parameters
    ----------
    text : str
        ``{{ id }}`` is the estimate of the row with this id in ``results.jsonl``; ``{{ id | part }}`` another part of
        it: ``std_error``, ``interval``, ``statistic`` (with degrees of freedom), ``p`` and ``p_adjusted`` (with "=" or
        "<"), ``n``, ``text``.
    results : sequence of Result
        Released results; a hidden number is filled in as its mark.
    file : str
        The name of the text, for messages.
    language : {"en", "de"}
        The language of the report.

    Returns
    -------
    str
        The filled text.

    Raises
    ------
    DefinitionError
        With all problems at once, each with its line: ``unknown_id``, ``unknown_part``, ``no_such_number`` (the row
        has none of this kind), ``stray_braces``.
    """
    with formatting.numerals_of(language):
        return _filled(text, dict(_rows(results)), file, language)


def _filled(text: str, known: Mapping[str, _Known], file: str, language: str) -> str:
    problems: list[Problem] = []
    lines = []
    for number, line in enumerate(text.splitlines(), start=1):

        def filled(match: re.Match[str], number: int = number) -> str:
            identifier, _, part = (piece.strip() for piece in match["inside"].partition("|"))
            value = _value(identifier, part or "estimate", known, language)
            if isinstance(value, Problem):
                problems.append(_located(value, file, number))
                return match[0]
            return value

        lines.append(PLACEHOLDER.sub(filled, line))
        if STRAY.search(PLACEHOLDER.sub("", line)):
            hint = "write {{ id }} or {{ id | part }} on one line"
            problems.append(Problem("stray_braces", "braces that hold no id", file, number, hint=hint))
    if problems:
        raise DefinitionError(problems)
    return "\n".join(lines) + "\n"


def _located(problem: Problem, file: str, row: int) -> Problem:
    return Problem(problem.code, problem.message, file, row, key=problem.key, hint=problem.hint)


def _rows(results: Sequence[Result]) -> Iterator[tuple[str, _Known]]:
    for result in results:
        for name, table in tables_of(result):
            records: list[Record] = table.frame.to_dict("records")  # type: ignore[assignment]
            for record in records:
                yield row_id(result.id or result.analysis, name, record), _Known(table, name, record)


def _value(identifier: str, part: str, known: Mapping[str, _Known], language: str) -> str | Problem:
    if identifier not in known:
        message = "there is no number with this id"
        return Problem("unknown_id", message, key=identifier, hint=nearest(identifier, list(known)))
    if part not in PARTS:
        message = f"a number has no part '{part}'"
        return Problem("unknown_part", message, key=identifier, hint=nearest(part, list(PARTS)))
    entry = known[identifier]
    if part in WITH_RELATION and not entry.record["suppressed"]:
        value = float(entry.record[WITH_RELATION[part]])
        text = "" if math.isnan(value) else formatting.p_value(value)
    else:
        writer = CellWriter(entry.result, entry.table, language, {})
        show = Show(str(entry.record["quantity"]), part)  # type: ignore[arg-type]
        text = writer.cell(entry.record, show, "").text
    if text in ("", formatting.decimal(float("nan"))):
        hint = "look at the row in results.jsonl for what it holds"
        return Problem("no_such_number", f"this row has no {part}", key=identifier, hint=hint)
    return text


def text_sections(text: str, language: str = "en") -> tuple[Section, ...]:
    r"""Return a filled text as sections: a line that begins with "#" heads one, blank lines part paragraphs.

    Examples
    --------
    >>> [(part.heading, list(part.paragraphs)) for part in text_sections("# Results\n\nMen\nscored higher.\n")]
    [('Results', ['Men scored higher.'])]
    """
    sections: list[tuple[str, list[str]]] = []
    for block in re.split(r"\n\s*\n", text.strip()):
        lines = block.splitlines()
        while lines and (match := HEADING.match(lines[0])):
            sections.append((match["heading"], []))
            lines.pop(0)
        if not any(line.strip() for line in lines):
            continue
        if not sections:
            sections.append((UNTITLED[language], []))
        sections[-1][1].append(" ".join(line.strip() for line in lines))
    return tuple(
        Section(f"text-{number}", heading, (), tuple(paragraphs))
        for number, (heading, paragraphs) in enumerate(sections, start=1)
    )
