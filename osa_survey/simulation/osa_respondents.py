"""Simulated adults: who they are, what they did, how often, and how they saw it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.instruments import load_instrument
from osa_survey.simulation.item_responses import ordinal_answers, simulate_items, thresholds

ACTIVITIES = ("information", "entertainment", "contacts", "minority_communities", "products", "sex_work")
SCALES = ("ppcs6", "swls", "rses", "gmsex")
MAN, WOMAN, ANOTHER_GENDER = 1, 2, 3
SINGLE, LIVING_APART, LIVING_TOGETHER = 1, 2, 3
YES, NO, UNSURE = 1, 2, 3
FREQUENCIES = 7
RATINGS = 5
AGE_BAND_STARTS = (18, 25, 35, 45, 55, 65)

Codes = NDArray[np.float64]
Values = Mapping[str, float]


@dataclass(frozen=True, repr=False)
class SimulatedAdults:
    """Answers by column as numbers; NaN where a question was not shown.

    Attributes
    ----------
    columns : dict of str to ndarray of float, shape (respondents,)
        In the order of the questionnaire.
    """

    columns: dict[str, Codes]


def simulate_adults(n: int, values: Values, rng: np.random.Generator) -> SimulatedAdults:
    """Return ``n`` eligible adults without any flaw.

    Parameters
    ----------
    n : int
        How many.
    values : mapping of str to float
        The numbers of ``OSA_ASSUMPTIONS``.
    rng : numpy.random.Generator
        The source of randomness.
    """
    people = _people(n, values, rng)
    factors = _factors(n, values, rng)
    any_osa, sexting = _engaged(people, factors, values, rng)
    columns = dict(people)
    everything = {**_lifetime(people, any_osa, values, rng), "sexting": _with_unsure(sexting, values, rng)}
    columns.update({_question(name): codes for name, codes in everything.items()})
    propensity = rng.standard_normal(n)
    for name, codes in everything.items():
        columns[f"{_question(name)}_freq"] = _frequency(codes == YES, propensity, values[f"frequency of {name}"], rng)
    for name, codes in everything.items():
        positive, negative = _outcomes(codes == YES, values, rng)
        columns |= {f"{name}_positive": positive, f"{name}_negative": negative}
    columns |= _scales(columns, factors, values, rng)
    columns["osa_any"] = any_osa.astype(float)
    columns["age_band"] = np.searchsorted(AGE_BAND_STARTS, people["age"], side="right").astype(float)
    return SimulatedAdults(columns)


def _question(name: str) -> str:
    return name if name == "sexting" else f"osa_{name}"


def _people(n: int, values: Values, rng: np.random.Generator) -> dict[str, Codes]:
    low, high = values["lowest age"], values["highest age"]
    spread = rng.beta(values["age, first shape of beta"], values["age, second shape of beta"], n)
    age = np.clip(np.floor(low + spread * (high + 1 - low)), low, high)
    genders = (values["share woman"], values["share another gender"])
    names = ("gay or lesbian", "bisexual or pansexual", "asexual", "another orientation")
    relationships = (values["share single"], values["share in a relationship, living apart"])
    return {
        "age": age,
        "gender": _categories(n, genders, (WOMAN, ANOTHER_GENDER), MAN, rng),
        "orientation": _categories(n, [values[f"share {name}"] for name in names], (2, 3, 4, 5), 1, rng),
        "relationship": _categories(n, relationships, (SINGLE, LIVING_APART), LIVING_TOGETHER, rng),
    }


def _categories(n: int, shares: Sequence[float], codes: Sequence[int], rest: int, rng: np.random.Generator) -> Codes:
    drawn = rng.choice([*codes, rest], size=n, p=[*shares, 1 - sum(shares)])
    return np.asarray(drawn, dtype=np.float64)


def _factors(n: int, values: Values, rng: np.random.Generator) -> dict[str, Codes]:
    rses, rest_swls, rest_gmsex, rest_ppcs6 = rng.standard_normal((4, n))
    swls = _correlated(rses, rest_swls, values["swls with rses"])
    return {
        "rses": rses,
        "swls": swls,
        "gmsex": _correlated(swls, rest_gmsex, values["gmsex with swls"]),
        "ppcs6": _correlated(rses, rest_ppcs6, values["ppcs6 with rses"]),
    }


def _correlated(x: Codes, rest: Codes, r: float) -> Codes:
    return np.asarray(r * x + np.sqrt(1 - r**2) * rest, dtype=np.float64)


def _engaged(
    people: Mapping[str, Codes], factors: Mapping[str, Codes], values: Values, rng: np.random.Generator
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return who has any online sexual activity and who sexting, in exactly the published shares.

    A logistic model whose intercept is chosen so that the share is met: those highest on its latent variable.
    """
    decades = (people["age"] - people["age"].mean()) / 10
    shared = values["either: self-esteem"] * factors["rses"]
    woman, another = people["gender"] == WOMAN, people["gender"] == ANOTHER_GENDER
    osa = (
        values["any OSA: woman"] * woman
        + values["any OSA: another gender"] * another
        + values["any OSA: ten years of age"] * decades
        + values["any OSA: orientation other than heterosexual"] * (people["orientation"] > 1)
        + shared
        + rng.logistic(size=len(decades))
    )
    any_osa = _highest(osa, values["share with any OSA"])
    sexting = (
        values["sexting: woman"] * woman
        + values["sexting: another gender"] * another
        + values["sexting: ten years of age"] * decades
        + values["sexting: living apart"] * (people["relationship"] == LIVING_APART)
        + values["sexting: any OSA"] * any_osa
        + shared
        + rng.logistic(size=len(decades))
    )
    return any_osa, _highest(sexting, values["share with sexting"])


