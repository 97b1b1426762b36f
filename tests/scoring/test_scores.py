"""Scores: hand arithmetic, the missing rule, and relations that hold whatever the answers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from osa_survey.dataset import admit
from osa_survey.disclosure import JOURNAL
from osa_survey.errors import AnalysisError
from osa_survey.instruments.reasons import REASON_CODES
from osa_survey.results import release
from osa_survey.scoring import ScoringRule, scale_scores, score, scoring_log
from tests.made_up_studies import codebook, export_of, instrument, library_with

NAN = np.nan
answers = arrays(
    float, st.tuples(st.integers(1, 8), st.integers(1, 6)), elements=st.sampled_from([1.0, 2.0, 3.0, 4.0, 5.0, NAN])
)


def calm_responses():
    export = export_of(
        {
            "age": ["30"] * 5,
            "q1": ["1", "5", "", "-8", "2"],
            "q2": ["1", "5", "3", "-8", "2"],
            "q3": ["1", "5", "3", "", "2"],
        }
    )
    book = codebook(blocks={"c": {"instrument": "calm", "columns": "q{n}", "missing": {"refused": [-8]}}})
    return admit(export, book, library_with(instrument()))


def test_a_score_is_the_keyed_sum() -> None:
    scored = score(calm_responses())
    # 1 + (6 - 1) + 1 = 7; 5 + (6 - 5) + 5 = 11; 2 + 4 + 2 = 8
    assert scored.frame["c_total"].tolist()[:2] == [7.0, 11.0]
    assert scored.frame["c_total"].tolist()[4] == 8.0
    assert np.isnan(scored.frame["c_total"][2])
    assert scored.reasons["c_total"].tolist() == [
        0,
        0,
        REASON_CODES["not_answered"],
        REASON_CODES["refused"],
        0,
    ]


def test_a_declared_departure_prorates_and_is_logged() -> None:
    scored = score(calm_responses(), {"c_total": ScoringRule(2, "preregistered")})
    # answered 3 and 3 (reversed 6 - 3 = 3): mean 3, times 3 items = 9
    assert scored.frame["c_total"].tolist()[2] == 9.0
    log = scored.scale_log("c_total")
    assert (log.scored, log.prorated, log.not_scored) == (3, 1, 1)
    assert log.why_not == {"refused": 1}
    assert log.basis == "study: preregistered"


def test_rules_are_held_against_the_scales() -> None:
    responses = calm_responses()
    with pytest.raises(AnalysisError) as caught:
        score(responses, {"c_totl": ScoringRule(2, "r"), "c_total": ScoringRule(4, "r")})
    assert {p.code for p in caught.value.problems} == {"unknown_scale", "too_many_items_asked"}
    with pytest.raises(AnalysisError, match="reason"):
        ScoringRule(2, " ")


def test_an_instrument_without_a_key_is_refused() -> None:
    shelf = library_with(instrument(scales=[], verification_note="no key was found"))
    book = codebook(blocks={"c": {"instrument": "calm", "columns": "q{n}"}})
    export = export_of({"age": ["30"], "q1": ["1"], "q2": ["1"], "q3": ["1"]})
    with pytest.raises(AnalysisError, match="no key was found") as caught:
        score(admit(export, book, shelf))
    assert caught.value.problems[0].code == "no_scoring_key"


def test_means_sums_and_counts_by_hand() -> None:
    values = np.array([[1.0, 2.0, 3.0], [4.0, NAN, 5.0], [NAN, NAN, NAN]])
    assert scale_scores(values, "mean", 2).score.tolist()[:2] == [2.0, 4.5]
    assert scale_scores(values, "sum", 2).score.tolist()[:2] == [6.0, 13.5]
    assert scale_scores(values, "count", 2, (3.0, 4.0, 5.0)).score.tolist()[:2] == [1.0, 2.0]
    for how in ("mean", "sum"):
        assert np.isnan(scale_scores(values, how, 1).score[2])
        assert np.isnan(scale_scores(values, how, 3).score[1])


@given(answers)
def test_scores_stay_in_range_and_rows_do_not_matter(values: np.ndarray) -> None:
    k = values.shape[1]
    scores = scale_scores(values, "sum", 1).score
    known = scores[~np.isnan(scores)]
    assert ((known >= k) & (known <= 5 * k)).all()
    turned = scale_scores(values[::-1], "sum", 1).score[::-1]
    assert np.array_equal(scores, turned, equal_nan=True)


@given(answers)
def test_reversing_twice_is_identity_and_once_mirrors_the_mean(values: np.ndarray) -> None:
    straight = scale_scores(values, "mean", 1).score
    mirrored = scale_scores(6 - values, "mean", 1).score
    known = ~np.isnan(straight)
    assert np.allclose(straight[known] + mirrored[known], 6.0)
    assert np.array_equal(scale_scores(6 - (6 - values), "mean", 1).score, straight, equal_nan=True)


@given(answers, st.integers(1, 6))
def test_more_missing_never_adds_a_score(values: np.ndarray, minimum: int) -> None:
    fewer = values.copy()
    fewer[:, 0] = NAN
    before = ~np.isnan(scale_scores(values, "sum", minimum).score)
    after = ~np.isnan(scale_scores(fewer, "sum", minimum).score)
    assert not (after & ~before).any()


@given(answers, st.sampled_from(["sum", "mean", "count"]), st.integers(1, 6))
def test_scores_are_those_of_one_respondent_at_a_time(values: np.ndarray, how: str, minimum: int) -> None:
    counted = (4.0, 5.0)
    expected = []
    for row in values.tolist():
        given_answers = [value for value in row if not np.isnan(value)]
        total = sum(given_answers)
        by_kind = {"count": float(sum(value in counted for value in given_answers))}
        if given_answers:
            by_kind |= {"mean": total / len(given_answers), "sum": len(row) * total / len(given_answers)}
        expected.append(by_kind[how] if len(given_answers) >= minimum else NAN)
    scored = scale_scores(values, how, minimum, counted if how == "count" else ())
    assert scored.score.tolist() == pytest.approx(expected, rel=1e-15, nan_ok=True)
    assert scored.answered.tolist() == [sum(not np.isnan(value) for value in row) for row in values.tolist()]


def test_a_scale_may_have_more_items_than_a_byte_counts() -> None:
    values = np.ones((3, 300))
    values[0, :10] = NAN
    scored = scale_scores(values, "sum", 290)
    assert scored.answered.tolist() == [290, 300, 300]
    assert scored.score.tolist() == [300.0, 300.0, 300.0]


def test_the_reason_of_a_missing_score_is_the_most_frequent_the_first_of_equals() -> None:
    export = export_of(
        {
            "age": ["30"] * 4,
            "q1": ["1", "", "", ""],
            "q2": ["1", "-8", "-9", "3"],
            "q3": ["1", "-8", "1", "-8"],
        }
    )
    missing = {"refused": [-8], "dont_know": [-9]}
    book = codebook(blocks={"c": {"instrument": "calm", "columns": "q{n}", "missing": missing}})
    scored = score(admit(export, book, library_with(instrument())))
    expected = [REASON_CODES[word] for word in ("refused", "dont_know", "refused")]
    assert scored.reasons["c_total"].tolist() == [0, *expected]
    assert scored.scale_log("c_total").why_not == {"refused": 2, "dont_know": 1}


def test_blocks_of_rows_make_no_difference() -> None:
    generator = np.random.default_rng(1)
    values = generator.integers(1, 6, size=(40_000, 4)).astype(float)
    values[generator.random(values.shape) < 0.1] = NAN
    scores = scale_scores(values, "mean", 2).score
    expected = np.nanmean(values[20_000:20_050], axis=1)
    answered = (~np.isnan(values[20_000:20_050])).sum(axis=1)
    assert np.allclose(scores[20_000:20_050], np.where(answered >= 2, expected, NAN), equal_nan=True)


def test_the_log_as_a_result_adds_up_and_passes_the_gate() -> None:
    scored = score(calm_responses())
    result = scoring_log(scored)
    counts = result.table.set_index("level")["estimate"]
    assert counts["scored from all items"] + counts["scored from fewer items"] + counts["no score"] == len(scored)
    assert counts["no score: refused"] + counts["no score: not answered"] == counts["no score"]
    assert "3" in result.sentences("en")[0]
    few = release(result, JOURNAL)  # three with a score are few, and two without tell them
    assert list(few.table.loc[few.table["suppressed"] != "", "level"]) == ["scored from all items", "no score"]
    assert "not shown" in few.sentences("en")[0]


def test_the_reasons_of_a_few_without_a_score_are_not_told_apart() -> None:
    lines = [("1", "2", "3")] * 20 + [("", "", "")] * 2 + [("-8", "-8", "-8")] + [("1", "2", "")]
    columns = {f"q{n + 1}": [line[n] for line in lines] for n in range(3)}
    blocks = {"c": {"instrument": "calm", "columns": "q{n}", "missing": {"refused": [-8]}}}
    export = export_of({"age": ["30"] * len(lines), **columns})
    scored = score(admit(export, codebook(blocks=blocks), library_with(instrument())))
    shown = release(scoring_log(scored), JOURNAL)
    entry = scored.log[0]
    assert 0 < entry.not_scored < 5
    assert dict(zip(shown.table["level"], shown.table["estimate"], strict=True)) == {
        "scored from all items": entry.scored,
        "scored from fewer items": entry.prorated,
        "no score": entry.not_scored,
    }


def test_scores_of_an_instrument_asked_twice_say_which_block_they_are() -> None:
    blocks = {
        "first": {"instrument": "calm", "columns": "a{n}", "title": "Wave 1"},
        "later": {"instrument": "calm", "columns": "b{n}"},
    }
    given_answers = {f"{wave}{item}": ["1", "2", "3"] for wave in "ab" for item in (1, 2, 3)}
    export = export_of({"age": ["30", "40", "50"], **given_answers})
    both = score(admit(export, codebook(blocks=blocks), library_with(instrument())))
    titles = [both.variables[name].title for name in ("first_total", "later_total")]
    assert [title.rpartition(" (")[2] for title in titles] == ["Wave 1)", "later)"]
    book = codebook(blocks={"first": blocks["first"]}, ignored=["b1", "b2", "b3"])
    once = score(admit(export, book, library_with(instrument())))
    assert "Wave 1" not in once.variables["first_total"].title
