"""Refusals of analyses without a rule for weights or completed sets."""

from __future__ import annotations

from osa_survey.dataset.imputed import ImputedData
from osa_survey.errors import AnalysisError, Problem


def refuse_design(data: object, analysis: str) -> None:
    """Raise an AnalysisError if the data have a design and the analysis would leave it out.

    Parameters
    ----------
    data : object
        What the analysis was given.
    analysis : str
        Its name.

    Raises
    ------
    AnalysisError
        ``does_not_compose``.
    """
    whole = data.original if isinstance(data, ImputedData) else data
    if getattr(whole, "design", None) is not None:
        raise AnalysisError(
            Problem(
                "does_not_compose",
                f"'{analysis}' does not use weights",
                hint="leave it out, or run it on data without a design and say that it is unweighted",
            )
        )


def refuse_imputed(data: object, analysis: str) -> None:
    """Raise an AnalysisError if the data are completed sets and the analysis has no rule to pool over them.

    Parameters
    ----------
    data : object
        What the analysis was given.
    analysis : str
        Its name.

    Raises
    ------
    AnalysisError
        ``does_not_compose``.
    """
    if isinstance(data, ImputedData):
        raise AnalysisError(
            Problem(
                "does_not_compose",
                f"'{analysis}' has no rule to pool over imputed sets",
                hint="run it on the answers with their gaps (imputed.original), and say so",
            )
        )
