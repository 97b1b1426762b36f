"""Small files beside an export that look like its survey structure, dictionary or value lists: proposed, not used."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from osa_survey.dataset import Export
from osa_survey.errors import OsaSurveyError
from osa_survey.ingest.companion_files import Companion
from osa_survey.ingest.companions import COMPANIONS
from osa_survey.ingest.sources import read_source

LARGEST_COMPANION = 1 << 22
MOST_SIBLINGS = 40


def proposed_companions(path: Path, export: Export, given: Collection[Path]) -> tuple[tuple[Path, str], ...]:
    """Return files of the export's folder that are companions of it by their content, each with its kind.

    Parameters
    ----------
    path : Path
        The export's file.
    export : Export
        The export as read with the companions of ``given``.
    given : collection of Path
        Companions that were named.

    Notes
    -----
    A file is proposed only if joining it adds something to this export; a dictionary of another survey does not.
    """
    known = {path.resolve(), *(companion.resolve() for companion in given)}
    try:
        siblings = sorted(path.resolve().parent.iterdir())
    except OSError:
        return ()
    small = [file for file in siblings if file not in known and _is_small(file)]
    found = []
    for file in small[:MOST_SIBLINGS]:
        kind = _kind(file, export)
        if kind:
            found.append((file, kind))
    return tuple(found)


def _is_small(file: Path) -> bool:
    try:
        return file.is_file() and 0 < file.stat().st_size <= LARGEST_COMPANION
    except OSError:
        return False


def _kind(file: Path, export: Export) -> str:
    """Return which kind of companion a file is, "" if it is none or adds nothing."""
    try:
        companion = Companion(file, read_source(file))
        for kind, (recognise, join) in COMPANIONS.items():
            if recognise(companion):
                return kind if _adds(join(export, companion), export) else ""
    except (OsaSurveyError, ValueError, RecursionError):
        return ""
    return ""


def _adds(joined: Export, export: Export) -> bool:
    facts, before = joined.facts, export.facts
    return (
        dict(joined.value_labels) != dict(export.value_labels)
        or dict(joined.wording) != dict(export.wording)
        or facts.sets != before.sets
        or dict(facts.reasons) != dict(before.reasons)
        or facts.restricted != before.restricted
    )
