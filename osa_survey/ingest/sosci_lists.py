"""SoSci Survey's lists of variables and of values: wording, labels, check-all questions, meanings of negative codes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from osa_survey.dataset import Export, OptionSet
from osa_survey.dataset.exports import canonical
from osa_survey.dataset.platform_facts import PlatformFacts
from osa_survey.errors import Problem, ResponseError
from osa_survey.ingest.reason_labels import reason_of_label
from osa_survey.ingest.sosci import NOT_ANSWERED, NOT_TICKED, TICKED, holds_ticks
from osa_survey.instruments.reasons import Reason

if TYPE_CHECKING:
    from osa_survey.ingest.companion_files import Companion

VARIABLES = ("VAR", "LABEL", "TYPE", "INPUT")
VALUES = ("VAR", "RESPONSE", "MEANING")
PARTS = ("SCALE", "CHECKBOX", "OPEN")
"""Inputs whose label is "question: item"."""
NOT = re.compile(r"^(nicht|not|un|non|no)\b|^un(checked|ticked|selected)", re.IGNORECASE)


def is_sosci_variables(companion: Companion) -> bool:
    """Return whether the first row is that of a list of variables."""
    return set(VARIABLES) <= set(companion.header) and "RESPONSE" not in companion.header


def is_sosci_values(companion: Companion) -> bool:
    """Return whether the first row is that of a list of values."""
    return set(VALUES) <= set(companion.header)


def join_sosci_variables(export: Export, companion: Companion) -> Export:
    """Return the export with wording, the order of questions and the check-all questions of a list of variables.

    Parameters
    ----------
    export : Export
        An export of SoSci Survey, or a table with columns of it.
    companion : Companion
        The list of variables, in any encoding.

    Raises
    ------
    ResponseError
        ``companion_does_not_fit`` if it names no column of the export.
    """
    entries = [entry for entry in _entries(companion) if entry["VAR"] in export.names]
    _require(entries, companion)
    wording, types = {}, {}
    boxes: dict[str, dict[str, str]] = {}
    for entry in entries:
        name, label, question = entry["VAR"], entry["LABEL"], entry.get("QUESTION", "")
        before, mark, item = label.partition(": ")
        text = item.strip() if mark and entry["INPUT"] in PARTS else ""
        wording[name] = " - ".join(part for part in (question or (before if text else label), text) if part)
        types[name] = f"{entry['TYPE']}:{entry['INPUT']}"
        if entry["INPUT"] == "CHECKBOX":
            boxes.setdefault(name.rpartition("_")[0], {})[name] = text or label
    sets, strange = [], []
    for question, options in boxes.items():
        wrong = [column for column in options if not holds_ticks(export, column)]
        if wrong:
            message = "check boxes that hold other values than 1 and 2, or FALSE and TRUE"
            hint = "say in the codebook which value means ticked"
            strange.append(
                Problem("unknown_tick_codes", message, export.file, column=wrong[0], hint=hint, count=len(wrong))
            )
        else:
            sets.append(OptionSet(question, options, TICKED, NOT_TICKED))
    others = [
        known for known in export.facts.sets if not set(known.options) & {c for own in boxes.values() for c in own}
    ]
    facts = replace(export.facts, sets=(*others, *sets), order=tuple(entry["VAR"] for entry in entries))
    return replace(
        export,
        facts=_ticks_by_meaning(facts, export.value_labels),
        wording={**export.wording, **{name: text for name, text in wording.items() if text}},
        reading={
            **export.reading,
            "types": types,
            "tick_counts": [options.name for options in facts.sets if options.name in export.names],
            **_encoding(export, companion),
        },
        findings=(*export.findings, *strange),
    )


def join_sosci_values(export: Export, companion: Companion) -> Export:
    """Return the export with value labels, and with reasons where the meaning of a negative code names one.

    Parameters
    ----------
    export : Export
        An export of SoSci Survey, or a table with columns of it.
    companion : Companion
        The list of values, in any encoding.

    Raises
    ------
    ResponseError
        ``companion_does_not_fit`` if it names no column of the export.

    Notes
    -----
    −9 is "not answered" by the platform's own rule. Other negative codes are residual options: "don't know" and the
    like become reasons; any other, such as "none of these", stays a value and is a finding.
    """
    entries = [entry for entry in _entries(companion) if entry["VAR"] in export.names]
    _require(entries, companion)
    labels: dict[str, dict[str, str]] = {}
    for entry in entries:
        labels.setdefault(entry["VAR"], {})[canonical(entry["RESPONSE"])] = entry["MEANING"]
    reasons: dict[str, Mapping[str, Reason]] = dict(export.facts.reasons)
    unclear: dict[tuple[str, str], list[str]] = {}
    for name, own in labels.items():
        for code, meaning in own.items():
            if not code.startswith("-"):
                continue
            reason = reason_of_label(meaning) or ("not_answered" if code == NOT_ANSWERED else None)
            if reason is None:
                unclear.setdefault((code, meaning), []).append(name)
            else:
                reasons[name] = {**reasons.get(name, {}), code: reason}
    hint = "if it stands for a gap, declare the reason under missing in the codebook"
    findings = tuple(
        Problem(
            "residual_code_unclear",
            f"the code {code}, '{meaning}', names no single reason for a gap; it stays a value",
            companion.path.name,
            column=names[0],
            hint=hint,
            count=len(names),
        )
        for (code, meaning), names in unclear.items()
    )
    value_labels = {**export.value_labels, **labels}
    facts = replace(export.facts, reasons=reasons)
    return replace(
        export,
        facts=_ticks_by_meaning(facts, value_labels),
        value_labels=value_labels,
        reading={**export.reading, **_encoding(export, companion)},
        findings=(*export.findings, *findings),
    )


def _ticks_by_meaning(facts: PlatformFacts, labels: Mapping[str, Mapping[str, str]]) -> PlatformFacts:
    """Return facts whose sets take as ticked what the list of values calls so."""
    sets = []
    for options in facts.sets:
        meanings = labels.get(next(iter(options.options)), {})
        codes = [code for code in meanings if not code.startswith("-")]
        unticked = [code for code in codes if NOT.match(meanings[code])]
        ticked = [code for code in codes if code not in unticked]
        if len(ticked) == len(unticked) == 1:
            options = replace(options, ticked=(ticked[0], "TRUE"), not_ticked=(unticked[0], "FALSE"))
        sets.append(options)
    return replace(facts, sets=tuple(sets))


def _entries(companion: Companion) -> list[dict[str, str]]:
    """Return the rows of a list by the names in its first row."""
    rows = companion.grid.head(len(companion.grid.rows))
    return [dict(zip(companion.header, row, strict=True)) for row in rows[1:]]


def _require(entries: list[dict[str, str]], companion: Companion) -> None:
    if not entries:
        message = "the list names no column of the export"
        hint = "is it the list of this project?"
        raise ResponseError(Problem("companion_does_not_fit", message, companion.path.name, hint=hint))


def _encoding(export: Export, companion: Companion) -> dict[str, dict[str, str]]:
    """Return the encodings of the files of one export set: they often differ."""
    known = dict(export.reading.get("companion_encodings", {}))
    return {"companion_encodings": {**known, companion.path.name: str(companion.grid.reading.get("encoding", ""))}}
