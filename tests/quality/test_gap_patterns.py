"""Patterns of missing answers: hand-counted, adding up, hidden where small."""

from __future__ import annotations

import math

from osa_survey.dataset import admit
from osa_survey.disclosure import JOURNAL
from osa_survey.quality import missing_patterns
from osa_survey.quality.gap_patterns import COMPLETE, DIFFERS, EVERYBODY, OTHER
from osa_survey.results import release
from tests.made_up_studies import codebook, export_of, instrument, library_with


def made():
    full, partly, refused = [("1", "2", "3")] * 30, [("1", "", "")] * 18, [("1", "2", "-8")] * 13
    lines = [*full, *partly, *refused]
    columns = {f"q{n + 1}": [line[n] for line in lines] for n in range(3)}
    export = export_of({"age": ["30"] * 61, **columns, "x": ["1"] * 54 + [""] * 7})
    book = codebook(
        blocks={"c": {"instrument": "calm", "columns": "q{n}", "missing": {"refused": [-8]}}},
        variables={"age": {"column": "age", "type": "number"}, "x": {"column": "x", "type": "number"}},
    )
    return admit(export, book, library_with(instrument()))


def counts(result):
    rows = result.table.loc[result.table["quantity"] == "count"]
    return dict(zip(rows["level"], rows["estimate"], strict=True))


def test_patterns_are_counted_and_add_up() -> None:
    found = counts(missing_patterns(made()))
    assert found == {
        COMPLETE: 30,
        "not answered: Calm": 18,
        "refused: Calm": 6,
        "not answered: x; refused: Calm": 7,
    }


def test_rare_patterns_are_put_together() -> None:
    found = counts(missing_patterns(made(), most=2))
    assert found == {COMPLETE: 30, "not answered: Calm": 18, OTHER: 13}


def test_patterns_of_fewer_than_five_people_are_put_together_unnamed() -> None:
    columns = {"v": ["1"] * 20 + [""] * 4 + ["1"] * 3, "w": ["1"] * 24 + ["-8"] * 3, "x": [""] * 6 + ["1"] * 21}
    names = {name: {"column": name, "type": "number", "missing": {"refused": [-8]}} for name in ("age", *columns)}
    found = counts(missing_patterns(admit(export_of({"age": ["30"] * 27, **columns}), codebook(variables=names))))
    assert found == {COMPLETE: 14, "not answered: x": 6, OTHER: 7}


def test_many_names_are_cut_and_patterns_that_read_alike_are_added() -> None:
    columns = {f"v{n}": ["1"] * 10 + [""] * 18 for n in range(4)}
    columns["v4"] = ["1"] * 10 + [""] * 6 + ["1"] * 12
    columns["v5"] = ["1"] * 16 + [""] * 6 + ["1"] * 6
    export = export_of({"age": ["30"] * 28, **columns})
    names = {name: {"column": name, "type": "number"} for name in ("age", *columns)}
    found = counts(missing_patterns(admit(export, codebook(variables=names))))
    assert found == {COMPLETE: 10, "not answered: v0, v1, v2 and 2 more": 12, "not answered: v0, v1, v2 and 1 more": 6}


def with_a_small_pattern():
    """Return answers: 20 complete, 6 without v, 5 without x, 2 without both."""
    columns = {"v": ["1"] * 20 + [""] * 6 + ["1"] * 5 + [""] * 2, "x": ["1"] * 26 + [""] * 7}
    names = {name: {"column": name, "type": "number"} for name in ("age", *columns)}
    return admit(export_of({"age": ["30"] * 33, **columns}), codebook(variables=names))


def test_small_patterns_are_hidden_with_the_next_smallest() -> None:
    released = release(missing_patterns(with_a_small_pattern()), JOURNAL)
    shown = {level for level, people in counts(released).items() if not math.isnan(people)}
    assert shown == {COMPLETE, "not answered: v"}
    assert released.sentences("en")[0].startswith("20 of 33 respondents answered everything")


def test_patterns_put_together_leave_no_few_people() -> None:
    # of 20, 6, 5 and 2 the two largest would leave 7; the three largest would leave 2, so that the third is not listed
    found = counts(missing_patterns(with_a_small_pattern(), most=3))
    assert found == {COMPLETE: 20, "not answered: v": 6, OTHER: 7}
    assert counts(missing_patterns(with_a_small_pattern(), most=2)) == found


def spread(result):
    """Return variable → reason → people by the place of their pattern."""
    found: dict[str, dict[str, dict[str, float]]] = {}
    for row in result.more["map"].table.to_dict("records"):
        found.setdefault(row["outcome"], {}).setdefault(row["level"], {})[row["group"].removeprefix("group ")] = row[
            "estimate"
        ]
    return found


def test_the_map_spreads_the_listed_patterns_out_by_variable_and_reason() -> None:
    found = spread(missing_patterns(made()))
    # Patterns by their number of gaps: complete 30, Calm refused 6, not answered 18, refused and x missing 7; of one
    # gap in the order of the reasons.
    assert found[EVERYBODY][""] == {"1": 30, "2": 6, "3": 18, "4": 7}
    assert found["c"] == {"refused": {"2": 6, "4": 7}, "not_answered": {"3": 18}}
    assert list(found["x"]) == ["not_answered"]
    assert sum(found["x"]["not_answered"].values()) == 7
    assert set(found) == {EVERYBODY, "c", "x"}


def test_patterns_that_are_not_listed_are_not_on_the_map() -> None:
    found = spread(missing_patterns(made(), most=2))
    assert found == {EVERYBODY: {"": {"1": 30, "2": 18}}, "c": {"not_answered": {"2": 18}}}


def test_where_nothing_is_missing_there_is_no_map() -> None:
    export = export_of({"age": ["30"] * 9, "x": ["1"] * 9})
    names = {name: {"column": name, "type": "number"} for name in ("age", "x")}
    assert "map" not in missing_patterns(admit(export, codebook(variables=names))).more


def test_people_whose_patterns_read_alike_differ_where_their_gaps_do() -> None:
    columns = {f"v{n}": ["1"] * 10 + [""] * 12 for n in range(3)}
    columns["v3"] = ["1"] * 10 + ["", "1"] * 6
    columns["v4"] = ["1"] * 10 + ["1", ""] * 6
    export = export_of({"age": ["30"] * 22, **columns})
    names = {name: {"column": name, "type": "number"} for name in ("age", *columns)}
    result = missing_patterns(admit(export, codebook(variables=names)))
    assert counts(result) == {COMPLETE: 10, "not answered: v0, v1, v2 and 1 more": 12}
    found = spread(result)
    assert found["v0"] == {"not_answered": {"2": 12}}
    assert found["v3"] == found["v4"] == {DIFFERS: {"2": 12}}


def test_what_is_hidden_in_the_table_is_hidden_on_the_map() -> None:
    people = release(missing_patterns(with_a_small_pattern()), JOURNAL).more["map"].table
    shown = people.loc[people["suppressed"] == ""]
    assert list(zip(shown["outcome"], shown["group"], shown["estimate"], strict=True)) == [
        (EVERYBODY, "group 1", 20),
        (EVERYBODY, "group 2", 6),
        ("v", "group 2", 6),
    ]
