"""The questions of a Qualtrics survey file (.qsf): texts, options, recoded values, order, as the JSON has them."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from osa_survey.dataset.exports import canonical

BREAKS = re.compile(r"<(br|/?div|/?p|/?li|/?tr)\b[^>]*>", re.I)
TAGS = re.compile(r"<[^<>]*>")
BLANKS = re.compile(r"\s+")
MULTIPLE = frozenset(("MAVR", "MAHR", "MACOL", "MSB"))
DEEPEST_FLOW = 50


@dataclass(frozen=True)
class Question:
    """A question of a survey, or one column block of a side-by-side question.

    Attributes
    ----------
    id, part : str
        Such as "QID5"; part is "1" … inside a side-by-side question.
    tag, text, kind, selector, sub_selector : str
        Export tag, plain text, and Qualtrics' words for its kind.
    choices, answers : mapping of str to str
        Key → plain label, in the order shown: options or statements, and the scale points of a matrix.
    recodes : mapping of str to str
        Key → value in an export, of answers for a matrix and of choices elsewhere.
    tags : mapping of str to str
        Key of a choice → its part of a column's name.
    logic : mapping of str to mapping
        "" → display logic of the question; key of a choice → display logic of that choice.
    """

    id: str
    part: str
    tag: str
    text: str
    kind: str
    selector: str
    sub_selector: str
    choices: Mapping[str, str]
    answers: Mapping[str, str]
    recodes: Mapping[str, str]
    tags: Mapping[str, str] = field(default_factory=dict)
    logic: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    parts: tuple[Question, ...] = ()

    @property
    def is_matrix(self) -> bool:
        """Whether it has statements and scale points."""
        return bool(self.answers)

    @property
    def is_multiple(self) -> bool:
        """Whether several options may be ticked (for each statement of a matrix)."""
        return self.selector in MULTIPLE or (self.is_matrix and self.sub_selector.startswith("Multiple"))

    @property
    def options(self) -> Mapping[str, str]:
        """What can be chosen: key → label."""
        return self.answers if self.is_matrix else self.choices

    @property
    def is_closed(self) -> bool:
        """Whether the answer is chosen from options: no text entry, ranking, slider or constant sum."""
        if self.kind == "Matrix":
            return self.selector in ("Likert", "Bipolar", "MaxDiff") and self.sub_selector != "DND"
        return self.kind == "MC"

    def value(self, key: str) -> str:
        """Return the value an export has for an option."""
        return canonical(self.recodes.get(key, key))


@dataclass(frozen=True)
class Survey:
    """A survey file.

    Attributes
    ----------
    title, language : str
        As the file has them.
    questions : mapping of str to Question
        By id, in the order of the survey flow; the bin is left out.
    blocks : mapping of str to int
        Question → the position of its block.
    branches : tuple of (str, str)
        Conditions of skip logic and of the flow: where they stand, and their words.
    """

    title: str
    language: str
    questions: Mapping[str, Question]
    blocks: Mapping[str, int]
    branches: tuple[tuple[str, str, str], ...]


def plain_text(text: object) -> str:
    """Return a text without markup.

    Examples
    --------
    >>> plain_text("How <b>old</b> are you?<br>In&nbsp;years")
    'How old are you? In years'
    """
    if not isinstance(text, str):
        return ""
    return BLANKS.sub(" ", html.unescape(TAGS.sub("", BREAKS.sub(" ", text)))).strip()


def survey_of(text: str) -> Survey | None:
    """Return the survey of a .qsf file, None if the text is none."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(content, dict) or not isinstance(content.get("SurveyElements"), list):
        return None
    entry = content.get("SurveyEntry")
    entry = entry if isinstance(entry, dict) else {}
    elements = [element for element in content["SurveyElements"] if isinstance(element, dict)]
    found = {}
    for element in elements:
        payload = element.get("Payload")
        if element.get("Element") == "SQ" and isinstance(payload, dict):
            identifier = str(payload.get("QuestionID") or element.get("PrimaryAttribute") or "")
            found[identifier] = _question(payload, identifier, "")
    blocks, skips = _blocks(elements)
    flow, conditions = _flow(elements)
    order: dict[str, int] = {}
    known = {block for block in flow if block in blocks}
    listed = [block for block in flow if block in blocks] + [block for block in blocks if block not in known]
    for position, block in enumerate(dict.fromkeys(listed)):
        for identifier in blocks[block]:
            if identifier in found:
                order.setdefault(identifier, position)
    rest = {} if order else dict.fromkeys(found, 0)
    questions = {identifier: found[identifier] for identifier in (*order, *rest)}
    return Survey(
        plain_text(entry.get("SurveyName")),
        str(entry.get("SurveyLanguage") or ""),
        questions,
        order | rest,
        (*skips, *conditions),
    )


