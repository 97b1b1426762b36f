"""What is asked of an invariance ladder, of groups or of waves, and what it is climbed on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.psychometrics.invariance.size_tables import PLAIN, Basis

Floats = NDArray[np.float64]
ESTIMATORS = ("ML", "MLR", "MLM", "WLSMV", "ULSMV")


@dataclass(frozen=True)
class LadderRequest:
    """How a ladder is climbed.

    Attributes
    ----------
    estimator, missing : str
        As chosen.
    chosen : bool
        Whether the program chose the estimator.
    partial : bool
        Whether single equalities are given up.
    conf_level : float
        Level of the intervals.
    n_all : int
        Respondents of the data.
    basis : Basis
        What tables owe to weights and imputed sets.
    """

    estimator: str
    missing: str
    chosen: bool
    partial: bool
    conf_level: float
    n_all: int
    basis: Basis = PLAIN


@dataclass(frozen=True, repr=False)
class AnswersSeen:
    """The answers behind a ladder, as far as the size of what differs needs them.

    Attributes
    ----------
    means : tuple of ndarray of float
        Mean answer to each item (of waves: column), for each group.
    kinds : tuple of ndarray of float
        The different answers of each item, ascending; empty for numbers.
    """

    means: tuple[Floats, ...]
    kinds: tuple[Floats, ...] = ()


def check_ladder_request(estimator: str, conf_level: float) -> None:
    """Refuse a confidence level or an estimator that no ladder has."""
    if not 0 < conf_level < 1:
        raise AnalysisError(Problem("conf_level", "conf_level must lie between 0 and 1", hint="conf_level = 0.95"))
    if estimator not in ("auto", *ESTIMATORS):
        hint = nearest(estimator, ESTIMATORS)
        raise AnalysisError(Problem("unknown_option", f"no difference test is known for '{estimator}'", hint=hint))


def complete_answers_seen(groups: Sequence[Floats], *, ordinal: bool) -> AnswersSeen:
    """Return what is needed of complete respondents, one array of answers for each group."""
    whole = [group[~np.isnan(group).any(axis=1)] for group in groups]
    kinds = tuple(np.unique(column) for column in np.vstack(whole).T) if ordinal else ()
    return AnswersSeen(tuple(group.mean(axis=0) for group in whole), kinds)
