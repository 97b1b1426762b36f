"""Two or more coders' sheets of the same open answers, joined without the texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from osa_survey.errors import AnalysisError, Problem


def join_coder_sheets(
    sheets: Mapping[str, pd.DataFrame], *, key: str, code: str, categories: Sequence[str], ordered: bool = False
) -> pd.DataFrame:
    """Return one row for each answer and one column for each coder; nothing else of the sheets is taken along.

    Parameters
    ----------
    sheets : mapping of str to DataFrame
        Coder → sheet with one row for each answer coded. Other columns, the texts among them, are never read.
    key : str
        The column that says which answer it is.
    code : str
        The column with the code given; a gap if the coder gave none.
    categories : sequence of str
        The codes of the code book, in order.
    ordered : bool
        Whether their order means something.

    Returns
    -------
    DataFrame
        Index: the keys, sorted; categorical columns.

    Raises
    ------
    AnalysisError
        ``too_few_coders``; ``unknown_column``; ``repeated_key``; ``undeclared_code``. Values are counted, never quoted.

    Examples
    --------
    >>> one = pd.DataFrame({"answer": [1, 2], "theme": ["trust", "fun"], "text": ["…", "…"]})
    >>> two = pd.DataFrame({"answer": [2, 1], "theme": ["fun", "fun"]})
    >>> join_coder_sheets({"A": one, "B": two}, key="answer", code="theme", categories=["fun", "trust"])["A"].tolist()
    ['trust', 'fun']
    """
    problems = []
    if len(sheets) < 2:
        problems.append(Problem("too_few_coders", "agreement needs the sheets of two coders or more", key="sheets"))
    columns = {}
    for coder, sheet in sheets.items():
        missing = [name for name in (key, code) if name not in sheet.columns]
        if missing:
            message = f"the sheet of '{coder}' has no column '{missing[0]}'"
            problems.append(Problem("unknown_column", message, column=missing[0]))
            continue
        repeated = int(sheet[key].duplicated().sum() + sheet[key].isna().sum())
        if repeated:
            message = f"in the sheet of '{coder}' {repeated} rows repeat a key or have none"
            problems.append(Problem("repeated_key", message, column=key, hint="one row for each answer"))
        strange = int((sheet[code].notna() & ~sheet[code].isin(list(categories))).sum())
        if strange:
            message = f"in the sheet of '{coder}' {strange} codes are not among the categories"
            problems.append(Problem("undeclared_code", message, column=code, hint="name all codes in categories"))
        if not repeated and not strange:
            kind = pd.CategoricalDtype(list(categories), ordered=ordered)
            columns[coder] = sheet.set_index(key)[code].astype(object).astype(kind)
    if problems:
        raise AnalysisError(problems)
    return pd.DataFrame(columns).sort_index()
