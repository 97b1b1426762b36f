"""Model syntax as lavaan writes it, read into statements."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace

from osa_survey.errors import AnalysisError, Problem

OPERATORS = ("=~", "~*~", "~~", "==", ":=", "~", "|", "<", ">")
REFUSED = {
    ":=": "quantities defined with ':=' are not computed",
    "<": "inequality constraints are not supported",
    ">": "inequality constraints are not supported",
}
NAME = re.compile(r"[A-Za-zÀ-ɏ_.][\wÀ-ɏ.]*$")


@dataclass(frozen=True)
class Statement:
    """One parameter as the user wrote it.

    Attributes
    ----------
    lhs, op, rhs : str
        Both sides and the operator: ``=~`` measured by, ``~~`` (co)variance, ``~`` regression, ``~1`` intercept,
        ``|`` threshold, ``~*~`` scale of an ordinal answer, ``==`` equality of two labels.
    fixed, start : tuple of float
        Values for the groups, one value standing for all; NaN = free (``NA``). Empty where nothing was said.
    label : tuple of str
        Labels for the groups. Parameters with the same label are equal.
    """

    lhs: str
    op: str
    rhs: str
    fixed: tuple[float, ...] = ()
    start: tuple[float, ...] = ()
    label: tuple[str, ...] = ()


def parse_model(text: str) -> tuple[Statement, ...]:
    """Return the statements of a model.

    Parameters
    ----------
    text : str
        lavaan syntax: one formula a line or separated by ``;``, comments after ``#`` or ``!``.

    Returns
    -------
    tuple of Statement
        In order; what is said twice about one parameter is joined.

    Raises
    ------
    AnalysisError
        Naming every formula that cannot be read.

    Examples
    --------
    >>> [(s.lhs, s.op, s.rhs, s.fixed) for s in parse_model("f =~ 1*x1 + x2")]
    [('f', '=~', 'x1', (1.0,)), ('f', '=~', 'x2', ())]
    """
    statements: dict[tuple[str, str, str], Statement] = {}
    problems: list[Problem] = []
    for formula in _formulas(text):
        try:
            for statement in _statements(formula):
                key = (statement.lhs, statement.op, statement.rhs)
                if statement.op == "~~" and (statement.rhs, "~~", statement.lhs) in statements:
                    key = (statement.rhs, "~~", statement.lhs)
                statements[key] = _joined(statements[key], statement) if key in statements else statement
        except ValueError as error:
            hint = "formulas look like: f =~ x1 + x2, x1 ~~ x2, x1 ~ 1, x1 | t1"
            problems.append(Problem("model_syntax", f"cannot read '{formula}': {error}", hint=hint))
    if problems:
        raise AnalysisError(problems)
    if not any(statement.op == "=~" for statement in statements.values()):
        message = "the model names no latent variable"
        raise AnalysisError(Problem("model_syntax", message, hint="write: factor =~ item1 + item2 + item3"))
    return tuple(statements.values())


def _formulas(text: str) -> list[str]:
    """Return the formulas; a line that ends with an operator or ``+`` goes on in the next."""
    lines = [re.split(r"[#!]", line, maxsplit=1)[0].strip() for line in re.split(r"[\n;]", text)]
    formulas: list[str] = []
    for line in filter(None, lines):
        goes_on = bool(formulas) and (formulas[-1].endswith(("+", "~", "*", "|", ",", "(")) or line.startswith("+"))
        if goes_on:
            formulas[-1] += " " + line
        else:
            formulas.append(line)
    return formulas


def _statements(formula: str) -> list[Statement]:
    """Return the statements of one formula."""
    found = [(formula.find(op), -len(op), op) for op in OPERATORS if op in formula]
    if not found:
        raise ValueError("there is no operator")
    position, _, operator = min(found)
    left, right = formula[:position].strip(), formula[position + len(operator) :].strip()
    if operator in REFUSED:
        raise ValueError(REFUSED[operator])
    if not left or not right:
        raise ValueError("a side is empty")
    if operator == "==":
        if not (NAME.match(left) and NAME.match(right)):
            raise ValueError("only two labels can be set equal")
        return [Statement(left, "==", right)]
    names = [name.strip() for name in left.split("+")]
    for name in names:
        if not NAME.match(name):
            raise ValueError(f"'{name}' is no variable name")
    return [_term(name, operator, term) for name in names for term in _split(right, "+")]


def _term(lhs: str, operator: str, text: str) -> Statement:
    """Return the statement of one term with its modifiers."""
    *modifiers, variable = _split(text, "*")
    if operator == "~" and variable in ("1", "0"):
        statement = Statement(lhs, "~1", "", fixed=(0.0,) if variable == "0" else ())
    elif NAME.match(variable):
        statement = Statement(lhs, operator, variable)
    else:
        raise ValueError(f"'{variable}' is no variable name")
    for modifier in modifiers:
        statement = _joined(statement, _modified(statement, modifier))
    return statement


def _modified(statement: Statement, text: str) -> Statement:
    """Return a statement that says only what the modifier says."""
    bare = Statement(statement.lhs, statement.op, statement.rhs)
    call = re.fullmatch(r"(\w+)\s*\((.*)\)", text, flags=re.DOTALL)
    if call and call.group(1) in ("start", "equal", "label"):
        inside = _values(call.group(2))
        if call.group(1) == "start":
            return replace(bare, start=tuple(_number(value) for value in inside))
        return replace(bare, label=tuple(value.strip("\"'") for value in inside))
    if call and call.group(1) != "c":
        raise ValueError(f"the modifier '{call.group(1)}' is not known")
    values = _values(text)
    if all(_is_number(value) for value in values):
        return replace(bare, fixed=tuple(_number(value) for value in values))
    if any(_is_number(value) and value != "NA" for value in values):
        raise ValueError("numbers and labels cannot be mixed in one modifier")
    return replace(bare, label=tuple("" if value == "NA" else value.strip("\"'") for value in values))


def _values(text: str) -> list[str]:
    """Return the values inside ``c(…)``, or the one value."""
    vector = re.fullmatch(r"c\s*\((.*)\)", text.strip(), flags=re.DOTALL)
    return _split(vector.group(1), ",") if vector else _split(text, ",")


def _is_number(text: str) -> bool:
    try:
        _number(text)
    except ValueError:
        return False
    return True


def _number(text: str) -> float:
    return math.nan if text == "NA" else float(text)


def _split(text: str, mark: str) -> list[str]:
    """Split at a mark outside brackets and quotes."""
    parts, depth, quote = [""], 0, ""
    for character in text:
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        else:
            depth += (character == "(") - (character == ")")
        if character == mark and depth == 0 and not quote:
            parts.append("")
        else:
            parts[-1] += character
    parts = [part.strip() for part in parts]
    if depth or quote or not all(parts):
        raise ValueError("brackets, quotes or terms are incomplete")
    return parts


def _joined(first: Statement, second: Statement) -> Statement:
    """Return what both statements say; the later one wins."""
    return replace(
        first,
        fixed=second.fixed or first.fixed,
        start=second.start or first.start,
        label=second.label or first.label,
    )
