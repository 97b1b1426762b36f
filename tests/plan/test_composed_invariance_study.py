"""Invariance and latent change from a study file with ``[weights]`` and ``[missing_data]``."""

from __future__ import annotations

import pytest

from osa_survey.plan import run_study
from osa_survey.plan.reporting import study_report
from osa_survey.plan.running import StudyRun
from osa_survey.report.html import html_page
from tests.made_up_folders import STUDY, write_study

WEIGHTS = """
[weights]
outside = "keep"
[weights.rake.gender]
man = 0.49
woman = 0.51
source = "made up"
"""
GAPS = """
[missing_data]
method = "multiple_imputation"
m = 2
iterations = 2
variables = ["scs_total", "age"]
"""
ENTRIES = """
[[analyses]]
id = "alike"
do = "invariance"
model = "scs"
by = "partnered"
estimator = "MLR"
[[analyses]]
id = "aligned"
do = "alignment"
model = "scs"
by = "partnered"
[[analyses]]
id = "halves"
do = "longitudinal_invariance"
waves = [["scs_01", "scs_02", "scs_03"], ["scs_05", "scs_06", "scs_07"]]
estimator = "MLR"
[[analyses]]
id = "changed"
do = "latent_change"
waves = ["age", "scs_total"]
of = "scores"
predictors = ["gender"]
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> StudyRun:
    parts = STUDY.split("[[hypotheses]]")
    return run_study(write_study(tmp_path_factory.mktemp("study") / "s", study=parts[0] + WEIGHTS + GAPS + ENTRIES))


@pytest.mark.parametrize("name", ["alike", "aligned", "halves", "changed"])
def test_weights_and_completed_sets_reach_the_analysis(run: StudyRun, name: str) -> None:
    found = next(result for result in run.analyses if result.id == name)
    assert "pooled over 2 imputed sets" in found.method
    assert "weighted" in found.method
    assert any("Moments are pooled over the sets" in note for note in found.notes)
    assert any(note.startswith("n are people, not weighted") for note in found.notes)
    assert any("Lee, T., & Cai, L." in text for text in found.references)
    assert found.table["estimate"].notna().any()


def test_the_report_prints_them(run: StudyRun) -> None:
    page = html_page(study_report(run, profile="journal"))
    assert "Measurement invariance of" in page
    assert "Aligned factor means" in page
    assert "Latent change" in page
