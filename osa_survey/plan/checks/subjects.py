"""What a check looks at, and what it hands back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from osa_survey.codebooks import Codebook
from osa_survey.dataset import Export, Responses, admit
from osa_survey.dataset.decoding import decimal_mark, missing_values, to_number
from osa_survey.dataset.eligibility import Eligible, eligible
from osa_survey.dataset.exports import SIMULATED
from osa_survey.errors import Problem
from osa_survey.instruments import Library
from osa_survey.instruments.reasons import REASON_CODES

DECLARED = ("respondent_id", "started", "ended", "duration", "progress", "device", "version")


@dataclass(frozen=True, repr=False)
class Subject:
    """An export beside its codebook.

    Attributes
    ----------
    export : Export
        The raw export.
    codebook : Codebook
        What its columns hold.
    library : Library
        The definitions.
    admitted : Responses
        The answers of adults; values the codebook does not declare are gaps in it.
    strict : bool
        Whether to report what is only worth a look, too.
    excluding : frozenset of str
        The quality checks by which the study file excludes.
    weighting : str
        The variable of weights that ``[weights]`` of the study file reads, or "".
    """

    export: Export
    codebook: Codebook
    library: Library
    admitted: Responses
    strict: bool = False
    excluding: frozenset[str] = frozenset()
    weighting: str = ""

    @cached_property
    def keep(self) -> NDArray[np.bool_]:
        """Which records of the export are those of admitted adults."""
        return self.eligible.keep

    @cached_property
    def eligible(self) -> Eligible:
        """Who is admitted, and whose age could not be read."""
        return eligible(self.export, self.codebook)

    @cached_property
    def item_columns(self) -> dict[str, tuple[str, ...]]:
        """Block → the export's columns of its items, in item order."""
        result = {}
        for name, block in self.codebook.blocks.items():
            items = tuple(item.id for item in self.library.instrument(block.instrument).items)
            result[name] = block.column_names(items)
        return result

    @cached_property
    def named_columns(self) -> frozenset[str]:
        """Every column the codebook names."""
        book = self.codebook
        named = {
            *book.ignored,
            SIMULATED,
            book.file.respondent_id,
            *(check.column for check in book.attention.values()),
        }
        named |= {getattr(book.paradata, name) for name in DECLARED if hasattr(book.paradata, name)}
        for entry in book.variables.values():
            named |= {entry.column, *entry.columns.values()}
        for columns in self.item_columns.values():
            named |= set(columns)
        return frozenset(named - {""})

    def paradata(self, role: str) -> str:
        """Return the column with a role such as ``started``: the codebook's, else the platform's, else ""."""
        declared = str(getattr(self.codebook.paradata, role, ""))
        column = declared or self.export.facts.roles.get(role, "")
        return column if column in self.export.names else ""

    def answers(self, column: str) -> tuple[tuple[str, ...], NDArray[np.intp]]:
        """Return the different values of a column, and which of them each admitted adult has."""
        values, which = self.export.values(column)
        return values, which[self.keep]

    def numbers(self, column: str) -> NDArray[np.float64]:
        """Return a column of the admitted adults as numbers; NaN where it holds none."""
        values, which = self.answers(column)
        decimal = decimal_mark(self.export, self.codebook)
        return np.array([to_number(value, decimal) for value in values])[which]

    def categorical_columns(self) -> Iterator[tuple[str, frozenset[str]]]:
        """Yield each column that holds options, and the values that mean a gap in it."""
        general = self.codebook.missing
        for name, columns in self.item_columns.items():
            gaps = frozenset(missing_values(self.codebook.blocks[name].missing, general))
            for column in columns:
                yield column, gaps | self._gaps_by_platform(column)
        for entry in self.codebook.variables.values():
            if entry.type in ("nominal", "ordinal"):
                gaps = frozenset(missing_values(entry.missing, general))
                yield entry.column, gaps | self._gaps_by_platform(entry.column)

    def _gaps_by_platform(self, column: str) -> frozenset[str]:
        by_file = self.export.missing_values.get(column, ())
        return frozenset({"", *by_file, *self.export.facts.reasons.get(column, {})})


@dataclass(frozen=True)
class Outcome:
    """What one check found.

    Attributes
    ----------
    findings : tuple of Problem
        What a person must decide on.
    facts : mapping of str to str
        What was counted, in words.
    """

    findings: tuple[Problem, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)


def subject_of(
    export: Export,
    codebook: Codebook,
    library: Library,
    *,
    strict: bool = False,
    excluding: frozenset[str] = frozenset(),
    weighting: str = "",
) -> Subject:
    """Return an export beside its codebook, with the adults admitted and undeclared values set to gaps.

    Raises
    ------
    OsaSurveyError
        If columns are missing or adulthood cannot be shown.
    """
    admitted = admit(export, codebook, library, undeclared="invalid")
    return Subject(export, codebook, library, admitted, strict, excluding, weighting)


BROKE_OFF = REASON_CODES["broke_off"]
