"""Regressions of people in groups: the data checked and arranged, the fits of every set joined by Rubin's rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.arguments import check_numeric
from osa_survey.analysis.estimates import Estimates, SetEstimate, joined_sets
from osa_survey.analysis.regressing.collinearity import check_rank
from osa_survey.analysis.regressing.design_matrices import Design, Term, design_matrix
from osa_survey.analysis.regressing.model_formulas import Blocks, terms_of_blocks
from osa_survey.analysis.regressing.model_kinds import model_kind
from osa_survey.analysis.regressing.model_outcomes import Outcome, outcome_of
from osa_survey.analysis.samples import Data, Sample, does_not_compose, sample_of
from osa_survey.errors import AnalysisError, Problem, nearest

Floats = NDArray[np.float64]
Groups = NDArray[np.intp]
WAY_OUT = "use regress, whose errors follow the sampling plan when the groups are declared as its clusters"


class Part(NamedTuple):
    """Outcome, predictors, groups and weights of one set."""

    y: Floats
    X: Floats
    groups: Groups
    weights: Floats | None


@dataclass(frozen=True, repr=False)
class GroupedData:
    """Outcome, predictors and groups of a model, checked.

    Attributes
    ----------
    sample : Sample
        The respondents; outcome first, groups last.
    outcome : Outcome
        The outcome.
    design : Design
        The design matrix of each set.
    groups : tuple of ndarray of int
        The group of each respondent used, 0, 1, …, in each set.
    conf_level : float
        Level of intervals.
    """

    sample: Sample
    outcome: Outcome
    design: Design
    groups: tuple[Groups, ...]
    conf_level: float

    @property
    def n(self) -> int:
        """Respondents used."""
        return self.sample.n

    @property
    def n_groups(self) -> int:
        """Groups, the fewest of any set."""
        return min(int(found.max()) + 1 for found in self.groups)

    @property
    def group_title(self) -> str:
        """What the grouping variable is called in print."""
        return self.sample.first.columns[-1].info.title

    @property
    def over(self) -> str:
        """What a number that is not pooled by Rubin's rules says of the sets."""
        return "; mean over completed sets" if self.sample.imputed else ""

    def level(self, block: int) -> str:
        """Return the name of a block, "" if there is one only."""
        return f"block {block}" if self.design.n_blocks > 1 else ""

    def parts(self, positions: Sequence[int] | Groups) -> list[Part]:
        """Return what each set has for a model of some columns of the design matrix."""
        return [
            Part(self.outcome.values(one.values()), np.ascontiguousarray(matrix[:, positions]), groups, one.weights)
            for one, matrix, groups in zip(self.sample.sets, self.design.matrices, self.groups, strict=True)
        ]


@dataclass(frozen=True, repr=False)
class GroupedFit:
    """The model of one block, joined over the sets.

    Attributes
    ----------
    block : int
        Its number.
    terms : tuple of Term
        What the coefficients belong to.
    estimates : Estimates
        Coefficients under design and imputation.
    fits : tuple
        The fit of each set.
    warnings : tuple of str
        What must be known of every row.
    """

    block: int
    terms: tuple[Term, ...]
    estimates: Estimates
    fits: tuple[Any, ...]
    warnings: tuple[str, ...] = field(default=())

    def mean(self, number: Callable[[Any], float]) -> float:
        """Return the mean over the sets of a number of each fit."""
        return float(np.mean([number(fit) for fit in self.fits]))


