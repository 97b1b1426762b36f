"""Where the ledger of a run lies."""

from __future__ import annotations

from pathlib import Path

from osa_survey.errors import OutputError, Problem

LEDGER = "results.jsonl"
HINT = "name an output folder of 'osa-survey report' or 'run', or its results.jsonl"


def ledger_path(path: Path | str) -> Path:
    """Return the ledger a path names: a file, or ``results.jsonl`` in a folder.

    Raises
    ------
    OutputError
        ``not_a_ledger`` if there is none, with the place that was looked at.
    """
    path = Path(path)
    if path.is_file():
        return path
    if path.is_dir():
        message = f"there is no {LEDGER} in the folder '{path}'"
        if (path / LEDGER).is_file():
            return path / LEDGER
    else:
        message = f"there is no file or folder '{path}'"
    raise OutputError(Problem("not_a_ledger", message, path.name or LEDGER, hint=HINT))


def ledger_beside(manuscript: Path | str) -> Path:
    """Return the ledger in the folder of a manuscript.

    Raises
    ------
    OutputError
        ``not_a_ledger`` if there is none, with the folder and how to name another.
    """
    manuscript = Path(manuscript)
    folder = manuscript.parent.resolve()
    if (folder / LEDGER).is_file():
        return manuscript.parent / LEDGER
    message = f"there is no {LEDGER} beside {manuscript.name}; looked in the folder '{folder}'"
    hint = "say where the results are: --results FOLDER, an output folder of 'osa-survey report' or 'run'"
    raise OutputError(Problem("not_a_ledger", message, manuscript.name, hint=hint))
