"""Questions with a known right answer: who failed one of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

PREFIX = "attention_"


def failed_checks(paradata: pd.DataFrame) -> NDArray[np.int64]:
    """Return how many attention checks each respondent failed; an unanswered one is not failed.

    Parameters
    ----------
    paradata : DataFrame, shape (respondents, columns)
        As in ``Responses``: columns ``attention_<name>`` hold 1 for passed, 0 for failed, NaN for no answer.

    Returns
    -------
    ndarray of int, shape (respondents,)
        0 where none is declared.

    References
    ----------
    Meade, A. W., & Craig, S. B. (2012). Identifying careless responses in survey data. Psychological Methods, 17(3),
    437-455. doi:10.1037/a0028085

    Examples
    --------
    >>> failed_checks(pd.DataFrame({"attention_a": [1.0, 0.0, np.nan], "attention_b": [1.0, 0.0, 0.0]})).tolist()
    [0, 2, 1]
    """
    columns = attention_columns(paradata)
    return np.asarray((paradata[columns] == 0).sum(axis=1).to_numpy(), dtype=np.int64)


def attention_columns(paradata: pd.DataFrame) -> list[str]:
    """Return the names of the columns that hold attention checks."""
    return [name for name in paradata.columns if str(name).startswith(PREFIX)]
