"""Prolific's demographics, joined to the answers by the participants' ids; who revoked consent is left out."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from osa_survey.dataset import Export
from osa_survey.errors import Problem, ResponseError
from osa_survey.ingest.column_names import make_unique
from osa_survey.ingest.withdrawals import only
from osa_survey.instruments.reasons import Reason

if TYPE_CHECKING:
    from osa_survey.ingest.companion_files import Companion

REVOKED, EXPIRED = "CONSENT_REVOKED", "DATA_EXPIRED"
PARTICIPANT = ("participantid",)
SUBMISSION = ("submissionid", "sessionid")
OTHER_MARKS = frozenset(("status", "timetaken", "startedat", "completedat", "starteddatetime", "completeddatetime"))
ID_COLUMNS = ("prolificpid", "prolificid", "prolificparticipantid", "participantid", "prolific")
IDENTIFYING = ("submissionid", "sessionid", "completioncode", "enteredcode", "customstudytncsacceptedat")
PREFIX = "prolific_"


def is_prolific(companion: Companion) -> bool:
    """Tell whether a file is Prolific's export of demographics: participant, submission, and what became of it."""
    if companion.kind != "text":
        return False
    try:
        first = companion.text[: 1 << 16].lstrip("\ufeff").splitlines()[0]
        header = {_letters(cell) for cell in next(csv.reader([first]))}
    except (ResponseError, csv.Error, StopIteration, IndexError):
        return False
    return bool(header & set(PARTICIPANT)) and bool(header & set(SUBMISSION)) and bool(header & OTHER_MARKS)


def join_prolific(export: Export, companion: Companion) -> Export:
    """Return the export with Prolific's columns, named ``prolific_…``, and without people who revoked their consent.

    Notes
    -----
    ``CONSENT_REVOKED`` anywhere in a participant's rows leaves that person out and is counted as withdrawn.
    ``DATA_EXPIRED`` is a gap with the reason ``technical``. Ids serve the join; they are neither kept nor shown.

    Raises
    ------
    ResponseError
        ``no_id_column`` if the export has no column of participants' ids.
    """
    grid = companion.grid
    header = grid.head(1)[0]
    keys = [_letters(name) for name in header]
    participant = next(position for position, key in enumerate(keys) if key in PARTICIPANT)
    theirs = pc.utf8_trim_whitespace(grid.column(participant, 1)).combine_chunks()
    column = _id_column(export, theirs, companion.path.name)
    own = _as_text(export.columns[column])
    revoked = _ids_where(grid.cells.slice(1), theirs, REVOKED)
    leaving = np.asarray(pc.is_in(own, value_set=revoked).to_numpy(zero_copy_only=False), dtype=bool)
    export = only(export, ~leaving, {"withdrawn": int(export.reading.get("withdrawn", 0)) + int(leaving.sum())})
    own = own.filter(pa.array(~leaving))
    place = pc.index_in(own, value_set=_without_empty(theirs))
    findings = _findings(export, companion.path.name, column, own, theirs, revoked)
    taken = [position for position in range(len(header)) if position != participant]
    names = [f"{PREFIX}{_name(header[position])}" for position in taken]
    names = list(make_unique([*export.names, *names])[0])[len(export.names) :]
    table, wording = export.columns, dict(export.wording)
    reasons: dict[str, dict[str, Reason]] = {name: dict(found) for name, found in export.facts.reasons.items()}
    for position, name in zip(taken, names, strict=True):
        cells = pc.utf8_trim_whitespace(grid.column(position, 1)).combine_chunks()
        joined = cells.take(place).fill_null("")
        table = table.append_column(name, joined)
        wording[name] = header[position]
        if pc.any(pc.equal(joined, EXPIRED)).as_py():
            reasons[name] = {EXPIRED: "technical"}
    closed = [name for position, name in zip(taken, names, strict=True) if keys[position] in IDENTIFYING]
    restricted = tuple(dict.fromkeys((*export.facts.restricted, column, *closed)))
    order = (*export.facts.order, *names) if export.facts.order else ()
    return replace(
        export,
        columns=table,
        wording=wording,
        findings=(*export.findings, *findings),
        facts=replace(export.facts, reasons=reasons, restricted=restricted, order=order),
    )


