"""Facts for checklists that only the people who did the fieldwork know."""

from __future__ import annotations

from osa_survey import formatting
from osa_survey.plan.fieldwork_entry import Fieldwork
from osa_survey.sharing.checklists import Fact

METHODS = "Methods"
TITLES = {
    "frame": "Meant for",
    "recruitment": "Recruitment",
    "advertising": "Announced",
    "incentive": "In return",
    "dates": "Fieldwork",
    "place": "Place",
    "design": "Design",
    "mode": "Mode",
    "access": "Access",
    "visitors": "Visitors of the first page",
    "screens": "Pages",
    "item_order": "Order of questions",
    "adaptive": "Branching",
    "completeness": "Completeness",
    "review": "Going back",
    "voluntary": "Voluntary",
    "repeated_entries": "Repeated entries",
    "pretesting": "Tried before",
    "languages": "Languages",
    "sample_size": "Number of respondents",
    "gender_asked": "Sex and gender as asked",
    "gender_considered": "Sex and gender in the design",
    "ethics_approval": "Ethical approval",
    "consent_text": "Consent",
    "legal_basis": "Legal basis",
    "confidentiality": "Confidentiality",
    "preregistration": "Registered",
    "funding": "Funding",
    "conflicts": "Interests",
    "acknowledgements": "Thanks",
    "data_availability": "Data",
}
NAMES = {"ethics_approval": "ethics", "consent_text": "consent"}
"""Key of ``[fieldwork]`` → the name of its fact, where they differ."""


def fieldwork_facts(fieldwork: Fieldwork) -> dict[str, Fact]:
    """Return the facts of ``[fieldwork]``; an empty key is named as the reason."""
    facts = {}
    for key, title in TITLES.items():
        value = getattr(fieldwork, key)
        name = NAMES.get(key, key)
        if value in ("", None, ()):
            facts[name] = Fact(why_not=f"[fieldwork] {key} is empty")
            continue
        text = (
            ", ".join(value)
            if isinstance(value, tuple)
            else formatting.count(value)
            if isinstance(value, int)
            else value
        )
        facts[name] = Fact(f"{title}: {text.rstrip('.')}.", METHODS)
    return facts


def rate_facts(fieldwork: Fieldwork, records: int, admitted: int, broke_off: int | None) -> dict[str, Fact]:
    """Return the rates of a web survey.

    Parameters
    ----------
    fieldwork : Fieldwork
        Invited people, visitors, people who began.
    records, admitted : int
        Records in the file; consenting adults among them.
    broke_off : int or None
        Of these, people who did not reach the end; None where nothing in the file tells.

    Returns
    -------
    dict of str to Fact
        ``response_rate`` (records / invited), ``view_rate`` (visitors / invited), ``participation_rate`` (records /
        visitors), ``completion_rate`` (finished / admitted).

    References
    ----------
    Eysenbach, G. (2004). Journal of Medical Internet Research, 6(3), e34. doi:10.2196/jmir.6.3.e34
    """
    ways: dict[str, tuple[str, int | None, int | None, str]] = {
        "response_rate": ("records / people invited", records, fieldwork.invited, "[fieldwork] invited is empty"),
        "view_rate": (
            "visitors of the first page / people invited",
            fieldwork.visitors,
            fieldwork.invited,
            "[fieldwork] visitors and invited are not both given",
        ),
        "participation_rate": (
            "records / visitors of the first page",
            records,
            fieldwork.visitors,
            "[fieldwork] visitors is empty",
        ),
        "completion_rate": (
            "people who reached the end / adults admitted",
            None if broke_off is None else admitted - broke_off,
            admitted,
            "neither the platform nor [paradata] progress tells who reached the end",
        ),
    }
    facts = {}
    for name, (words, part, whole, why_not) in ways.items():
        if part is None or not whole:
            facts[name] = Fact(why_not=why_not)
        elif part > whole:
            facts[name] = Fact(why_not=f"{words} = {part} / {whole} is no rate: look at the numbers of [fieldwork]")
        else:
            counts = f"{formatting.count(part)} / {formatting.count(whole)}"
            title = name.replace("_", " ").capitalize()
            facts[name] = Fact(f"{title} ({words}): {counts} = {formatting.percent(part / whole, 1)}.", "Respondents")
    return facts
