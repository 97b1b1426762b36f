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
    full, partly, refused = [("1", "2", "3")] * 10, [("1", "", "")] * 6, [("1", "2", "-8")] * 2
    lines = [*full, *partly, *refused]
    export = export_of(
        {"age": ["30"] * 18, **{f"q{n + 1}": [line[n] for line in lines] for n in range(3)}, "x": ["1"] * 17 + [""]}
    )
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
        COMPLETE: 10,
        "not answered: Calm": 6,
        "refused: Calm": 1,
        "not answered: x; refused: Calm": 1,
    }


def test_rare_patterns_are_put_together() -> None:
    found = counts(missing_patterns(made(), most=2))
    assert found == {COMPLETE: 10, "not answered: Calm": 6, OTHER: 2}


def test_many_names_are_cut_and_patterns_that_read_alike_are_added() -> None:
    columns = {f"v{n}": ["1"] * 10 + ["", "", ""] for n in range(4)}
    columns["v4"] = ["1"] * 10 + ["", "1", "1"]
    columns["v5"] = ["1"] * 11 + ["", "1"]
    export = export_of({"age": ["30"] * 13, **columns})
    names = {name: {"column": name, "type": "number"} for name in ("age", *columns)}
    found = counts(missing_patterns(admit(export, codebook(variables=names))))
    assert found == {COMPLETE: 10, "not answered: v0, v1, v2 and 2 more": 2, "not answered: v0, v1, v2 and 1 more": 1}


def test_small_patterns_are_hidden_with_the_next_smallest() -> None:
    released = release(missing_patterns(made()), JOURNAL)
    shown = {level for level, people in counts(released).items() if not math.isnan(people)}
    assert shown == {COMPLETE}
    assert released.sentences("en") == ("10 of 18 respondents answered everything.",)


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
    # Patterns by their number of gaps: complete 10, Calm refused 1, not answered 6, refused and x missing 1; of one
    # gap in the order of the reasons.
    assert found[EVERYBODY][""] == {"1": 10, "2": 1, "3": 6, "4": 1}
    assert found["c"] == {"refused": {"2": 1, "4": 1}, "not_answered": {"3": 6}}
    assert list(found["x"]) == ["not_answered"]
    assert sum(found["x"]["not_answered"].values()) == 1
    assert set(found) == {EVERYBODY, "c", "x"}


def test_patterns_that_are_not_listed_are_not_on_the_map() -> None:
    found = spread(missing_patterns(made(), most=2))
    assert found == {EVERYBODY: {"": {"1": 10, "2": 6}}, "c": {"not_answered": {"2": 6}}}


def test_where_nothing_is_missing_there_is_no_map() -> None:
    export = export_of({"age": ["30"] * 9, "x": ["1"] * 9})
    names = {name: {"column": name, "type": "number"} for name in ("age", "x")}
    assert "map" not in missing_patterns(admit(export, codebook(variables=names))).more


def test_people_whose_patterns_read_alike_differ_where_their_gaps_do() -> None:
    columns = {f"v{n}": ["1"] * 10 + [""] * 4 for n in range(3)}
    columns["v3"] = ["1"] * 10 + ["", "1"] * 2
    columns["v4"] = ["1"] * 10 + ["1", ""] * 2
    export = export_of({"age": ["30"] * 14, **columns})
    names = {name: {"column": name, "type": "number"} for name in ("age", *columns)}
    result = missing_patterns(admit(export, codebook(variables=names)))
    assert counts(result) == {COMPLETE: 10, "not answered: v0, v1, v2 and 1 more": 4}
    found = spread(result)
    assert found["v0"] == {"not_answered": {"2": 4}}
    assert found["v3"] == found["v4"] == {DIFFERS: {"2": 4}}


def test_what_is_hidden_in_the_table_is_hidden_on_the_map() -> None:
    released = release(missing_patterns(made()), JOURNAL)
    people = released.more["map"].table
    shown = people.loc[people["suppressed"] == ""]
    assert list(zip(shown["outcome"], shown["group"], shown["estimate"], strict=True)) == [(EVERYBODY, "group 1", 10)]
