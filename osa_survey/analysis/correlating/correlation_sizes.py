"""Agreement of several ratings of the same people: intraclass correlations and Kendall's W, beside correlations."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from osa_survey.analysis.correlating.intraclass_numbers import concordance_number, intraclass_numbers
from osa_survey.analysis.domains import restricted
from osa_survey.analysis.samples import Sample
from osa_survey.analysis.size_rows import size_fields
from osa_survey.dataset import Column
from osa_survey.effects.intraclass_correlations import intraclass_correlations
from osa_survey.effects.rank_variances import kendalls_w
from osa_survey.errors import AnalysisError, Problem
from osa_survey.results import Rows

KNOWN = ("icc", "kendalls_w")
NOTE_COMPLETE = "Intraclass correlations and Kendall's W use those with every variable, each variable as one rater."


def add_agreements(
    rows: Rows, sizes: Sequence[str], columns: Sequence[Column], conf_level: float, sample: Sample | None = None
) -> None:
    """Add the six intraclass correlations (``level`` is the form) and Kendall's W, as asked for.

    Parameters
    ----------
    rows : Rows
        They are added to.
    sizes : sequence of str
        ``icc``, ``kendalls_w``.
    columns : sequence of Column
        The raters.
    conf_level : float
        Level of the intervals.
    sample : Sample, optional
        The same columns under weights or in completed sets, which their numbers then come from.

    Raises
    ------
    AnalysisError
        If fewer than two people have every variable.
    """
    if not sizes:
        return
    complete = np.logical_and.reduce([column.answered for column in columns])
    ratings = np.column_stack([column.values[complete] for column in columns])
    if len(ratings) < 2:
        message = "fewer than two people have every variable, so there is no agreement to measure"
        raise AnalysisError(Problem("too_few_pairs", message, key="effect_sizes", hint="look at missingness(data)"))
    if sample is not None:
        _add_composed(rows, sizes, len(columns), conf_level, sample)
        return
    if "icc" in sizes:
        for form, found in intraclass_correlations(ratings, conf_level).items():
            rows.add("icc", level=form, n=len(ratings), **size_fields(found, conf_level))
    if "kendalls_w" in sizes:
        rows.add("kendalls_w", n=len(ratings), **size_fields(kendalls_w(ratings, conf_level), conf_level))


def _add_composed(rows: Rows, sizes: Sequence[str], k: int, conf_level: float, sample: Sample) -> None:
    complete = restricted(sample, lambda one: np.logical_and.reduce([column.answered for column in one.columns[:k]]))
    if "icc" in sizes:
        for form, found in intraclass_numbers(complete, k, conf_level).items():
            rows.add("icc", level=form, n=complete.n, **found.fields(conf_level))
    if "kendalls_w" in sizes:
        rows.add("kendalls_w", n=complete.n, **concordance_number(complete, k, conf_level).fields(conf_level))
