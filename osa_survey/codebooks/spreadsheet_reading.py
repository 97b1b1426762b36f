"""Reading a codebook that a person corrected as a spreadsheet."""

from __future__ import annotations

import io
import tomllib
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from osa_survey.codebooks.model import Codebook
from osa_survey.codebooks.spreadsheet_cells import cell_text, toml, toml_key
from osa_survey.codebooks.spreadsheet_content import codebook_content
from osa_survey.codebooks.spreadsheet_format import SHEETS, Row
from osa_survey.errors import DefinitionError, Problem, nearest
from osa_survey.instruments import Library, load_library
from osa_survey.instruments.files import validated

LARGEST_UNPACKED = 1 << 27
CHECK = "# check: "
HEAD = "# Written from a spreadsheet. Every line with a mark to check is a guess that nobody has confirmed yet."


def codebook_from_xlsx(path: Path | str, library: Library | None = None) -> str:
    """Return a codebook as TOML from the spreadsheet that ``codebook_to_xlsx`` wrote and a person corrected.

    Parameters
    ----------
    path : Path or str
        The spreadsheet. Rows may stand in another order; what is confirmed loses its mark to check.
    library : Library, optional
        The instruments; by default those that ship and those beside the spreadsheet.

    Returns
    -------
    str
        ``codebook.toml``, valid by its format.

    Raises
    ------
    DefinitionError
        ``file_not_found``, ``broken_workbook``, ``no_such_sheet``, ``missing_column``, or whatever is wrong with the
        codebook, located by its keys.
    """
    path = Path(path)
    library = library or load_library(path.parent)
    content, marks = codebook_content(_sheets(path), library)
    text = codebook_toml(content, marks)
    validated(tomllib.loads(text), Codebook, path.name)
    return text


def _sheets(path: Path) -> dict[str, list[Row]]:
    from openpyxl import load_workbook

    try:
        data = path.read_bytes()
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(member.file_size for member in archive.infolist()) > LARGEST_UNPACKED:
                hint = "write the spreadsheet again with --to-xlsx"
                raise DefinitionError(Problem("too_large", "the workbook unpacks to too much", path.name, hint=hint))
        workbook = load_workbook(io.BytesIO(data), data_only=True)
    except FileNotFoundError as error:
        hint = "check the name and the folder"
        raise DefinitionError(Problem("file_not_found", "there is no such file", path.name, hint=hint)) from error
    except DefinitionError:
        raise
    except Exception as error:
        message = f"this is no spreadsheet that can be read ({type(error).__name__})"
        hint = "save it as an Excel workbook (.xlsx), or write it again with --to-xlsx"
        raise DefinitionError(Problem("broken_workbook", message, path.name, hint=hint)) from error
    absent = [name for name in SHEETS if name not in workbook.sheetnames]
    if absent:
        hint = nearest(absent[0], workbook.sheetnames)
        raise DefinitionError(
            [Problem("no_such_sheet", f"the sheet '{name}' is not there", path.name, hint=hint) for name in absent]
        )
    problems: list[Problem] = []
    sheets = {}
    for name, keys in SHEETS.items():
        rows = [[cell_text(cell) for cell in row] for row in workbook[name].iter_rows(values_only=True)]
        header = rows[0] if rows else []
        problems += [
            Problem(
                "missing_column", f"the sheet '{name}' has no such column", path.name, 1, key, hint="undo the change"
            )
            for key in keys
            if key not in header
        ]
        if not problems:
            place = {key: header.index(key) for key in keys}
            sheets[name] = [{key: row[at] for key, at in place.items()} for row in rows[1:] if any(row)]
    if problems:
        raise DefinitionError(problems)
    return sheets


def codebook_toml(content: Mapping[str, Any], marks: Mapping[str, str]) -> str:
    """Return the content of a codebook as TOML, with the marks of what is not confirmed.

    Examples
    --------
    >>> print(codebook_toml({"format": 1, "file": {"platform": "table"}}, {"file.platform": "by its content"}))
    # Written from a spreadsheet. Every line with a mark to check is a guess that nobody has confirmed yet.
    format = 1
    <BLANKLINE>
    [file]
    platform = "table" # check: by its content
    <BLANKLINE>
    """
    lines = [HEAD]
    lines += [_line(key, value, marks, "") for key, value in content.items() if not isinstance(value, Mapping)]
    for section, part in content.items():
        if isinstance(part, Mapping):
            tables = part.items() if section in ("attention", "blocks", "variables") else [("", part)]
            for name, entries in tables:
                path = f"{section}.{name}".strip(".")
                lines += ["", f"[{section}.{toml_key(name)}]" if name else f"[{section}]"]
                lines += [_line(key, value, marks, f"{path}.") for key, value in entries.items()]
    return "\n".join(lines) + "\n"


def _line(key: str, value: Any, marks: Mapping[str, str], path: str) -> str:
    why = " ".join(marks.get(f"{path}{key}", "").split())
    return f"{toml_key(key)} = {toml(value)}" + (f" {CHECK}{why}" if why else "")


def check_marks(text: str) -> dict[str, str]:
    r"""Return key path → why to check, from the comments of a drafted codebook.

    Examples
    --------
    >>> check_marks('[variables.age]\nmaximum = 99 # check: nobody says more')
    {'variables.age.maximum': 'nobody says more'}
    """
    marks = {}
    table = ""
    for line in text.splitlines():
        if line.startswith("[") and "]" in line:
            table = line[1 : line.rindex("]")].strip("[]").replace('"', "") + "."
        key, _, rest = line.partition("=")
        if rest and not line.startswith((" ", "#", "[")) and CHECK in rest:
            marks[f"{table}{key.strip()}"] = rest.rpartition(CHECK)[2]
    return marks
