"""Whether the chains of an imputation have come to rest and mix: traces and their R̂."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from osa_survey import formatting
from osa_survey.dataset import ImputedData
from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.results import Layout, Result, Rows, Show

Floats = NDArray[np.float64]

CUSTOMARY = 1.1
"""Above this R̂ chains are commonly said not to agree yet."""
CHANCE = 0.001
"""With few iterations agreeing chains exceed 1.1 by chance; the limit is what they exceed this often."""
MOST_TRACED = 6
FEWEST_ITERATIONS = 4
"""R̂ of the second half of the iterations needs two of them."""

REFERENCE = (
    "Gelman, A., & Rubin, D. B. (1992). Inference from iterative simulation using multiple sequences. Statistical "
    "Science, 7(4), 457–472. doi:10.1214/ss/1177011136"
)
NOTES = (
    "R̂ compares the variance between chains with that within chains over the second half of the iterations; near 1 the "
    "chains agree. A warning stands where it is above 1.1 and above what chance gives once in a thousand times. It "
    "varies much with few iterations: look at the traces, which should mix and show no trend.",
)
WARNING = "the chains differ: use more iterations, or look for variables that nearly determine each other"
TOO_SHORT = "too few iterations for R̂"
ALIKE = "all chains are constant"

NOT_WEIGHTED = "Chains are compared on the imputed answers as they are: weights have no part in these numbers."


def r_hat(trace: Floats) -> float:
    """Return the potential scale reduction of the second half of some chains.

    Parameters
    ----------
    trace : ndarray, shape (chains, iterations)
        A number after each iteration.

    Returns
    -------
    float
        √(((n − 1)/n W + B/n) / W) with n iterations, within-chain variance W and B = n times the variance of the chain
        means (Gelman & Rubin 1992); NaN with fewer than four iterations or no variance.

    Examples
    --------
    >>> round(r_hat(np.array([[9.0, 9.0, 1.0, 3.0], [9.0, 9.0, 2.0, 4.0]])), 4)
    0.866
    """
    half = trace[:, trace.shape[1] // 2 :]
    n = half.shape[1]
    if trace.shape[1] < FEWEST_ITERATIONS or len(trace) < 2:
        return float("nan")
    within = float(half.var(axis=1, ddof=1).mean())
    between = float(half.mean(axis=1).var(ddof=1))
    if within <= 0:
        return float("nan")
    return float(np.sqrt((n - 1) / n + between / within))


def largest_by_chance(m: int, iterations: int) -> float:
    """Return the R̂ above which chains are said to differ.

    Parameters
    ----------
    m, iterations : int
        Chains and their iterations, of which the second half counts.

    Returns
    -------
    float
        The larger of 1.1 and what agreeing chains of independent values exceed once in a thousand times: B/W then has
        an F distribution with m − 1 and m (n − 1) degrees of freedom.

    Examples
    --------
    >>> round(largest_by_chance(20, 10), 2), largest_by_chance(20, 100)
    (1.16, 1.1)
    """
    n = iterations - iterations // 2
    if iterations < FEWEST_ITERATIONS:
        return CUSTOMARY
    ratio = float(stats.f.isf(CHANCE, m - 1, m * (n - 1)))
    return max(CUSTOMARY, float(np.sqrt((n - 1) / n + ratio / n)))


def convergence(imputed: ImputedData, variables: Sequence[str] | None = None) -> Result:
    """Return how well the chains agree, with the traces of some variables.

    Parameters
    ----------
    imputed : ImputedData
        Completed sets.
    variables : sequence of str, optional
        Imputed variables whose traces are listed and drawn; by default the six with the largest R̂.

    Returns
    -------
    Result
        For each imputed variable ``imputed`` (gaps filled in each set), ``rhat_mean`` and ``rhat_sd``.
        ``more["traces"]`` holds ``imputed_mean`` and ``imputed_sd`` by iteration (``level``) and chain (``group``) and
        is drawn; for nominal variables they are those of the most frequent category's indicator.

    Raises
    ------
    AnalysisError
        ``does_not_compose`` for data without completed sets; ``nothing_imputed`` where no gap was filled;
        ``unknown_variable``.
    """
    if not isinstance(imputed, ImputedData):
        message = "data without completed sets have no chains"
        raise AnalysisError(Problem("does_not_compose", message, hint="look at what impute returned"))
    record = imputed.record
    names = list(record.methods)
    if not names:
        raise AnalysisError(Problem("nothing_imputed", "no gap was filled: there are no chains to look at"))
    unknown = [name for name in variables or () if name not in names]
    if unknown:
        raise AnalysisError(
            Problem("unknown_variable", f"'{name}' was not imputed", column=name, hint=nearest(name, names))
            for name in unknown
        )
    titles = {name: _title(imputed, name) for name in names}
    rows = Rows()
    largest: dict[str, float] = {}
    for name in names:
        cell = f"{name}|imputed"
        rows.cell(cell, record.imputed[name])
        rows.add(
            "imputed",
            outcome=name,
            n=len(imputed),
            estimate=record.imputed[name],
            method=record.methods[name],
            cells=[cell],
        )
        found = {"rhat_mean": r_hat(record.trace_means[name]), "rhat_sd": r_hat(record.trace_sds[name])}
        largest[name] = max((value for value in found.values() if not np.isnan(value)), default=0.0)
        for quantity, value in found.items():
            rows.add(
                quantity, outcome=name, n=record.imputed[name], estimate=value, method="Gelman–Rubin, second half",
                warning=_warning(value, record.m, record.iterations), cells=[cell],
            )  # fmt: skip
    drawn = list(variables) if variables is not None else sorted(names, key=lambda name: -largest[name])[:MOST_TRACED]
    return Result.from_rows(
        rows,
        title="Convergence of the imputation",
        analysis="convergence",
        method=f"{record.m} chains of {record.iterations} iterations",
        n_used=len(imputed),
        settings={"m": record.m, "iterations": record.iterations, "seed": record.seed},
        notes=(*NOTES, *record.rules, *(() if imputed.original.design is None else (NOT_WEIGHTED,))),
        references=(REFERENCE,),
        more={"traces": _traces(imputed, drawn, titles)},
        wording=_words,
        labels=titles,
        layout=Layout(
            rows=("outcome",),
            show=(Show("imputed"), Show("rhat_mean"), Show("rhat_sd")),
            row_head="Imputed variable",
        ),
    )


def _title(imputed: ImputedData, name: str) -> str:
    variables = imputed.original.variables
    if name in variables:
        return variables[name].title
    responses = imputed.original.responses
    for block, entry in responses.codebook.blocks.items():
        columns = responses.item_columns(block)
        if name in columns:
            instrument = responses.instruments[entry.instrument]
            return f"{instrument.short_title}: {instrument.items[columns.index(name)].tag}"
    return name


def _warning(value: float, m: int, iterations: int) -> str:
    if np.isnan(value):
        return TOO_SHORT if iterations < FEWEST_ITERATIONS else ALIKE
    return WARNING if value > largest_by_chance(m, iterations) else ""


def _traces(imputed: ImputedData, names: Sequence[str], titles: dict[str, str]) -> Result:
    record = imputed.record
    rows = Rows()
    for name in names:
        cell = f"{name}|imputed"
        rows.cell(cell, record.imputed[name])
        for quantity, trace in (("imputed_mean", record.trace_means[name]), ("imputed_sd", record.trace_sds[name])):
            for chain, values in enumerate(trace, start=1):
                for iteration, value in enumerate(values.tolist(), start=1):
                    rows.add(
                        quantity, outcome=name, group=f"chain {chain}", level=str(iteration),
                        n=record.imputed[name], estimate=value, cells=[cell],
                    )  # fmt: skip
    return Result.from_rows(
        rows,
        title="Traces of the chains",
        analysis="convergence",
        method="mean and standard deviation of the imputed values after each iteration",
        n_used=len(imputed),
        labels={name: titles[name] for name in names},
        layout=Layout(
            rows=("outcome", "level"),
            across="group",
            show=(Show("imputed_mean"), Show("imputed_sd")),
            row_head="Iteration",
        ),
        plot="trace_lines",
    )


TEXTS = {
    "en": {
        "good": "R̂ was computed for {n} imputed variables: no chains differ by more than chance.",
        "some": "The chains of {k} of {n} imputed variables differ by more than chance: use more iterations.",
        "short": "There are too few iterations for R̂.",
    },
    "de": {
        "good": "R̂ wurde für {n} imputierte Variablen berechnet: Keine Ketten unterscheiden sich überzufällig.",
        "some": "Die Ketten von {k} der {n} imputierten Variablen unterscheiden sich überzufällig: mehr Iterationen.",
        "short": "Für R̂ gibt es zu wenige Iterationen.",
    },
}


def _words(table: pd.DataFrame, language: str) -> tuple[str, ...]:
    shown = table.loc[table["quantity"].isin(["rhat_mean", "rhat_sd"]) & (table["suppressed"] == "")]
    values = shown.dropna(subset=["estimate"])
    if len(values) == 0:
        return (TEXTS[language]["short"],)
    bad = values.loc[values["warning"] != "", "outcome"].nunique()
    words = {"n": formatting.count(values["outcome"].nunique()), "k": formatting.count(bad)}
    return (TEXTS[language]["some" if bad else "good"].format(**words),)
