"""Linking two anonymous waves by codes people make up of themselves, with a tolerance and a report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.results import Layout, Result, Rows, Show

BLOCK = 1 << 22
"""Comparisons held at once."""
SUFFIXES = ("_1", "_2")
FIRST, SECOND = "people in the first wave", "people in the second wave"
INCOMPLETE = "code incomplete"
AMBIGUOUS = "code not unique, or several partners at the same distance"
UNLINKED = "no partner within the tolerance"
LINKED = "linked"
CHANCE = (
    "Expected by chance: pairs of different people whose parts agree this far, if parts were drawn independently as "
    "often as they occur. Many of them beside few links make links doubtful."
)
ONE_TO_ONE = (
    "A pair is linked only if each is the other's only nearest partner; codes used twice within a wave never are."
)
REFERENCE = (
    "Yurek, L. A., Vasey, J., & Havens, D. S. (2008). The use of self-generated identification codes in longitudinal "
    "research. Evaluation Review, 32(5), 435–452. doi:10.1177/0193841X08316676"
)


@dataclass(frozen=True, repr=False)
class LinkedWaves:
    """People found in both waves.

    Attributes
    ----------
    data : DataFrame
        One row for each linked person: variables of the first wave end in ``_1``, of the second in ``_2``; the parts of
        the code are left out, so that nobody can be linked again.
    first, second : ndarray of int, shape (linked,)
        Rows of both waves, from 0.
    distance : ndarray of int, shape (linked,)
        In how many parts the codes differ.
    report : Result
        How many people were linked at which distance, and why others were not.
    """

    data: pd.DataFrame
    first: NDArray[np.intp]
    second: NDArray[np.intp]
    distance: NDArray[np.intp]
    report: Result

    def __repr__(self) -> str:
        return f"<LinkedWaves: {len(self.first)} people in both waves>"


def link_waves(
    first: pd.DataFrame,
    second: pd.DataFrame,
    parts: Sequence[str],
    *,
    tolerance: int = 1,
    suffixes: Sequence[str] = SUFFIXES,
) -> LinkedWaves:
    """Link the people of two waves by self-generated codes.

    Parameters
    ----------
    first, second : DataFrame
        One row for each person, with the parts of the code as columns of the same names.
    parts : sequence of str
        The parts, for example the first letter of a parent's name and a day of birth. Case and blanks at the ends do
        not count.
    tolerance : int
        In how many parts the codes of one person may differ; fewer than half of the parts.
    suffixes : (str, str)
        What is put behind the names of variables of each wave.

    Returns
    -------
    LinkedWaves
        Linked people and a report: ``count`` of people in each wave (``group``), of links at each distance (``level``),
        of people not linked by reason (``term``), and ``expected_count`` of links by chance at each distance.

    Raises
    ------
    AnalysisError
        ``unknown_variable``, ``too_few_variables``, ``tolerance``, or ``no_respondents`` if no code is complete.

    Notes
    -----
    Exact pairs are linked first and taken out, then pairs that differ in one part, and so on. At each distance a pair
    is linked if neither has another partner at this distance. The number expected by chance is the sum over all pairs
    of the Poisson-binomial probability of that many disagreements, from the shares of each part's values.

    References
    ----------
    Yurek, L. A., Vasey, J., & Havens, D. S. (2008). doi:10.1177/0193841X08316676

    Examples
    --------
    >>> before = pd.DataFrame({"letter": ["a", "b", "c"], "day": ["1", "2", "3"], "month": ["x", "y", "z"]})
    >>> after = pd.DataFrame({"letter": ["B ", "c"], "day": ["2", "7"], "month": ["y", "z"]})
    >>> linked = link_waves(before, after.assign(joy=[5, 6]), ["letter", "day", "month"])
    >>> linked.data["joy_2"].tolist(), linked.distance.tolist()
    ([5, 6], [0, 1])
    """
    _check(first, second, parts, tolerance, suffixes)
    codes = [_numbered(first, second, part) for part in parts]
    one, two = (np.column_stack([pair[k] for pair in codes]) for k in (0, 1))
    state_one, state_two = _usable(one), _usable(two)
    if not ((state_one == "").any() and (state_two == "").any()):
        message = "no complete and unique code is left in one of the waves"
        raise AnalysisError(Problem("no_respondents", message, key="parts", hint="check the columns of the code"))
    links: list[tuple[int, int, int]] = []
    for distance in range(tolerance + 1):
        left, right = np.flatnonzero(state_one == ""), np.flatnonzero(state_two == "")
        pairs = _pairs(one[left], two[right], distance)
        of_left, of_right = (np.bincount(pairs[:, k], minlength=n) for k, n in ((0, len(left)), (1, len(right))))
        alone = (of_left[pairs[:, 0]] == 1) & (of_right[pairs[:, 1]] == 1)
        links += [(int(left[i]), int(right[j]), distance) for i, j in pairs[alone]]
        state_one[left[of_left > 1]] = state_two[right[of_right > 1]] = AMBIGUOUS
        state_one[left[pairs[~alone, 0]]] = state_two[right[pairs[~alone, 1]]] = AMBIGUOUS
        state_one[left[pairs[alone, 0]]] = state_two[right[pairs[alone, 1]]] = LINKED
    table = np.array(sorted(links), dtype=np.intp).reshape(-1, 3)
    kept = [name for name in first.columns if name not in parts], [name for name in second.columns if name not in parts]
    halves = [
        frame[names].iloc[rows].reset_index(drop=True).add_suffix(suffix)
        for frame, names, rows, suffix in zip((first, second), kept, (table[:, 0], table[:, 1]), suffixes, strict=True)
    ]
    states = {FIRST: state_one, SECOND: state_two}
    report = _report(states, table[:, 2], _chance(one, two), tolerance, parts)
    return LinkedWaves(pd.concat(halves, axis=1), table[:, 0], table[:, 1], table[:, 2], report)


def _check(
    first: pd.DataFrame, second: pd.DataFrame, parts: Sequence[str], tolerance: int, suffixes: Sequence[str]
) -> None:
    problems = []
    for frame, wave in ((first, "first"), (second, "second")):
        for part in parts:
            if part not in frame.columns:
                hint = nearest(part, [str(name) for name in frame.columns])
                message = f"the {wave} wave has no column '{part}'"
                problems.append(Problem("unknown_variable", message, column=part, hint=hint))
    if len(set(parts)) < max(2, len(parts)):
        message = "a code needs two parts or more, each named once"
        problems.append(Problem("too_few_variables", message, key="parts", hint="name the columns of the code"))
    if not 0 <= tolerance < len(parts) / 2:
        message = f"a tolerance of {tolerance} of {len(parts)} parts would link different people"
        problems.append(Problem("tolerance", message, key="tolerance", hint="fewer than half of the parts may differ"))
    if len(suffixes) != 2 or suffixes[0] == suffixes[1]:
        message = "suffixes are two different endings"
        problems.append(Problem("suffixes", message, key="suffixes", hint="write suffixes = ['_1', '_2']"))
    if problems:
        raise AnalysisError(problems)


def _numbered(first: pd.DataFrame, second: pd.DataFrame, part: str) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the values of a part as numbers that are equal where the texts are; -1 for gaps."""
    both = pd.concat([first[part], second[part]], ignore_index=True)
    text = both.astype("string").str.strip().str.casefold()
    numbers, _ = pd.factorize(text.mask(text == ""))
    return np.asarray(numbers[: len(first)], dtype=np.intp), np.asarray(numbers[len(first) :], dtype=np.intp)


