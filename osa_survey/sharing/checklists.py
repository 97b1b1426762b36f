"""A checklist filled in with the facts of a study; what is not known is said with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from osa_survey.languages import SOURCE, in_language
from osa_survey.sharing.checklist_definitions import Checklist
from osa_survey.sharing.documents import Part, ShortDocument, Table

NOT_AVAILABLE = "not available because {reason}"
BY_AUTHORS = "the authors write it: {what}"
HEADS = ("No.", "Section", "Asks", "Answer", "Place in the report")
WIDTHS = (0.06, 0.14, 0.22, 0.44, 0.14)


@dataclass(frozen=True)
class Fact:
    """What is known of one matter.

    Attributes
    ----------
    text : str
        What is known, with its numbers; "" if nothing is.
    place : str
        Where the report says it.
    why_not : str
        Why nothing is known.
    """

    text: str = ""
    place: str = ""
    why_not: str = ""


@dataclass(frozen=True)
class Answer:
    """The answer to one point.

    Attributes
    ----------
    state : {"answered", "in part", "not available"}
        ``in part``: some facts are known, and the authors write the rest or a fact is missing.
    """

    number: str
    section: str
    asks: str
    text: str
    place: str
    state: str


def filled(checklist: Checklist, facts: Mapping[str, Fact], language: str = SOURCE) -> tuple[Answer, ...]:
    """Return the answer to each point of a checklist.

    Parameters
    ----------
    checklist : Checklist
        Its points.
    facts : mapping of str to Fact
        What is known of the study, by name.
    language : {"en", "de"}
        The language of the answers.

    Raises
    ------
    KeyError
        If a point names a fact there is no word for.
    """

    def said(text: str) -> str:
        return in_language(text, language, "documents")

    answers = []
    for item in checklist.items:
        own = [facts[name] for name in item.answers]
        known = [fact for fact in own if fact.text]
        reasons = [said(fact.why_not) for fact in own if not fact.text]
        reasons += [said(BY_AUTHORS.format(what=item.authors))] if item.authors else []
        lines = [said(fact.text) for fact in known]
        if reasons:
            lines.append(said(NOT_AVAILABLE.format(reason="; ".join(dict.fromkeys(reasons)))))
        state = "not available" if not known else "in part" if reasons else "answered"
        places = "; ".join(dict.fromkeys(said(fact.place) for fact in known if fact.place))
        answers.append(Answer(item.number, said(item.section), said(item.asks), " ".join(lines), places, state))
    return tuple(answers)


def checklist_document(
    checklist: Checklist, answers: tuple[Answer, ...], study: str, statements: Mapping[str, str]
) -> ShortDocument:
    """Return the filled checklist as a document, with drafted statements.

    Parameters
    ----------
    checklist : Checklist
        The checklist.
    answers : tuple of Answer
        Its answers.
    study : str
        The title of the study.
    statements : mapping of str to str
        Heading → drafted statement.
    """
    counts = {
        state: sum(answer.state == state for answer in answers) for state in ("answered", "in part", "not available")
    }
    doi = f" https://doi.org/{checklist.citation.doi}" if checklist.citation.doi else ""
    lead = (
        f"{len(answers)} points: {counts['answered']} answered, {counts['in part']} in part, {counts['not available']} "
        "not available. The points are put in our own words; their wording stands in the source."
    )
    rows = tuple((one.number, one.section, one.asks, one.text, one.place) for one in answers)
    return ShortDocument(
        f"{checklist.title}: {study}",
        (
            Part("", (lead, checklist.numbering, f"Source: {checklist.citation.text}{doi}")),
            Part("Points", table=Table(f"Points of {checklist.title}", HEADS, rows, WIDTHS)),
            *(Part(heading, (text,)) for heading, text in statements.items()),
        ),
        across=True,
    )
