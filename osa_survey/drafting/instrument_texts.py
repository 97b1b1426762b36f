"""A group of items as the draft of an own instrument: everything that only its source can say is to be filled in."""

from __future__ import annotations

from collections.abc import Sequence

import tomlkit

from osa_survey.codebooks.dictionaries import ColumnDescription
from osa_survey.drafting.file_texts import marked, table_of
from osa_survey.drafting.variable_guesses import Field
from osa_survey.ingest.reason_labels import reason_of_label
from osa_survey.instruments import Instrument
from osa_survey.instruments.definition_checks import PLACEHOLDER
from osa_survey.instruments.model import item_id

ANSWERS, SCALE = "answers", "total"
HEAD = "Drafted from a questionnaire. Fill in what only the source of the instrument can say, then delete the marks."


def drafted_instrument(
    identifier: str, title: str, members: Sequence[ColumnDescription]
) -> tuple[Instrument, dict[str, int]]:
    """Return an own instrument of a group of items, and value in the export → code where values are no numbers.

    Parameters
    ----------
    identifier : str
        Its id.
    title : str
        The words above the group; they are not used as title, since they are the wording of the questionnaire.
    members : sequence of ColumnDescription
        The items, all with the same answers.
    """
    labels = {value: label for value, label in members[0].labels.items() if not reason_of_label(label)}
    labels = {value: label for value, label in labels.items() if value not in members[0].missing}
    numbers = [_number(value) for value in labels]
    codes: dict[str, int] = {}
    if any(number is None for number in numbers) or len(labels) < 2:
        codes = {value: place for place, value in enumerate(labels, start=1)}
        named = {float(code): label for code, label in zip(codes.values(), labels.values(), strict=True)}
    else:
        pairs = zip(numbers, labels.values(), strict=True)
        named = dict(sorted((number, label) for number, label in pairs if number is not None))
    scale_codes = tuple(named) if len(named) > 1 else (0.0, 1.0)
    items = [item_id(identifier, number) for number in range(1, len(members) + 1)]
    content = {
        "format": 1,
        "id": identifier,
        "version": 1,
        "title": f"{PLACEHOLDER}: title",
        "short_title": f"{PLACEHOLDER}: short title",
        "construct": f"{PLACEHOLDER}: what it measures",
        "verified": "recalled",
        "verification_note": "Drafted from a questionnaire; nothing was read in a source.",
        "citation": {"text": f"{PLACEHOLDER}: author, year, title, journal"},
        "licence": {"status": PLACEHOLDER, "wording_redistributable": "unclear", "verified": "recalled"},
        "response_options": {
            ANSWERS: {"codes": list(scale_codes), "labels": {code: text for code, text in named.items() if text}}
        },
        "items": [
            {"id": name, "tag": f"{PLACEHOLDER}: item {number}", "options": ANSWERS}
            for number, name in enumerate(items, 1)
        ],
        "scales": [
            {
                "id": SCALE,
                "title": f"{PLACEHOLDER}: title",
                "items": items,
                "score": "mean",
                "range": [scale_codes[0], scale_codes[-1]],
                "higher_means": f"{PLACEHOLDER}: what more of it means",
                "missing": {"min_answered": len(items), "basis": "complete"},
            }
        ],
    }
    return Instrument.model_validate(content), codes


def instrument_text(instrument: Instrument, source: str) -> str:
    """Return the drafted instrument as TOML, every guess marked.

    Parameters
    ----------
    instrument : Instrument
        As :func:`drafted_instrument` returns it.
    source : str
        What kind of file it comes from.
    """
    document = tomlkit.document()
    document.add(tomlkit.comment(HEAD))
    document.add("format", tomlkit.item(1))
    document.add("id", marked(instrument.id, "the name of the group in the questionnaire; it is the file's name, too"))
    document.add("version", tomlkit.item(1))
    document.add("title", marked(instrument.title, "as the source prints it"))
    document.add("short_title", marked(instrument.short_title, "its usual abbreviation"))
    document.add("construct", marked(instrument.construct_measured, "in your own words"))
    document.add("verified", marked("recalled", "seen only where the key was read in two sources"))
    document.add(
        "verification_note", marked(f"Drafted from a {source}; nothing was read in a source.", "what was read")
    )
    document.add(
        "citation", table_of([Field("text", instrument.citation.text, "the source"), Field("doi", "", "bare")])
    )
    licence = [
        Field("status", instrument.licence.status, "who holds the rights"),
        Field("wording_redistributable", "unclear"),
    ]
    document.add("licence", table_of([*licence, Field("verified", "recalled")]))
    options = instrument.response_options[ANSWERS]
    answers = [
        Field("codes", [_whole(code) for code in options.codes], "all scored codes, rising"),
        Field(
            "labels", {f"{code:g}": text for code, text in options.labels.items()}, "anchors in short words of your own"
        ),
    ]
    group = tomlkit.table(is_super_table=True)
    group.add(ANSWERS, table_of(answers if options.labels else answers[:1]))
    document.add("response_options", group)
    items = tomlkit.aot()
    for item in instrument.items:
        tag = Field("tag", item.tag, "two to five words of your own; the wording stays in your codebook")
        items.append(table_of([Field("id", item.id), tag, Field("options", item.options)]))
    document.add("items", items)
    scale = instrument.scales[0]
    scales = tomlkit.aot()
    scales.append(
        table_of(
            [
                Field("id", scale.id),
                Field("title", scale.title, "the name of the score"),
                Field("items", list(scale.items), "a leading - marks a reversed item; none is taken as reversed here"),
                Field("score", scale.score, "mean, sum or count, as the source says"),
                Field("range", [_whole(end) for end in scale.range], "follows from items, codes and score"),
                Field("higher_means", scale.higher_means, "the direction"),
                Field("missing", {"min_answered": len(scale.items), "basis": "complete"}, "the source's rule, if any"),
                Field("verified", "recalled"),
            ]
        )
    )
    document.add("scales", scales)
    return tomlkit.dumps(document)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _whole(number: float) -> int | float:
    return int(number) if number.is_integer() else number
