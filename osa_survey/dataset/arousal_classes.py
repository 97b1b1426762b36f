"""The three classes of online sexual activity by arousal and partner, derived from answers on single activities."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.dataset.harmonising import Harmonised
from osa_survey.dataset.variables import VariableInfo
from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.instruments import HarmonisedVariable, Library, load_library
from osa_survey.instruments.reasons import ANSWERED

ANSWERS_OF_CLASSES = {"lifetime": "lifetime", "frequency_12m": "any_12m", "frequency_3m": "any_3m"}
"""Answers on activities → answers on a class: a frequency becomes any or none within its own window."""
NO, YES, UNSURE = 0.0, 1.0, 2.0


def arousal_classes(
    data: Harmonised,
    answers: Literal["lifetime", "frequency_12m", "frequency_3m"] = "lifetime",
    library: Library | None = None,
) -> Harmonised:
    """Return whether each respondent engaged in non-arousal, solitary-arousal and partnered-arousal activities.

    Parameters
    ----------
    data : Harmonised
        Answers on single activities, of :func:`harmonise`.
    answers : {"lifetime", "frequency_12m", "frequency_3m"}
        Which answers to use. Those of other windows are left alone: nothing is carried from one window to another.
    library : Library, optional
        The definitions; by default those that ship.

    Returns
    -------
    Harmonised
        One column for each class of which at least one activity was asked, such as ``osa_partnered_arousal_lifetime``:
        yes if any of its activities is yes, unsure if none is yes and one is unsure, no if all that were asked are no,
        else a gap with the reason of the first gap. ``origins`` says which activities were asked; ``left_out`` names
        the classes of which none was.

    Raises
    ------
    AnalysisError
        ``unknown_answers`` for another word.

    Notes
    -----
    Non-arousal activities are not about sexual arousal, such as seeking information; solitary-arousal activities are
    arousing and need one person, such as viewing explicit pictures; partnered-arousal activities are arousing and need
    two or more people who interact. Sexual contacts and sex work span classes and count for none.

    References
    ----------
    Shaughnessy, K., Byers, E. S., & Walsh, L. (2011). Online sexual activity experience of heterosexual students:
    Gender similarities and differences. Archives of Sexual Behavior, 40(2), 419-427.
    https://doi.org/10.1007/s10508-010-9629-9
    """
    if answers not in ANSWERS_OF_CLASSES:
        hint = nearest(str(answers), list(ANSWERS_OF_CLASSES))
        raise AnalysisError(Problem("unknown_answers", f"there are no answers '{answers}' on activities", hint=hint))
    library = library or load_library()
    classes = [
        variable
        for variable in library.variables.values()
        if variable.any_of and variable.answers == ANSWERS_OF_CLASSES[answers]
    ]
    values: dict[str, NDArray[np.float64]] = {}
    reasons: dict[str, NDArray[np.uint8]] = {}
    info: dict[str, VariableInfo] = {}
    definitions: dict[str, HarmonisedVariable] = {}
    origins: dict[str, str] = {}
    left_out: dict[str, str] = {}
    for derived in classes:
        asked = [
            column
            for column, definition in data.definitions.items()
            if definition.asks in derived.any_of and definition.answers == answers
        ]
        if not asked:
            left_out[derived.id] = f"none of its activities was asked with the answers {answers}"
            continue
        engaged = np.column_stack([_engaged(data.frame[column], data.definitions[column]) for column in asked])
        values[derived.id], reasons[derived.id] = any_activity(engaged, data.reasons[asked].to_numpy(dtype=np.uint8))
        labels = tuple(derived.labels.values())
        info[derived.id] = VariableInfo(
            derived.id, "nominal", derived.title, tuple(derived.labels), labels, "no", maps_to=derived.id
        )
        definitions[derived.id] = derived
        origins[derived.id] = ", ".join(asked)
    index = data.frame.index
    return Harmonised(
        pd.DataFrame(values, index=index), pd.DataFrame(reasons, index=index), info, definitions, origins, left_out
    )


def any_activity(
    engaged: NDArray[np.float64], reasons: NDArray[np.uint8]
) -> tuple[NDArray[np.float64], NDArray[np.uint8]]:
    """Return whether any of several activities was engaged in, and the reason where that cannot be said.

    Parameters
    ----------
    engaged : ndarray of float, shape (respondents, activities)
        0 no, 1 yes, 2 unsure, NaN for a gap.
    reasons : ndarray of uint8, same shape
        The reason of each gap.

    Returns
    -------
    tuple of ndarray
        The class, 0, 1, 2 or NaN, and its reasons.

    Examples
    --------
    >>> answers = np.array([[0.0, 1.0], [0.0, 2.0], [0.0, 0.0], [0.0, np.nan]])
    >>> any_activity(answers, np.array([[0, 0], [0, 0], [0, 0], [0, 1]], dtype=np.uint8))[0]
    array([ 1.,  2.,  0., nan])
    """
    absent = np.isnan(engaged)
    yes = (engaged == YES).any(axis=1)
    unsure = ~yes & (engaged == UNSURE).any(axis=1)
    gap = ~yes & ~unsure & absent.any(axis=1)
    result = np.where(yes, YES, np.where(unsure, UNSURE, np.where(gap, np.nan, NO)))
    first = reasons[np.arange(len(engaged)), absent.argmax(axis=1)]
    return result, np.where(gap, first, ANSWERED).astype(np.uint8)


def _engaged(codes: pd.Series[float], definition: HarmonisedVariable) -> NDArray[np.float64]:
    """Return answers on one activity as no, yes, unsure: the lowest category of a frequency is no, any other yes."""
    values = codes.to_numpy(dtype=np.float64)
    lowest = min(definition.labels)
    unsure = [code for code, label in definition.labels.items() if label == "unsure"]
    result = np.where(values > lowest, YES, NO)
    result[np.isin(values, unsure)] = UNSURE
    return np.where(np.isnan(values), np.nan, result)
