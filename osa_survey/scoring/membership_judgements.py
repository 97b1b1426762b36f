"""Whether each item fits its own scale best: the judgement and its reasons."""

from __future__ import annotations

import math

import numpy as np

from osa_survey.dataset import KeyedItems
from osa_survey.scoring.expected_correlations import WANTED_POWER
from osa_survey.scoring.item_naming import named_item, printed_r
from osa_survey.scoring.key_questions import KeyQuestion
from osa_survey.scoring.scale_membership import ScaleMembership


def judge_membership(keyed: KeyedItems, fit: ScaleMembership | None, expected: float) -> KeyQuestion | None:
    """Return whether an item fits another scale of the instrument better than its own.

    Parameters
    ----------
    keyed : KeyedItems
        Items after keying.
    fit : ScaleMembership or None
        How they fit; None where there is nothing to compare.
    expected : float
        Power by what the definition lets one expect (see ``expected_swap_power``).

    Returns
    -------
    KeyQuestion or None
        ``contradicts`` if the difference is tested and larger than .10; ``agrees`` if an item of any other scale would
        have been found here with power .95, and every item fits its own scale at least as well; ``doubtful`` with that
        power if an item does not; ``cannot tell`` else. None where there is nothing to compare.

    Notes
    -----
    Its power is the smaller one of what the definition lets one expect and of what the answers show. The power taken
    from the answers alone varies with them, and so is .95 by luck in some samples of a study in which it is not; what
    the definition lets one expect does not know how far the scales correlate here.
    """
    if fit is None:
        return None
    flags = [bool(row.any()) for row in fit.misplaced]
    power = float(np.minimum(fit.power.min(), expected))
    if any(flags):
        flagged = tuple(column for column, flag in zip(keyed.columns, flags, strict=True) if flag)
        reasons = []
        for index in np.flatnonzero(flags).tolist():
            best = int(np.argmin(np.where(fit.misplaced[index], fit.z[index], np.inf)))
            theirs, own = printed_r(fit.other[index, best]), printed_r(abs(fit.own[index]))
            reasons.append(
                f"{named_item(keyed, index)} fits '{fit.others[best]}' ({theirs}) better than its own scale "
                f"({own}, without unreliability), tested"
            )
        return KeyQuestion("membership", "contradicts", tuple(reasons), flagged, power)
    if not power >= WANTED_POWER:
        found = "not defined" if math.isnan(power) else printed_r(power)
        reason = (
            f"whether each item fits its own scale best cannot be told: an item of another scale would be found here "
            f"with power {found}"
        )
        return KeyQuestion("membership", "cannot tell", (reason,), (), power)
    behind = [bool(row.any()) for row in fit.difference < 0]
    if any(behind):
        names = ", ".join(named_item(keyed, index) for index in np.flatnonzero(behind).tolist())
        flagged = tuple(column for column, flag in zip(keyed.columns, behind, strict=True) if flag)
        reason = f"fit their own scale no better than another, which is not clear beyond chance: {names}"
        return KeyQuestion("membership", "doubtful", (reason,), flagged, power)
    reason = f"every item fits its own scale better than {', '.join(repr(name) for name in fit.others)}"
    return KeyQuestion("membership", "agrees", (reason,), (), power)
