"""The columns of the example export, with question texts of our own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from osa_survey.instruments import load_instrument
from osa_survey.simulation.osa_respondents import SCALES
from osa_survey.simulation.qualtrics_files import PLATFORM_COLUMNS

ACTIVITY_WORDS = {
    "osa_information": "looked for information on sexuality online",
    "osa_entertainment": "used sexually explicit material online",
    "osa_contacts": "sought or kept sexual contacts online",
    "osa_minority_communities": "took part in an online community of a sexual minority",
    "osa_products": "looked for or bought sexual products online",
    "osa_sex_work": "paid or were paid for sexual services online",
    "sexting": "exchanged sexual texts or pictures of yourself with another adult",
}
YES_NO = "1 yes, 2 no, 3 unsure, -99 prefer not to answer"
EMBEDDED_COLUMNS = ("simulated", "age_band", "osa_any")
"""Fields that the survey platform computes; they stand before the questions, so that they do not look answered last."""


@dataclass(frozen=True)
class ExportColumn:
    """One column: its name, the text of the second header row, and whether respondents answer it."""

    name: str
    text: str
    is_question: bool


@cache
def questionnaire() -> tuple[ExportColumn, ...]:
    """Return all columns of the example export in their order."""
    columns = [ExportColumn(name, text, False) for name, (text, _) in PLATFORM_COLUMNS.items()]
    columns += [ExportColumn(name, name, False) for name in EMBEDDED_COLUMNS]
    columns += [ExportColumn(name, text, True) for name, text in _questions().items()]
    return tuple(columns)


def _questions() -> dict[str, str]:
    texts = {
        "consent": "Do you agree to take part? (simulated: nobody was asked)",
        "age": "How old are you, in years?",
        "gender": "Which gender describes you?",
        "orientation": "Which sexual orientation do you identify with?",
        "relationship": "Are you in a committed relationship?",
    }
    for name, words in ACTIVITY_WORDS.items():
        texts[name] = f"Have you ever {words}? ({YES_NO})"
    for name, words in ACTIVITY_WORDS.items():
        texts[f"{name}_freq"] = f"In the past 12 months, how often have you {words}?"
    for name, words in ACTIVITY_WORDS.items():
        for side in ("positive", "negative"):
            rated = f"{name.removeprefix('osa_')}_{side}"
            texts[rated] = f"You have {words}. How strong were {side} outcomes for you, 0 none to 4 very strong?"
    for scale in SCALES:
        instrument = load_instrument(scale)
        for n, item in enumerate(instrument.items, start=1):
            texts[f"{scale}_{n}"] = f"{instrument.short_title}, item {n} (content: {item.tag})"
    return texts
