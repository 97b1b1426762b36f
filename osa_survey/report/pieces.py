"""Text in pieces: plain, a link, a mention of a table or figure, or a number with the id it has in the ledger."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from osa_survey import formatting
from osa_survey.report.letterforms import ITALIC, Forms, source_forms, stated_forms
from osa_survey.report.sources import split_links
from osa_survey.results import Result
from osa_survey.results.columns import QUANTITIES
from osa_survey.results.display import printed
from osa_survey.results.ledger import row_id

NUMBER = re.compile(r"(?<![\w.,])[−-]?(?:\d[\d,]*(?:\.\d+)?|\.\d+)(?:\u00a0?%)?(?![\w])")


@dataclass(frozen=True)
class Piece:
    """A piece of a paragraph.

    Attributes
    ----------
    text : str
        The text.
    link : str
        An address, ``#table-3`` or ``#figure-1``, or empty.
    id : str
        For a number, the id of the row it comes from; the id of its result where several rows print alike.
    form : str
        How it is set: ``letterforms.ITALIC``, ``BELOW`` or, plain, empty.
    """

    text: str
    link: str = ""
    id: str = ""
    form: str = ""


def plain_pieces(text: str) -> tuple[Piece, ...]:
    """Return a text whose addresses are links and whose symbols of statistics are set in italics."""
    return tuple(_linked(text, stated_forms))


def reference_pieces(text: str) -> tuple[Piece, ...]:
    """Return an entry of the list of references: its address is a link, its journal is set in italics."""
    return tuple(_linked(text, source_forms))


def _linked(text: str, forms: Callable[[str], Forms]) -> Iterator[Piece]:
    for words, address in split_links(text):
        if address:
            yield Piece(words, address)
        else:
            yield from (Piece(part, form=form) for part, form in forms(words))


def sentence_pieces(text: str, numbers: Mapping[str, str]) -> tuple[Piece, ...]:
    """Return a sentence whose addresses are links and whose numbers bear ids.

    Parameters
    ----------
    text : str
        A sentence of a result.
    numbers : mapping of str to str
        Printed number with a decimal point → id, from ``numbers_of``. A number no row prints stays plain: a level of
        confidence, say.

    Examples
    --------
    >>> [piece.text for piece in sentence_pieces("M = 2.50, n = 31.", {"2.50": "a/main/mean/x///"})]
    ['M', ' = ', '2.50', ', ', 'n', ' = 31.']
    """
    pieces: list[Piece] = []
    for words, address in split_links(text):
        if address:
            pieces.append(Piece(words, address))
            continue
        last = 0
        for match in NUMBER.finditer(_with_points(words)):
            identifier = numbers.get(match.group().rstrip(","))
            if identifier is None:
                continue
            end = match.start() + len(match.group().rstrip(","))
            pieces += [*_formed(words, last, match.start()), Piece(words[match.start() : end], id=identifier)]
            last = end
        pieces += _formed(words, last, len(words))
    return tuple(piece for piece in pieces if piece.text)


def _formed(words: str, start: int, end: int) -> Iterator[Piece]:
    """Yield a part of a text; what stands before and behind it decides which letters are symbols."""
    first = 0
    for part, form in stated_forms(words):
        left, right = max(first, start), min(first + len(part), end)
        if left < right:
            yield Piece(words[left:right], form=form)
        first += len(part) + (form == ITALIC and words[first + len(part) : first + len(part) + 1] == "_")


def numbers_of(result: Result) -> dict[str, str]:
    """Return every number a released result and its further tables can print, with the id of its row.

    Parameters
    ----------
    result : Result
        A released result with an id.

    Returns
    -------
    dict of str to str
        Printed number with a decimal point → id of its row, or the id of the result where rows differ; nothing of
        suppressed rows.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for identifier, text in _printed_numbers(result, "main", result.id or result.analysis):
        found[text].add(identifier)
    whole = result.id or result.analysis
    return {text: ids.pop() if len(ids) == 1 else whole for text, ids in found.items()}


def _printed_numbers(result: Result, table: str, analysis: str) -> Iterator[tuple[str, str]]:
    records: list[dict[str, Any]] = result.frame.to_dict("records")  # type: ignore[assignment]
    for record in records:
        if record["suppressed"]:
            continue
        identifier = row_id(analysis, table, record)
        for text in _texts(record):
            for match in NUMBER.finditer(_with_points(text)):
                yield identifier, match.group().rstrip(",")
    for key, further in result.more.items():
        yield from _printed_numbers(further, key if table == "main" else f"{table}.{key}", analysis)


def _with_points(text: str) -> str:
    """Return a text whose numbers have decimal points, letter for letter as long as it is."""
    return text if formatting.marks().decimal == "." else formatting.with_points(text)


def _texts(record: Mapping[str, Any]) -> Iterator[str]:
    quantity = str(record["quantity"])
    how = QUANTITIES[quantity]
    for part in ("estimate", "std_error", "conf_low", "conf_high"):
        value = float(record[part])
        if not math.isnan(value):
            yield printed(quantity, value)
            if how.style == "percent":
                yield formatting.percent(value, how.digits, sign=False)
    for part in ("p_value", "p_adjusted"):
        value = float(record[part])
        if not math.isnan(value) and (text := formatting.p_value(value)).startswith("="):
            yield text  # a bound such as "< .001" is no number of the row
    value = float(record["statistic"])
    if not math.isnan(value):
        yield formatting.statistic(str(record["statistic_name"]), value, float(record["df1"]), float(record["df2"]))
    people = float(record["n"])
    if not math.isnan(people):
        yield formatting.count(people)
