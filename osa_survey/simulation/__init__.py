"""SimulatedAdults that never lived, written as raw exports: the whole pipeline runs, and its truth is known."""

from osa_survey.simulation.examples import SimulatedExport, simulate_example
from osa_survey.simulation.fair_survey import write_fair_export
from osa_survey.simulation.item_responses import simulate_items
from osa_survey.simulation.osa_assumptions import Assumption
from osa_survey.simulation.qualtrics_files import write_qualtrics_csv
from osa_survey.simulation.truth_files import write_truth

__all__ = [
    "Assumption",
    "SimulatedExport",
    "simulate_example",
    "simulate_items",
    "write_fair_export",
    "write_qualtrics_csv",
    "write_truth",
]
