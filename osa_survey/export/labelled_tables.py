"""What SPSS and Stata files of scores have in common: fitted names, labels, marks of implied values."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.dataset import ScoredData, VariableInfo
from osa_survey.errors import OutputError, Problem
from osa_survey.export.reason_codes import MARKS, marked_column

ROW = "row"
ROW_TITLE = "row of the record in the raw export"


@dataclass(frozen=True, repr=False)
class LabelledColumn:
    """One column of a labelled file.

    Attributes
    ----------
    name : str
        The variable.
    written : str
        Its name in the file, which may have to be shorter.
    label : str
        Its title, led by ``[name]`` where the file's name is another.
    values : ndarray of float
        Values; NaN for gaps.
    reasons : ndarray of uint8
        Why; 0 = answered.
    info : VariableInfo or None
        None for the column of rows and for marks of implied values.
    """

    name: str
    written: str
    label: str
    values: NDArray[np.float64]
    reasons: NDArray[np.uint8]
    info: VariableInfo | None = None


def labelled_columns(
    scored: ScoredData, *, longest: int, longest_label: int, reserved: Collection[str], ignore_case: bool
) -> list[LabelledColumn]:
    """Return the columns of a labelled file: the rows, every variable, and a mark beside it where values are implied.

    Parameters
    ----------
    scored : ScoredData
        Scored data.
    longest, longest_label : int
        How many bytes a name and a label may have.
    reserved : collection of str
        Names the format keeps for itself, in lower case.
    ignore_case : bool
        Whether names that differ only in case are the same.

    Raises
    ------
    OutputError
        ``name_too_long`` if a name does not even fit into a label.
    """
    rows = scored.responses.rows.astype(np.float64)
    none = np.zeros(len(rows), dtype=np.uint8)
    columns: list[tuple[str, str, NDArray[np.float64], NDArray[np.uint8], VariableInfo | None]] = [
        (ROW, ROW_TITLE, rows, none, None)
    ]
    for name in map(str, scored.frame.columns):
        info = scored.variables[name]
        reasons = scored.reasons[name].to_numpy(dtype=np.uint8)
        columns.append((name, info.title or name, scored.frame[name].to_numpy(dtype=np.float64), reasons, info))
        for mark, (ending, beginning) in MARKS.items():
            marked = marked_column(reasons, mark)
            if marked is not None:
                columns.append((name + ending, beginning + (info.title or name), marked, none, None))
    written = fitted_names([column[0] for column in columns], longest, reserved, ignore_case=ignore_case)
    made, problems = [], []
    for (name, title, values, reasons, own), short in zip(columns, written, strict=True):
        lead = "" if short == name and not title.startswith("[") else f"[{name}] "
        if len(lead.encode()) > longest_label:
            hint = "give the variable a shorter name, or write .csv or .parquet"
            problems.append(Problem("name_too_long", "the name does not fit into the file", column=name, hint=hint))
        made.append(LabelledColumn(name, short, cut(lead + title, longest_label), values, reasons, own))
    if problems:
        raise OutputError(problems)
    return made


def fitted_names(names: list[str], longest: int, reserved: Collection[str], *, ignore_case: bool) -> list[str]:
    """Return names that a file format takes: short enough, not reserved, each once.

    Examples
    --------
    >>> fitted_names(["age", "all", "a_very_long_name"], 8, {"all"}, ignore_case=True)
    ['age', 'all_2', 'a_very_l']
    """
    taken: set[str] = set()
    fitted = []
    for name in names:
        plain = name.lstrip("_") or "v"
        if not plain[0].isalpha():
            plain = f"v{plain}"
        new = cut(plain, longest)
        number = 2
        while (new.casefold() if ignore_case else new) in taken or new.lower() in reserved:
            new = cut(plain, longest - len(f"_{number}")) + f"_{number}"
            number += 1
        taken.add(new.casefold() if ignore_case else new)
        fitted.append(new)
    return fitted


def cut(text: str, longest: int) -> str:
    """Return a text of at most so many bytes in UTF-8, cut between characters.

    Examples
    --------
    >>> cut("größe", 4)
    'grö'
    """
    return text.encode("utf-8")[: max(longest, 0)].decode("utf-8", "ignore")


def full_name(written: str, label: str) -> str:
    """Return the name a variable had before it was fitted: what its label begins with in brackets."""
    return label[1:].split("] ", 1)[0] if label.startswith("[") and "] " in label else written


def mark_of(label: str) -> int:
    """Return which values of the variable before it a column marks (implied, imputed), or 0."""
    title = label.split("] ", 1)[-1] if label.startswith("[") else label
    return next((mark for mark, (_, beginning) in MARKS.items() if title.startswith(beginning)), 0)
