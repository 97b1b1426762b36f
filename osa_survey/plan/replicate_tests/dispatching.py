"""Which analyses have a short way from scored answers to a p value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from osa_survey.dataset import ScoredData
from osa_survey.errors import OsaSurveyError
from osa_survey.plan.composition import arguments_for
from osa_survey.plan.replicate_tests.comparisons import quick_comparison
from osa_survey.plan.replicate_tests.correlations import quick_correlation
from osa_survey.plan.replicate_tests.pairs import quick_pair
from osa_survey.plan.replicate_tests.prevalences import quick_prevalence
from osa_survey.plan.replicate_tests.regressions import quick_coefficient
from osa_survey.plan.study_file import AnalysisEntry
from osa_survey.plan.tested_rows import Tested, TestedRow

QuickTest = Callable[[slice], Tested | None]
"""From the rows of one study to its test; None where only the analysis itself can tell."""
Builder = Callable[[ScoredData, Mapping[str, Any], TestedRow], QuickTest | None]
QUICK: dict[str, Builder] = {
    "compare_groups": quick_comparison,
    "correlate": quick_correlation,
    "paired": quick_pair,
    "prevalence": quick_prevalence,
    "regress": quick_coefficient,
}


def quick_test(entry: AnalysisEntry, row: TestedRow, scored: ScoredData) -> QuickTest | None:
    """Return the short way to a test of many studies, or None where there is none.

    Parameters
    ----------
    entry : AnalysisEntry
        The analysis.
    row : TestedRow
        Its number.
    scored : ScoredData
        The respondents of all studies, unweighted and not imputed.

    Notes
    -----
    The numbers are those of the analysis: the same functions on the same arrays. What depends on who happens to be in
    a study (a category nobody is in, a separated model, transformations learnt from data) is left to the analysis.
    """
    if entry.do not in QUICK or row.adjusted or row.table:
        return None
    try:
        return QUICK[entry.do](scored, arguments_for(entry), row)
    except OsaSurveyError:
        return None
