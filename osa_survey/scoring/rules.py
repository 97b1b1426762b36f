"""A study's departure from the missing rule of a definition, with its reason."""

from __future__ import annotations

from dataclasses import dataclass

from osa_survey.errors import AnalysisError


@dataclass(frozen=True)
class ScoringRule:
    """How many items must be answered in this study, and why.

    Attributes
    ----------
    min_answered : int
        Items that must be answered; a sum is prorated when fewer than all are.
    reason : str
        Why the study departs from the definition.

    Raises
    ------
    AnalysisError
        If no reason is given.
    """

    min_answered: int
    reason: str

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise AnalysisError("a scoring rule that departs from the definition needs a reason", hint='reason = "…"')
        if self.min_answered < 1:
            raise AnalysisError("min_answered must be at least 1")
