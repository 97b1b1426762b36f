"""The baseline model, in which items are unrelated."""

from __future__ import annotations

import numpy as np

from osa_survey.psychometrics.confirmatory.conventions import Parameter
from osa_survey.psychometrics.confirmatory.fits import FactorFit, fit_table
from osa_survey.psychometrics.confirmatory.parameter_tables import ParameterTable


def baseline_fit(fit: FactorFit) -> FactorFit:
    """Return the model of unrelated items: free variances and means, or thresholds, in every group."""
    table = fit.table
    rows: list[Parameter] = []
    starts: list[float] = []

    def add(lhs: str, op: str, rhs: str, group: int, start: float | None, fixed: float = 0.0) -> None:
        position = -1 if start is None else len(starts)
        rows.append(Parameter(lhs, op, rhs, group, position, fixed if start is None else np.nan, ""))
        if start is not None:
            starts.append(start)

    for group, sample in enumerate(fit.samples):
        at = 0
        for index, item in enumerate(table.observed):
            if table.ordered:
                for number in range(sample.counts[index]):
                    add(item, "|", f"t{number + 1}", group, float(sample.thresholds[at]))
                    at += 1
                add(item, "~*~", item, group, None, 1.0)
                continue
            add(item, "~~", item, group, float(sample.covariance[index, index]))
            if table.means:
                add(item, "~1", "", group, float(sample.means[index]))
    unrelated = ParameterTable(
        tuple(rows), table.observed, (), table.n_groups, len(starts), table.ordered, "delta", table.means, ""
    )
    return fit_table(unrelated, fit.samples, fit.estimator, np.array(starts))
