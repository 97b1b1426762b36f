"""The printed report read back: sentences and tables with the ids of their numbers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from osa_survey.errors import OutputError, Problem
from osa_survey.formatting import with_points
from osa_survey.report.printed_records import FORMAT
from osa_survey.report.verification.manuscripts import split_sentences
from osa_survey.report.verification.numbers_in_text import Tokens, tokens_of

ABOUT_EXCLUSIONS = ("exclu", "ausgeschloss")
FLOW = "flow"


@dataclass(frozen=True)
class PrintedSentence:
    """A sentence of the report and the result it belongs to."""

    id: str
    text: str

    @cached_property
    def tokens(self) -> Tokens:
        """Its words and numbers."""
        return tokens_of(self.text)

    @property
    def needed(self) -> bool:
        """Whether it tells who was left out: a manuscript may shorten anything but that."""
        return self.id in (FLOW, "methods") and any(word in self.text.casefold() for word in ABOUT_EXCLUSIONS)


@dataclass(frozen=True)
class PrintedGrid:
    """A table of the report: row heads, and cells as (text, id)."""

    id: str
    title: str
    heads: tuple[str, ...]
    row_heads: tuple[str, ...]
    rows: tuple[tuple[tuple[str, str], ...], ...]


@dataclass(frozen=True, repr=False)
class PrintedReport:
    """All sentences and tables of a report in order, with decimal points, and the language it was printed in."""

    sentences: tuple[PrintedSentence, ...] = ()
    grids: tuple[PrintedGrid, ...] = ()
    language: str = "en"


def read_printed(path: Path) -> PrintedReport:
    """Return the sentences and tables of ``printed.jsonl``; nothing where there is no such file.

    Raises
    ------
    OutputError
        If the file is damaged or of another format.
    """
    if not path.is_file():
        return PrintedReport()
    try:
        records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        if records[0].get("record") != "printed" or records[0].get("format") != FORMAT:
            raise ValueError("not of this format")
        language = str(records[0].get("language", "en"))
        plain = with_points if language == "de" else str
        sentences = [
            PrintedSentence(record["id"], plain(sentence))
            for record in records
            if record["record"] == "text"
            for sentence in split_sentences(" ".join(record["text"].split()))
        ]
        grids = [
            PrintedGrid(
                record["id"],
                plain(record["title"]),
                tuple(map(plain, record["heads"])),
                tuple(plain(row["head"]) for row in record["rows"]),
                tuple(
                    tuple((plain(" ".join(cell["text"].split())), cell["id"]) for cell in row["cells"])
                    for row in record["rows"]
                ),
            )
            for record in records
            if record["record"] == "table"
        ]
    except (ValueError, KeyError, IndexError, OSError) as error:
        hint = "write the report again with 'osa-survey report'"
        raise OutputError(Problem("not_a_printed_report", "cannot be read", path.name, hint=hint)) from error
    return PrintedReport(tuple(sentences), tuple(grids), language)
