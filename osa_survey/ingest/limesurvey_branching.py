"""LimeSurvey's conditions for showing a question, as far as answers alone decide them. Read, never run."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.dataset import Export
from osa_survey.dataset.exports import canonical
from osa_survey.ingest.limesurvey_gaps import EMPTY

Mask = NDArray[np.bool_]
LONGEST, DEEPEST = 5_000, 40
TOKEN = re.compile(
    r"""\s*(?:(?P<text>"[^"]*"|'[^']*')|(?P<number>\d+(?:\.\d+)?)(?![\w.])"""
    r"""|(?P<sign>\|\||&&|==|!=|<=|>=|[<>!()])|(?P<word>\w+(?:\.\w+)?))""",
    re.ASCII,
)
SIGNS = {"eq": "==", "ne": "!=", "lt": "<", "gt": ">", "le": "<=", "ge": ">=", "and": "&&", "or": "||"}
TURNED = {"==": "==", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
ORDER: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
SUFFIXES = ("", "NAOK", "value", "code", "valueNAOK", "codeNAOK")


class UndecidedError(Exception):
    """A condition that answers alone do not decide."""


@dataclass(frozen=True)
class Answers:
    """What conditions can refer to.

    Attributes
    ----------
    export : Export
        The records.
    columns : mapping of str to str
        Name in a condition → column.
    spellings : mapping of str to mapping of str to tuple of str
        Column → code → how the export may write it otherwise, such as its label.
    """

    export: Export
    columns: Mapping[str, str]
    spellings: Mapping[str, Mapping[str, tuple[str, ...]]]

    def compare(self, name: str, sign: str, literal: str, *, lenient: bool) -> Mask:
        """Return the records in which an answer compares with a literal as the sign says."""
        column = self.columns.get(name)
        if column is None or (sign == "!=" and not lenient):
            raise UndecidedError(name)
        values, which = self.export.values(column)
        code = canonical(literal)
        if sign in ORDER:
            return np.array([_ordered(value, sign, code) for value in values], dtype=bool)[which]
        wanted = {code, *self.spellings.get(column, {}).get(code, ())}
        if code == "":
            wanted = set(EMPTY)
        found = np.array([value in wanted for value in values], dtype=bool)[which]
        return found if sign == "==" else ~found


def _ordered(value: str, sign: str, literal: str) -> bool:
    """Compare as numbers; nothing is neither less nor more."""
    if value in EMPTY:
        return False
    try:
        return ORDER[sign](float(value), float(literal))
    except ValueError as error:
        raise UndecidedError(sign) from error


def shown_where(condition: str, answers: Answers) -> Mask:
    """Return the records to which a condition shows its question.

    Raises
    ------
    UndecidedError
        If the condition calls functions, computes, or refers to what is not in the export.
    """
    text = condition.strip()
    text = text[1:-1] if text.startswith("{") and text.endswith("}") else text
    return _Condition(_tokens(text), answers).read()


def _tokens(text: str) -> list[tuple[str, str]]:
    if len(text) > LONGEST:
        raise UndecidedError(text[:20])
    tokens, position = [], 0
    text = text.rstrip()
    while position < len(text):
        match = TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            raise UndecidedError(text[position : position + 20])
        kind, token = match.lastgroup, match.group(match.lastgroup)
        if kind == "word" and token.lower() in SIGNS:
            kind, token = "sign", SIGNS[token.lower()]
        tokens.append((kind, token))
        position = match.end()
    return tokens


class _Condition:
    """A reader of one condition, from the outermost ``or`` inwards."""

    def __init__(self, tokens: list[tuple[str, str]], answers: Answers) -> None:
        self.tokens, self.answers = tokens, answers
        self.position = self.depth = 0

    def read(self) -> Mask:
        found = self.any_of()
        if self.position != len(self.tokens):
            raise UndecidedError("rest")
        return found

    def any_of(self) -> Mask:
        found = self.all_of()
        while self.takes("||"):
            found = found | self.all_of()
        return found

    def all_of(self) -> Mask:
        found = self.one()
        while self.takes("&&"):
            found = found & self.one()
        return found

    def one(self) -> Mask:
        self.depth += 1
        if self.depth > DEEPEST:
            raise UndecidedError("depth")
        if self.takes("!"):
            found = self.negated()
        elif self.takes("("):
            found = self.any_of()
            self.needs(")")
        elif self.peek() == ("word", "is_empty"):
            found = self.is_empty()
        else:
            found = self.comparison()
        self.depth -= 1
        return found

    def negated(self) -> Mask:
        """Only "is not empty" is negated: elsewhere an unanswered question makes a negation undecided."""
        if self.peek() != ("word", "is_empty"):
            raise UndecidedError("!")
        return ~self.is_empty()

    def is_empty(self) -> Mask:
        self.next()
        self.needs("(")
        name, _ = self.variable(self.next())
        self.needs(")")
        return self.answers.compare(name, "==", "", lenient=True)

    def comparison(self) -> Mask:
        left = self.next()
        following = self.peek()
        if left[0] == "number" and (following[0] != "sign" or following[1] in ("&&", "||", ")")):
            return np.full(self.answers.export.n_records, left[1] != "0")
        sign = self.next()
        right = self.next()
        if sign[0] != "sign" or sign[1] not in TURNED:
            raise UndecidedError(sign[1])
        if left[0] != "word":
            left, right, sign = right, left, (sign[0], TURNED[sign[1]])
        if right[0] not in ("text", "number"):
            raise UndecidedError(right[1])
        name, lenient = self.variable(left)
        literal = right[1][1:-1] if right[0] == "text" else right[1]
        return self.answers.compare(name, sign[1], literal, lenient=lenient)

    def variable(self, token: tuple[str, str]) -> tuple[str, bool]:
        name, _, suffix = token[1].partition(".")
        if token[0] != "word" or suffix not in SUFFIXES:
            raise UndecidedError(token[1])
        return name, suffix.endswith("NAOK")

    def peek(self) -> tuple[str, str]:
        return self.tokens[self.position] if self.position < len(self.tokens) else ("end", "")

    def next(self) -> tuple[str, str]:
        token = self.peek()
        self.position += 1
        return token

    def takes(self, sign: str) -> bool:
        if self.peek() == ("sign", sign):
            self.position += 1
            return True
        return False

    def needs(self, sign: str) -> None:
        if not self.takes(sign):
            raise UndecidedError(sign)