def _highest(latent: Codes, share: float) -> NDArray[np.bool_]:
    chosen = np.zeros(len(latent), dtype=bool)
    chosen[np.argsort(latent, kind="stable")[len(latent) - round(share * len(latent)) :]] = True
    return chosen


def _lifetime(
    people: Mapping[str, Codes], any_osa: NDArray[np.bool_], values: Values, rng: np.random.Generator
) -> dict[str, Codes]:
    """Return yes, no or unsure for each type; whoever has any activity has at least one type."""
    n = len(any_osa)
    woman = people["gender"] == WOMAN
    breadth = values["spread of users"] * rng.standard_normal(n)
    rates = np.array([values[f"{name} among users"] for name in ACTIVITIES])
    for_women = np.array([values.get(f"{name}: woman", 0.0) for name in ACTIVITIES])
    latent = np.log(rates / (1 - rates)) + for_women * woman[:, np.newaxis] + breadth[:, np.newaxis]
    latent = latent + rng.logistic(size=(n, len(ACTIVITIES)))
    engaged = (latent > 0) & any_osa[:, np.newaxis]
    without = any_osa & ~engaged.any(axis=1)
    engaged[without, np.argmax(latent[without], axis=1)] = True
    return {name: _with_unsure(engaged[:, column], values, rng) for column, name in enumerate(ACTIVITIES)}


def _with_unsure(engaged: NDArray[np.bool_], values: Values, rng: np.random.Generator) -> Codes:
    unsure = rng.random(len(engaged)) < values["unsure"]
    return np.where(engaged, YES, np.where(unsure, UNSURE, NO)).astype(np.float64)


def _frequency(engaged: NDArray[np.bool_], propensity: Codes, level: float, rng: np.random.Generator) -> Codes:
    latent = _correlated(propensity, rng.standard_normal(len(engaged)), 0.5)
    answers = ordinal_answers(latent, thresholds(FREQUENCIES, level)) + 1.0
    return np.where(engaged, answers, np.nan)


def _outcomes(engaged: NDArray[np.bool_], values: Values, rng: np.random.Generator) -> tuple[Codes, Codes]:
    first, rest = rng.standard_normal((2, len(engaged)))
    second = _correlated(first, rest, values["correlation of the two"])
    positive = ordinal_answers(first, thresholds(RATINGS, values["positive outcomes"]))
    negative = ordinal_answers(second, thresholds(RATINGS, values["negative outcomes"]))
    return np.where(engaged, positive, np.nan), np.where(engaged, negative, np.nan)


def _scales(
    columns: Mapping[str, Codes], factors: Mapping[str, Codes], values: Values, rng: np.random.Generator
) -> dict[str, Codes]:
    shown = {"ppcs6": columns["osa_entertainment"] == YES, "gmsex": columns["relationship"] != SINGLE}
    everyone = np.ones(len(columns["age"]), dtype=bool)
    result: dict[str, Codes] = {}
    for name in SCALES:
        loading, level = values[f"loading {name}"], values[f"level {name}"]
        answers = simulate_items(load_instrument(name), "total", factors[name], rng, loading=loading, level=level)
        answers[~shown.get(name, everyone)] = np.nan
        result |= {f"{name}_{item + 1}": answers[:, item] for item in range(answers.shape[1])}
    return result
