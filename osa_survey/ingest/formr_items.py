"""The list of items of a formr survey: texts, choices and order, joined to its results."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from osa_survey.dataset import Export
from osa_survey.dataset.exports import canonical
from osa_survey.errors import Problem, ResponseError
from osa_survey.ingest.json_records import is_json, read_json
from osa_survey.ingest.limesurvey_headers import readable

if TYPE_CHECKING:
    from osa_survey.ingest.companion_files import Companion

ITEM_WORDS = (b'"name"', b'"type"', b'"label"')
ANCHORED = ("rating_button", "range", "range_ticks", "visual_analog_scale")
SEVERAL = ("mc_multiple", "mc_multiple_button", "select_multiple", "select_or_add_multiple")


def is_formr_items(companion: Companion) -> bool:
    """Tell whether a file is formr's list of items."""
    return companion.kind == "text" and is_items_file(companion.data)


def is_items_file(data: bytes) -> bool:
    """Tell the same from the bytes of a file."""
    if not is_json(data) or not all(word in data for word in ITEM_WORDS):
        return False
    try:
        return bool(items_of(read_json(data, "")))
    except ResponseError:
        return False


def items_of(content: Any) -> list[dict[str, Any]]:
    """Return the items of a formr survey, [] if the content is none."""
    listed = content.get("items") if isinstance(content, dict) else content
    if not isinstance(listed, list) or not listed:
        return []
    known = [item for item in listed if isinstance(item, dict) and isinstance(item.get("name"), str) and item["name"]]
    needed = {"name", "type", "label"}
    return known if len(known) == len(listed) and all(needed <= set(item) for item in known) else []


def join_formr_items(export: Export, companion: Companion) -> Export:
    """Return the export with the texts, choices and order of its items.

    Notes
    -----
    The choices of a rating are the words at its two ends, so they label the first and the last point where the number
    of points is known, and nothing otherwise. Conditions for showing an item are R code: they are listed, never run.
    """
    items = items_of(read_json(companion.data, companion.path.name))
    if all(re.fullmatch(r"\d{1,9}", canonical(item.get("item_order"))) for item in items):
        items = sorted(items, key=lambda item: int(canonical(item["item_order"])))
    names = set(export.names)
    wording = dict(export.wording)
    labels = {column: dict(found) for column, found in export.value_labels.items()}
    branching: dict[str, str] = {}
    anchors: dict[str, list[str]] = {}
    joined: list[str] = []
    for item in items:
        name = item["name"]
        if name not in names:
            continue
        text = item.get("label_parsed") or item.get("label")
        if isinstance(text, str) and text.strip():
            wording[name] = readable(text)
        kind, *options = f"{item.get('type') or ''} {item.get('type_options') or ''}".split(maxsplit=1)
        choices = _choices(item.get("choices"))
        if kind in ANCHORED:
            anchors[name] = list(choices.values())
            choices = _anchor_labels(choices, options[0] if options else "")
        if choices:
            labels[name] = choices
        if kind in SEVERAL:
            joined.append(name)
        if isinstance(item.get("showif"), str) and item["showif"].strip():
            branching[name] = item["showif"].strip()
    order = [item["name"] for item in items if item["name"] in names]
    absent = len(items) - len(order)
    findings = export.findings
    if absent:
        message = "items of the list have no column in the export (notes and buttons have none)"
        findings = (*findings, Problem("items_without_column", message, companion.path.name, count=absent))
    found = {"branching": branching, "joined_options": joined, "anchors": anchors}
    rest = [name for name in export.names if name not in set(order)]
    return replace(
        export,
        wording=wording,
        value_labels=labels,
        findings=findings,
        reading={**export.reading, **{key: value for key, value in found.items() if value}},
        facts=replace(export.facts, order=(*rest, *order)),
    )


def _choices(choices: Any) -> dict[str, str]:
    """Return value → label of an object of choices; an array counts from 1."""
    if isinstance(choices, list):
        choices = {str(position): label for position, label in enumerate(choices, start=1)}
    if not isinstance(choices, dict):
        return {}
    return {canonical(value): readable(str(label)) for value, label in choices.items() if isinstance(label, str | int)}


def _anchor_labels(choices: Mapping[str, str], options: str) -> dict[str, str]:
    """Return the labels of the ends of a rating with this number of points.

    Examples
    --------
    >>> _anchor_labels({"1": "not at all", "2": "very"}, "5"), _anchor_labels({"1": "low", "2": "high"}, "0,10,1")
    ({'1': 'not at all', '5': 'very'}, {'0': 'low', '10': 'high'})
    >>> _anchor_labels({"1": "not at all", "2": "very"}, "")
    {}
    """
    points = re.findall(r"-?\d+(?:\.\d+)?", options)
    if len(choices) != 2 or not points:
        return {} if len(choices) <= 2 else dict(choices)
    first, last = ("1", points[0]) if len(points) == 1 else (points[0], points[1])
    return dict(zip((canonical(first), canonical(last)), choices.values(), strict=True))
