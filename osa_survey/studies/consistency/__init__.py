"""Whether printed numbers can be true together: functions on plain arrays, each with its source."""

from osa_survey.studies.consistency.means import grim, grim_power, grimmer, sd_bounds
from osa_survey.studies.consistency.p_values import P_VERDICTS, p_verdicts, recomputed_p
from osa_survey.studies.consistency.proportions import debit, percent_consistent
from osa_survey.studies.consistency.ratios import estimate_inside, log_symmetric
from osa_survey.studies.consistency.tables import between_parts, matrix_verdict, sum_of_parts

__all__ = [
    "P_VERDICTS",
    "between_parts",
    "debit",
    "estimate_inside",
    "grim",
    "grim_power",
    "grimmer",
    "log_symmetric",
    "matrix_verdict",
    "p_verdicts",
    "percent_consistent",
    "recomputed_p",
    "sd_bounds",
    "sum_of_parts",
]
