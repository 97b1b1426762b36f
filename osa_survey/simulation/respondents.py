"""Made-up adults: gender, age, orientation, relationship, and the traits behind their answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.simulation.ordered_answers import Floats

WOMAN, MAN, ANOTHER_GENDER, REFUSED = 1, 2, 3, -8
YOUNGEST, OLDEST = 18, 85
AGE_SHAPE = (1.5, 1.9)
BAND_STARTS = (25, 35, 45, 55, 65)
CENTRE_AGE = 45
GENDER_SHARES = {WOMAN: 0.498, MAN: 0.488, ANOTHER_GENDER: 0.008, REFUSED: 0.006}
ORIENTATION_SHARES = {1: 0.86, 2: 0.04, 3: 0.06, 4: 0.01, 5: 0.01, 6: 0.01, REFUSED: 0.01}
"""Heterosexual, gay or lesbian, bisexual or pansexual, asexual, another orientation, unsure."""
RELATIONSHIP_SHARES = {1: 0.33, 2: 0.14, 3: 0.52, REFUSED: 0.01}
"""Single; in a relationship, living apart; in a relationship, living together."""
SATISFACTION_OPENNESS = 0.10
ESTEEM_SATISFACTION = 0.55
PROBLEMS_OPENNESS = 0.25
PROBLEMS_ESTEEM = -0.25


@dataclass(frozen=True, repr=False)
class Respondents:
    """Adults, one entry per person.

    Attributes
    ----------
    gender, age, orientation, relationship : ndarray of int
        Answers as codes.
    openness, satisfaction, esteem, problems : ndarray of float
        Standard normal traits.
    """

    gender: NDArray[np.int64]
    age: NDArray[np.int64]
    orientation: NDArray[np.int64]
    relationship: NDArray[np.int64]
    openness: Floats
    satisfaction: Floats
    esteem: Floats
    problems: Floats

    @property
    def decades(self) -> Floats:
        """Age in decades from 45."""
        return np.asarray((self.age - CENTRE_AGE) / 10, dtype=np.float64)

    @property
    def is_another_gender(self) -> NDArray[np.bool_]:
        """Who is neither woman nor man."""
        return np.asarray(self.gender == ANOTHER_GENDER)

    @property
    def age_band(self) -> NDArray[np.int64]:
        """1 for 18–24, 2 for 25–34, … 6 for 65 or over."""
        return np.digitize(self.age, BAND_STARTS).astype(np.int64) + 1


def simulate_respondents(n: int, generator: np.random.Generator) -> Respondents:
    """Return adults of 18 to 85 with the traits behind their answers.

    Parameters
    ----------
    n : int
        How many.
    generator : numpy.random.Generator
        Random numbers.
    """
    gender = _drawn(GENDER_SHARES, n, generator)
    age = np.floor(YOUNGEST + generator.beta(*AGE_SHAPE, size=n) * (OLDEST - YOUNGEST + 1)).astype(np.int64)
    orientation = _drawn(ORIENTATION_SHARES, n, generator)
    relationship = _drawn(RELATIONSHIP_SHARES, n, generator)
    openness = generator.standard_normal(n)
    satisfaction = _related([openness], [SATISFACTION_OPENNESS], generator)
    esteem = _related([satisfaction], [ESTEEM_SATISFACTION], generator)
    problems = _related([openness, esteem], [PROBLEMS_OPENNESS, PROBLEMS_ESTEEM], generator)
    return Respondents(gender, age, orientation, relationship, openness, satisfaction, esteem, problems)


def _drawn(shares: dict[int, float], n: int, generator: np.random.Generator) -> NDArray[np.int64]:
    return generator.choice(np.array(list(shares)), size=n, p=list(shares.values())).astype(np.int64)


def _related(traits: Sequence[Floats], weights: Sequence[float], generator: np.random.Generator) -> Floats:
    """Return a trait of variance near one that depends on others, which are taken as nearly unrelated."""
    noise = generator.standard_normal(len(traits[0]))
    total = sum(weight * trait for weight, trait in zip(weights, traits, strict=True))
    return np.asarray(total + noise * np.sqrt(1 - sum(weight**2 for weight in weights)), dtype=np.float64)
