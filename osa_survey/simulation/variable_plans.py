"""How variables are distributed: from the study file, else by defaults that are listed as assumed."""

from __future__ import annotations

import re

import numpy as np

from osa_survey.codebooks import Codebook, VariableEntry
from osa_survey.dataset.decoding import category_codes
from osa_survey.dataset.eligibility import OLDEST
from osa_survey.errors import Problem, nearest
from osa_survey.simulation.assumptions import AssumptionList
from osa_survey.simulation.drawn_variables import Categories, Drawn, Numbers
from osa_survey.simulation.population_files import SimulatedVariable

EQUAL = "no share was given; categories share the rest equally"
USUAL = "no share was given; small, so that the category is there"
SMALL_SHARES = {
    "gender": {"another gender": 0.03},
    "sexual_orientation": {
        "gay or lesbian": 0.05,
        "bisexual or pansexual": 0.06,
        "asexual": 0.01,
        "another orientation": 0.02,
    },
}
"""Harmonised variable → category → default share, where equal shares would be far from any survey of adults."""
AGE_MEAN, AGE_SD, OLDEST_BY_DEFAULT = 38.0, 13.0, 80.0
NO_NUMBER = "no distribution was given; chosen"
FIRST_NUMBER = re.compile(r"\d+")


def plan_variable(
    name: str,
    codebook: Codebook,
    told: SimulatedVariable | None,
    assumptions: AssumptionList,
    problems: list[Problem],
) -> dict[str, Drawn]:
    """Return what is drawn for a variable: itself, or ``<name>_<option>`` for every option of a check-all question."""
    entry = codebook.variables[name]
    given = told or SimulatedVariable()
    if entry.type == "multiple":
        return {
            f"{name}_{option}": Categories(np.array([0.0, 1.0]), np.array([1 - share, share]), yes=1)
            for option, share in _option_shares(name, entry, given, assumptions, problems).items()
        }
    if entry.type in ("nominal", "ordinal"):
        return {name: _categories(name, codebook, given, assumptions, problems)}
    return {name: _numbers(name, codebook, given, assumptions, problems)}


def _option_shares(
    name: str, entry: VariableEntry, told: SimulatedVariable, assumptions: AssumptionList, problems: list[Problem]
) -> dict[str, float]:
    problems += _unknown(name, told, list(entry.columns))
    shares = {}
    for option in entry.columns:
        shares[option] = told.shares.get(option, 0.3)
        what = f"share of {name}: {option}"
        if option in told.shares:
            assumptions.told(what, shares[option], told.source, told.why)
        else:
            assumptions.assumed(what, shares[option], "no share was given; chosen")
    return shares


def _unknown(name: str, told: SimulatedVariable, known: list[str]) -> list[Problem]:
    return [
        Problem(
            "unknown_category",
            f"the variable has no category '{label}'",
            key=f"simulation.variables.{name}.shares",
            hint=nearest(label, known),
        )
        for label in told.shares
        if label not in known
    ]


def _categories(
    name: str, codebook: Codebook, told: SimulatedVariable, assumptions: AssumptionList, problems: list[Problem]
) -> Categories:
    entry = codebook.variables[name]
    labels = list(entry.labels.values())
    codes = np.array(list(category_codes(entry.labels).values()))
    problems += _unknown(name, told, labels)
    barred = _barred(name, codebook, codes)
    usual = SMALL_SHARES.get(entry.maps_to, {})
    shares = {label: told.shares[label] for label in labels if label in told.shares}
    small = {label: usual[label] for label in labels if label in usual and label not in shares and not told.shares}
    zero = [label for label, bar in zip(labels, barred, strict=True) if bar and label not in shares]
    rest = [label for label in labels if label not in shares and label not in small and label not in zero]
    left = 1 - sum(shares.values()) - sum(small.values())
    problem = _shares_problem(name, shares, rest, left, labels, barred)
    if problem is not None:
        problems.append(problem)
        return Categories(codes, np.full(len(codes), 1 / len(codes)))
    each = left / len(rest) if rest else 0.0
    everything = np.array([shares.get(label, small.get(label, 0.0 if label in zero else each)) for label in labels])
    for label, share in zip(labels, everything, strict=True):
        what = f"share of {name}: {label}"
        if label in shares:
            assumptions.told(what, share, told.source, told.why)
        else:
            assumptions.assumed(what, share, USUAL if label in small else EQUAL)
    yes = -1
    if len(labels) == 2:
        yes = next((place for place, label in enumerate(labels) if label.casefold() == "yes"), -1)
        reference = entry.reference or labels[0]
        yes = 1 - labels.index(reference) if yes < 0 else yes
    return Categories(codes, everything / everything.sum(), yes)


def _barred(name: str, codebook: Codebook, codes: np.ndarray) -> list[bool]:
    """Return which categories nobody simulated may have: bands below the lowest age, answers that refuse consent."""
    rules = codebook.eligibility
    if rules.age_band == name:
        return [rules.band_from.get(float(code), -1) < rules.minimum for code in codes]
    return [False] * len(codes)


