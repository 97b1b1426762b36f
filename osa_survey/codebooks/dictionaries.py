"""A data dictionary free of any format: one description for each column, made from a codebook or read from a file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, get_args

from osa_survey.codebooks.model import AskedIf, Block, Codebook, EntryType, MissingCodes, VariableEntry
from osa_survey.instruments.model import Instrument, item_id

NOTE = "osa_survey: "


@dataclass(frozen=True)
class ColumnDescription:
    """What is known of one column of an export; what is not known is empty.

    Attributes
    ----------
    column, name : str
        The column, and what the codebook calls it: a variable, or the item of a block.
    type : str
        A type of variables, ``"ordinal"`` for items, "" where it is not known.
    title, wording : str
        A short name in words, and the text of the question.
    labels : mapping of str to str
        Value in the export → label, in the order of the answers; without gaps.
    missing : mapping of str to str
        Value → reason of the gap.
    codes : mapping of str to float
        Value → code of the instrument, where a block says so.
    block, block_title, instrument, item : str
        Where the column is an item of an instrument.
    multiple, option, ticked : str, str, tuple of str
        Where it is one option of a check-all question: the variable, the option, the values that mean ticked.
    reference, maps_to, recode, weight, asked_if, implied
        As in an entry of a codebook.
    """

    column: str
    name: str = ""
    type: str = ""
    title: str = ""
    wording: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, float] = field(default_factory=dict)
    minimum: float | None = None
    maximum: float | None = None
    unit: str = ""
    block: str = ""
    block_title: str = ""
    instrument: str = ""
    item: str = ""
    multiple: str = ""
    option: str = ""
    ticked: tuple[str, ...] = ()
    reference: str = ""
    maps_to: str = ""
    recode: Mapping[str, str] = field(default_factory=dict)
    weight: bool = False
    asked_if: Mapping[str, Any] = field(default_factory=dict)
    implied: tuple[Mapping[str, Any], ...] = ()

    @property
    def is_restricted(self) -> bool:
        """Whether the content is free text, a date or an identifier."""
        return self.type in ("text", "date", "identifier")

    def facts(self, *but: str) -> dict[str, Any]:
        """Return everything that is known as plain values, without the facts named."""
        known = {entry.name: getattr(self, entry.name) for entry in fields(self) if entry.name not in but}
        return {name: _plain(value) for name, value in known.items() if value not in ("", None, False, {}, ())}

    def note(self, *but: str) -> str:
        """Return the facts that a format has no place for as one line of text, "" if there are none."""
        facts = self.facts(*but)
        return NOTE + json.dumps(facts, ensure_ascii=False, sort_keys=True) if facts else ""


@dataclass(frozen=True)
class DataDictionary:
    """The columns of a file, described.

    Attributes
    ----------
    title, language : str
        Of the study or questionnaire; the language is "" where it is not known.
    columns : tuple of ColumnDescription
        In the order of the file.
    respondent_id : str
        The column that identifies a record, "" where none is named.
    source : str
        What kind of file it was read from, "" where it was made from a codebook.
    groups : mapping of str to str
        Name of a block → its title in words, such as that of the instrument.
    """

    title: str
    columns: tuple[ColumnDescription, ...]
    language: str = ""
    respondent_id: str = ""
    source: str = ""
    groups: Mapping[str, str] = field(default_factory=dict)


def dictionary_of(
    codebook: Codebook,
    instruments: Mapping[str, Instrument],
    wording: Mapping[str, str] | None = None,
    columns: tuple[str, ...] = (),
) -> DataDictionary:
    """Return what a codebook says of each column.

    Parameters
    ----------
    codebook : Codebook
        The codebook.
    instruments : mapping of str to Instrument
        Instrument id → definition, for every block.
    wording : mapping of str to str, optional
        Column → question text; only ever that of the user's own export.
    columns : tuple of str
        All columns of the export in file order; those the codebook does not use are described by their name alone.
    """
    texts = {column: " ".join(text.split()) for column, text in (wording or {}).items()}
    described = {entry.column: entry for entry in _entries(codebook, instruments, texts)}
    order = [*columns, *(column for column in described if column not in columns)]
    return DataDictionary(
        title=codebook.title,
        columns=tuple(
            described.get(column, ColumnDescription(column, wording=texts.get(column, ""))) for column in order
        ),
        language=codebook.language,
        respondent_id=codebook.file.respondent_id,
        groups={name: instruments[block.instrument].title for name, block in codebook.blocks.items()},
    )


def facts_from_notes(text: str) -> list[dict[str, Any]]:
    """Return the facts of every line that :meth:`ColumnDescription.note` wrote into a text."""
    known = {entry.name for entry in fields(ColumnDescription)}
    found = []
    for line in text.splitlines():
        if line.strip().startswith(NOTE):
            try:
                facts = json.loads(line.strip().removeprefix(NOTE))
            except (ValueError, RecursionError):
                continue
            if isinstance(facts, dict):
                found.append({key: value for key, value in facts.items() if key in known})
    return found


def facts_from_note(text: str) -> dict[str, Any]:
    """Return the facts of the first such line, nothing where there is none."""
    return next(iter(facts_from_notes(text)), {})


def described(**facts: Any) -> ColumnDescription:
    """Return a description from plain values; lists become tuples, and what is of a wrong kind is left out."""
    kept: dict[str, Any] = {"column": ""}
    for entry in fields(ColumnDescription):
        value = facts.get(entry.name)
        value = tuple(value) if isinstance(value, list) else value
        if value is not None and isinstance(value, KINDS[str(entry.type)]):
            kept[entry.name] = value
    for name in ("labels", "missing", "recode"):
        if name in kept:
            kept[name] = {str(key): str(text) for key, text in kept[name].items()}
    if kept.get("type") not in get_args(EntryType):
        kept.pop("type", None)
    return ColumnDescription(**kept)


KINDS: dict[str, type | tuple[type, ...]] = {
    "str": str,
    "bool": bool,
    "float | None": (int, float),
    "Mapping[str, str]": dict,
    "Mapping[str, float]": dict,
    "Mapping[str, Any]": dict,
    "tuple[str, ...]": tuple,
    "tuple[Mapping[str, Any], ...]": tuple,
}
"""Kind of a fact, as it is declared, → what a value of it may be."""


def _entries(
    codebook: Codebook, instruments: Mapping[str, Instrument], wording: Mapping[str, str]
) -> Iterator[ColumnDescription]:
    for name, block in codebook.blocks.items():
        yield from _items(codebook, name, block, instruments[block.instrument], wording)
    for name, entry in codebook.variables.items():
        yield from _variable(codebook, name, entry, wording)


def _items(
    codebook: Codebook, name: str, block: Block, instrument: Instrument, wording: Mapping[str, str]
) -> Iterator[ColumnDescription]:
    names = block.column_names(tuple(item.id for item in instrument.items))
    for number, (item, column) in enumerate(zip(instrument.items, names, strict=True), start=1):
        options = instrument.options_of(item.id)
        by_code = {code: options.labels.get(code, f"{code:g}") for code in options.codes}
        labels = {value: by_code.get(code, f"{code:g}") for value, code in block.codes.items()} or {
            f"{code:g}": label for code, label in {**by_code, **options.not_scored}.items()
        }
        yield ColumnDescription(
            column,
            name=item_id(name, number),
            type="ordinal",
            title=item.tag,
            wording=wording.get(column, ""),
            labels=labels,
            missing=reasons_by_value(block.missing or codebook.missing),
            codes=dict(block.codes),
            block=name,
            block_title=block.title,
            instrument=instrument.id,
            item=item.id,
            asked_if=_asked(block.asked_if),
        )


def _variable(
    codebook: Codebook, name: str, entry: VariableEntry, wording: Mapping[str, str]
) -> Iterator[ColumnDescription]:
    common: dict[str, Any] = {
        "title": entry.title,
        "missing": reasons_by_value(entry.missing or codebook.missing),
        "type": entry.type,
        "asked_if": _asked(entry.asked_if),
        "maps_to": entry.maps_to,
        "recode": dict(entry.recode),
        "implied": tuple(rule.model_dump(mode="json") for rule in entry.implied),
    }
    for option, column in entry.columns.items():
        ticked = tuple(f"{value:g}" if isinstance(value, float) else value for value in entry.ticked)
        yield ColumnDescription(
            column,
            name=f"{name}_{option}",
            wording=wording.get(column, ""),
            multiple=name,
            option=option,
            ticked=ticked,
            **common,
        )
    if entry.column:
        yield ColumnDescription(
            entry.column,
            name=name,
            wording=wording.get(entry.column, ""),
            labels=dict(entry.labels),
            minimum=entry.minimum,
            maximum=entry.maximum,
            unit=entry.unit,
            reference=entry.reference,
            weight=entry.weight,
            **common,
        )


def reasons_by_value(codes: MissingCodes) -> dict[str, str]:
    """Return value → reason of the gap."""
    return {
        f"{value:g}" if isinstance(value, float) else value: str(reason)
        for reason, values in codes.items()
        for value in values
    }


def _asked(rule: AskedIf | None) -> dict[str, Any]:
    return {} if rule is None else {"variable": rule.variable, "codes": list(rule.codes)}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, tuple | list) else value
