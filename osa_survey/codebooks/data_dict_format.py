"""A data dictionary as ``data-dict.yaml``, version 0.1.0, and back."""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Mapping
from typing import Any

from osa_survey.codebooks.dictionaries import ColumnDescription, DataDictionary, described, facts_from_note
from osa_survey.errors import Problem, ResponseError

VERSION, LEARN_MORE = "0.1.0", "https://data-dict.tidyverse.org/"
UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff]")
GAP = "gap: "
NATIVE = ("column", "title", "wording", "labels")
QUANTITIES = {"number": "number(quantity)", "count": "number(quantity)"}
EXAMPLE = {"text": "a sentence", "identifier": "R_0001", "date": "2020-01-31", "multiple": "1", "": "a value"}


def data_dict_yaml(dictionary: DataDictionary, table: str = "responses") -> str:
    """Return the text of ``data-dict.yaml``.

    Parameters
    ----------
    dictionary : DataDictionary
        The columns.
    table : str
        The name of the one table.

    Returns
    -------
    str
        YAML in which every text is quoted. Coded columns are ``enum`` with their labels, codes of gaps among them;
        numbers have their range, open where the codebook sets no limit; columns with closed content are
        ``display: restricted`` and their examples are made up. What the format has no key for stands in ``details``.

    References
    ----------
    data-dict.yaml specification, version 0.1.0, https://data-dict.tidyverse.org/.
    """
    lines = [f"$version: {_text(VERSION)}", f"$learn_more: {_text(LEARN_MORE)}"]
    lines.append(f"label: {_text(dictionary.title)}")
    if dictionary.language:
        lines.append(f"details: {_text(f'language: {dictionary.language}')}")
    lines += ["tables:", f"  - name: {_text(table)}", "    columns:"]
    for column in dictionary.columns:
        keys = _column(column, is_key=column.column == dictionary.respondent_id)
        for number, (key, value) in enumerate(keys.items()):
            lines.append(f"      {'- ' if number == 0 else '  '}{key}: {value}")
    return "\n".join(lines) + "\n"


def _column(column: ColumnDescription, *, is_key: bool) -> dict[str, str]:
    keys = {"name": _text(column.column)}
    if column.title:
        keys["label"] = _text(column.title)
    if column.wording:
        keys["description"] = _text(column.wording)
    if not column.type and not column.name:
        return keys
    values = {**column.labels, **{value: f"{GAP}{reason}" for value, reason in column.missing.items()}}
    if column.labels:
        keys["type"] = "enum"
        keys["values"] = "{" + ", ".join(f"{_text(value)}: {_text(label)}" for value, label in values.items()) + "}"
    elif column.type in QUANTITIES:
        keys["type"] = QUANTITIES[column.type]
        low, high = (_bound(column.minimum, "-.inf"), _bound(column.maximum, ".inf"))
        keys["range"] = f"[{low}, {high}]"
        if column.unit:
            keys["units"] = _text(column.unit)
    else:
        keys["type"] = "string"
        keys["examples"] = f"[{', '.join(_text(value) for value in column.ticked or (EXAMPLE[column.type],))}]"
    if is_key:
        keys["constraints"] = "[primary_key]"
    if column.is_restricted:
        keys["display"] = "restricted"
    number = ("minimum", "maximum", "unit") if column.type in QUANTITIES else ()
    note = column.note(*NATIVE, *number, *(("missing",) if column.labels else ()))
    if note:
        keys["details"] = _text(note)
    return keys


def read_data_dict(text: str, file: str) -> DataDictionary:
    """Return the data dictionary that a ``data-dict.yaml`` describes; its first table where it has several.

    Parameters
    ----------
    text : str
        The content of the file.
    file : str
        Its name, for messages.

    Raises
    ------
    ResponseError
        If it is no YAML, holds no table with columns, or no YAML reader is installed.
    """
    content = _parsed(text, file)
    tables = content.get("tables") if isinstance(content, dict) else None
    table = tables[0] if isinstance(tables, list) and tables and isinstance(tables[0], dict) else {}
    listed = table.get("columns")
    if not isinstance(content, dict) or not isinstance(listed, list):
        message = "there is no table with columns"
        raise ResponseError(Problem("no_columns", message, file, key="tables", hint=f"see {LEARN_MORE}"))
    columns = [entry for entry in listed if isinstance(entry, dict) and entry.get("name")]
    keyed = [entry["name"] for entry in columns if "primary_key" in (entry.get("constraints") or ())]
    spoken = re.match(r"language: (\S+)", str(content.get("details") or ""))
    return DataDictionary(
        title=str(content.get("label") or content.get("name") or table.get("label") or ""),
        columns=tuple(_read_column(entry) for entry in columns),
        language=spoken[1] if spoken else "",
        respondent_id=keyed[0] if len(keyed) == 1 else "",
        source="data-dict.yaml",
    )


def is_data_dict(text: str) -> bool:
    """Tell whether a text looks like a ``data-dict.yaml``."""
    return (
        re.search(r"(?m)^\"?'?\$version\"?'?\s*:", text) is not None and re.search(r"(?m)^tables\s*:", text) is not None
    )


def _parsed(text: str, file: str) -> Any:
    """Return the content with every scalar as text, so that No and 1.0 stay what was written."""
    try:
        yaml = importlib.import_module("yaml")
    except ImportError as error:
        hint = "pip install pyyaml"
        raise ResponseError(Problem("no_yaml_reader", "reading YAML needs PyYAML", file, hint=hint)) from error
    try:
        return yaml.load(text, Loader=yaml.BaseLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        row = mark.line + 1 if mark else 0
        raise ResponseError(Problem("not_yaml", "the file is no YAML", file, row, hint="quote texts")) from error
    except RecursionError as error:
        raise ResponseError(Problem("not_yaml", "the file is nested too deeply", file)) from error


def _read_column(entry: Mapping[str, Any]) -> ColumnDescription:
    kind = str(entry.get("type") or "")
    facts: dict[str, Any] = {
        "column": str(entry["name"]),
        "title": str(entry.get("label") or ""),
        "wording": " ".join(str(entry.get("description") or "").split()),
        "unit": str(entry.get("units") or ""),
    }
    values = entry.get("values")
    listed = values if isinstance(values, list) else ()
    pairs = {str(value): str(label) for value, label in values.items()} if isinstance(values, dict) else {}
    pairs |= {str(value): str(value) for value in listed}
    facts["labels"] = {value: label for value, label in pairs.items() if not label.startswith(GAP)}
    facts["missing"] = {value: label.removeprefix(GAP) for value, label in pairs.items() if label.startswith(GAP)}
    if kind.startswith("number"):
        limits = entry.get("range")
        low, high = (limits[0], limits[1]) if isinstance(limits, list) and len(limits) == 2 else ("", "")
        facts |= {"type": "number", "minimum": _finite(low), "maximum": _finite(high)}
    elif kind in ("date", "datetime"):
        facts["type"] = "date"
    elif kind:
        facts["type"] = "nominal" if facts["labels"] or kind == "boolean" else "text"
    note = facts_from_note(str(entry.get("details") or ""))
    return described(**{**{key: value for key, value in facts.items() if value not in ("", None)}, **note})


def _finite(text: Any) -> float | None:
    try:
        number = float(text)
    except (TypeError, ValueError):
        return None
    return number if abs(number) != float("inf") else None


def _bound(number: float | None, open_end: str) -> str:
    return open_end if number is None else repr(number)


def _text(text: str) -> str:
    """Return a text as a double-quoted scalar, which JSON and YAML write alike; what YAML does not print is escaped."""
    return UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))
