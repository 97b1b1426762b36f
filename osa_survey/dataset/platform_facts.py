"""What a survey platform itself says of its columns: why cells are empty, what belongs together, what is paradata."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from osa_survey.instruments.reasons import Reason


@dataclass(frozen=True)
class OptionSet:
    """Columns that hold one check-all-that-apply question.

    Attributes
    ----------
    name : str
        The question, as a name.
    options : mapping of str to str
        Column → label of its option, in the order of the questionnaire.
    ticked, not_ticked : tuple of str
        Values that mean ticked and not ticked, as ``Export.values`` gives them. A blank that is in neither is a gap,
        or "not ticked" where another option of the set is ticked.
    """

    name: str
    options: Mapping[str, str]
    ticked: tuple[str, ...]
    not_ticked: tuple[str, ...] = ()


@dataclass(frozen=True, repr=False)
class PlatformFacts:
    """What the platform's own files say beyond the cells.

    Attributes
    ----------
    reasons : mapping of str to mapping of str to Reason
        Column → value → why there is no answer ("" for an empty cell).
    not_shown : mapping of str to ndarray of bool, shape (records,)
        Column → records to which the question was not shown (branching, a form that was never opened). It explains
        gaps, and "not ticked" in a check-all question, which is none either; an answer stays an answer.
    sets : tuple of OptionSet
        Check-all-that-apply questions.
    roles : mapping of str to str
        Role → column: ``respondent_id started ended duration progress finished language device status source wave``.
    duration_unit : str
        ``"seconds"``, ``"minutes"`` or ``"milliseconds"``.
    unfinished : ndarray of bool, shape (records,), or None
        Records that were not completed.
    order : tuple of str
        Columns in the order of the questionnaire; empty means file order.
    restricted : tuple of str
        Columns the platform marks as identifying.
    """

    reasons: Mapping[str, Mapping[str, Reason]] = field(default_factory=dict)
    not_shown: Mapping[str, NDArray[np.bool_]] = field(default_factory=dict)
    sets: tuple[OptionSet, ...] = ()
    roles: Mapping[str, str] = field(default_factory=dict)
    duration_unit: str = "seconds"
    unfinished: NDArray[np.bool_] | None = None
    order: tuple[str, ...] = ()
    restricted: tuple[str, ...] = ()
