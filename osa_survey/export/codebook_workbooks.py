"""A codebook as a workbook for people: drop-down lists, guesses in colour, and the same bytes every time."""

from __future__ import annotations

import datetime
import io
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from osa_survey.codebooks import Codebook
from osa_survey.codebooks.model import EntryType, Platform
from osa_survey.codebooks.spreadsheet_cells import LONGEST_CELL
from osa_survey.codebooks.spreadsheet_format import SHEETS, codebook_sheets, is_confirmed
from osa_survey.dataset import Export
from osa_survey.errors import OutputError, Problem
from osa_survey.export.files import write_bytes
from osa_survey.export.packing import repack
from osa_survey.instruments import Library, load_library

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

EPOCH = datetime.datetime(1980, 1, 1)
GUESS_COLOURS = {"high": "E8F1E4", "medium": "FFF2CC", "low": "FBE0D8"}
HEAD_COLOUR = "DDE3EA"
WIDTHS = {"wording": 44, "labels": 34, "guess": 48, "column": 20, "name": 20, "title": 26, "value": 40, "codes": 24}
USUAL_WIDTH = 13
YES_NO = ("yes", "no")
LONGEST_LIST = 250
"""A drop-down list written into a cell rule holds 255 characters."""


def codebook_to_xlsx(
    codebook: Codebook,
    path: Path | str,
    export: Export | None = None,
    *,
    marks: Mapping[str, str] | None = None,
    library: Library | None = None,
) -> Path:
    """Write a codebook as a spreadsheet that a person can correct without knowing TOML.

    Parameters
    ----------
    codebook : Codebook
        The codebook.
    path : Path or str
        The ``.xlsx`` file.
    export : Export, optional
        The raw export: brings the questions, and a row for every column the codebook does not name.
    marks : mapping of str to str, optional
        Key path → why it is a guess, as ``check_marks`` reads them from a drafted codebook.
    library : Library, optional
        The instruments; by default those that ship.

    Returns
    -------
    Path
        The file. The same codebook gives the same bytes.

    Raises
    ------
    OutputError
        If the file cannot be written, or with the code ``cell_too_long`` where a spreadsheet would cut a cell.
    """
    library = library or load_library()
    sheets = codebook_sheets(
        codebook,
        library,
        columns=export.names if export is not None else (),
        wording=export.wording if export is not None else {},
        marks=marks,
    )
    _refuse_long(sheets, Path(path))
    return write_bytes(path, _workbook(sheets, library))


def _refuse_long(sheets: Mapping[str, list[dict[str, str]]], path: Path) -> None:
    hint = "correct the TOML file instead"
    problems = [
        Problem("cell_too_long", f"the sheet '{name}' would cut this cell", path.name, row, key, hint=hint)
        for name, rows in sheets.items()
        for row, cells in enumerate(rows, start=2)
        for key, text in cells.items()
        if len(text) > LONGEST_CELL
    ]
    if problems:
        raise OutputError(problems)


def _workbook(sheets: Mapping[str, list[dict[str, str]]], library: Library) -> bytes:
    from openpyxl import Workbook

    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    properties: Any = workbook.properties
    properties.creator = "osa_survey"
    properties.created = properties.modified = EPOCH
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        _fill(sheet, SHEETS[name], rows)
        _offer(sheet, SHEETS[name], len(rows), library)
    _offer_platforms(workbook["study"], sheets["study"])
    stream = io.BytesIO()
    workbook.save(stream)
    return repack(_with_fixed_time(stream.getvalue()))


def _with_fixed_time(package: bytes) -> bytes:
    """Return a workbook whose time of change, which openpyxl sets on saving, is fixed."""
    import re
    import zipfile

    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as source, zipfile.ZipFile(stream, "w") as target:
        for member in source.namelist():
            content = source.read(member)
            if member == "docProps/core.xml":
                stamp = EPOCH.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", stamp, content)
            target.writestr(member, content)
    return stream.getvalue()


def _fill(sheet: Worksheet, keys: tuple[str, ...], rows: list[dict[str, str]]) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    head = PatternFill("solid", fgColor=HEAD_COLOUR)
    fills = {name: PatternFill("solid", fgColor=colour) for name, colour in GUESS_COLOURS.items()}
    top = Alignment(vertical="top", wrap_text=True)
    for position, key in enumerate(keys, start=1):
        title = sheet.cell(1, position, key)
        title.font, title.fill = Font(bold=True), head
        sheet.column_dimensions[get_column_letter(position)].width = WIDTHS.get(key, USUAL_WIDTH)
        for number, row in enumerate(rows, start=2):
            cell = sheet.cell(number, position)
            cell.number_format = "@"
            cell.alignment = top
            if row[key]:
                cell.value = row[key]
                cell.data_type = "s"
            if (row["guess"] or row.get("confidence")) and not is_confirmed(row):
                cell.fill = fills[row.get("confidence") or "low"]
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(keys))}{len(rows) + 1}"


def _offer(sheet: Worksheet, keys: tuple[str, ...], n_rows: int, library: Library) -> None:
    """Add the drop-down lists."""
    offers = {
        "type": (*get_args(EntryType), "item", "ignored"),
        "confirmed": YES_NO,
        "weight": YES_NO,
        "instrument": tuple(library.ids),
        "maps_to": tuple(sorted(library.variables)),
    }
    from openpyxl.utils import get_column_letter

    for key, words in offers.items():
        if key in keys:
            letter = get_column_letter(keys.index(key) + 1)
            _add_list(sheet, words, f"{letter}2:{letter}{max(n_rows + 1, 2)}")


def _offer_platforms(sheet: Worksheet, rows: list[dict[str, str]]) -> None:
    for number, row in enumerate(rows, start=2):
        if (row["section"], row["key"]) == ("file", "platform"):
            _add_list(sheet, get_args(Platform), f"C{number}")
        elif (row["section"], row["key"]) == ("study", "simulated"):
            _add_list(sheet, YES_NO, f"C{number}")


def _add_list(sheet: Worksheet, words: tuple[str, ...], place: str) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    formula = f'"{",".join(words)}"'
    if len(formula) <= LONGEST_LIST:
        rule = DataValidation(type="list", formula1=formula, allow_blank=True, showErrorMessage=False)
        sheet.add_data_validation(rule)
        rule.add(place)