def _usable(codes: NDArray[np.intp]) -> NDArray[np.object_]:
    """Return why a code cannot be linked, or ""."""
    state = np.full(len(codes), "", dtype=object)
    _, which, times = np.unique(codes, axis=0, return_inverse=True, return_counts=True)
    state[times[which.reshape(-1)] > 1] = AMBIGUOUS
    state[(codes < 0).any(axis=1)] = INCOMPLETE
    return state


def _pairs(one: NDArray[np.intp], two: NDArray[np.intp], distance: int) -> NDArray[np.intp]:
    """Return the rows of all pairs whose codes differ in exactly so many parts, shape (pairs, 2)."""
    found = [np.empty((0, 2), dtype=np.intp)]
    step = max(1, BLOCK // max(1, len(two)))
    for begin in range(0, len(one), step):
        block = one[begin : begin + step]
        differ = np.zeros((len(block), len(two)), dtype=np.uint8)
        for part in range(one.shape[1]):
            differ += block[:, part, None] != two[None, :, part]
        rows, columns = np.nonzero(differ == distance)
        found.append(np.column_stack([rows + begin, columns]))
    return np.concatenate(found)


def _chance(one: NDArray[np.intp], two: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return how many pairs are expected to differ in 0, 1, … parts if parts are independent of the person."""
    one, two = one[(one >= 0).all(axis=1)], two[(two >= 0).all(axis=1)]
    chances = np.array([1.0])
    for part in range(one.shape[1]):
        most = int(max(one[:, part].max(initial=0), two[:, part].max(initial=0))) + 1
        shares = [np.bincount(codes[:, part], minlength=most) / max(1, len(codes)) for codes in (one, two)]
        agree = float(shares[0] @ shares[1])
        chances = np.convolve(chances, [agree, 1 - agree])
    return chances * len(one) * len(two)


def _report(
    states: dict[str, NDArray[np.object_]], distance: NDArray[np.intp], chance: NDArray[np.float64], tolerance: int,
    parts: Sequence[str],
) -> Result:  # fmt: skip
    rows = Rows()
    for wave, state in states.items():
        rows.add("count", term=wave, n=len(state), estimate=len(state))
        for reason in (INCOMPLETE, AMBIGUOUS, UNLINKED):
            people = int(np.isin(state, "" if reason == UNLINKED else reason).sum())
            rows.add("count", term=f"not linked: {reason}", group=wave, n=len(state), estimate=people)
    for number in range(tolerance + 1):
        term = "linked, codes identical" if number == 0 else f"linked, codes differ in {number} of {len(parts)} parts"
        links = int((distance == number).sum())
        rows.add("count", term=term, level=str(number), n=len(states[FIRST]), estimate=links)
        rows.add("expected_count", term=term, level=str(number), n=len(states[FIRST]), estimate=float(chance[number]))
    return Result.from_rows(
        rows,
        title="Linking of two waves",
        analysis="link_waves",
        method=f"self-generated codes of {len(parts)} parts, up to {tolerance} different, one to one",
        n_used=len(distance),
        n_dropped=len(states[FIRST]) - len(distance),
        settings={"parts": list(parts), "tolerance": tolerance},
        notes=(ONE_TO_ONE, CHANCE),
        references=(REFERENCE,),
        layout=Layout(rows=("term", "group"), show=(Show("count"), Show("expected_count")), row_head="People"),
    )