def _letters(name: str) -> str:
    """Return a name's letters and digits in lower case."""
    return "".join(sign for sign in name.casefold() if sign.isalnum())


def _name(header: str) -> str:
    return "_".join(re.findall(r"\w+", header.casefold())) or "column"


def _id_column(export: Export, theirs: pa.Array, file: str) -> str:
    """Return the column of participants' ids by its name, else the one column in which most values are such ids."""
    by_letters = {_letters(name): name for name in reversed(export.names)}
    named = next((by_letters[key] for key in ID_COLUMNS if key in by_letters), "")
    if named:
        return named
    ids = _without_empty(theirs)
    found = []
    for name in export.names:
        cells = _as_text(export.columns[name])
        filled = int(pc.sum(pc.not_equal(cells, "")).as_py() or 0)
        if filled and 2 * int(pc.sum(pc.is_in(cells, value_set=ids)).as_py() or 0) > filled:
            found.append(name)
    if len(found) != 1:
        message = "the export has no column of Prolific ids to join by"
        hint = "call the column PROLIFIC_PID in the export"
        raise ResponseError(Problem("no_id_column", message, file, 1, hint=hint))
    return found[0]


def _as_text(column: pa.ChunkedArray) -> pa.Array:
    """Return ids as trimmed text. They are hexadecimal: read as numbers, different ones could become equal."""
    texts = column if pa.types.is_string(column.type) else column.cast(pa.string())
    combined = pc.utf8_trim_whitespace(texts.fill_null("")).combine_chunks()
    return combined if isinstance(combined, pa.Array) else pa.concat_arrays(combined.chunks)


def _ids_where(cells: pa.Table, ids: pa.Array, value: str) -> pa.Array:
    """Return the ids of rows in which any cell has this value."""
    found: NDArray[np.bool_] = np.zeros(cells.num_rows, dtype=bool)
    for column in cells.columns:
        found |= pc.equal(pc.utf8_trim_whitespace(column), value).to_numpy()
    return _without_empty(ids.filter(pa.array(found)))


def _without_empty(ids: pa.Array) -> pa.Array:
    """Return ids with the empty one turned to a null, which no id matches; positions stay."""
    return pc.if_else(pc.equal(ids, ""), pa.scalar(None, pa.string()), ids)


def _findings(
    export: Export, file: str, column: str, own: pa.Array, theirs: pa.Array, revoked: pa.Array
) -> Sequence[Problem]:
    """Count what could not be joined, and what was joined to one of several rows."""
    known = pc.is_in(own, value_set=_without_empty(theirs)).to_numpy(zero_copy_only=False)
    answered = pc.or_(pc.is_in(theirs, value_set=own), pc.is_in(theirs, value_set=revoked))
    absent = np.asarray(~answered.to_numpy(zero_copy_only=False), dtype=bool)
    values, counts = np.unique(theirs.to_numpy(zero_copy_only=False).astype(str), return_counts=True)
    repeated = int(((counts > 1) & (values != "")).sum())
    findings = []
    if not known.all():
        row = int(export.rows[np.argmin(known)])
        message = "records whose participant is not in Prolific's file: their Prolific columns are empty"
        hint = "test runs have no Prolific id; or the two files are of different studies"
        number = int((~known).sum())
        findings.append(Problem("unmatched_record", message, export.file, row, column, hint=hint, count=number))
    if absent.any():
        row = int(np.argmax(absent)) + 2
        message = "participants in Prolific's file without a record in the export"
        hint = "returned or timed-out submissions have none"
        findings.append(Problem("unmatched_participant", message, file, row, hint=hint, count=int(absent.sum())))
    if repeated:
        message = "participants with several rows: the first was joined"
        hint = "leave the submissions out that do not count"
        findings.append(Problem("repeated_participant", message, file, hint=hint, count=repeated))
    return findings
