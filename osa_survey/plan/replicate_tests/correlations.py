"""A correlation of two variables, study by study."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from osa_survey.analysis.correlating.correlation_estimates import METHODS
from osa_survey.dataset import ScoredData, columns_of
from osa_survey.plan.tested_rows import Tested, TestedRow


def quick_correlation(
    scored: ScoredData, arguments: Mapping[str, Any], row: TestedRow
) -> Callable[[slice], Tested | None] | None:
    """Return Pearson's r or Spearman's ρ of those who have both values."""
    quantity, outcome, term = row.keys[:3]
    if quantity not in ("r", "rho") or arguments.get("by"):
        return None
    method = METHODS[arguments.get("method", "pearson")]
    first, second = columns_of(scored, [term, outcome])
    both = first.answered & second.answered

    def test(rows: slice) -> Tested:
        used = both[rows]
        found = method(first.values[rows][used], second.values[rows][used], 0.95)
        return Tested(found.estimate, found.p_value)

    return test
