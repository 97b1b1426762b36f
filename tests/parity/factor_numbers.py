"""How closely factor analyses of R can be met, and its matrices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

CLOSED = 1e-10
"""Closed forms, as the golden numbers' README says."""
LOADINGS = 1e-4
"""psych's optimiser stops about 2e-5 short; the README names 1e-4."""
Golden = Callable[[str], dict[str, Any]]
CONFIDENCE = 0.90


def matrix(value: dict[str, Any]) -> np.ndarray:
    return np.array(value["data"], dtype=float)
