"""Whole-number answers with a printed mean and standard deviation, in the manner of SPRITE."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from osa_survey.errors import AnalysisError, Problem
from osa_survey.simulation.printed_numbers import SLACK, number_of, printed_bounds

Answers = NDArray[np.int64]
TRIES = 40
"""Fresh starts before answers are said not to be found."""
STEPS = 4000
"""Batches of exchanges for each start."""
SUMS = 999
"""So many of the sums nearest to the printed mean are looked at."""


def reconstruct_scores(
    mean: str, sd: str, n: int, minimum: int, maximum: int, rng: np.random.Generator, *, items: int = 1
) -> NDArray[np.float64]:
    """Return answers of n people whose mean and standard deviation are printed as given.

    Parameters
    ----------
    mean, sd : str
        As printed; the number of decimals counts.
    n : int
        People, two or more.
    minimum, maximum : int
        The range of a whole-number answer.
    rng : numpy.random.Generator
        The source of randomness.
    items : int
        Whole-number items whose mean is each person's score.

    Returns
    -------
    ndarray of float, shape (n,)
        Scores in random order. Many sets of answers have the same mean and standard deviation; this is one of them.

    Raises
    ------
    AnalysisError
        With the code ``impossible_mean`` if no whole-number sum gives the printed mean (GRIM), ``impossible_spread`` if
        the range does not allow the printed standard deviation, or ``scores_not_found``.

    Notes
    -----
    Begin with a rounded normal sample inside the range, bring its sum to the nearest one that is printed as the mean,
    then exchange units between pairs of people (one up, one down keeps the sum) until the standard deviation, with
    n − 1 in the denominator, is printed as given.

    References
    ----------
    Heathers, J. A., Anaya, J., van der Zee, T., & Brown, N. J. L. (2018). Recovering data from summary statistics:
    Sample Parameter Reconstruction via Iterative TEchniques (SPRITE). PeerJ Preprints, 6, e26968v1.
    doi:10.7287/peerj.preprints.26968v1

    Examples
    --------
    >>> scores = reconstruct_scores("3.10", "1.22", 40, 1, 7, np.random.default_rng(1))
    >>> round(float(scores.mean()), 2), round(float(scores.std(ddof=1)), 2)
    (3.1, 1.22)
    """
    if n < 2 or maximum <= minimum or items < 1:
        raise ValueError("there are two people or more, one item or more, and a range of answers")
    low_mean, high_mean = printed_bounds(mean)
    low_sum = math.ceil(low_mean * n * items - SLACK * n * items)
    high_sum = math.floor(high_mean * n * items + SLACK * n * items)
    lowest, highest = minimum * items, maximum * items
    low_sum, high_sum = max(low_sum, n * lowest), min(high_sum, n * highest)
    if low_sum > high_sum:
        raise AnalysisError(
            Problem("impossible_mean", f"no whole-number answers of {n} people have the mean {mean}", hint="see GRIM")
        )
    low_sd, high_sd = printed_bounds(sd)
    bounds = (max(0.0, low_sd) * items, high_sd * items)
    wanted = number_of(mean) * n * items
    totals = sorted(range(low_sum, high_sum + 1), key=lambda total: abs(total - wanted))[:SUMS]
    possible = [total for total in totals if _reachable(_target(bounds, total, n), total, n, lowest, highest)]
    if not possible:
        message = f"answers from {minimum} to {maximum} of {n} people with the mean {mean} have no deviation of {sd}"
        raise AnalysisError(Problem("impossible_spread", message, hint="see GRIMMER: no sum of squares fits"))
    for attempt in range(TRIES):
        total = possible[attempt % len(possible)]
        answers = _started(total, number_of(sd) * items, n, lowest, highest, rng)
        if _spread(answers, _target(bounds, total, n), lowest, highest, rng):
            return np.asarray(rng.permutation(answers) / items, dtype=np.float64)
    message = f"no answers of {n} people with the mean {mean} and the standard deviation {sd} were found"
    raise AnalysisError(Problem("scores_not_found", message, hint="another seed may find them"))


def _target(bounds: tuple[float, float], total: int, n: int) -> tuple[float, float]:
    """Return the sums of squares whose standard deviation is printed as given."""
    return _squares(bounds[0], total, n), _squares(bounds[1], total, n)


def _reachable(target: tuple[float, float], total: int, n: int, lowest: int, highest: int) -> bool:
    """Whether a whole number of the parity of the sum lies in the target and in the range of the answers."""
    slack = SLACK * max(1.0, target[1])
    low = max(target[0] - slack, _smallest_squares(total, n))
    high = min(target[1] + slack, _largest_squares(total, n, lowest, highest))
    first = math.ceil(low)
    first += (first - total) % 2
    return first <= high


def _smallest_squares(total: int, n: int) -> float:
    """Return the sum of squares of the least spread answers with this sum."""
    each, rest = divmod(total, n)
    return float(rest * (each + 1) ** 2 + (n - rest) * each**2)


def _squares(sd: float, total: int, n: int) -> float:
    """Return the sum of squares that belongs to a standard deviation."""
    return float(sd**2 * (n - 1) + total**2 / n)


def _largest_squares(total: int, n: int, lowest: int, highest: int) -> float:
    """Return the sum of squares of the most spread answers with this sum: all at the ends but one."""
    at_top, rest = divmod(total - n * lowest, highest - lowest)
    middle = (lowest + rest) ** 2 if at_top < n else 0
    return float(at_top * highest**2 + middle + max(0, n - at_top - 1) * lowest**2)


def _started(total: int, sd: float, n: int, lowest: int, highest: int, rng: np.random.Generator) -> Answers:
    """Return rounded normal answers inside the range, brought to a sum by steps of one."""
    drawn = np.rint(total / n + sd * rng.standard_normal(n))
    answers = np.clip(drawn, lowest, highest).astype(np.int64)
    while (missing := total - int(answers.sum())) != 0:
        movable = np.flatnonzero(answers < highest if missing > 0 else answers > lowest)
        chosen = rng.permutation(movable)[: min(len(movable), abs(missing))]
        answers[chosen] += 1 if missing > 0 else -1
    return answers


def _spread(answers: Answers, target: tuple[float, float], lowest: int, highest: int, rng: np.random.Generator) -> bool:
    """Exchange units between pairs until the sum of squares lies within the target; return whether it does."""
    slack = SLACK * max(1.0, target[1])
    for _ in range(STEPS):
        squares = float((answers.astype(np.float64) ** 2).sum())
        if target[0] - slack <= squares <= target[1] + slack:
            return True
        wider = squares < target[0]
        people = rng.permutation(len(answers))
        half = len(people) // 2
        first, second = people[:half], people[half : 2 * half]
        up, down = np.where(answers[first] >= answers[second], (first, second), (second, first))
        if wider:
            possible = (answers[up] < highest) & (answers[down] > lowest)
            gains = 2 * (answers[up] - answers[down] + 1)
        else:
            up, down = down, up
            possible = answers[down] - answers[up] >= 2
            gains = 2 * (answers[down] - answers[up] - 1)
        gap = (target[0] - squares) if wider else (squares - target[1])
        room = gap + (target[1] - target[0])
        possible &= gains <= room + slack
        chosen = np.flatnonzero(possible & (gains > 0))
        taken = chosen[np.cumsum(gains[chosen]) <= room + slack]
        answers[up[taken]] += 1
        answers[down[taken]] -= 1
    return False
