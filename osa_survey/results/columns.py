"""The vocabulary of results: the columns of every table and the closed list of quantities."""

from __future__ import annotations

from osa_survey.results.analysis_quantities import ANALYSIS_QUANTITIES
from osa_survey.results.measurement_quantities import MEASUREMENT_QUANTITIES
from osa_survey.results.quantities import Quantity, Style

COLUMNS: tuple[str, ...] = (
    "quantity",
    "term",
    "contrast",
    "outcome",
    "group",
    "level",
    "n",
    "estimate",
    "std_error",
    "conf_low",
    "conf_high",
    "conf_level",
    "statistic",
    "statistic_name",
    "df1",
    "df2",
    "p_value",
    "p_adjusted",
    "method",
    "suppressed",
    "warning",
)
TEXT_COLUMNS: tuple[str, ...] = (
    "quantity",
    "term",
    "contrast",
    "outcome",
    "group",
    "level",
    "statistic_name",
    "method",
    "suppressed",
    "warning",
)
NUMBER_COLUMNS: tuple[str, ...] = tuple(name for name in COLUMNS if name not in TEXT_COLUMNS)
KEY_COLUMNS: tuple[str, ...] = ("quantity", "outcome", "term", "contrast", "group", "level")

QUANTITIES: dict[str, Quantity] = {**MEASUREMENT_QUANTITIES, **ANALYSIS_QUANTITIES}

__all__ = ["COLUMNS", "KEY_COLUMNS", "NUMBER_COLUMNS", "QUANTITIES", "TEXT_COLUMNS", "Quantity", "Style"]
