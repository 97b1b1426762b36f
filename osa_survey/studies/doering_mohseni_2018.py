"""Döring & Mohseni (2018): two published percentages on the shipped example ``osa``; the rest is assumed."""

from __future__ import annotations

from osa_survey.simulation import PublishedNumbers, SimulatedExport, simulate_example
from osa_survey.studies.definitions import Study


def draw(published: PublishedNumbers, seed: int) -> SimulatedExport:
    """Return the raw export of the example, which meets the published size and both percentages for every seed."""
    return simulate_example("osa", seed=seed, n=published.n)


STUDY = Study("doering_mohseni_2018", draw, folder="examples/osa")
