"""A coefficient that was estimated on a scale of its own, with its interval: what reliability and agreement give."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Coefficient:
    """One coefficient with its interval; unknown parts are NaN.

    Attributes
    ----------
    estimate, std_error, low, high, df : float
        Interval and error by the delta method from the scale of inference.
    method, warning : str
        How, and why something is missing.
    """

    estimate: float
    std_error: float = math.nan
    low: float = math.nan
    high: float = math.nan
    df: float = math.nan
    method: str = ""
    warning: str = ""

    def fields(self, conf_level: float) -> dict[str, Any]:
        """Return the coefficient as columns of a result."""
        return {
            "estimate": self.estimate,
            "std_error": self.std_error,
            "conf_low": self.low,
            "conf_high": self.high,
            "conf_level": conf_level if math.isfinite(self.low) else math.nan,
            "df1": self.df,
            "method": self.method,
            "warning": self.warning,
        }
