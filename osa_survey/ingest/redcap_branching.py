"""REDCap's branching logic, as far as an export can decide it: comparisons of fields of the same row, and, or."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from osa_survey.dataset.decoding import to_number
from osa_survey.dataset.exports import canonical

LONGEST, DEEPEST = 4000, 50
TOKEN = re.compile(
    r"\s*(?:(?P<field>\[[a-z][a-z0-9_]*(?:\(-?[A-Za-z0-9_.]+\))?\])(?!\s*\[)|(?P<operator><>|!=|<=|>=|=|<|>)"
    r"|(?P<text>'[^']*'|\"[^\"]*\")|(?P<number>-?\d+(?:\.\d+)?)(?![\w.])|(?P<mark>[()])|(?P<word>and|or|&&|\|\|)(?!\w))",
    re.IGNORECASE,
)
WORDS = {"&&": "and", "||": "or"}
Mask = NDArray[np.bool_]
Values = tuple[tuple[str, ...], NDArray[np.intp]]
Reader = Callable[[str, str], Values | None]
"""Field and check-box code ("" for none) → different values and which of them each record has; None if not there."""


class Undecidable(Exception):  # noqa: N818  a state of the parser, never shown
    """The logic uses something that an export alone does not decide."""


@dataclass
class _Logic:
    """One expression while it is read."""

    tokens: list[tuple[str, str]]
    read: Reader
    at: int = 0
    depth: int = 0

    def peek(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def take(self) -> tuple[str, str]:
        if self.at == len(self.tokens):
            _give_up()
        self.at += 1
        return self.tokens[self.at - 1]

    def either(self) -> Mask:
        shown = self.both()
        while self.peek() == "or":
            self.take()
            shown = shown | self.both()
        return shown

    def both(self) -> Mask:
        shown = self.one()
        while self.peek() == "and":
            self.take()
            shown = shown & self.one()
        return shown

    def one(self) -> Mask:
        if self.peek() == "(":
            self.take()
            self.depth += 1
            if self.depth > DEEPEST:
                _give_up()
            shown = self.either()
            if self.take()[1] != ")":
                _give_up()
            self.depth -= 1
            return shown
        return self.comparison()

    def comparison(self) -> Mask:
        kind, field = self.take()
        operator_kind, operator = self.take()
        constant_kind, constant = self.take()
        if (kind, operator_kind) != ("field", "operator") or constant_kind not in ("text", "number"):
            _give_up()
        name, _, code = field[1:-1].removesuffix(")").partition("(")
        found = self.read(name, code)
        if found is None:
            _give_up()
        values, which = found
        wanted = canonical(constant[1:-1] if constant_kind == "text" else constant)
        decided: Mask = np.array([_compare(value, operator, wanted) for value in values], dtype=bool)[which]
        return decided


def shown_where(logic: str, read: Reader) -> Mask | None:
    """Return in which records a branching logic shows its field, None where the export does not decide it.

    Parameters
    ----------
    logic : str
        The logic as the data dictionary has it. Fields of other events, functions, smart variables and arithmetic
        are not decided.
    read : callable
        Gives the values of a field, or of a check box, as codes.

    Notes
    -----
    A blank is unequal to every value but a blank, and neither smaller nor greater than any number.

    Examples
    --------
    >>> import numpy as np
    >>> values = (("0", "1", ""), np.array([0, 1, 2]))
    >>> shown_where("[sex] = '0' or [sex] = ''", lambda field, code: values).tolist()
    [True, False, True]
    >>> shown_where("datediff([a], [b], 'd') > 3", lambda field, code: values) is None
    True
    """
    try:
        tokens = _tokens(logic)
        expression = _Logic(tokens, read)
        shown = expression.either()
    except Undecidable:
        return None
    return shown if expression.at == len(tokens) else None


def _tokens(logic: str) -> list[tuple[str, str]]:
    if len(logic) > LONGEST:
        _give_up()
    logic, position, tokens = logic.rstrip(), 0, []
    while position < len(logic):
        match = TOKEN.match(logic, position)
        if match is None or match.lastgroup is None:
            _give_up()
        text = match[match.lastgroup]
        if match.lastgroup == "word":
            text = WORDS.get(text, text.lower())
        tokens.append((match.lastgroup, text))
        position = match.end()
    return tokens


def _compare(value: str, operator: str, wanted: str) -> bool:
    if operator in ("=", "<>", "!="):
        return (value == wanted) is (operator == "=")
    left, right = to_number(value), to_number(wanted)
    if math.isnan(left) or math.isnan(right):
        return False
    return {"<": left < right, ">": left > right, "<=": left <= right, ">=": left >= right}[operator]


def _give_up() -> NoReturn:
    raise Undecidable
