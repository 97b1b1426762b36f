"""What the columns of a questionnaire may be: blocks of items, variables, check-all questions, who is an adult."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import tomlkit
from tomlkit.items import Array

from osa_survey.codebooks.dictionaries import ColumnDescription, DataDictionary
from osa_survey.drafting import known_columns as known
from osa_survey.drafting.block_guesses import BlockGuess
from osa_survey.drafting.claims import CodebookGuesses
from osa_survey.drafting.file_texts import one_line
from osa_survey.drafting.instrument_texts import drafted_instrument
from osa_survey.drafting.names import variable_name
from osa_survey.drafting.variable_guesses import Field, Guess, unique_labels
from osa_survey.ingest.reason_labels import reason_of_label
from osa_survey.instruments import Instrument, Library
from osa_survey.instruments.reasons import REASONS

FEWEST_ITEMS, FEWEST_ANSWERS = 2, 2
LONGEST_TITLE = 200


def dictionary_guesses(dictionary: DataDictionary, library: Library) -> tuple[CodebookGuesses, tuple[Instrument, ...]]:
    """Return what goes into the codebook of a questionnaire, and the own instruments its blocks need.

    Parameters
    ----------
    dictionary : DataDictionary
        The columns.
    library : Library
        The shelf; the id of an own instrument is different from all of it.

    Notes
    -----
    What a file of our own says is no guess and bears no mark. Columns of a matrix with the same answers are items of
    an own instrument; shelf instruments with as many items and the same codes are named in the mark.
    """
    result = CodebookGuesses()
    if dictionary.respondent_id:
        result.file.append(Field("respondent_id", dictionary.respondent_id))
    taken: set[str] = set()
    own: list[Instrument] = []
    blocks = _grouped(dictionary.columns, "block")
    for group, members in blocks.items():
        if members[0].instrument:
            result.blocks[group] = _known_block(members, library)
            taken |= {group}
        elif _are_items(members):
            name = variable_name(group, {*taken, *library.ids})
            instrument, codes = drafted_instrument(name, dictionary.groups.get(group, ""), members)
            own.append(instrument)
            result.blocks[name] = _own_block(instrument, members, codes, library)
            taken.add(name)
    in_blocks = {column for guess in result.blocks.values() for column in guess.columns}
    for option_set, members in _grouped(dictionary.columns, "multiple").items():
        sure = bool(members[0].name)
        name = option_set if sure else variable_name(option_set, taken)
        result.variables[name] = _check_all(name, members)
        taken.add(name)
    names = {column.column: column.name for column in dictionary.columns}
    for column in dictionary.columns:
        if column.column in in_blocks or column.multiple:
            continue
        if not column.type and not column.name:
            result.ignored.append((column.column, "nothing is said of this column"))
            continue
        name = column.name or variable_name(column.column, taken)
        result.variables[name] = Guess(name, _variable(column))
        names[column.column] = name
        taken.add(name)
    _who_is_an_adult(result, dictionary.columns, names)
    return result, tuple(own)


def _are_items(members: Sequence[ColumnDescription]) -> bool:
    """Tell whether columns of a group are several items with the same two answers or more."""
    answers = {tuple(member.labels.items()) for member in members}
    scored = {label for label in members[0].labels.values() if not reason_of_label(label)}
    return len(members) >= FEWEST_ITEMS and len(answers) == 1 and len(scored) >= FEWEST_ANSWERS


def _grouped(columns: Iterable[ColumnDescription], by: str) -> dict[str, list[ColumnDescription]]:
    groups: dict[str, list[ColumnDescription]] = {}
    for column in columns:
        if getattr(column, by):
            groups.setdefault(getattr(column, by), []).append(column)
    return groups


def _known_block(members: Sequence[ColumnDescription], library: Library) -> BlockGuess:
    """Return a block as a codebook of ours had it."""
    first = members[0]
    columns = [member.column for member in members]
    fields = [Field("instrument", first.instrument), Field("columns", columns), *_rules(first)]
    if first.block_title:
        fields.append(Field("title", first.block_title))
    if first.codes:
        fields.append(Field("codes", {value: _whole(code) for value, code in first.codes.items()}))
    instrument = library.instruments.get(first.instrument)
    if instrument is None:
        check = "this instrument is not on the shelf: add its file to instruments/"
        fields[0] = Field("instrument", first.instrument, check)
        instrument = drafted_instrument(first.instrument, "", members)[0]
    return BlockGuess(instrument, tuple(columns), tuple(fields), "high")


def _own_block(
    instrument: Instrument, members: Sequence[ColumnDescription], codes: Mapping[str, int], library: Library
) -> BlockGuess:
    columns = tuple(member.column for member in members)
    wanted = instrument.options_of(instrument.items[0].id).codes
    alike = [
        one.id
        for one in library.instruments.values()
        if len(one.items) == len(columns) and all(one.options_of(item.id).codes == wanted for item in one.items)
    ]
    check = f"an own instrument was drafted in instruments/{instrument.id}.toml"
    check += f"; with as many items and the same codes the shelf has {', '.join(alike)}" if alike else ""
    fields = [
        Field("instrument", instrument.id, check),
        Field("columns", _worded(members), "in the order of the items"),
    ]
    gaps = _gaps(members[0])
    if gaps:
        fields.append(Field("missing", _by_reason(gaps), "these answers are none"))
    if codes:
        fields.append(Field("codes", dict(codes), "value in the export = code of the instrument"))
    return BlockGuess(instrument, columns, tuple(fields))


def _worded(members: Sequence[ColumnDescription]) -> Array:
    """Return columns with the wording of each item as a comment: it belongs to the user's codebook alone."""
    columns = tomlkit.array()
    for member in members:
        columns.add_line(member.column, comment=one_line(member.wording) or None)
    columns.add_line(indent="")
    return columns


