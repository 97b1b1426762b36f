"""The square table of correlations: n, M, SD and reliability beside it, two groups above and below the diagonal."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.analysis.moments import moments
from osa_survey.analysis.samples import CompletedSet, Sample
from osa_survey.dataset import Column, ScoredData
from osa_survey.psychometrics.coefficients import omega
from osa_survey.psychometrics.item_matrices import item_matrix
from osa_survey.psychometrics.item_statistics import item_moments, statistics_of
from osa_survey.psychometrics.one_factor import one_factor
from osa_survey.results import Layout, Result, Rows, Show
from osa_survey.weighting import weighted_means, weighted_variances

Mask = NDArray[np.bool_]
LOWER = "Below the diagonal: {group}; above: {other}."
RELIABILITY = (
    "McDonald's omega of a one-factor model (three items or more) and Cronbach's alpha, from those who answered every "
    "item of the scale."
)
NO_RELIABILITY = "Reliability is not estimated here under weights or imputation; see reliability."
MIN_ITEMS = 3


def group_cell(group: str, *variables: str) -> str:
    """Return the name of the cell of a group's people with values in these variables."""
    return "|".join((group, *variables))


def matrix_result(
    correlations: pd.DataFrame,
    columns: Sequence[Column],
    groups: Sequence[tuple[str, Mask]],
    described: Rows,
    *,
    quantity: str,
    numbers: Mapping[str, int],
    notes: Sequence[str] = (),
) -> Result:
    """Return correlations as a square table.

    Parameters
    ----------
    correlations : DataFrame
        The rows of ``correlate``: ``term`` is the variable named first, ``group`` the group or "".
    columns : sequence of Column
        The variables, in order.
    groups : sequence of (str, ndarray of bool)
        One entry ("", everyone), or two groups: the first stands above the diagonal, the second below.
    described : Rows
        What stands beside the diagonal, with the gate's cells; the correlations are added to it.
    quantity : str
        ``"r"`` or ``"rho"``.
    numbers : mapping of str to int
        ``n_used`` and ``n_dropped``.
    notes : sequence of str
        Further notes.
    """
    names = [column.info.name for column in columns]
    found = {(str(row["term"]), str(row["outcome"]), str(row["group"])): row for _, row in correlations.iterrows()}
    above = groups[0][0] if len(groups) == 2 else ""
    for place, across in enumerate(names):
        for position, down in enumerate(names):
            upper = position < place
            if position == place or (upper and not above):
                continue
            key = (down, across) if upper else (across, down)
            group = groups[0][0] if upper else groups[-1][0]
            row = found[*key, group]
            kept = {name: row[name] for name in ("n", "estimate", "conf_low", "conf_high", "conf_level", "p_value")}
            cells = [group_cell(group, *key)] if group else []
            if group:
                described.cell(cells[0], float(row["n"]))
            place_of: dict[str, Any] = {"term": down, "outcome": across, "level": str(place + 1), "group": group}
            described.add(quantity, method=row["method"], warning=row["warning"], cells=cells, **place_of, **kept)
    held = dict.fromkeys(described.table["quantity"])
    heads = {"omega": "ω", "alpha": "α"}
    own = [LOWER.format(group=groups[1][0], other=groups[0][0])] if above else []
    return Result.from_rows(
        described,
        title="Correlations with means, standard deviations and reliability" if "mean" in held else "Correlations",
        analysis="correlate",
        method="correlations of those with both values; means and standard deviations (n − 1) of everyone who answered",
        notes=(*own, *([RELIABILITY] if "alpha" in held else []), *notes),
        labels={name: f"{place}. {column.info.title}" for place, (name, column) in enumerate(_named(columns), start=1)},
        layout=Layout(
            rows=("term",),
            show=tuple(Show(name, head=heads.get(name, "")) for name in held),
            across="level",
            row_head="Variable",
        ),
        **numbers,
    )


