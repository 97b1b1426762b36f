"""Tables too wide for a page across: parts that fit, together hold every number, and keep intervals with estimates."""

from __future__ import annotations

from osa_survey.report.printed import PrintedCell, PrintedColumn, PrintedRow, PrintedTable
from osa_survey.report.wide_tables import page_parts


def a_table(groups: int, blank: str = "") -> PrintedTable:
    columns = tuple(
        PrintedColumn(head, f"Group {place}") for place in range(groups) for head in ("n", "% of cases", "95% CI", "p")
    )
    cells = tuple(
        PrintedCell(f"{place}.{at}{'0' * 6}", f"id-{place}-{at}") for place in range(groups) for at in range(4)
    )
    last = tuple(cell if place < 4 else PrintedCell(blank) for place, cell in enumerate(cells))
    rows = (PrintedRow("Devices", 0), PrintedRow("Phone", 1, cells), PrintedRow("Console", 1, last))
    return PrintedTable("Devices by group", "Option", columns, rows, (("", "Cases chose something."), ("‡", "Hidden.")))


def test_a_table_that_fits_stays_as_it_is() -> None:
    table = a_table(2)
    assert page_parts(table, "en") == (table,)


def test_parts_hold_every_number_once_and_groups_stay_together() -> None:
    table = a_table(6)
    parts = page_parts(table, "en")
    assert len(parts) > 1
    assert [column for part in parts for column in part.columns] == list(table.columns)
    ids = [cell.id for part in parts for row in part.rows for cell in row.cells if row.head == "Phone"]
    assert ids == [cell.id for cell in table.rows[1].cells]
    for part in parts:
        spanners = [column.spanner for column in part.columns]
        assert all(spanners.count(name) == 4 for name in spanners)
        assert all(len(row.cells) in (0, len(part.columns)) for row in part.rows)
        assert part.rows[0] == PrintedRow("Devices", 0)
    assert [part.title for part in parts] == ["Devices by group", *["Devices by group (continued)"] * (len(parts) - 1)]
    assert page_parts(table, "de")[1].title == "Devices by group (Fortsetzung)"


def test_rows_without_numbers_are_left_out_and_notes_stand_where_their_marks_do() -> None:
    parts = page_parts(a_table(6), "en")
    assert [row.head for row in parts[0].rows] == ["Devices", "Phone", "Console"]
    assert [row.head for row in parts[-1].rows] == ["Devices", "Phone"]
    assert parts[0].notes == ()
    assert parts[-1].notes == (("", "Cases chose something."),)
    hidden = page_parts(a_table(6, "‡"), "en")
    assert ("‡", "Hidden.") in hidden[-1].notes
    assert all(("‡", "Hidden.") in part.notes for part in hidden[1:])


def test_columns_without_a_common_head_keep_their_intervals() -> None:
    columns = tuple(PrintedColumn(head) for place in range(9) for head in (f"Measure {place}", "95% CI"))
    cells = tuple(PrintedCell("[10.00, 20.00]" if place % 2 else "15.00") for place in range(18))
    table = PrintedTable("t", "", columns, (PrintedRow("a", 0, cells),), ())
    parts = page_parts(table, "en")
    assert len(parts) > 1
    assert all(part.columns[0].head.startswith("Measure") and part.columns[-1].head == "95% CI" for part in parts)
