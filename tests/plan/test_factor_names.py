"""Factors, levels and ratings that an analysis of variance of a study file names; categories of the multiverse."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from osa_survey.errors import DefinitionError
from osa_survey.plan.checking import check_study
from osa_survey.plan.study_file import AnalysisEntry
from osa_survey.plan.study_folder import load_study
from osa_survey.plan.verbs import entry_problems
from tests.made_up_folders import STUDY, write_study

KNOWN = ("age", "gender", "before", "after", "p", "q", "r", "s")
TWO_WITHIN = {"place": ["home", "away"], "side": ["own", "other"]}


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"between": "gender", "contrasts": {"c": {"gendr": [1, -1]}}}, ("unknown_factor", "contrasts.c")),
        ({"between": "gender", "pairs": ["gendr"]}, ("unknown_factor", "pairs")),
        ({"between": "gender", "within": {"time": ["before", "after"]}, "pairs": ["gender | tme"]},
         ("unknown_factor", "pairs")),
        ({"between": "gender", "manipulated": ["age"]}, ("unknown_factor", "manipulated")),
        ({"within": {"time": ["before", "aftr"]}}, ("unknown_variable", "within.time")),
        ({"within": TWO_WITHIN, "columns": ["p", "q", "r", "t"]}, ("unknown_variable", "columns")),
        ({"within": {"time": ["before", "after"]}, "contrasts": {"c": {"time": {"before": 1, "aftr": -1}}}},
         ("unknown_category", "contrasts.c")),
    ],
)  # fmt: skip
def test_a_name_that_is_no_factor_level_or_rating_is_found(
    arguments: dict[str, Any], expected: tuple[str, str]
) -> None:
    entry = AnalysisEntry(id="a", do="anova", **arguments)
    (problem,) = entry_problems(entry, 3, KNOWN, "study.toml")
    assert (problem.code, problem.key) == (expected[0], f"analyses[3].{expected[1]}")
    assert problem.hint


@pytest.mark.parametrize(
    "arguments",
    [
        {"outcome": "age", "between": "gender", "pairs": ["gender"], "contrasts": {"c": {"gender": [1, -1]}}},
        {"between": ["gender"], "within": {"time": ["before", "after"]}, "pairs": ["time | gender", "gender"]},
        {"within": TWO_WITHIN, "columns": ["p", "q", "r", "s"], "pairs": ["place | side"],
         "contrasts": {"c": {"place": {"home": 1, "away": -1}, "side": {"own": 1}}}},
    ],
)  # fmt: skip
def test_factors_within_people_and_pairs_within_levels_are_no_variables(arguments: dict[str, Any]) -> None:
    assert entry_problems(AnalysisEntry(id="a", do="anova", **arguments), 1, KNOWN, "study.toml") == []


def _findings(folder: Path, added: str) -> list[tuple[str, str]]:
    study = write_study(folder, study=f"{STUDY}\n{added}\n")
    return [(one.code, one.key) for one in check_study(study).findings]


MODEL = """[[analyses]]
id = "one"
do = "regress"
outcome = "age"
blocks = [["gender"]]

[multiverse]
analysis = "one"
term = "gender"
draws = 99
test = "permutation"
"""


@pytest.mark.parametrize(
    ("added", "key"),
    [
        ('outcomes = {{ high = {{ variable = "satisfaction", is = "{}" }} }}', "multiverse.outcomes.high.is"),
        ('exclusions = {{ few = {{ variable = "satisfaction", is = "{}" }} }}', "multiverse.exclusions.few.is"),
        ('row = {{ quantity = "b", term = "gender[woman]" }}\nways = {{ other = {{ references = '
         '{{ satisfaction = "{}" }} }} }}', "multiverse.ways.other.references"),
    ],
)  # fmt: skip
def test_categories_of_the_multiverse_are_found_before_anything_is_run(tmp_path: Path, added: str, key: str) -> None:
    wrong = _findings(tmp_path / "wrong", MODEL + added.format("hgh"))
    assert ("unknown_category", key) in wrong
    right = _findings(tmp_path / "right", MODEL + added.format("high"))
    assert "unknown_category" not in {code for code, _ in right}


def test_a_crossed_margin_names_categories_of_each_variable(tmp_path: Path) -> None:
    cells = '"man * yes" = 30, "man * no" = 20, "womn * yes" = 30, "woman * no" = 20, source = "made up"'
    study = write_study(tmp_path, study=f'{STUDY}\n[weights]\nrake = {{ "gender * partnered" = {{ {cells} }} }}\n')
    with pytest.raises(DefinitionError) as caught:
        load_study(study)
    (problem,) = caught.value.problems
    assert (problem.code, problem.key) == ("unknown_category", "weights.rake.gender * partnered.womn * yes")
    assert problem.hint.startswith("did you mean 'woman * yes'")
