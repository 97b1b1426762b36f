"""Facts for checklists on the respondents: how many came how far, who was left out, who could take part."""

from __future__ import annotations

from osa_survey import formatting
from osa_survey.dataset import Responses
from osa_survey.instruments.reasons import REASON_CODES
from osa_survey.plan.checklist_sources import Sources
from osa_survey.plan.methods import SAMPLES, TEXTS, WAYS
from osa_survey.plan.rate_facts import Reached, rate_facts
from osa_survey.plan.running import PreparedStudy
from osa_survey.sharing.checklists import Fact

BROKE_OFF = REASON_CODES["broke_off"]
FINISHED = 100.0
LEFT_BEFORE = ("no_consent", "withdrawn")
"""Steps of the flow at which people leave who did not agree, or took their consent back."""


def respondent_facts(sources: Sources) -> dict[str, Fact]:
    """Return who took part, in numbers of the flow.

    Parameters
    ----------
    sources : Sources
        The study. The flow is administrative and shown in every profile.
    """
    prepared, say, count = sources.prepared, sources.say, formatting.count
    kept = prepared.scored.responses
    steps = [f"{count(step.n)} ({sources.word(step.reason)})" for step in kept.history if step.n]
    place = sources.respondents
    flow = (
        say(
            "{0} records in the file; left out: {1}; {2} adults analysed.",
            count(prepared.records),
            "; ".join(steps),
            count(len(kept)),
        )
        if steps
        else say("{0} records in the file, all of them of adults who are analysed.", count(prepared.records))
    )
    reached = reached_by(prepared)
    own = sources.file.fieldwork.sample
    sample = SAMPLES[sources.language][own]
    limits = sample if own != "probability" else f"{sample} {say('Who did not respond may differ.')}"
    rules = prepared.study.codebook.eligibility
    wanted = say(
        "Adults of {0} years or over, who agreed." if rules.consent is not None else "Adults of {0} years or over.",
        str(rules.minimum),
    )
    drawn = sources.places.figure(["flow"])
    return {
        "flow": Fact(flow, place),
        "flow_diagram": Fact(say("The flow is drawn as a diagram."), drawn)
        if drawn
        else Fact(why_not=say("the report draws no flow")),
        "exclusions": Fact(say("Left out: {0}.", "; ".join(steps)), place)
        if steps
        else Fact(say("No record was left out."), place),
        "consented": _consented(sources, reached),
        "sample": Fact(sample, sources.methods),
        "sample_limits": Fact(limits, sources.methods),
        "eligibility": Fact(f"{wanted} {adulthood(prepared)}", sources.methods),
        "survey_only": _survey_only(sources),
        "unfinished": _unfinished(sources, reached),
        **rate_facts(sources.file.fieldwork, reached, sources.language, sources.only_here),
    }


def reached_by(prepared: PreparedStudy) -> Reached:
    """Return how far the people of a study came.

    Parameters
    ----------
    prepared : PreparedStudy
        The study.
    """
    asked = prepared.study.codebook.eligibility.consent is not None
    steps = prepared.admitted.history
    left = sum(step.n for step in steps if step.code in LEFT_BEFORE)
    unfinished = not_finished(prepared.admitted)
    admitted = len(prepared.admitted)
    return Reached(
        records=prepared.records,
        agreed=prepared.records - left if asked else None,
        admitted=admitted,
        finished=None if unfinished is None else admitted - unfinished,
    )


def not_finished(responses: Responses) -> int | None:
    """Return how many people did not reach the end, or None where nothing in the file tells."""
    if "progress" in responses.paradata:
        return int((responses.paradata["progress"] < FINISHED).sum())
    marked = (responses.reasons.to_numpy() == BROKE_OFF).any(axis=1)
    return int(marked.sum()) if marked.any() else None


def adulthood(prepared: PreparedStudy) -> str:
    """Return in one sentence how adulthood was shown."""
    rules = prepared.study.codebook.eligibility
    language = prepared.study.file.report.language
    texts = TEXTS[language]
    if rules.attested is not None:
        told = rules.attested
        return texts["attested"].format(how=told.how, by=told.by, documented=told.documented)
    return texts["age"].format(way=WAYS[language][rules.way])


def _consented(sources: Sources, reached: Reached) -> Fact:
    if reached.agreed is None:
        return Fact(why_not=sources.say("the file holds no consent question"))
    count = formatting.count
    text = sources.say(
        "{0} people agreed, {1} did not; {2} of those who agreed were admitted as adults.",
        count(reached.agreed),
        count(reached.records - reached.agreed),
        count(reached.admitted),
    )
    return Fact(text, sources.respondents)


def _unfinished(sources: Sources, reached: Reached) -> Fact:
    kept = sources.prepared.scored.responses
    stayed = not_finished(kept)
    if reached.finished is None:
        return Fact(
            why_not=sources.say(
                "nothing in the file tells who reached the end (name the column of the progress in "
                "[paradata] progress of the codebook)"
            )
        )
    count = formatting.count
    text = sources.say(
        "{0} of {1} adults admitted did not reach the end; {2} of them are among the {3} analysed, with the answers "
        "they gave.",
        count(reached.admitted - reached.finished),
        count(reached.admitted),
        count(stayed or 0),
        count(len(kept)),
    )
    return Fact(text, sources.only_here)


def _survey_only(sources: Sources) -> Fact:
    manipulated = [entry.id for entry in sources.file.analyses if entry.arguments.get("manipulated")]
    if manipulated:
        return Fact(
            why_not=sources.say(
                (
                    "analyses name manipulated factors: {0} (write in the methods how people were "
                    "assigned and who was blind to it)"
                ),
                ", ".join(manipulated),
            )
        )
    text = "A survey: nothing was manipulated, nobody was assigned, so there was no blinding."
    return Fact(sources.say(text), sources.study_file)
