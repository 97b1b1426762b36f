"""Prevalence: hand-computed cases, the four bases, degenerate data, what the gate hides, what the sentences say."""

from __future__ import annotations

import math
import pickle
import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from osa_survey.analysis import prevalence
from osa_survey.analysis.describing.prevalence_rows import independence_test
from osa_survey.analysis.proportion_intervals import clopper_pearson, wilson
from osa_survey.dataset import VariableInfo
from osa_survey.disclosure import JOURNAL
from osa_survey.errors import AnalysisError
from osa_survey.instruments.reasons import REASON_CODES
from osa_survey.results import Result, release

EXACT = 1e-12
"""Relative: hand arithmetic in double precision."""


def _answers(values: list[str | None]) -> pd.Categorical:
    return pd.Categorical(values, categories=["no", "yes", "unsure"])


def _table(counts: dict[str, tuple[int, int]]) -> pd.DataFrame:
    """People by gender: (yes, no)."""
    gender: list[str | None] = []
    answer: list[str] = []
    for label, (yes, no) in counts.items():
        gender += [label or None] * (yes + no)
        answer += ["yes"] * yes + ["no"] * no
    categories = [label for label in counts if label]
    return pd.DataFrame({"gender": pd.Categorical(gender, categories=categories), "sexting": _answers(answer)})


def _scored() -> object:
    """Scored data with reasons: 10 people, sexting and cam."""
    nan = math.nan
    frame = pd.DataFrame({"sexting": [1, 1, 1, 0, 0, nan, nan, nan, nan, nan], "cam": [0, 0, 0, 1, 0, 0, nan, 0, 0, 0]})
    reasons = pd.DataFrame(0, index=frame.index, columns=frame.columns, dtype=np.uint8)
    for row, reason in ((5, "refused"), (6, "not_answered"), (7, "not_shown"), (8, "not_applicable"), (9, "broke_off")):
        reasons.loc[row, "sexting"] = REASON_CODES[reason]
    reasons.loc[6, "cam"] = REASON_CODES["not_answered"]
    variables = {
        name: VariableInfo(name, "nominal", name.capitalize(), (0.0, 1.0), ("no", "yes"), "no") for name in frame
    }
    return SimpleNamespace(frame=frame, reasons=reasons, variables=variables)


@pytest.mark.parametrize(
    ("base", "n", "share", "words"),
    [
        ("eligible", 10, 0.3, "all eligible respondents"),  # 3 of everybody
        ("asked", 8, 3 / 8, "those who were asked"),  # without not shown and not applicable
        ("answered", 5, 0.6, "those who answered"),
        ("engaged", 4, 0.75, "those who engaged in at least one of the activities"),  # 3 sexting + 1 cam
    ],
)
def test_the_four_bases(base: str, n: int, share: float, words: str) -> None:
    result = prevalence(_scored(), ["sexting", "cam"], base=base)  # type: ignore[arg-type]
    row = result.pick("proportion", outcome="sexting")
    assert (row["n"], row["estimate"]) == (n, pytest.approx(share, rel=EXACT))
    assert words in result.title
    assert words in result.sentences()[0]
    assert result.layout is not None
    assert words in result.layout.show[0].head
    assert any(words in note for note in result.notes)
    assert any("without an answer count as not engaged" in note for note in result.notes) == (base != "answered")


def test_base_has_no_default() -> None:
    with pytest.raises(TypeError):
        prevalence(_table({"man": (5, 5)}), "sexting")  # type: ignore[call-arg]


def test_two_groups_by_hand() -> None:
    # man 30/50, woman 15/50: expected yes 22.5, no 27.5 each; χ² = 2·7.5²/22.5 + 2·7.5²/27.5 = 5 + 4.0909...
    # V = √(9.0909/100) = .301511; difference .6 − .3 = .3.
    result = prevalence(_table({"man": (30, 20), "woman": (15, 35)}), "sexting", base="answered", by="gender")
    test = result.pick("chi_squared", term="gender")
    assert test["statistic"] == pytest.approx(100 / 11, rel=EXACT)
    assert test["p_value"] == pytest.approx(stats.chi2.sf(100 / 11, 1), rel=EXACT)
    size = result.pick("cramers_v")
    assert size["estimate"] == pytest.approx(math.sqrt(1 / 11), rel=EXACT)
    assert 0 < size["conf_low"] < size["estimate"] < size["conf_high"] < 1
    difference = result.pick("risk_difference")
    assert difference["contrast"] == "man − woman"
    assert difference["estimate"] == pytest.approx(0.3, rel=EXACT)
    assert result.pick("proportion", group="all")["estimate"] == pytest.approx(0.45, rel=EXACT)