def _question(payload: Mapping[str, Any], identifier: str, part: str) -> Question:
    choices = _entries(payload.get("Choices"))
    answers = _entries(payload.get("Answers"))
    more = payload.get("AdditionalQuestions")
    parts = _entries(more) if payload.get("QuestionType") == "SBS" else {}
    logic = {"": payload.get("DisplayLogic") or payload.get("InPageDisplayLogic")}
    logic |= {key: choice.get("DisplayLogic") for key, choice in choices.items() if isinstance(choice, dict)}
    return Question(
        identifier,
        part,
        str(payload.get("DataExportTag") or ""),
        plain_text(payload.get("QuestionText")),
        str(payload.get("QuestionType") or ""),
        str(payload.get("Selector") or ""),
        str(payload.get("SubSelector") or ""),
        _labels(choices, payload.get("ChoiceOrder")),
        _labels(answers, payload.get("AnswerOrder")),
        {key: str(value) for key, value in _entries(payload.get("RecodeValues")).items()},
        {key: str(value) for key, value in _entries(payload.get("ChoiceDataExportTags")).items()},
        {key: value for key, value in logic.items() if isinstance(value, dict)},
        tuple(_question(own, identifier, key) for key, own in parts.items() if isinstance(own, dict)),
    )


def _entries(content: object) -> dict[str, Any]:
    """Return what Qualtrics writes as a table, or as a list where the keys run from 0 (or are missing)."""
    if isinstance(content, dict):
        return {str(key): value for key, value in content.items()}
    if isinstance(content, list):
        return {str(position): value for position, value in enumerate(content)}
    return {}


def _labels(entries: Mapping[str, Any], order: object) -> dict[str, str]:
    labels = {
        key: plain_text(entry.get("Display") if isinstance(entry, dict) else entry) for key, entry in entries.items()
    }
    wanted = [str(key) for key in order] if isinstance(order, list) else []
    return {key: labels[key] for key in dict.fromkeys((*wanted, *labels)) if key in labels}


def _blocks(elements: list[dict[str, Any]]) -> tuple[dict[str, list[str]], list[tuple[str, str, str]]]:
    """Return block → questions without the bin, and the skip logic inside blocks."""
    blocks: dict[str, list[str]] = {}
    skips = []
    for element in elements:
        if element.get("Element") != "BL":
            continue
        for number, block in _entries(element.get("Payload")).items():
            if not isinstance(block, dict) or block.get("Type") == "Trash":
                continue
            own = blocks.setdefault(str(block.get("ID") or number), [])
            for entry in _entries(block.get("BlockElements")).values():
                if isinstance(entry, dict) and entry.get("Type") == "Question":
                    identifier = str(entry.get("QuestionID") or "")
                    own.append(identifier)
                    skips += [("skip", identifier, words) for words in _descriptions(entry.get("SkipLogic"))]
    return blocks, skips


def _flow(elements: list[dict[str, Any]]) -> tuple[list[str], list[tuple[str, str, str]]]:
    """Return blocks in the order of the flow, and the conditions of its branches."""
    order: list[str] = []
    conditions: list[tuple[str, str, str]] = []

    def walk(entries: object, depth: int) -> None:
        if depth > DEEPEST_FLOW:
            return
        for entry in _entries(entries).values():
            if not isinstance(entry, dict):
                continue
            if entry.get("Type") in ("Block", "Standard"):
                order.append(str(entry.get("ID") or ""))
            if "BranchLogic" in entry:
                place = str(entry.get("FlowID") or "")
                conditions.extend(("branch", place, words) for words in _descriptions(entry["BranchLogic"]))
            walk(entry.get("Flow"), depth + 1)

    for element in elements:
        payload = element.get("Payload")
        if element.get("Element") == "FL" and isinstance(payload, dict):
            walk(payload.get("Flow"), 0)
    return order, conditions


def _descriptions(logic: object) -> list[str]:
    """Return the words in which Qualtrics itself describes conditions."""
    return [plain_text(text) for text in _found(logic, 0)]


def _found(logic: object, depth: int) -> Iterator[str]:
    if isinstance(logic, dict | list) and depth <= DEEPEST_FLOW:
        if isinstance(logic, dict) and isinstance(logic.get("Description"), str):
            yield logic["Description"]
            return
        for value in logic.values() if isinstance(logic, dict) else logic:
            yield from _found(value, depth + 1)