def _check_all(name: str, members: Sequence[ColumnDescription]) -> Guess:
    first = members[0]
    sure = bool(first.name)
    options: dict[str, str] = {}
    for member in members:
        option = member.option if sure else variable_name(member.option, options, "option")
        options[option] = member.column
    ticked = [_code(value) for value in first.ticked]
    fields = [
        Field("columns", options, "" if sure else "option = column"),
        Field("type", "multiple"),
        Field("ticked", ticked, "" if sure else "the values of the export that mean ticked"),
        *_titled(first if sure else None),
        *_rules(first),
    ]
    return Guess(name, tuple(fields))


def _variable(column: ColumnDescription) -> tuple[Field, ...]:
    sure = bool(column.name)
    gaps = {} if sure else _gaps(column)
    labels = {value: label for value, label in column.labels.items() if value not in gaps}
    kind = column.type or "text"
    kind = "nominal" if labels and kind not in ("nominal", "ordinal") else kind
    kind = "text" if kind in ("nominal", "ordinal") and not labels else kind
    why = "by the kind of the question" + ("; nominal or ordinal" if labels else "")
    fields = [Field("column", column.column), Field("type", kind, "" if sure else why), *_titled(column)]
    if labels:
        fields.append(Field("labels", labels if sure else unique_labels(labels)))
    limits = (("minimum", column.minimum), ("maximum", column.maximum))
    fields += [Field(key, _whole(value)) for key, value in limits if value is not None]
    fields += [Field(key, value) for key, value in (("unit", column.unit), ("reference", column.reference)) if value]
    if column.weight:
        fields.append(Field("weight", value=True))
    if column.maps_to:
        fields.append(Field("maps_to", column.maps_to))
    if column.recode:
        fields.append(Field("recode", dict(column.recode)))
    if column.implied:
        fields.append(Field("implied", [dict(rule) for rule in column.implied]))
    if gaps:
        return (*fields, Field("missing", _by_reason(gaps), "these answers are none, by their words"))
    return (*fields, *_rules(column))


def _rules(column: ColumnDescription) -> tuple[Field, ...]:
    """Return the codes of gaps and the filter of a column."""
    fields = []
    if column.missing:
        unclear = [value for value, reason in column.missing.items() if reason not in REASONS]
        check = "the file does not say why there is no answer" if unclear else ""
        named = {value: reason if reason in REASONS else "not_answered" for value, reason in column.missing.items()}
        fields.append(Field("missing", _by_reason(named), check))
    if column.asked_if:
        fields.append(Field("asked_if", dict(column.asked_if)))
    return tuple(fields)


def _titled(column: ColumnDescription | None) -> tuple[Field, ...]:
    if column is None:
        return ()
    text = column.title or ("" if column.name else column.wording)
    short = text if len(text) <= LONGEST_TITLE or column.name else text[: LONGEST_TITLE - 1].rstrip() + "…"
    return (Field("title", short),) if text else ()


def _gaps(column: ColumnDescription) -> dict[str, str]:
    """Return value → reason of answers whose words say that they are none."""
    found = {value: str(reason_of_label(label) or "") for value, label in column.labels.items()}
    return {**{value: reason for value, reason in found.items() if reason}, **dict(column.missing)}


def _by_reason(gaps: Mapping[str, str]) -> dict[str, list[Any]]:
    listed: dict[str, list[Any]] = {}
    for value, reason in gaps.items():
        listed.setdefault(reason if reason in REASONS else "not_answered", []).append(_code(value))
    return listed


def _code(value: str) -> int | float | str:
    try:
        number = float(value)
    except ValueError:
        return value
    return _whole(number) if repr(number).removesuffix(".0") == value.lstrip("+") else value


def _whole(number: float) -> int | float:
    return int(number) if float(number).is_integer() else float(number)


def _who_is_an_adult(result: CodebookGuesses, columns: Sequence[ColumnDescription], names: Mapping[str, str]) -> None:
    """Take the column whose name or question says age, where it is a number."""
    for column in columns:
        numeric = column.type in ("number", "count") and column.column in names
        text = column.wording or column.title
        if numeric and (known.AGE.search(column.column) or known.WORDS_OF_AGE.search(text)):
            result.eligibility.append(Field("age", names[column.column], "the age now, not the age at something"))
            return
