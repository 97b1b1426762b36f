"""The tables of how many factors a set of items has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from osa_survey.psychometrics.exploratory.adequacy import bartlett_sphericity, kaiser_meyer_olkin
from osa_survey.psychometrics.exploratory.compositions import Composition, JointTest
from osa_survey.psychometrics.exploratory.dimension_sentences import (
    BY_FACTORS,
    BY_PARALLEL,
    BY_PARTIALS,
    DimensionWords,
)
from osa_survey.psychometrics.exploratory.dimensions import (
    Basis,
    ParallelAnalysis,
    average_partials,
    parallel_analysis,
    shuffled,
)
from osa_survey.psychometrics.exploratory.item_correlations import ItemCorrelations
from osa_survey.psychometrics.ordinal import categories, polychoric_matrix
from osa_survey.results import Layout, Result, Rows, Show

REFERENCES = (
    "Horn, J. L. (1965). A rationale and test for the number of factors in factor analysis. Psychometrika, 30(2), "
    "179–185. https://doi.org/10.1007/BF02289447",
    "Velicer, W. F. (1976). Determining the number of components from the matrix of partial correlations. "
    "Psychometrika, 41(3), 321–327. https://doi.org/10.1007/BF02293557",
    "Kaiser, H. F., & Rice, J. (1974). Little jiffy, mark IV. Educational and Psychological Measurement, 34(1), "
    "111–117. https://doi.org/10.1177/001316447403400115",
)
NOTE_EFFECTIVE = (
    "The effective number of respondents is n times the ratio of the variances that the correlations would have in a "
    "simple random sample of complete answers to those they have; random data of parallel analysis have that size."
)
NOTE = (
    "The rules answer different questions and often disagree: compare solutions with one factor more and less, and "
    "look at what they mean."
)


def dimensions_result(
    found: ItemCorrelations,
    *,
    draws: int,
    quantile: float,
    seed: int,
    progress: Callable[[int, int], None] | None = None,
    composition: Composition | None = None,
) -> Result:
    """Return the result of ``dimensionality`` from correlations.

    Parameters
    ----------
    found : ItemCorrelations
        The correlations.
    draws, quantile, seed, progress
        As of ``dimensionality``.
    composition : Composition, optional
        Where the correlations are weighted or pooled.
    """
    items, R, n = found.items, found.R, found.n
    p = len(R)
    random_matrix = None if composition is None else composition.random_matrix
    if composition is None and found.kind == "polychoric":

        def random_matrix(generator: np.random.Generator) -> np.ndarray:
            drawn = polychoric_matrix(categories(shuffled(found.values, generator))).correlations
            return np.asarray(np.nan_to_num(drawn))

    both: dict[str, ParallelAnalysis] = {}
    bases: tuple[tuple[str, Basis], ...] = ((BY_PARALLEL, "components"), (BY_FACTORS, "factors"))
    for label, basis in bases:
        both[label] = parallel_analysis(
            R,
            n if composition is None else composition.effective_n,
            draws=draws,
            seed=seed,
            quantile=quantile,
            basis=basis,
            random_matrix=random_matrix,
            progress=progress,
        )
    partials = average_partials(R, p - 1)
    rows = Rows()
    rows.cell("complete", n)
    common: dict[str, Any] = {"outcome": items.name, "n": n, "cells": ["complete"]}
    adequacy = kaiser_meyer_olkin(R)
    test = _bartlett(R, n) if composition is None else composition.test
    rows.add("kmo", estimate=adequacy.overall, method="Kaiser–Meyer–Olkin measure", **common)
    rows.add(
        "sphericity",
        estimate=test.statistic,
        statistic=test.statistic,
        statistic_name=test.name,
        df1=test.df1,
        df2=test.df2,
        p_value=test.p_value,
        method=test.method,
        warning=test.warning,
        **common,
    )
    rows.add("count", level="random data sets", estimate=draws, method="parallel analysis", **common)
    for label, one in both.items():
        rows.add("factors", level=label, estimate=one.suggested, method=f"{quantile:.0%} quantile", **common)
    rows.add(
        "factors", level=BY_PARTIALS, estimate=int(np.nanargmin(partials)), method="smallest average partial", **common
    )
    if composition is not None:
        rows.add("effective_n", estimate=composition.effective_n, method="respondents of the random data", **common)
    notes = [*found.notes, NOTE, *((NOTE_EFFECTIVE, *composition.notes) if composition is not None else ())]
    if composition is None and found.kind == "polychoric":
        notes.append("Random data are the answers with each item shuffled by itself.")
    return Result.from_rows(
        rows,
        title=f"Number of factors of {items.title}",
        analysis="dimensionality",
        method=f"{found.kind} correlations ({found.missing}); parallel analysis with {draws} random data sets "
        f"({quantile:.0%} quantile), minimum average partial" + (composition.words if composition is not None else ""),
        n_used=n,
        n_dropped=len(items.values) - n if composition is None else composition.dropped,
        settings={
            "scales": items.name,
            "correlation": found.kind,
            "missing": found.missing,
            "draws": draws,
            "quantile": quantile,
            "seed": seed,
        },
        notes=tuple(notes),
        references=REFERENCES + (composition.references if composition is not None else ()),
        more={"eigenvalues": _eigenvalues(found, both, partials), "items": _items(found, adequacy.items)},
        labels={items.name: items.title},
        wording=DimensionWords(items.title),
        layout=Layout(
            rows=("level",),
            show=(Show("factors"), Show("kmo"), Show("sphericity", "statistic"), Show("sphericity", "p")),
            row_head="Rule",
        ),
        plot="lines",
    )


def _bartlett(R: np.ndarray, n: int) -> JointTest:
    test = bartlett_sphericity(R, n)
    method = "Bartlett's test that all correlations are zero"
    return JointTest(test.chi_squared, test.df, np.nan, test.p_value, "χ²", method)


def _eigenvalues(found: ItemCorrelations, both: dict[str, ParallelAnalysis], partials: np.ndarray) -> Result:
    rows = Rows()
    rows.cell("complete", found.n)
    for at in range(len(found.R)):
        common: dict[str, Any] = {
            "outcome": found.items.name,
            "level": str(at + 1),
            "n": found.n,
            "cells": ["complete"],
        }
        for label, one in both.items():
            group = label.rpartition(", ")[2]
            rows.add("eigenvalue", group=group, estimate=one.observed[at], **common)
            rows.add("random_eigenvalue", group=group, estimate=one.random_quantile[at], **common)
        value = float(partials[at])
        rows.add(
            "average_partial",
            estimate=value,
            warning="" if np.isfinite(value) else "not defined: an item is used up",
            **{**common, "level": str(at)},
        )
    return Result.from_rows(
        rows,
        title=f"Eigenvalues of {found.items.title}",
        analysis="dimensionality",
        method="eigenvalues of the correlations, and with squared multiple correlations on the diagonal; quantiles of "
        "random data; average squared partial correlations after so many components",
        n_used=found.n,
        labels={found.items.name: found.items.title},
        layout=Layout(
            rows=("level",), show=(Show("eigenvalue"), Show("random_eigenvalue")), across="group", row_head="Number"
        ),
        plot="lines",
    )


def _items(found: ItemCorrelations, adequacy: np.ndarray) -> Result:
    rows = Rows()
    rows.cell("complete", found.n)
    for column, value in zip(found.items.columns, adequacy, strict=True):
        rows.add("kmo", outcome=found.items.name, term=column, n=found.n, estimate=value, cells=["complete"])
    return Result.from_rows(
        rows,
        title=f"Sampling adequacy of the items of {found.items.title}",
        analysis="dimensionality",
        method="Kaiser–Meyer–Olkin measure of each item",
        n_used=found.n,
        labels={found.items.name: found.items.title, **dict(zip(found.items.columns, found.items.labels, strict=True))},
        layout=Layout(rows=("term",), show=(Show("kmo"),), row_head="Item"),
    )
