"""Which of the reference numbers the tests read: mappings that note the path of every value taken from them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

LABELS = {"rownames", "colnames", "_row", "lhs", "op", "rhs", "model", "group", "keys", "names"}
"""Fields that name numbers."""


class Recorded(dict[str, Any]):
    """A mapping that notes the path of each value read from it, and of each value below."""

    def __init__(self, content: dict[str, Any], path: str, read: set[str]) -> None:
        super().__init__(content)
        self.path, self.read = path, read

    def _noted(self, key: str, value: Any) -> Any:
        path = f"{self.path}/{key}"
        if isinstance(value, dict) and value:
            return Recorded(value, path, self.read)
        self.read.add(path)
        return value

    def __getitem__(self, key: str) -> Any:
        return self._noted(key, super().__getitem__(key))

    def get(self, key: str, default: Any = None) -> Any:
        return self._noted(key, super().__getitem__(key)) if super().__contains__(key) else default

    def items(self) -> Iterator[tuple[str, Any]]:  # type: ignore[override]
        return ((key, self[key]) for key in self)

    def values(self) -> Iterator[Any]:  # type: ignore[override]
        return (self[key] for key in self)


def leaves(content: Any, path: str) -> Iterator[str]:
    """Yield the path of every number, or list with a number in it."""
    if isinstance(content, dict):
        for key, value in content.items():
            if key not in LABELS:
                yield from leaves(value, f"{path}/{key}")
    elif has_number(content):
        yield path


def has_number(content: Any) -> bool:
    """Tell whether a value is a number or holds one."""
    if isinstance(content, list):
        return any(has_number(one) for one in content)
    return isinstance(content, int | float) and not isinstance(content, bool)


def numbers_of(golden_folder: Path, topic: str) -> list[str]:
    """Return the paths of all numbers of a topic: "<topic>/<name>/<field>/…"."""
    folder, _, name = topic.partition("/")
    content = json.loads((golden_folder / folder / f"{name or folder}.json").read_text(encoding="utf-8"))["results"]
    found = []
    for key, entry in content.items():
        value = entry["value"] if isinstance(entry, dict) and "value" in entry else entry
        where = f"{topic}/{key}/value" if value is not entry else f"{topic}/{key}"
        if not (isinstance(entry, dict) and "error" in entry):
            found += list(leaves(value, where))
    return found
