"""Screening shares: hand counts, groups without a cut-off, no activity, and what the gate hides."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from osa_survey.analysis import screening_shares
from osa_survey.analysis.measuring.screening_rows import meets
from osa_survey.dataset import ScoredData, admit
from osa_survey.disclosure import JOURNAL
from osa_survey.errors import AnalysisError
from osa_survey.instruments import Cutoff, load_library
from osa_survey.results import Result, release
from osa_survey.scoring import score
from tests.made_up_studies import codebook, export_of, instrument, score_answers, screened

LABELS = {"1": "male", "2": "female", "3": "nonbinary"}
RECODE = {"male": "man", "female": "woman", "nonbinary": "another gender"}


def drinkers(answers: list[tuple[Any, Any, Any]], gender: list[Any], **variable: Any) -> ScoredData:
    """Score the alcohol questions of people of some genders ("" is a gap)."""
    columns = {f"q{n}": list(column) for n, column in enumerate(zip(*answers, strict=True), start=1)}
    own = {"column": "g", "type": "nominal", "labels": LABELS, "maps_to": "gender", "recode": RECODE, **variable}
    book = codebook(
        blocks={"audit": {"instrument": "audit_c", "columns": "q{n}"}},
        variables={"age": {"column": "age", "type": "number", "maximum": 99}, "own": own},
    )
    return score(admit(export_of({"age": ["30"] * len(gender), "g": gender, **columns}), book, load_library()))


def counted(result: Result) -> dict[str, float]:
    table = result.table.loc[result.table["quantity"] == "count"]
    return dict(zip(table["level"], table["estimate"], strict=True))


def test_cut_offs_by_group_by_hand() -> None:
    # sums 4 and 3 of men, 3 and 2 of women, 12 of another gender, 12 of unknown gender, and one man without a score
    answers = [(4, 0, 0), (3, 0, 0), (1, 1, 1), (2, 0, 0), (4, 4, 4), (4, 4, 4), (4, "", 4)]
    result = screening_shares(drinkers(answers, [1, 1, 2, 2, 3, "", 1]))
    men, women = result.pick("proportion", group="man"), result.pick("proportion", group="woman")
    assert (men["level"], men["estimate"], men["n"], men["statistic"]) == ("≥ 4", 0.5, 2, 4)
    assert (women["level"], women["estimate"], women["n"], women["statistic"]) == ("≥ 3", 0.5, 2, 3)
    assert counted(result) == {
        "not compared: no cut-off for the group": 1,
        "not compared: group not known": 1,
        "not compared: no score": 1,
    }
    assert (result.n_used, result.n_dropped) == (4, 3)
    told = " ".join(result.sentences("en"))
    assert "(man): 50.0%" in told and "at or above the screening cut-off 4" in told
    assert "with a score but no cut-off for their group: 1" in told
    notes = " ".join(result.notes)
    assert "only for gender = man" in notes and "no cut-off is applied" in notes


def test_without_a_variable_for_the_group_nobody_is_compared() -> None:
    data = drinkers([(4, 0, 0)] * 3, [1, 2, 2], maps_to="", recode={})
    result = screening_shares(data)
    shares = result.table.loc[result.table["quantity"] == "proportion"]
    assert shares["n"].tolist() == [0, 0]
    assert shares["warning"].str.contains("maps to, 'gender'").all()
    assert counted(result)["not compared: group not known"] == 3
    assert all("nobody is compared" in sentence for sentence in result.sentences("en")[:2])


def test_interval_is_wilsons() -> None:
    rng = np.random.default_rng(5)
    rows = rng.integers(0, 4, (80, 9))
    result = screening_shares(score_answers("phq9", *rows.tolist()))
    row = result.pick("proportion")
    above = int((rows.sum(axis=1) >= 10).sum())
    assert 0 < above < 80
    assert (row["estimate"], row["n"]) == (above / 80, 80)
    by_scipy = stats.binomtest(above, 80).proportion_ci(0.95, "wilson")
    assert (row["conf_low"], row["conf_high"]) == pytest.approx((by_scipy.low, by_scipy.high))


@pytest.mark.parametrize(
    ("rule", "met"),
    [(">=", [False, True, True, False]), (">", [False, False, True, False]), ("<=", [True, True, False, False]),
     ("<", [True, False, False, False])],
)  # fmt: skip
def test_at_a_cut_off_is_told_from_beyond_it_whatever_rounding_did(rule: Any, met: list[bool]) -> None:
    cutoff = Cutoff(scale="t", rule=rule, value=0.3, meaning="m", source="s", verified="seen", default=True)
    assert 0.1 + 0.1 + 0.1 != 0.3
    assert meets(np.array([0.2, 0.1 + 0.1 + 0.1, 0.4, np.nan]), cutoff).tolist() == met


def test_several_cut_offs_of_a_scale_nest() -> None:
    rng = np.random.default_rng(6)
    data = score_answers("phq9", *rng.integers(0, 4, (60, 9)).tolist())
    result = screening_shares(data, "b_total", cutoffs=["b_total >= 5", " b_total  >=  20 "])
    shares = result.table.loc[result.table["quantity"] == "proportion"].set_index("level")["estimate"]
    assert set(shares.index) == {"≥ 5", "≥ 10", "≥ 20"}
    assert shares["≥ 5"] >= shares["≥ 10"] >= shares["≥ 20"]
    assert any("Off by default: A severity band" in note for note in result.notes)


def test_a_definition_that_is_not_seen_says_so_and_asks_for_what_stands_beside() -> None:
    result = screening_shares(screened(100, 20, verified="partly", beside=["moral_disapproval"]))
    notes = " ".join(result.notes)
    assert result.notes[0] == "Screening scores are not diagnoses."
    assert "The definition of Made-up Calm Scale is marked 'partly': made up" in notes
    assert "ICD-11 excludes distress" in notes and "This study holds no variable that maps to it." in notes
    assert "(source: made up; seen). A screening score is not a diagnosis." in notes


@pytest.mark.parametrize("language", ["en", "de"])
def test_no_sentence_says_that_anybody_has_a_disorder(language: str) -> None:
    data = screened(100, 20)
    told = " ".join(screening_shares(data).sentences(language))
    assert {"en": "screening cut-off", "de": "Screening-Schwellenwert"}[language] in told
    assert not re.search(r"\b(has|have|had|suffer|hat|haben) (a |an )?(CSBD|disorder|depression|Störung)", told)


def test_mistakes_are_all_told_with_the_nearest_name() -> None:
    data = score_answers("phq9", [0] * 9)
    with pytest.raises(AnalysisError) as caught:
        screening_shares(data, ["b_totl"], cutoffs=["b_total >= 6", "b_total >= 5"])
    codes = [problem.code for problem in caught.value.problems]
    assert codes == ["unknown_scale", "unknown_cutoff", "scale_not_named"]
    with pytest.raises(AnalysisError, match="ScoredData"):
        screening_shares(pd.DataFrame({"a": [1]}))  # type: ignore[arg-type]
    with pytest.raises(AnalysisError, match="no scale of these data has a cut-off"):
        screening_shares(score_answers(instrument(), [1, 2, 3]))
    with pytest.raises(AnalysisError, match="has no cut-off") as caught:
        screening_shares(score_answers(instrument(), [1, 2, 3]), "b_total")
    assert caught.value.problems[0].code == "no_cutoff"


def test_a_small_group_is_hidden_with_what_would_give_it_back() -> None:
    result = screening_shares(screened(100, 3))
    released = release(result, JOURNAL)
    small = released.table.loc[released.table["group"] == "another gender"].iloc[0]
    assert small["suppressed"] and np.isnan(small["estimate"]) and np.isnan(small["n"])
    # one man has no score: the count is small and hidden, and so is at least one other number that would tell it
    hidden = released.table["suppressed"] != ""
    assert hidden.sum() >= 3
    for language in ("en", "de"):
        assert not any(re.search(r"\bn = 3\b", sentence) for sentence in released.sentences(language))


def test_bands_between_two_cut_offs_are_protected() -> None:
    """Two shares that differ by three people would give away a band of three."""
    rows = [[1] * 9] * 40 + [[2, *[1] * 8]] * 3 + [[3] * 9] * 40
    data = score_answers("phq9", *rows)
    assert sorted(set(data.frame["b_total"])) == [9, 10, 27]
    result = screening_shares(data, cutoffs="b_total >= 15")
    assert result.pick("proportion", level="≥ 10")["estimate"] == pytest.approx(43 / 83)
    released = release(result, JOURNAL).table
    known = released.loc[(released["quantity"] == "proportion") & (released["suppressed"] == "")]
    assert len(known) < 2
