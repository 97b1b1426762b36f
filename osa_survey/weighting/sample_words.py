"""What may be said of intervals, by how people came into the sample (AAPOR)."""

from __future__ import annotations

from osa_survey.dataset import SurveyDesign
from osa_survey.languages import in_language

REFERENCE_AAPOR = (
    "Baker, R., Brick, J. M., Bates, N. A., Battaglia, M., Couper, M. P., Dever, J. A., Gile, K. J., & Tourangeau, R. "
    "(2013). Summary report of the AAPOR task force on non-probability sampling. Journal of Survey Statistics and "
    "Methodology, 1(2), 90–143. doi:10.1093/jssam/smt008"
)
ASSUMPTIONS: dict[str, str] = {
    "quota": "Intervals and tests are model-based: the sample was filled by quotas, not by random selection, so "
    "they hold only if, given the quotas and the variables used for weighting, those who took part answer like "
    "those who did not.",
    "opt-in": "Intervals and tests are model-based: respondents selected themselves, so they hold only if, given "
    "the variables used for weighting or in the model, those who took part answer like those who did not. Nothing "
    "in the data can show that.",
}
"""The assumption under every table of a sample that is no probability sample."""
INTERVALS: dict[str, dict[bool, str]] = {
    "en": {True: "design-based interval", False: "model-based interval"},
    "de": {True: "designbasiertes Intervall", False: "modellbasiertes Intervall"},
}
NEVER_PRINTED = (
    "margin of error",
    "margins of error",
    "representative",
    "Fehlermarge",
    "Fehlerspanne",
    "repräsentativ",
)
"""Words no output has where the sample is no probability sample."""


def sample_notes(design: SurveyDesign | None, language: str = "en") -> tuple[str, ...]:
    """Return the notes an analysis owes its readers for the way people came into the sample.

    Parameters
    ----------
    design : SurveyDesign or None
        The design; None owes nothing here (the methods text says what the sample is).
    language : {"en", "de"}
        The language.

    Returns
    -------
    tuple of str
        One note outside probability samples, else none.

    Examples
    --------
    >>> sample_notes(None)
    ()
    """
    if design is None or design.sample == "probability":
        return ()
    return (in_language(ASSUMPTIONS[design.sample], language, "notes"),)


def sample_references(design: SurveyDesign | None) -> tuple[str, ...]:
    """Return the source of the note, where there is one."""
    return (REFERENCE_AAPOR,) if sample_notes(design) else ()


def interval_words(design: SurveyDesign, language: str = "en") -> str:
    """Return what intervals under this design are called: design-based only in probability samples."""
    return INTERVALS[language][design.sample == "probability"]
