"""Facts for checklists on what was asked: questions, instruments, scores, variables, filters, waves."""

from __future__ import annotations

from collections.abc import Mapping

from osa_survey import formatting
from osa_survey.codebooks import Codebook
from osa_survey.instruments import Instrument
from osa_survey.plan.checklist_sources import Sources
from osa_survey.plan.methods import scale_sentences
from osa_survey.sharing.checklists import Fact

NOT_ASKED = ("identifier",)
BANDS = ("age_band",)
PLATFORMS = {
    "qualtrics": "Qualtrics",
    "limesurvey": "LimeSurvey",
    "redcap": "REDCap",
    "sosci": "SoSci Survey",
    "unipark": "Unipark",
    "surveymonkey": "SurveyMonkey",
    "google_forms": "Google Forms",
    "microsoft_forms": "Microsoft Forms",
    "formr": "formr",
}
"""Where respondents enter their answers themselves; files of statistical programs do not tell who did."""
NO_PLATFORM = "the file does not tell the platform"


def question_facts(sources: Sources) -> dict[str, Fact]:
    """Return what was asked.

    Parameters
    ----------
    sources : Sources
        The study.
    """
    book, say = sources.prepared.study.codebook, sources.say
    kept = sources.prepared.scored.responses
    named = [
        say("{0} ({1}; {2} items)", one.title, one.citation.in_text, str(len(one.items)))
        for one in kept.instruments.values()
    ]
    scoring = scale_sentences(sources.prepared.scored.log, kept.instruments, sources.language)
    scored = sources.places.table(["scoring_log", "scoring"])
    counted = formatting.count(len(kept.variables))
    waves = kept.variables.get("wave")
    return {
        "questions": _questions(sources),
        "filters": _filters(sources, book),
        "instruments": sources.fact(
            named, "Instruments: {0}.", sources.methods, "The study uses no instrument of the library."
        ),
        "scoring": Fact(" ".join(scoring), ", ".join(filter(None, (sources.methods, scored))))
        if scoring
        else Fact(say("No scale is scored."), sources.study_file),
        "variables": Fact(
            say("The codebook defines {0} variables beside the items: question, answers, codes, filters.", counted),
            sources.codebook,
        ),
        "categories": _categories(sources),
        "codebook": Fact(
            say("The codebook lists every question, its options and its codes (osa-survey codebook)."),
            sources.codebook,
        ),
        "entry": _entry(sources),
        "waves": Fact(say("Waves: {0}.", "; ".join(map(sources.word, waves.labels))), sources.study_file)
        if waves is not None
        else Fact(say("People were asked once."), sources.study_file),
    }


def question_counts(book: Codebook, instruments: Mapping[str, Instrument]) -> tuple[int, int]:
    """Return how many items of instruments and how many further questions a codebook holds.

    Parameters
    ----------
    book : Codebook
        Identifiers and weights were not asked; a set of options is one question, and so is a column read twice.
    instruments : mapping of str to Instrument
        The instruments of its blocks by id.
    """
    items = sum(len(instruments[block.instrument].items) for block in book.blocks.values())
    others = {
        entry.column or name
        for name, entry in book.variables.items()
        if entry.type not in NOT_ASKED and not entry.weight
    }
    return items, len(others)


def _questions(sources: Sources) -> Fact:
    items, others = question_counts(sources.prepared.study.codebook, sources.prepared.scored.responses.instruments)
    count = formatting.count
    text = sources.say(
        "{0} in all: {1} items of instruments and {2} further questions or facts, a set of options counted once.",
        count(items + others),
        count(items),
        count(others),
    )
    screens = sources.file.fieldwork.screens
    if screens is None:
        return Fact(text, sources.codebook)
    mean = sources.say("On {0} pages that is {1} on a page on average.", count(screens), _mean(items + others, screens))
    return Fact(f"{text} {mean}", sources.codebook)


def _mean(questions: int, pages: int) -> str:
    return formatting.decimal(questions / pages, 1)


def _filters(sources: Sources, book: Codebook) -> Fact:
    kept = sources.prepared.scored.responses
    titles = [
        sources.word(block.title or kept.instruments[block.instrument].short_title)
        for block in book.blocks.values()
        if block.asked_if is not None
    ]
    titles += [
        sources.word(entry.title or name) for name, entry in book.variables.items() if entry.asked_if is not None
    ]
    if not titles:
        return Fact(sources.say("No question depends on another."), sources.codebook)
    number = formatting.count(len(titles))
    several = "{0} questions or blocks depend on earlier answers: {1}."
    text = several if len(titles) > 1 else "{0} question or block depends on an earlier answer: {1}."
    return Fact(sources.say(text, number, sources.listed(titles)), sources.codebook)


def _categories(sources: Sources) -> Fact:
    """Return the limits of bands made from a number."""
    bands = [
        f"{sources.word(info.title)}: {', '.join(map(sources.word, info.labels))}"
        for info in sources.prepared.scored.variables.values()
        if info.maps_to in BANDS and info.is_categorical
    ]
    return sources.fact(
        bands, "Numbers in bands: {0}.", sources.codebook, "No number was cut into categories by the study file."
    )


def _entry(sources: Sources) -> Fact:
    platform = sources.prepared.scored.responses.source.get("platform", "")
    if platform not in PLATFORMS:
        return Fact(why_not=sources.say(NO_PLATFORM))
    text = sources.say("The file is an export of {0} and was read as it is; nothing was typed in.", PLATFORMS[platform])
    return Fact(text, sources.methods)
