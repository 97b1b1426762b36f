"""Adults that never lived, written as raw exports: the whole pipeline runs, and its truth is known."""

from osa_survey.simulation.assumptions import Assumption
from osa_survey.simulation.examples import simulate_example
from osa_survey.simulation.fair_survey import write_fair_export
from osa_survey.simulation.item_responses import simulate_items
from osa_survey.simulation.population_files import PopulationEntry
from osa_survey.simulation.populations import Population, population
from osa_survey.simulation.qualtrics_files import write_qualtrics_csv
from osa_survey.simulation.simulated_exports import SimulatedColumn, SimulatedExport, as_responses
from osa_survey.simulation.simulating import simulate
from osa_survey.simulation.truth_files import write_truth
from osa_survey.simulation.writing import write_simulated

__all__ = [
    "Assumption",
    "Population",
    "PopulationEntry",
    "SimulatedColumn",
    "SimulatedExport",
    "as_responses",
    "population",
    "simulate",
    "simulate_example",
    "simulate_items",
    "write_fair_export",
    "write_qualtrics_csv",
    "write_simulated",
    "write_truth",
]
