"""The events and arms of a longitudinal REDCap project: what the names in ``redcap_event_name`` mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from osa_survey.dataset import Export
from osa_survey.errors import Problem, ResponseError

if TYPE_CHECKING:
    from osa_survey.ingest.companion_files import Companion

EVENTS = ("unique_event_name", "event_name", "arm_num")
ARMS = ("arm_num", "name")


def is_redcap_events(companion: Companion) -> bool:
    """Return whether the first row is that of a list of events."""
    return set(EVENTS) <= set(companion.header)


def is_redcap_arms(companion: Companion) -> bool:
    """Return whether the first row is that of a list of arms, and nothing else."""
    return companion.header == ARMS


def join_redcap_events(export: Export, companion: Companion) -> Export:
    """Return the export with labels of its events, in the order of the schedule.

    Raises
    ------
    ResponseError
        ``companion_does_not_fit`` if the export has no column of events, or none of these.
    """
    column = export.facts.roles.get("wave", "")
    names = dict(zip(*(_cells(companion, name) for name in ("unique_event_name", "event_name")), strict=True))
    if column not in export.names or not set(names) & set(export.values(column)[0]):
        message = "the export has none of these events"
        hint = "is it the list of this project, and is the export one with names, not labels?"
        raise ResponseError(Problem("companion_does_not_fit", message, companion.path.name, hint=hint))
    arms: Mapping[str, str] = export.reading.get("arm_names", {})
    labels = {unique: _with_arm(name, unique, arms) for unique, name in names.items()}
    return replace(
        export,
        value_labels={**export.value_labels, column: labels},
        reading={**export.reading, "event_names": names},
    )


def join_redcap_arms(export: Export, companion: Companion) -> Export:
    """Return the export with the names of its arms, which follow the labels of its events."""
    arms = dict(zip(_cells(companion, "arm_num"), _cells(companion, "name"), strict=True))
    column = export.facts.roles.get("wave", "")
    names: Mapping[str, str] = export.reading.get("event_names", {})
    labels = {unique: _with_arm(name, unique, arms) for unique, name in names.items()}
    return replace(
        export,
        value_labels={**export.value_labels, column: labels} if labels else export.value_labels,
        reading={**export.reading, "arm_names": arms},
    )


def _with_arm(name: str, unique: str, arms: Mapping[str, str]) -> str:
    arm = arms.get(unique.rpartition("_arm_")[2], "")
    return f"{name} ({arm})" if arm else name


def _cells(companion: Companion, name: str) -> list[str]:
    """Return the cells of a column below its name."""
    position = companion.header.index(name)
    return [cell.strip() for cell in companion.grid.column(position, 1).to_pylist()]
