"""Categories that the gate hides together: a small group, and its neighbours that would give its number back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from osa_survey.results.further_tables import with_more
from osa_survey.results.result import Result

ADVICE = (
    "Groups are hidden together where a small one could be worked out from its neighbours. More can be shown with "
    "broader categories (`merge` in the codebook, which the methods name), or by telling of the small group in words; "
    "everybody stays in every analysis either way."
)
"""What a person is told once; it stands where several categories are hidden, whichever of them are small."""
BLOCKS = {"group": ("outcome", "term"), "level": ("outcome", "term", "group")}
"""Column that holds categories → the columns within which they are neighbours."""
OF_RECORDS = ("flow", "screen", "missingness", "missing_patterns", "scoring_log", "keying", "describe_weights")
"""Tables about records and weights: their rows are no groups of respondents that could be put together."""


def hidden_together(table: pd.DataFrame) -> tuple[tuple[str, ...], ...]:
    """Return the categories of a released table that are hidden together, each set once.

    Parameters
    ----------
    table : DataFrame
        The table of a released result.

    Returns
    -------
    tuple of tuple of str
        Two categories or more of the same variable without any number, beside others that have one. Nothing but the
        released table is read, so that this tells what its dashes tell: not which of them are small.
    """
    hidden = table["suppressed"].ne("")
    found: list[tuple[str, ...]] = []
    for column, within in BLOCKS.items():
        named = table.assign(hidden=hidden).loc[table[column].ne("")]
        for _, block in named.groupby(list(within), sort=False):
            whole = block.groupby(column, sort=False)["hidden"].all()
            categories = tuple(str(name) for name in whole.index[whole.to_numpy()])
            if 1 < len(categories) < len(whole) and categories not in found:
                found.append(categories)
    return tuple(found)


def of_result(result: Result) -> Iterator[tuple[str, ...]]:
    """Yield the categories that a released result and its further tables hide together."""
    if result.analysis in OF_RECORDS:
        return
    for table in with_more(result):
        yield from hidden_together(table.frame)


def first_hiding(results: Sequence[Result]) -> int:
    """Return the place of the first released result that hides categories together, -1 where none does."""
    return next((place for place, result in enumerate(results) if next(of_result(result), None)), -1)
