"""Numbers become text here and nowhere else."""

from osa_survey.formatting.numerals import (
    MINUS,
    count,
    decimal,
    degrees_of_freedom,
    interval,
    p_value,
    percent,
    plain,
    statistic,
)

__all__ = [
    "MINUS",
    "count",
    "decimal",
    "degrees_of_freedom",
    "interval",
    "p_value",
    "percent",
    "plain",
    "statistic",
]
