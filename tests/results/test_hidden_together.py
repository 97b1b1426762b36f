"""Where a small group hides its neighbours a person is told once what can be done, and nothing that is hidden."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from osa_survey.analysis import crosstab, describe, prevalence
from osa_survey.disclosure import JOURNAL, WORKBENCH
from osa_survey.languages import in_language
from osa_survey.plan import audit_study
from osa_survey.plan.reporting import study_report
from osa_survey.plan.running import run_study
from osa_survey.report.exhibits import arrange
from osa_survey.results import Result, release, release_together
from osa_survey.results.hidden_together import ADVICE, first_hiding, hidden_together, of_result
from tests.made_up_folders import CODEBOOK, STUDY, write_study

TOGETHER = ("woman", "another gender")


def people(men: int = 200, women: int = 120, others: int = 3) -> pd.DataFrame:
    """Return answers of adults; the third group and the number of all give the second back."""
    gender = ["man"] * men + ["woman"] * women + ["another gender"] * others
    yes = np.arange(len(gender)) % 2
    return pd.DataFrame(
        {
            "gender": pd.Categorical(gender, categories=["man", *TOGETHER]),
            "osa": pd.Categorical.from_codes(yes, ["no", "yes"]),
            "score": np.arange(len(gender)) % 7 * 1.0,
        }
    )


def _by_gender(data: pd.DataFrame) -> list[Result]:
    return [
        describe(data, ["gender"]),
        describe(data, ["score"], by="gender"),
        prevalence(data, "osa", base="answered", by="gender"),
        crosstab(data, "gender", "osa"),
    ]


@pytest.mark.parametrize("position", range(4))
def test_a_group_and_its_neighbour_are_named_together_with_one_note(position: int) -> None:
    result = _by_gender(people())[position]
    shown = release(result, JOURNAL)
    assert TOGETHER in set(of_result(shown))
    assert shown.notes.count(ADVICE) == 1
    assert ADVICE not in result.notes


def test_several_tables_that_are_shown_together_have_it_once() -> None:
    shown = release_together(_by_gender(people()), JOURNAL)
    assert [ADVICE in one.notes for one in shown] == [True, False, False, False]
    assert first_hiding(shown) == 0
    assert release_together(shown, JOURNAL) == shown


def test_nothing_is_said_where_no_group_is_hidden_or_nothing_is() -> None:
    for data, profile in ((people(others=30), JOURNAL), (people(), WORKBENCH)):
        for one in release_together(_by_gender(data), profile):
            assert ADVICE not in one.notes
            assert not list(of_result(one))


def test_what_is_told_depends_on_what_is_shown_alone() -> None:
    """Two small groups, and a small one with a large neighbour: the same dashes, the same words."""
    told = []
    for women, others in ((120, 3), (4, 3), (3, 4), (9, 2)):
        shown = release(describe(people(200, women, others), ["gender"]), JOURNAL)
        told.append((tuple(of_result(shown)), shown.notes[-1]))
    assert set(told) == {((TOGETHER,), ADVICE)}


def test_neither_note_nor_name_has_a_number() -> None:
    assert not any(letter.isdigit() for letter in ADVICE)
    german = in_language(ADVICE, "de", "notes")
    assert german != ADVICE
    assert not any(letter.isdigit() for letter in german)


def test_one_hidden_group_or_a_whole_table_is_no_case() -> None:
    table = release(describe(people(), ["gender"]), WORKBENCH).table
    assert hidden_together(table.assign(suppressed=np.where(table["level"] == "man", "suppressed", ""))) == ()
    assert hidden_together(table.assign(suppressed="suppressed")) == ()
    assert hidden_together(table.assign(suppressed=np.where(table["level"] == "man", "", "suppressed"))) == (TOGETHER,)


def _small_study(folder: Path) -> Path:
    """Write the made-up study with three people of the third gender and without gaps in it."""
    write_study(folder, study=STUDY + '\n[report]\nlanguage = "de"\n', codebook=CODEBOOK)
    rows = (folder / "data.csv").read_text(encoding="utf-8").splitlines()
    place = rows[0].split(",").index("gender")
    kept = [rows[0]]
    few = 0
    for row in rows[1:]:
        cells = row.split(",")
        few += cells[place] == "3"
        if cells[place] == "0" or (cells[place] == "3" and few > 8):
            cells[place] = "1"
        elif cells[place] == "3" and few > 3:
            cells[place] = "2"
        kept.append(",".join(cells))
    (folder / "data.csv").write_text("\n".join(kept) + "\n", encoding="utf-8", newline="\n")
    return folder


def test_report_and_audit_of_a_study_say_it_once(tmp_path: Path) -> None:
    folder = _small_study(tmp_path / "study")
    run = run_study(folder)
    report = study_report(run)
    entries = [entry for section in arrange(report) for entry in section.entries]
    notes = [note for entry in entries for numbered in entry.tables for _, note in numbered.printed.notes]
    assert notes.count(in_language(ADVICE, "de", "notes")) == 1
    found = [one for one in audit_study(folder).findings if one.code == "hidden_together"]
    assert [one.key for one in found] == ["analyses.sample"]
    assert "another gender" in found[0].message
    assert "alle bleiben in jeder Auswertung" in found[0].hint
    assert not any(letter.isdigit() for letter in found[0].message + found[0].hint)
