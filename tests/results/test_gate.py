"""Results through the gate together: planted small cells, complements, differences, earlier releases, overrides."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from osa_survey.disclosure import JOURNAL, SECURE_ROOM, WORKBENCH
from osa_survey.results import (
    EarlierRelease,
    Ledger,
    Override,
    Result,
    Rows,
    ledger_lines,
    read_earlier_release,
    read_ledger,
    release,
    release_together,
)

N = 100
NOBODY = np.zeros(N, dtype=bool)


def no_gaps(names: object) -> np.ndarray:
    return NOBODY


def first(number: int) -> np.ndarray:
    """Return the first so many of 100 people."""
    return np.arange(N) < number


def means(identifier: str, **groups: np.ndarray) -> Result:
    """Return a table of means of some groups, without any relation between them."""
    rows = Rows()
    for name, who in groups.items():
        rows.cell(name, who)
        rows.add("mean", outcome="x", group=name, n=who.sum(), estimate=float(who.sum()), cells=[name])
    return Result.from_rows(rows, title=identifier, analysis="describe", method="m", n_used=N, id=identifier)


def parts_of(identifier: str, total: np.ndarray, **groups: np.ndarray) -> Result:
    """Return counts of groups with their total."""
    rows = Rows()
    rows.cell("total", total)
    for name, who in {**groups, "total": total}.items():
        rows.cell(name, who)
        rows.add("count", outcome="x", group=name, n=total.sum(), estimate=who.sum(), cells=[name])
    rows.total("total", list(groups))
    return Result.from_rows(rows, title=identifier, analysis="describe", method="m", n_used=N, id=identifier)


def hidden(result: Result) -> list[str]:
    return result.table.loc[result.table["suppressed"] != "", "group"].tolist()


def test_a_difference_of_two_tables_is_caught() -> None:
    # all 100, and the same question without three of them: mean and n of the three follow from the two tables
    one, other = means("one", everyone=first(100)), means("two", most=first(97))
    alone = [release(result, JOURNAL) for result in (one, other)]
    assert [hidden(result) for result in alone] == [[], []]
    together = release_together([one, other], JOURNAL, gaps=no_gaps)
    assert [hidden(result) for result in together] == [[], ["most"]]
    assert together[1].verdict is not None
    assert {finding.rule for finding in together[1].verdict.findings} == {"differencing"}


def test_a_difference_of_five_or_of_two_groups_that_are_not_nested_is_shown() -> None:
    pairs = [(first(100), first(95)), (first(60), ~first(37))]
    for larger, smaller in pairs:
        shown = release_together([means("one", a=larger), means("two", b=smaller)], JOURNAL, gaps=no_gaps)
        assert [hidden(result) for result in shown] == [[], []]


def test_people_who_only_gave_no_answer_are_no_secret_but_in_a_secure_room() -> None:
    results = [means("one", everyone=first(100)), means("two", answered=first(97))]

    def gaps(names: object) -> np.ndarray:
        return ~first(97)

    assert hidden(release_together(results, JOURNAL, gaps=gaps)[1]) == []
    assert hidden(release_together(results, SECURE_ROOM, gaps=gaps)[1]) == ["answered"]


def test_three_tables_whose_difference_is_small_are_caught() -> None:
    # the total stands in one table, its parts in two others; what is left of the total are three people
    men, women, total = first(50), first(97) & ~first(50), first(100)
    parts = parts_of("parts", first(97), men=men, women=women)
    shown = release_together([means("total", everyone=total), parts], JOURNAL, gaps=no_gaps)
    known = [result.table.loc[result.table["suppressed"] == "", "group"].tolist() for result in shown]
    assert not ("everyone" in known[0] and ("total" in known[1] or {"men", "women"} <= set(known[1])))


def test_a_complement_in_another_table_is_hidden_with_its_twin() -> None:
    # table one hides the three and, as their complement, the forty; a second table must not show the forty
    three, forty, rest = first(3), first(43) & ~first(3), ~first(43)
    one = parts_of("one", first(100), three=three, forty=forty, rest=rest)
    two = means("two", again=forty)
    assert hidden(release(two, JOURNAL)) == []
    shown = release_together([one, two], JOURNAL, gaps=no_gaps)
    assert hidden(shown[0]) == ["three", "forty"]
    assert hidden(shown[1]) == ["again"]


def test_two_tables_never_choose_different_complements() -> None:
    # alone, each table would hide the three with its own smallest other part; together they would give it back
    three = first(3)
    one = parts_of("one", first(100), three=three, a=first(43) & ~three, b=~first(43))
    two = parts_of("two", first(43), three=three, a=first(43) & ~three)
    for result in release_together([one, two], JOURNAL, gaps=no_gaps):
        assert {"three", "a"} <= set(hidden(result))


def test_everybody_but_a_few_is_compared_with_the_flow() -> None:
    # 50 men and 47 women are compared; the flow counts 100 people, so three are neither, though no table counts all
    groups = parts_of("groups", first(97), men=first(50), women=first(97) & ~first(50))
    assert hidden(release_together([groups], JOURNAL, gaps=no_gaps)[0]) == ["women", "total"]
    assert hidden(release_together([groups], JOURNAL, gaps=lambda names: ~first(97))[0]) == []
    fewer = parts_of("groups", first(95), men=first(50), women=first(95) & ~first(50))
    assert hidden(release_together([fewer], JOURNAL, gaps=no_gaps)[0]) == []


@pytest.mark.parametrize("linked", [False, True])
def test_the_number_of_everybody_is_never_hidden_to_protect_a_cell(linked: bool) -> None:
    # six people with one answer each: if the zero were shown, six hidden counts of six people could only be ones
    rows = Rows()
    if linked:
        rows.cell("total", np.ones(6, dtype=bool))
    else:
        rows.everybody("total", 6)
    answers = {**{f"answer {code}": 1 for code in range(6)}, "no answer": 0}
    for name, people in answers.items():
        rows.cell(name, people)
    rows.total("total", answers)
    for name in (*answers, "total"):
        rows.add("count", outcome="x", group=name, n=6, estimate=answers.get(name, 6), cells=[name])
    result = Result.from_rows(rows, title="x", analysis="describe", method="m", n_used=6, id="x")
    assert hidden(release(result, JOURNAL)) == list(answers)


def test_numbers_close_to_an_earlier_release_are_hidden(tmp_path: Path) -> None:
    before = release_together([means("x", a=first(60), b=first(30))], JOURNAL)
    path = tmp_path / "results.jsonl"
    path.write_text("".join(ledger_lines(Ledger(1, "journal"), before)), encoding="utf-8")
    earlier = read_earlier_release(tmp_path)
    now = release_together([means("x", a=first(62), b=first(38))], JOURNAL, earlier=earlier)
    assert hidden(now[0]) == ["a"]  # 62 − 60 people; 38 − 30 are enough
    assert "differs by a few people from an earlier release" in now[0].release_note()
    same = release_together([means("x", a=first(60), b=first(30))], JOURNAL, earlier=earlier)
    assert hidden(same[0]) == []


def test_what_left_before_protects_nothing() -> None:
    # the earlier report showed the twenty, so another part is hidden beside the three
    groups = {"three": first(3), "twenty": first(23) & ~first(3), "rest": ~first(23)}
    result = parts_of("x", first(100), **groups)
    assert hidden(release(result, JOURNAL)) == ["three", "twenty"]
    earlier = EarlierRelease({"x/main/count/x//twenty/": (100.0, 20.0)})
    assert hidden(release_together([result], JOURNAL, earlier=earlier)[0]) == ["three", "rest"]


def table(*rows: dict[str, object]) -> Result:
    made = Rows()
    for row in rows:
        made.add(**row)  # type: ignore[arg-type]
    return Result.from_rows(made, title="t", analysis="describe", method="m", n_used=N, id="t")


def test_extremes_and_quantiles_of_few_people_are_never_shown() -> None:
    result = table(
        {"quantity": "minimum", "outcome": "x", "n": 100, "estimate": 1},
        {"quantity": "maximum", "outcome": "x", "n": 100, "estimate": 9},
        {"quantity": "median", "outcome": "x", "n": 9, "estimate": 5},
        {"quantity": "median", "outcome": "y", "n": 10, "estimate": 5},
        {"quantity": "quantile", "outcome": "x", "level": "0.25", "n": 19, "estimate": 3},  # 4.75 below it
        {"quantity": "quantile", "outcome": "y", "level": "0.25", "n": 20, "estimate": 3},
        {"quantity": "quantile", "outcome": "y", "level": "longest run, 90 %", "n": 40, "estimate": 3},
    )
    shown = release(result, JOURNAL).table["suppressed"].ne("").tolist()
    assert shown == [True, True, True, False, True, False, True]
    assert release(result, WORKBENCH).table["suppressed"].eq("").all()


@pytest.mark.parametrize(("profile", "n", "shown"), [(JOURNAL, 7, False), (JOURNAL, 8, True), (SECURE_ROOM, 12, False)])
def test_models_need_residual_degrees_of_freedom(profile: object, n: int, shown: bool) -> None:
    # three coefficients: n − 3 must reach 5 (journal) or 10 (secure room)
    terms = ("intercept", "age", "score")
    result = table(*({"quantity": "b", "outcome": "x", "term": term, "n": n, "estimate": 1.0} for term in terms))
    assert release(result, profile).table["suppressed"].eq("").all() == shown  # type: ignore[arg-type]


def shares(of_women: float) -> Result:
    groups = {"": 0.6, "man": 0.5, "woman": of_women}
    rows = [
        {"quantity": "proportion", "outcome": "x", "term": "gender" if name else "", "group": name, "n": 20,
         "estimate": value}
        for name, value in groups.items()
    ]  # fmt: skip
    return table(*rows, {"quantity": "chi_squared", "outcome": "x", "term": "gender", "n": 40, "estimate": 4.0})


def test_a_group_that_answered_alike_withholds_the_breakdown() -> None:
    assert release(shares(0.9), JOURNAL).table["suppressed"].eq("").all()
    assert release(shares(1.0), JOURNAL).table["suppressed"].ne("").tolist() == [False, True, True, True]
    assert "a whole group gave the same answer" in release(shares(1.0), JOURNAL).release_note()


def amounts(largest: float) -> Result:
    rows = Rows()
    rows.cell("all", first(100))
    rows.amounts("all", "income", np.append(np.full(99, 10.0), largest))
    rows.add("mean", outcome="income", n=100, estimate=1.0, cells=["all"])
    return Result.from_rows(rows, title="t", analysis="describe", method="m", n_used=N, id="t")


def test_means_that_one_person_dominates_are_hidden_in_a_secure_room() -> None:
    # 99 times 10 and one of 9,000: the two largest are 9,010 of 9,990, a share of .902
    assert hidden(release(amounts(9000.0), SECURE_ROOM)) == [""]
    assert hidden(release(amounts(1000.0), SECURE_ROOM)) == []
    assert hidden(release(amounts(9000.0), JOURNAL)) == []


def test_an_override_shows_the_number_and_prints_its_reason(tmp_path: Path) -> None:
    why = "agreed with the data owner"
    override = Override("t", "full_cells", why)
    shown = release_together([shares(1.0)], JOURNAL, overrides=[override])[0]
    assert shown.table["suppressed"].eq("").all()
    assert why in shown.release_note("en")
    assert why in shown.release_note("de")
    lines = list(ledger_lines(Ledger(1, "journal"), [shown]))
    note = json.loads(lines[-1])
    assert note["record"] == "release_note"
    assert note["overrides"] == [{"rule": "full_cells", "numbers": 3, "reason": why}]
    path = tmp_path / "results.jsonl"
    path.write_text("".join(lines), encoding="utf-8")
    assert len(read_ledger(path)[1]) == len(shown.table)
    other = release_together([shares(1.0)], JOURNAL, overrides=[Override("u", "full_cells", why)])[0]
    assert other.table["suppressed"].ne("").any()


def test_labels_and_sentences_that_point_at_a_person_are_closed() -> None:
    rows = [
        {"quantity": "count", "outcome": "x", "level": level, "n": 100, "estimate": 20}
        for level in ("jo@example.org", "ja@example.org", "2026-03-14", "plain")
    ]
    result = table(*rows)
    object.__setattr__(result, "wording", lambda frame, language: ("Write to jo@example.org.",))
    object.__setattr__(result, "labels", {"x": "Call +49 151 70707070"})
    shown = release(result, JOURNAL)
    assert shown.table["level"].tolist() == ["<e-mail address> (2)", "<e-mail address>", "2026-03", "plain"]
    assert shown.labels == {"x": "Call <telephone number>"}
    assert shown.sentences() == ("Write to <e-mail address>.",)
    assert "4 places" in shown.release_note()


def test_a_released_result_holds_no_count_that_is_hidden() -> None:
    made = parts_of("x", first(100), three=first(3), forty=first(43) & ~first(3), rest=~first(43))
    shown = release(made, JOURNAL)
    assert not shown.cells.counts
    assert not shown.cells.members
    assert shown.engine is None
    assert release(shown, JOURNAL) is shown
    assert "3" not in repr(made.cells).replace("relations", "")


def test_verdicts_in_words() -> None:
    assert release(means("x", a=first(40)), JOURNAL).release_note() == (
        "Released under 'journal': all 1 numbers are shown."
    )
    assert "Not for release" in release(means("x", a=first(40)), WORKBENCH).release_note()
    none = release(means("x", a=first(3)), JOURNAL)
    assert none.verdict is not None
    assert none.verdict.outcome == "withheld"
    assert "zu wenige Personen" in none.release_note("de")
    assert math.isnan(none.table.loc[0, "estimate"])


def test_the_release_note_does_not_tell_which_hidden_number_is_small() -> None:
    # 1 and 5 are hidden beside 60: with their sum of 6, "one too small, one that gives it back" would tell 1 and 5
    rows = Rows()
    for name, people in {"a": first(1), "b": first(6) & ~first(1), "c": first(66) & ~first(6)}.items():
        rows.cell(name, people)
        rows.add("count", group=name, n=66, estimate=int(people.sum()), cells=[name])
    rows.cell("all", first(66))
    rows.total("all", ["a", "b", "c"])
    result = Result.from_rows(rows, title="t", analysis="describe", method="m", n_used=66)
    verdict = release(result, JOURNAL).verdict
    assert verdict is not None
    assert [(finding.rule, finding.numbers) for finding in verdict.findings] == [("threshold", 2)]
