"""What may be said of intervals, by how people came into the sample (AAPOR)."""

from __future__ import annotations

from osa_survey.dataset import SurveyDesign

REFERENCE_AAPOR = (
    "Baker, R., Brick, J. M., Bates, N. A., Battaglia, M., Couper, M. P., Dever, J. A., Gile, K. J., & Tourangeau, R. "
    "(2013). Summary report of the AAPOR task force on non-probability sampling. Journal of Survey Statistics and "
    "Methodology, 1(2), 90–143. doi:10.1093/jssam/smt008"
)
ASSUMPTIONS: dict[str, dict[str, str]] = {
    "en": {
        "quota": "Intervals and tests are model-based: the sample was filled by quotas, not by random selection, so "
        "they hold only if, given the quotas and the variables used for weighting, those who took part answer like "
        "those who did not.",
        "opt-in": "Intervals and tests are model-based: respondents selected themselves, so they hold only if, given "
        "the variables used for weighting or in the model, those who took part answer like those who did not. Nothing "
        "in the data can show that.",
    },
    "de": {
        "quota": "Intervalle und Tests sind modellbasiert: Die Stichprobe wurde nach Quoten gefüllt, nicht durch "
        "Zufallsauswahl; sie gelten nur, wenn Teilnehmende bei gleichen Quotenmerkmalen und Gewichtungsmerkmalen so "
        "antworten wie Nichtteilnehmende.",
        "opt-in": "Intervalle und Tests sind modellbasiert: Die Befragten haben sich selbst ausgewählt; sie gelten "
        "nur, wenn Teilnehmende bei gleichen Gewichtungs- oder Modellmerkmalen so antworten wie Nichtteilnehmende. Die "
        "Daten können das nicht zeigen.",
    },
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
    return (ASSUMPTIONS[language][design.sample],)


def note_in(note: str, language: str) -> str:
    """Return a note in another language if it is one of those above, else the note as it is.

    Examples
    --------
    >>> note_in("n is shown", "de")
    'n is shown'
    """
    for sample, text in ASSUMPTIONS["en"].items():
        if note == text:
            return ASSUMPTIONS[language][sample]
    return note


def sample_references(design: SurveyDesign | None) -> tuple[str, ...]:
    """Return the source of the note, where there is one."""
    return (REFERENCE_AAPOR,) if sample_notes(design) else ()


def interval_words(design: SurveyDesign, language: str = "en") -> str:
    """Return what intervals under this design are called: design-based only in probability samples."""
    return INTERVALS[language][design.sample == "probability"]
