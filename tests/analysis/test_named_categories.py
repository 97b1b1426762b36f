"""Categories by name where numbers were asked for: planned contrasts, values of x and of the moderator."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from osa_survey.analysis import anova, mediate
from osa_survey.errors import AnalysisError
from tests.composed_answers import answers, data

DRAWS = 100


def test_contrasts_by_name_are_those_by_position() -> None:
    by_position = {"ends": {"group": [1, 0, -1], "gender": [0.5, 0.5]}}
    by_name = {"ends": {"group": {"three": -1, "one": 1}, "gender": {"woman": 0.5, "man": 0.5}}}
    for people in (answers(), data("people", False, "weights")):
        one, other = (
            anova(people, "score", ["group", "gender"], contrasts=asked).more["planned"].table
            for asked in (by_position, by_name)
        )
        pd.testing.assert_frame_equal(one, other)
        assert one["estimate"].notna().all()


def test_a_contrast_of_a_level_by_hand() -> None:
    # means of x are 1, 3 and 8 in the groups; "c against the mean of a and b" is 8 − 2 = 6
    people = pd.DataFrame({"x": [0.5, 1.5, 2.5, 3.5, 7.5, 8.5], "g": pd.Categorical(list("aabbcc"))})
    asked = {"last": {"g": {"c": 1, "a": -0.5, "b": -0.5}}}
    found = anova(people, "x", "g", contrasts=asked).more["planned"].pick("anova_contrast")
    assert found["estimate"] == pytest.approx(6, rel=1e-12)


@pytest.mark.parametrize(
    ("weights", "code"),
    [({"group": {"one": 1, "thre": -1}}, "unknown_category"), ({"group": {"one": 1, "three": 1}}, "contrast_weights")],
)
def test_a_level_that_does_not_exist_is_named(weights: dict[str, Any], code: str) -> None:
    with pytest.raises(AnalysisError) as caught:
        anova(answers(), "score", "group", contrasts={"ends": weights})
    assert [one.code for one in caught.value.problems] == [code]
    assert caught.value.problems[0].key == "contrasts.ends"


def _natural(**asked: Any) -> pd.DataFrame:
    people = answers().assign(
        grade=pd.Categorical.from_codes(np.arange(len(answers())) % 3, ["low", "middle", "high"], ordered=True)
    )
    found = mediate(people, asked.pop("x"), "positive", "event", models={"event": "logistic"}, interval="monte_carlo",
                    draws=DRAWS, **asked)  # fmt: skip
    return found.more["natural"].table


def test_a_contrast_of_categories_is_that_of_their_values() -> None:
    # man is the reference: woman counts 1
    pd.testing.assert_frame_equal(_natural(x="gender", contrast=["man", "woman"]), _natural(x="gender"))
    turned = _natural(x="gender", contrast=["woman", "man"])
    pd.testing.assert_frame_equal(turned, _natural(x="gender", contrast=[1, 0]))
    estimate = turned.set_index("quantity")["estimate"]
    assert estimate["natural_total"] == pytest.approx(
        -_natural(x="gender").set_index("quantity")["estimate"]["natural_total"], rel=1e-9
    )


def test_categories_in_order_have_their_codes() -> None:
    low, high = 1, 3  # ordered categories of a table count from 1
    pd.testing.assert_frame_equal(
        _natural(x="grade", contrast=["low", "high"]), _natural(x="grade", contrast=[low, high])
    )


def test_places_of_a_moderator_by_name() -> None:
    asked: dict[str, Any] = {"model": 7, "moderator": "gender", "draws": DRAWS, "interval": "monte_carlo"}
    both = mediate(answers(), "x", "positive", "score", **asked)
    women = mediate(answers(), "x", "positive", "score", at=["woman"], **asked)
    own = both.table.loc[both.table["level"].eq("woman") & both.table["quantity"].eq("indirect")]
    found = women.table.loc[women.table["quantity"].eq("indirect")]
    assert found["level"].tolist() == ["woman"]
    assert found["estimate"].tolist() == own["estimate"].tolist()


@pytest.mark.parametrize(
    ("asked", "key"),
    [({"contrast": ["man", "womn"]}, "contrast"), ({"model": 7, "moderator": "osa", "at": ["yess"]}, "at")],
)
def test_a_category_that_does_not_exist_is_named(asked: dict[str, Any], key: str) -> None:
    with pytest.raises(AnalysisError) as caught:
        mediate(answers(), "gender", "positive", "score", draws=DRAWS, **asked)
    assert [(one.code, one.key) for one in caught.value.problems] == [("unknown_category", key)]
    assert "did you mean" in caught.value.problems[0].hint


def test_a_contrast_needs_two_values() -> None:
    for contrast in ([1, 1], [1], ["man", "woman", "man", "other"]):
        with pytest.raises(AnalysisError) as caught:
            mediate(answers(), "gender", "positive", "score", draws=DRAWS, contrast=contrast)
        assert [one.code for one in caught.value.problems] == ["contrast"]
