"""Columns of a simulated export that tell how it was filled in, under the names that the codebook gives them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from osa_survey.codebooks import Codebook
from osa_survey.dataset.admission import SECONDS
from osa_survey.simulation.simulated_exports import MARK, MARKED, SimulatedColumn

DEVICES = ("computer", "phone")


def paradata_columns(
    codebook: Codebook,
    taken: Sequence[SimulatedColumn],
    started: NDArray[np.datetime64],
    seconds: NDArray[np.float64],
    progress: NDArray[np.float64],
    identifiers: Sequence[str],
) -> list[SimulatedColumn]:
    """Return the columns of respondent id and paradata that a codebook names and no variable holds.

    Parameters
    ----------
    codebook : Codebook
        Names them under ``[file]`` and ``[paradata]``.
    taken : sequence of SimulatedColumn
        Columns that are there already.
    started, seconds, progress : ndarray, shape (records,)
        When, how long, per cent reached.
    identifiers : sequence of str
        Ids of the records.
    """
    names, n = codebook.paradata, len(seconds)
    units = np.round(seconds / SECONDS[names.duration_unit], 2)
    everyone = np.arange(n)
    told: list[tuple[str, str, Callable[[], NDArray[np.generic]]]] = [
        (codebook.file.respondent_id, "_recordId", lambda: np.array(identifiers)),
        (names.started, "startDate", lambda: clock(started)),
        (names.ended, "endDate", lambda: clock(started + seconds.astype("timedelta64[s]"))),
        (names.duration, "duration", lambda: np.array([_number(value) for value in units.tolist()])),
        (names.progress, "progress", lambda: progress.astype(np.int64).astype(str)),
        (names.device, "device", lambda: np.array(DEVICES)[everyone % 2]),
        (names.version, "version", lambda: np.full(n, "1")),
    ]
    known = {column.name for column in taken}
    columns = []
    for name, role, texts in told:
        if name and name not in known:
            columns.append(text_column(name, texts(), role))
            known.add(name)
    return columns


def text_column(name: str, texts: NDArray[np.generic], role: str = "", wording: str = "") -> SimulatedColumn:
    """Return a column of texts that the platform fills."""
    values, cells = np.unique(texts, return_inverse=True)
    return SimulatedColumn(
        name, tuple(values.astype(str).tolist()), cells.astype(np.int32), wording or name, embedded=True, role=role
    )


def with_mark(columns: Sequence[SimulatedColumn], n: int) -> list[SimulatedColumn]:
    """Return the columns with the one that says that nobody answered, once."""
    mark = SimulatedColumn(MARK, (MARKED,), np.zeros(n, dtype=np.int8), MARK, embedded=True)
    return [mark, *(column for column in columns if column.name != MARK)]


def clock(moments: NDArray[np.datetime64]) -> NDArray[np.str_]:
    """Return moments as platforms write them.

    Examples
    --------
    >>> clock(np.array(["2026-01-05T06:00:00"], dtype="datetime64[s]")).tolist()
    ['2026-01-05 06:00:00']
    """
    return np.char.replace(np.datetime_as_string(moments, unit="s"), "T", " ")


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() else repr(value)
