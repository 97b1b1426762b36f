"""A checklist filled in with the facts of a study; what is not known is said with its reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from osa_survey import formatting
from osa_survey.languages import SOURCE, worded
from osa_survey.report.messages import LANGUAGE_TAGS
from osa_survey.sharing.checklist_definitions import SEEN, Checklist, ChecklistItem, Seen
from osa_survey.sharing.documents import Part, ShortDocument, Table

HEADS = ("No.", "Section", "Asks", "Answer", "Place")
WIDTHS = (0.05, 0.17, 0.20, 0.44, 0.14)
STATES = ("answered", "in part", "not available")
READ: dict[Seen, str] = {
    "copy": "Points read in a copy of the source ({0}): {1}.",
    "summary": "Points read in a summary only ({0}): {1}.",
    "recalled": "Points recalled, not read in the source: {0}.",
}


@dataclass(frozen=True)
class Fact:
    """What is known of one matter, in the language of the report.

    Attributes
    ----------
    text : str
        What is known, with its numbers, in sentences; "" if nothing is.
    place : str
        Where the report says it.
    why_not : str
        Why nothing is known, and what to write where; no sentence of its own.
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
        What is known of the study, by name, in the language.
    language : {"en", "de"}
        The language of the answers.

    Raises
    ------
    KeyError
        If a point names a fact there is no word for.
    """
    return tuple(_answer(item, facts, language) for item in checklist.items)


def _answer(item: ChecklistItem, facts: Mapping[str, Fact], language: str) -> Answer:
    say = partial(worded, language)
    asked = [facts[name] for name in item.answers]
    known = [fact for fact in (*asked, *(facts[name] for name in item.also)) if fact.text]
    reasons = [fact.why_not for fact in asked if not fact.text]
    reasons += [say("only the authors can write it ({0})", say(item.authors))] if item.authors else []
    lines = list(dict.fromkeys(fact.text for fact in known))
    if reasons:
        missing = "; ".join(dict.fromkeys(reasons))
        lines.append(say("The rest is not available because {0}." if known else "Not available because {0}.", missing))
    state = STATES[2] if not known else STATES[1] if reasons else STATES[0]
    places = dict.fromkeys(place for fact in known for place in fact.place.split("; ") if place)
    told = [one for one in places if not any(other.startswith(f"{one}, ") for other in places)]
    return Answer(item.number, say(item.section), say(item.asks), " ".join(lines), "; ".join(told), state)


def checklist_document(
    checklist: Checklist,
    answers: tuple[Answer, ...],
    study: str,
    statements: Mapping[str, str],
    language: str = SOURCE,
) -> ShortDocument:
    """Return the filled checklist as a document, with drafted statements.

    Parameters
    ----------
    checklist : Checklist
        The checklist.
    answers : tuple of Answer
        Its answers, in the language.
    study : str
        The title of the study.
    statements : mapping of str to str
        Heading → drafted statement, in the language.
    language : {"en", "de"}
        The language.
    """
    say = partial(worded, language)
    counts = [formatting.count(sum(answer.state == state for answer in answers)) for state in STATES]
    doi = f" https://doi.org/{checklist.citation.doi}" if checklist.citation.doi else ""
    title = say(checklist.title)
    lead = say(
        "{0} points: {1} answered, {2} in part, {3} not available. The points are put in our own words; "
        "their wording stands in the source.",
        formatting.count(len(answers)),
        *counts,
    )
    source = say("Source: {0}", checklist.citation.text + doi)
    table = Table(
        say("Points of {0}", title),
        tuple(map(say, HEADS)),
        tuple((one.number, one.section, one.asks, one.text, one.place) for one in answers),
        WIDTHS,
    )
    parts = (
        Part("", (lead, say(checklist.numbering), *seen_sentences(checklist, language), source)),
        Part(say("Points"), table=table),
        *(Part(heading, (text,)) for heading, text in statements.items()),
    )
    return ShortDocument(f"{title}: {study}", parts, LANGUAGE_TAGS[language], across=True)


def seen_sentences(checklist: Checklist, language: str = SOURCE) -> tuple[str, ...]:
    """Return which points were read in a copy of the source and where, which in a summary, and which are recalled."""
    sentences = []
    for kind in SEEN:
        numbers = checklist.numbers(kind)
        if numbers:
            where = [worded(language, checklist.seen_in[kind])] if kind != "recalled" else []
            told = worded(language, "all") if len(numbers) == len(checklist.items) else in_ranges(numbers)
            sentences.append(worded(language, READ[kind], *where, told))
    return tuple(sentences)


def in_ranges(numbers: Sequence[str]) -> str:
    """Return numbers of points on one line; three and more whole numbers in a row from the first to the last.

    Examples
    --------
    >>> in_ranges(["1", "2", "3", "4", "7", "8", "9a", "9b"])
    '1–4, 7, 8, 9a, 9b'
    """
    rows: list[list[str]] = []
    for number in numbers:
        follows = bool(rows) and number.isdigit() and rows[-1][-1].isdigit() and int(number) == int(rows[-1][-1]) + 1
        if follows:
            rows[-1].append(number)
        else:
            rows.append([number])
    return ", ".join(f"{row[0]}–{row[-1]}" if len(row) > 2 else ", ".join(row) for row in rows)
