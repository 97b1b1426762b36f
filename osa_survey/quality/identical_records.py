"""Records whose answers are all identical; they are duplicates only where an identifier says so."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def surplus_identical(codes: pd.DataFrame, reasons: pd.DataFrame) -> NDArray[np.bool_]:
    """Return the records that repeat an earlier one in every answer and every gap.

    Parameters
    ----------
    codes, reasons : DataFrame, shape (respondents, columns)
        As in ``Responses``.

    Returns
    -------
    ndarray of bool, shape (respondents,)
        True for the second and later records of each set of identical ones.

    Examples
    --------
    >>> codes = pd.DataFrame({"a": [1.0, 1.0, 2.0]})
    >>> surplus_identical(codes, codes * 0).tolist()
    [False, True, False]
    """
    answers = pd.util.hash_pandas_object(codes, index=False).to_numpy()
    gaps = pd.util.hash_pandas_object(reasons.astype(np.uint8), index=False).to_numpy()
    hashes = answers ^ (gaps * np.uint64(31))
    candidates = pd.Series(hashes).duplicated(keep=False).to_numpy()
    result = np.zeros(len(codes), dtype=bool)
    if candidates.any():
        both = pd.concat([codes[candidates], reasons[candidates].add_prefix("reason ")], axis=1)
        result[candidates] = both.duplicated(keep="first").to_numpy()
    return result


def repeated_identifiers(identifiers: pd.Series) -> NDArray[np.bool_]:
    """Return the records whose identifier occurred before; empty identifiers never repeat one."""
    filled = identifiers.astype(str).str.strip() != ""
    return np.asarray(identifiers.duplicated(keep="first") & filled, dtype=bool)
