"""The page on the study file: its examples are one study file, and every table and key stands there."""

from __future__ import annotations

import re
import tomllib

import pytest

from osa_survey.instruments import data_dictionary
from osa_survey.plan import StudyFile, power_entry
from osa_survey.plan.analysis_synonyms import SYNONYMS, analysis_called
from osa_survey.plan.fieldwork_entry import Fieldwork
from osa_survey.plan.missing_data_entry import MissingDataEntry
from osa_survey.plan.power_entry import PowerEntry
from osa_survey.plan.study_file import AnalysisEntry, DataEntry, FamilyEntry, Hypothesis, ReportEntry
from osa_survey.plan.verbs import STUDY_VERBS, VERBS, entry_problems
from osa_survey.plan.weights_entry import WeightsEntry
from osa_survey.sharing import DataProtectionEntry, SharingEntry
from osa_survey.simulation.population_files import PopulationEntry

PAGE = (data_dictionary() / "README.md").read_text(encoding="utf-8")
SECTION = PAGE.partition("\n## Study file\n")[2].partition("\n## Findings")[0]
BLOCKS = re.findall(r"```toml\n(.*?)```", SECTION, flags=re.DOTALL)
TABLES = (
    StudyFile, DataEntry, Fieldwork, Hypothesis, AnalysisEntry, FamilyEntry, ReportEntry, WeightsEntry,
    MissingDataEntry, PopulationEntry, PowerEntry, power_entry.TestedEntry, SharingEntry, DataProtectionEntry,
)  # fmt: skip


def test_the_examples_of_the_page_are_one_study_file() -> None:
    shown = StudyFile.model_validate(tomllib.loads("\n".join(BLOCKS)))
    assert shown.model_fields_set == set(StudyFile.model_fields), "each table has an example"
    assert shown.weights is not None and shown.weights.rake["gender"]["source"] == "census"
    assert shown.missing_data is not None and shown.missing_data.imputes


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)
def test_every_key_stands_on_the_page(table: type[WeightsEntry]) -> None:
    missing = [name for name in table.model_fields if not re.search(rf"\b{name}\b", SECTION)]
    assert missing == []


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("ttest", "compare_groups"), ("t test", "compare_groups"), ("Mann-Whitney", "compare_groups"),
        ("wilcoxon", "paired"), ("chi2", "crosstab"), ("ANCOVA", "anova"), ("cronbach", "reliability"),
        ("alpha", "reliability"), ("pca", "dimensionality"), ("logit", "regress"), ("ols", "regress"),
    ],
)  # fmt: skip
def test_an_analysis_under_another_name_leads_to_that_of_the_house(name: str, called: str) -> None:
    (problem,) = entry_problems(AnalysisEntry(id="one", do=name), 1, (), "study.toml")
    assert (problem.code, problem.hint) == ("unknown_analysis", f'here it is called do = "{called}"')


def test_other_names_lead_to_analyses_and_hide_none() -> None:
    assert set(SYNONYMS.values()) <= set(VERBS)
    assert not any(analysis_called(name) for name in (*VERBS, *STUDY_VERBS))
    (problem,) = entry_problems(AnalysisEntry(id="one", do="regres"), 1, (), "study.toml")
    assert problem.hint.startswith("did you mean 'regress'")
