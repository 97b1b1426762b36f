"""The file itself: that it is there and can be read, and what kind of file its first bytes say it is."""

from __future__ import annotations

import contextlib
import zipfile
from collections.abc import Iterator
from pathlib import Path

from osa_survey.errors import OsaSurveyError, Problem, ResponseError

HEAD = 512
SAVE_AS = "export it again as CSV, XLSX, Parquet or SPSS .sav"
TEXT = "text"
SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"PAR1", "parquet"),
    (b"$FL2", "spss"),
    (b"$FL3", "spss"),
    (b"<stata_dta>", "stata"),
)
OLD_STATA = frozenset(range(104, 116))
"""Release numbers that begin Stata files up to version 12."""
FOREIGN: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"SQLite format 3", "a SQLite database"),
    (b"\xd0\xcf\x11\xe0", "an old Office document (.xls)"),
    (b"HEADER RECORD*******L", "a SAS transport file"),
    (b"RDX2\n", "an R data file"),
    (b"RDX3\n", "an R data file"),
)
SAS = b"\x00" * 12 + b"\xc2\xea\x81\x60"


def read_source(path: Path) -> bytes:
    """Return the bytes of a file.

    Raises
    ------
    ResponseError
        With the code ``file_not_found``, ``is_a_folder``, ``unreadable`` or ``empty_file``.
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
    if not data.strip():
        raise ResponseError(Problem("empty_file", "the file is empty", file=path.name, hint="export it again"))
    return data


def file_kind(data: bytes, path: Path) -> str:
    """Return what kind of file the bytes are: parquet, spss, stata, xlsx or text.

    Raises
    ------
    ResponseError
        With the code ``unsupported_format``, naming what the file is, where no reader exists for it.
    """
    head = data[:HEAD]
    for signature, kind in SIGNATURES:
        if head.startswith(signature):
            return kind
    if head.startswith(b"PK\x03\x04"):
        return _archive_kind(path)
    foreign = next((words for signature, words in FOREIGN if head.startswith(signature)), "")
    if head.startswith(SAS):
        foreign = "a SAS data file"
    if foreign:
        raise ResponseError(Problem("unsupported_format", f"this is {foreign}", file=path.name, hint=SAVE_AS))
    if head[0] in OLD_STATA and len(head) > 3 and head[1] in (1, 2) and head[2] == 1 and head[3] == 0:
        return "stata"
    return TEXT


def _archive_kind(path: Path) -> str:
    with damaged(path, "workbook"), zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
    if "xl/workbook.xml" in names or any(name.startswith("xl/") for name in names):
        return "xlsx"
    words = "a ZIP archive without a spreadsheet in it"
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
