"""How many factors a set of items has: the public analysis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from osa_survey import formatting
from osa_survey.dataset import ScoredData, refuse_design, refuse_imputed
from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.psychometrics.exploratory.adequacy import bartlett_sphericity, kaiser_meyer_olkin
from osa_survey.psychometrics.exploratory.dimensions import (
    Basis,
    ParallelAnalysis,
    average_partials,
    parallel_analysis,
    shuffled,
)
from osa_survey.psychometrics.exploratory.item_correlations import (
    ItemCorrelations,
    Kind,
    item_correlations,
    items_of,
)
from osa_survey.psychometrics.item_statistics import Missing
from osa_survey.psychometrics.ordinal import categories, polychoric_matrix
from osa_survey.results import Layout, Result, Rows, Show

BY_PARALLEL = "parallel analysis, components"
BY_FACTORS = "parallel analysis, factors"
BY_PARTIALS = "minimum average partial"
REFERENCES = (
    "Horn, J. L. (1965). A rationale and test for the number of factors in factor analysis. Psychometrika, 30(2), "
    "179–185. https://doi.org/10.1007/BF02289447",
    "Velicer, W. F. (1976). Determining the number of components from the matrix of partial correlations. "
    "Psychometrika, 41(3), 321–327. https://doi.org/10.1007/BF02293557",
    "Kaiser, H. F., & Rice, J. (1974). Little jiffy, mark IV. Educational and Psychological Measurement, 34(1), "
    "111–117. https://doi.org/10.1177/001316447403400115",
)
NOTE = (
    "The rules answer different questions and often disagree: compare solutions with one factor more and less, and "
    "look at what they mean."
)
TEXTS = {
    "en": {
        "adequacy": "Sampling adequacy (KMO) of {title} was {kmo}.",
        "factors": "Parallel analysis ({draws} random data sets) suggests {components} components and {factors} "
        "factors, the minimum average partial {map}.",
        "hidden": "How many factors {title} has is not shown, because too few people stand behind it.",
    },
    "de": {
        "adequacy": "Die Stichprobeneignung (KMO) von {title} betrug {kmo}.",
        "factors": "Die Parallelanalyse ({draws} Zufallsdatensätze) legt {components} Komponenten und {factors} "
        "Faktoren nahe, die kleinste mittlere Partialkorrelation {map}.",
        "hidden": "Wie viele Faktoren {title} hat, wird nicht gezeigt, weil zu wenige Personen dahinterstehen.",
    },
}


@dataclass(frozen=True)
class DimensionWords:
    """Sentences on the number of factors.

    Attributes
    ----------
    title : str
        What print calls the items.
    """

    title: str

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentences in one language."""
        text = TEXTS[language]
        if (table["suppressed"] != "").any():
            return (text["hidden"].format(title=self.title),)
        kmo = float(table.loc[table["quantity"] == "kmo", "estimate"].iloc[0])
        counts = table.loc[table["quantity"] == "factors"].set_index("level")["estimate"]
        draws = float(table.loc[table["quantity"] == "count", "estimate"].iloc[0])
        return (
            text["adequacy"].format(title=self.title, kmo=formatting.decimal(kmo, bounded=True)),
            text["factors"].format(
                draws=formatting.count(draws),
                components=formatting.count(counts[BY_PARALLEL]),
                factors=formatting.count(counts[BY_FACTORS]),
                map=formatting.count(counts[BY_PARTIALS]),
            ),
        )


