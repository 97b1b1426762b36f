"""Tables of few rows are turned where that spares a page across, and no number is lost."""

from __future__ import annotations

import io
import itertools

from docx import Document
from docx.oxml.ns import qn

from osa_survey.disclosure import JOURNAL
from osa_survey.report import Section, build_report, word_document
from osa_survey.report.letter_widths import text_width
from osa_survey.report.paper import TEXT_WIDTH
from osa_survey.report.printed import PrintedCell, PrintedColumn, PrintedRow, PrintedTable
from osa_survey.report.table_widths import PADDING, column_widths, letter_size, needed_widths, needs_landscape
from osa_survey.report.turned_tables import turned_where_wide
from tests.plots.varied_results import across_a_page

HEADS = ("Categorical ω", "95% CI", "McDonald's ω", "95% CI", "Cronbach's α", "95% CI", "Standardised α", "n")


def a_table(rows: int, *, below: str = "") -> PrintedTable:
    columns = tuple(PrintedColumn(head) for head in HEADS)
    made = [
        PrintedRow(
            f"Scale {row}", int(bool(below)), tuple(PrintedCell("[0.860, 0.880]", f"{row}/{at}") for at in range(8))
        )
        for row in range(rows)
    ]
    heads = [PrintedRow(below, 0)] if below else []
    return PrintedTable("Reliability", "Scale", columns, (*heads, *made), (("", "Note."),))


def test_a_wide_table_of_few_rows_is_turned_and_keeps_every_number() -> None:
    table = a_table(2)
    assert needs_landscape(table, TEXT_WIDTH)
    turned = turned_where_wide(table, "en")
    assert not needs_landscape(turned, TEXT_WIDTH)
    assert [row.head for row in turned.rows] == list(HEADS)
    assert [column.head for column in turned.columns] == ["Scale 0", "Scale 1"]
    assert {cell.id for row in turned.rows for cell in row.cells} == {c.id for row in table.rows for c in row.cells}
    assert turned.rows[1].depth == turned.rows[0].depth + 1, "an interval stands below its estimate"
    assert turned.notes == table.notes


def test_heads_of_rows_become_heads_of_columns() -> None:
    turned = turned_where_wide(a_table(2, below="Sum scores"), "de")
    assert turned.row_head == "Größe"
    assert turned.spanners == (("Sum scores", 2),)


def test_other_tables_stay_as_they_are() -> None:
    narrow = PrintedTable("t", "", (PrintedColumn("n"),), (PrintedRow("a", 0, (PrintedCell("1"),)),), ())
    for table in (a_table(4), narrow, PrintedTable("t", "", (), (), ())):
        assert turned_where_wide(table, "en") is table


def test_columns_are_as_wide_as_their_longest_word_and_number() -> None:
    table = PrintedTable(
        "t", "Activity", tuple(PrintedColumn(head) for head in ("All", "Woman", "Man")),
        (PrintedRow("Sexual minority communities", 0, tuple(PrintedCell("68.0%") for _ in range(3))),), (),
    )  # fmt: skip
    size = letter_size(table, TEXT_WIDTH)
    widths = column_widths(table, TEXT_WIDTH, size)
    assert widths[2] >= widths[3] >= widths[1]
    assert widths[2] >= text_width("Woman", size) + 2 * PADDING / 1440, "no head breaks in mid word"
    assert sum(widths) <= TEXT_WIDTH + 1e-9


def test_a_common_head_is_not_broken_either() -> None:
    row = PrintedRow("Age", 0, (PrintedCell("3,000"),))
    table = PrintedTable("t", "Variable", (PrintedColumn("n", "Unbeantwortet"),), (row,), ())
    assert needed_widths(table, 9.5)[0] >= text_width("Unbeantwortet", 9.5) + 2 * PADDING / 1440


def test_no_page_is_blank_between_two_tables_across() -> None:
    wide = across_a_page()
    parts = [Section(name, name, [wide.with_id(name)]) for name in ("first", "second")]
    report = build_report(title="A study", profile=JOURNAL, seed=1, sections=parts)
    body = Document(io.BytesIO(word_document(report))).element.body
    blocks = list(body)
    ends = [place for place, block in enumerate(blocks) if block.find(f"{qn('w:pPr')}/{qn('w:sectPr')}") is not None]
    assert len(ends) >= 2, "one page across at least begins and ends"
    for before, after in itertools.pairwise(ends):
        between = blocks[before + 1 : after + 1]
        assert any("".join(node.text or "" for node in block.iter(qn("w:t"))) for block in between)
