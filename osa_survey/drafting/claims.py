"""What a whole export may hold, while columns are taken one after the other: every column is taken once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from osa_survey.dataset import Export
from osa_survey.drafting import known_columns as known
from osa_survey.drafting.block_guesses import BlockGuess
from osa_survey.drafting.column_profiles import column_profile
from osa_survey.drafting.gap_guesses import general_reasons
from osa_survey.drafting.names import variable_name
from osa_survey.drafting.variable_guesses import Field, Guess
from osa_survey.instruments import Library


@dataclass
class CodebookGuesses:
    """Everything that goes into a drafted codebook.

    Attributes
    ----------
    eligibility, paradata, file, missing : list of Field
        Lines of these tables.
    blocks : dict of str to BlockGuess
        Block → instrument and columns.
    variables : dict of str to Guess
        Variable → entry.
    ignored : list of (str, str)
        Column, and why it is left out.
    remarks : list of str
        What was seen and has no place in an entry.
    roles : dict of str to str
        ``age``, ``gender`` → the variable that was taken for it.
    compared : dict of str to int
        Block → how many groups of gender have at least two adults who answered all its items.
    """

    eligibility: list[Field] = field(default_factory=list)
    paradata: list[Field] = field(default_factory=list)
    file: list[Field] = field(default_factory=list)
    missing: list[Field] = field(default_factory=list)
    blocks: dict[str, BlockGuess] = field(default_factory=dict)
    variables: dict[str, Guess] = field(default_factory=dict)
    ignored: list[tuple[str, str]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    roles: dict[str, str] = field(default_factory=dict)
    compared: dict[str, int] = field(default_factory=dict)


class Claims:
    """The columns of an export, which of them are taken, and what they were taken for."""

    def __init__(self, export: Export, library: Library) -> None:
        self.export = export
        self.library = library
        general = general_reasons(export)
        self.profiles = {name: column_profile(export, name, general) for name in export.names}
        self.order = {name: position for position, name in enumerate(export.names)}
        self.taken: set[str] = set()
        self.names: set[str] = set()
        self.adults: NDArray[np.bool_] = np.ones(export.n_records, dtype=bool)
        self.interview_year: int | None = None
        self.result = CodebookGuesses()
        for reason, codes in general.by_reason().items():
            check = "the platform's codes, the same in most columns"
            self.result.missing.append(Field(reason, codes, check))

    def name(self, column: str) -> str:
        """Return a free name for the variable of a column."""
        return variable_name(column, self.names, f"column_{self.order[column] + 1}")

    def ignore(self, column: str, why: str) -> None:
        """Leave a column out."""
        self.result.ignored.append((column, why))
        self.taken.add(column)

    def add(self, column: str, guess: Guess) -> None:
        """Take a column for a variable."""
        self.result.variables[guess.name] = guess
        self.names.add(guess.name)
        self.taken.add(column)

    def found(self, names: re.Pattern[str], wording: re.Pattern[str] | None = None) -> str:
        """Return the column whose name or wording says what it is, if it is not taken; else ""."""
        found = known.column_named(self.export, names, wording)
        return "" if found in self.taken else found

    def in_file_order(self) -> None:
        """Put the variables in the order of their columns."""
        variables = self.result.variables
        position = {name: self.order[_first_column(guess)] for name, guess in variables.items()}
        self.result.variables = dict(sorted(variables.items(), key=lambda entry: position[entry[0]]))


def _first_column(guess: Guess) -> str:
    columns: Mapping[str, str] = guess.value("columns") or {"": guess.value("column")}
    return next(iter(columns.values()))
