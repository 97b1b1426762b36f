"""Facts for checklists that only the people who did the fieldwork know."""

from __future__ import annotations

from typing import NamedTuple

from osa_survey import formatting
from osa_survey.plan.checklist_sources import Sources
from osa_survey.sharing.checklists import Fact

EMPTY = "[fieldwork] {0} is empty in the study file (write there {1})"
NO_LOG_INS = "The point is about closed surveys; this one was open, without log-ins."


class Asked(NamedTuple):
    """A key of ``[fieldwork]`` as checklists use it: the sentence around its text, and what belongs there."""

    told: str
    hint: str


ASKED = {
    "frame": Asked("Meant for: {0}.", "whom the sample stands for"),
    "recruitment": Asked("Recruitment: {0}.", "how the first contact was made and people were won"),
    "advertising": Asked("Announced: {0}.", "where and with what words the survey was announced"),
    "incentive": Asked("In return: {0}.", "what respondents were given in return, or that they were given nothing"),
    "dates": Asked("Fieldwork: {0}.", "the first and the last day of data collection"),
    "place": Asked("Place: {0}.", "the country, and the site on which the survey stood"),
    "design": Asked("Design: {0}.", "the design in a common term, such as cross-sectional online survey"),
    "mode": Asked("Mode: {0}.", "how the questionnaire was given, such as web or e-mail"),
    "access": Asked("Access: {0}.", "open, or closed if only invited people could take part"),
    "visitors": Asked(
        "Unique visitors of the first page: {0}.", "the number of unique visitors of the first page of the survey"
    ),
    "unique_visitors": Asked("Unique visitors were told apart: {0}.", "how a unique visitor was told apart"),
    "screens": Asked("Pages of the questionnaire: {0}.", "the number of pages of the questionnaire"),
    "item_order": Asked("Order of questions: {0}.", "whether questions came in fixed or random order"),
    "adaptive": Asked("Branching: {0}.", "which questions depended on earlier answers"),
    "completeness": Asked("Completeness: {0}.", "whether answers were required or missing ones were pointed out"),
    "review": Asked("Going back: {0}.", "whether respondents could go back and change answers"),
    "voluntary": Asked("Voluntary: {0}.", "whether taking part was voluntary"),
    "repeated_entries": Asked("Repeated entries: {0}.", "what kept people from taking part twice"),
    "cookies": Asked("Cookies: {0}.", "whether cookies marked a computer, and for how long"),
    "ip_addresses": Asked("Addresses of computers: {0}.", "whether addresses of computers were compared"),
    "log_ins": Asked("Log-ins: {0}.", "how log-ins or personal links kept people from entering twice"),
    "pretesting": Asked("Tried before: {0}.", "how, how often and with whom the questionnaire was tried before"),
    "languages": Asked("Languages: {0}.", "the languages of the questionnaire"),
    "sample_size": Asked("Number of respondents: {0}.", "how the number of respondents was set"),
    "gender_asked": Asked("Sex and gender as asked: {0}.", "how sex and gender were asked, with the answers offered"),
    "gender_considered": Asked(
        "Sex and gender in the design: {0}.", "how sex and gender were considered in design and sampling"
    ),
    "ethics_approval": Asked("Ethical approval: {0}.", "the committee and its number, or why none was asked"),
    "consent_text": Asked("Consent: {0}.", "what people were told and agreed to"),
    "legal_basis": Asked("Legal basis: {0}.", "the legal basis of the processing"),
    "confidentiality": Asked("Confidentiality: {0}.", "how answers were stored and protected"),
    "preregistration": Asked("Registered: {0}.", "where the plan is registered, or that it is not"),
    "funding": Asked("Funding: {0}.", "who paid and what part they had, or that nobody did"),
    "conflicts": Asked("Interests: {0}.", "interests of the authors, or that there are none"),
    "acknowledgements": Asked("Thanks: {0}.", "whom the authors thank, or that they thank nobody"),
    "data_availability": Asked("Data: {0}.", "where data and code are"),
}
NAMES = {"ethics_approval": "ethics", "consent_text": "consent"}
"""Key of ``[fieldwork]`` → the name of its fact, where they differ."""
LANGUAGES = {
    "ar": "Arabic", "cs": "Czech", "de": "German", "en": "English", "es": "Spanish", "fa": "Persian", "fr": "French",
    "hu": "Hungarian", "it": "Italian", "ja": "Japanese", "nl": "Dutch", "pl": "Polish", "pt": "Portuguese",
    "ru": "Russian", "sv": "Swedish", "tr": "Turkish", "uk": "Ukrainian", "zh": "Chinese",
}  # fmt: skip
WORDS = {"open": "open, anybody could take part", "closed": "closed, only invited people could take part"}


def fieldwork_facts(sources: Sources) -> dict[str, Fact]:
    """Return the facts of ``[fieldwork]``; an empty key is named, with what belongs there.

    Parameters
    ----------
    sources : Sources
        The study.
    """
    fieldwork = sources.file.fieldwork
    facts = {}
    for key, asked in ASKED.items():
        value = getattr(fieldwork, key)
        if value in ("", None, ()):
            why_not = sources.say(EMPTY, key, sources.say(asked.hint))
            facts[NAMES.get(key, key)] = Fact(why_not=why_not)
        else:
            facts[NAMES.get(key, key)] = Fact(sources.say(asked.told, _text(key, value, sources)), _place(sources))
    if fieldwork.access == "open" and not fieldwork.log_ins:
        facts["log_ins"] = Fact(sources.say(NO_LOG_INS), _place(sources))
    return facts


def _place(sources: Sources) -> str:
    """Return the study file: the report itself does not repeat what the authors write on their fieldwork."""
    return sources.say("Study file, [fieldwork]")


def _text(key: str, value: object, sources: Sources) -> str:
    if isinstance(value, tuple):
        return ", ".join(sources.say(LANGUAGES.get(str(one), str(one))) for one in value)
    if isinstance(value, int):
        return formatting.count(value)
    text = str(value).rstrip(".")
    return sources.say(WORDS[text]) if key == "access" else text
