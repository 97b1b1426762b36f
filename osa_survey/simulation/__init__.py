"""Adults that never lived, written as raw exports: the whole pipeline runs, and its truth is known."""

from osa_survey.simulation.activity_allocation import engaged_by_cell, intercept_for
from osa_survey.simulation.assumptions import Assumption
from osa_survey.simulation.controlled_rounding import KnownSum, controlled_rounding, fitted_margins, round_to_counts
from osa_survey.simulation.correlation_targets import draw_correlated
from osa_survey.simulation.examples import simulate_example
from osa_survey.simulation.fair_survey import write_fair_export
from osa_survey.simulation.item_responses import simulate_items
from osa_survey.simulation.margin_fitting import GroupShares, chances_by_cell
from osa_survey.simulation.odds_ratio_targets import OddsRatio, logistic_answers, predictor_spreads
from osa_survey.simulation.paradata_columns import with_mark
from osa_survey.simulation.population_files import PopulationEntry
from osa_survey.simulation.populations import Population, population
from osa_survey.simulation.printed_claims import Claim, PrintedMatrix, PrintedTest, Relation
from osa_survey.simulation.printed_numbers import (
    decimals_of,
    half_unit_of,
    number_of,
    possible_counts,
    printed_bounds,
    rounds_to,
)
from osa_survey.simulation.published_library import load_published, published_folder, published_ids
from osa_survey.simulation.published_numbers import PublishedNumbers
from osa_survey.simulation.qualtrics_files import write_qualtrics_csv
from osa_survey.simulation.score_reconstruction import reconstruct_scores
from osa_survey.simulation.simulated_exports import SimulatedColumn, SimulatedExport, as_responses
from osa_survey.simulation.simulating import simulate
from osa_survey.simulation.stratified_draws import drawn_by_kind
from osa_survey.simulation.truth_files import truth_path, write_truth
from osa_survey.simulation.writing import write_simulated

__all__ = [
    "Assumption",
    "Claim",
    "GroupShares",
    "KnownSum",
    "OddsRatio",
    "Population",
    "PopulationEntry",
    "PrintedMatrix",
    "PrintedTest",
    "PublishedNumbers",
    "Relation",
    "SimulatedColumn",
    "SimulatedExport",
    "as_responses",
    "chances_by_cell",
    "controlled_rounding",
    "decimals_of",
    "draw_correlated",
    "drawn_by_kind",
    "engaged_by_cell",
    "fitted_margins",
    "half_unit_of",
    "intercept_for",
    "load_published",
    "logistic_answers",
    "number_of",
    "population",
    "possible_counts",
    "predictor_spreads",
    "printed_bounds",
    "published_folder",
    "published_ids",
    "reconstruct_scores",
    "round_to_counts",
    "rounds_to",
    "simulate",
    "simulate_example",
    "simulate_items",
    "truth_path",
    "with_mark",
    "write_fair_export",
    "write_qualtrics_csv",
    "write_simulated",
    "write_truth",
]
