"""Released regressions: what the gate hides of small groups and few events."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from osa_survey.analysis import regress
from osa_survey.disclosure import JOURNAL
from osa_survey.results import release
from tests.analysis.regression_people import people, with_small_group


def test_category_of_one_person_is_flagged_and_hidden() -> None:
    result = regress(with_small_group(1), "score", [["age", "gender"]])
    assert result.pick("b", term="gender[another gender]")["warning"] == "this category is one person"
    released = release(result, JOURNAL)
    row = released.pick("b", term="gender[another gender]")
    assert (row["suppressed"], row["warning"]) == ("suppressed", "")


@pytest.mark.parametrize("model", ["linear", "logistic"])
def test_gate_hides_a_group_of_three(model: str) -> None:
    data = with_small_group(3)
    outcome = "score" if model == "linear" else "sexting"
    quantity = "b" if model == "linear" else "odds_ratio"
    result = regress(data, outcome, [["age", "gender"]], model=model)  # type: ignore[arg-type]
    assert result.n_used == 240  # suppressed is not excluded
    released = release(result, JOURNAL)
    small = released.frame.loc[released.frame["term"] == "gender[another gender]"]
    assert (small["suppressed"] == "suppressed").all()
    assert small["estimate"].isna().all()
    assert released.pick(quantity, term="gender[woman]")["suppressed"] == ""
    counts = released.more["predictors"].frame.query("quantity == 'count'").set_index("term")["suppressed"]
    assert counts["gender[another gender]"] == "suppressed"
    assert (counts == "suppressed").sum() == 2  # the three, and the next smallest, or 240 gives the three back
    for language, words, small_group in (
        ("en", "not shown", "another gender"), ("de", "nicht gezeigt", "anderes Geschlecht"),
    ):  # fmt: skip
        told = [sentence for sentence in released.sentences(language) if small_group in sentence]
        assert len(told) == 1
        assert words in told[0]
        assert not re.search(r"=\s*[−\d.]", told[0])


def test_gate_hides_everything_when_events_are_few() -> None:
    data = people()
    data["sexting"] = pd.Categorical(["yes"] * 3 + ["no"] * 237, categories=["no", "yes"])
    data.loc[:2, "age"] = [20.0, 40.0, 60.0]
    released = release(regress(data, "sexting", ["age"], model="logistic"), JOURNAL)
    assert (released.frame["suppressed"] == "suppressed").all()
    assert (released.more["fit"].frame["suppressed"] == "suppressed").all()
    assert "not shown" in released.more["fit"].sentences()[0]


def test_gate_hides_events_of_a_lone_nominal_predictor() -> None:
    # With gender alone, odds and n of a group give its events back: three women among the events.
    data = people()
    women = np.flatnonzero(data["gender"] == "woman")
    answer = np.where(np.arange(240) % 2 == 0, "yes", "no")
    answer[women] = "no"
    answer[women[:3]] = "yes"
    data["sexting"] = pd.Categorical(answer, categories=["no", "yes"])
    released = release(regress(data, "sexting", ["gender"], model="logistic"), JOURNAL)
    assert released.pick("odds_ratio", term="gender[woman]")["suppressed"] == "suppressed"
