"""An effect size becomes a row of a result."""

from __future__ import annotations

import math
from typing import Any

from osa_survey.effects.effects import Effect


def size_fields(found: Effect, conf_level: float) -> dict[str, Any]:
    """Return the columns of a row that an effect size fills."""
    return {
        "estimate": found.estimate,
        "std_error": found.std_error,
        "conf_low": found.low,
        "conf_high": found.high,
        "conf_level": conf_level if found.bounded else math.nan,
        "method": found.method,
        "warning": found.warning,
    }
