"""A pytest plugin that writes the page of parity: what was compared with what, how closely, and with what result.

``python -m pytest -p tests.parity_page tests/parity --parity-page docs/parity.md``
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any

import numpy as np
import pytest

PROPERTY = "parity"
HEAD = """# Parity

Every comparison with a reference that the tests make: with numbers of R stored beside the tests, with numbers of other
packages, or with published ones. A tolerance is relative unless it says "absolute"; "largest difference" is the largest
one met, in the kind of the tolerance, to one digit. The page is written by the tests (`make parity`).
"""
COLUMNS = ("statistic", "numbers", "tolerance", "largest difference", "result")


@dataclass
class Comparisons:
    """The comparisons of one test."""

    numbers: int = 0
    tolerances: set[str] = field(default_factory=set)
    largest: float = 0.0

    def add(self, actual: Any, expected: Any, relative: float, absolute: float) -> None:
        """Add one comparison of numbers or arrays; what is no number is left out."""
        try:
            one, other = np.asarray(actual, dtype=float), np.asarray(expected, dtype=float)
            one, other = np.broadcast_arrays(one, other)
        except (TypeError, ValueError):
            return
        self.numbers += int(one.size)
        self.tolerances.add(f"{relative:.0e}" if relative else f"{absolute:.0e} absolute")
        gap = np.abs(one - other)
        if relative:
            gap = gap / np.where(other == 0, 1.0, np.abs(other))
        known = gap[np.isfinite(gap)]
        self.largest = max(self.largest, float(known.max(initial=0.0)))


_current: list[Comparisons] = [Comparisons()]


class Approximately:
    """A ``pytest.approx`` that notes what it was compared with."""

    __array_ufunc__ = None
    __array_priority__ = 1000
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, expected: Any, inner: Any, relative: float, absolute: float) -> None:
        self.expected, self.inner, self.relative, self.absolute = expected, inner, relative, absolute

    def __eq__(self, actual: object) -> bool:
        values = self.expected
        if isinstance(values, dict) and isinstance(actual, dict):
            pairs = [(actual.get(key), value) for key, value in values.items()]
        else:
            pairs = [(actual, values)]
        for one, other in pairs:
            _current[0].add(one, other, self.relative, self.absolute)
        return bool(self.inner == actual)

    def __repr__(self) -> str:
        return repr(self.inner)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--parity-page", default="", help="Write the page of parity to this file.")


def pytest_configure(config: pytest.Config) -> None:
    """Take the places of the two functions that tests compare numbers with."""
    if getattr(config, "_parity", None) is not None:
        return
    config._parity = {}  # type: ignore[attr-defined]
    plain_approx, plain_close = pytest.approx, np.testing.assert_allclose

    @wraps(plain_approx)
    def approx(expected: Any, rel: Any = None, abs: Any = None, nan_ok: bool = False) -> Any:
        inner = plain_approx(expected, rel=rel, abs=abs, nan_ok=nan_ok)
        relative = rel if rel is not None else 0.0 if abs is not None else 1e-6
        return Approximately(expected, inner, float(relative), float(abs or 0.0))

    @wraps(plain_close)
    def close(actual: Any, desired: Any, rtol: float = 1e-7, atol: float = 0.0, **more: Any) -> None:
        _current[0].add(actual, desired, 0.0 if atol and rtol <= 1e-7 else float(rtol), float(atol))
        plain_close(actual, desired, rtol=rtol, atol=atol, **more)

    pytest.approx = approx  # type: ignore[assignment]
    np.testing.assert_allclose = close  # type: ignore[assignment]


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    _current[0] = Comparisons()
    yield
    found = _current[0]
    if found.numbers:
        item.user_properties.append((PROPERTY, [found.numbers, sorted(found.tolerances), found.largest]))


class _Pages:
    """Collected on the process that reports, also where tests run in several."""

    found: dict[str, tuple[list[Any], str]] = {}


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "call" or report.outcome != "passed":
        told = dict(report.user_properties).get(PROPERTY, [0, [], 0.0])
        _Pages.found[report.nodeid] = (told, report.outcome)


def pytest_sessionfinish(session: pytest.Session) -> None:
    path = session.config.getoption("--parity-page")
    if path and not hasattr(session.config, "workerinput"):
        Path(path).write_text(page(_Pages.found, session.config.rootpath), encoding="utf-8", newline="\n")


def page(found: dict[str, tuple[list[Any], str]], root: Path) -> str:
    """Return the page of parity.

    Parameters
    ----------
    found : dict of str to (list, str)
        Test → numbers, tolerances and largest difference; its outcome.
    root : Path
        The checkout.
    """
    files: dict[str, dict[str, list[tuple[list[Any], str]]]] = {}
    for node, told in found.items():
        if told[1] == "skipped" or not told[0][0]:
            continue
        file, _, name = node.partition("::")
        files.setdefault(file, {}).setdefault(name.partition("[")[0], []).append(told)
    lines = [HEAD]
    for file in sorted(files):
        tree = ast.parse((root / file).read_text(encoding="utf-8"))
        about = " ".join((ast.get_docstring(tree) or file).partition("\n\n")[0].split())
        lines += [
            f"## {about.rstrip('.')}",
            "",
            f"`{file}`",
            "",
            "| " + " | ".join(COLUMNS) + " |",
            "|---" * len(COLUMNS) + "|",
        ]
        lines += [_line(name, files[file][name]) for name in sorted(files[file])]
        lines.append("")
    return "\n".join(lines)


def _line(name: str, runs: list[tuple[list[Any], str]]) -> str:
    numbers = sum(told[0] for told, _ in runs)
    tolerances = sorted({text for told, _ in runs for text in told[1]})
    largest = max(told[2] for told, _ in runs)
    failed = sum(outcome != "passed" for _, outcome in runs)
    result = "holds" if not failed else f"fails in {failed} of {len(runs)}"
    title = name.removeprefix("test_").replace("_", " ")
    return f"| {title} | {numbers} | {', '.join(tolerances)} | {largest:.0e} | {result} |"
