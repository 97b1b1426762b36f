"""Adults' answers as codes, with the reason for every gap, the file row, and the history of exclusions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.codebooks import Codebook
from osa_survey.dataset.variables import VariableInfo
from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.instruments import Instrument
from osa_survey.instruments.model import item_id


@dataclass(frozen=True)
class Exclusion:
    """One step of the respondents' flow.

    Attributes
    ----------
    code : str
        A stable word, such as ``"under_18"``.
    reason : str
        The reason in words.
    n : int
        How many records left at this step.
    """

    code: str
    reason: str
    n: int


@dataclass(frozen=True, repr=False)
class Responses:
    """Answers of admitted adults.

    Attributes
    ----------
    codes : DataFrame, shape (respondents, items and variables)
        Items and categories as float32, numbers as float64; NaN is a gap. An item is called by its block and number.
    reasons : DataFrame of uint8, same shape
        Why a value is missing; 0 = answered; ``IMPLIED`` marks a value that a filter question implies.
    rows : ndarray of int, shape (respondents,)
        The row of each record in the file, as a spreadsheet shows it.
    codebook : Codebook
        What each column holds.
    instruments : mapping of str to Instrument
        Instrument id → definition, for every block.
    variables : mapping of str to VariableInfo
        What analyses need to know about each variable.
    restricted : DataFrame
        Free text, dates and identifiers, kept apart and never shown.
    history : tuple of Exclusion
        Every step at which records left, in order.
    n_records : int
        Records in the file.
    source : mapping of str to str
        File name, SHA-256, platform.
    paradata : DataFrame
        ``duration`` in seconds and ``progress`` where the codebook names them; ``attention_<name>`` is 1 where an
        attention check was passed, 0 where it was failed, NaN where it was not answered.
    findings : tuple of Problem
        Undeclared values that were set to ``invalid`` because the caller allowed it.
    records_by_file : mapping of str to int
        Where several exports were bound together: records in each.
    value_labels : mapping of str to mapping of str to float
        Item → the export's own value label → the code its value was given, where the export holds labels.
    simulated : bool
        Whether the codebook says, or any record of the export is marked, that nobody gave these answers.
    """

    codes: pd.DataFrame
    reasons: pd.DataFrame
    rows: NDArray[np.int64]
    codebook: Codebook
    instruments: Mapping[str, Instrument]
    variables: Mapping[str, VariableInfo]
    restricted: pd.DataFrame
    history: tuple[Exclusion, ...]
    n_records: int
    source: Mapping[str, str] = field(default_factory=dict)
    paradata: pd.DataFrame = field(default_factory=pd.DataFrame)
    findings: tuple[Problem, ...] = ()
    records_by_file: Mapping[str, int] = field(default_factory=dict)
    value_labels: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    simulated: bool = False

    def __len__(self) -> int:
        return len(self.codes)

    def item_columns(self, block: str) -> tuple[str, ...]:
        """Return the columns of a block's items, in item order.

        Raises
        ------
        AnalysisError
            If there is no such block; the nearest names are offered.
        """
        if block not in self.codebook.blocks:
            hint = nearest(block, list(self.codebook.blocks))
            raise AnalysisError(Problem("unknown_block", f"there is no block '{block}'", hint=hint))
        instrument = self.instruments[self.codebook.blocks[block].instrument]
        return tuple(item_id(block, n) for n in range(1, len(instrument.items) + 1))

    def items(self, block: str) -> NDArray[np.float32]:
        """Return the answers to a block's items, shape (respondents, items), as given: not reversed, NaN for gaps."""
        return self.codes[list(self.item_columns(block))].to_numpy(dtype=np.float32)

    def answers(self, column: str) -> tuple[NDArray[np.floating], NDArray[np.uint8]]:
        """Return the codes and the reasons of one column as they lie in the frames: to look at, not to change."""
        return self._columns[column]

    @cached_property
    def _columns(self) -> dict[str, tuple[NDArray[np.floating], NDArray[np.uint8]]]:
        """Every column once: looking one up by its name in a frame takes longer than adding up its answers."""
        codes = {str(name): column.to_numpy() for name, column in self.codes.items()}
        return {str(name): (codes[str(name)], column.to_numpy()) for name, column in self.reasons.items()}

    def keep(self, mask: NDArray[np.bool_], code: str, reason: str) -> Responses:
        """Return only the respondents where ``mask`` is true, with the step written into the history."""
        return replace(
            self,
            codes=self.codes.loc[mask].reset_index(drop=True),
            reasons=self.reasons.loc[mask].reset_index(drop=True),
            rows=self.rows[mask],
            restricted=self.restricted.loc[mask].reset_index(drop=True),
            paradata=self.paradata.loc[mask].reset_index(drop=True) if len(self.paradata.columns) else self.paradata,
            history=(*self.history, Exclusion(code, reason, int((~mask).sum()))),
        )

    def __repr__(self) -> str:
        blocks = ", ".join(f"{name} ({block.instrument})" for name, block in self.codebook.blocks.items())
        return (
            f"<Responses: {len(self)} adults of {self.n_records} records; blocks: {blocks or 'none'}; "
            f"{len(self.variables)} variables{'; SIMULATED' if self.simulated else ''}>"
        )

    def _repr_html_(self) -> None:
        """Show the counts of ``repr`` in a notebook, never rows."""
        return


def require_responses(given: object) -> None:
    """Refuse anything but admitted answers, with the step that was left out.

    Raises
    ------
    AnalysisError
        ``not_admitted``.
    """
    if not isinstance(given, Responses):
        hint = "admit the export first: responses = admit(read_export(path), load_codebook(path))"
        message = f"this step takes Responses, not {type(given).__name__}"
        raise AnalysisError(Problem("not_admitted", message, hint=hint))
