"""Which of the reference numbers the tests read: mappings that note the path of every value taken from them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
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


class Values(Mapping[str, Any]):
    """The values of a topic by name, each looked up (and noted) only when it is asked for."""

    def __init__(self, results: Mapping[str, Any]) -> None:
        self.results = results

    def __getitem__(self, name: str) -> Any:
        return self.results[name]["value"]

    def __iter__(self) -> Iterator[str]:
        return iter(self.results)

    def __len__(self) -> int:
        return len(self.results)


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


RECORD = "OSA_SURVEY_GOLDEN_READ"
"""Names the file to which the paths of the numbers read are written."""


def read_by(tests: Sequence[str], golden_folder: Path, notes: Path) -> set[str]:
    """Run test modules of this folder in a process of its own and return the paths of the numbers they take."""
    here = Path(__file__).parent
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "-p", "no:randomly", "-p", "no:cacheprovider"]
    command += [str(here / f"{name}.py") for name in tests]
    environment = {
        **os.environ, RECORD: str(notes), "OSA_SURVEY_SHARED": str(golden_folder.parent),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }  # fmt: skip
    outcome = subprocess.run(
        command, cwd=here.parent.parent, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert outcome.returncode == 0, outcome.stdout[-3000:]
    return set(json.loads(notes.read_text(encoding="utf-8")))


def check_coverage(numbers: Sequence[str], read: set[str], unread: Mapping[str, str]) -> None:
    """Fail unless every number is read or excused, and every excuse is needed."""
    excused = {pattern: [path for path in numbers if fnmatchcase(path, pattern)] for pattern in unread}
    known = {path for paths in excused.values() for path in paths}
    assert [path for path in numbers if path not in read | known] == []
    compared = {pattern: [path for path in paths if path in read] for pattern, paths in excused.items()}
    assert {pattern: paths for pattern, paths in compared.items() if paths} == {}, "excused, yet compared"
    assert [pattern for pattern, paths in excused.items() if not paths] == [], "excused, yet not there"
