"""What left the program before: a ledger beside an earlier report, against which a new one is compared."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osa_survey.results.ledger import read_ledger, row_id, tables_with_names
from osa_survey.results.released_digits import released_digits
from osa_survey.results.result import Result

Mask = NDArray[np.bool_]
COUNTS = ("count", "missing", "responses", "imputed")


@dataclass(frozen=True, repr=False)
class EarlierRelease:
    """The numbers of an earlier release.

    Attributes
    ----------
    rows : mapping of str to (float, float)
        The id of each number that was shown → its n, and its estimate where that is a count, else NaN.
    """

    rows: Mapping[str, tuple[float, float]]

    def close_rows(self, result: Result, threshold: int) -> list[Mask]:
        """Return, table by table, the rows that differ from what left before by 1 to ``threshold - 1`` people.

        Parameters
        ----------
        result : Result
            A result before the gate, with the id it has in the ledger.
        threshold : int
            Of the profile.
        """
        return [
            np.array([self._close(number, threshold) for number in numbers], dtype=bool)
            for numbers in self._numbers(result)
        ]

    def known_rows(self, result: Result) -> list[Mask]:
        """Return, table by table, the rows that left before with the same number of people."""
        return [np.array([self._same(number) for number in numbers], dtype=bool) for numbers in self._numbers(result)]

    def _numbers(self, result: Result) -> Iterator[list[tuple[str, float, float]]]:
        for name, table in tables_with_names(result):
            records: list[dict[str, Any]] = table.frame.to_dict("records")  # type: ignore[assignment]
            yield [(row_id(result.id or result.analysis, name, row), *_people(row)) for row in records]

    def _close(self, number: tuple[str, float, float], threshold: int) -> bool:
        if number[0] not in self.rows:
            return False
        changes = [abs(now - before) for now, before in zip(number[1:], self.rows[number[0]], strict=True)]
        return any(0 < change < threshold for change in changes)

    def _same(self, number: tuple[str, float, float]) -> bool:
        if number[0] not in self.rows:
            return False
        return all(
            now == before or (math.isnan(now) and math.isnan(before))
            for now, before in zip(number[1:], self.rows[number[0]], strict=True)
        )

    def __repr__(self) -> str:
        return f"<EarlierRelease: {len(self.rows)} numbers>"


def read_earlier_release(path: Path) -> EarlierRelease:
    """Return what an earlier report showed.

    Parameters
    ----------
    path : Path
        Its ``results.jsonl``, or the folder that holds it.

    Raises
    ------
    OutputError
        If the file is not a ledger.
    """
    _, rows = read_ledger(path / "results.jsonl" if path.is_dir() else path)
    return EarlierRelease({str(row["id"]): _people(row) for row in rows if not row["suppressed"]})


def _people(row: Mapping[str, Any]) -> tuple[float, float]:
    count = row["estimate"] if row["quantity"] in COUNTS else None
    return (_number(row["n"]), _number(count))


def _number(value: float | None) -> float:
    """Return a number as it leaves, NaN for none: counts of imputed sets are means, of which not every digit left."""
    return math.nan if value is None else float(released_digits(np.array([value]))[0])
