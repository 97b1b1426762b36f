"""Descriptions: hand-computed numbers, gaps, groups, and what the gate leaves."""

from __future__ import annotations

import math
from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from osa_survey.analysis import describe
from osa_survey.analysis.moments import moments, skewness
from osa_survey.dataset import VariableInfo
from osa_survey.disclosure import JOURNAL, SECURE_ROOM
from osa_survey.errors import AnalysisError
from osa_survey.instruments.reasons import REASON_CODES
from osa_survey.results import Result, release
from tests.german_reports import in_points

ROUNDING = 1e-12  # sums of a few doubles


def scored(**columns: tuple[list[float], list[str], VariableInfo]) -> SimpleNamespace:
    """Return what analyses read of scored data: frame, reasons, variables."""
    reasons = {
        name: np.array([REASON_CODES[reason] if reason else 0 for reason in why], dtype=np.uint8)
        for name, (_, why, _) in columns.items()
    }
    return SimpleNamespace(
        frame=pd.DataFrame({name: values for name, (values, _, _) in columns.items()}),
        reasons=pd.DataFrame(reasons),
        variables={name: info for name, (_, _, info) in columns.items()},
    )


def test_numbers_by_hand() -> None:
    # 1 2 3 6: mean 12/4 = 3; squares 4+1+0+9 = 14, sd = √(14/3); quartiles at 0.75, 1.5, 2.25 steps:
    # 1.75, 2.5, 3.75; m3 = (−8 − 1 + 0 + 27)/4 = 4.5, m2 = 3.5, g1 = 4.5/3.5^1.5, type 2 = g1 √12/2
    found = moments(np.array([1.0, 2.0, 3.0, 6.0]))
    assert found.mean == 3.0
    assert found.sd == pytest.approx(math.sqrt(14 / 3), rel=ROUNDING)
    assert found.quartiles == (1.75, 2.5, 3.75)
    assert found.skewness == pytest.approx(4.5 / 3.5**1.5 * math.sqrt(12) / 2, rel=ROUNDING)
    # t(3, .975) = 3.182446305
    assert found.mean_high - 3 == pytest.approx(3.182446305284263 * math.sqrt(14 / 3) / 2, rel=1e-9)


def test_floor_ceiling_and_reasons() -> None:
    info = VariableInfo("scs_total", "number", "Compulsivity", range=(10.0, 40.0), source="score")
    values = [10.0] * 6 + [40.0] * 8 + [20.0] * 6 + [math.nan] * 13
    why = [""] * 20 + ["refused"] * 6 + ["not_answered"] * 7
    result = describe(scored(scs_total=(values, why, info)), "scs_total")  # type: ignore[arg-type]
    assert result.pick("floor")["estimate"] == 6 / 20
    assert result.pick("ceiling")["estimate"] == 8 / 20
    assert result.pick("missing", level="refused")["estimate"] == 6
    assert result.pick("missing", level="not_answered")["estimate"] == 7
    assert result.pick("missing", level="")["estimate"] == 13
    assert (result.pick("mean")["n"], result.pick("missing", level="")["n"]) == (20, 33)
    assert "verweigert 6" in result.sentences("de")[-1]
    shown = release(result, JOURNAL)
    assert (shown.table["suppressed"] == "").all()


def test_small_reason_is_hidden_with_the_next_one() -> None:
    info = VariableInfo("age", "number", "Age")
    values = [30.0, 40.0] * 10 + [math.nan] * 12
    why = [""] * 20 + ["refused"] * 2 + ["dont_know"] * 10
    shown = release(describe(scored(age=(values, why, info)), "age"), JOURNAL)  # type: ignore[arg-type]
    assert shown.pick("missing", level="refused")["suppressed"] == "suppressed"
    assert shown.pick("missing", level="dont_know")["suppressed"] == "suppressed"
    assert shown.pick("missing", level="")["estimate"] == 12
    assert shown.pick("mean")["estimate"] == 35


def test_gap_of_a_few_people_is_shown_without_its_reason() -> None:
    info = VariableInfo("age", "number", "Age")
    data = scored(age=([30.0, 40.0] * 10 + [math.nan] * 2, [""] * 20 + ["refused"] * 2, info))
    shown = release(describe(data, "age"), JOURNAL)  # type: ignore[arg-type]
    missing = shown.table.loc[shown.table["quantity"] == "missing"]
    assert missing[["level", "estimate", "suppressed"]].to_numpy().tolist() == [["", 2, ""]]
    assert shown.pick("mean")["estimate"] == 35
    assert shown.sentences("en")[-1] == "Age: 2 answers are missing."
    assert "Where 1 to 4 answers are missing, their reasons are not told apart." in shown.notes


def test_gap_of_a_few_people_is_hidden_where_gaps_identify() -> None:
    info = VariableInfo("age", "number", "Age")
    data = scored(age=([30.0, 40.0] * 10 + [math.nan] * 2, [""] * 20 + ["refused"] * 2, info))
    shown = release(describe(data, "age"), SECURE_ROOM)  # type: ignore[arg-type]
    assert set(shown.table.loc[shown.table["quantity"] == "missing", "suppressed"]) == {"suppressed"}
    assert shown.table["estimate"].isna().all()  # beside 22 people, n of 20 would tell the gap