def dimensionality(
    data: ScoredData | pd.DataFrame,
    scales: str | Sequence[str] | None = None,
    *,
    correlation: Kind = "pearson",
    missing: Missing = "listwise",
    draws: int = 100,
    quantile: float = 0.95,
    seed: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Result:
    """Return how many factors the items of one or several scales have, by several rules.

    Parameters
    ----------
    data : ScoredData or DataFrame
        Scored data, or a data frame whose columns are keyed items.
    scales : str or sequence of str, optional
        Scored columns whose items are taken together; may be left out if there is only one.
    correlation : {"pearson", "polychoric"}
        Of answers as numbers, or of the tendencies behind them. For polychoric correlations the random data are the
        answers, each item shuffled by itself.
    missing : {"listwise", "pairwise"}
        Complete cases, or everybody who answered both items of a pair.
    draws : int
        Random data sets of the parallel analysis.
    quantile : float
        Quantile of their eigenvalues that an observed one must exceed.
    seed : int
        Of the random data.
    progress : callable, optional
        Told (done, all) after each random data set of polychoric correlations.

    Returns
    -------
    Result
        Rows ``kmo``, ``sphericity`` (Bartlett's test), ``factors`` for each rule; ``more["eigenvalues"]`` with observed
        and random eigenvalues and average partials, ``more["items"]`` with the adequacy of each item.

    Raises
    ------
    AnalysisError
        Fewer than three items, too few respondents, an item without variance or that follows from the others.

    References
    ----------
    Horn, J. L. (1965). A rationale and test for the number of factors in factor analysis. Psychometrika, 30(2),
    179-185. doi:10.1007/BF02289447
    """
    refuse_imputed(data, "dimensionality")
    refuse_design(data, "dimensionality")
    check_draws(draws, quantile, correlation, missing)
    found = item_correlations(items_of(data, scales), correlation, missing)
    return dimensions_result(found, draws=draws, quantile=quantile, seed=seed, progress=progress)


def check_draws(draws: int, quantile: float, correlation: str, missing: str) -> None:
    """Raise an error that names every argument that cannot be."""
    problems = []
    for name, value, known in (
        ("correlation", correlation, ("pearson", "polychoric")),
        ("missing", missing, ("listwise", "pairwise")),
    ):
        if value not in known:
            problems.append(Problem("unknown_option", f"{name} cannot be '{value}'", hint=nearest(str(value), known)))
    if draws < 20:
        problems.append(
            Problem("draws", "a quantile of fewer than 20 random data sets is no guide", hint="draws = 100")
        )
    if not 0.5 <= quantile < 1:
        problems.append(Problem("quantile", "quantile must lie between 0.5 and 1", hint="quantile = 0.95"))
    if problems:
        raise AnalysisError(problems)


def dimensions_result(
    found: ItemCorrelations,
    *,
    draws: int,
    quantile: float,
    seed: int,
    progress: Callable[[int, int], None] | None = None,
) -> Result:
    """Return the result of ``dimensionality`` from correlations."""
    items, R, n = found.items, found.R, found.n
    p = len(R)
    random_matrix = None
    if found.kind == "polychoric":

        def random_matrix(generator: np.random.Generator) -> np.ndarray:
            drawn = polychoric_matrix(categories(shuffled(found.values, generator))).correlations
            return np.asarray(np.nan_to_num(drawn))

    both: dict[str, ParallelAnalysis] = {}
    bases: tuple[tuple[str, Basis], ...] = ((BY_PARALLEL, "components"), (BY_FACTORS, "factors"))
    for label, basis in bases:
        both[label] = parallel_analysis(
            R, n, draws=draws, seed=seed, quantile=quantile, basis=basis, random_matrix=random_matrix, progress=progress
        )
    partials = average_partials(R, p - 1)
    rows = Rows()
    rows.cell("complete", n)
    common: dict[str, Any] = {"outcome": items.name, "n": n, "cells": ["complete"]}
    adequacy = kaiser_meyer_olkin(R)
    test = bartlett_sphericity(R, n)
    rows.add("kmo", estimate=adequacy.overall, method="Kaiser–Meyer–Olkin measure", **common)
    rows.add(
        "sphericity",
        estimate=test.chi_squared,
        statistic=test.chi_squared,
        statistic_name="χ²",
        df1=test.df,
        p_value=test.p_value,
        method="Bartlett's test that all correlations are zero",
        **common,
    )
    rows.add("count", level="random data sets", estimate=draws, method="parallel analysis", **common)
    for label, one in both.items():
        rows.add("factors", level=label, estimate=one.suggested, method=f"{quantile:.0%} quantile", **common)
    rows.add(
        "factors", level=BY_PARTIALS, estimate=int(np.nanargmin(partials)), method="smallest average partial", **common
    )
    notes = [*found.notes, NOTE]
    if found.kind == "polychoric":
        notes.append("Random data are the answers with each item shuffled by itself.")
    return Result.from_rows(
        rows,
        title=f"Number of factors of {items.title}",
        analysis="dimensionality",
        method=f"{found.kind} correlations ({found.missing}); parallel analysis with {draws} random data sets "
        f"({quantile:.0%} quantile), minimum average partial",
        n_used=n,
        n_dropped=len(items.values) - n,
        settings={
            "scales": items.name,
            "correlation": found.kind,
            "missing": found.missing,
            "draws": draws,
            "quantile": quantile,
            "seed": seed,
        },
        notes=tuple(notes),
        references=REFERENCES,
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
