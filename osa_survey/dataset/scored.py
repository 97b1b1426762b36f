"""Scores and variables ready for analysis, the answers they came from, and how each scale was scored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from osa_survey.dataset.designs import SurveyDesign
from osa_survey.dataset.responses import Responses
from osa_survey.dataset.variables import VariableInfo


@dataclass(frozen=True)
class ScaleLog:
    """How one scale was scored.

    Attributes
    ----------
    name : str
        The scored column: block and scale.
    block, scale, instrument : str
        Where it comes from.
    title : str
        The title of the scale.
    score : str
        ``"mean"``, ``"sum"`` or ``"count"``.
    n_items, min_answered : int
        Items of the scale (of a scale of scales its parts), and how many must be answered.
    basis : str
        Whose rule that is: complete, published, convention, or the study file with its reason.
    scored, prorated, not_scored : int
        Respondents with a score from all items, with a score from fewer items, and without a score.
    why_not : mapping of str to int
        Reason → respondents without a score; the reason is the one most of their gaps have, the first of equals.
    verified : str
        Whether the scoring key was seen in sources.
    times : float
        What the mean or sum is multiplied by.
    parts : tuple of str
        The scored columns that make a scale of scales; empty for a scale of items.
    no_activity : int or None
        Respondents with a score who gave an answer that means no sexual activity; None where no item offers one.
    """

    name: str
    block: str
    scale: str
    instrument: str
    title: str
    score: str
    n_items: int
    min_answered: int
    basis: str
    scored: int
    prorated: int
    not_scored: int
    why_not: Mapping[str, int]
    verified: str
    times: float = 1.0
    parts: tuple[str, ...] = ()
    no_activity: int | None = None


@dataclass(frozen=True, repr=False)
class ScoredData:
    """What analyses take.

    Attributes
    ----------
    frame : DataFrame, shape (respondents, variables and scores)
        Numbers, category codes and scores as float; NaN is a gap. Analyses take the scored data, not this frame: alone
        it has lost which of its numbers are categories (``variables`` says so), and a mean of codes means nothing.
    reasons : DataFrame of uint8, same shape
        Why a value is missing; 0 = answered.
    variables : mapping of str to VariableInfo
        What each column means.
    responses : Responses
        The answers the scores came from.
    log : tuple of ScaleLog
        How each scale was scored.
    keying : mapping of str to object
        Scored column → verdict on its key (``scoring.KeyingVerdict``).
    design : SurveyDesign or None
        Weights and sampling plan; None where every respondent counts the same and was drawn alone.
    """

    frame: pd.DataFrame
    reasons: pd.DataFrame
    variables: Mapping[str, VariableInfo]
    responses: Responses
    log: tuple[ScaleLog, ...] = ()
    keying: Mapping[str, Any] = field(default_factory=dict)
    design: SurveyDesign | None = None

    def __len__(self) -> int:
        return len(self.frame)

    def scale_log(self, name: str) -> ScaleLog:
        """Return the log of one scored column."""
        for entry in self.log:
            if entry.name == name:
                return entry
        raise KeyError(name)

    def __repr__(self) -> str:
        scales = ", ".join(entry.name for entry in self.log)
        return f"<ScoredData: {len(self)} adults, {len(self.variables)} variables; scales: {scales or 'none'}>"

    def _repr_html_(self) -> None:
        """Show the counts of ``repr`` in a notebook, never rows."""
        return
