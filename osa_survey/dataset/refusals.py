"""Refusals of analyses that do not take weights or completed sets, with the reason."""

from __future__ import annotations

from osa_survey.dataset.imputed import ImputedData
from osa_survey.errors import AnalysisError, Problem

UNWEIGHTED = "leave it out, or run it on data without a design and say that it is unweighted"
GAPS = "run it on the answers with their gaps (imputed.original), and say so"
CLASSES = (
    "classes of several completed sets have no common order, and each set may ask for another number of them: there is "
    "nothing to be pooled"
)
CLASS_GAPS = "run it on the answers with their gaps (imputed.original), which its likelihood takes as missing at random"
WEIGHTS: dict[str, tuple[str, str]] = {
    "careless": (
        "'careless' judges single people, not shares of a population",
        "look for careless answers first, and declare the weights of those who are kept",
    ),
    "code_agreement": (
        "'code_agreement' is about texts that coders read, which stand for no one else",
        "run it on the sheets without a design",
    ),
    "little_mcar": (
        "Little's test compares normal likelihoods, which weighted answers have none of, and asks how the gaps of "
        "these respondents came about, not those of a population",
        UNWEIGHTED,
    ),
}
"""Analysis → why it takes no weights, and what to do."""
IMPUTED: dict[str, tuple[str, str]] = {
    "careless": (
        "'careless' is about what people answered: nobody gave the imputed answers",
        "run it on imputed.original, before imputing if people are to be left out",
    ),
    "code_agreement": (
        "'code_agreement' is about codes that were given: nobody gave the imputed ones",
        "run it on imputed.original",
    ),
    "delta_sensitivity": (
        "'delta_sensitivity' imputes by itself, once for each shift",
        "run it on the answers with their gaps (imputed.original)",
    ),
    "fiml": (
        "'fiml' takes the place of imputation: completed sets have no gaps",
        "run it on the answers with their gaps (imputed.original)",
    ),
    "latent_classes": (CLASSES, CLASS_GAPS),
    "latent_profiles": (CLASSES, CLASS_GAPS),
    "little_mcar": (
        "Little's test is about gaps: completed sets have none",
        "run it on the answers with their gaps (imputed.original)",
    ),
}
"""Analysis → why it takes no completed sets, and what to do."""


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
        raise AnalysisError(_refusal(WEIGHTS.get(analysis, (f"'{analysis}' is not built for weights", UNWEIGHTED))))


def refuse_imputed(data: object, analysis: str) -> None:
    """Raise an AnalysisError if the data are completed sets and the analysis does not pool over them.

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
        raise AnalysisError(_refusal(IMPUTED.get(analysis, (f"'{analysis}' is not built for imputed sets", GAPS))))


def _refusal(why: tuple[str, str]) -> Problem:
    message, hint = why
    return Problem("does_not_compose", message, hint=hint)
