"""Scores as an SPSS file: labels, measure levels, and a user-missing code for every reason."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pandas as pd

from osa_survey.dataset import ScoredData
from osa_survey.export.labelled_tables import LabelledColumn, cut, labelled_columns
from osa_survey.export.reason_codes import NUMBER_OF_REASONS, free_codes, used_reasons, with_codes

LONGEST_NAME, LONGEST_LABEL, LONGEST_VALUE_LABEL = 64, 250, 120
RESERVED = frozenset(["all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with"])
MEASURES = {"nominal": "nominal", "ordinal": "ordinal"}
CREATED = slice(92, 109)
FIXED_CREATED = b"01 Jan 0000:00:00"
"""The header says when a file was made; a fixed moment stands there, so that the same scores give the same bytes."""


def spss_bytes(scored: ScoredData) -> bytes:
    """Return scores and variables as the bytes of a .sav file.

    Parameters
    ----------
    scored : ScoredData
        Scored data.

    Returns
    -------
    bytes
        The file. Values are doubles; the reason ``r`` of a gap (1 refused, 2 don't know, … 9 invalid) is the value
        ``-(step + r)``, labelled, and the range of these codes is declared user-missing. ``step`` is 0 unless a value
        of the data stands there. A gap without a reason is system-missing. Beside a variable with values that a
        filter question implies stands ``<name>_implied``.
    """
    import pyreadstat

    columns = labelled_columns(
        scored, longest=LONGEST_NAME, longest_label=LONGEST_LABEL, reserved=RESERVED, ignore_case=True
    )
    step = free_codes(column.values for column in columns)
    frame = pd.DataFrame({column.written: with_codes(column.values, column.reasons, step) for column in columns})
    labels = {column.written: _value_labels(column, step) for column in columns}
    gaps: Any = {"lo": -float(step + NUMBER_OF_REASONS), "hi": -float(step + 1)}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "scores.sav")
        pyreadstat.write_sav(
            frame,
            str(path),
            column_labels={column.written: column.label for column in columns},
            variable_value_labels={name: own for name, own in labels.items() if own},
            missing_ranges={column.written: [gaps] for column in columns if column.info is not None},
            variable_measure={
                column.written: MEASURES.get(column.info.type if column.info is not None else "number", "scale")
                for column in columns
            },
        )
        data = bytearray(path.read_bytes())
    data[CREATED] = FIXED_CREATED
    return bytes(data)


def _value_labels(column: LabelledColumn, step: int) -> dict[float, str]:
    info = column.info
    own = dict(zip(info.codes, info.labels, strict=True)) if info is not None else {}
    gaps = {-float(step + number): title for number, title in used_reasons(column.values, column.reasons).items()}
    return {float(code): cut(label, LONGEST_VALUE_LABEL) for code, label in {**own, **gaps}.items()}
