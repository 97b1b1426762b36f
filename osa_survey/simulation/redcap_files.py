"""A simulated export as REDCap writes one, raw, with the data dictionary of its project."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from osa_survey.codebooks.redcap_format import HEADER
from osa_survey.errors import OutputError, Problem
from osa_survey.export.files import write_text
from osa_survey.simulation.delimited_files import require_marked, write_delimited
from osa_survey.simulation.paradata_columns import text_column
from osa_survey.simulation.simulated_exports import SimulatedColumn, SimulatedExport

FORM = "survey"
STATUS = f"{FORM}_complete"
RECORD = "record_id"
INCOMPLETE, COMPLETE = "0", "2"
FIELD = re.compile(r"[a-z][a-z0-9_]{0,99}")
CHECK_BOX = re.compile(r"(?P<field>[a-z][a-z0-9_]*?)___(?P<code>[a-z0-9_]+)")
USED = HEADER[: HEADER.index("Branching Logic (Show field only if...)") + 1]
"""The fields of a data dictionary that say something here."""


def write_redcap_csv(simulated: SimulatedExport, path: Path | str, dictionary: Path | str | None = None) -> Path:
    """Write a simulated export as REDCap exports raw data, and on demand the project's data dictionary.

    Parameters
    ----------
    simulated : SimulatedExport
        From :func:`simulate`.
    path : Path or str
        The file; its name must hold the word "simulated".
    dictionary : Path or str, optional
        Where the data dictionary is written: names, types, labels, choices and branching of the fields.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    OutputError
        ``not_a_field`` for columns that REDCap cannot have; ``not_marked``; or if the file cannot be written.

    Notes
    -----
    All questions are one form. Check boxes hold 0 and 1; the status of the form is 2, or 0 where the record was broken
    off. REDCap writes no empty check box: 0 also stands where the question was not shown, and only the branching of the
    data dictionary tells.
    """
    path = require_marked(path)
    columns = redcap_columns(simulated)
    wrong = [column.name for column in columns if not FIELD.fullmatch(column.name)]
    if wrong:
        hint = "REDCap has small letters, digits and _: name the columns so in the codebook, or choose another platform"
        raise OutputError(
            [
                Problem("not_a_field", "REDCap cannot have a field of this name", column=name, hint=hint)
                for name in wrong
            ]
        )
    if dictionary is not None:
        write_text(dictionary, dictionary_text(columns))
    return write_delimited(path, [[column.name for column in columns]], columns)


def redcap_columns(simulated: SimulatedExport) -> list[SimulatedColumn]:
    """Return the columns of the file: record, fields with 0 for boxes that are not ticked, status of the form."""
    n = len(simulated)
    status = np.where(simulated.unfinished, INCOMPLETE, COMPLETE)
    own = [with_zeros(column) for column in simulated.columns if column.name not in (RECORD, STATUS)]
    record = text_column(RECORD, np.arange(1, n + 1).astype(str), wording="Record ID")
    return [record, *own, text_column(STATUS, status)]


def with_zeros(column: SimulatedColumn) -> SimulatedColumn:
    """Return a check box with 0 wherever it is not ticked: REDCap knows no other gap in it."""
    if not column.option:
        return column
    ticked = column.values[1]
    values = tuple(ticked if place == 1 else "0" for place in range(len(column.values)))
    return replace(column, values=values, gaps={})


def dictionary_text(columns: Sequence[SimulatedColumn]) -> str:
    """Return the data dictionary of the fields as delimited text."""
    rows: dict[str, list[str]] = {}
    boxes: dict[str, list[str]] = {}
    for column in columns[:-1]:
        match = CHECK_BOX.fullmatch(column.name)
        if match and column.option:
            boxes.setdefault(match["field"], []).append(f"{match['code']}, {_plain(column.wording)}")
            title = column.wording.partition(" - ")[0]
            rows[match["field"]] = _row(match["field"], "checkbox", title, boxes[match["field"]], column)
            continue
        choices = [f"{value}, {_plain(label)}" for value, label in column.labels.items()]
        choices += [f"{value}, {reason.replace('_', ' ')}" for value, reason in column.gaps.items() if choices]
        rows[column.name] = _row(column.name, "radio" if choices else "text", column.wording, choices, column)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(USED)
    writer.writerows(rows.values())
    return text.getvalue()


def _row(name: str, kind: str, label: str, choices: Sequence[str], column: SimulatedColumn) -> list[str]:
    source, values = column.shown_if
    shown = " or ".join(f"[{source}] = '{value}'" for value in values)
    return [name, FORM, "", kind, label, " | ".join(choices), *[""] * (len(USED) - 7), shown]


def _plain(label: str) -> str:
    return label.replace("|", "/")
