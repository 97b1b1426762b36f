"""A raw export nobody answered: cells, who they belong to, what was planted; text only when it is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from osa_survey.codebooks import Codebook
from osa_survey.dataset import Export, PlatformFacts, Responses, admit
from osa_survey.dataset.exports import SIMULATED, SIMULATED_MARK
from osa_survey.instruments import Library
from osa_survey.simulation.assumptions import Assumption

MARK, MARKED = SIMULATED, SIMULATED_MARK
"""The column that says so, also the word a file's name must hold, and what stands in it."""


@dataclass(frozen=True, repr=False)
class SimulatedColumn:
    """One column of a simulated export.

    Attributes
    ----------
    name : str
        In the export.
    values : tuple of str
        The texts that occur or could.
    cells : ndarray of int, shape (records,)
        Which of them each record has.
    wording : str
        A text of our own for the header.
    labels : mapping of str to str
        Value → what it means.
    gaps : mapping of str to str
        Value → the reason of a gap that it stands for.
    option : bool
        Whether it is an option of a check-all question.
    embedded : bool
        Whether the platform fills it; then it is no question.
    shown_if : tuple of (str, tuple of str)
        The column of its filter and the values with which it is shown; ("", ()) without one.
    role : str
        The platform's own word for it, such as ``startDate``; "" for anything else.
    """

    name: str
    values: tuple[str, ...]
    cells: NDArray[np.integer]
    wording: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    gaps: Mapping[str, str] = field(default_factory=dict)
    option: bool = False
    embedded: bool = False
    shown_if: tuple[str, tuple[str, ...]] = ("", ())
    role: str = ""

    @property
    def texts(self) -> NDArray[np.object_]:
        """The cells as text."""
        texts: NDArray[np.object_] = np.array(self.values, dtype=object)[self.cells]
        return texts


@dataclass(frozen=True, repr=False)
class SimulatedExport:
    """A raw export nobody answered.

    Attributes
    ----------
    name : str
        What it is called.
    seed : int
        The seed it grew from.
    columns : tuple of SimulatedColumn
        In the order of the file.
    assumptions : tuple of Assumption
        Every number behind it, published or assumed.
    truth : mapping
        What was planted; no analysis reads it.
    person : ndarray of int, shape (records,)
        Which simulated person a record belongs to, from 0.
    started : ndarray of datetime64, shape (records,)
        When each record was begun.
    seconds, progress : ndarray of float, shape (records,)
        How long, and per cent of the questionnaire.
    identifiers : tuple of str
        The platform's id of each record.
    language : str
        Of the questionnaire.
    """

    name: str
    seed: int
    columns: tuple[SimulatedColumn, ...]
    assumptions: tuple[Assumption, ...]
    truth: Mapping[str, Any]
    person: NDArray[np.int64]
    started: NDArray[np.datetime64]
    seconds: NDArray[np.float64]
    progress: NDArray[np.float64]
    identifiers: tuple[str, ...]
    language: str = "en"

    def __len__(self) -> int:
        return len(self.person)

    def column(self, name: str) -> SimulatedColumn:
        """Return a column by its name."""
        return next(column for column in self.columns if column.name == name)

    @property
    def frame(self) -> pd.DataFrame:
        """The cells as text, "" where empty."""
        return pd.DataFrame({column.name: column.texts for column in self.columns})

    @property
    def table(self) -> pa.Table:
        """The cells as text, every column through its few different values."""
        arrays = [
            pa.DictionaryArray.from_arrays(pa.array(column.cells), pa.array(column.values, pa.string()))
            for column in self.columns
        ]
        return pa.table(arrays, names=[column.name for column in self.columns])

    @property
    def unfinished(self) -> NDArray[np.bool_]:
        """Which records did not reach the end."""
        return self.progress < 100

    def __repr__(self) -> str:
        return f"<SimulatedExport {self.name}: {len(self)} records, {len(self.columns)} columns, seed {self.seed}>"


def as_export(simulated: SimulatedExport) -> Export:
    """Return what a reader hands over, without a file.

    Parameters
    ----------
    simulated : SimulatedExport
        Simulated records.

    Returns
    -------
    Export
        With the column ``simulated``; which records are unfinished is known, as platforms know it.
    """
    order = [column.name for column in simulated.columns if column.embedded]
    order += [column.name for column in simulated.columns if not column.embedded]
    return Export(
        columns=simulated.table,
        rows=np.arange(1, len(simulated) + 1),
        file=f"{simulated.name}_{MARK}" if MARK not in simulated.name else simulated.name,
        sha256="",
        platform=MARK,
        recognised_by="simulated here; no file was read",
        facts=PlatformFacts(unfinished=simulated.unfinished, order=tuple(order)),
    )


def as_responses(simulated: SimulatedExport, codebook: Codebook, library: Library | None = None) -> Responses:
    """Return what ``admit(read_export(file), codebook)`` gives for the written file, without the file.

    Parameters
    ----------
    simulated : SimulatedExport
        Simulated records.
    codebook : Codebook
        Their codebook.
    library : Library, optional
        The definitions; by default those that ship.

    Returns
    -------
    Responses
        Codes, reasons, paradata and history are those of the file; rows are counted from 1.

    Raises
    ------
    OsaSurveyError
        From ``admit``.
    """
    return admit(as_export(simulated), codebook, library)
