"""Random small surveys, and what writers of exports have in common."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import openpyxl

KINDS = ("single", "number", "text", "multiple")
STEMS = ("How often", "In the last month", "Wie häufig", "Überhaupt", "¿Con qué frecuencia", "过去一个月", "How “much”")
TAILS = ("did this happen?", "alone, or with others?", "– ohne Bild?", "(check all that apply)", "at <home>?", "Größe?")
LABELS = (
    "never",
    "rarely",
    "often, but not daily",
    "täglich",
    "每天",
    "don't know",
    'the "usual"',
    "> 5 times",
    "a; b",
)
PIECES = (
    "word",
    "Übung",
    "ß",
    "日本語",
    "한국",
    "ñandú",
    ",",
    ";",
    '"quoted"',
    "'",
    "5'11\"",
    "=1+1",
    "-",
    "@x",
    "😀",
    "né",
)
BREAKS = ("\n", "\n\n", "\t", "\r\n")


@dataclass(frozen=True)
class Question:
    """A question: a name, its text, its kind, and for choices code → label."""

    name: str
    text: str
    kind: str
    options: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Survey:
    """Questions, and for each record question → a code, a number, a text, a list of ticked codes, or None."""

    questions: tuple[Question, ...]
    records: tuple[dict[str, object], ...]

    def answers(self, question: Question) -> list[object]:
        return [record[question.name] for record in self.records]


@dataclass(frozen=True)
class Written:
    """An export as bytes, and what a reader must find in it.

    ``sets`` has for each check-all question: column → which records ticked it, None where nobody can say.
    """

    data: bytes
    platform: str
    header_rows: int
    cells: dict[str, list[str]]
    wording: dict[str, str] = field(default_factory=dict)
    labels: dict[str, dict[str, str]] = field(default_factory=dict)
    sets: tuple[dict[str, list[bool | None]], ...] = ()
    suffix: str = ".csv"


def random_survey(seed: int, *, records: int | None = None, breaks: bool = True) -> Survey:
    """Return a survey of four to nine questions, at least one of each kind, and 12 to 30 records with gaps."""
    generator = np.random.default_rng(seed)
    kinds = [*KINDS, *generator.choice(KINDS, int(generator.integers(0, 6)))]
    generator.shuffle(kinds)
    questions = []
    for number, kind in enumerate(kinds, start=1):
        options = generator.choice(LABELS, int(generator.integers(3, 6)), replace=False)
        choice = {str(code): str(label) for code, label in enumerate(options, start=1)}
        text = f"{generator.choice(STEMS)} {generator.choice(TAILS)} ({number})"
        questions.append(Question(f"q{number}", text, str(kind), choice if kind in ("single", "multiple") else {}))
    number = records or int(generator.integers(12, 31))
    rows = [{question.name: _answer(generator, question, breaks) for question in questions} for _ in range(number)]
    for question in questions:  # every option of a check-all is ticked by somebody, and somebody ticks none
        if question.kind == "multiple":
            rows[0][question.name] = list(question.options)
            rows[1][question.name] = []
        elif question.kind == "single":
            rows[0][question.name] = "1"
        elif question.kind == "text":
            rows[0][question.name] = "a text"
    return Survey(tuple(questions), tuple(rows))


def _answer(generator: np.random.Generator, question: Question, breaks: bool) -> object:
    if generator.random() < 0.15 and question.kind != "multiple":
        return None
    if question.kind == "single":
        return str(generator.choice(list(question.options)))
    if question.kind == "multiple":
        return [code for code in question.options if generator.random() < 0.4]
    if question.kind == "number":
        return str(generator.integers(0, 100)) if generator.random() < 0.5 else f"{generator.uniform(0, 9):.2f}"
    between = [" ", *(BREAKS if breaks else ())]
    parts = [str(generator.choice(PIECES)) for _ in range(int(generator.integers(1, 7)))]
    return "".join(part + str(generator.choice(between)) for part in parts).strip()


def delimited(rows: Sequence[Sequence[str]], delimiter: str = ",", end: str = "\r\n", quoting: int = 0) -> str:
    """Return rows as text."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(rows)  # type: ignore[arg-type]
    return buffer.getvalue()


def workbook(rows: Sequence[Sequence[str]]) -> bytes:
    """Return rows of texts as XLSX; what looks like a formula is written as text."""
    book = openpyxl.Workbook()
    sheet = book.active
    for number, row in enumerate(rows, start=1):
        for position, text in enumerate(row, start=1):
            if text:
                sheet.cell(number, position).value = text
                sheet.cell(number, position).data_type = "s"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


Columns = dict[str, list[str]]
Sets = tuple[dict[str, list[bool | None]], ...]


def coded(
    survey: Survey, tick: str = "1", blank: str = "", gap: str = "", mark: Callable[[str, str], str] | None = None
) -> tuple[Columns, dict[str, str], Sets]:
    """Return columns of codes, wording, sets: one column for each option of a check-all."""
    name_of = mark or (lambda name, code: f"{name}_{code}")
    columns: Columns = {}
    wording: dict[str, str] = {}
    sets: list[dict[str, list[bool | None]]] = []
    for question in survey.questions:
        answers = survey.answers(question)
        if question.kind != "multiple":
            columns[question.name] = [gap if answer is None else str(answer) for answer in answers]
            wording[question.name] = question.text
            continue
        own: dict[str, list[bool | None]] = {}
        for code, label in question.options.items():
            name = name_of(question.name, code)
            columns[name] = [tick if code in answer else blank for answer in answers]  # type: ignore[operator]
            wording[name] = f"{question.text} - Selected Choice - {label}"
            own[name] = [code in answer for answer in answers]  # type: ignore[operator]
        sets.append(own)
    return columns, wording, tuple(sets)


def rows_of(columns: Columns) -> list[list[str]]:
    return [list(row) for row in zip(*columns.values(), strict=True)]


def moments(number: int, form: str = "2024-03-%02d 10:%02d:07") -> list[str]:
    return [form % (row % 28 + 1, row % 60) for row in range(number)]
