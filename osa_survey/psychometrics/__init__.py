"""Item statistics, reliability and factor models; works on keyed item matrices that ``dataset`` hands out."""

from osa_survey.psychometrics.coefficients import Coefficient, feldt_interval, omega
from osa_survey.psychometrics.invariance import verdict_words, wave_verdict_words
from osa_survey.psychometrics.item_statistics import (
    ItemMoments,
    ItemStatistics,
    complete_cases,
    correlations,
    cronbach_alpha,
    item_moments,
    item_statistics,
    statistics_of,
)
from osa_survey.psychometrics.one_factor import OneFactor, one_factor
from osa_survey.psychometrics.score_precision import reliable_change, standard_error_of_measurement

__all__ = [
    "Coefficient",
    "ItemMoments",
    "ItemStatistics",
    "OneFactor",
    "complete_cases",
    "correlations",
    "cronbach_alpha",
    "feldt_interval",
    "item_moments",
    "item_statistics",
    "omega",
    "one_factor",
    "reliable_change",
    "standard_error_of_measurement",
    "statistics_of",
    "verdict_words",
    "wave_verdict_words",
]
