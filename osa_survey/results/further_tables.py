"""A result with its further tables, and the variables that any of them names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from osa_survey.results.result import Result


def with_more(result: Result) -> Iterator[Result]:
    """Yield a result and its further tables."""
    yield result
    for table in result.more.values():
        yield from with_more(table)


def variables_of(result: Result) -> tuple[str, ...]:
    """Return every word of a result's settings and outcomes that may name a variable."""
    words: dict[str, None] = dict.fromkeys(_words(dict(result.settings)))
    for table in with_more(result):
        words |= dict.fromkeys(map(str, table.frame["outcome"].unique()))
        words |= dict.fromkeys(map(str, table.frame["term"].unique()))
    return tuple(words)


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
        yield from value.replace("*", " ").replace(":", " ").split()
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from _words(key)
            yield from _words(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _words(part)
