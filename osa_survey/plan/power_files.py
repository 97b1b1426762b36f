"""Finished batches of a power analysis, kept so that an interrupted run goes on where it stopped."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osa_survey._version import __version__
from osa_survey.errors import OutputError, Problem
from osa_survey.export.files import make_folder, write_text
from osa_survey.plan.power_batches import BatchOutcome
from osa_survey.plan.power_settings import Setting
from osa_survey.plan.study_folder import Study
from osa_survey.plan.tested_rows import TestedRow

FORMAT = 1


def setting_key(study: Study, setting: Setting, rows: tuple[TestedRow, ...]) -> str:
    """Return a hash of everything that a batch of this setting depends on, but for its size and number."""
    plan = study.file.model_copy(update={"power": None, "simulation": setting.entry, "title": ""})
    definitions = {name: text for name, text in study.definition_hashes.items() if name != "study"}
    told = {
        "format": FORMAT,
        "version": __version__,
        "plan": plan.model_dump(mode="json", exclude={"report"}),
        "definitions": definitions,
        "tests": [[row.analysis, *row.keys, row.table, row.adjusted] for row in rows],
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode("utf-8")).hexdigest()[:16]


def batch_text(outcome: BatchOutcome) -> str:
    """Return a batch as JSON; numbers come back as they were."""
    content = {
        "estimates": _listed(outcome.estimates),
        "p_values": _listed(outcome.p_values),
        "failures": dict(outcome.failures),
    }
    return json.dumps(content) + "\n"


def read_batch(text: str, hypotheses: int) -> BatchOutcome:
    """Return a batch from its JSON.

    Raises
    ------
    ValueError
        If it is not one.
    """
    content: dict[str, Any] = json.loads(text)
    estimates, p_values = (_array(content[name], hypotheses) for name in ("estimates", "p_values"))
    return BatchOutcome(estimates, p_values, {str(key): int(value) for key, value in content["failures"].items()})


def batch_path(folder: Path, key: str, n: int, batch: int) -> Path:
    """Return where a batch is kept."""
    return folder / f"{key}-{n}-{batch:05d}.json"


def keep_batch(path: Path, outcome: BatchOutcome) -> None:
    """Write a batch, whole or not at all."""
    make_folder(path.parent)
    write_text(path, batch_text(outcome))


def kept_batch(path: Path, hypotheses: int) -> BatchOutcome | None:
    """Return a kept batch, or None if there is none.

    Raises
    ------
    OutputError
        If the file is not one of ours: nothing in it is used, and it is not replaced.
    """
    try:
        return read_batch(path.read_text(encoding="utf-8"), hypotheses)
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        message = "is no batch of a power analysis"
        hint = "take the file away, or name another folder"
        raise OutputError(Problem("not_a_batch", message, path.name, hint=hint)) from error


def _listed(values: NDArray[np.float64]) -> list[list[float | None]]:
    return [[None if np.isnan(value) else float(value) for value in row] for row in values]


def _array(rows: list[list[float | None]], hypotheses: int) -> NDArray[np.float64]:
    found = np.array([[np.nan if value is None else value for value in row] for row in rows], dtype=np.float64)
    if found.ndim != 2 or found.shape[1] != hypotheses:
        raise ValueError("another number of hypotheses")
    return found
