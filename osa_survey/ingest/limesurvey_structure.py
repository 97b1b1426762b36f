"""The structure of a LimeSurvey survey from .lss (XML) or tab-separated text: questions, answers, texts, conditions."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from osa_survey.errors import Problem, ResponseError
from osa_survey.ingest.limesurvey_headers import readable
from osa_survey.ingest.xml_files import read_xml

if TYPE_CHECKING:
    from osa_survey.ingest.companion_files import Companion

Row = dict[str, str]
MARK = "LimeSurveyDocType"
HEAD = 1 << 14
TABLE_COLUMNS = frozenset(("class", "type/scale", "name", "relevance", "text", "language"))
CLASSES = frozenset(("S", "SL", "G", "Q", "SQ", "A", "AS", "QTA", "QTALS", "QTAM", "C"))
ALWAYS = ("", "1")


@dataclass
class Part:
    """A subquestion or an answer: code, scale, and text by language."""

    code: str
    scale: str = "0"
    texts: dict[str, str] = field(default_factory=dict)


@dataclass
class Question:
    """A question: code, type letter, where it stands, texts by language, subquestions, answers, and its conditions."""

    code: str
    kind: str
    field_name: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    has_other: bool = False
    conditions: tuple[str, ...] = ()
    subquestions: list[Part] = field(default_factory=list)
    answers: list[Part] = field(default_factory=list)


@dataclass(frozen=True)
class Structure:
    """A survey.

    Attributes
    ----------
    questions : tuple of Question
        In the order of the questionnaire.
    languages : tuple of str
        The base language first.
    """

    questions: tuple[Question, ...]
    languages: tuple[str, ...]


def is_limesurvey_structure(companion: Companion) -> bool:
    """Tell whether a file is a LimeSurvey survey structure, as XML or as tab-separated text."""
    return companion.kind == "text" and is_structure_text(companion.data)


def is_structure_text(data: bytes) -> bool:
    """Tell the same from the first bytes of a file."""
    head = data[:HEAD].removeprefix(b"\xef\xbb\xbf").replace(b"\x00", b"").decode("latin-1")
    if head.lstrip().startswith("<"):
        return f"<{MARK}>" in head
    return set(head.split("\n", 1)[0].strip().replace('"', "").split("\t")) >= TABLE_COLUMNS


def read_structure(companion: Companion) -> Structure:
    """Return the survey that a structure file describes.

    Raises
    ------
    ResponseError
        If the file is broken or holds no questions.
    """
    text = companion.text.lstrip("\ufeff")
    file = companion.path.name
    structure = _from_xml(text, file) if f"<{MARK}>" in text[:HEAD] else _from_table(text, file)
    if not structure.questions:
        message = "the survey structure holds no questions"
        raise ResponseError(Problem("no_questions", message, file, hint="export the whole survey structure"))
    return structure


def _rows(root: ET.Element, name: str) -> list[Row]:
    table = root.find(f"{name}/rows")
    if table is None:
        return []
    return [{cell.tag: cell.text or "" for cell in row} for row in table]


def _order(row: Row, key: str) -> tuple[int, int]:
    texts = (row.get(key, ""), row.get("qid", ""))
    first, second = (int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0 for text in texts)
    return first, second


def _from_xml(text: str, file: str) -> Structure:
    root = read_xml(text, file)
    listed = [(element.text or "").strip() for element in root.findall("languages/language")]
    base = next((row.get("language", "") for row in _rows(root, "surveys")), "")
    groups = {row.get("gid", ""): row for row in _rows(root, "groups")}
    texts = _texts(_rows(root, "question_l10ns"), "qid", "question")
    answer_texts = _texts(_rows(root, "answer_l10ns"), "aid", "answer")
    questions: dict[str, Question] = {}
    rows = [row for row in _rows(root, "questions") if row.get("parent_qid", "0") in ("", "0")]
    rows.sort(
        key=lambda row: (_order(groups.get(row.get("gid", ""), {}), "group_order"), _order(row, "question_order"))
    )
    for row in rows:
        qid = row.get("qid", "")
        question = questions.get(qid)
        if question is None:
            conditions = (groups.get(row.get("gid", ""), {}).get("grelevance", ""), row.get("relevance", ""))
            question = questions[qid] = Question(
                code=row.get("title", "").strip(),
                kind=row.get("type", "").strip(),
                field_name=f"{row.get('sid', '')}X{row.get('gid', '')}X{qid}",
                texts=dict(texts.get(qid, {})),
                has_other=row.get("other", "") == "Y",
                conditions=tuple(condition.strip() for condition in conditions if condition.strip() not in ALWAYS),
            )
        if "question" in row:  # surveys of version 3 and before have one row for each language
            question.texts[row.get("language", "")] = row["question"]
    subquestions: dict[tuple[str, str, str], Part] = {}
    for row in sorted(_rows(root, "subquestions"), key=lambda row: _order(row, "question_order")):
        parent, scale, code = row.get("parent_qid", ""), row.get("scale_id", "0") or "0", row.get("title", "").strip()
        if parent in questions:
            part = _part(subquestions, questions[parent].subquestions, parent, scale, code)
            part.texts |= texts.get(row.get("qid", ""), {})
            if "question" in row:
                part.texts[row.get("language", "")] = row["question"]
    answers: dict[tuple[str, str, str], Part] = {}
    for row in sorted(_rows(root, "answers"), key=lambda row: _order(row, "sortorder")):
        parent, scale, code = row.get("qid", ""), row.get("scale_id", "0") or "0", row.get("code", "").strip()
        if parent in questions:
            part = _part(answers, questions[parent].answers, parent, scale, code)
            part.texts |= answer_texts.get(row.get("aid", ""), {})
            if "answer" in row:
                part.texts[row.get("language", "")] = row["answer"]
    return Structure(tuple(questions.values()), tuple(dict.fromkeys(name for name in (base, *listed) if name)))


def _texts(rows: Iterable[Row], key: str, text: str) -> dict[str, dict[str, str]]:
    """Return id → language → text of a table of translations."""
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        found.setdefault(row.get(key, ""), {})[row.get("language", "")] = row.get(text, "")
    return found


def _part(known: dict[tuple[str, str, str], Part], parts: list[Part], parent: str, scale: str, code: str) -> Part:
    """Return the subquestion or answer of this code, added to its question where it is new."""
    key = (parent, scale, code)
    if key not in known:
        known[key] = Part(code, scale)
        parts.append(known[key])
    return known[key]


def _from_table(text: str, file: str) -> Structure:
    try:
        rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter="\t", restval=""))
    except csv.Error as error:
        message = "the survey structure is no table of cells"
        raise ResponseError(Problem("not_a_table", message, file, hint="export it again")) from error
    questions: dict[str, Question] = {}
    parts: dict[tuple[str, str, str], Part] = {}
    languages: dict[str, None] = {}
    current: Question | None = None
    condition = survey = group = ""
    for number, raw in enumerate(rows, start=2):
        row: Row = {key: value for key, value in raw.items() if isinstance(key, str) and isinstance(value, str)}
        kind, code, language = row.get("class", ""), row.get("name", "").strip(), row.get("language", "").strip()
        scale = row.get("type/scale", "").strip() or "0"
        if kind not in CLASSES:
            if not any(value.strip() for value in row.values()):
                continue
            message = "the row is of no class that a survey structure has"
            raise ResponseError(Problem("broken_structure", message, file, number, "class", hint="export it again"))
        if kind == "S":
            survey = row.get("text", "").strip() if code == "sid" else survey
            if code == "language":
                languages = {row.get("text", "").strip(): None, **languages}
            continue
        if language:
            languages[language] = None
        if kind == "G":
            condition, current = row.get("relevance", "").strip(), None
            group = row.get("id", "").strip()
        elif kind == "Q":
            current = questions.setdefault(code, Question(code, scale))
            current.texts[language] = row.get("text", "")
            if not current.conditions:
                both = (condition, row.get("relevance", "").strip())
                current.conditions = tuple(one for one in both if one not in ALWAYS)
            current.has_other = current.has_other or row.get("other", "") == "Y"
            if survey and not current.field_name and row.get("id", "").strip():
                current.field_name = f"{survey}X{group}X{row['id'].strip()}"
        elif kind in ("SQ", "A") and current is not None:
            place = current.subquestions if kind == "SQ" else current.answers
            _part(parts, place, f"{kind} {current.code}", scale, code).texts[language] = row.get("text", "")
    return Structure(tuple(questions.values()), tuple(name for name in languages if name))


def text_in(texts: Mapping[str, str], languages: Iterable[str]) -> str:
    """Return the readable text in the first of the languages that has one."""
    for language in (*languages, *texts):
        if texts.get(language, "").strip():
            return readable(texts[language])
    return ""
