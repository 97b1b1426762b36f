"""The columns of a row that come from one of several estimates: number, error, interval, test."""

from __future__ import annotations

import math
from typing import Any

from osa_survey.analysis.estimates import Estimates


def estimate_fields(numbers: Estimates, position: int, conf_level: float) -> dict[str, Any]:
    """Return estimate, standard error and interval of one number.

    Parameters
    ----------
    numbers : Estimates
        Several numbers.
    position : int
        Which of them.
    conf_level : float
        Level of the interval.
    """
    low, high = numbers.interval(conf_level)
    return {
        "estimate": float(numbers.estimate[position]),
        "std_error": float(numbers.std_error[position]),
        "conf_low": float(low[position]),
        "conf_high": float(high[position]),
        "conf_level": conf_level,
    }


def tested_fields(numbers: Estimates, position: int) -> dict[str, Any]:
    """Return statistic, degrees of freedom and p of the t (or z) test of one number against zero."""
    df = float(numbers.df[position])
    return {
        "statistic": float(numbers.statistic()[position]),
        "statistic_name": "z" if math.isinf(df) else "t",
        "df1": math.nan if math.isinf(df) else df,
        "p_value": float(numbers.p_value()[position]),
    }


def undefined_words(numbers: Estimates) -> str:
    """Return the warning of numbers that some replicate weights leave undefined, or ""."""
    if not numbers.undefined:
        return ""
    return f"no standard error: not estimable under {numbers.undefined} of the replicate weights"
