"""Measures of a study file with ``[weights]`` and ``[missing_data]``: weighted, pooled, printed in a report."""

from __future__ import annotations

import pandas as pd
import pytest

from osa_survey.analysis import correlate, efa
from osa_survey.plan import run_study
from osa_survey.plan.reporting import study_report
from osa_survey.plan.running import StudyRun
from osa_survey.report.html import html_page
from tests.made_up_folders import write_study

STUDY = """
format = 1
title = "Measures under weights"
seed = 7
[[data]]
export = "data.csv"
[fieldwork]
sample = "opt-in"
[weights]
outside = "keep"
[weights.rake.gender]
man = 0.49
woman = 0.51
source = "made up"
[missing_data]
method = "multiple_imputation"
m = 3
iterations = 3
variables = ["scs_total", "age", "gender"]
[[analyses]]
id = "tendencies"
do = "polychoric"
scale = "scs_total"
numbers = ["age"]
[[analyses]]
id = "factors"
do = "efa"
scales = "scs_total"
factors = 1
[[analyses]]
id = "number"
do = "dimensionality"
scales = "scs_total"
draws = 20
[[analyses]]
id = "reliable"
do = "reliability"
scale = "scs_total"
ordinal_alpha = true
details = true
factors = 3
draws = 0
[[analyses]]
id = "ranks"
do = "correlate"
variables = ["scs_total", "age"]
method = "kendall"
effect_sizes = ["icc", "kendalls_w"]
[[analyses]]
id = "again"
do = "retest"
first = "scs_total"
second = "age"
[report]
language = "{language}"
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> StudyRun:
    return run_study(write_study(tmp_path_factory.mktemp("study"), study=STUDY.replace("{language}", "de")))


def test_every_measure_is_weighted_and_pooled(run: StudyRun) -> None:
    for result in run.analyses:
        assert "weighted" in result.method, result.analysis
        assert "pooled over 3 imputed sets" in result.method, result.analysis
        assert any("model-based" in note for note in result.notes)


def test_the_numbers_are_those_of_the_verbs(run: StudyRun) -> None:
    assert run.answers is not None
    imputed = run.answers.imputed
    assert imputed is not None
    loadings = efa(imputed, "scs_total", factors=1).more["loadings"].table
    pd.testing.assert_frame_equal(run.analyses[1].more["loadings"].table, loadings)
    taus = correlate(imputed, ["scs_total", "age"], method="kendall").pick("tau")
    assert run.analyses[4].pick("tau")["estimate"] == taus["estimate"]
    further = run.analyses[3].table.set_index("quantity")["estimate"]
    assert 0 < further["omega_hierarchical"] < further["omega_total"] < 1
    assert further["alpha_ordinal"] > further["alpha"]


def test_the_report_prints_them(run: StudyRun) -> None:
    page = html_page(study_report(run, profile="journal"))
    for text in ("Polychor", "Ladungen", "Schwellen", "Effektives <i>n</i>", "Testhalbierungen", "Rubin"):
        assert text.lower() in page.lower(), text
