"""ZIP archives as platforms send them: one text file inside, unpacked within bounds; nothing is written to disk."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path, PurePosixPath

from osa_survey.errors import Problem, ResponseError

ZIP = b"PK\x03\x04"
OFFICE = ("[Content_Types].xml", "mimetype", "META-INF/manifest.xml")
"""Entries that only workbooks and documents have."""
MAXIMUM_ENTRIES = 1000
ENCRYPTED = 0x1


def text_of_zip(data: bytes, path: Path, *, most_bytes: int, most_ratio: int, small: int) -> bytes | None:
    """Return the content of the only file in a ZIP archive; None if the archive is a workbook or holds several files.

    Parameters
    ----------
    data : bytes
        The archive.
    path : Path
        Its name, for messages.
    most_bytes, most_ratio, small : int
        How large the content may be, and how many times larger than the archive where it is not small.

    Raises
    ------
    ResponseError
        ``too_large`` for what would fill the memory, ``encrypted`` where a password is needed; a broken archive raises
        what ``zipfile`` raises.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = [entry for entry in archive.infolist()[:MAXIMUM_ENTRIES] if not _is_beside(entry)]
        names = set(archive.namelist())
        if len(entries) != 1 or names & set(OFFICE) or any(name.startswith("xl/") for name in names):
            return None
        if entries[0].flag_bits & ENCRYPTED:
            hint = "unpack it with its password first"
            raise ResponseError(
                Problem("encrypted", "the file in the ZIP archive has a password", path.name, hint=hint)
            )
        parts: list[bytes] = []
        total = 0
        with archive.open(entries[0]) as file:
            while part := file.read(1 << 20):
                total += len(part)
                if total > most_bytes or (total > small and total > most_ratio * len(data)):
                    message = f"the ZIP archive is refused: more than {total >> 20} MiB unpacked"
                    hint = "unpack it first and look at what is in it"
                    raise ResponseError(Problem("too_large", message, path.name, hint=hint))
                parts.append(part)
    return b"".join(parts)


def _is_beside(entry: zipfile.ZipInfo) -> bool:
    """Tell whether an entry is a folder or something that file managers add."""
    parts = PurePosixPath(entry.filename).parts
    return entry.is_dir() or not parts or parts[0] == "__MACOSX" or parts[-1].startswith(".")
