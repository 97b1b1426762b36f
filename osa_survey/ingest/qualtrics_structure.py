"""Joining a Qualtrics survey file (.qsf): labels, full wording, check-all sets, question order, display logic."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa

from osa_survey.dataset import Export, OptionSet
from osa_survey.dataset.exports import canonical
from osa_survey.errors import Problem
from osa_survey.ingest.column_names import make_unique
from osa_survey.ingest.joined_options import SplitColumn, option_set, split_column, split_finding
from osa_survey.ingest.qualtrics_branching import branching_of
from osa_survey.ingest.qualtrics_columns import QualtricsColumn, column_of
from osa_survey.ingest.qualtrics_questions import Question, Survey, survey_of

if TYPE_CHECKING:
    from osa_survey.ingest.companion_files import Companion

MARK = b'"SurveyElements"'
TICK, NO_TICK = "1", "0"


def recognise_qsf(companion: Companion) -> bool:
    """Tell whether a file is a Qualtrics survey file: JSON with the elements of a survey."""
    return companion.data.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"{" and MARK in companion.data


def join_qsf(export: Export, companion: Companion) -> Export:
    """Return the export with labels, wording, sets, question order and display logic of the survey file.

    Notes
    -----
    Columns find their question by ImportId, or by the export tags where the layout has no ImportIds. A check-all
    question in one column gets one column per option. Display logic with one condition on a chosen option of an
    earlier question becomes ``not_shown``; everything else is listed in ``reading["branching"]``.
    """
    survey = survey_of(companion.text)
    if survey is None:
        message = "the survey file cannot be read as JSON with the elements of a survey"
        return _with(export, Problem("broken_structure", message, companion.path.name, hint="export it again"))
    columns = _placed(export, survey)
    if not columns:
        message = "no column of the export belongs to a question of this survey file"
        hint = "is it the file of another survey?"
        return _with(export, Problem("unmatched_structure", message, companion.path.name, hint=hint))
    words = export.reading.get("answers") == "choice texts"
    wording = {name: column_wording(question, column) for name, (column, question) in columns.items()}
    labels = {name: _labels(question, column, words) for name, (column, question) in columns.items()}
    sets = _sets(export, columns)
    labels |= {name: own for found in sets for name, own in _tick_labels(export, found).items()}
    added, added_sets, findings = _split(export, columns, words)
    split = {found.name for found in added_sets}
    table = export.columns
    for name, values in added.items():
        table = table.append_column(name, values)
    facts = export.facts
    not_shown, branching = branching_of(export, survey, columns, sets)
    return replace(
        export,
        columns=table,
        wording={**export.wording, **{name: text for name, text in wording.items() if text}},
        value_labels={
            **export.value_labels,
            **{name: own for name, own in labels.items() if own and name not in split},
        },
        reading={
            **export.reading,
            "structure": {"title": survey.title, "language": survey.language, "questions": len(survey.questions)},
            "branching": branching,
        },
        findings=(
            *(finding for finding in export.findings if finding.column not in split),
            *findings,
            *_unknown(export, columns, companion.path.name),
        ),
        facts=replace(
            facts,
            sets=(*sets, *added_sets, *(found for found in facts.sets if not set(found.options) & set(columns))),
            order=_order(export, survey, columns),
            not_shown={**facts.not_shown, **not_shown},
        ),
    )


Placed = Mapping[str, tuple[QualtricsColumn, Question]]
"""Column → what its ImportId says, and its question."""


def _with(export: Export, finding: Problem) -> Export:
    return replace(export, findings=(*export.findings, finding))


def _unknown(export: Export, columns: Placed, file: str) -> tuple[Problem, ...]:
    """Return the finding that columns belong to questions the survey file does not have."""
    ids = export.reading.get("import_ids", {})
    unknown = [
        name for name, own in ids.items() if name not in columns and column_of(name, own).kind in ("answer", "text")
    ]
    if not unknown:
        return ()
    message = "columns of questions that this survey file does not have"
    hint = "the survey was changed after the export, or the file is that of another version"
    return (Problem("not_in_structure", message, file, column=unknown[0], hint=hint, count=len(unknown)),)


def _placed(export: Export, survey: Survey) -> Placed:
    ids = export.reading.get("import_ids") or _ids_by_tags(export, survey)
    placed = {}
    for name, identifier in ids.items():
        column = column_of(name, identifier)
        question = survey.questions.get(column.question)
        if question is not None and column.kind in ("answer", "text"):
            part = next((own for own in question.parts if own.part == column.part), question)
            placed[name] = (column, part)
    return placed


def _ids_by_tags(export: Export, survey: Survey) -> dict[str, str]:
    """Return column → ImportId as the export tags of the survey file name the columns.

    Older exports leave out the question's own tag where statements have tags of their own. The way that names more
    columns of the export is taken.
    """
    names = set(export.names)
    best: dict[str, str] = {}
    for joined in (lambda tag, own: f"{tag}_{own}", lambda tag, own: own):
        expected = [pair for question in survey.questions.values() for pair in expected_columns(question, joined)]
        unique, _ = make_unique([name for name, _ in expected])
        found = {name: identifier for name, (_, identifier) in zip(unique, expected, strict=True) if name in names}
        if len(found) > len(best):
            best = found
    return best


def expected_columns(question: Question, joined: Callable[[str, str], str]) -> list[tuple[str, str]]:
    """Return the names of a question's columns with their ImportIds, in the order of the export."""
    if question.parts:
        return [pair for part in question.parts for pair in expected_columns(part, joined)]
    base = question.id + (f"#{question.part}" if question.part else "")
    if not question.choices:
        return [(question.tag, f"{base}_TEXT" if question.kind == "TE" else base)]
    if question.kind == "MC" and not question.is_multiple:
        return [(question.tag, base), (f"{question.tag}_TEXT", f"{base}_TEXT")]
    pairs = []
    for key in question.choices:
        tag = question.tags.get(key, "")
        own = joined(question.tag, tag) if tag else f"{question.tag}_{key}"
        if question.is_matrix and question.is_multiple:
            pairs += [(f"{own}_{question.value(answer)}", f"{base}_{key}_{answer}") for answer in question.answers]
        elif question.is_matrix:
            pairs.append((own, f"{base}_{key}"))
        else:
            pairs.append((f"{question.tag}_{question.value(key)}", f"{base}_{key}"))
        pairs.append((f"{question.tag}{tag}_TEXT" if tag and own == tag else f"{own}_TEXT", f"{base}_{key}_TEXT"))
    return pairs


