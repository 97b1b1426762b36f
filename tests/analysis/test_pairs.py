"""Paired ratings: hand-computed cases, degenerate data, what the gate hides, what the sentences say."""

from __future__ import annotations

import math
import pickle
import re

import numpy as np
import pandas as pd
import pytest

from osa_survey.analysis import paired
from osa_survey.analysis.phrases import NOT_ADJUSTED
from osa_survey.disclosure import JOURNAL
from osa_survey.errors import AnalysisError
from osa_survey.results import release

EXACT = 1e-12
"""Relative: hand arithmetic in double precision."""


def _ratings(n: int = 80, seed: int = 5) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    positive = rng.integers(1, 6, n).astype(float)
    negative = np.clip(positive - rng.integers(0, 3, n), 1, 5)
    return pd.DataFrame({"joy": positive, "shame": negative, "trust": rng.integers(1, 6, n).astype(float)})


def test_by_hand() -> None:
    # x = 4 3 5 4, y = 1 2 1 3: d = 3 1 4 1, M = 2.25, SS = .5625 + 1.5625 + 3.0625 + 1.5625 = 6.75, SD = 1.5,
    # SE = .75, t = 3, d_z = 1.5. SD(x)² = 2/3, SD(y)² = 2.75/3: s_av = √((2/3 + 2.75/3)/2) = √.791667.
    data = pd.DataFrame({"x": [4.0, 3, 5, 4], "y": [1.0, 2, 1, 3]})
    result = paired(data, first="x", second="y", lowest=1)
    row = result.pick("mean_difference", contrast="first − second")
    assert row["estimate"] == pytest.approx(2.25, rel=EXACT)
    assert row["statistic"] == pytest.approx(3, rel=EXACT)
    assert row["df1"] == 3
    assert row["conf_low"] == pytest.approx(2.25 - 3.182446305284263 * 0.75, rel=1e-9)  # t(.975, 3)
    assert result.pick("d_z")["estimate"] == pytest.approx(1.5, rel=EXACT)
    assert result.pick("d_av")["estimate"] == pytest.approx(2.25 / math.sqrt(4.75 / 6), rel=EXACT)
    assert result.pick("proportion", group="first")["estimate"] == 1
    assert result.pick("proportion", group="second")["estimate"] == 0.5
    assert result.pick("mean", group="second")["estimate"] == 1.75


def test_turning_the_pair_turns_every_sign() -> None:
    data = _ratings()
    one = paired(data, [("joy", "shame")], lowest=1)
    two = paired(data, [("shame", "joy")], lowest=1)
    for quantity in ("mean_difference", "d_z", "d_av"):
        first, second = one.pick(quantity), two.pick(quantity)
        assert first["estimate"] == pytest.approx(-second["estimate"], rel=EXACT)
        assert first["conf_low"] == pytest.approx(-second["conf_high"], rel=1e-8)  # the root finder's tolerance
        assert first["conf_low"] < first["estimate"] < first["conf_high"]


def test_several_pairs_are_adjusted_by_holm() -> None:
    data = _ratings()
    result = paired(data, {"Joy": ("joy", "shame"), "Trust": ("trust", "shame")}, lowest=1)
    rows = result.table.loc[result.table["quantity"] == "mean_difference"].set_index("outcome")
    p = rows["p_value"].sort_values()
    assert rows.loc[p.index[0], "p_adjusted"] == pytest.approx(2 * p.iloc[0], rel=EXACT)
    assert rows.loc[p.index[1], "p_adjusted"] == pytest.approx(max(2 * p.iloc[0], p.iloc[1]), rel=EXACT)
    assert math.isnan(paired(data, [("joy", "shame")], lowest=1).pick("mean_difference")["p_adjusted"])


def test_only_people_with_both_ratings_are_in_a_pair() -> None:
    data = _ratings()
    data.loc[:9, "joy"] = np.nan
    data.loc[70:, "shame"] = np.nan
    data.loc[0, "trust"] = np.nan
    before = data.copy()
    result = paired(data, [("joy", "shame"), ("trust", "shame")], lowest=1)
    counts = result.table.groupby("outcome")["n"].unique().map(list).to_dict()
    assert counts == {"joy − shame": [60.0], "trust − shame": [69.0]}
    assert (result.n_used, result.n_dropped) == (69, 11)
    pd.testing.assert_frame_equal(data, before)


