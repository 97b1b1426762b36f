"""The equivalence test that follows a comparison, from the numbers of its table."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from osa_survey.analysis.equivalence.equivalence_bounds import SmallestEffect, declared_bounds
from osa_survey.analysis.equivalence.equivalence_rows import Compared, equivalence_result
from osa_survey.analysis.phrases import find
from osa_survey.analysis.tested_numbers import RATIOS, ScaledNumber, rows_tested, scaled_number
from osa_survey.effects.spreads import small_sample_correction
from osa_survey.errors import AnalysisError
from osa_survey.results import Result

KEY = "equivalence"
FOLLOWED = ("compare_groups", "paired", "correlate", "regress", "mixed_model", "gee", "fixed_effects")
TITLE = "{title}: equivalence"
SMALL = 1e-12


def with_equivalence(
    result: Result, smallest_effect: SmallestEffect, tested: Mapping[str, str] | None = None, *, alpha: float = 0.05
) -> Result:
    """Return a comparison with the equivalence tests of its differences as a further table.

    Parameters
    ----------
    result : Result
        A result of ``compare_groups`` (two groups), ``paired``, ``correlate`` or a regression that has not been
        released.
    smallest_effect : mapping
        As in ``equivalence``.
    tested : mapping of str to str, optional
        Which numbers; by default all that the analysis is about.
    alpha : float
        Level of each one-sided test.

    Returns
    -------
    Result
        With ``more["equivalence"]``; the result as it is where its tests cannot have bounds in the unit of the
        smallest effect.

    Notes
    -----
    Estimates, standard errors and degrees of freedom are those of the table, so that weights and imputed sets are in
    them. Standard deviations are those of the table, too.
    """
    bounds = declared_bounds(smallest_effect)
    if result.analysis not in FOLLOWED or KEY in result.more:
        return result
    try:
        places = rows_tested(result, tested)
    except AnalysisError:
        return result  # more than two groups: their omnibus test has no bounds
    compared = []
    for place in places:
        row = result.frame.iloc[place]
        number = scaled_number(row)
        if number is None:
            continue
        units = _units(result, row, number)
        if bounds.unit not in units:
            continue
        behind = result.cells.behind[place] if result.cells.behind else ()
        compared.append(
            Compared(
                str(row["quantity"]), str(row["outcome"]), str(row["term"]), str(row["contrast"]), float(row["n"]),
                number.estimate, number.std_error, number.df, units, str(row["method"]), cells=tuple(behind),
                group=str(row["group"]),
            )
        )  # fmt: skip
    if not compared:
        return result
    follow_up = equivalence_result(
        compared,
        bounds,
        "both",
        alpha,
        title=TITLE.format(title=result.title),
        used=result.n_used,
        dropped=result.n_dropped,
        labels=dict(result.labels),
        settings={},
        analysis=result.analysis,
        cells=result.cells,
    )
    return replace(result, more={**result.more, KEY: follow_up})


def _units(result: Result, row: Any, number: ScaledNumber) -> dict[str, float]:
    """Return the units in which bounds of a row can be told, as in ``on_test_scale``."""
    quantity = str(row["quantity"])
    if quantity in RATIOS or quantity == "r":
        return {quantity: 1.0, **({"b": 1.0} if quantity in RATIOS else {})}
    if quantity == "b":
        beta = find(result.frame, "beta", term=row["term"], level=row["level"], contrast=row["contrast"])
        known = beta is not None and abs(beta["estimate"]) > SMALL
        return {"b": 1.0, **({"beta": number.estimate / float(beta["estimate"])} if known and beta is not None else {})}
    if quantity != "mean_difference":
        return {}
    if result.analysis == "compare_groups":
        return {"mean_difference": 1.0, **_group_units(result, row)}
    units = {"mean_difference": 1.0}
    for size in ("d_z", "d_av"):
        found = find(result.frame, size, outcome=row["outcome"])
        if found is not None and abs(float(found["estimate"])) > SMALL:
            units[size] = number.estimate / float(found["estimate"])
    return units


def _group_units(result: Result, row: Any) -> dict[str, float]:
    """Return standard deviations of two groups from the rows of their table."""
    table = result.frame
    sds = table.loc[(table["quantity"] == "sd") & (table["group"] != ""), ["group", "estimate", "n"]]
    if len(sds) != 2:
        return {}
    ns, spreads = sds["n"].tolist(), sds["estimate"].tolist()
    df = sum(ns) - 2
    pooled = math.sqrt(sum((n - 1) * sd**2 for n, sd in zip(ns, spreads, strict=True)) / df)
    return {
        "hedges_g": pooled / small_sample_correction(df),
        "cohens_d": pooled,
        "cohens_d_unequal": math.sqrt((spreads[0] ** 2 + spreads[1] ** 2) / 2),
    }
