"""A prevalence compared between groups, study by study."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from osa_survey.analysis.describing.prevalence_arguments import engaged_labels_of
from osa_survey.analysis.describing.prevalence_rows import chi_squared_test
from osa_survey.analysis.describing.proportions import arranged_activities
from osa_survey.dataset import ScoredData, columns_of
from osa_survey.plan.tested_rows import NOT_TESTED, Tested, TestedRow


def quick_prevalence(
    scored: ScoredData, arguments: Mapping[str, Any], row: TestedRow
) -> Callable[[slice], Tested | None] | None:
    """Return χ² of engagement by group, and the difference of proportions of two groups."""
    quantity, outcome, term = row.keys[:3]
    if quantity != "chi_squared":
        return None
    activities, by = ([names] if isinstance(names, str) else list(names) for names in _named(arguments))
    columns = columns_of(scored, [*activities, *by])
    engaged = engaged_labels_of(columns[: len(activities)], arguments.get("yes"))
    arranged = arranged_activities(columns, engaged, arguments["base"])
    activity = next(found for found in arranged.activities if found.name == outcome)
    grouping = next(found for found in arranged.groupings if found.name == term)
    masks = [activity.base & mask for _, mask in grouping.groups]
    both = [mask & activity.engaged for mask in masks]

    def test(rows: slice) -> Tested | None:
        n = np.array([int(mask[rows].sum()) for mask in masks], dtype=np.int64)
        yes = np.array([int(mask[rows].sum()) for mask in both], dtype=np.int64)
        filled = np.flatnonzero(n)
        found = chi_squared_test(yes[filled], n[filled])
        if found is None:
            return NOT_TESTED
        shares = yes[filled] / n[filled]
        return Tested(float(shares[0] - shares[1]) if len(filled) == 2 else math.nan, found.p_value)

    return test


def _named(arguments: Mapping[str, Any]) -> tuple[Any, Any]:
    return arguments["activities"], arguments.get("by") or []
