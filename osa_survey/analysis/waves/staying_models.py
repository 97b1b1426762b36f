"""A model of staying: who returned, by all variables of the first wave at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.analysis.regressing.regressions import regress
from osa_survey.dataset import ScoredData, VariableInfo
from osa_survey.dataset.imputed import ImputedData
from osa_survey.results import Result
from osa_survey.results.result import no_words

TITLE = "Who returned: logistic regression on the variables of the first wave"
WORD = "returned"
NO, YES = "no", "yes"


def staying_model(
    data: ScoredData | ImputedData | pd.DataFrame, names: Sequence[str], back: NDArray[np.bool_], conf_level: float
) -> Result:
    """Return a logistic regression of having returned, under the design of the first wave and pooled over the sets.

    Parameters
    ----------
    data : ScoredData, ImputedData or DataFrame
        The first wave.
    names : sequence of str
        Predictors that enter together.
    back : ndarray of bool, shape (respondents,)
        Who returned.
    conf_level : float
        Level of the intervals.

    Raises
    ------
    AnalysisError
        What ``regress`` refuses.
    """
    known = data.columns if isinstance(data, pd.DataFrame) else _whole(data).variables
    name = WORD
    while name in known:
        name += "_later"
    found = regress(_with(data, name, back), name, [list(names)], model="logistic", event=YES, conf_level=conf_level)
    more = {word: replace(table, wording=no_words) for word, table in found.more.items()}
    return replace(found, title=TITLE, wording=no_words, more=more)


def _whole(data: ScoredData | ImputedData) -> ScoredData:
    return data.original if isinstance(data, ImputedData) else data


def _with(
    data: ScoredData | ImputedData | pd.DataFrame, name: str, back: NDArray[np.bool_]
) -> ScoredData | ImputedData | pd.DataFrame:
    if isinstance(data, pd.DataFrame):
        return data.assign(**{name: pd.Categorical(np.where(back, YES, NO), categories=[NO, YES])})
    if isinstance(data, ImputedData):
        sets = tuple(_scored_with(one, name, back) for one in data.completed)
        return ImputedData(_scored_with(data.original, name, back), sets, data.record)
    return _scored_with(data, name, back)


def _scored_with(scored: ScoredData, name: str, back: NDArray[np.bool_]) -> ScoredData:
    info = VariableInfo(name, "nominal", WORD, (0.0, 1.0), (NO, YES))
    return replace(
        scored,
        frame=scored.frame.assign(**{name: back.astype(np.float64)}),
        reasons=scored.reasons.assign(**{name: np.zeros(len(scored), dtype=np.uint8)}),
        variables={**scored.variables, name: info},
    )
