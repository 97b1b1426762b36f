"""Further effect sizes and tests in a study file with ``[weights]`` and ``[missing_data]``, reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from osa_survey.errors import AnalysisError
from osa_survey.plan import report_study, run_study
from tests.plan import test_missing_data as given
from tests.plan.test_weights import RAKE

folder = given.folder
ANALYSES = """
[[analyses]]
id = "mood"
do = "compare_groups"
outcome = "mood"
by = "band"
effect_sizes = ["glass_delta", "probability_of_superiority", "omega_squared"]
further_tests = ["dunn", "pairwise_welch"]
[[analyses]]
id = "ages"
do = "crosstab"
row = "band"
column = "gender"
effect_sizes = ["cohens_w", "cramers_v_adjusted"]
[[analyses]]
id = "answers"
do = "describe"
variables = ["mood"]
further = ["kurtosis", "trimmed_mean"]
[[analyses]]
id = "both"
do = "paired"
first = "mood"
second = "partner"
effect_sizes = ["g_z", "d_rm", "matched_rank_biserial"]
[[analyses]]
id = "model"
do = "regress"
outcome = "mood"
blocks = [["age", "income"]]
effect_sizes = ["cohens_f2"]
"""
SHAPIRO = """
[[analyses]]
id = "shape"
do = "compare_groups"
outcome = "mood"
by = "band"
further_tests = ["shapiro_wilk"]
"""


@pytest.mark.parametrize("language", ["en", "de"])
def test_sizes_are_weighted_pooled_and_reported(folder: Path, language: str) -> None:
    root = given.study(folder, RAKE, given.IMPUTE, ANALYSES, language=language)
    mood, ages, answers, both, model = run_study(root).analyses
    for result, quantities in (
        (mood, ("glass_delta", "probability_of_superiority", "omega_squared", "rank_sum")),
        (ages, ("cohens_w", "cramers_v_adjusted")),
        (answers, ("skewness", "kurtosis", "trimmed_mean")),
        (both, ("g_z", "d_rm", "matched_rank_biserial")),
        (model, ("cohens_f2",)),
    ):
        assert "3" in result.method
        assert "sets" in result.method
        for quantity in quantities:
            assert result.table.loc[result.table["quantity"] == quantity, "estimate"].notna().all()
    page = report_study(root, folder / "out")[0].read_text(encoding="utf-8")
    assert "Δ" in page


def test_a_test_without_a_rule_says_why_and_what_to_write(folder: Path) -> None:
    with pytest.raises(AnalysisError) as caught:
        run_study(given.study(folder, given.IMPUTE, SHAPIRO))
    (problem,) = caught.value.problems
    assert (problem.code, problem.key) == ("does_not_compose", "analyses[1]")
    assert "imputation model" in problem.message
    assert 'missing = "listwise"' in problem.hint
