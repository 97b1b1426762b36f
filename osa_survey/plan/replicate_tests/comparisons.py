"""Two or more groups compared on a number, study by study."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from osa_survey.analysis.comparing.comparison_rows import CONTRAST
from osa_survey.analysis.comparing.comparisons import SMALLEST_GROUP
from osa_survey.analysis.comparing.two_groups import student_t, welch_t
from osa_survey.analysis.variance_analyses import anova, welch_anova
from osa_survey.dataset import ScoredData, columns_of
from osa_survey.plan.tested_rows import NOT_TESTED, Tested, TestedRow

DIFFERENCES = {"mean_difference": welch_t, "mean_difference_equal_variances": student_t}
RATIOS = {"welch_anova": welch_anova, "anova": anova}


def quick_comparison(
    scored: ScoredData, arguments: Mapping[str, Any], row: TestedRow
) -> Callable[[slice], Tested | None] | None:
    """Return Welch's or Student's t of the two groups that are left, or an F test of all."""
    quantity, contrast = row.keys[0], row.keys[3]
    if quantity not in (*DIFFERENCES, *RATIOS):
        return None
    column, grouping = columns_of(scored, [arguments["outcome"], arguments["by"]])
    answered, values = column.answered, column.values
    groups = [
        (label, (grouping.values == code) & answered)
        for code, label in zip(grouping.info.codes, grouping.info.labels, strict=True)
    ]

    def test(rows: slice) -> Tested | None:
        found = [(label, values[rows][mask[rows]]) for label, mask in groups]
        found = [(label, own) for label, own in found if len(own) >= SMALLEST_GROUP]
        arrays = [own for _, own in found]
        if quantity in RATIOS:
            return None if len(found) < 3 else Tested(math.nan, RATIOS[quantity](arrays).p_value)
        if len(found) != 2 or CONTRAST.format(first=found[0][0], second=found[1][0]) != contrast:
            return NOT_TESTED if len(found) > 2 else None
        one = DIFFERENCES[quantity](arrays[0], arrays[1])
        return Tested(one.difference, one.p_value)

    return test if np.any([mask.any() for _, mask in groups]) else None
