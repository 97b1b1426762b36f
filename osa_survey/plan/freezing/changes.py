"""What differs between two states of a plan, key by key, and which analyses rest on it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from osa_survey.plan.freezing.contents import Content, canonical

ABSENT = "–"
LONGEST = 80  # characters of a value that a table shows
CLERICAL = re.compile(
    r"\.(title|reason|text|source|note)$|^study\.fieldwork\.(frame|recruitment|incentive|languages)"
    r"|^codebook\.(language|file\.companions)"
)
"""Keys whose change moves no number: titles, reasons, words about fieldwork."""


@dataclass(frozen=True)
class Change:
    """One key that differs.

    Attributes
    ----------
    path : str
        Where, such as ``study.exclude.straight_lining.longest_run``.
    before, after : str
        The values as JSON, "–" where the key is absent.
    """

    path: str
    before: str
    after: str

    @property
    def clerical(self) -> bool:
        """Whether the key moves no number; the words of a hypothesis are what is tested, so they are never clerical."""
        return bool(CLERICAL.search(self.path)) and not self.path.startswith("study.hypotheses.")

    @property
    def in_words(self) -> str:
        """The change on one line."""
        return f"{_short(self.before)} → {_short(self.after)}"

    def as_dict(self) -> dict[str, str]:
        """Return the change as plain values."""
        return {"path": self.path, "before": self.before, "after": self.after}


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def changes_between(before: Content, after: Content) -> tuple[Change, ...]:
    """Return every key that differs, in the order of the paths; a new or dropped analysis is one change.

    Examples
    --------
    >>> changes_between({"a": {"b": 1}}, {"a": {"b": 2}, "c": [1]})
    (Change(path='a.b', before='1', after='2'), Change(path='c', before='–', after='[1]'))
    """
    return tuple(sorted(_differences("", before, after), key=lambda change: change.path))


def _differences(path: str, before: Any, after: Any) -> Iterator[Change]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in {**before, **after}:
            below = f"{path}.{key}" if path else str(key)
            yield from _differences(below, before.get(key, _NOTHING), after.get(key, _NOTHING))
    elif before is _NOTHING or after is _NOTHING or canonical(before) != canonical(after):
        yield Change(path, _text(before), _text(after))


_NOTHING = object()


def _text(value: Any) -> str:
    return ABSENT if value is _NOTHING else canonical(value)


def affected_analyses(changes: Iterable[Change], content: Content) -> frozenset[str]:
    """Return the ids of the analyses whose numbers, or whose hypothesis, a change can touch.

    Parameters
    ----------
    changes : iterable of Change
        Changes of a plan.
    content : dict
        The plan after the changes.

    Returns
    -------
    frozenset of str
        An analysis alone for its own entry, with those that repeat it; those that test a hypothesis for its entry; all
        for anything else. A clerical change, and one of the multiverse around an analysis, touches nothing.
    """
    analyses: Mapping[str, Any] = content["study"]["analyses"]
    found: set[str] = set()
    for change in changes:
        room, _, rest = change.path.partition(".")
        section, _, entry = rest.partition(".")
        name = entry.partition(".")[0]
        if room == "study" and section == "hypotheses":
            found |= {identifier for identifier, own in analyses.items() if own.get("tests") == name}
        elif change.clerical or (room == "study" and section == "multiverse"):
            continue
        elif room == "study" and section == "analyses":
            found.add(name)
        else:
            found |= set(analyses)
    found |= {identifier for identifier, own in analyses.items() if own.get("analysis") in found}
    return frozenset(found)
