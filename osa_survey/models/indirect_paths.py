"""Indirect associations as products of coefficients along paths, at values of a moderator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np

from osa_survey.models.fits import Floats
from osa_survey.models.path_equations import Factors, Places

MODERATOR = "w"
"""The column name of the moderator in products."""


@dataclass(frozen=True)
class PathModel:
    """A mediation model by its PROCESS number, in columns ``x``, ``w``, mediators and ``y``.

    Attributes
    ----------
    number : int
        1 moderation; 4 parallel mediators; 6 serial; 7 and 8 moderated first stage (8: and direct path); 14 and 15
        moderated second stage (15: and direct path).
    x, y : str
        Predictor and outcome.
    mediators : tuple of str
        In their order.
    covariates : tuple of str
        In every equation.

    References
    ----------
    Hayes, A. F. (2022). Introduction to mediation, moderation, and conditional process analysis (3rd ed.). Guilford.
    """

    number: int
    x: str
    y: str
    mediators: tuple[str, ...]
    covariates: tuple[str, ...] = ()

    @property
    def moderated(self) -> bool:
        """Whether a moderator takes part."""
        return self.number in (1, 7, 8, 14, 15)

    @property
    def equations(self) -> tuple[tuple[str, tuple[Factors, ...]], ...]:
        """Outcome and predictors of each equation, mediators first."""
        after: tuple[Factors, ...] = tuple((name,) for name in self.covariates)
        x, w = (self.x,), (MODERATOR,)
        first: tuple[Factors, ...] = (x, w, (self.x, MODERATOR)) if self.number in (7, 8) else (x,)
        found = []
        for position, name in enumerate(self.mediators):
            earlier = tuple((one,) for one in self.mediators[:position]) if self.number == 6 else ()
            found.append((name, (*first, *earlier, *after)))
        last: tuple[Factors, ...] = (x, *((one,) for one in self.mediators))
        if self.number in (1, 8):
            last = (*last, w, (self.x, MODERATOR))
        elif self.number == 14:
            last = (*last, w, *((one, MODERATOR) for one in self.mediators))
        elif self.number == 15:
            last = (*last, w, (self.x, MODERATOR), *((one, MODERATOR) for one in self.mediators))
        return (*found, (self.y, (*last, *after)))

    @property
    def paths(self) -> tuple[tuple[str, ...], ...]:
        """Every way from x to y through mediators, the shortest first."""
        if self.number != 6:
            return tuple((self.x, one, self.y) for one in self.mediators)
        return tuple(
            (self.x, *some, self.y)
            for size in range(1, len(self.mediators) + 1)
            for some in combinations(self.mediators, size)
        )

    @property
    def moderates_paths(self) -> bool:
        """Whether indirect associations depend on the moderator."""
        return self.number in (7, 8, 14, 15)

    @property
    def moderates_direct(self) -> bool:
        """Whether the direct association depends on the moderator."""
        return self.number in (1, 8, 15)


def slope(theta: Floats, places: Places, outcome: str, source: str, w: float = 0.0) -> Floats:
    """Return the coefficient of a source in an equation at a value of the moderator: b + b_w · w."""
    found = theta[..., places.slopes[outcome, (source,)]]
    product = places.slopes.get((outcome, (source, MODERATOR)))
    return found if product is None else found + w * theta[..., product]


def along(theta: Floats, places: Places, path: Sequence[str], w: float = 0.0) -> Floats:
    """Return the product of the coefficients along a path, for one row of parameters or many."""
    found = np.ones(theta.shape[:-1])
    for source, outcome in pairwise(path):
        found = found * slope(theta, places, outcome, source, w)
    return found


def moderation_index(theta: Floats, places: Places, path: Sequence[str]) -> Floats:
    """Return how much the indirect association changes with one unit of the moderator.

    Notes
    -----
    With one moderated stage the product is a line in w, so that its slope is the difference between w = 1 and w = 0:
    a₃b, or ab₃ (Hayes, 2015, doi:10.1080/00273171.2014.962683).
    """
    return along(theta, places, path, 1.0) - along(theta, places, path, 0.0)
