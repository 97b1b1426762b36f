"""REDCap exports, raw or with labels: forms with their status, check boxes, events, repeats, survey timestamps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow.compute as pc

from osa_survey.dataset import Export, PlatformFacts
from osa_survey.errors import Problem
from osa_survey.ingest.column_names import make_unique, renamed_findings
from osa_survey.ingest.grids import Grid, Layout
from osa_survey.ingest.redcap_forms import (
    CHECK_BOX,
    DONE,
    INCOMPLETE,
    LABELLED_CHECK_BOX,
    Form,
    check_box_sets,
    form_states,
    with_ticks_only,
)

STATUS, TIMESTAMP = "_complete", "_timestamp"
STATUS_LABELS = {"0": "Incomplete", "1": "Unverified", "2": "Complete"}
LABELLED_STATUS, LABELLED_TIMESTAMP = "Complete?", "Survey Timestamp"
EVENT, INSTRUMENT, INSTANCE = "redcap_event_name", "redcap_repeat_instrument", "redcap_repeat_instance"
GROUP, SURVEY_ID = "redcap_data_access_group", "redcap_survey_identifier"
SYSTEM = {EVENT: EVENT, INSTRUMENT: INSTRUMENT, INSTANCE: INSTANCE, GROUP: GROUP, SURVEY_ID: SURVEY_ID}
LABELLED_SYSTEM = {
    "Event Name": EVENT,
    "Repeat Instrument": INSTRUMENT,
    "Repeat Instance": INSTANCE,
    "Data Access Group": GROUP,
    "Survey Identifier": SURVEY_ID,
}
USUAL_IDS = ("record_id", "study_id", "participant_id", "subject_id", "Record ID")
NAME_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_.")
MOST = 0.9
"""Share of names that must look like REDCap's: a hand-added column does not hide an export."""


def recognise_redcap(grid: Grid) -> Layout | None:
    """Return the layout of a REDCap export, raw or labelled, else None.

    Notes
    -----
    The first column holds the record. Each form ends with its status ``<form>_complete`` (labelled: ``Complete?``):
    0, 1, 2, or Incomplete, Unverified, Complete. Because a plain table, too, may end with such a column of 0 and 1, a
    further sign is asked for: check boxes ``field___code``, columns ``redcap_…``, or a status above 1. The fields
    before a status, back to the one before it, are its form, as REDCap writes them; a data dictionary overrules that.
    A form that was never opened was not shown, and a 0 in its check boxes is no answer.
    """
    names = grid.head(1)[0]
    labelled = LABELLED_STATUS in names
    if len(names) < 2 or not names[0] or not (labelled or any(_is_status(name) for name in names[1:])):
        return None
    if not labelled and sum(set(name) <= NAME_CHARACTERS for name in names) < MOST * len(names):
        return None
    unique, renamed = make_unique(names, fill_empty=False)
    export = Export(grid.cells.rename_columns(list(unique)).slice(1), grid.rows[1:], file=grid.file, sha256=grid.sha256)
    statuses = _statuses(export, names, unique, labelled)
    if not statuses or not _has_further_sign(export, names, statuses, labelled):
        return None
    system = LABELLED_SYSTEM if labelled else SYSTEM
    here = {system[name]: column for name, column in zip(names, unique, strict=True) if name in system}
    forms = forms_by_position(names, unique, statuses, set(here.values()), labelled)
    facts = redcap_facts(export, forms, here, labelled)
    kind = "labels" if labelled else "names"
    many = _several_rows(export, unique[0], EVENT in here)
    return Layout(
        platform="redcap",
        recognised_by=f"the columns hold {len(statuses)} statuses of REDCap forms, the header has {kind} of fields",
        header_rows=1,
        names=unique,
        wording=dict(zip(unique, names, strict=True)) if labelled else {},
        reading={
            "header": kind,
            "forms": {form.name: list(form.columns) for form in forms},
            "system_columns": here,
            **_events(export, here),
        },
        value_labels={} if labelled else dict.fromkeys(statuses, STATUS_LABELS),
        findings=(*renamed_findings(unique, renamed, grid.file, int(grid.rows[0])), *many),
        facts=facts,
    )


