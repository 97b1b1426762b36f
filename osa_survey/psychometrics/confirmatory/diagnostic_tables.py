"""Where a model misses the answers: correlation residuals and modification indices."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from osa_survey.psychometrics.confirmatory.estimate_tables import common_of, started, table_result
from osa_survey.psychometrics.confirmatory.factor_parts import FactorParts
from osa_survey.psychometrics.confirmatory.structures import lower
from osa_survey.results import Result, Show

Floats = NDArray[np.float64]
MOST_SHOWN = 20
SMALLEST_INDEX = 3.841458820694124
"""Modification indices below the .05 point of chi-squared with one degree of freedom are left out."""
NOTE_MANY = "The {n} largest of {of}."
NOTE_INDICES = (
    "Modification indices suggest; a model changed by them is exploratory and needs new data. "
    "Several tests are made at once."
)


def correlation_residuals(parts: FactorParts) -> list[tuple[float, int, str, str]]:
    """Return observed less implied correlations, with group and items, the largest in size first."""
    found = []
    for group, (structure, sample) in enumerate(zip(parts.fit.structures, parts.fit.samples, strict=True)):
        sigma = structure.matrices(parts.fit.minimum.parameters).covariance
        rows, columns = lower(len(sigma), -1)

        def correlation(matrix: Floats) -> Floats:
            scale = np.sqrt(np.diag(matrix))
            return np.asarray(matrix / np.outer(scale, scale))

        residual = correlation(sample.covariance) - correlation(sigma)
        names = parts.fit.table.observed
        found += [(float(residual[i, j]), group, names[j], names[i]) for i, j in zip(rows, columns, strict=True)]
    return sorted(found, key=lambda entry: -abs(entry[0]))


def residual_table(parts: FactorParts) -> Result | None:
    """Return the largest correlation residuals."""
    found = correlation_residuals(parts)
    if not found:
        return None
    rows = started(parts)
    for value, group, first, second in found[:MOST_SHOWN]:
        rows.add("residual_correlation", **common_of(parts, group), outcome=first, term=second, estimate=value)
    notes = (NOTE_MANY.format(n=MOST_SHOWN, of=len(found)),) if len(found) > MOST_SHOWN else ()
    return table_result(
        parts,
        rows,
        "Correlation residuals",
        (Show("residual_correlation"),),
        keys=("outcome", "term"),
        row_head="Items",
        method="observed less implied correlations, the largest first",
        notes=notes,
    )


def modification_table(parts: FactorParts) -> Result:
    """Return the largest modification indices with the change they expect."""
    rows = started(parts)
    ranked = sorted((one for one in parts.releases if np.isfinite(one.index)), key=lambda one: -one.index)
    large = [one for one in ranked if one.index >= SMALLEST_INDEX] or ranked[:1]
    for one in large[:MOST_SHOWN]:
        common = {
            **common_of(parts, one.group),
            "outcome": one.lhs,
            "term": one.rhs,
            "level": "loading" if one.op == "=~" else "covariance",
        }
        rows.add(
            "modification_index",
            estimate=one.index,
            statistic=one.index,
            statistic_name="χ²",
            df1=1.0,
            **common,
        )
        rows.add("expected_change", estimate=one.change, **common)
    notes = [NOTE_INDICES]
    if len(large) > MOST_SHOWN:
        notes.append(NOTE_MANY.format(n=MOST_SHOWN, of=len(large)))
    return table_result(
        parts,
        rows,
        "Modification indices",
        (Show("modification_index"), Show("expected_change")),
        keys=("outcome", "term", "level"),
        row_head="Freed parameter",
        method="score tests of parameters that are fixed at zero",
        notes=tuple(notes),
    )