def test_chi_square_is_scipys_without_correction() -> None:
    engaged, n = np.array([12, 40, 7]), np.array([60, 90, 25])
    found = independence_test(engaged, n, 0.95)
    expected = stats.chi2_contingency(np.vstack([engaged, n - engaged]), correction=False)
    assert found is not None
    assert (found.chi_squared, found.p_value) == (
        pytest.approx(expected.statistic, rel=EXACT),
        pytest.approx(expected.pvalue, rel=EXACT),
    )


@given(st.integers(1, 400), st.floats(0, 1), st.sampled_from([0.8, 0.95, 0.99]))
def test_intervals_hold_the_share_and_stay_in_range(n: int, share: float, conf_level: float) -> None:
    successes = round(share * n)
    for low, high in (wilson(successes, n, conf_level), clopper_pearson(successes, n, conf_level)):
        assert 0 <= low <= successes / n <= high <= 1
    mirrored = wilson(n - successes, n, conf_level)
    assert wilson(successes, n, conf_level) == pytest.approx((1 - mirrored[1], 1 - mirrored[0]), abs=1e-12)


def test_several_activities_and_groupings_in_one_table() -> None:
    data = _table({"man": (30, 20), "woman": (15, 35), "another gender": (8, 12)})
    data["cam"] = _answers(["yes", "no", "unsure"] * 40)
    data["partner"] = pd.Categorical(["no", "yes"] * 60, categories=["no", "yes"])
    result = prevalence(data, ["sexting", "cam"], base="answered", by=["gender", "partner"])
    shares = result.table.loc[result.table["quantity"] == "proportion"]
    assert len(shares) == 2 * (1 + 3 + 2)
    assert result.pick("proportion", outcome="cam", term="")["estimate"] == pytest.approx(1 / 3, rel=EXACT)
    tests = result.table.loc[result.table["quantity"] == "chi_squared"]
    assert len(tests) == 4
    assert (tests["p_adjusted"] >= tests["p_value"]).all()
    smallest = tests["p_value"].min()
    assert tests.loc[tests["p_value"] == smallest, "p_adjusted"].iloc[0] == pytest.approx(4 * smallest, rel=EXACT)
    assert "“yes”" in " ".join(result.notes)


def test_groups_of_the_same_name_are_told_apart() -> None:
    data = _table({"man": (30, 20), "woman": (15, 35)})
    for name in ("partner", "children"):
        data[name] = pd.Categorical(["no", "yes"] * 50, categories=["no", "yes"])
    result = prevalence(data, "sexting", base="answered", by=["partner", "children"])
    assert {"partner: no", "children: yes"} <= set(result.table["group"])


