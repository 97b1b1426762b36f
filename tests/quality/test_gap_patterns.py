"""Patterns of missing answers: hand-counted, adding up, hidden where small."""

from __future__ import annotations

import math

from osa_survey.dataset import admit
from osa_survey.disclosure import JOURNAL
from osa_survey.quality import missing_patterns
from osa_survey.quality.gap_patterns import COMPLETE, OTHER
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
