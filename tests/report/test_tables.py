from __future__ import annotations

import pytest

from osa_survey.disclosure import JOURNAL
from osa_survey.report.printed import HIDDEN, PrintedTable
from osa_survey.report.tables import print_table
from osa_survey.results import Layout, Result, Rows, Show, release
from tests import made_up_results as made


def printed(result: Result, language: str = "en") -> PrintedTable:
    return print_table(release(result, JOURNAL), JOURNAL, language)


def grid(table: PrintedTable) -> list[list[str]]:
    return [[row.head, *(cell.text for cell in row.cells)] for row in table.rows]


def test_numbers_are_printed_in_apa_style_with_their_heads() -> None:
    table = printed(made.comparison_result())
    assert [column.head for column in table.columns] == [
        "Hedges' g", "95% CI", "Test", "p", "Rank-biserial r", "95% CI",
    ]  # fmt: skip
    assert grid(table) == [
        ["Man − woman", "−0.02", "[−0.10, 0.05]", "t(1778.30) = −0.59", ".558", ".00", "[−.04, .04]"]
    ]
    assert table.rows[0].cells[4].marks == "a"
    assert ("a", "many ties: the p value is approximate") in table.notes
    assert table.notes[0] == ("", "CI = confidence interval.")


def test_hidden_cells_and_those_that_protect_them_print_alike_with_one_note() -> None:
    table = printed(made.groups_result())
    assert grid(table) == [
        ["Man", "2,122", "23.52", "[23.19, 23.84]", "7.64"],
        ["Woman", HIDDEN, HIDDEN, HIDDEN, HIDDEN],
        ["Another gender", HIDDEN, HIDDEN, HIDDEN, HIDDEN],
    ]
    marks = [note for note in table.notes if note[0] == HIDDEN]
    assert len(marks) == 1
    assert "fewer than 5" in marks[0][1]
    assert not any("Counts of 1 to 4" in text for _, text in table.notes), "said once, by the mark"


def test_a_key_across_repeats_the_columns_under_its_name() -> None:
    table = printed(made.prevalence_result())
    assert table.spanners == (("Man", 3), ("Woman", 3), ("Another gender", 3), ("", 1), ("", 1))
    first = grid(table)[0]
    assert first[:4] == ["Looked for sexual information", "700", "71.0", "[67.0, 75.0]"]
    assert first[7:] == [HIDDEN, HIDDEN, HIDDEN, "χ²(2) = 12.30", ".002"]


def test_one_column_across_is_named_by_the_key_under_a_common_head() -> None:
    table = printed(made.missing_result())
    assert table.spanners == (("n", 3),)
    assert [column.head for column in table.columns] == ["Answered", "Not answered", "Broke off"]
    assert grid(table)[1] == ["Gender", "3,226", "13", ""]


def test_nested_rows_stand_below_their_head_and_the_head_takes_its_own_numbers() -> None:
    table = printed(made.items_result())
    assert [(row.head, row.depth) for row in table.rows[:2]] == [("SCS total", 0), ("Appetite gets in the way", 1)]
    assert [cell.text for cell in table.rows[0].cells] == [".90", "[.89, .90]", ""]
    assert [cell.text for cell in table.rows[1].cells] == ["", "", ".61"]
    described = printed(made.describe_result())
    heads = [(row.head, row.depth, bool(row.cells)) for row in described.rows]
    assert ("Gender", 0, False) in heads
    assert ("Woman", 1, True) in heads


def test_a_blank_key_takes_its_label() -> None:
    table = printed(made.screen_result())
    assert [row.head for row in table.rows if row.depth == 0] == ["Whole record", "SCS"]
    assert table.spanners == ()


def test_blocks_stay_together_whatever_the_order_of_rows() -> None:
    rows = Rows()
    for outcome, level in (("a", "x"), ("b", "x"), ("a", "y")):
        rows.add("mean", outcome=outcome, level=level, n=50, estimate=1.0)
    result = Result.from_rows(
        rows, title="t", analysis="describe", method="m", n_used=50,
        layout=Layout(rows=("outcome", "level"), show=(Show("mean"),)),
    )  # fmt: skip
    assert [(row.head, row.depth) for row in printed(result).rows] == [("A", 0), ("X", 1), ("Y", 1), ("B", 0), ("X", 1)]


def test_several_numbers_of_one_quantity_each_get_a_column() -> None:
    rows = Rows()
    for level, value in (("0.25", 1.0), ("0.75", 3.0)):
        rows.add("quantile", outcome="age", level=level, n=50, estimate=value)
    result = Result.from_rows(
        rows, title="t", analysis="describe", method="m", n_used=50,
        layout=Layout(rows=("outcome",), show=(Show("quantile", "estimate", "Q"),)),
    )  # fmt: skip
    table = printed(result)
    assert [column.head for column in table.columns] == ["Q 0.25", "Q 0.75"]
    assert grid(table) == [["Age", "1.00", "3.00"]]


def test_without_a_layout_every_number_is_printed() -> None:
    bare = made.groups_result(small=30)
    bare = Result(
        title=bare.title, analysis=bare.analysis, frame=bare.frame, method=bare.method, n_used=1, cells=bare.cells
    )
    table = printed(bare)
    text = " ".join(cell for row in grid(table) for cell in row)
    for value in ("23.52", "23.70", "47.12", "7.64", "8.14", "9.90"):
        assert value in text


def test_each_number_bears_the_id_it_has_in_the_ledger() -> None:
    table = print_table(release(made.groups_result(), JOURNAL).with_id("gap"), JOURNAL, "en", "groups")
    assert table.rows[0].cells[1].id == "gap/groups/mean/scs_total//man/"


def test_a_table_without_rows_says_so() -> None:
    empty = Result.from_rows(
        Rows(), title="t", analysis="a", method="m", n_used=0, layout=Layout(("term",), (Show("b"),))
    )
    assert printed(empty).notes == (("", "No row of this table can be printed."),)


@pytest.mark.parametrize("name", made.every_result())
def test_every_shown_number_of_the_layout_is_somewhere_in_print(name: str) -> None:
    result = release(made.every_result()[name], JOURNAL)
    wanted = {show.quantity for show in result.layout.show} if result.layout else set()
    shown = result.frame.loc[result.frame["quantity"].isin(wanted)]
    ids = {cell.id for row in printed(made.every_result()[name]).rows for cell in row.cells if cell.id}
    assert len(ids) == len(shown)


def test_german_heads_and_notes() -> None:
    table = printed(made.groups_result(), "de")
    assert "95-%-KI" in [column.head for column in table.columns]
    assert any("weniger als 5 Personen" in text for _, text in table.notes)


def test_columns_without_any_text_are_left_out() -> None:
    rows = Rows()
    rows.add("r2", outcome="y", n=100, estimate=0.1)
    layout = Layout(rows=("outcome",), show=(Show("r2"), Show("r2", "interval"), Show("r2", "n")))
    table = printed(Result.from_rows(rows, title="t", analysis="a", method="m", n_used=100, layout=layout))
    assert [column.head for column in table.columns] == ["R²", "n"]
    assert grid(table) == [["Y", ".100", "100"]]
