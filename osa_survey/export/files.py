"""Writing a file so that nothing is lost: beside the old one, flushed to the disk, then moved into its place."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

from osa_survey.errors import OutputError, Problem

CLOSE_IT = "close it and run again"
SHARING = (errno.EACCES, errno.EPERM, errno.EBUSY)
HINTS = {
    errno.ENOSPC: "free some space on the disk and run again",
    errno.EDQUOT: "free some space on the disk and run again",
    errno.ENOTDIR: "a part of this path is a file; name another folder",
    errno.ENOENT: "make the folder first, or name another one",
    errno.EISDIR: "this is a folder; name a file",
    errno.EROFS: "this disk cannot be written; name another folder",
}


def write_bytes(path: Path, data: bytes) -> Path:
    """Write a file completely or not at all.

    Parameters
    ----------
    path : Path
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
        If it cannot be written; a file that was there before is untouched and nothing is left beside it.
    """
    temporary: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".writing", dir=path.parent)
        temporary = Path(name)
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        raise cannot_write(path, error) from error
    return path


def write_text(path: Path, text: str) -> Path:
    """Write a text as UTF-8 with LF line ends, completely or not at all.

    See Also
    --------
    write_bytes : The same for bytes, and the errors.
    """
    return write_bytes(path, text.encode("utf-8"))


def cannot_write(path: Path, error: OSError) -> OutputError:
    """Return an error of the system as one of ours, with what to do next."""
    number = error.errno or 0
    message = f"cannot be written: {error.strerror or 'unknown error'}"
    if number in SHARING:
        problem = Problem("in_use_or_not_allowed", message, file=path.name, hint=CLOSE_IT)
    else:
        hint = HINTS.get(number, "nothing was changed; run again")
        problem = Problem("cannot_write", message, file=path.name, hint=hint)
    return OutputError(problem)
