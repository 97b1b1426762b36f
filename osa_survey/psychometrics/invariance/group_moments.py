"""What an invariance ladder of groups, or their alignment, stands on."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from osa_survey.dataset import ScoredData
from osa_survey.psychometrics.confirmatory.factor_models import chosen_missing, usable
from osa_survey.psychometrics.confirmatory.modelled_items import chosen_estimator, groups_of, modelled_items
from osa_survey.psychometrics.confirmatory.preparation import ORDINAL, check_estimator, prepared
from osa_survey.psychometrics.confirmatory.samples import GroupSample
from osa_survey.psychometrics.invariance.comparability import (
    ComparedGroups,
    compared_groups,
    one_factor_items,
    without_groups,
)
from osa_survey.psychometrics.invariance.ladder_requests import AnswersSeen, complete_answers_seen
from osa_survey.psychometrics.invariance.size_tables import PLAIN, Basis


@dataclass(frozen=True, repr=False)
class GroupMoments:
    """Moments of groups, and how they came about.

    Attributes
    ----------
    compared : ComparedGroups
        Items and groups.
    samples : tuple of GroupSample
        What the models are fitted to.
    seen : AnswersSeen
        The answers behind them.
    estimator, missing : str
        As chosen.
    basis : Basis
        What tables owe to weights and imputed sets.
    """

    compared: ComparedGroups
    samples: tuple[GroupSample, ...]
    seen: AnswersSeen
    estimator: str
    missing: str
    basis: Basis = PLAIN


def plain_groups(
    data: ScoredData | pd.DataFrame, model: str, by: str, estimator: str, missing: str, *, one_factor: bool = False
) -> GroupMoments:
    """Return the moments of groups whose answers count alike.

    Parameters
    ----------
    data : ScoredData or DataFrame
        Data without weights and imputed sets.
    model, by, estimator, missing : str
        As of ``osa_survey.invariance``.
    one_factor : bool
        Whether items of several factors are refused.
    """
    items = modelled_items(without_groups(data, by, model), model)
    how = chosen_estimator(items.values, estimator)
    gaps = chosen_missing(items.values, how, missing)
    check_estimator(how, gaps)
    compared = compared_groups(items, groups_of(data, by, usable(items.values, gaps)))
    compared = one_factor_items(compared) if one_factor else compared
    answers = compared.answers(items.values)
    samples = prepared(answers, compared.names, compared.groups.labels, how, gaps)
    seen = (
        complete_answers_seen(answers, ordinal=how in ORDINAL)
        if how in ORDINAL or gaps == "listwise"
        else AnswersSeen(tuple(sample.means for sample in samples))
    )
    return GroupMoments(compared, samples, seen, how, gaps)
