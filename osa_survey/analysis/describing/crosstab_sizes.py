"""Effect sizes of a table of counts: association, risks of a fourfold table, agreement of two raters."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.describing.contingency import chi_squared
from osa_survey.analysis.effect_sizes import TABLE_SIZES
from osa_survey.analysis.size_rows import size_fields
from osa_survey.effects.effects import Effect
from osa_survey.effects.kappas import cohens_kappa
from osa_survey.effects.risk_differences import number_needed, risk_difference
from osa_survey.effects.risk_ratios import cohens_h, odds_ratio, risk_ratio
from osa_survey.errors import AnalysisError, Problem
from osa_survey.results import Rows

RISK_SIZES = {
    "risk_difference": risk_difference,
    "risk_ratio": risk_ratio,
    "odds_ratio": odds_ratio,
    "cohens_h": cohens_h,
}
NUMBER_NEEDED = "number_needed"
AGREEMENTS = ("kappa", "kappa_weighted")
KNOWN = (*TABLE_SIZES, *RISK_SIZES, NUMBER_NEEDED, *AGREEMENTS)
SMALL_EXPECTED = 5.0
WARNING_EXPECTED = "some expected counts are below 5: the chi-squared approximation is doubtful"
WARNING_ONE_CATEGORY = "only one category of a variable occurs: no association can be tested"
OTHER_SIDE = "beyond infinity"
NOTE_RISKS = "Risks are shares of {event}, of {first} against {second}."
NOTE_NUMBER = (
    "The number needed is people for one event more (with a minus: less) in the first group. An interval that runs "
    "through infinity has two rows: the side of the estimate, and the side beyond infinity."
)
NOTE_KAPPA = "κ takes both variables as raters of the same categories in the same order."


@dataclass(frozen=True, repr=False)
class Counted:
    """A table of counts with its names.

    Attributes
    ----------
    names, groups, levels : tuple of str
        The row and the column variable, and the categories of each.
    counts : ndarray of float, shape (groups, levels)
        People.
    cells : tuple of str
        The gate's names of all counts.
    """

    names: tuple[str, str]
    groups: tuple[str, ...]
    levels: tuple[str, ...]
    counts: NDArray[np.float64]
    cells: tuple[str, ...]


def check_fit(sizes: Sequence[str], table: Counted) -> None:
    """Raise an AnalysisError if a size asked for does not go with the shape of the table."""
    problems = []
    fourfold = [name for name in sizes if name in RISK_SIZES or name in (NUMBER_NEEDED, "phi")]
    if fourfold and table.counts.shape != (2, 2):
        message = f"{', '.join(fourfold)} needs two categories of both variables, not {_shape(table)}"
        hint = "merge categories, or ask for cramers_v"
        problems.append(Problem("not_fourfold", message, key="effect_sizes", hint=hint))
    agreements = [name for name in sizes if name in AGREEMENTS]
    if agreements and table.groups != table.levels:
        message = f"{', '.join(agreements)} needs the same categories of both variables"
        hint = "declare the same categories for both raters"
        problems.append(Problem("not_square", message, key="effect_sizes", hint=hint))
    if problems:
        raise AnalysisError(problems)


def add_table_sizes(rows: Rows, sizes: Sequence[str], table: Counted, conf_level: float) -> None:
    """Add a row for each size asked for; each is a function of all counts."""
    key = {"outcome": table.names[0], "term": table.names[1]}
    n = float(table.counts.sum())
    for name in sizes:
        if name in TABLE_SIZES:
            _add_association(rows, name, table, conf_level)
        elif name in AGREEMENTS:
            found = cohens_kappa(table.counts, conf_level, weights="none" if name == "kappa" else "quadratic")
            rows.add(name, n=n, cells=table.cells, **key, **size_fields(found, conf_level))
        else:
            _add_risk(rows, name, table, conf_level)


def size_notes(sizes: Sequence[str], table: Counted) -> list[str]:
    """Return what must stand under the sizes asked for."""
    notes = []
    if any(name in RISK_SIZES or name == NUMBER_NEEDED for name in sizes):
        first, second = table.groups
        notes.append(NOTE_RISKS.format(event=table.levels[-1], first=first, second=second))
    if NUMBER_NEEDED in sizes:
        notes.append(NOTE_NUMBER)
    if any(name in AGREEMENTS for name in sizes):
        notes.append(NOTE_KAPPA)
    return notes


def expected_warning(counts: NDArray[np.float64]) -> str:
    """Return a warning if expected counts are small, else ""."""
    return WARNING_EXPECTED if (chi_squared(counts).expected < SMALL_EXPECTED).any() else ""


def _add_association(rows: Rows, name: str, table: Counted, conf_level: float) -> None:
    key = {"outcome": table.names[0], "term": table.names[1]}
    if min(table.counts.shape) < 2:
        rows.add(name, n=float(table.counts.sum()), cells=table.cells, warning=WARNING_ONE_CATEGORY, **key)
        return
    test = chi_squared(table.counts)
    shape = (table.counts.shape[0], table.counts.shape[1])
    found = TABLE_SIZES[name](test.chi2, test.df, test.n, shape, conf_level)
    fields = size_fields(found, conf_level)
    fields["warning"] = "; ".join(filter(None, (expected_warning(table.counts), found.warning)))
    rows.add(name, n=test.n, cells=table.cells, **key, **fields)


def _add_risk(rows: Rows, name: str, table: Counted, conf_level: float) -> None:
    people = table.counts.sum(axis=1)
    first, second = ((float(table.counts[i, -1]), float(people[i])) for i in (0, 1))
    key = {
        "outcome": table.names[0],
        "term": table.names[1],
        "contrast": f"{table.groups[0]} \u2212 {table.groups[1]}",
    }
    n = float(people.sum())
    if name != NUMBER_NEEDED:
        found = RISK_SIZES[name](first, second, conf_level)
        rows.add(name, n=n, cells=table.cells, **key, **size_fields(found, conf_level))
        return
    needed = number_needed(risk_difference(first, second, conf_level))
    rows.add(name, n=n, cells=table.cells, **key, **size_fields(needed.effect, conf_level))
    if needed.other_side is not None:
        low, high = needed.other_side
        rest = Effect(math.nan, low, high, needed.effect.method, "the rest of the interval: no estimate lies here")
        rows.add(name, level=OTHER_SIDE, n=n, cells=table.cells, **key, **size_fields(rest, conf_level))


def _shape(table: Counted) -> str:
    return f"{len(table.groups)} × {len(table.levels)}"