def grouped_data(
    data: Data,
    outcome: str,
    blocks: Blocks,
    *,
    groups: str,
    unweighted: str = "",
    kind: str = "linear",
    event: str | float | None = None,
    as_categories: Sequence[str] = (),
    references: Mapping[str, str] | None = None,
    conf_level: float = 0.95,
) -> GroupedData:
    """Return the data of a model of people in groups.

    Parameters
    ----------
    data, outcome, blocks, groups, event, as_categories, references, conf_level
        As the public functions take them.
    unweighted : str
        Why the model has no rule under a design; empty where it has one.
    kind : str
        The kind of regression its outcome must fit.

    Raises
    ------
    AnalysisError
        ``does_not_compose`` under a design, for ``unweighted`` models; ``one_group``, ``groups_of_one``; what
        ``regress`` refuses.
    """
    if not blocks or isinstance(blocks, str):
        message = "a list of predictors is needed"
        raise AnalysisError(Problem("no_model", message, key="blocks", hint="blocks=[['age']]"))
    if not 0 < conf_level < 1:
        hint = "0.95 is usual"
        raise AnalysisError(Problem("conf_level", "conf_level lies between 0 and 1", key="conf_level", hint=hint))
    terms = terms_of_blocks(blocks)
    _check_roles(outcome, groups, terms.variables, [*as_categories, *(references or {})])
    sample = sample_of(data, [outcome, *terms.variables, groups])
    if sample.design is not None and unweighted:
        raise does_not_compose(unweighted, WAY_OUT)
    for one in sample.sets:
        check_numeric(*(column for column in one.columns[:-1] if not column.info.is_categorical))
    found = outcome_of(model_kind(kind), sample.sets, event, None)
    design = design_matrix(
        terms,
        [one.columns[1:-1] for one in sample.sets],
        [one.used for one in sample.sets],
        as_categories=as_categories,
        references=dict(references or {}),
    )
    for matrix in design.matrices:
        check_rank(matrix, [term.name for term in design.terms])
    members = tuple(
        np.unique(one.values(len(one.columns) - 1), return_inverse=True)[1].astype(np.intp) for one in sample.sets
    )
    title = sample.first.columns[-1].info.title
    if any(one.max() == 0 for one in members):
        message = f"{title} has one group only among the respondents used"
        raise AnalysisError(Problem("one_group", message, column=groups, hint="use regress, which needs no groups"))
    if any(int(one.max()) + 1 == len(one) for one in members):
        message = f"every group of {title} is one respondent"
        raise AnalysisError(Problem("groups_of_one", message, column=groups, hint="use regress, or name other groups"))
    return GroupedData(sample, found, design, members, conf_level)


def _check_roles(outcome: str, groups: str, predictors: Sequence[str], named: Sequence[str]) -> None:
    problems = []
    if outcome in predictors:
        message = f"'{outcome}' is both outcome and predictor"
        problems.append(Problem("outcome_as_predictor", message, column=outcome, hint="leave it out of the blocks"))
    if groups in predictors or groups == outcome:
        message = f"'{groups}' names the groups and cannot be outcome or predictor too"
        problems.append(Problem("groups_as_predictor", message, column=groups, hint="leave it out of the blocks"))
    for name in named:
        if name not in predictors:
            message = f"'{name}' is no predictor of this model"
            problems.append(Problem("unknown_predictor", message, hint=nearest(name, list(predictors))))
    if problems:
        raise AnalysisError(problems)


def joined_fit(
    data: GroupedData,
    block: int,
    positions: Sequence[int] | Groups,
    fits: Sequence[Any],
    said: Sequence[SetEstimate],
    warnings: Sequence[str] = (),
) -> GroupedFit:
    """Return the fits of all sets as one.

    Parameters
    ----------
    data : GroupedData
        The data.
    block : int
        The number of the block.
    positions : sequence of int
        The columns of the design matrix the coefficients belong to.
    fits : sequence
        Each set's fit.
    said : sequence of SetEstimate
        Its coefficients, and the sources of their covariance.
    warnings : sequence of str
        For every row.
    """
    terms = tuple(data.design.terms[int(position)] for position in positions)
    estimates = joined_sets(data.sample, said, [term.name for term in terms])
    return GroupedFit(block, terms, estimates, tuple(fits), tuple(dict.fromkeys(warnings)))
