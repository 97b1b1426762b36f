"""Tables as CSV text that a spreadsheet program opens without computing anything."""

from __future__ import annotations

import pandas as pd

from osa_survey.export.scored_files import disarmed


def table_text(frame: pd.DataFrame) -> str:
    r"""Return a table as CSV in which no text is a formula.

    Parameters
    ----------
    frame : DataFrame
        The table. Its index is not written.

    Returns
    -------
    str
        UTF-8 text with line feeds. Names and cells that a spreadsheet would compute have a leading apostrophe;
        numbers, also as text, stay as they are.

    Examples
    --------
    >>> table_text(pd.DataFrame({"label": ["=1+1", "-0.5", "plain"]}))
    "label\n'=1+1\n-0.5\nplain\n"
    """
    columns = {name: frame[name].map(_safe) if _has_text(frame[name]) else frame[name] for name in frame.columns}
    safe = pd.DataFrame(columns, columns=frame.columns)
    safe.columns = [_safe(name) for name in frame.columns]
    return safe.to_csv(index=False, lineterminator="\n")


def _has_text(column: pd.Series) -> bool:
    return not (pd.api.types.is_numeric_dtype(column.dtype) or pd.api.types.is_bool_dtype(column.dtype))


def _safe(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        float(value)
    except ValueError:
        return disarmed(value)
    return value
