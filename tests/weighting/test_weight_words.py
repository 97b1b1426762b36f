"""What notes, sentences, further tables and figures say of weights: that numbers are weighted, and by what."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from osa_survey.analysis import compare_groups, prevalence
from osa_survey.dataset import DesignRecord, MarginRecord, ScoredData, SurveyDesign
from osa_survey.disclosure import JOURNAL
from osa_survey.languages import translation
from osa_survey.plots import figure_note
from osa_survey.report import Section, build_report
from osa_survey.report.exhibits import arrange
from osa_survey.results import release
from osa_survey.results.weighted_notes import EQUAL, weighted_by, weighted_note, weighted_sentence
from osa_survey.weighting import design_note, rake, survey_design, weight_words
from tests.composed_answers import answers, data
from tests.made_up_regressions import as_scored

WEIGHTS = np.array([1.0, 2.0, 3.0])


def _margin(title: str) -> MarginRecord:
    return MarginRecord(title.casefold(), title, ("a", "b"), (0.5, 0.5), (1, 2), (0.4, 0.6), (0.5, 0.5))


@pytest.mark.parametrize(
    ("record", "english", "german"),
    [
        (DesignRecord(weights="w"), "variable w", "Variable w"),
        (DesignRecord(fpc=("size",)), "inverse sampling fractions", "Kehrwerte der Auswahlsätze"),
        (DesignRecord(margins=(_margin("Region"),)), "post-stratified by Region", "nachgeschichtet nach Region"),
        (
            DesignRecord(weights="w", margins=(_margin("Region"), _margin("Age band"))),
            "variable w; raked to Region, Age band",
            "Variable w; angepasst an die Ränder von Region, Age band",
        ),
        (
            DesignRecord(fpc=("size",), calibrated_on=("age", "income")),
            "inverse sampling fractions; calibrated to the totals of age, income",
            "Kehrwerte der Auswahlsätze; kalibriert an die Summen von age, income",
        ),
        (
            DesignRecord(weights="w", margins=(_margin("A"), _margin("B")), calibrated_on=("age",)),
            "variable w; raked to A, B; calibrated to the totals of age",
            "Variable w; angepasst an die Ränder von A, B; kalibriert an die Summen von age",
        ),
        (DesignRecord(), "declared weights", "angegebene Gewichte"),
    ],
)
def test_weights_are_named_by_what_made_them(record: DesignRecord, english: str, german: str) -> None:
    design = SurveyDesign("opt-in", WEIGHTS, record=record)
    assert weight_words(design) == english
    assert weighted_by([design_note(design)]) == english
    assert weighted_sentence([design_note(design)], "en") == (f"Numbers other than n are weighted ({english}).",)
    assert weighted_sentence([design_note(design)], "de") == (f"Alle Zahlen außer n sind gewichtet ({german}).",)
    assert f"sind gewichtet ({german}). Fehler: linearisierte Kovarianz." in str(
        translation(design_note(design), "de", "notes")
    )


def test_raked_answers_name_their_margins() -> None:
    scored = as_scored(answers(), None)
    raked = rake(scored, {"gender": {"man": 0.5, "woman": 0.5}, "osa": {"no": 0.3, "yes": 0.7}}, sample="opt-in")
    told = prevalence(raked, "sexting", base="answered").sentences()
    assert told[-1] == "Numbers other than n are weighted (raked to gender, osa)."


def test_where_everyone_counts_the_same_no_sentence_says_weighted() -> None:
    plan = survey_design(pd.DataFrame({"town": [1, 1, 2, 2]}), sample="probability", clusters="town")
    assert weight_words(plan) == EQUAL
    assert "(equal weights)" in design_note(plan)
    assert weighted_sentence([design_note(plan)], "en") == ()


def test_a_domain_has_the_weights_of_its_respondents() -> None:
    design = SurveyDesign("opt-in", np.array([1.0, 1.0, 5.0]), record=DesignRecord(weights="w"))
    assert weight_words(design) == "variable w"
    assert weight_words(design.within(np.array([True, True, False]))) == EQUAL


def test_a_note_without_weights_says_nothing() -> None:
    assert weighted_by(["Intervals hold given the variables used for weighting.", ""]) == ""
    note = weighted_note("variable w", "replicate covariance (80 JK1 replicates)")
    assert weighted_by([note.replace("n are people", "n are couples")]) == "variable w"


@pytest.mark.parametrize("language", ["en", "de"])
def test_further_tables_and_figures_of_a_report_say_it_too(language: str) -> None:
    scored = data("people", False, "weights")
    assert isinstance(scored, ScoredData)
    words = {"en": "are weighted (variable w)", "de": "gewichtet (Variable w)"}[language]
    for given, expected in ((scored, True), (replace(scored, design=None), False)):
        result = compare_groups(given, "score", "gender", effect_sizes=["cliffs_delta"])
        report = build_report(title="Made up", profile=JOURNAL, seed=1, language=language,
                              sections=[Section("one", "One", [result])])  # fmt: skip
        (entry,) = arrange(report)[0].entries
        assert len(entry.tables) > 1
        for numbered in entry.tables:
            assert any(words in note for _, note in numbered.printed.notes) == expected
        assert entry.figures
        assert all((words in figure.note) == expected for figure in entry.figures)
        assert (words in figure_note(release(result, JOURNAL), language)) == expected
        assert sum(words in sentence for sentence in entry.sentences) == int(expected)
