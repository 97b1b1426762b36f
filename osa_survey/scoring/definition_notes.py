"""What a definition owes its readers in words: doubts, cut-offs with their source, alerts, what must stand beside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from osa_survey import formatting
from osa_survey.dataset import VariableInfo
from osa_survey.instruments import Cutoff, Instrument, load_library
from osa_survey.languages import in_language

RELATIONS = {">=": "≥", "<=": "≤", ">": ">", "<": "<"}
TEXTS: dict[str, dict[str, str]] = {
    "en": {
        "unverified": "The definition of {title} is marked '{verified}': {note}",
        "cutoff": "{scale} {rule} {value}: {meaning}{group} (source: {source}; {verified}). {diagnosis}",
        "group": ", only for {variable} = {category}. {everyone_else}",
        "off": " Off by default: {reason}",
        "diagnosis": "A screening score is not a diagnosis.",
        "alert": "{title}, item {number} ({tag}): {note}",
        "activity": "{title}: answers that mean no sexual activity are scored as published and counted apart; no "
        "cut-off is applied to respondents who gave one.",
        "free": " Shown for everybody, because no item of it offers such an answer: {scales}.",
        "beside": "{title} is to be read beside '{variable}'. {why} {held}",
        "held": "This study holds it as '{name}'.",
        "not_held": "This study holds no variable that maps to it.",
    },
    "de": {
        "unverified": "Die Definition von {title} ist als „{verified}“ gekennzeichnet: {note}",
        "cutoff": "{scale} {rule} {value}: {meaning}{group} (Quelle: {source}; {verified}). {diagnosis}",
        "group": ", nur für {variable} = {category}. {everyone_else}",
        "off": " Ohne ausdrücklichen Wunsch nicht angewandt: {reason}",
        "diagnosis": "Ein Screeningwert ist keine Diagnose.",
        "alert": "{title}, Item {number} ({tag}): {note}",
        "activity": "{title}: Antworten, die keine sexuelle Aktivität bedeuten, werden wie veröffentlicht verrechnet "
        "und gesondert gezählt; auf Befragte mit einer solchen Antwort wird kein Schwellenwert angewandt.",
        "free": " Für alle gezeigt, weil kein Item eine solche Antwort anbietet: {scales}.",
        "beside": "{title} ist neben „{variable}“ zu lesen. {why} {held}",
        "held": "Diese Studie hat sie als „{name}“.",
        "not_held": "Diese Studie hat keine Variable, die ihr zugeordnet ist.",
    },
}


def unverified_note(instrument: Instrument, language: str = "en") -> str:
    """Return what was not read in sources, or "" if the key is ``seen``."""
    if instrument.verified == "seen":
        return ""
    return TEXTS[language]["unverified"].format(
        title=instrument.title,
        verified=in_language(instrument.verified, language, "words"),
        note=in_language(instrument.verification_note, language, "notes"),
    )


def cutoff_note(instrument: Instrument, cutoff: Cutoff, language: str = "en", scale: str = "") -> str:
    """Return a cut-off with its source, its group, and that it does not diagnose.

    Parameters
    ----------
    instrument : Instrument
        The definition.
    cutoff : Cutoff
        One of its cut-offs.
    language : {"en", "de"}
        The language.
    scale : str
        What the scale is called; by default instrument and scale.
    """
    texts = TEXTS[language]
    group = cutoff.applies_to
    told = ""
    if group is not None:
        told = texts["group"].format(
            variable=group.variable,
            category=group.category,
            everyone_else=in_language(cutoff.everyone_else, language, "notes").rstrip("."),
        )
    note = texts["cutoff"].format(
        scale=scale or f"{instrument.short_title} {cutoff.scale}",
        rule=RELATIONS[cutoff.rule],
        value=formatting.shortest(cutoff.value),
        meaning=in_language(cutoff.meaning, language, "notes"),
        group=told,
        source=in_language(cutoff.source, language, "notes"),
        verified=in_language(cutoff.verified, language, "words"),
        diagnosis=texts["diagnosis"],
    )
    return note + ("" if cutoff.default else texts["off"].format(reason=in_language(cutoff.reason, language, "notes")))


def alert_notes(instrument: Instrument, language: str = "en") -> tuple[str, ...]:
    """Return what a study must prepare for because of single items."""
    position = {item.id: number for number, item in enumerate(instrument.items, start=1)}
    return tuple(
        TEXTS[language]["alert"].format(
            title=instrument.short_title,
            number=position[alert.item],
            tag=in_language(instrument.items[position[alert.item] - 1].tag, language, "words"),
            note=in_language(alert.note, language, "notes"),
        )
        for alert in instrument.alerts
    )


def activity_note(instrument: Instrument, language: str = "en") -> str:
    """Return what is done with answers that mean no activity, or "" if no item offers one."""
    asked = set(instrument.activity_items)
    if not asked:
        return ""
    texts = TEXTS[language]
    free = [scale.title for scale in instrument.scales if not asked & set(instrument.items_behind(scale.id))]
    note = texts["activity"].format(title=instrument.short_title)
    return note + (texts["free"].format(scales=", ".join(free)) if free else "")


def beside_notes(
    instrument: Instrument, variables: Mapping[str, VariableInfo], language: str = "en"
) -> tuple[str, ...]:
    """Return what must stand beside the scores, why, and whether the study holds it.

    Parameters
    ----------
    instrument : Instrument
        The definition.
    variables : mapping of str to VariableInfo
        The variables of the study.
    language : {"en", "de"}
        The language; reasons the catalogue does not have stand in the language of the definition.
    """
    texts = TEXTS[language]
    shelf = load_library().variables
    notes = []
    for identifier in instrument.beside:
        why = shelf[identifier].notes[0] if identifier in shelf and shelf[identifier].notes else ""
        name = holder(identifier, variables.values())
        held = texts["held"].format(name=name) if name else texts["not_held"]
        notes.append(
            texts["beside"].format(
                title=instrument.short_title, variable=identifier, why=in_language(why, language, "notes"), held=held
            )
        )
    return tuple(notes)


def holder(identifier: str, variables: Iterable[VariableInfo]) -> str:
    """Return the variable of a study that holds a harmonised variable: mapped to it, or of its name; "" if none.

    Examples
    --------
    >>> own = VariableInfo("sex", "nominal", "Gender", (1.0, 2.0), ("m", "f"), maps_to="gender")
    >>> holder("gender", [own]), holder("age", [own])
    ('sex', '')
    """
    names = {info.name: info for info in variables}
    mapped = [name for name, info in names.items() if info.maps_to == identifier]
    return mapped[0] if mapped else identifier if identifier in names else ""
