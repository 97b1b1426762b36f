"""What reliability gives with details: every interval of each coefficient, and split halves."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from osa_survey.psychometrics.coefficients import Coefficient, duhachek_interval
from osa_survey.psychometrics.item_matrices import ItemMatrix
from osa_survey.psychometrics.reliability_estimates import Estimates
from osa_survey.psychometrics.split_halves import MOST_SPLITS, split_halves
from osa_survey.results import Layout, Result, Rows, Show

DUHACHEK = (
    "Duhachek, A., & Iacobucci, D. (2004). Alpha's standard error (ASE): An accurate and precise confidence interval "
    "estimate. Journal of Applied Psychology, 89(5), 792–808. https://doi.org/10.1037/0021-9010.89.5.792"
)
GUTTMAN = (
    "Guttman, L. (1945). A basis for analyzing test-retest reliability. Psychometrika, 10(4), 255–282. "
    "https://doi.org/10.1007/BF02288892"
)


def intervals_result(estimates: Estimates, order: tuple[str, ...], base: str) -> Result:
    """Return each coefficient with every interval there is; ``base`` is the cell of the respondents behind alpha."""
    items, level = estimates.items, estimates.options.conf_level
    complete = f"{items.name}|complete"
    rows = Rows()
    rows.cell(complete, estimates.complete)
    rows.cell(base, estimates.n)
    kinds = {"omega_categorical": "bootstrap", "omega": "delta method", "alpha": "Feldt"}
    found: list[tuple[str, str, Coefficient]] = [(name, kinds[name], estimates.coefficient(name)) for name in order]
    covariance = estimates.statistics.moments.covariance
    found.append(("alpha", "Duhachek–Iacobucci", duhachek_interval(covariance, estimates.n, level)))
    for quantity, one in (
        ("alpha", estimates.alpha_bootstrap),
        ("alpha_standardised", estimates.standardised_bootstrap),
    ):
        if one is not None:
            found.append((quantity, "bootstrap", one))
    for quantity, kind, one in found:
        alpha = quantity.startswith("alpha")
        rows.add(
            quantity,
            outcome=items.name,
            level=kind,
            n=estimates.n if alpha else estimates.complete,
            estimate=one.estimate,
            std_error=one.std_error,
            conf_low=one.conf_low,
            conf_high=one.conf_high,
            conf_level=level,
            method=f"{kind} interval",
            warning="" if np.isfinite(one.conf_low) else "no interval",
            cells=[base if alpha else complete],
        )
    quantities = dict.fromkeys(quantity for quantity, _, _ in found)
    return Result.from_rows(
        rows,
        title=f"Intervals of the reliability of {items.title}",
        analysis="reliability",
        method=f"bootstrap percentile intervals of {estimates.options.draws} samples beside the closed ones",
        n_used=estimates.n,
        n_dropped=len(items.values) - estimates.n,
        settings={"scale": items.name, "draws": estimates.options.draws},
        labels={items.name: items.title},
        layout=Layout(
            rows=("level",),
            show=tuple(Show(name, part) for name in quantities for part in ("estimate", "interval")),
            row_head="Interval",
        ),
    )


def split_half_result(estimates: Estimates, base: str) -> Result:
    """Return the table of split halves, of the items' covariances."""
    seed = (*estimates.options.seed, 0)
    covariance = estimates.statistics.moments.covariance
    return split_half_table(estimates.items, covariance, estimates.n, seed, base)


def split_half_table(
    items: ItemMatrix,
    covariance: NDArray[np.float64],
    n: int,
    seed: tuple[int, ...],
    base: str,
    words: str = "",
    notes: tuple[str, ...] = (),
) -> Result:
    """Return the table of split halves of a covariance matrix.

    Parameters
    ----------
    items : ItemMatrix
        The items.
    covariance : ndarray of float, shape (items, items)
        Their covariances.
    n : int
        Respondents behind them; ``base`` is their cell.
    seed : tuple of int
        Draws the splits where there are too many.
    base : str
        The cell.
    words, notes
        The end of the Methods line, and further notes.
    """
    halves = split_halves(covariance, seed)
    which = "all" if halves.complete else f"a random sample of {MOST_SPLITS:,} of the"
    rows = Rows()
    rows.cell(base, n)
    kinds = {"lowest": halves.lowest, "mean": halves.mean, "highest": halves.highest, "odd–even": halves.odd_even}
    for level, value in kinds.items():
        method = "items in odd against even places" if level == "odd–even" else f"{level} of {which} splits"
        rows.add("split_half", outcome=items.name, level=level, n=n, estimate=value, method=method, cells=[base])
    rows.add("count", outcome=items.name, level="splits", estimate=halves.n_splits, method="splits taken", cells=[base])
    return Result.from_rows(
        rows,
        title=f"Split halves of {items.title}",
        analysis="reliability",
        method=f"4 × covariance of the halves / variance of the sum, over {which} splits into halves{words}",
        n_used=n,
        n_dropped=len(items.values) - n,
        settings={"scale": items.name, "seed": seed[0]},
        notes=("The highest of all splits is Guttman's λ4; it profits from chance in small samples.", *notes),
        references=(GUTTMAN,),
        labels={items.name: items.title},
        layout=Layout(rows=("level",), show=(Show("split_half"), Show("count")), row_head="Split"),
    )