def test_gap_of_a_few_people_beside_one_that_a_filter_gives() -> None:
    info = VariableInfo("age", "number", "Age")
    values = [30.0, 40.0] * 10 + [math.nan] * 12
    why = [""] * 20 + ["refused"] * 2 + ["not_shown"] * 10
    shown = release(describe(scored(age=(values, why, info)), "age"), JOURNAL)  # type: ignore[arg-type]
    missing = shown.table.loc[shown.table["quantity"] == "missing"]
    assert missing[["level", "estimate"]].to_numpy().tolist() == [["", 12], ["not_shown", 10]]
    few = [""] * 20 + ["refused"] * 10 + ["not_shown"] * 2  # two are known from their answer to the filter
    shown = release(describe(scored(age=(values, few, info)), "age"), JOURNAL)  # type: ignore[arg-type]
    hidden = shown.table.loc[shown.table["suppressed"] != "", "level"]
    assert list(hidden) == ["refused", "not_shown"]


@pytest.mark.parametrize("language", ["en", "de"])
def test_planted_small_group_shows_nowhere(people: pd.DataFrame, language: str) -> None:
    result = describe(people, ["score", "frequency"], by="gender")
    small = people.loc[people["gender"] == "another gender", "score"]
    mean = f"{small.mean():.2f}"
    assert any(mean in in_points(sentence, language) for sentence in result.sentences(language))
    shown = release(result, JOURNAL)
    assert not any(mean in in_points(sentence, language) for sentence in shown.sentences(language))
    assert not any("n = 3" in sentence or "n = 56" in sentence for sentence in shown.sentences(language))
    hidden = shown.table.loc[shown.table["group"].isin(["another gender", "woman"])]
    assert (hidden["suppressed"] == "suppressed").all()  # the small group, and the next smallest that gives it back
    assert hidden[["n", "estimate", "conf_low", "std_error"]].isna().all(axis=None)
    assert shown.pick("mean", group="total")["n"] == len(people)


def test_small_category_is_hidden_with_the_next_smallest(people: pd.DataFrame) -> None:
    shown = release(describe(people, ["gender"]), JOURNAL)
    for quantity in ("count", "proportion"):
        for level, state in (("another gender", "suppressed"), ("woman", "suppressed"), ("man", "")):
            assert shown.pick(quantity, level=level)["suppressed"] == state
    assert shown.pick("count", level="man")["estimate"] == 61


def test_people_without_a_group(people: pd.DataFrame) -> None:
    people.loc[people.index[:7], "gender"] = np.nan
    result = describe(people, ["score"], by="gender")
    assert result.pick("count", group="not answered")["estimate"] == 7
    assert result.pick("count", group="total")["estimate"] == len(people)
    people = people.iloc[4:]  # three are left without a gender: too few for a group
    result = describe(people, ["score"], by="gender")
    assert "not answered" not in set(result.table["group"])
    assert (result.n_used, result.n_dropped) == (len(people) - 3, 3)
    assert result.pick("count", group="total")["estimate"] == len(people) - 3


def test_group_totals_add_up(people: pd.DataFrame) -> None:
    table = describe(people, ["age", "frequency"], by="gender").table
    counts = table.loc[table["quantity"] == "count"]
    for _, part in counts.groupby(["outcome", "level"]):
        in_all = part["group"] == "total"
        assert part.loc[~in_all, "estimate"].sum() == part.loc[in_all, "estimate"].item()


def test_every_number_of_a_sentence_is_in_the_table(
    people: pd.DataFrame, printed_numbers: Callable[[Result], set[str]], numerals: Callable[[str], list[str]]
) -> None:
    result = describe(people, ["score", "age", "gender", "frequency"])
    for language in ("en", "de"):
        for sentence in result.sentences(language):
            found = numerals(in_points(sentence, language))
            assert found
            assert set(found) <= printed_numbers(result)


def test_degenerate_columns() -> None:
    frame = pd.DataFrame({"one": [1.0, *[np.nan] * 5], "none": [np.nan] * 6, "same": [2.0] * 6})
    result = describe(frame, ["one", "none", "same"])
    assert result.pick("sd", outcome="one")["warning"]
    assert result.pick("mean", outcome="none")["warning"] == "nobody answered"
    assert result.pick("skewness", outcome="same")["warning"] == "all answers are the same"
    assert result.pick("sd", outcome="same")["estimate"] == 0
    silent = result.table.loc[result.table["estimate"].isna() & (result.table["warning"] == "")]
    assert silent.empty
    assert all(result.sentences(language) for language in ("en", "de"))


def test_wrong_arguments(people: pd.DataFrame) -> None:
    with pytest.raises(AnalysisError, match="did you mean 'score'"):
        describe(people, ["scor"])
    with pytest.raises(AnalysisError, match="named 2 times"):
        describe(people, ["age", "age"])
    with pytest.raises(AnalysisError, match="no_categories"):
        describe(people, ["score"], by="age")
    with pytest.raises(AnalysisError, match="same variable"):
        describe(people, ["gender"], by="gender")
    with pytest.raises(AnalysisError, match="between 0 and 1"):
        describe(people, ["score"], conf_level=95)
    with pytest.raises(AnalysisError, match="language"):
        describe(people, ["score"]).sentences("fr")


@given(st.lists(st.integers(-50, 50), min_size=3, max_size=30), st.integers(-20, 20))
def test_shift_and_mirror(values: list[int], shift: int) -> None:
    x = np.array(values, dtype=float)
    assert moments(x + shift).sd == pytest.approx(moments(x).sd, rel=1e-9, abs=1e-12)
    if len(set(values)) > 1:
        assert skewness(-x) == pytest.approx(-skewness(x), rel=1e-9, abs=1e-9)
    else:
        assert math.isnan(skewness(x))


def test_row_order_is_irrelevant(people: pd.DataFrame) -> None:
    first = describe(people, ["score", "frequency"], by="gender").table
    second = describe(people.iloc[::-1], ["score", "frequency"], by="gender").table
    pd.testing.assert_frame_equal(first, second, rtol=ROUNDING)