def column_wording(question: Question, column: QualtricsColumn) -> str:
    """Return the question's text, with its statement and option."""
    parts = [question.text]
    if column.path:
        parts.append(question.choices.get(column.path[0], ""))
    if len(column.path) > 1:
        parts.append(question.answers.get(column.path[1], ""))
    return " – ".join(part for part in parts if part)


def _labels(question: Question, column: QualtricsColumn, words: bool) -> dict[str, str]:
    """Return value → label of a column, values as its cells have them."""
    if column.kind != "answer" or not question.is_closed:
        return {}
    if not question.is_multiple:
        return _named(question.options, question, words)
    return {} if column.path else _named(question.options, question, words)


def _tick_labels(export: Export, found: OptionSet) -> dict[str, dict[str, str]]:
    """Return the ticks that the columns of a set hold, with the option as their label."""
    return {
        name: {tick: label for tick in found.ticked if tick in export.values(name)[0]} or {found.ticked[0]: label}
        for name, label in found.options.items()
    }


def _named(options: Mapping[str, str], question: Question, words: bool) -> dict[str, str]:
    return {canonical(label) if words else question.value(key): label for key, label in options.items()}


def option_key(question: Question, column: QualtricsColumn) -> str:
    """Return which option a column of a check-all question stands for."""
    place = 1 if question.is_matrix else 0
    key = column.path[place] if len(column.path) == place + 1 else ""
    return key if key in question.options else ""


def _sets(export: Export, columns: Placed) -> tuple[OptionSet, ...]:
    """Return the check-all questions that have one column for each option."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for name, (column, question) in columns.items():
        if question.is_closed and question.is_multiple and column.kind == "answer" and option_key(question, column):
            statement = column.path[:1] if question.is_matrix else ()
            groups.setdefault((column.loop, column.question, column.part, *statement), []).append(name)
    found = []
    for (loop, identifier, part, *rows), names in groups.items():
        options, ticked, blank = {}, [], False
        for name in names:
            column, question = columns[name]
            key = option_key(question, column)
            options[name] = question.options[key] or key
            values = export.values(name)[0]
            own = [value for value in (TICK, question.value(key), question.options[key]) if value in values]
            ticked += own
            blank |= NO_TICK in values and NO_TICK not in own
        title = "_".join(piece for piece in (loop, identifier + (f"#{part}" if part else ""), *rows) if piece)
        ticks = tuple(dict.fromkeys(ticked)) or (TICK,)
        found.append(OptionSet(title, options, ticks, (NO_TICK,) if blank and NO_TICK not in ticks else ()))
    return tuple(found)


def _split(
    export: Export, columns: Placed, words: bool
) -> tuple[dict[str, pa.Array], tuple[OptionSet, ...], tuple[Problem, ...]]:
    """Take apart check-all questions that stand in one column."""
    added: dict[str, pa.Array] = {}
    sets: list[OptionSet] = []
    findings: list[Problem] = []
    for name, (column, question) in columns.items():
        if column.kind != "answer" or column.path or not (question.kind == "MC" and question.is_multiple):
            continue
        cells = export.columns[name]
        if not pa.types.is_string(cells.type) or len(set(question.choices.values())) < len(question.choices):
            continue
        by_cell = {question.choices[key] if words else question.value(key): key for key in question.choices}
        split = split_column(name, cells, tuple(by_cell), ",")
        labelled = _relabelled(name, split, {own: question.choices[key] or key for own, key in by_cell.items()})
        if not set(labelled.columns) & {*added, *export.names}:
            added |= labelled.columns
            sets.append(option_set(name, labelled))
            findings.append(split_finding(name, labelled, export.file, 1))
    return added, tuple(sets), tuple(findings)


def _relabelled(column: str, split: SplitColumn, labels: Mapping[str, str]) -> SplitColumn:
    """Return a split column whose new columns are called by the labels of the options."""
    start = f"{column} – "
    named = {
        start + labels.get(name.removeprefix(start), name.removeprefix(start)): values
        for name, values in split.columns.items()
    }
    return replace(split, columns=named) if len(named) == len(split.columns) else split


def _order(export: Export, survey: Survey, columns: Placed) -> tuple[str, ...]:
    """Return what is no question first, then the columns in the order of the survey flow."""
    rank = {identifier: position for position, identifier in enumerate(survey.questions)}
    names = export.facts.order or export.names
    place = {name: position for position, name in enumerate(names)}
    loops: Sequence[str] = list(dict.fromkeys(column.loop for column, _ in columns.values()))

    def key(name: str) -> tuple[int, int, int, int]:
        column, _ = columns[name]
        block = survey.blocks.get(column.question, 0)
        return block, loops.index(column.loop), rank[column.question], place[name]

    return (*(name for name in names if name not in columns), *sorted(columns, key=key))
