"""Who engages in which online sexual activity: a logistic model with gender, age and a shared openness."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.simulation.ordered_answers import Floats, cut
from osa_survey.simulation.respondents import MAN, Respondents

YES, NO, UNSURE, REFUSED = 1, 2, 3, -8
TYPES = ("information", "entertainment", "contacts", "minority", "products", "sexwork")
SEXTING = "sexting"
OSA_SHARE = 0.68
SEXTING_SHARE = 0.41
OPENNESS_SD = 1.2
UNSURE_SHARE = 0.015
REFUSED_SHARE = 0.01
FREQUENCY_SHARES = (0.10, 0.22, 0.18, 0.16, 0.15, 0.13, 0.06)
"""Never in the past 12 months, less than monthly, … daily or almost, among those who ever did it."""
FREQUENCY_OPENNESS = 0.4


@dataclass(frozen=True)
class ActivityEffects:
    """Log odds of one activity relative to the others, for women of 45 of average openness.

    Attributes
    ----------
    relative : float
        Log odds before one shift for all types that makes the published share exact.
    man, other : float
        Log odds ratios against women.
    decade : float
        Log odds ratio of ten years of age.
    """

    relative: float
    man: float
    other: float
    decade: float


EFFECTS: Mapping[str, ActivityEffects] = {
    "information": ActivityEffects(0.6, 0.10, 0.3, -0.30),
    "entertainment": ActivityEffects(0.9, 1.20, 0.4, -0.35),
    "contacts": ActivityEffects(-1.3, 0.70, 0.5, -0.35),
    "minority": ActivityEffects(-2.0, 0.20, 1.8, -0.30),
    "products": ActivityEffects(-0.1, 0.30, 0.2, -0.25),
    "sexwork": ActivityEffects(-3.2, 1.10, 0.2, -0.10),
    SEXTING: ActivityEffects(0.0, 0.15, 0.4, -0.45),
}


@dataclass(frozen=True, repr=False)
class Activities:
    """Answers about activities.

    Attributes
    ----------
    lifetime : mapping of str to ndarray of int
        Activity → 1 yes, 2 no, 3 unsure, -8 refused.
    frequency : mapping of str to ndarray of int
        Activity → 0 never … 6 daily or almost; of use only where ``lifetime`` is yes.
    any_type : ndarray of bool
        Whether any of the six types was answered yes.
    shift, sexting_shift : float
        What was added to the log odds so that the shares are exact.
    """

    lifetime: Mapping[str, NDArray[np.int64]]
    frequency: Mapping[str, NDArray[np.int64]]
    any_type: NDArray[np.bool_]
    shift: float
    sexting_shift: float


def simulate_activities(people: Respondents, generator: np.random.Generator) -> Activities:
    """Return who did what, with exactly the published shares of any type and of sexting.

    Parameters
    ----------
    people : Respondents
        Gender, age and openness.
    generator : numpy.random.Generator
        Random numbers.

    Notes
    -----
    A person answers yes to a type where x'β + openness + logistic noise + shift > 0. The shift is the same for all six
    types and lies halfway between the two people at the border, so that the share of people with any yes is exact.
    """
    latent = {name: _latent(people, effects, generator) for name, effects in EFFECTS.items()}
    shift = _exact_shift(np.max([latent[name] for name in TYPES], axis=0), OSA_SHARE)
    sexting_shift = _exact_shift(latent[SEXTING], SEXTING_SHARE)
    engaged = {name: latent[name] + (sexting_shift if name == SEXTING else shift) > 0 for name in EFFECTS}
    lifetime = {name: _answers(mask, generator) for name, mask in engaged.items()}
    frequency = {name: _frequencies(people, generator) for name in EFFECTS}
    any_type = np.logical_or.reduce([engaged[name] for name in TYPES])
    return Activities(lifetime, frequency, any_type, shift, sexting_shift)


def _latent(people: Respondents, effects: ActivityEffects, generator: np.random.Generator) -> Floats:
    gender = np.where(people.gender == MAN, effects.man, np.where(people.is_another_gender, effects.other, 0.0))
    fixed = effects.relative + gender + effects.decade * people.decades
    noise = generator.logistic(size=len(people.age))
    return np.asarray(fixed + OPENNESS_SD * people.openness + noise, dtype=np.float64)


def _exact_shift(latent: Floats, share: float) -> float:
    """Return what to add so that exactly this share of people lies above zero."""
    falling = np.sort(latent)[::-1]
    count = round(share * len(latent))
    return -float(falling[count - 1] + falling[count]) / 2


def _answers(engaged: NDArray[np.bool_], generator: np.random.Generator) -> NDArray[np.int64]:
    """Return yes for the engaged; some of the others are unsure or refuse."""
    draw = generator.random(len(engaged))
    others = np.where(draw < UNSURE_SHARE, UNSURE, np.where(draw < UNSURE_SHARE + REFUSED_SHARE, REFUSED, NO))
    return np.where(engaged, YES, others).astype(np.int64)


def _frequencies(people: Respondents, generator: np.random.Generator) -> NDArray[np.int64]:
    noise = generator.standard_normal(len(people.age)) * np.sqrt(1 - FREQUENCY_OPENNESS**2)
    return cut(FREQUENCY_OPENNESS * people.openness + noise, FREQUENCY_SHARES, 0)