def test_what_counts_as_engaged_is_said_by_the_caller() -> None:
    labels = ["never", "rarely", "often"]
    data = pd.DataFrame(
        {"porn": pd.Categorical(["never", "rarely", "often", "often"], categories=labels, ordered=True)}
    )
    with pytest.raises(AnalysisError) as caught:
        prevalence(data, "porn", base="answered")
    assert "engaged_category" in str(caught.value)
    assert "'never', 'rarely', 'often'" in str(caught.value)
    for yes in (["rarely", "often"], {"porn": ("rarely", "often")}):
        assert prevalence(data, "porn", base="answered", yes=yes).pick("proportion")["estimate"] == 0.75


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"activities": "sextng", "base": "answered"}, "unknown_variable"),
        ({"activities": "age", "base": "answered"}, "not_categories"),
        ({"activities": "sexting", "base": "everybody"}, "unknown_choice"),
        ({"activities": "sexting", "base": "answered", "interval": "wald"}, "unknown_choice"),
        ({"activities": [], "base": "answered"}, "no_activity"),
        ({"activities": ["sexting", "sexting"], "base": "answered"}, "named_twice"),
        ({"activities": "sexting", "base": "answered", "by": "age"}, "not_categories"),
        ({"activities": "sexting", "base": "answered", "yes": "often"}, "engaged_category"),
        ({"activities": "sexting", "base": "answered", "yes": {"cam": "yes"}}, "unknown_activity"),
        ({"activities": "sexting", "base": "answered", "frequency": {"cam": "age"}}, "unknown_activity"),
        ({"activities": "sexting", "base": "answered", "frequency": {"sexting": "gender"}}, "nominal_frequency"),
        ({"activities": "sexting", "base": "answered", "conf_level": 95}, "conf_level"),
    ],
)
def test_clear_errors(arguments: dict[str, object], code: str) -> None:
    data = _table({"man": (30, 20), "woman": (15, 35)})
    data["age"] = 30.0
    with pytest.raises(AnalysisError) as caught:
        prevalence(data, **arguments)  # type: ignore[arg-type]
    assert code in {problem.code for problem in caught.value.problems}


@pytest.mark.parametrize(("yes", "no"), [(20, 0), (0, 20)])
def test_nobody_or_everybody(yes: int, no: int) -> None:
    result = prevalence(_table({"man": (yes, no), "woman": (yes, no)}), "sexting", base="answered", by="gender")
    row = result.pick("chi_squared")
    assert math.isnan(row["estimate"])
    assert row["warning"]
    share = result.pick("proportion", group="all")
    assert share["conf_low"] <= share["estimate"] <= share["conf_high"]
    assert "No test is possible" in " ".join(result.sentences())


def test_empty_base_is_said() -> None:
    data = _table({"man": (5, 5)})
    data["sexting"] = _answers([None] * 10)
    result = prevalence(data, "sexting", base="answered")
    assert result.pick("proportion")["warning"] == "nobody in the base"
    assert "nobody" in result.sentences()[0]


def test_small_expected_counts_are_flagged() -> None:
    result = prevalence(_table({"man": (30, 20), "woman": (2, 3)}), "sexting", base="answered", by="gender")
    assert "below five" in result.pick("chi_squared")["warning"]


def test_a_tiny_chi_square_keeps_its_interval_around_v() -> None:
    result = prevalence(_table({"man": (50, 50), "woman": (51, 49)}), "sexting", base="answered", by="gender")
    row = result.pick("cramers_v")
    assert row["conf_low"] <= row["estimate"] <= row["conf_high"]


def test_frequency_in_two_parts_by_hand() -> None:
    # 4 of 8 engaged; those said 1, 2, 2, 3: mean 2, SD √(2/3), median 2. A non-user's 3 is not counted.
    data = pd.DataFrame(
        {
            "sexting": _answers(["yes"] * 4 + ["no"] * 4),
            "often": pd.Categorical(
                ["rarely", "monthly", "monthly", "weekly", "weekly", None, None, None],
                categories=["rarely", "monthly", "weekly"],
                ordered=True,
            ),
        }
    )
    part = prevalence(data, "sexting", base="answered", frequency={"sexting": "often"}).more["frequency"]
    assert part.pick("proportion", level="")["estimate"] == 0.5
    assert part.pick("mean")["estimate"] == 2
    assert part.pick("mean")["n"] == 4
    assert part.pick("sd")["estimate"] == pytest.approx(math.sqrt(2 / 3), rel=EXACT)
    assert part.pick("median")["estimate"] == 2
    assert part.pick("proportion", level="monthly")["estimate"] == 0.5
    assert part.pick("proportion", level="monthly")["n"] == 4
    assert "those who answered" in part.title
    assert "M = 2.00" in part.sentences()[0]


def _hidden(result: Result, group: str) -> bool:
    return bool(result.pick("proportion", group=group)["suppressed"] == "suppressed")


