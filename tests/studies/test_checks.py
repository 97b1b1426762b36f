"""Every kind of check on a made-up file of printed numbers, with numbers that can and cannot be."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from osa_survey.errors import AnalysisError
from osa_survey.simulation import load_published
from osa_survey.studies import check_published, checks_text, nearest_count

PAGE = Path(__file__).with_name("made_up.toml")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("own")
    (place / "published").mkdir()
    (place / "published" / "made_up.toml").write_bytes(PAGE.read_bytes())
    return place


@pytest.fixture(scope="module")
def table(folder: Path) -> pd.DataFrame:
    return check_published("made_up", folder).table


def verdict(table: pd.DataFrame, check: str, about: str) -> str:
    rows = table.loc[(table["term"] == check) & (table["contrast"] == about), "level"]
    assert len(rows) == 1
    return str(rows.iloc[0])


@pytest.mark.parametrize(
    ("check", "about", "expected"),
    [
        ("GRIM", "m_good", "consistent"),
        ("GRIM", "m_bad", "inconsistent"),
        ("GRIMMER", "sd_good", "consistent"),
        ("GRIMMER", "sd_18", "inconsistent"),
        ("bounds of the SD", "sd_good", "consistent"),
        # 18 answers from 1 to 5 with the sum 62: eleven 5 and seven 1 have the largest deviation, 2.01.
        ("bounds of the SD", "sd_18", "inconsistent"),
        ("DEBIT", "yes_sd", "inconsistent"),
        ("inside its interval", "outside", "inconsistent"),
        # Of 28 people, 41 % are nobody: 11 are 39.3 %, 12 are 42.9 %; 9 are 32 %, 7 are 25 %.
        ("whole people", "a", "inconsistent"),
        ("whole people", "b", "consistent"),
        ("parts add up", "net: b … c", "inconsistent"),
        ("parts add up", "net: a … b", "inconsistent"),
        ("between its parts", "b: c … a", "consistent"),
        ("between its parts", "a: b … c", "inconsistent"),
        ("recomputed p", "good", "consistent"),
        ("recomputed p", "wrong", "inconsistent"),
        ("recomputed p", "decision", "inconsistent"),
        ("positive definite", "fine", "consistent"),
        ("positive definite", "impossible", "inconsistent"),
    ],
)
def test_each_check_tells_what_can_be_from_what_cannot(
    table: pd.DataFrame, check: str, about: str, expected: str
) -> None:
    assert verdict(table, check, about) == expected


def test_findings_are_printed_with_their_numbers(folder: Path, table: pd.DataFrame) -> None:
    result = check_published("made_up", folder)
    text = checks_text(result)
    assert "p = .03 printed, 0.6080 recomputed: decision error" in text
    assert "recomputed p: wrong (wrong): p = .02 printed, 0.0362 recomputed: error" in text
    counts = table["level"].value_counts()
    assert f"{len(table)} checks: {counts['consistent']} consistent, {counts['inconsistent']} inconsistent" in text
    # A row that is inconsistent carries its reason; the others do not warn.
    assert ((table["warning"] != "") == (table["level"] == "inconsistent")).all()
    assert "Prüfungen" in result.sentences("de")[0]


def test_a_percentage_of_nobody_is_not_rounded_to_somebody(folder: Path) -> None:
    published = load_published("made_up", folder)
    assert nearest_count(published, "b") == 9
    with pytest.raises(AnalysisError, match="no_such_count"):
        nearest_count(published, "a")
    assert nearest_count(published, "a", 100) == 41
