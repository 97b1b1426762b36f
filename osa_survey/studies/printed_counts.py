"""Counts of people that are printed as a published percentage."""

from __future__ import annotations

import math

from osa_survey.errors import AnalysisError, Problem
from osa_survey.simulation import PublishedNumbers, possible_counts


def counts_of(published: PublishedNumbers, identifier: str, n: int | None = None) -> tuple[int, int]:
    """Return the smallest and largest count that is printed as a claim's percentage.

    Parameters
    ----------
    published : PublishedNumbers
        The study.
    identifier : str
        The id of a claim in percent.
    n : int, optional
        The people behind it; by default those the file gives, else all of the study.

    Returns
    -------
    (int, int)
        First and last count.

    Raises
    ------
    AnalysisError
        With the code ``no_such_count`` if no whole number of people is printed like this.
    """
    claim = published.claim(identifier)
    people = n if n is not None else published.people(claim) or published.n
    first, last = possible_counts(claim.value, people)
    if first > last:
        hint = "reproduce it within sampling error, or leave it out"
        raise AnalysisError(
            Problem("no_such_count", f"no count of {people} people is {claim.value} %", key=identifier, hint=hint)
        )
    return first, last


def nearest_count(published: PublishedNumbers, identifier: str, n: int | None = None) -> int:
    """Return the count nearest to a published percentage among those printed like it.

    Raises
    ------
    AnalysisError
        As :func:`counts_of`.
    """
    first, last = counts_of(published, identifier, n)
    claim = published.claim(identifier)
    people = n if n is not None else published.people(claim) or published.n
    return min(last, max(first, math.floor(claim.number * people + 0.5)))
