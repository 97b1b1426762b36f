"""Categories put together: what is refused when the codebook is read, and what analyses see."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from osa_survey.codebooks import VariableEntry
from osa_survey.codebooks.merged_categories import merged_categories
from osa_survey.dataset import VariableInfo
from osa_survey.errors import OsaSurveyError
from osa_survey.plan import load_study, prepare_study, report_study
from osa_survey.plan.methods import methods_sentences
from osa_survey.scoring.merged_variables import merged_variable

LABELS = {"1": "woman", "2": "man", "3": "non-binary", "4": "another gender"}
TWO = {"non-binary": "another answer", "another gender": "another answer"}


def entry(**more: Any) -> VariableEntry:
    return VariableEntry(**{"column": "g", "type": "nominal", "labels": LABELS, **more})


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"merge": {"nonbinary": "another answer"}}, "which is not one of the labels"),
        ({"merge": {"non-binary": "another answer"}}, "puts nothing together under 'another answer'"),
        ({"merge": dict.fromkeys(LABELS.values(), "all")}, "leaves one category only"),
        ({"merge": {"woman": "x", "another gender": "x"}, "type": "ordinal"}, "not neighbours"),
        ({"merge": TWO, "reference": "non-binary"}, "the reference 'non-binary' is not one of the labels"),
        ({"labels": {"1": "woman", "2": "woman"}}, "say in merge which are one"),
        ({"labels": {}, "type": "number", "merge": TWO}, "which is not one of the labels"),
    ],
)
def test_what_puts_nothing_together_is_refused(more: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        entry(**more)


def test_categories_left_stand_at_the_place_of_their_first() -> None:
    assert entry(merge=TWO, reference="another answer").categories == ("woman", "man", "another answer")
    assert entry(merge={"another gender": "woman"}).categories == ("woman", "man", "non-binary")
    assert entry(type="ordinal", merge={"woman": "low", "man": "low"}).categories == (
        "low", "non-binary", "another gender",
    )  # fmt: skip
    assert merged_categories(["a", "b"], {}) == ("a", "b")


def test_codes_of_analyses_are_those_of_the_first() -> None:
    info = VariableInfo("g", "nominal", "Gender", (1.0, 2.0, 3.0, 4.0), tuple(LABELS.values()), "woman")
    codes = np.array([1.0, 4.0, 3.0, np.nan, 2.0])
    found, after = merged_variable(codes, info, entry(merge=TWO))
    assert found.tolist()[:3] == [1.0, 3.0, 3.0]
    assert np.isnan(found[3])
    assert (after.codes, after.labels, after.reference) == (
        (1.0, 2.0, 3.0), ("woman", "man", "another answer"), "woman",
    )  # fmt: skip
    same, untouched = merged_variable(codes, info, entry())
    assert same is codes
    assert untouched is info


@pytest.fixture
def study(tmp_path: Path) -> Path:
    rng = np.random.default_rng(3)
    gender = np.repeat([1, 2, 3, 4], [90, 80, 4, 3])
    table = pd.DataFrame({"id": range(177), "age": rng.integers(18, 70, 177), "g": gender,
                          "y": rng.normal(10, 2, 177).round(1)})  # fmt: skip
    table.to_csv(tmp_path / "export.csv", index=False)
    (tmp_path / "codebook.toml").write_text(
        'format = 1\ntitle = "Made up"\n[file]\nrespondent_id = "id"\n[eligibility]\nage = "age"\n'
        '[variables.age]\ncolumn = "age"\ntype = "number"\nmaximum = 99\n'
        '[variables.y]\ncolumn = "y"\ntype = "number"\n'
        '[variables.gender]\ncolumn = "g"\ntype = "nominal"\nreference = "woman"\n'
        'labels = { 1 = "woman", 2 = "man", 3 = "non-binary", 4 = "another gender" }\n'
        'merge = { non-binary = "another answer", "another gender" = "another answer" }\n',
        encoding="utf-8",
    )
    (tmp_path / "study.toml").write_text(
        'format = 1\ntitle = "Made up"\nseed = 1\n[[data]]\nexport = "export.csv"\ncodebook = "codebook.toml"\n'
        '[fieldwork]\nsample = "opt-in"\nlanguages = ["en"]\n[weights]\n[weights.rake.gender]\nwoman = 50\nman = 47\n'
        '"another answer" = 3\nsource = "made up"\n'
        '[[analyses]]\nid = "groups"\ndo = "compare_groups"\noutcome = "y"\nby = "gender"\n'
        '[report]\nformats = ["html"]\ndisclosure = "journal"\n',
        encoding="utf-8",
    )
    return tmp_path


def test_a_study_is_analysed_by_what_is_left(study: Path) -> None:
    prepared = prepare_study(study)
    column = prepared.scored.frame["gender"]
    assert column.value_counts().to_dict() == {1.0: 90, 2.0: 80, 3.0: 7}
    assert prepared.scored.responses.codes["gender"].nunique() == 4
    told = " ".join(methods_sentences(prepared, "en"))
    assert "put categories of gender together: another answer holds non-binary and another gender." in told
    assert "another answer umfasst non-binary und another gender" in " ".join(methods_sentences(prepared, "de"))


def test_its_report_hides_nothing_and_names_no_small_category(study: Path) -> None:
    report_study(study, study / "report")
    page = (study / "report" / "report.html").read_text(encoding="utf-8")
    table = pd.read_csv(study / "report" / "tables" / "groups.csv", keep_default_na=False)
    assert "another answer" in set(table["group"])
    assert table["suppressed"].eq("").all()
    assert "another answer holds non-binary and another gender" in page


def test_margins_name_what_is_left(study: Path) -> None:
    plan = study / "study.toml"
    plan.write_text(
        plan.read_text(encoding="utf-8").replace('"another answer" = 3', "non-binary = 3"), encoding="utf-8"
    )
    with pytest.raises(OsaSurveyError, match="the variable has no category 'non-binary'"):
        load_study(study)


def test_merging_is_a_choice_of_the_study_not_of_the_answers(study: Path) -> None:
    prepared = prepare_study(study)
    info = prepared.scored.responses.variables["gender"]
    assert info.labels == tuple(LABELS.values())
