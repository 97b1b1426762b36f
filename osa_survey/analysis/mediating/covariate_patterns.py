"""The different rows of covariates that natural effects are averages over, and who has which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.estimates import Floats
from osa_survey.analysis.mediating.mediation_fits import FittedPaths

MOST_PATTERNS = 2000
"""Natural effects are averages over at most so many different respondents."""


@dataclass(frozen=True, repr=False)
class Patterns:
    """Different rows of the covariates.

    Attributes
    ----------
    columns : mapping of str to ndarray of float, shape (patterns,)
        Their values; empty where no natural effects are wanted.
    members : tuple of ndarray of int, shape (respondents,)
        In each set which pattern a respondent has.
    totals : ndarray of float, shape (patterns,)
        How often each occurs in all sets, weighted.
    thinned : bool
        Whether they are a random part of the respondents.
    """

    columns: Mapping[str, Floats]
    members: tuple[NDArray[np.intp], ...]
    totals: Floats
    thinned: bool

    def indicators(self, place: int) -> Floats:
        """Return 1 where a respondent of a set has the pattern; without columns where there is none to count."""
        count = 0 if self.thinned or not self.columns else len(self.totals)
        return np.asarray(self.members[place][:, None] == np.arange(count), dtype=np.float64)


def no_patterns(model: FittedPaths) -> Patterns:
    """Return what stands for patterns where no natural effects are wanted."""
    return Patterns({}, tuple(np.zeros(one.n, dtype=np.intp) for one in model.sample.sets), np.zeros(0), False)


def patterns_of(model: FittedPaths) -> Patterns:
    """Return the covariates' different rows over all sets."""
    names = model.paths.covariates
    rows = np.concatenate(
        [np.column_stack([np.zeros(one.n), *(own[name] for name in names)])
         for one, own in zip(model.sample.sets, model.columns, strict=True)]
    )  # fmt: skip
    weights = np.concatenate([np.ones(one.n) if one.weights is None else one.weights for one in model.sample.sets])
    different, member = np.unique(rows, axis=0, return_inverse=True)
    member = member.reshape(-1)
    sizes = [one.n for one in model.sample.sets]
    thinned = len(different) > MOST_PATTERNS
    if thinned:
        chosen = np.random.default_rng(model.request.seed).choice(len(rows), MOST_PATTERNS, replace=False)
        different, totals = rows[chosen], weights[chosen]
    else:
        totals = np.bincount(member, weights=weights, minlength=len(different))
    members = tuple(np.split(member, np.cumsum(sizes)[:-1]))
    columns = {"": different[:, 0], **{name: different[:, k + 1] for k, name in enumerate(names)}}
    return Patterns(columns, members, totals, thinned)