def test_gate_hides_a_group_of_three_and_its_complement() -> None:
    data = _table({"man": (60, 60), "woman": (40, 50), "another gender": (1, 2)})
    released = release(prevalence(data, "sexting", base="answered", by="gender"), JOURNAL)
    assert _hidden(released, "another gender")
    assert _hidden(released, "woman")  # all − men − women would give the three back
    assert not _hidden(released, "all")
    assert not _hidden(released, "man")
    told = " ".join(released.sentences())
    assert "another gender not shown" in told
    assert "40.0" not in told
    assert "anderes Geschlecht nicht gezeigt" in " ".join(released.sentences("de"))
    assert not re.search(r"another gender \d", told)


def test_gate_hides_small_numerators_and_small_rests() -> None:
    for counts in ((3, 97), (97, 3)):
        released = release(prevalence(_table({"man": counts}), "sexting", base="answered"), JOURNAL)
        assert released.pick("proportion")["suppressed"] == "suppressed"
        assert "not shown" in released.sentences()[0]
    kept = release(prevalence(_table({"man": (0, 100)}), "sexting", base="answered"), JOURNAL)
    assert kept.pick("proportion")["suppressed"] == ""  # zero is shown


def test_gate_counts_people_without_a_group() -> None:
    # 2 people without a gender: all − man − woman would show them.
    data = _table({"man": (60, 60), "woman": (40, 50), "": (1, 1)})
    released = release(prevalence(data, "sexting", base="answered", by="gender"), JOURNAL)
    assert sum(_hidden(released, group) for group in ("all", "man", "woman")) >= 1


def test_gate_hides_the_test_of_two_groups_with_them() -> None:
    data = _table({"man": (60, 60), "woman": (1, 2)})
    released = release(prevalence(data, "sexting", base="answered", by="gender"), JOURNAL)
    rows = released.frame.loc[released.frame["quantity"] != "proportion"]
    assert (rows["suppressed"] == "suppressed").all()


def test_gate_hides_the_same_people_in_every_activity() -> None:
    # The base of both activities is everybody, so a group's n must not come back by the other activity.
    data = _table({"man": (60, 60), "woman": (40, 50), "another gender": (1, 2)})
    data["cam"] = _answers((["yes", "no"] * 107)[: len(data)])
    released = release(prevalence(data, ["sexting", "cam"], base="eligible", by="gender"), JOURNAL)
    shown = released.frame.query("quantity == 'proportion' and suppressed == ''")
    for group in ("woman", "another gender"):
        assert not (shown["group"] == group).any()


def test_frequency_is_hidden_for_few_people() -> None:
    data = pd.DataFrame({"sexting": _answers(["yes"] * 3 + ["no"] * 97), "often": [1.0, 2, 3] + [np.nan] * 97})
    released = release(prevalence(data, "sexting", base="answered", frequency={"sexting": "often"}), JOURNAL)
    part = released.more["frequency"]
    assert (part.frame["suppressed"] == "suppressed").all()
    assert not re.search(r"\d\.\d", part.sentences()[0])


@pytest.mark.parametrize("language", ["en", "de"])
def test_sentences(language: str) -> None:
    result = prevalence(
        _table({"man": (30, 20), "woman": (29, 21)}), "sexting", base="answered", by="gender", yes="yes"
    )
    told = result.sentences(language)
    assert len(told) == 2
    assert {"en": "59.0%", "de": "59,0\u00a0%"}[language] in told[0]
    assert {"en": "not evidence of no difference", "de": "kein Beleg"}[language] in told[1]
    assert pickle.loads(pickle.dumps(result)).sentences(language) == told


def test_sentences_of_many_groups_tell_the_range_and_name_hidden_groups_once() -> None:
    # f and g have three people each; b goes with them, because a total less the others would give them back.
    counts = {"a": (30, 20), "b": (15, 35), "c": (20, 30), "d": (25, 25), "e": (45, 5), "f": (1, 2), "g": (2, 1)}
    released = release(prevalence(_table(counts), "sexting", base="answered", by="gender"), JOURNAL)
    told = released.sentences()[1]
    assert "from 40.0% (c) to 90.0% (e)" in told
    assert told.count("not shown, because") == 2  # the groups once, and the test that would give them back
    assert "b, f and g not shown" in told
    assert "von 40,0\u00a0% (c) bis 90,0\u00a0% (e)" in released.sentences("de")[1]
