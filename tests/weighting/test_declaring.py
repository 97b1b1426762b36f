"""What a design declares, and what it refuses."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from osa_survey.dataset import ScoredData
from osa_survey.errors import AnalysisError
from osa_survey.languages import in_language
from osa_survey.weighting import (
    NEVER_PRINTED,
    declare_design,
    design_df,
    design_sentences,
    interval_words,
    rake,
    replicated_design,
    sample_notes,
    sample_references,
    survey_design,
    with_replicates,
)

AsScored = Callable[[pd.DataFrame], ScoredData]


def codes(error: pytest.ExceptionInfo[AnalysisError]) -> list[str]:
    return [problem.code for problem in error.value.problems]


def test_a_design_travels_with_the_respondents(people: pd.DataFrame, as_scored: AsScored) -> None:
    scored = declare_design(as_scored(people), sample="quota", weights="w", strata="stratum", clusters="town")
    assert scored.design is not None
    assert (scored.design.sample, len(scored.design), design_df(scored.design)) == ("quota", 400, 8)
    assert scored.design.record.weights == "w"
    assert scored.frame.equals(as_scored(people).frame)


def test_it_never_shows_rows(people: pd.DataFrame) -> None:
    design = survey_design(people, sample="quota", weights="w", strata="stratum", clusters="town")
    design = replicated_design(design, "BRR")
    assert repr(design) == (
        "<SurveyDesign: quota sample, 400 respondents; <Stage: 8 strata, 16 clusters>; "
        "<ReplicateWeights BRR: 12 replicates>>"
    )
    assert design._repr_html_() is None
    assert repr(pickle.loads(pickle.dumps(design))) == repr(design)


@pytest.mark.parametrize(
    ("change", "code", "count"),
    [
        ({3: np.nan, 5: np.nan}, "weight_missing", 2),
        ({3: -1.0}, "weight_negative", 1),
        ({3: 0.0}, "weight_zero", 1),
        ({3: np.inf}, "weight_infinite", 1),
    ],
)
def test_impossible_weights(people: pd.DataFrame, change: dict[int, float], code: str, count: int) -> None:
    people.loc[list(change), "w"] = list(change.values())
    with pytest.raises(AnalysisError) as caught:
        survey_design(people, sample="opt-in", weights="w")
    assert [(one.code, one.column, one.count) for one in caught.value.problems] == [(code, "w", count)]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"sample": "random"}, "unknown_word"),
        ({"weights": "weight"}, "unknown_variable"),
        ({"clusters": "one"}, "one_cluster"),
        ({"clusters": "gap"}, "cluster_missing"),
        ({"strata": "gap"}, "stratum_missing"),
        ({"strata": "own"}, "lonely_stratum"),
        ({"strata": "gender", "clusters": "town"}, "cluster_crosses_strata"),
        ({"fpc": "w"}, "fpc_varies"),
        ({"fpc": "gap"}, "fpc_missing"),
        ({"fpc": "two"}, "fpc_too_small"),
        ({"replicates": "rw{n}"}, "no_replicates"),
        ({"scale": 0.5}, "no_replicates"),
        ({"replicates": ["w"]}, "too_few_replicates"),
        ({"replicates": ["w", "gap"]}, "replicate_weight"),
        ({"replicates": ["w", "town"], "kind": "JKn"}, "rscales_needed"),
        ({"replicates": ["w", "town"], "rscales": [1.0]}, "rscales_do_not_fit"),
    ],
)
def test_impossible_designs(people: pd.DataFrame, changes: dict[str, Any], code: str) -> None:
    gap = np.r_[np.nan, np.ones(len(people) - 1)]
    people = people.assign(one=1.0, two=2.0, gap=gap, own=np.arange(400.0))
    with pytest.raises(AnalysisError) as caught:
        survey_design(people, **{"sample": "probability", **changes})
    assert code in codes(caught)


def test_clusters_numbered_anew_in_each_stratum(people: pd.DataFrame) -> None:
    anew = people.assign(town=people["town"] % 10)
    nested = survey_design(anew, sample="quota", strata="stratum", clusters="town", nest=True)
    assert design_df(nested) == 8
    with pytest.raises(AnalysisError, match="cluster_crosses_strata"):
        survey_design(anew, sample="quota", strata="stratum", clusters="town")


def test_a_pattern_finds_replicates_by_number(people: pd.DataFrame) -> None:
    copies = pd.DataFrame({f"rw{n}": np.full(400, float(n)) for n in (10, 2, 1)})
    design = survey_design(pd.concat([people, copies], axis=1), sample="quota", weights="w", replicates="rw{n}")
    assert design.replicates is not None
    np.testing.assert_array_equal(design.replicates.weights[0], [1.0, 2.0, 10.0])
    assert design.replicates.scale == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("kind", "changes", "code"),
    [
        ("bootstrap", {}, "seed_needed"),
        ("JK1", {}, "kind_does_not_fit"),
        ("Fay", {"fay": 1.0}, "fay_range"),
        ("bootstrap", {"seed": 1, "replicates": 1}, "too_few_replicates"),
    ],
)
def test_impossible_replicates(people: pd.DataFrame, kind: Any, changes: dict[str, Any], code: str) -> None:
    design = survey_design(people, sample="quota", strata="stratum", clusters="town")
    with pytest.raises(AnalysisError) as caught:
        replicated_design(design, kind, **changes)
    assert codes(caught) == [code]


def test_half_samples_need_two_clusters(people: pd.DataFrame) -> None:
    design = survey_design(people, sample="quota", strata="stratum")
    with pytest.raises(AnalysisError, match="not_two_clusters"):
        replicated_design(design, "BRR")


def test_replicates_need_a_design(people: pd.DataFrame, as_scored: AsScored) -> None:
    with pytest.raises(AnalysisError, match="no_design"):
        with_replicates(as_scored(people), "JK1")


class TestWords:
    def test_outside_probability_samples_intervals_are_model_based(self, people: pd.DataFrame) -> None:
        for sample, name in (("quota", "model-based interval"), ("opt-in", "model-based interval")):
            design = survey_design(people, sample=sample, weights="w")  # type: ignore[arg-type]
            (note,) = sample_notes(design)
            assert interval_words(design) == name
            assert "model-based" in note
            assert "modellbasiert" in in_language(note, "de", "notes")
            assert sample_references(design)[0].endswith("doi:10.1093/jssam/smt008")
        design = survey_design(people, sample="probability", weights="w")
        assert sample_notes(design) == sample_references(design) == ()
        assert interval_words(design, "de") == "designbasiertes Intervall"

    @pytest.mark.parametrize("language", ["en", "de"])
    @pytest.mark.parametrize("sample", ["quota", "opt-in"])
    def test_nothing_promises_too_much(
        self, people: pd.DataFrame, as_scored: AsScored, sample: Any, language: str
    ) -> None:
        raked = rake(as_scored(people), {"gender": {"man": 1, "woman": 1, "source": "s"}}, sample=sample, trim=4)
        design = with_replicates(raked, "bootstrap", replicates=3, seed=2).design
        assert design is not None
        text = " ".join((*design_sentences(design, language), *sample_notes(design, language)))
        for phrase in NEVER_PRINTED:
            assert phrase.lower() not in text.lower()

    def test_sentences_of_everything(self, people: pd.DataFrame, as_scored: AsScored) -> None:
        scored = declare_design(as_scored(people), sample="quota", weights="w", strata="stratum", clusters="town")
        shares = {"18-29": 30, "30-49": 30, "50+": 40}
        raked = rake(
            scored, {"gender": {"man": 0.5, "woman": 0.5, "source": "census"}, "band": shares}, trim=3, trim_below=0.1
        )
        told = design_sentences(with_replicates(raked, "Fay").design)  # type: ignore[arg-type]
        for words in (
            "Weights were read from the variable w.",
            "gender (census); band (source not named)",
            "held to at least 0.1 and at most 3 times the mean",
            "Strata: stratum.",
            "Clusters: town.",
            "12 Fay (coefficient 0.5)",
            "The calibration was repeated in each replicate.",
        ):
            assert any(words in sentence for sentence in told), words
