"""A simulated export as an SPSS file: numbers with value labels, variable labels, user-missing codes."""

from __future__ import annotations

import math
import re
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from osa_survey.errors import OutputError, Problem
from osa_survey.export.files import write_bytes
from osa_survey.export.labelled_tables import cut
from osa_survey.export.spss_files import (
    CREATED,
    FIXED_CREATED,
    LONGEST_LABEL,
    LONGEST_NAME,
    LONGEST_VALUE_LABEL,
    RESERVED,
)
from osa_survey.simulation.delimited_files import require_marked
from osa_survey.simulation.simulated_exports import SimulatedColumn, SimulatedExport

NAME = re.compile(rf"[^\W\d_][\w.$#@]{{0,{LONGEST_NAME - 1}}}")
MOST_MISSING = 3
"""SPSS declares up to three single values missing; further ones are left to the codebook."""


def write_spss(simulated: SimulatedExport, path: Path | str) -> Path:
    """Write a simulated export as an SPSS file (.sav).

    Parameters
    ----------
    simulated : SimulatedExport
        From :func:`simulate`.
    path : Path or str
        The file; its name must hold the word "simulated".

    Returns
    -------
    Path
        The file.

    Raises
    ------
    OutputError
        ``not_a_variable`` for columns that SPSS cannot have; ``not_marked``; or if the file cannot be written.

    Notes
    -----
    A column is numeric where all its values are numbers, else text. SPSS files do not know who broke off: the gaps
    behind the last answer have that reason only where the codebook names a column of progress.
    """
    import pyreadstat

    path = require_marked(path)
    wrong = [
        column.name
        for column in simulated.columns
        if not NAME.fullmatch(column.name) or column.name.lower() in RESERVED
    ]
    if wrong:
        hint = "name the columns in the codebook as SPSS can have them, or choose another platform"
        raise OutputError(
            [Problem("not_a_variable", "SPSS cannot have a variable of this name", column=n, hint=hint) for n in wrong]
        )
    data = {column.name: _cells(column) for column in simulated.columns}
    numeric = {column.name: column for column in simulated.columns if data[column.name].dtype == np.float64}
    labels = {name: _value_labels(column) for name, column in numeric.items()}
    missing: dict[str, Any] = {
        name: [float(value) for value in column.gaps][:MOST_MISSING] for name, column in numeric.items() if column.gaps
    }
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "export.sav")
        pyreadstat.write_sav(
            pd.DataFrame(data),
            str(file),
            column_labels={column.name: cut(column.wording, LONGEST_LABEL) for column in simulated.columns},
            variable_value_labels={name: own for name, own in labels.items() if own},
            missing_ranges=missing,
        )
        content = bytearray(file.read_bytes())
    content[CREATED] = FIXED_CREATED
    return write_bytes(path, bytes(content))


def _cells(column: SimulatedColumn) -> np.ndarray[Any, Any]:
    numbers = [_number(value) for value in column.values]
    if all(value == "" or number is not None for value, number in zip(column.values, numbers, strict=True)):
        table = np.array([math.nan if number is None else number for number in numbers])
        return np.asarray(table[column.cells], dtype=np.float64)
    return column.texts


def _number(value: str) -> float | None:
    try:
        return float(value)
    except ValueError:
        return None


def _value_labels(column: SimulatedColumn) -> dict[float, str]:
    known = {**column.labels, **{value: reason.replace("_", " ") for value, reason in column.gaps.items()}}
    return {float(value): cut(label, LONGEST_VALUE_LABEL) for value, label in known.items()}
