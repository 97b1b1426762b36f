"""Two ratings by the same people, study by study."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from osa_survey.analysis.comparing.pair_arguments import named_pairs
from osa_survey.analysis.comparing.paired_comparisons import paired_test
from osa_survey.dataset import ScoredData, columns_of
from osa_survey.plan.tested_rows import Tested, TestedRow

FEWEST = 2


def quick_pair(
    scored: ScoredData, arguments: Mapping[str, Any], row: TestedRow
) -> Callable[[slice], Tested | None] | None:
    """Return the paired t test of those who gave both ratings."""
    quantity, name = row.keys[:2]
    if quantity != "mean_difference":
        return None
    pairs = named_pairs(arguments.get("pairs"), arguments.get("first"), arguments.get("second"))
    others = [columns_of(scored, pair) for pair in pairs.values()]
    first, second = columns_of(scored, pairs[name])
    both = first.answered & second.answered
    everywhere = [a.answered & b.answered for a, b in others]

    def test(rows: slice) -> Tested | None:
        if any(used[rows].sum() < FEWEST for used in everywhere):
            return None  # the analysis refuses the whole table
        used = both[rows]
        found = paired_test(first.values[rows][used], second.values[rows][used])
        return Tested(found.difference, found.p_value)

    return test
