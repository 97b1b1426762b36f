"""A codebook as a data dictionary of REDCap, to be uploaded there."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence

from osa_survey.codebooks.dictionaries import ColumnDescription, DataDictionary, dictionary_of
from osa_survey.codebooks.model import AskedIf, Codebook, VariableEntry
from osa_survey.instruments.model import Instrument, item_id

HEADER = (
    "Variable / Field Name",
    "Form Name",
    "Section Header",
    "Field Type",
    "Field Label",
    "Choices, Calculations, OR Slider Labels",
    "Field Note",
    "Text Validation Type OR Show Slider Number",
    "Text Validation Min",
    "Text Validation Max",
    "Identifier?",
    "Branching Logic (Show field only if...)",
    "Required Field?",
    "Custom Alignment",
    "Question Number (surveys only)",
    "Matrix Group Name",
    "Matrix Ranking?",
    "Field Annotation",
)
FORM = "variables"
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
VALIDATION = {"number": "number", "count": "integer", "date": "date_ymd"}


def redcap_dictionary(
    codebook: Codebook, instruments: Mapping[str, Instrument], wording: Mapping[str, str] | None = None
) -> str:
    """Return the codebook as the text of a REDCap data dictionary.

    Parameters
    ----------
    codebook : Codebook
        The codebook.
    instruments : mapping of str to Instrument
        Instrument id → definition, for every block.
    wording : mapping of str to str, optional
        Column → question text; without it the content tag of an item stands for it.

    Returns
    -------
    str
        CSV with the 18 columns of REDCap; lines end with LF. A check-all question is one field of type ``checkbox``.

    Notes
    -----
    Field names are small letters, digits and underscores, as REDCap demands. Which column of the export a field came
    from, and which scales it belongs to, stands in the annotation; so do, as one line for each column, the facts that
    REDCap has no column for. A text that a spreadsheet would take for a formula gets a leading apostrophe. REDCap holds
    codes of missing answers by project, so its own columns do not say them.
    """
    rows = [*_items(codebook, instruments, wording or {}), *_variables(codebook, wording or {})]
    _add_notes(rows, dictionary_of(codebook, instruments, wording))
    stream = io.StringIO()
    writer = csv.DictWriter(stream, HEADER, restval="", lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({key: _harmless(value) for key, value in row.items()})
    return stream.getvalue()


def _add_notes(rows: Sequence[dict[str, str]], dictionary: DataDictionary) -> None:
    """Add to each row what REDCap has no column for; the rows of a codebook and its descriptions have one order."""
    groups: dict[str, list[ColumnDescription]] = {}
    for column in dictionary.columns:
        groups.setdefault(column.multiple or column.name, []).append(column)
    for row, members in zip(rows, groups.values(), strict=True):
        for column in members:
            kept = row[HEADER[5]] == _choices(column.labels) and parse_safe(column.labels)
            spoken = not column.multiple and not set("<>") & set(column.wording)
            native = ("minimum", "maximum", "unit", *(("labels",) if kept else ()), *(("wording",) if spoken else ()))
            row[HEADER[17]] += f"\n{column.note(*native)}"


def parse_safe(labels: Mapping[str, str]) -> bool:
    """Tell whether labels stay what they are as choices of REDCap: no bar, no line break, codes it allows."""
    return all(
        value == _code(value) and label == _one_line(label) and not set("|<>") & set(label)
        for value, label in labels.items()
    )


def field_name(name: str) -> str:
    """Return a name as REDCap allows it.

    Examples
    --------
    >>> field_name("Q1.Age"), field_name("1_Größe")
    ('q1_age', 'v_1_gr_e')
    """
    plain = re.sub(r"_+", "_", re.sub(r"[^a-z0-9]+", "_", name.lower())).strip("_")
    return plain if plain[:1].isalpha() else f"v_{plain}".rstrip("_")


def _items(
    codebook: Codebook, instruments: Mapping[str, Instrument], wording: Mapping[str, str]
) -> Iterator[dict[str, str]]:
    for name, block in codebook.blocks.items():
        instrument = instruments[block.instrument]
        columns = block.column_names(tuple(item.id for item in instrument.items))
        for number, (item, column) in enumerate(zip(instrument.items, columns, strict=True), start=1):
            options = instrument.options_of(item.id)
            labels = {**{code: options.labels.get(code, f"{code:g}") for code in options.codes}, **options.not_scored}
            scales = [
                f"{name}_{scale.id}" + (" (reversed)" if instrument.reverses(scale.id, item.id) else "")
                for scale in instrument.scales
                if item.id in instrument.items_behind(scale.id)
            ]
            row = {
                HEADER[0]: field_name(item_id(name, number)),
                HEADER[1]: field_name(name),
                HEADER[2]: instrument.title if number == 1 else "",
                HEADER[3]: "radio",
                HEADER[4]: _one_line(wording.get(column) or item.tag),
                HEADER[5]: _choices({f"{code:g}": label for code, label in labels.items()}),
                HEADER[11]: _branching(codebook, block.asked_if),
                HEADER[17]: f"column: {column}" + (f"; scales: {', '.join(scales)}" if scales else ""),
            }
            if len({entry.options for entry in instrument.items}) == 1:
                row[HEADER[15]] = field_name(name)
            yield row


def _variables(codebook: Codebook, wording: Mapping[str, str]) -> Iterator[dict[str, str]]:
    for name, entry in codebook.variables.items():
        columns = list(entry.columns.values()) or [entry.column]
        label = wording.get(columns[0], "") if not entry.columns else ""
        yield {
            HEADER[0]: field_name(name),
            HEADER[1]: FORM,
            HEADER[3]: _field_type(entry),
            HEADER[4]: _one_line(label or entry.title or name.replace("_", " ")),
            HEADER[5]: _choices(_labels(entry)),
            HEADER[6]: entry.unit,
            HEADER[7]: VALIDATION.get(entry.type, ""),
            HEADER[8]: "" if entry.minimum is None else f"{entry.minimum:g}",
            HEADER[9]: "" if entry.maximum is None else f"{entry.maximum:g}",
            HEADER[10]: "y" if entry.type == "identifier" else "",
            HEADER[11]: _branching(codebook, entry.asked_if),
            HEADER[17]: f"column: {', '.join(columns)}" + (f"; harmonised: {entry.maps_to}" if entry.maps_to else ""),
        }


def _field_type(entry: VariableEntry) -> str:
    return {"nominal": "radio", "ordinal": "radio", "multiple": "checkbox", "text": "notes"}.get(entry.type, "text")


def _labels(entry: VariableEntry) -> dict[str, str]:
    if entry.type == "multiple":
        return {field_name(option): option.replace("_", " ") for option in entry.columns}
    return dict(entry.labels)


def _choices(labels: Mapping[str, str]) -> str:
    """Return options as ``1, first | 2, second``; a bar inside a label would end it, so it becomes a slash."""
    return " | ".join(f"{_code(code)}, {_one_line(label).replace('|', '/')}" for code, label in labels.items())


def _code(code: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]+", "_", code.strip())


def _branching(codebook: Codebook, rule: AskedIf | None) -> str:
    if rule is None:
        return ""
    entry = codebook.variables[rule.variable]
    numbers = all(_is_number(code) for code in entry.labels)
    codes = list(entry.labels) if not numbers else []
    values = [f"{code:g}" if numbers else codes[int(code) - 1] for code in rule.codes]
    return " or ".join(f"[{field_name(rule.variable)}] = '{_code(value)}'" for value in values)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text
