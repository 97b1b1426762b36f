"""Numbers become text here and nowhere else."""

from osa_survey.formatting.marks import absent_as, marks, numerals_of, with_commas, with_points
from osa_survey.formatting.numerals import (
    MINUS,
    bracketed,
    count,
    decimal,
    degrees_of_freedom,
    interval,
    p_value,
    percent,
    plain,
    shortest,
    statistic,
)

__all__ = [
    "MINUS",
    "absent_as",
    "bracketed",
    "count",
    "decimal",
    "degrees_of_freedom",
    "interval",
    "marks",
    "numerals_of",
    "p_value",
    "percent",
    "plain",
    "shortest",
    "statistic",
    "with_commas",
    "with_points",
]