def test_any_needs_a_declared_lowest_value() -> None:
    data = _ratings()
    result = paired(data, [("joy", "shame")])
    assert not (result.table["quantity"] == "proportion").any()
    assert any("% any is left out" in note for note in result.notes)
    for name in ("joy", "shame"):
        data[name] = pd.Categorical(data[name].astype(int), categories=[1, 2, 3, 4, 5], ordered=True)
    declared = paired(data, [("joy", "shame")])
    expected = float((data["shame"].astype(int) > 1).mean())
    assert declared.pick("proportion", group="negative")["estimate"] == pytest.approx(expected, rel=EXACT)


def test_constant_differences_are_flagged() -> None:
    data = pd.DataFrame({"x": [2.0, 3, 4], "y": [1.0, 2, 3]})
    result = paired(data, first="x", second="y", lowest=0)
    row = result.pick("mean_difference")
    assert row["estimate"] == 1
    assert math.isnan(row["statistic"])
    assert "no test" in row["warning"]
    assert "no test" in result.sentences()[0]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({}, "no_pairs"),
        ({"pairs": []}, "no_pairs"),
        ({"first": "joy"}, "no_pairs"),
        ({"pairs": [("joy", "shame")], "first": "joy", "second": "shame"}, "no_pairs"),
        ({"pairs": [("joy", "joy")]}, "no_pair"),
        ({"pairs": ["joy", "shame"]}, "no_pair"),
        ({"pairs": [("joy", "shame"), ("joy", "shame")]}, "repeated_pair"),
        ({"pairs": [("joy", "sham")]}, "unknown_variable"),
        ({"pairs": [("joy", "gender")]}, "not_a_number"),
        ({"pairs": [("joy", "empty")]}, "too_few_pairs"),
        ({"pairs": [("joy", "shame")], "sides": ("a", "a")}, "sides"),
    ],
)
def test_clear_errors(arguments: dict[str, object], code: str) -> None:
    data = _ratings()
    data["gender"] = pd.Categorical(["man", "woman"] * 40)
    data["empty"] = np.nan
    with pytest.raises(AnalysisError) as caught:
        paired(data, **arguments)  # type: ignore[arg-type]
    assert code in {problem.code for problem in caught.value.problems}


def test_gate_hides_a_pair_of_three_people() -> None:
    data = _ratings()
    data.loc[3:, "trust"] = np.nan
    released = release(paired(data, [("joy", "shame"), ("trust", "shame")], lowest=1), JOURNAL)
    small = released.frame.loc[released.frame["outcome"] == "trust − shame"]
    assert (small["suppressed"] == "suppressed").all()
    assert not (released.frame.loc[released.frame["outcome"] == "joy − shame", "suppressed"] == "suppressed").any()
    for language, words in (("en", "not shown"), ("de", "nicht gezeigt")):
        told = next(sentence for sentence in released.sentences(language) if sentence.startswith("trust"))
        assert words in told
        assert not re.search(r"\d\.\d", told)


def test_gate_hides_a_small_rest_of_any() -> None:
    data = pd.DataFrame({"x": [2.0] * 77 + [1.0] * 3, "y": [1.0, 2.0] * 40})
    released = release(paired(data, first="x", second="y", lowest=1), JOURNAL)
    assert released.pick("proportion", group="first")["suppressed"] == "suppressed"
    assert released.pick("proportion", group="second")["suppressed"] == ""


@pytest.mark.parametrize("language", ["en", "de"])
def test_sentences(language: str) -> None:
    data = _ratings()
    data["again"] = data["joy"].sample(frac=1, random_state=1).to_numpy()
    result = paired(data, [("joy", "shame"), ("joy", "again")], lowest=1)
    told = result.sentences(language)
    assert len(told) == 5
    assert told[4] == NOT_ADJUSTED[language]
    assert {"en": "the positive rating was higher", "de": "höher war"}[language] in told[0]
    assert {"en": "not evidence of no difference", "de": "kein Beleg"}[language] in told[2]
    assert pickle.loads(pickle.dumps(result)).sentences(language) == told
