"""The correlations a factor analysis starts from, and whether they can carry one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.dataset import ScoredData
from osa_survey.errors import AnalysisError, Problem
from osa_survey.psychometrics.exploratory.loading_errors import robust_covariance
from osa_survey.psychometrics.item_matrices import ItemMatrix, item_matrix
from osa_survey.psychometrics.item_statistics import Missing, complete_cases, correlations, item_moments
from osa_survey.psychometrics.ordinal import asymptotic_covariance, categories, polychoric_matrix

Floats = NDArray[np.float64]
Kind = Literal["pearson", "polychoric"]

SINGULAR = 1e-8
"""Below this smallest eigenvalue an item follows from the others as far as computed numbers can tell."""
SMOOTHED = 1e-4
"""The eigenvalue that stands in for smaller ones where correlations of pairs do not fit together."""
FEWEST_ITEMS = 3


@dataclass(frozen=True, repr=False)
class ItemCorrelations:
    """Correlations of items.

    Attributes
    ----------
    items : ItemMatrix
        The items.
    values : ndarray of float, shape (respondents used, items)
        Their answers.
    R : ndarray of float, shape (items, items)
        The correlations.
    n : int
        Respondents behind them; of pairwise correlations the fewest behind any pair.
    kind, missing : str
        How they were computed.
    notes : tuple of str
        What a reader must know.
    """

    items: ItemMatrix
    values: Floats
    R: Floats
    n: int
    kind: Kind
    missing: Missing
    notes: tuple[str, ...]

    def __repr__(self) -> str:
        return f"<ItemCorrelations {self.items.name}: {self.kind}, {len(self.R)} items, n = {self.n}>"

    def asymptotic(self) -> Floats:
        """Return n times the asymptotic covariance of the correlations of complete answers, column by column."""
        if self.kind == "pearson":
            return robust_covariance(self.values)
        answers = categories(self.values)
        pairs = len(self.R) * (len(self.R) - 1) // 2
        return asymptotic_covariance(answers, polychoric_matrix(answers))[-pairs:, -pairs:] * len(self.values)


def items_of(data: ScoredData | pd.DataFrame, scales: str | Sequence[str] | None) -> ItemMatrix:
    """Return the keyed items of one scale, or of several together.

    Parameters
    ----------
    data : ScoredData or DataFrame
        Scored data, or a data frame whose columns are keyed items.
    scales : str or sequence of str, optional
        Scored columns; of a data frame what print calls the items.

    Raises
    ------
    AnalysisError
        Unknown scales, or no item.
    """
    if scales is None or isinstance(scales, str):
        return item_matrix(data, scales)
    names = list(scales)
    if isinstance(data, pd.DataFrame):
        if len(names) > 1:
            raise AnalysisError(
                Problem("several_scales", "a data frame holds one set of items", hint="choose its columns before")
            )
        return item_matrix(data, names[0] if names else None)
    if not names:
        raise AnalysisError(Problem("scale_not_named", "say which scales are meant"))
    parts = [item_matrix(data, name) for name in names]
    columns: dict[str, tuple[str, Floats]] = {}
    for part in parts:
        for at, column in enumerate(part.columns):
            columns.setdefault(column, (part.labels[at], part.values[:, at]))
    return ItemMatrix(
        np.column_stack([values for _, values in columns.values()]),
        tuple(columns),
        tuple(label for label, _ in columns.values()),
        "+".join(names),
        ", ".join(part.title for part in parts),
    )


def item_correlations(items: ItemMatrix, kind: Kind = "pearson", missing: Missing = "listwise") -> ItemCorrelations:
    """Return correlations that can be factored, or say why there are none.

    Parameters
    ----------
    items : ItemMatrix
        Keyed items.
    kind : {"pearson", "polychoric"}
        Of the answers as numbers, or of the normal tendencies behind them.
    missing : {"listwise", "pairwise"}
        Complete cases, or everybody who answered both items of a pair.

    Raises
    ------
    AnalysisError
        With fewer than three items, an item without variance, no more respondents than items, or an item that follows
        exactly from the others.
    """
    name = items.name
    k = items.values.shape[1]
    if k < FEWEST_ITEMS:
        message = f"'{name}' has {k} items: factors need at least {FEWEST_ITEMS}"
        raise AnalysisError(Problem("too_few_items", message, column=name))
    complete = complete_cases(items.values)
    values = items.values[complete] if missing == "listwise" else items.values[~np.isnan(items.values).all(axis=1)]
    moments = item_moments(values, missing)
    n = moments.n_respondents if missing == "listwise" else moments.smallest_pair
    if n <= k:
        hint = 'missing = "pairwise" uses partly answered scales' if missing == "listwise" else ""
        message = f"'{name}': {n} respondents stand behind the correlations of {k} items; more than {k} are needed"
        raise AnalysisError(Problem("too_few_respondents", message, column=name, hint=hint))
    flat = [
        Problem("constant_item", "everybody gave the same answer to this item", column=column, hint="leave it out")
        for column, variance in zip(items.columns, np.diag(moments.covariance), strict=True)
        if not variance > 1e-12
    ]
    if flat:
        raise AnalysisError(flat)
    notes = []
    if kind == "pearson":
        R = correlations(moments.covariance)
    else:
        try:
            found = polychoric_matrix(categories(values))
        except ValueError:
            message = "an item has too many different answers for polychoric correlations"
            raise AnalysisError(Problem("too_many_answers", message, hint='correlation = "pearson"')) from None
        R = found.correlations.copy()
        if found.perfect[np.triu_indices(k, 1)].any() or not np.isfinite(R).all():
            message = "two items go together perfectly, or nobody answered both, so there is no polychoric correlation"
            raise AnalysisError(Problem("perfect_correlation", message, hint="leave one of the two out"))
        empty = int((found.empty_cells[np.triu_indices(k, 1)] > 0).sum())
        if empty:
            notes.append(f"{empty} cross tables of two items have empty cells; those correlations are less certain.")
    np.fill_diagonal(R, 1.0)
    lowest = float(np.linalg.eigvalsh(R)[0])
    if lowest < SINGULAR:
        if kind == "pearson" and missing == "listwise":
            message = f"'{name}': an item follows exactly from the others, so the correlations have no inverse"
            raise AnalysisError(Problem("perfect_correlation", message, column=name, hint="leave that item out"))
        R = smoothed(R)
        notes.append(
            "The correlations of pairs did not fit together; the matrix was smoothed to a positive definite one."
        )
    if missing == "pairwise":
        notes.append("Correlations use everybody who answered both items; n is the fewest behind any pair.")
    return ItemCorrelations(items, values, np.asarray(R), n, kind, missing, tuple(notes))


def smoothed(R: Floats) -> Floats:
    """Return the correlation matrix with small eigenvalues lifted and the diagonal brought back to one.

    Examples
    --------
    >>> bad = np.array([[1.0, 0.9, -0.9], [0.9, 1.0, 0.9], [-0.9, 0.9, 1.0]])
    >>> bool(np.linalg.eigvalsh(smoothed(bad))[0] > 0)
    True
    """
    values, vectors = np.linalg.eigh(R)
    lifted = (vectors * np.maximum(values, SMOOTHED)) @ vectors.T
    scale = np.sqrt(np.diag(lifted))
    return np.asarray(lifted / np.outer(scale, scale))
