"""A report as a Word document, and changing it as somebody edits it: texts of paragraphs and cells, wrong digits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from docx.oxml.ns import qn

from osa_survey.report import Report, word_document
from osa_survey.report.exhibits import arrange
from osa_survey.report.printed_records import printed_lines
from osa_survey.results import ledger_lines

LEAST_FOUND = 0.95
"""The share of seeded edits that must be found."""
SEED = 20261126


def write_undrawn(report: Report, folder: Path) -> None:
    """Write a report without its drawings, which verifying does not read, its ledger and what it printed."""
    sections = tuple(
        replace(part, entries=tuple(replace(entry, figures=()) for entry in part.entries)) for part in arrange(report)
    )
    (folder / "report.docx").write_bytes(word_document(report, sections))
    rows, printed = ledger_lines(report.ledger, report.results), printed_lines(report, sections)
    for name, lines in (("results.jsonl", rows), ("printed.jsonl", printed)):
        (folder / name).write_text("".join(lines), encoding="utf-8", newline="\n")


def nodes(part: Any) -> list[Any]:
    """The texts of a paragraph or cell, those in content controls too."""
    return list((part._p if hasattr(part, "_p") else part._tc).iter(qn("w:t")))


def text_of(part: Any) -> str:
    return "".join(node.text or "" for node in nodes(part))


def set_text(part: Any, text: str) -> None:
    """Change only the letters that differ, as somebody at a keyboard does: content controls stay."""
    old = text_of(part)
    start = next((n for n, (a, b) in enumerate(zip(old, text, strict=False)) if a != b), min(len(old), len(text)))
    same = 0
    while same < min(len(old), len(text)) - start and old[-1 - same] == text[-1 - same]:
        same += 1
    end, typed, first = len(old) - same, text[start : len(text) - same], 0
    for node in nodes(part):
        words = node.text or ""
        left, right = max(0, start - first), max(0, end - first)
        first += len(words)
        node.text = words[:left] + (typed if left <= len(words) else "") + words[right:]
        if left <= len(words):
            typed = ""
        node.set(qn("xml:space"), "preserve")
    assert text_of(part) == text


def other_digit(text: str, generator: np.random.Generator) -> str:
    places = [match.start() for match in re.finditer(r"\d", text)]
    place = places[int(generator.integers(len(places)))]
    digit = str((int(text[place]) + int(generator.integers(1, 10))) % 10)
    return text[:place] + digit + text[place + 1 :]


def told_in(document: Any, pattern: str) -> list[Any]:
    paragraphs = [one for one in document.paragraphs if one._p.style in ("BodyText", "ListBullet")]
    return [paragraph for paragraph in paragraphs if re.search(pattern, text_of(paragraph))]


def two_different(paragraphs: Sequence[Any], pattern: str, generator: np.random.Generator) -> tuple[Any, Any]:
    order = generator.permutation(len(paragraphs))
    first = paragraphs[order[0]]
    shown = re.search(pattern, text_of(first))
    assert shown is not None
    for place in order[1:]:
        other = re.search(pattern, text_of(paragraphs[place]))
        if other is not None and other[0] != shown[0]:
            return first, paragraphs[place]
    raise AssertionError("all p values are alike")
