"""Which reader a file needs: recognised by its content, never by its name; the user may overrule it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

from osa_survey.dataset import Export
from osa_survey.errors import Problem, ResponseError, nearest
from osa_survey.ingest import parquet, qualtrics, spss, tables
from osa_survey.ingest.delimited import read_delimited
from osa_survey.ingest.raw_tables import RawTable
from osa_survey.ingest.spreadsheets import is_workbook, read_workbook

Recogniser = Callable[[Sequence[Sequence[str]]], str]
LayoutReader = Callable[[RawTable, str, str, str], Export]
LAYOUTS: dict[str, tuple[Recogniser, LayoutReader]] = {
    "qualtrics": (qualtrics.recognise, qualtrics.read),
}
"""Layouts of tables of text, tried in this order; the plain table is what is left."""


def read_export(
    path: Path | str,
    *,
    platform: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    decimal: str | None = None,
    sheet: str | None = None,
) -> Export:
    """Read a raw export.

    Parameters
    ----------
    path : Path or str
        The file as downloaded: CSV or TSV, XLSX, Parquet, SPSS.
    platform : str, optional
        Overrules what the content looks like: ``"qualtrics"`` or ``"table"``.
    encoding, delimiter, decimal, sheet : str, optional
        Overrule what is found; otherwise each is found from the content and reported in ``reading``.

    Returns
    -------
    Export
        Text, labels, wording and true file rows. No analysis takes it; see ``admit``.

    Raises
    ------
    ResponseError
        If the file is absent, empty, damaged or of no known kind; every problem is located.
    """
    path = Path(path)
    data = _bytes(path)
    digest = hashlib.sha256(data).hexdigest()
    if data.startswith(spss.MAGIC):
        return spss.read(path, digest)
    if data.startswith(parquet.MAGIC):
        return parquet.read(data, path.name, digest)
    if is_workbook(data):
        raw = read_workbook(data, path.name, sheet=sheet)
    else:
        raw = read_delimited(data, path.name, encoding=encoding, delimiter=delimiter, decimal=decimal)
    return _laid_out(raw, path.name, digest, platform)


def _laid_out(raw: RawTable, file: str, digest: str, platform: str | None) -> Export:
    if platform == "table":
        return tables.read(raw, file, digest, "said to be a plain table")
    if platform is not None:
        if platform not in LAYOUTS:
            hint = nearest(platform, [*LAYOUTS, "table"])
            raise ResponseError(Problem("unknown_platform", f"there is no reader '{platform}'", file, hint=hint))
        recognise, reader = LAYOUTS[platform]
        if not recognise(raw.first_rows()):
            message = f"the first rows are not those of {platform}"
            hint = 'use platform = "table", or export again with all header rows'
            raise ResponseError(Problem("not_this_platform", message, file, 1, hint=hint))
        return reader(raw, file, digest, f"said to be {platform}")
    for recognise, reader in LAYOUTS.values():
        why = recognise(raw.first_rows())
        if why:
            return reader(raw, file, digest, why)
    return tables.read(raw, file, digest, "no platform's header was recognised, so one header row is taken")


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        hint = "check the name and the folder; a path in study.toml starts at the study file's folder"
        raise ResponseError(Problem("file_not_found", "there is no such file", path.name, hint=hint)) from error
    except IsADirectoryError as error:
        raise ResponseError(Problem("is_a_folder", "this is a folder", path.name, hint="name the file")) from error
    except OSError as error:
        hint = "close it in other programs, and check that you may read it"
        message = error.strerror or "cannot be read"
        raise ResponseError(Problem("unreadable", message, path.name, hint=hint)) from error
