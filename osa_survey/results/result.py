"""The result of an analysis: one tidy table and how it was made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import pandas as pd

from osa_survey.formatting import absent_as, numerals_of
from osa_survey.results.layout import Layout
from osa_survey.results.rows import Cells, Rows, as_result_table
from osa_survey.results.sentence_holes import HOLE, without_holes
from osa_survey.results.verdicts import Verdict
from osa_survey.results.weighted_notes import weighted_sentence
from osa_survey.results.wordings import Wording, wording_in


def no_words(table: pd.DataFrame, language: str) -> tuple[str, ...]:
    """Return no sentence: for results whose table says it all."""
    return ()


@dataclass(frozen=True, repr=False)
class Result:
    """One tidy table plus how it was made.

    Attributes
    ----------
    title : str
        What the table shows, fit for a table head.
    analysis : str
        The public function that made it.
    method : str
        One line fit for a Methods section.
    n_used, n_dropped : int
        Respondents used, and left out because an answer is missing.
    settings : mapping
        Every argument that changed a number.
    notes, references : tuple of str
        Printed under the table; sources with their DOI.
    more : mapping of str to Result
        Further tables that belong to this one.
    cells : Cells
        The counts behind the table, for the disclosure gate.
    wording : callable
        ``wording(table, language)`` returns the sentences; it reads numbers from the table it is given only,
        so that a suppressed number cannot reach a sentence.
    labels : mapping of str to str
        Variable names of the table → what print says instead.
    layout : Layout or None
        How the table is printed; None prints every row with its quantity.
    plot : str
        The name of the function in ``osa_survey.plots`` that draws it, or "".
    engine : object
        The fitted object, for experts. It holds respondents' rows: never shown, never written.
    id : str
        The id of the analysis in the study file; empty when called from Python.
    released_under : str
        The disclosure profile this result passed, or "" before the gate.
    verdict : Verdict or None
        What the gate decided about it and its further tables; None before the gate.
    plan_status : {"", "confirmatory", "exploratory"}
        What the frozen plan makes of it; "" without one.
    """

    title: str
    analysis: str
    frame: pd.DataFrame
    method: str
    n_used: int
    n_dropped: int = 0
    settings: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    more: Mapping[str, Result] = field(default_factory=dict)
    cells: Cells = field(default_factory=Cells)
    wording: Wording = no_words
    labels: Mapping[str, str] = field(default_factory=dict)
    layout: Layout | None = None
    plot: str = ""
    engine: Any = None
    id: str = ""
    released_under: str = ""
    verdict: Verdict | None = None
    plan_status: str = ""
    _repr_html_: ClassVar[Callable[[Result], str]]
    """What a notebook shows; set by ``display``, which knows the gate, as the gate knows results."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "frame", as_result_table(self.frame))
        object.__setattr__(self, "notes", tuple(self.notes))
        object.__setattr__(self, "references", tuple(self.references))
        if self.cells.behind and len(self.cells.behind) != len(self.frame):
            raise ValueError("cells.behind needs one entry for each row of the table")

    @classmethod
    def from_rows(cls, rows: Rows, **fields: Any) -> Result:
        """Return a result whose table and cells come from ``rows``; ``fields`` are the other attributes."""
        return cls(frame=rows.table, cells=rows.cells, **fields)

    @property
    def table(self) -> pd.DataFrame:
        """A copy of the table, at full precision."""
        return self.frame.copy()

    def sentences(self, language: str = "en") -> tuple[str, ...]:
        """Return the result in words, from the numbers of the table; what has no number is left out.

        The last sentence says what numbers are weighted by, where a note of the table does.

        Parameters
        ----------
        language : {"en", "de"}
            The language of the sentences.
        """
        with numerals_of(language), absent_as(HOLE):
            told = wording_in(self.wording, language)(self.frame, language)
        weighted = weighted_sentence(self.notes, language) if told else ()
        return without_holes((*told, *weighted), language)

    def release_note(self, language: str = "en") -> str:
        """Return what the gate decided: how many numbers are hidden and why; "" before the gate."""
        return "" if self.verdict is None else self.verdict.note(language)

    def pick(self, quantity: str, **where: str) -> pd.Series:
        """Return the one row with this quantity and these keys.

        Raises
        ------
        KeyError
            If no row or more than one row fits.
        """
        rows = self.frame.loc[self.frame["quantity"] == quantity]
        for name, value in where.items():
            rows = rows.loc[rows[name] == value]
        if len(rows) != 1:
            raise KeyError(f"{len(rows)} rows have quantity '{quantity}' and {where}")
        return rows.iloc[0]

    def with_id(self, identifier: str) -> Result:
        """Return the same result under the id of its entry in a study file."""
        return replace(self, id=identifier)

    def __repr__(self) -> str:
        return f"<Result {self.analysis}: {self.title}; {len(self.frame)} numbers, n = {self.n_used}>"


def with_plan_status(table: pd.DataFrame, result: Result) -> pd.DataFrame:
    """Return a table of a result for a file: with ``plan_status`` as its last column where a plan was frozen."""
    return table.assign(plan_status=result.plan_status) if result.plan_status else table.copy()
