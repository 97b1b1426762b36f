"""A plan frozen on disk: its content and hash in one file, the time by the clock in another."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from osa_survey._version import __version__
from osa_survey.errors import DefinitionError, OutputError, Problem
from osa_survey.export.files import make_folder, write_text
from osa_survey.plan.freezing.contents import Content, content_hash, plan_content
from osa_survey.plan.freezing.preregistrations import preregistration
from osa_survey.plan.study_folder import Study, load_study
from osa_survey.results import file_sha256

FOLDER = "frozen"
PLAN, TIME = "plan.json", "plan.time.json"
FORMAT = 1


@dataclass(frozen=True, repr=False)
class FrozenPlan:
    """A plan as it was frozen, and its amendments in order.

    Attributes
    ----------
    content : dict
        The plan when it was frozen.
    sha256 : str
        The hash of its canonical form.
    amendments : tuple of mapping
        The records of the amendments; each holds the plan after it.
    data_present : bool
        Whether an export of the study was there when the plan was frozen.
    """

    content: Content
    sha256: str
    amendments: tuple[Mapping[str, Any], ...]
    data_present: bool

    @property
    def current(self) -> Content:
        """The plan after the last amendment."""
        return dict(self.amendments[-1]["plan"]) if self.amendments else self.content

    @property
    def last_hash(self) -> str:
        """The hash of the last record, which the next amendment builds on."""
        return str(self.amendments[-1]["sha256"]) if self.amendments else self.sha256

    def __repr__(self) -> str:
        return f"<FrozenPlan {self.sha256[:12]}; {len(self.amendments)} amendments>"


def freeze_study(study: Study | Path | str, *, now: datetime | None = None) -> tuple[Path, ...]:
    """Freeze the plan of a study.

    Parameters
    ----------
    study : Study or Path or str
        A study, its file or its folder. Its exports need not exist yet.
    now : datetime, optional
        The time; by default the clock's.

    Returns
    -------
    tuple of Path
        Files in ``frozen/`` beside the study file: ``plan.json`` (the plan and its hash), ``plan.time.json`` (when,
        and whether data were there), ``preregistration_osf.md`` and ``preregistration_aspredicted.md``.

    Raises
    ------
    OutputError
        ``already_frozen`` if there is a frozen plan: it is amended, never replaced.
    DefinitionError
        If the study file or its codebook is not right.
    """
    study = study if isinstance(study, Study) else load_study(study)
    folder = study.folder / FOLDER
    if (folder / PLAN).exists():
        hint = "run 'osa-survey amend' to record what changed and why"
        raise OutputError(Problem("already_frozen", "the plan is frozen already", f"{FOLDER}/{PLAN}", hint=hint))
    content = plan_content(study)
    digest = content_hash(content)
    present = [_export_state(study.folder / entry.export, entry.export) for entry in study.file.data]
    record = {"record": "plan", "format": FORMAT, "sha256": digest, "osa_survey": __version__, "plan": content}
    make_folder(folder)
    any_data = any(entry["present"] for entry in present)
    written = [
        write_text(folder / f"preregistration_{registry}.md", preregistration(study, registry, digest, any_data))
        for registry in ("osf", "aspredicted")
    ]
    time = {"record": "time", "of": digest, "time": clock_text(now), "data": present}
    written.append(write_text(folder / TIME, as_json(time)))
    written.append(write_text(folder / PLAN, as_json(record)))
    return tuple(written)


def _export_state(path: Path, name: str) -> dict[str, Any]:
    return {"file": name, "present": path.is_file(), "sha256": file_sha256(path) if path.is_file() else ""}


def clock_text(now: datetime | None) -> str:
    """Return a time in UTC to the second; the clock's where none is given."""
    moment = datetime.now(UTC) if now is None else now.astimezone(UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def as_json(record: Mapping[str, Any]) -> str:
    """Return a record as JSON that people can read and compare."""
    return json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def amendment_names(folder: Path) -> list[str]:
    """Return the names of the amendments in a frozen folder, in order."""
    numbers = [path.stem.removeprefix("amendment-") for path in folder.glob("amendment-*.json")]
    return [f"amendment-{number}.json" for number in sorted((n for n in numbers if n.isdigit()), key=int)]


def load_frozen_plan(folder: Path) -> FrozenPlan | None:
    """Return the frozen plan beside a study file, or None if there is none.

    Parameters
    ----------
    folder : Path
        The folder of the study file.

    Raises
    ------
    DefinitionError
        ``plan_damaged`` if a record of the plan cannot be read, does not fit its hash, or does not build on the record
        before it: somebody edited it by hand.
    """
    place = folder / FOLDER
    if not (place / PLAN).exists():
        if not amendment_names(place):
            return None
        raise _damaged(PLAN, "is missing, but there are amendments")
    plan = _read(place, PLAN)
    if plan.get("record") != "plan" or plan.get("format") != FORMAT or "plan" not in plan:
        raise _damaged(PLAN, "is no plan of this format")
    if content_hash(plan["plan"]) != plan.get("sha256"):
        raise _damaged(PLAN, "does not fit its hash")
    amendments: list[Mapping[str, Any]] = []
    previous = plan["sha256"]
    for number, name in enumerate(amendment_names(place), start=1):
        record = _read(place, name)
        own = {key: value for key, value in record.items() if key != "sha256"}
        if content_hash(own) != record.get("sha256"):
            raise _damaged(name, "does not fit its hash")
        if record.get("builds_on") != previous or record.get("number") != number:
            raise _damaged(name, "does not build on the record before it")
        previous = record["sha256"]
        amendments.append(record)
    present = False
    if (place / TIME).exists():
        present = any(bool(entry.get("present")) for entry in _read(place, TIME).get("data", ()))
    return FrozenPlan(plan["plan"], plan["sha256"], tuple(amendments), present)


def _read(folder: Path, name: str) -> dict[str, Any]:
    try:
        content = json.loads((folder / name).read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise _damaged(name, "cannot be read") from error
    if not isinstance(content, dict):
        raise _damaged(name, "holds no record")
    return content


def _damaged(name: str, what: str) -> DefinitionError:
    hint = "take the file back from your version control or from the registry; a frozen plan is amended, not edited"
    return DefinitionError(Problem("plan_damaged", what, f"{FOLDER}/{name}", hint=hint))
