"""Whether the codes are those of the definition, or shifted, by the answers outside it and by the ends in use."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from osa_survey.dataset import KeyedItems
from osa_survey.scoring.key_questions import KeyQuestion

FIRST_ROWS = 4096
"""Both ends are almost always found here; only else are all rows looked at."""


def judge_code_base(keyed: KeyedItems, undeclared: Mapping[str, int]) -> KeyQuestion:
    """Return whether the answers can be shifted against the declared codes.

    Parameters
    ----------
    keyed : KeyedItems
        Items after keying. Undeclared values are gaps in it: admission refuses them, or sets them to ``invalid``.
    undeclared : mapping of str to int
        Item column → answers outside the declared codes.

    Returns
    -------
    KeyQuestion
        ``contradicts`` if more than half of the items hold undeclared answers and one end of the codes is used in no
        item: so look codes that start one too low or too high. ``agrees`` if both ends are used: after a shift one of
        them could not be. ``cannot tell`` else: a shift that stays inside the declared codes leaves no trace in the
        answers.

    Notes
    -----
    Answers meant as 1 to 5 and coded 0 to 4 hold an undeclared 0 and no 5.
    """
    lowest, highest = _ends_used(keyed, FIRST_ROWS)
    if not (lowest and highest):
        lowest, highest = _ends_used(keyed, len(keyed.values))
    used = {f"{_codes(keyed.low)} (lowest)": lowest, f"{_codes(keyed.high)} (highest)": highest}
    outside = {column: undeclared[column] for column in keyed.columns if undeclared.get(column)}
    unused = " and ".join(end for end, is_used in used.items() if not is_used)
    told = f"{sum(outside.values())} answers to {len(outside)} items lie outside the declared codes"
    if outside and unused and 2 * len(outside) > len(keyed.columns):
        reason = f"{told}, and nobody used the code {unused}: the codes look shifted"
        return KeyQuestion("code base", "contradicts", (reason,), tuple(outside))
    reasons = (told,) if outside else ()
    if unused:
        reason = f"nobody used the code {unused}, so a shift that stays inside the declared codes cannot show"
        return KeyQuestion("code base", "cannot tell", (*reasons, reason))
    return KeyQuestion("code base", "agrees", (*reasons, "both ends of the declared codes are used"))


def _ends_used(keyed: KeyedItems, rows: int) -> tuple[bool, bool]:
    """Return whether any item has its lowest, and its highest, code as it was answered, in the first rows."""
    straight = np.array(keyed.signs) > 0
    values = keyed.values[:rows]
    lowest, highest = (values == keyed.low).any(axis=0), (values == keyed.high).any(axis=0)
    return bool(np.where(straight, lowest, highest).any()), bool(np.where(straight, highest, lowest).any())


def _codes(codes: NDArray[np.float64]) -> str:
    return " or ".join(f"{code:g}" for code in np.unique(codes))
