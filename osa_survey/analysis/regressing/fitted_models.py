"""A fitted regression with everything its tables are made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.estimates import Sample
from osa_survey.analysis.regressing.block_fits import BlockFit, Errors
from osa_survey.analysis.regressing.design_matrices import INTERCEPT, Design
from osa_survey.analysis.regressing.model_outcomes import EVENTS, OTHERS, Outcome
from osa_survey.results import Rows

ALL = "n used"
__all__ = ["ALL", "EVENTS", "OTHERS", "FittedModel", "first_rows", "method_of"]


@dataclass(frozen=True, repr=False)
class FittedModel:
    """Everything the tables of a regression are made from.

    Attributes
    ----------
    sample : Sample
        The data.
    outcome : Outcome
        The outcome with its kind of model.
    design : Design
        The design matrix.
    null : BlockFit
        The model of the intercept alone.
    blocks : tuple of BlockFit
        The model after each block.
    errors : {"classical", "HC0", "HC1", "HC3", "cluster"}
        Which standard errors, without a sampling plan.
    clusters : tuple of ndarray or None
        The cluster of each respondent in each set.
    conf_level : float
        Level of the intervals.
    sizes : tuple of str
        Further effect sizes of each coefficient.
    adjust : str
        How p values are adjusted for the number of coefficients of a block.
    """

    sample: Sample
    outcome: Outcome
    design: Design
    null: BlockFit
    blocks: tuple[BlockFit, ...]
    errors: Errors
    clusters: tuple[NDArray[np.intp], ...] | None
    conf_level: float
    sizes: tuple[str, ...] = ()
    adjust: str = "none"
    groups: tuple[tuple[str, int], ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "groups", self.outcome.groups(self.y))

    @property
    def y(self) -> NDArray[np.float64]:
        """The outcome of the first set as the likelihood takes it."""
        return self.outcome.values(self.sample.first.values())

    @property
    def outcomes(self) -> tuple[NDArray[np.float64], ...]:
        """The outcome of every set."""
        return tuple(self.outcome.values(one.values()) for one in self.sample.sets)

    @property
    def n(self) -> int:
        """Respondents used."""
        return self.sample.n

    @property
    def binary(self) -> bool:
        """Whether the outcome is an event or none."""
        return self.outcome.kind.binary

    @property
    def outcome_title(self) -> str:
        """What predictions are of: the outcome, of two categories with its event."""
        return self.outcome.info.title + (f": {self.outcome.event}" if self.binary else "")

    @property
    def linear(self) -> bool:
        """Whether it is least squares."""
        return self.outcome.kind.linear

    @property
    def ratio(self) -> str:
        """The quantity of exp(b)."""
        return self.outcome.kind.ratio

    @property
    def n_clusters(self) -> int:
        """Number of clusters; 0 without."""
        return 0 if self.clusters is None else int(self.clusters[0].max()) + 1

    @property
    def base_cells(self) -> tuple[str, ...]:
        """The cells behind every number: all, and events and non-events."""
        return (ALL, *(name for name, _ in self.groups)) if self.binary or self.outcome.kind.second else (ALL,)

    def cells_of(self, equation: str) -> tuple[str, ...]:
        """Return the cells behind the numbers of an equation: the two categories a multinomial one compares."""
        if self.outcome.kind.outcome != "categories" or not equation:
            return self.base_cells
        position = self.outcome.equations.index(equation) + 1
        return (ALL, self.outcome.categories[0], self.outcome.categories[position])

    def level(self, block: int) -> str:
        """Return the name of a block; "" where there is only one."""
        return f"block {block}" if len(self.blocks) > 1 else ""

    def columns(self, block: int) -> NDArray[np.intp]:
        """Return the positions of the design's columns in the model after a block."""
        return self.design.upto(block)

    def names(self, block: int) -> list[str]:
        """Return the terms of the columns in the model after a block."""
        return [self.design.terms[int(position)].name for position in self.columns(block)]

    def entered(self, block: int, *, from_start: bool = False) -> NDArray[np.intp]:
        """Return the parameters that a block brings (or all that belong to predictors), in the model after it."""
        terms = [self.design.terms[int(position)] for position in self.columns(block)]
        wanted = [k for k, term in enumerate(terms) if (term.name != INTERCEPT if from_start else term.block == block)]
        found = self.blocks[block - 1].of_column(wanted)
        return found if self._second_varies(block) else self._first_part(block, found)

    def _second_varies(self, block: int) -> bool:
        return self.blocks[block - 1].second[0] is None

    def _first_part(self, block: int, positions: Sequence[int] | NDArray[np.intp]) -> NDArray[np.intp]:
        kept = [k for k in positions if self.blocks[block - 1].parameters[k].kind != "second"]
        return np.array(kept, dtype=np.intp)

    def warning(self, block: BlockFit) -> str:
        """Return the separation of a model in words, or ""."""
        return "" if block.kind_of_separation == "none" else separation_words(block.kind_of_separation)


def separation_words(kind: str) -> str:
    """Return "complete separation", or "separation" where the kind is not told.

    Examples
    --------
    >>> separation_words("complete"), separation_words("partial")
    ('complete separation', 'separation')
    """
    return "separation" if kind == "partial" else f"{kind} separation"


def method_of(model: FittedModel) -> str:
    """Return the method in one line."""
    base = model.outcome.kind.method
    if model.sample.design is not None:
        base = f"{base.replace('maximum likelihood', 'pseudo-likelihood')}, weighted"
        return f"{base}; {model.blocks[-1].estimates.how}"
    errors = {
        "classical": "model-based standard errors",
        "HC0": "heteroscedasticity-consistent standard errors (HC0)",
        "HC1": "heteroscedasticity-consistent standard errors (HC1)",
        "HC3": "heteroscedasticity-consistent standard errors (HC3)",
        "cluster": f"standard errors robust to clusters ({model.n_clusters} clusters)",
    }[model.errors]
    pooled = f", pooled over {model.sample.m} completed sets by Rubin's rules" if model.sample.imputed else ""
    return f"{base} with {errors}{pooled}"


def first_rows(model: FittedModel, *, categories: bool = False) -> Rows:
    """Return an empty table that knows how many people stand behind the model, and in each category if wanted."""
    rows = Rows()
    for members in model.design.categories.values() if categories else ():
        for term, _, people in members:
            rows.cell(f"behind {term}", people)
    among = model.sample.among_all
    rows.cell(ALL, among(np.ones(len(model.y), dtype=bool), model.n))
    for (name, people), who in zip(model.groups, model.outcome.members(model.y), strict=True):
        rows.cell(name, among(who, people))
    if model.groups:
        rows.total(ALL, [name for name, _ in model.groups])
    return rows
