"""The first ten minutes: from a file to a report by question and answer, with every way to show adulthood."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest
import typer
from openpyxl import load_workbook
from typer.testing import CliRunner

from osa_survey.cli.start import command
from osa_survey.errors import OsaSurveyError
from osa_survey.plan.starting_words import WORDS

N = 80
JARGON = ("toml", "python", "traceback", "codebook.toml")


def run(*arguments: object, answers: str = "") -> tuple[int, str]:
    app = typer.Typer()
    app.command()(command)
    done = CliRunner().invoke(app, [str(argument) for argument in arguments], input=answers, standalone_mode=False)
    if done.exception is not None and not isinstance(done.exception, SystemExit | OsaSurveyError | typer.Abort):
        raise done.exception
    if done.exception is not None:
        return 2, done.output
    return done.return_value or 0, done.output


def write_file(folder: Path, **columns: list[object]) -> Path:
    """Write ten items of one cause from 1 to 4, gender, and the given columns."""
    random = np.random.default_rng(5)
    cause = random.normal(size=N)
    answers = {
        f"scs_{n}": np.clip(np.round(cause + random.normal(scale=0.6, size=N) + 2.5), 1, 4).astype(int).tolist()
        for n in range(1, 11)
    }
    table = {**answers, "gender": [1 + n % 2 for n in range(N)], **columns}
    rows = zip(*table.values(), strict=True)
    path = folder / "answers.csv"
    lines = [",".join(table), *(",".join(str(cell) for cell in row) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    return path


def ages(under: int = 4, unknown: int = 2) -> list[object]:
    return [*[16] * under, *[""] * unknown, *[20 + n % 40 for n in range(N - under - unknown)]]


def test_from_the_prompt_to_the_report(tmp_path: Path) -> None:
    path = write_file(tmp_path, age=ages())
    code, said = run(answers=f"'{path}'\n\n")
    assert code == 0, said
    assert "a table, 80 records, 12 questions, known scales: 1, unsure: 0" in said
    assert "adults 74, under 18: 4, unknown: 2" in said
    folder = tmp_path / "answers_study"
    assert (folder / "codebook.xlsx").exists()
    assert (folder / "report" / "report.html").exists()
    last = said.strip().splitlines()[-1]
    assert last.startswith("Next: open ")
    assert str(folder / "report" / "report.html") in last
    assert not [word for word in JARGON if word in said.casefold()]


def test_german(tmp_path: Path) -> None:
    path = write_file(tmp_path, Alter=ages())
    code, said = run(path, "--language", "de", answers="\n")
    assert code == 0
    assert "eine Tabelle, 80 Datensätze" in said
    assert "Erwachsene 74, unter 18: 4, unbekannt: 2" in said
    assert said.strip().splitlines()[-1].startswith("Weiter: ")
    html = (tmp_path / "answers_study" / "report" / "report.html").read_text(encoding="utf-8")
    assert 'lang="de' in html


def test_yes_asks_nothing_and_a_second_run_takes_another_folder(tmp_path: Path) -> None:
    path = write_file(tmp_path, age=ages())
    assert run(path, "--yes")[0] == 0
    assert run(path, "--yes")[0] == 0
    assert (tmp_path / "answers_study_2" / "report" / "report.html").exists()


def test_without_any_age_yes_stops_in_plain_words(tmp_path: Path) -> None:
    code, said = run(write_file(tmp_path), "--yes")
    assert code == 2
    assert "Nothing in the file shows who is an adult" in said
    assert not (tmp_path / "answers_study" / "report").exists()


@pytest.mark.parametrize(
    ("column", "values", "answers", "line"),
    [
        ("years_old", ages(), "1\nyears_od\n1\nYears_Old\n\n", "adults 74, under 18: 4, unknown: 2"),
        ("born", [2008] * 4 + [2006] * 2 + [1970 + n % 30 for n in range(74)], "2\nborn\nsoon\n2024\n\n", "adults 74"),
        ("group", ["under 18"] * 5 + ["18-29"] * 40 + ["30+"] * 35, "3\ngroup\n\n", "adults 75"),
        ("other", ["x"] * N, "9\n4\nscreening question\nthe panel\nprotocol, page 3\n\n", "adults 80"),
    ],
)
def test_ways_to_show_adulthood(column: str, values: list[object], answers: str, line: str, tmp_path: Path) -> None:
    path = write_file(tmp_path, **{column: values})
    code, said = run(path, answers=answers)
    assert code == 0, said
    assert line in said


def test_the_age_column_found_is_used_instead_of_a_word(tmp_path: Path) -> None:
    """A file with an age is never attested; answers that are no ages are asked for again."""
    path = write_file(tmp_path, colour=["red"] * N, years_old=ages())
    code, said = run(path, answers="1\ncolour\n1\nyears_old\n\n")
    assert code == 0
    assert "cannot be read that way" in said


def test_an_empty_age_column_is_not_replaced_by_a_word(tmp_path: Path) -> None:
    code, said = run(write_file(tmp_path, age=[""] * N), answers="4\n")
    assert code == 2
    assert "holds no ages that can be read" in said


def test_a_mistake_in_the_spreadsheet_can_be_corrected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_file(tmp_path, age=ages())
    book = tmp_path / "answers_study" / "codebook.xlsx"
    pressed = []

    def press(text: str, **_: object) -> str:
        """Break the type of gender before the first Enter, mend it and rename two categories before the second."""
        pressed.append(text)
        workbook = load_workbook(book)
        sheet = workbook["columns"]
        header = [cell.value for cell in sheet[1]]
        row = next(row for row in sheet.iter_rows() if row[0].value == "gender")
        row[header.index("type")].value = "nominall" if len(pressed) == 1 else "nominal"
        row[header.index("labels")].value = "1 = women\n2 = men"
        row[header.index("reference")].value = "women"
        workbook.save(book)
        return ""

    monkeypatch.setattr("osa_survey.cli.start.typer.prompt", press)
    code, said = run(path)
    assert code == 0
    assert len(pressed) == 2
    assert "does not fit yet" in said
    content = tomllib.loads((tmp_path / "answers_study" / "codebook.toml").read_text(encoding="utf-8"))
    assert content["variables"]["gender"]["labels"] == {"1": "women", "2": "men"}


def test_values_nobody_declared_are_named_and_left_out(tmp_path: Path) -> None:
    """A rare answer is named by column, records, row and length, a frequent one in words; no file has a rare one."""
    town = ["Northtown"] * 50 + ["Southtown"] * 27 + ["Hiddenville"] * 2 + ["a town by the sea; house 7"]
    code, said = run(write_file(tmp_path, age=ages(), town=town), "--yes")
    assert code == 0
    assert "  <text, 11 characters> in the column 'town': 2 records, first in row 79" in said
    assert "Hiddenville" not in said
    assert "  <text, 26 characters> in the column 'town': 1 record, first in row 81" in said
    assert "with the reason invalid" in said
    folder = tmp_path / "answers_study"
    assert not any("Hiddenville" in path.read_text(encoding="utf-8") for path in folder.glob("*.toml"))
    study = tomllib.loads((folder / "study.toml").read_text(encoding="utf-8"))
    assert study["data"][0]["undeclared"] == "invalid"


def test_what_is_to_decide_is_named_before_the_spreadsheet_is_corrected(tmp_path: Path) -> None:
    town = ["Northtown"] * 50 + ["Southtown"] * 27 + ["Hiddenville"] * 3
    code, said = run(write_file(tmp_path, Alter=ages(), town=town), "--language", "de", answers="\n")
    assert code == 0
    named = "  <text, 11 characters> in der Spalte 'town': 3 Datensätze, zuerst in Zeile 79"
    assert said.count(named) == 2, "before the correction, and after one that changed nothing"
    assert said.index(named) < said.index("Eingabetaste") < said.rindex(named)


def test_people_of_a_rare_gender_stay_respondents(tmp_path: Path) -> None:
    """Four people of 80 have a gender that is none of the two common ones; nobody's answer becomes invalid."""
    gender = ["divers"] * 3 + ["agender"] + ["weiblich", "männlich"] * 38
    code, said = run(write_file(tmp_path, Alter=ages(0, 0), gender=gender), "--language", "de", "--yes")
    assert code == 0
    assert "ungültig" not in said
    folder = tmp_path / "answers_study"
    labels = tomllib.loads((folder / "codebook.toml").read_text(encoding="utf-8"))["variables"]["gender"]["labels"]
    assert set(labels) == {"divers", "agender", "weiblich", "männlich"}
    assert "undeclared" not in tomllib.loads((folder / "study.toml").read_text(encoding="utf-8"))["data"][0]


def test_nobody_is_an_adult(tmp_path: Path) -> None:
    code, said = run(write_file(tmp_path, age=[15 + n % 3 for n in range(N)]), "--yes")
    assert code == 2
    assert "adults 0, under 18: 80, unknown: 0" in said


def test_both_languages_say_the_same_things() -> None:
    assert set(WORDS["en"]) == set(WORDS["de"])
    for key, text in WORDS["en"].items():
        fields = {part.partition("}")[0] for part in text.split("{")[1:]}
        assert fields == {part.partition("}")[0] for part in WORDS["de"][key].split("{")[1:]}, key
