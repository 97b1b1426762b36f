"""What measures the levels of a latent change model: items of every wave, or scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.analysis.arguments import check_numeric, variable_names
from osa_survey.analysis.waves.latent_change_models import Kind, measured_by_items, measured_by_scores
from osa_survey.dataset import ScoredData, columns_of
from osa_survey.errors import AnalysisError, Problem
from osa_survey.psychometrics.confirmatory.modelled_items import chosen_estimator
from osa_survey.psychometrics.confirmatory.preparation import ORDINAL
from osa_survey.psychometrics.invariance.wave_items import Wave, check_answers, wave_items
from osa_survey.psychometrics.invariance.wave_titles import wave_titles

Floats = NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class Levels:
    """What measures the levels of a latent change model.

    Attributes
    ----------
    values : ndarray of float, shape (people, columns)
        Answers or scores.
    columns : tuple of str
        Their names in the model.
    formulas : list of str
        The measurement model.
    name, title : str
        What tables and what print call the scale.
    waves : tuple of str
        What tables call the waves.
    labels : dict of str to str
        Waves → what print says.
    estimator : str or None
        The estimator; None where it is left to the caller.
    """

    values: Floats
    columns: tuple[str, ...]
    formulas: list[str]
    name: str
    title: str
    waves: tuple[str, ...]
    labels: dict[str, str]
    estimator: str | None


def levels_of_items(data: ScoredData | pd.DataFrame, waves: Sequence[Wave], estimator: str, predicted: bool) -> Levels:
    """Return levels measured by the items of every wave."""
    if isinstance(data, pd.DataFrame) and any(isinstance(wave, str) for wave in waves):
        message = "a data frame does not say which items belong to a score"
        hint = 'of = "scores", or list the items: waves = [["a_1", "b_1"], ["a_2", "b_2"]]'
        raise AnalysisError(Problem("waves", message, key="waves", hint=hint))
    found = wave_items(data, waves)
    if len(found.loadings) > 1:
        message = f"the items measure {len(found.loadings)} factors"
        hint = "name one scored column for each wave: change is modelled one scale at a time"
        raise AnalysisError(Problem("several_factors", message, key="waves", hint=hint))
    how = "MLR" if predicted and estimator == "auto" else chosen_estimator(found.items.values, estimator)
    check_answers(found, how)
    whole = found.items.values[~np.isnan(found.items.values).any(axis=1)]
    counts = {
        item: len(np.unique(whole[:, found.items.names.index(item)])) - 1 if how in ORDINAL else 0
        for item in found.columns
    }
    formulas = measured_by_items(found.columns, counts if how in ORDINAL else {})
    labels = dict(zip(found.waves, found.said, strict=True))
    return Levels(
        found.items.values, found.items.names, formulas, found.items.name, found.items.title, found.waves, labels, how
    )


def levels_of_scores(data: ScoredData | pd.DataFrame, waves: Sequence[Wave], kind: Kind) -> Levels:
    """Return levels that are scores."""
    if not all(isinstance(wave, str) for wave in waves):
        message = "scores are one column for each wave"
        raise AnalysisError(Problem("waves", message, key="waves", hint='waves = ["score_1", "score_2"]'))
    names = variable_names([str(wave) for wave in waves], at_least=2)
    columns = columns_of(data, names)
    check_numeric(*columns, ordinal=True)
    scale, said = wave_titles([column.info.title for column in columns])
    short = tuple(f".score.{number}" for number in range(1, len(names) + 1))
    return Levels(
        np.column_stack([column.values for column in columns]),
        short,
        measured_by_scores(short, kind),
        names[0],
        scale,
        tuple(names),
        dict(zip(names, said, strict=True)),
        None,
    )
