"""The file itself: that it is there and can be read, and what kind of file its first bytes say it is."""

from __future__ import annotations

import contextlib
import gzip
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

from osa_survey.errors import OsaSurveyError, Problem, ResponseError
from osa_survey.ingest.archives import ZIP, text_of_zip

HEAD = 512
SAVE_AS = "export it again as CSV, XLSX, Parquet or SPSS .sav"
TEXT = "text"
SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"PAR1", "parquet"),
    (b"$FL2", "spss"),
    (b"$FL3", "spss"),
    (b"<stata_dta>", "stata"),
    (b"\x00" * 12 + b"\xc2\xea\x81\x60", "sas"),
    (b"HEADER RECORD*******LIBRARY HEADER RECORD", "sas_transport"),
    (b"HEADER RECORD*******LIBV8   HEADER RECORD", "sas_transport"),
)
PORTABLE = (b"ASCII SPSS PORT FILE", b"SPSSPORT")
"""Marks that stand within the first bytes of an SPSS portable file."""
OLD_STATA = frozenset(range(104, 116))
"""Release numbers that begin Stata files up to version 12."""
FOREIGN: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a gzip archive inside another"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"SQLite format 3", "a SQLite database"),
    (b"\xd0\xcf\x11\xe0", "an old Office document (.xls)"),
    (b"RDX2\n", "an R data file"),
    (b"RDX3\n", "an R data file"),
)
GZIP = b"\x1f\x8b"
MAXIMUM_UNPACKED = 1 << 31
MAXIMUM_RATIO, SMALL = 200, 1 << 26
PACKED_CHUNK = 1 << 20
SAS_CATALOG = b"\x00" * 12 + b"\xc2\xea\x81\x63"


def read_source(path: Path) -> bytes:
    """Return the bytes of a file; text that was packed with gzip, or alone in a ZIP, is unpacked.

    Raises
    ------
    ResponseError
        With the code ``file_not_found``, ``is_a_folder``, ``unreadable`` or ``empty_file``; for packed files also
        ``broken_gzip``, ``broken_zip``, ``encrypted``, ``too_large`` or ``unsupported_format``.
    """
    if path.is_dir():
        raise ResponseError(Problem("is_a_folder", "this is a folder", file=path.name, hint="name the file in it"))
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        hint = "check the name and the folder"
        raise ResponseError(Problem("file_not_found", "there is no such file", str(path), hint=hint)) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        hint = "check that you may read it and that no other program holds it"
        raise ResponseError(Problem("unreadable", f"cannot be read: {reason}", path.name, hint=hint)) from error
    if data.startswith(GZIP):
        data = _unpacked(data, path)
    elif data.startswith(ZIP):
        with damaged(path, "workbook" if b"[Content_Types].xml" in data or b"xl/" in data else "zip"):
            text = text_of_zip(data, path, most_bytes=MAXIMUM_UNPACKED, most_ratio=MAXIMUM_RATIO, small=SMALL)
        data = data if text is None else _only_text(text, path, "ZIP")
    if not data or data.isspace():
        raise ResponseError(Problem("empty_file", "the file is empty", file=path.name, hint="export it again"))
    return data


def _unpacked(data: bytes, path: Path) -> bytes:
    """Return the text of a gzip archive, refusing what would fill the memory and what is no text."""
    parts: list[bytes] = []
    total = 0
    with damaged(path, "gzip"), gzip.GzipFile(fileobj=io.BytesIO(data)) as archive:
        while part := archive.read(PACKED_CHUNK):
            total += len(part)
            parts.append(part)
            if total > MAXIMUM_UNPACKED or (total > SMALL and total > MAXIMUM_RATIO * len(data)):
                hint = "unpack it first and look at what is in it"
                message = f"the gzip archive is refused: more than {total >> 20} MiB unpacked"
                raise ResponseError(Problem("too_large", message, path.name, hint=hint))
    return _only_text(b"".join(parts), path, "gzip")


def _only_text(content: bytes, path: Path, archive: str) -> bytes:
    """Return what was unpacked, refusing what is no text: binary files are read from where they are."""
    inner = [*(signature for signature, _ in (*SIGNATURES, *FOREIGN)), ZIP, SAS_CATALOG]
    if content.startswith(tuple(inner)) or any(mark in content[:HEAD] for mark in PORTABLE):
        message = f"this is a {archive} archive of a binary file"
        raise ResponseError(Problem("unsupported_format", message, path.name, hint="unpack it first"))
    return content


def file_kind(data: bytes, path: Path) -> str:
    """Return what kind of file the bytes are: parquet, spss, spss_portable, stata, sas, sas_transport, xlsx or text.

    Raises
    ------
    ResponseError
        With the code ``unsupported_format``, naming what the file is, where no reader exists for it.
    """
    head = data[:HEAD]
    for signature, kind in SIGNATURES:
        if head.startswith(signature):
            return kind
    if any(mark in head for mark in PORTABLE) and _is_portable(head):
        return "spss_portable"
    if head.startswith(ZIP):
        return _archive_kind(path)
    foreign = next((words for signature, words in FOREIGN if head.startswith(signature)), "")
    if head.startswith(SAS_CATALOG):
        foreign = "a SAS formats catalog, which goes with a SAS data file as its companion"
    if foreign:
        raise ResponseError(Problem("unsupported_format", f"this is {foreign}", file=path.name, hint=SAVE_AS))
    if head[0] in OLD_STATA and len(head) > 3 and head[1] in (1, 2) and head[2] == 1 and head[3] == 0:
        return "stata"
    return TEXT


def _is_portable(head: bytes) -> bool:
    """Tell whether the marks of a portable file stand where they belong, not in the cells of a table."""
    packed = head.replace(b"\r", b"").replace(b"\n", b"")
    return packed[456:464] == b"SPSSPORT" or b"ASCII SPSS PORT FILE" in (packed[:20], packed[40:60])


def _archive_kind(path: Path) -> str:
    with damaged(path, "workbook"), zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
    if "xl/workbook.xml" in names or any(name.startswith("xl/") for name in names):
        return "xlsx"
    words = "a ZIP archive of several files, or without a spreadsheet in it"
    raise ResponseError(Problem("unsupported_format", f"this is {words}", file=path.name, hint="unpack it first"))


@contextlib.contextmanager
def damaged(path: Path, kind: str) -> Iterator[None]:
    """Turn whatever a library raises on a broken file into the code ``broken_<kind>``, without the file's content."""
    try:
        yield
    except (OsaSurveyError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # panics of compiled readers are no Exception
        message = f"the file is damaged or not what it begins like ({type(error).__name__})"
        raise ResponseError(Problem(f"broken_{kind}", message, file=path.name, hint=SAVE_AS)) from error
