"""Codes by column as a raw export: what a study's own draw hands to the normal pipeline."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from osa_survey.simulation import PublishedNumbers, SimulatedColumn, SimulatedExport, with_mark

FIRST_DAY = np.datetime64("2026-01-05T06:00:00")
DAYS = 14
SPREAD_OF_LOG_DURATION = 0.3
MEDIAN_SECONDS = 600.0
ALPHABET = np.array(list("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"))
LETTERS = 15


def raw_export(
    published: PublishedNumbers,
    seed: int,
    codes: Mapping[str, ArrayLike],
    texts: Mapping[str, str],
    rng: np.random.Generator,
    *,
    truth: Mapping[str, Any] | None = None,
) -> SimulatedExport:
    """Return codes by column as a raw export, with what a platform adds.

    Parameters
    ----------
    published : PublishedNumbers
        The study; its assumptions travel with the export.
    seed : int
        The seed the codes grew from.
    codes : mapping of str to array-like of float, shape (respondents,)
        Column → codes; NaN where a question was not shown.
    texts : mapping of str to str
        Column → question text of our own.
    rng : numpy.random.Generator
        Draws identifiers, dates and durations.
    truth : mapping, optional
        What was planted, for the sidecar that no analysis reads.

    Returns
    -------
    SimulatedExport
        Every record finished, each of another person, with the column ``simulated``.
    """
    answers = {name: np.asarray(values, dtype=np.float64) for name, values in codes.items()}
    n = len(next(iter(answers.values())))
    columns = [_column(name, values, texts[name]) for name, values in answers.items()]
    letters = np.ascontiguousarray(ALPHABET[rng.integers(0, len(ALPHABET), (n, LETTERS))])
    started = FIRST_DAY + np.sort(rng.integers(0, DAYS * 86_400, n)).astype("timedelta64[s]")
    return SimulatedExport(
        name=published.id,
        seed=seed,
        columns=tuple(with_mark(columns, n)),
        assumptions=published.assumptions,
        truth={"respondents": n, **(truth or {})},
        person=np.arange(n),
        started=started,
        seconds=np.rint(MEDIAN_SECONDS * np.exp(SPREAD_OF_LOG_DURATION * rng.standard_normal(n))),
        progress=np.full(n, 100.0),
        identifiers=tuple(np.char.add("R_", letters.view(f"<U{LETTERS}").ravel()).tolist()),
    )


def _column(name: str, codes: NDArray[np.float64], wording: str) -> SimulatedColumn:
    values, cells = np.unique(codes, return_inverse=True)
    texts = tuple(_text(value) for value in values.tolist())
    return SimulatedColumn(name, texts, cells.ravel().astype(np.int32), wording)


def _text(value: float) -> str:
    if math.isnan(value):
        return ""
    return str(int(value)) if value.is_integer() else repr(value)
