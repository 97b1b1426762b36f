"""Every data file of the shared folder through init and check: findings and located messages, never a traceback."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import tomlkit

from osa_survey.drafting import draft_study
from osa_survey.errors import OsaSurveyError
from osa_survey.plan import check_study

CHECKOUT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("OSA_SURVEY_SHARED") or CHECKOUT.parent / "shared") / "data"
FILES = sorted(file for file in DATA.rglob("*") if file.is_file() and file.name != "SOURCE.md")
NO_TABLES = (".lss", ".qsf", ".rda")
"""Structure without answers, and formats no reader exists for: a clear refusal is right."""


def located(error: OsaSurveyError) -> bool:
    return bool(error.problems) and all(problem.message and problem.where() for problem in error.problems)


def attest(codebook: Path) -> None:
    """Say in a codebook how everyone was known to be an adult, so that the check goes on to the values."""
    document = tomlkit.parse(codebook.read_text(encoding="utf-8"))
    document["eligibility"]["attested"] = {"how": "entry question", "by": "the panel", "documented": "protocol"}  # type: ignore[index]
    codebook.write_text(tomlkit.dumps(document), encoding="utf-8")


def test_there_are_files(shared: Path) -> None:
    assert FILES
    assert all(file.is_relative_to(shared) for file in (path.resolve() for path in FILES))


@pytest.mark.parametrize("path", FILES, ids=[file.relative_to(DATA).as_posix() for file in FILES])
def test_init_then_check(path: Path, tmp_path: Path) -> None:
    study = tmp_path / "study"
    try:
        draft = draft_study(path, study)
    except OsaSurveyError as error:
        assert located(error)
        assert not study.exists()
        return
    assert path.suffix not in NO_TABLES
    assert draft.records > 0
    assert draft.summary()
    try:
        check = check_study(study)
    except OsaSurveyError as error:
        assert located(error)
        assert not draft.shows_adulthood
        assert [problem.code for problem in error.problems] == ["no_way_to_show_adulthood"]
        attest(draft.codebook)
        try:
            check = check_study(study)
        except OsaSurveyError as refused:
            assert located(refused)
            assert {problem.code for problem in refused.problems} == {"attested_beside_age"}
            return
    assert check.as_text()
    assert check.facts["records"] == str(draft.records)
