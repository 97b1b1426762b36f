"""Files that are written beside their place and moved into it, so that no half-written file is ever seen."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from osa_survey.errors import OutputError, Problem
from osa_survey.export.folders import HINTS


def write_bytes(path: Path | str, data: bytes) -> Path:
    """Write a file whole or not at all.

    Parameters
    ----------
    path : Path or str
        The file. Its folder must exist.
    data : bytes
        The content.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    OutputError
        With the code ``output_below_file``, ``no_such_folder``, ``is_a_folder`` or ``cannot_write``. What was there
        before is untouched, and nothing is left beside it.

    Notes
    -----
    A temporary file in the same folder is written, flushed and synchronised with the disk, then renamed.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_bytes(Path(folder, "note.txt"), b"done").read_bytes()
    b'done'
    """
    path = Path(path)
    _refuse(path)
    temporary: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}.", suffix=".partial", dir=path.parent)
        temporary = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(_permissions(path))
        temporary.replace(path)
    except OSError as error:
        _remove(temporary)
        message = f"cannot be written: {error.strerror or type(error).__name__}; an earlier file is untouched"
        hint = HINTS.get(error.errno or 0, "look at the folder and run again")
        raise OutputError(Problem("cannot_write", message, file=str(path), hint=hint)) from error
    except BaseException:
        _remove(temporary)
        raise
    return path


def write_text(path: Path | str, text: str) -> Path:
    """Write a text file as UTF-8 with the line ends it has, whole or not at all; see ``write_bytes``."""
    return write_bytes(path, text.encode("utf-8"))


def make_folder(path: Path | str) -> Path:
    """Make a folder and its parents where they are missing.

    Raises
    ------
    OutputError
        With the code ``output_below_file``, ``not_a_folder`` or ``cannot_write``.
    """
    path = Path(path)
    if path.exists() and not path.is_dir():
        message = "the output path is a file, not a folder"
        raise OutputError(Problem("not_a_folder", message, file=str(path), hint="name another folder"))
    _refuse_below_file(path)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"the folder cannot be made: {error.strerror or type(error).__name__}"
        hint = HINTS.get(error.errno or 0, "name another folder")
        raise OutputError(Problem("cannot_write", message, file=str(path), hint=hint)) from error
    return path


def _refuse(path: Path) -> None:
    _refuse_below_file(path)
    if path.is_dir():
        message = "there is a folder of this name"
        raise OutputError(Problem("is_a_folder", message, file=str(path), hint="name a file in it"))
    if not path.parent.exists():
        message = f"there is no folder '{path.parent.name}'"
        raise OutputError(Problem("no_such_folder", message, file=str(path), hint="make it, or name another file"))


def _refuse_below_file(path: Path) -> None:
    for parent in path.absolute().parents:
        if parent.exists():
            if not parent.is_dir():
                message = f"'{parent.name}' is a file, so nothing can be written below it"
                raise OutputError(Problem("output_below_file", message, file=str(path), hint="name another place"))
            return


def _permissions(path: Path) -> int:
    """Return the permissions the file has, or those a new file would get."""
    with contextlib.suppress(OSError):
        return path.stat().st_mode & 0o777
    mask = os.umask(0o077)
    os.umask(mask)
    return 0o666 & ~mask


def _remove(temporary: Path | None) -> None:
    if temporary is not None:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
