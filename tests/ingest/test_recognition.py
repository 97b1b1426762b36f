"""Every real file is recognised as what its source page says: an export of its platform, or a companion of one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from osa_survey.errors import ResponseError
from osa_survey.ingest import read_export
from osa_survey.ingest.companion_files import Companion
from osa_survey.ingest.companions import COMPANIONS
from osa_survey.ingest.sources import read_source

CHECKOUT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("OSA_SURVEY_SHARED") or CHECKOUT.parent / "shared") / "data"
FILES = sorted(file for file in DATA.rglob("*") if file.is_file() and file.name != "SOURCE.md")
PLATFORMS = {
    "qualtrics": "qualtrics",
    "limesurvey": "limesurvey",
    "redcap": "redcap",
    "sosci": "sosci",
    "surveymonkey": "surveymonkey",
    "google": "google_forms",
    "microsoft": "microsoft_forms",
    "formr": "formr",
}
"""How a folder's name begins \u2192 the platform its source page names."""
STATISTICAL = {"sav": "spss", "zsav": "spss", "por": "spss", "dta": "stata", "sas7bdat": "sas", "xpt": "sas"}


def expected(path: Path) -> str:
    folder = path.relative_to(DATA).parts[0]
    if folder.startswith("spss"):
        return STATISTICAL[path.suffix.removeprefix(".")]
    return next((platform for start, platform in PLATFORMS.items() if folder.startswith(start)), "table")


def kinds_of_companion(path: Path) -> list[str]:
    companion = Companion(path, read_source(path))
    return [kind for kind, (recognise, _) in COMPANIONS.items() if recognise(companion)]


def test_there_are_files(shared: Path) -> None:
    assert any(file.resolve().is_relative_to(shared.resolve()) for file in FILES)


@pytest.mark.parametrize("path", FILES, ids=[file.relative_to(DATA).as_posix() for file in FILES])
def test_a_real_file_is_recognised(path: Path) -> None:
    platform = expected(path)
    companion = kinds_of_companion(path)
    assert len(companion) <= 1
    try:
        export = read_export(path)
    except ResponseError as error:
        assert all(problem.code and problem.where() for problem in error.problems)
        assert companion or platform == "table", f"neither an export nor a companion: {error}"
        return
    if companion:
        assert export.platform in ("table", platform)
    else:
        assert export.platform == platform
        assert export.recognised_by
        assert export.n_records == len(export.rows) > 0
