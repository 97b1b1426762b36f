"""The rates of a web survey for checklists, each with its definition."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from osa_survey import formatting
from osa_survey.languages import SOURCE, worded
from osa_survey.plan.fieldwork_entry import Fieldwork
from osa_survey.sharing.checklists import Fact

NO_RATE = "{0} / {1} ({2}) is no rate, as the first number is larger (look at the numbers of [fieldwork])"
OPEN = "The survey was open and invited nobody by name, so it has no response rate; its rates are those of CHERRIES."


@dataclass(frozen=True)
class Reached:
    """How far people came.

    Attributes
    ----------
    records : int
        Records in the file.
    agreed : int or None
        Records with consent; None where the file holds no consent question.
    admitted : int
        Adults among those who agreed, before any exclusion by rule.
    finished : int or None
        Of these, people who reached the end; None where nothing in the file tells.
    """

    records: int
    agreed: int | None
    admitted: int
    finished: int | None


@dataclass(frozen=True)
class Rate:
    """A rate: its sentence with places for part, whole and share; what stands above and below the line; why not."""

    told: str
    over: str
    part: int | None
    whole: int | None
    why_not: str


def rate_facts(fieldwork: Fieldwork, reached: Reached, language: str = SOURCE, place: str = "") -> dict[str, Fact]:
    """Return the rates of a web survey.

    Parameters
    ----------
    fieldwork : Fieldwork
        Invited people, visitors of the site, visitors of the survey, people who began.
    reached : Reached
        How far people came.
    language : {"en", "de"}
        The language.
    place : str
        Where the rates stand.

    Returns
    -------
    dict of str to Fact
        ``view_rate`` (unique visitors of the first page of the survey / unique visitors of the site),
        ``participation_rate`` (people who agreed / unique visitors of the first page; without a consent question in the
        file, those who reached the first question, else those with a record), ``completion_rate`` (people who reached
        the end / adults who agreed and were admitted; it counts who came to the last page, not how much was answered),
        ``response_rate`` (records / people invited), ``reach_rate`` (unique visitors of the first page / people
        invited).

    Notes
    -----
    The first three are the rates of CHERRIES. Its view rate was read in a copy of its table; what stands above and
    below the line of the other two is recalled.

    References
    ----------
    Eysenbach, G. (2004). Journal of Medical Internet Research, 6(3), e34. doi:10.2196/jmir.6.3.e34
    """
    say = partial(worded, language)
    if reached.agreed is not None:
        told, over = (
            "Participation rate (people who agreed / unique visitors of the first page): {0} / {1} = {2}.",
            ("people who agreed / unique visitors of the first page"),
        )
        part = reached.agreed
    elif fieldwork.started is not None:
        told, over = (
            (
                "Participation rate (people who reached the first question / unique visitors of the first page): "
                "{0} / {1} = {2}."
            ),
            "people who reached the first question / unique visitors of the first page",
        )
        part = fieldwork.started
    else:
        told, over = (
            "Participation rate (records / unique visitors of the first page): {0} / {1} = {2}.",
            ("records / unique visitors of the first page"),
        )
        part = reached.records
    rates = {
        "view_rate": Rate(
            "View rate (unique visitors of the first page / unique visitors of the site): {0} / {1} = {2}.",
            "unique visitors of the first page / unique visitors of the site",
            fieldwork.visitors,
            fieldwork.site_visitors,
            (
                "[fieldwork] visitors and site_visitors are not both given in the study file (write "
                "there how many unique visitors the first page of the survey and the site that led to "
                "it had)"
            ),
        ),
        "participation_rate": Rate(
            told,
            over,
            part,
            fieldwork.visitors,
            (
                "[fieldwork] visitors is empty in the study file (write there the number of unique "
                "visitors of the first page of the survey)"
            ),
        ),
        "completion_rate": Rate(
            "Completion rate (people who reached the end / adults who agreed and were admitted): {0} / {1} = {2}.",
            "people who reached the end / adults who agreed and were admitted",
            reached.finished,
            reached.admitted,
            (
                "nothing in the file tells who reached the end (name the column of the progress in "
                "[paradata] progress of the codebook)"
            ),
        ),
        "response_rate": Rate(
            "Response rate (records / people invited): {0} / {1} = {2}.",
            "records / people invited",
            reached.records,
            fieldwork.invited,
            ("[fieldwork] invited is empty in the study file (write there how many people were invited)"),
        ),
        "reach_rate": Rate(
            "Of the people invited, {0} of {1} ({2}) visited the first page.",
            "unique visitors of the first page / people invited",
            fieldwork.visitors,
            fieldwork.invited,
            ("[fieldwork] invited is empty in the study file (write there how many people were invited)"),
        ),
    }
    facts = {}
    for name, rate in rates.items():
        if rate.part is None or not rate.whole:
            facts[name] = Fact(why_not=say(rate.why_not))
            continue
        counts = formatting.count(rate.part), formatting.count(rate.whole)
        if rate.part > rate.whole:
            facts[name] = Fact(why_not=say(NO_RATE, *counts, say(rate.over)))
        else:
            facts[name] = Fact(say(rate.told, *counts, formatting.percent(rate.part / rate.whole)), place)
    if fieldwork.access == "open" and fieldwork.invited is None:
        facts["response_rate"] = Fact(say(OPEN), place)
    return facts
