"""The embedded example: 1,500 simulated adults in the shape of a published survey, as a raw export."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from osa_survey.errors import AnalysisError
from osa_survey.instruments import load_instrument
from osa_survey.simulation.assumptions import assumed_values
from osa_survey.simulation.flaws import REFUSED, Records, plant_flaws
from osa_survey.simulation.osa_assumptions import OSA_ASSUMPTIONS
from osa_survey.simulation.osa_respondents import simulate_adults
from osa_survey.simulation.paradata_columns import clock, text_column
from osa_survey.simulation.questionnaire import questionnaire
from osa_survey.simulation.simulated_exports import SimulatedColumn, SimulatedExport

FEWEST = 300
FIRST_DAY = np.datetime64("2026-01-05T06:00:00")
DAYS = 14
ALPHABET = np.array(list("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"))


def simulate_example(name: Literal["osa"] = "osa", seed: int = 1, n: int | None = None) -> SimulatedExport:
    """Simulate a raw export in the shape of a published survey, with planted flaws.

    Parameters
    ----------
    name : {"osa"}
        ``osa``: adults in the shape of Döring and Mohseni (2018). The size, the range of ages and the shares with any
        online sexual activity (68 %) and with sexting (41 %) are published; everything else is assumed.
    seed : int
        The same seed gives the same export.
    n : int, optional
        Eligible adults, 300 or more; by default the published 1,500. Flawed records come on top.

    Returns
    -------
    SimulatedExport
        The records with the assumptions and the planted truth.

    Raises
    ------
    AnalysisError
        If there is no such example, or ``n`` is too small for the planted flaws.

    References
    ----------
    Döring, N., & Mohseni, M. R. (2018). Are online sexual activities and sexting good for adults' sexual well-being?
    Results from a national online survey. International Journal of Sexual Health, 30(3), 250-263.
    doi:10.1080/19317611.2018.1491921

    Examples
    --------
    >>> example = simulate_example("osa", seed=1)
    >>> len(example.frame), example.truth["eligible adults"], example.truth["any OSA"], example.truth["sexting"]
    (1540, 1500, 1020, 615)
    """
    if name != "osa":
        raise AnalysisError(f"there is no example '{name}' to simulate", hint="use 'osa'")
    values = assumed_values(OSA_ASSUMPTIONS)
    n = int(values["eligible adults"]) if n is None else n
    if n < FEWEST:
        raise AnalysisError(f"{n} respondents cannot hold the planted flaws", hint=f"use n = {FEWEST} or more")
    rng = np.random.default_rng(seed)
    people = simulate_adults(n, values, rng)
    records = plant_flaws(people, values, rng)
    started, identifiers, columns = _columns(records, rng)
    truth = _truth(n, people.columns, records, values)
    person = np.arange(len(started))
    times = (started, records.duration, records.progress)
    return SimulatedExport(name, seed, columns, OSA_ASSUMPTIONS, truth, person, *times, identifiers)


def _columns(
    records: Records, rng: np.random.Generator
) -> tuple[NDArray[np.datetime64], tuple[str, ...], tuple[SimulatedColumn, ...]]:
    answers = {
        name: _positive_pole_first(codes) if name.startswith("gmsex_") else codes
        for name, codes in records.columns.items()
    }
    n = len(records.duration)
    started = FIRST_DAY + np.sort(rng.integers(0, DAYS * 86_400, n)).astype("timedelta64[s]")
    ended = started + records.duration.astype("timedelta64[s]")
    identifiers = _identifiers(n, rng)
    text: dict[str, NDArray[Any]] = {
        "StartDate": clock(started),
        "EndDate": clock(ended),
        "Status": np.full(n, "0"),
        "Progress": _numbers(records.progress),
        "Duration (in seconds)": _numbers(records.duration),
        "Finished": np.where(records.progress == 100, "1", "0"),
        "RecordedDate": clock(ended),
        "ResponseId": identifiers,
        "DistributionChannel": np.full(n, "simulated"),
        "UserLanguage": np.full(n, "EN"),
        "simulated": np.full(n, "1"),
    }
    text |= {name: _numbers(codes) for name, codes in answers.items()}
    columns = []
    for column in questionnaire():
        made = text_column(column.name, text[column.name], wording=column.text)
        columns.append(replace(made, embedded=not column.is_question))
    return started, tuple(identifiers.tolist()), tuple(columns)


def _positive_pole_first(codes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mirror answers as an export does whose printed form shows the positive pole first."""
    definition = load_instrument("gmsex")
    options = definition.options_of(definition.items[0].id)
    return np.where(codes == REFUSED, codes, options.low + options.high - codes)


def _numbers(codes: NDArray[np.float64]) -> NDArray[Any]:
    empty = np.isnan(codes)
    whole = np.where(empty, 0, codes).astype(np.int64).astype(str)
    return np.where(empty, "", whole)


def _identifiers(n: int, rng: np.random.Generator) -> NDArray[Any]:
    letters = ALPHABET[rng.integers(0, len(ALPHABET), (n, 15))]
    return np.array(["R_" + "".join(row) for row in letters])


def _truth(
    n: int, columns: Mapping[str, NDArray[np.float64]], records: Records, values: Mapping[str, float]
) -> dict[str, Any]:
    return {
        "eligible adults": n,
        "any OSA": int(columns["osa_any"].sum()),
        "sexting": int((columns["sexting"] == 1).sum()),
        "records": len(records.duration),
        "planted": {name: int(mask.sum()) for name, mask in records.planted.items()},
        "planted_records": {name: np.flatnonzero(mask).tolist() for name, mask in records.planted.items()},
        "parameters": dict(values),
    }