def _shares_problem(
    name: str, shares: dict[str, float], rest: list[str], left: float, labels: list[str], barred: list[bool]
) -> Problem | None:
    key = f"simulation.variables.{name}.shares"
    young = [label for label, bar in zip(labels, barred, strict=True) if bar and shares.get(label, 0) > 0]
    if young:
        message = f"'{young[0]}' does not show that everyone in it is an adult; nobody else is simulated"
        return Problem("not_adult", message, key=key, hint="leave it out")
    if left < -0.005 or (not rest and abs(left) > 0.005):
        return Problem("wrong_shares", f"the shares add up to {1 - left:g}, not 1", key=key)
    return None


def _numbers(
    name: str, codebook: Codebook, told: SimulatedVariable, assumptions: AssumptionList, problems: list[Problem]
) -> Numbers:
    entry = codebook.variables[name]
    default = _default_numbers(name, codebook)
    low = default.low if told.minimum is None else told.minimum
    high = default.high if told.maximum is None else told.maximum
    key = f"simulation.variables.{name}"
    bounds = _limits(name, codebook)
    if low < bounds[0] or high > bounds[1] or low > high:
        message = f"from {low:g} to {high:g} is not within {bounds[0]:g} to {bounds[1]:g}, what the codebook admits"
        problems.append(Problem("out_of_range", message, key=key, hint="change minimum and maximum"))
        low, high = default.low, default.high
    if told.shares:
        problems.append(Problem("no_categories", "shares belong to variables with categories", key=f"{key}.shares"))
    kind = told.distribution or default.distribution
    mean = default.mean if told.mean is None else told.mean
    sd = default.sd if told.sd is None else told.sd
    if kind == "uniform" and not (np.isfinite(low) and np.isfinite(high)):
        problems.append(Problem("no_limits", "a uniform distribution needs minimum and maximum", key=key))
        low, high = 0.0, 1.0
    if kind in ("lognormal", "poisson", "negative_binomial") and mean <= 0:
        problems.append(Problem("out_of_range", f"the mean of a {kind} distribution is above 0", key=f"{key}.mean"))
        mean = 1.0
    for word, value in (("mean", mean), ("sd", sd), ("minimum", low), ("maximum", high)):
        if np.isinf(value) or (kind == "uniform" and word in ("mean", "sd")):
            continue
        if getattr(told, word) is not None:
            assumptions.told(f"{word} of {name}", value, told.source, told.why)
        else:
            assumptions.assumed(f"{word} of {name}", value, NO_NUMBER)
    decimals = told.decimals if told.decimals or not entry.weight else 3
    return Numbers(kind, mean, sd, low, high, decimals)


def _limits(name: str, codebook: Codebook) -> tuple[float, float]:
    """Return the lowest and highest value of which the codebook makes an adult's answer."""
    entry, rules = codebook.variables[name], codebook.eligibility
    low = -np.inf if entry.minimum is None else entry.minimum
    high = np.inf if entry.maximum is None else entry.maximum
    if rules.age == name:
        return max(low, rules.minimum), min(high, OLDEST)
    if rules.birth_year == name and rules.interview_year is not None:
        return max(low, rules.interview_year - OLDEST), min(high, rules.interview_year - rules.minimum - 1)
    if entry.type == "count":
        return max(low, 0.0), high
    return low, high


def _default_numbers(name: str, codebook: Codebook) -> Numbers:
    entry, rules = codebook.variables[name], codebook.eligibility
    low, high = _limits(name, codebook)
    if rules.birth_year == name and rules.interview_year is not None:
        oldest = max(low, rules.interview_year - OLDEST_BY_DEFAULT)
        return Numbers("normal", rules.interview_year - AGE_MEAN, AGE_SD, oldest, high)
    if rules.age == name or entry.maps_to == "age":
        return Numbers("normal", AGE_MEAN, AGE_SD, max(low, rules.minimum), min(high, OLDEST_BY_DEFAULT))
    if entry.type == "count":
        return Numbers("negative_binomial", 5.0, 6.0, low, high)
    if entry.weight:
        return Numbers("lognormal", 1.0, 0.3, max(low, 0.001), high, 3)
    if np.isfinite(low) and np.isfinite(high):
        return Numbers("normal", (low + high) / 2, max((high - low) / 5, 1e-9), low, high)
    base = low + 20 if np.isfinite(low) else high - 20 if np.isfinite(high) else 50.0
    return Numbers("normal", base, 10.0, low, high)


def band_starts(entry: VariableEntry) -> list[int] | None:
    """Return the lowest age of every band where all labels tell it, else None.

    Examples
    --------
    >>> band_starts(VariableEntry(column="b", type="ordinal", labels={"1": "18–24", "2": "25 or over"}))
    [18, 25]
    """
    found = [FIRST_NUMBER.search(label) for label in entry.labels.values()]
    starts = [int(match.group()) for match in found if match is not None]
    return starts if len(starts) == len(found) and starts == sorted(set(starts)) else None