def add_descriptions(
    rows: Rows,
    data: object,
    columns: Sequence[Column],
    groups: Sequence[tuple[str, Mask]],
    *,
    sample: Sample | None,
    describe: bool,
) -> None:
    """Add n and, if asked for, M, SD and (of plain data) reliability of each variable and group."""
    for place, (name, column) in enumerate(_named(columns)):
        for group, mask in groups:
            n, mean, sd = described_moments(column, place, sample, mask, group)
            keys: dict[str, Any] = {"term": name, "group": group, "n": n}
            if group:
                keys["cells"] = [group_cell(group, name)]
                rows.cell(group_cell(group, name), n if sample is not None else mask & column.answered)
            rows.add("count", estimate=n, **keys)
            if not describe:
                continue
            for quantity, value in (("mean", mean), ("sd", sd)):
                rows.add(quantity, estimate=value, warning="too few answers" if math.isnan(value) else "", **keys)
    if describe and sample is None and isinstance(data, ScoredData):
        _add_reliability(rows, data, columns, groups)


def described_moments(
    column: Column, place: int, sample: Sample | None, mask: Mask | None = None, group: str = ""
) -> tuple[float, float, float]:
    """Return n, M and SD of one variable: weighted under a design, averaged over imputed sets.

    Notes
    -----
    The SD of several sets is the root of their mean variance.
    """
    mask = np.ones(len(column.values), dtype=bool) if mask is None else mask
    if sample is None:
        found = moments(column.values[mask & column.answered])
        return found.n, found.mean, found.sd
    means, variances, people = [], [], []
    for one in sample.sets:
        own = one.columns[place]
        used = own.answered & (_in_group(one, group) if group else one.used)
        weights = np.ones(len(used)) if one.design is None else one.design.weights
        weights = np.where(used, weights, 0.0)
        means.append(weighted_means(own.values, weights).estimate[0])
        variances.append(weighted_variances(own.values, weights).estimate[0])
        people.append(int((weights > 0).sum()))
    return min(people), float(np.mean(means)), math.sqrt(float(np.mean(variances)))


def _in_group(one: CompletedSet, group: str) -> Mask:
    info = one.columns[-1].info
    return np.asarray(one.columns[-1].values == info.codes[info.labels.index(group)])


def _add_reliability(
    rows: Rows, data: ScoredData, columns: Sequence[Column], groups: Sequence[tuple[str, Mask]]
) -> None:
    scales = {entry.name for entry in data.log if not entry.parts}
    for name, _ in _named(columns):
        if name not in scales:
            continue
        items = item_matrix(data, name).values
        for group, mask in groups:
            own = items[mask]
            complete = ~np.isnan(own).any(axis=1)
            n = int(complete.sum())
            keys: dict[str, Any] = {"term": name, "group": group, "n": n}
            if group:
                keys["cells"] = [group_cell(group, name, "items")]
                rows.cell(group_cell(group, name, "items"), n)
            for quantity, value in _coefficients(own[complete]).items():
                rows.add(quantity, estimate=value, warning="" if math.isfinite(value) else "not estimated", **keys)


def _coefficients(items: NDArray[np.float64]) -> dict[str, float]:
    """Return omega and alpha of complete answers; NaN where not defined."""
    n, k = items.shape
    if k < 2 or n < MIN_ITEMS:
        return {"omega": math.nan, "alpha": math.nan}
    found = item_moments(items, "listwise")
    statistics = statistics_of(found)
    value = math.nan
    if k >= MIN_ITEMS and n > k and not statistics.constant.any():
        try:
            model = one_factor(found.covariance, n)
        except ValueError:
            model = None
        if model is not None and model.converged:
            value = float(omega(model).estimate)
    return {"omega": value, "alpha": float(statistics.alpha)}


def _named(columns: Sequence[Column]) -> list[tuple[str, Column]]:
    return [(column.info.name, column) for column in columns]
