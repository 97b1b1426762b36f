"""Scores as a Stata file: labels, and an extended missing value for every reason."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd

from osa_survey.dataset import ScoredData
from osa_survey.export.labelled_tables import LabelledColumn, cut, labelled_columns
from osa_survey.export.reason_codes import LETTERS, used_reasons, with_letters

LONGEST_NAME, LONGEST_LABEL, LONGEST_VALUE_LABEL = 32, 80, 1000
VERSION = 14
RESERVED = frozenset(
    [
        "_all",
        "_b",
        "_coef",
        "_cons",
        "_n",
        "_pi",
        "_pred",
        "_rc",
        "_skip",
        "byte",
        "double",
        "float",
        "if",
        "in",
        "int",
        "long",
        "strl",
        "using",
        "with",
    ]
)
LARGEST_LABELLED = 2**31 - 1
TIMESTAMP = re.compile(rb"<timestamp>\x11.{17}</timestamp>", re.DOTALL)
FIXED_TIMESTAMP = b"<timestamp>\x1101 Jan 2000 00:00</timestamp>"


def stata_bytes(scored: ScoredData) -> bytes:
    """Return scores and variables as the bytes of a .dta file of Stata 14.

    Parameters
    ----------
    scored : ScoredData
        Scored data.

    Returns
    -------
    bytes
        The file. Values are doubles; a gap is an extended missing value with a label: .a refused, .b don't know,
        .c not applicable, .d not shown, .e broke off, .f not answered, .g technical, .h withdrawn, .i invalid. A gap
        without a reason is the plain missing value. Beside a variable with values that a filter question implies
        stands ``<name>_implied``. A name longer than Stata takes is cut, and stands whole in the variable's label.

    Notes
    -----
    Stata labels whole numbers only; categories with other codes are written without labels.
    """
    import pyreadstat

    columns = labelled_columns(
        scored, longest=LONGEST_NAME, longest_label=LONGEST_LABEL, reserved=RESERVED, ignore_case=False
    )
    letters = {column.written: list(used_reasons(column.values, column.reasons)) for column in columns}
    frame = pd.DataFrame(
        {
            column.written: pd.Series(with_letters(column.values, column.reasons), dtype=object)
            if letters[column.written]
            else column.values
            for column in columns
        }
    )
    labels = {column.written: _value_labels(column) for column in columns}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "scores.dta")
        pyreadstat.write_dta(
            frame,
            str(path),
            version=VERSION,
            column_labels={column.written: column.label for column in columns},
            variable_value_labels={name: own for name, own in labels.items() if own},
            missing_user_values={name: [LETTERS[n] for n in own] for name, own in letters.items() if own},
        )
        data = path.read_bytes()
    return TIMESTAMP.sub(FIXED_TIMESTAMP, data, count=1)


def _value_labels(column: LabelledColumn) -> dict[Any, str]:
    info = column.info
    own: dict[Any, str] = {}
    if info is not None and all(float(code).is_integer() and abs(code) <= LARGEST_LABELLED for code in info.codes):
        own = {int(code): label for code, label in zip(info.codes, info.labels, strict=True)}
    gaps: dict[Any, str] = {
        LETTERS[number]: title for number, title in used_reasons(column.values, column.reasons).items()
    }
    return {code: cut(label, LONGEST_VALUE_LABEL) for code, label in {**own, **gaps}.items()}
