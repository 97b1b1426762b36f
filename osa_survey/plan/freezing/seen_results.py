"""Results of a frozen plan that were written before it was amended: whoever amends may have seen them."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

LEDGER = "results.jsonl"


def results_of_plan(folder: Path, hashes: Collection[str]) -> tuple[str, ...]:
    """Return the folders that hold results of answers, computed under a frozen plan.

    Parameters
    ----------
    folder : Path
        The study folder; it, the folders in it and those beside it are looked at.
    hashes : collection of str
        The hashes of the plan and its amendments.

    Returns
    -------
    tuple of str
        Paths from the study folder, sorted. Results of simulated answers are none.
    """
    found = set()
    for path in _ledgers(folder):
        head = _head(path)
        plan = str(head.get("definitions", {}).get("frozen_plan", ""))
        if plan in hashes and not head.get("simulated"):
            found.add(Path(os.path.relpath(path.parent.resolve(), folder.resolve())).as_posix())
    return tuple(sorted(found))


def _ledgers(folder: Path) -> Iterator[Path]:
    for pattern in (LEDGER, f"*/{LEDGER}", f"*/*/{LEDGER}"):
        yield from folder.glob(pattern)
    yield from folder.resolve().parent.glob(f"*/{LEDGER}")


def _head(path: Path) -> dict[str, Any]:
    """Return the first line of a ledger, nothing if it is none."""
    try:
        with path.open(encoding="utf-8") as lines:
            head = json.loads(lines.readline() or "{}")
    except (OSError, ValueError):
        return {}
    return head if isinstance(head, dict) else {}