def redcap_facts(export: Export, forms: Sequence[Form], here: dict[str, str], labelled: bool) -> PlatformFacts:
    """Return what the forms of an export say.

    Parameters
    ----------
    export : Export
        The export.
    forms : sequence of Form
        Its forms.
    here : dict of str to str
        REDCap's own columns: raw name → column.
    labelled : bool
        Whether the header holds labels.
    """
    fields = [column for form in forms for column in form.columns]
    sets = with_ticks_only(check_box_sets(fields, labelled), export)
    states = form_states(export, forms, sets)
    roles = {"respondent_id": export.names[0]}
    if EVENT in here:
        roles["wave"] = here[EVENT]
    stamps = [form.timestamp for form in forms if form.timestamp]
    if len(stamps) == 1:
        roles["ended"] = stamps[0]
    return PlatformFacts(
        not_shown=states.not_opened,
        sets=sets,
        roles=roles,
        unfinished=states.unfinished,
        restricted=tuple(here[name] for name in (SURVEY_ID,) if name in here),
    )


def forms_by_position(
    names: Sequence[str], unique: Sequence[str], statuses: Sequence[str], system: set[str], labelled: bool
) -> tuple[Form, ...]:
    """Return the forms as the order of columns tells them: fields stand before the status of their form."""
    forms: list[Form] = []
    fields: list[str] = []
    stamp = ""
    ends = set(statuses)
    named = {column.removesuffix(STATUS) for column in statuses}
    for name, column in list(zip(names, unique, strict=True))[1:]:
        if column in ends:
            forms.append(Form(column.removesuffix(STATUS), column, tuple(fields), stamp))
            fields, stamp = [], ""
        elif name == LABELLED_TIMESTAMP if labelled else name.removesuffix(TIMESTAMP) in named - {name}:
            stamp = column
        elif name and column not in system:
            fields.append(column)
    return tuple(forms)


def _is_status(name: str) -> bool:
    return name.endswith(STATUS) and len(name) > len(STATUS)


def _statuses(export: Export, names: Sequence[str], unique: Sequence[str], labelled: bool) -> tuple[str, ...]:
    """Return the status columns: those named so that hold nothing else."""
    allowed = {*INCOMPLETE, *DONE}
    found = [
        column
        for name, column in list(zip(names, unique, strict=True))[1:]
        if (name == LABELLED_STATUS if labelled else _is_status(name))
    ]
    return tuple(column for column in found if set(export.values(column)[0]) <= allowed)


def _has_further_sign(export: Export, names: Sequence[str], statuses: Sequence[str], labelled: bool) -> bool:
    pattern, system = (LABELLED_CHECK_BOX, LABELLED_SYSTEM) if labelled else (CHECK_BOX, SYSTEM)
    if any(pattern.match(name) or name in system for name in names):
        return True
    if names[0] in USUAL_IDS and len(statuses) > 1:
        return True
    above = {"2", "Incomplete", "Unverified", "Complete"}
    return any(set(export.values(column)[0]) & above for column in statuses) and names[-1] in (
        *statuses,
        LABELLED_STATUS,
    )


def _several_rows(export: Export, column: str, events: bool) -> tuple[Problem, ...]:
    ids = pc.value_counts(pc.utf8_trim_whitespace(export.columns[column]))
    counts = ids.field("counts").to_numpy(zero_copy_only=False)
    counts = counts[pc.not_equal(ids.field("values"), "").to_numpy(zero_copy_only=False)]
    several = int((counts > 1).sum())
    if not several:
        return ()
    message = f"people with several rows, {int(counts[counts > 1].sum())} rows in all; every row is kept as a record"
    hint = "decide which event or repeat is analysed, or bind them as waves" if events else "decide which row counts"
    return (Problem("several_rows_per_person", message, export.file, column=column, hint=hint, count=several),)


def _events(export: Export, here: dict[str, str]) -> dict[str, Any]:
    """Return the events and repeating instruments with their numbers of rows; arms stand at the end of raw names."""
    found: dict[str, Any] = {}
    for key, name in (("events", EVENT), ("repeating_instruments", INSTRUMENT)):
        if name in here:
            values, which = export.values(here[name])
            counts = np.bincount(which, minlength=len(values))
            found[key] = {value: int(number) for value, number in zip(values, counts, strict=True) if value and number}
    arms: Counter[str] = Counter()
    for event, number in found.get("events", {}).items():
        before, mark, arm = event.rpartition("_arm_")
        if before and mark:
            arms[arm] += number
    return {**found, "arms": dict(arms)} if arms else found
