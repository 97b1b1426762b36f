"""The sample beside its target population, and what weights cost."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from osa_survey import plots
from osa_survey.analysis import compare_with_target, describe_weights
from osa_survey.dataset import ScoredData, SurveyDesign, columns_of
from osa_survey.disclosure import JOURNAL
from osa_survey.errors import AnalysisError
from osa_survey.results import release
from osa_survey.weighting import NEVER_PRINTED, rake

TARGET = {"gender": {"man": 50, "woman": 50, "source": "made-up census 2023"}}


@pytest.fixture
def scored() -> ScoredData:
    """60 men and 20 women."""
    data = pd.DataFrame(
        {
            "gender": pd.Categorical(["man"] * 60 + ["woman"] * 20),
            "school": pd.Categorical(
                (["short", "long", "long", "long"] * 20), categories=["short", "long"], ordered=True
            ),
        }
    )
    columns = columns_of(data, list(data.columns))
    values = pd.DataFrame({column.info.name: column.values for column in columns})
    reasons = pd.DataFrame({column.info.name: column.reasons for column in columns})
    return ScoredData(values, reasons, {column.info.name: column.info for column in columns}, None)  # type: ignore[arg-type]


def test_shares_by_hand(scored: ScoredData) -> None:
    found = compare_with_target(scored, TARGET)
    man = {"outcome": "gender", "level": "man"}
    assert found.pick("count", **man)["estimate"] == 60
    assert found.pick("unweighted_proportion", **man)["estimate"] == 0.75
    assert found.pick("target_proportion", **man)["estimate"] == 0.5
    assert found.pick("target_difference", **man)["estimate"] == 0.25
    assert "weighted_proportion" not in set(found.table["quantity"])
    assert any("made-up census 2023" in note for note in found.notes)
    assert found.sentences() == (
        "gender: farthest from the target is man with 75.0% of the respondents against 50.0%.",
    )


def test_raked_weights_meet_their_own_margins(scored: ScoredData) -> None:
    raked = rake(scored, TARGET, sample="opt-in")
    found = compare_with_target(raked)
    row = found.pick("weighted_proportion", level="man")
    assert row["estimate"] == pytest.approx(0.5)
    assert row["warning"].startswith("no interval")
    assert np.isnan(row["conf_low"])
    assert found.sentences() == (
        "gender: the weighted shares meet the target; unweighted, man is farthest from it with 75.0% against 50.0%.",
    )
    assert any("by construction: gender" in note for note in found.notes)
    assert any("model-based" in note for note in found.notes)
    # 60 weights of 2/3 and 20 of 2: deff = 80 · (60·4/9 + 20·4)/80² = 4/3
    weights = found.more["weights"]
    assert weights.pick("kish_deff")["estimate"] == pytest.approx(4 / 3)
    assert weights.pick("effective_n")["estimate"] == pytest.approx(60)
    assert weights.pick("weight_maximum")["estimate"] == pytest.approx(2)
    assert weights.sentences("en") == (
        "Weights run from 0.67 to 2.00 times their mean.",
        "The design effect of the weights is 1.33, so that 80 respondents are worth 60.0.",
    )


def test_a_variable_that_was_not_raked_has_an_interval(scored: ScoredData) -> None:
    raked = rake(scored, TARGET, sample="quota")
    found = compare_with_target(raked, {"school": {"short": 40, "long": 60}})
    row = found.pick("weighted_proportion", level="short")
    assert row["estimate"] == pytest.approx(0.25)
    assert row["conf_low"] < 0.25 < row["conf_high"]
    assert "model-based" in found.method
    design = raked.design
    assert isinstance(design, SurveyDesign)
    probability = replace(raked, design=replace(design, sample="probability"))
    told = compare_with_target(probability, {"school": {"short": 40, "long": 60}})
    assert "design-based" in told.method
    assert not any("model-based" in note for note in told.notes)


def test_no_output_promises_too_much(scored: ScoredData) -> None:
    found = compare_with_target(rake(scored, TARGET, sample="opt-in"))
    texts = [found.title, found.method, *found.notes, *describe_weights(rake(scored, TARGET, sample="opt-in")).notes]
    for language in ("en", "de"):
        texts += [*found.sentences(language), plots.alt_text(found, language)]
    for phrase in NEVER_PRINTED:
        assert not any(phrase.lower() in text.lower() for text in texts)


def test_small_groups_stay_hidden_and_differences_with_them(scored: ScoredData) -> None:
    frame = scored.frame.copy()
    frame.loc[frame.index >= 63, "gender"] = 1.0
    few = release(compare_with_target(replace(scored, frame=frame), TARGET), JOURNAL)
    for quantity in ("count", "unweighted_proportion", "target_difference"):
        assert np.isnan(few.pick(quantity, level="woman")["estimate"])
    assert few.pick("target_proportion", level="woman")["estimate"] == 0.5
    assert "3.8" not in " ".join(few.sentences())


def test_refusals(scored: ScoredData) -> None:
    with pytest.raises(AnalysisError, match="no_targets"):
        compare_with_target(scored)
    with pytest.raises(AnalysisError, match="no_design"):
        describe_weights(scored)
