"""What the analyses of a study file take: read from the signatures and docstrings of their functions."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from osa_survey.plan.verbs import (
    STUDY_VERBS,
    SUPPLIED,
    VARIABLE_ARGUMENTS,
    VERBS,
    allowed_values,
    verb,
)

OF_THE_PROGRAM = ("progress", "design", "workers")
"""Arguments for Python alone: what they take cannot be written into a study file."""
SAME_AS = re.compile(r"(?:[Aa]s (?:of|in|for)|; see) ``(?P<home>psychometrics\.)?(?P<name>\w+)``")
WORDS = (
    (r", optional\b", ""),
    (r"\bsequence of sequence of str\b", "list of lists of names"),
    (r"\bsequence of pairs\b", "list of pairs"),
    (r"\bsequence of str\b", "list of names"),
    (r"\bsequence of float\b", "list of numbers"),
    (r"\bsequence\b", "list"),
    (r"\bmapping\b", "table"),
    (r"\bcallable\b", "id of an analysis"),
    (r"\bfloat\b", "number"),
    (r"\bint\b", "whole number"),
    (r"\bbool\b", "true or false"),
    (r"\bstr\b", "text"),
    (r"\bNone\b", "nothing"),
)


@dataclass(frozen=True)
class Argument:
    """One argument of an analysis in a study file.

    Attributes
    ----------
    name : str
        What stands before the equals sign.
    takes : str
        The kind of value, in words; a choice is listed.
    default : str
        The value where it is left out, as a study file would write it; "required", or "" where nothing is meant.
    text : str
        What it does.
    """

    name: str
    takes: str
    default: str
    text: str


def arguments_of(name: str) -> tuple[Argument, ...]:
    """Return the arguments of an analysis, required ones first, in the order of its function.

    Parameters
    ----------
    name : str
        What ``do`` calls it.

    Examples
    --------
    >>> [(one.name, one.default) for one in arguments_of("retest")]
    [('first', 'required'), ('second', 'required'), ('conf_level', '0.95')]
    """
    function = verb(name)
    described = described_parameters(function)
    found = []
    for key, parameter in list(inspect.signature(function).parameters.items())[1:]:
        if key in (*OF_THE_PROGRAM, *SUPPLIED.get(name, ())) or parameter.kind is inspect.Parameter.VAR_KEYWORD:
            continue
        kind, text = described.get(key, ("", ""))
        listed = allowed_values(function, key)
        takes = listed if listed != "…" else in_words(kind)
        takes = re.sub(r"\btext\b", "name", takes) if key in VARIABLE_ARGUMENTS else takes
        found.append(Argument(key, takes, _default(parameter.default), text))
    return (*(one for one in found if one.default == "required"), *(one for one in found if one.default != "required"))


def summary_of(name: str) -> str:
    """Return the first sentence of the docstring of an analysis."""
    return " ".join((inspect.getdoc(verb(name)) or "").partition("\n\n")[0].split())


def described_parameters(function: Callable[..., Any]) -> dict[str, tuple[str, str]]:
    """Return parameter → kind and text, from the section Parameters of a NumPy docstring.

    Notes
    -----
    "As in ``regress``" is replaced by what the docstring of that function says of the parameter.
    """
    section = re.search(r"Parameters\n-+\n(.*?)(?=\n\n\w[\w ]*\n-+\n|\Z)", inspect.getdoc(function) or "", re.DOTALL)
    found: dict[str, tuple[str, str]] = {}
    for entry in re.split(r"\n(?=\S)", section[1] if section else ""):
        head, _, body = entry.partition("\n")
        names, _, kind = head.partition(" : ")
        text = " ".join(body.split())
        same = SAME_AS.search(text)
        other = _described_elsewhere(same["name"], bool(same["home"])) if same else {}
        for name in names.replace("*", "").split(", "):
            found[name] = other.get(name, (kind, text))
    return found


def _described_elsewhere(name: str, measured: bool) -> dict[str, tuple[str, str]]:
    if measured:
        return described_parameters(getattr(importlib.import_module("osa_survey.psychometrics"), name))
    return described_parameters(verb(name)) if name in VERBS else {}


def in_words(kind: str) -> str:
    """Return the kind of a parameter as people who write study files say it.

    Examples
    --------
    >>> in_words("str or sequence of str, optional"), in_words('{"a", "b"}')
    ('text or list of names', '"a" | "b"')
    """
    bare = re.sub(r", optional$", "", kind).strip()
    if bare.startswith("{") and bare.endswith("}"):
        return bare[1:-1].replace(", ", " | ")
    for pattern, word in WORDS:
        kind = re.sub(pattern, word, kind)
    return kind


def _default(value: Any) -> str:
    if value is inspect.Parameter.empty:
        return "required"
    if value is None or value in ("", ()):
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    return str(list(value)) if isinstance(value, tuple) else str(value)


def analysis_names() -> tuple[str, ...]:
    """Return the names of all analyses, those of imputed answers last."""
    return (*VERBS, *STUDY_VERBS)
