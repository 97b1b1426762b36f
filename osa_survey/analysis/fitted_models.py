"""A fitted regression with everything its tables are made from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.design_matrices import Design
from osa_survey.analysis.linear_models import LinearFit
from osa_survey.analysis.logistic_models import LogisticFit
from osa_survey.analysis.robust_errors import Errors
from osa_survey.dataset import VariableInfo
from osa_survey.results import Rows

ALL, EVENTS, OTHERS = "n used", "events", "non-events"


@dataclass(frozen=True, repr=False)
class FittedModel:
    """Everything the tables of a regression are made from.

    Attributes
    ----------
    outcome : VariableInfo
        The outcome.
    event : str
        The category whose odds are modelled; "" for a linear model.
    y : ndarray of float
        The outcome of the respondents used; 1 for events of a logistic model.
    design : Design
        The design matrix.
    fits : tuple of LinearFit or LogisticFit
        The model after each block.
    errors : {"classical", "HC3", "cluster"}
        Which standard errors.
    n_clusters : int
        Number of clusters; 0 without.
    conf_level : float
        Level of the intervals.
    n_dropped : int
        Respondents with a gap.
    sizes : tuple of str
        Further effect sizes of each coefficient.
    """

    outcome: VariableInfo
    event: str
    y: NDArray[np.float64]
    design: Design
    fits: tuple[LinearFit | LogisticFit, ...]
    errors: Errors
    n_clusters: int
    conf_level: float
    n_dropped: int
    sizes: tuple[str, ...] = ()

    @property
    def n(self) -> int:
        """Respondents used."""
        return len(self.y)

    @property
    def logistic(self) -> bool:
        """Whether the model is logistic."""
        return isinstance(self.fits[0], LogisticFit)

    @property
    def base_cells(self) -> tuple[str, ...]:
        """The cells behind every number."""
        return (ALL, EVENTS, OTHERS) if self.logistic else (ALL,)

    def level(self, block: int) -> str:
        """Return the name of a block; "" where there is only one."""
        return f"block {block}" if len(self.fits) > 1 else ""


def method_of(model: FittedModel) -> str:
    """Return the method in one line."""
    base = "Binary logistic regression by maximum likelihood" if model.logistic else "Ordinary least squares regression"
    errors = {
        "classical": "model-based standard errors",
        "HC3": "heteroscedasticity-consistent standard errors (HC3)",
        "cluster": f"standard errors robust to clusters ({model.n_clusters} clusters)",
    }[model.errors]
    return f"{base} with {errors}"


def first_rows(model: FittedModel) -> Rows:
    """Return an empty table that knows how many people stand behind the model."""
    rows = Rows()
    rows.cell(ALL, model.n)
    if model.logistic:
        rows.cell(EVENTS, float(model.y.sum()))
        rows.cell(OTHERS, float(model.n - model.y.sum()))
        rows.total(ALL, [EVENTS, OTHERS])
    return rows
