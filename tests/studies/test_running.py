"""Studies from raw export to the table of published and reproduced numbers."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from osa_survey import plots
from osa_survey.errors import DefinitionError
from osa_survey.ingest import read_export
from osa_survey.results import Result
from osa_survey.simulation import load_published
from osa_survey.simulation.osa_assumptions import OSA_ASSUMPTIONS
from osa_survey.studies import (
    Study,
    check_published,
    find_study,
    nearest_count,
    reproduction_text,
    run_published,
    runnable_ids,
    study_listing,
    write_study,
)

CHECKOUT = Path(__file__).resolve().parents[2]
SEEDS = range(1, 11)


def verdicts(result: Result) -> dict[str, str]:
    rows = result.frame.loc[result.frame["quantity"] == "within_tolerance"]
    return dict(zip(rows["outcome"] + "|" + rows["group"], rows["level"], strict=True))


@pytest.mark.parametrize("seed", SEEDS)
def test_students_in_four_countries_come_back_for_every_seed(seed: int) -> None:
    found = verdicts(run_published("doering_2017", seed))
    assert len(found) == 11
    direction = "Sexual entertainment, lifetime|women compared with men"
    assert found.pop(direction) == "yes: direction"
    assert set(found.values()) == {"yes: printed digits"}


@pytest.mark.parametrize("seed", SEEDS)
def test_the_german_survey_comes_back_for_every_seed(seed: int) -> None:
    result = run_published("doering_mohseni_2018", seed)
    found = verdicts(result)
    exact = {name for name, level in found.items() if level == "yes: printed digits"}
    assert exact == {"Respondents|all", "Any online sexual activity, lifetime|all", "Sexting, lifetime|all"}
    # Directions are planted with d of about 1; the smallest group holds some 60 adults.
    assert all(level == "yes: direction" for name, level in found.items() if name not in exact)


def test_numbers_are_what_a_person_would_count(tmp_path: Path) -> None:
    written = write_study(load_published("doering_2017"), find_study("doering_2017"), 3, tmp_path / "study")
    lines = (tmp_path / "study" / next(iter(written)).name).read_text(encoding="utf-8").splitlines()
    head = lines[0].split(",")
    records = [line.split(",") for line in lines[3:]]
    assert len(records) == 2690
    of = {name: np.array([record[head.index(name)] for record in records]) for name in ("gender", "cybersex", "age")}
    # 1,436 of 2,690 are 53.38 %; 829 are 30.82 %; 30 are 1.12 %.
    assert (of["gender"] == "2").sum() == 1436
    assert (of["cybersex"] == "1").sum() == 829
    assert round(of["age"].astype(float).mean(), 2) == 24.65
    assert of["age"].astype(int).min() >= 18
    result = run_published("doering_2017", 3)
    row = result.pick("reproduced", outcome="Cybersex, lifetime", group="all")
    assert row["estimate"] == pytest.approx(829 / 2690)
    assert result.pick("reproduction_difference", outcome="Cybersex, lifetime", group="all")[
        "estimate"
    ] == pytest.approx(829 / 2690 - 0.308)


def test_everything_written_says_that_it_is_simulated(tmp_path: Path) -> None:
    result = run_published("doering_2017", 2, tmp_path / "out")
    files = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert {
        "study/doering_2017_simulated.csv",
        "study/doering_2017_simulated.truth.json",
        "study/codebook.toml",
        "study/study.toml",
        "results/results.jsonl",
        "reproduction.csv",
        "assumed.csv",
        "reproduction_simulated.svg",
    } <= files
    export = read_export(tmp_path / "out" / "study" / "doering_2017_simulated.csv")
    assert export.platform == "qualtrics"
    truth = json.loads((tmp_path / "out/study/doering_2017_simulated.truth.json").read_text(encoding="utf-8"))
    assert truth["simulated"] is True
    assert {entry["status"] for entry in truth["assumptions"]} == {"published", "assumed"}
    assert "simulated" in result.title
    assert any("simulated" in note for note in result.notes)
    assert "simulated answers" in plots.draw(result).get_xlabel()
    again = run_published("doering_2017", 2)
    assert again.table.equals(result.table), "the same seed gives the same numbers"


def test_the_figure_shows_published_beside_reproduced() -> None:
    result = run_published("doering_mohseni_2018", 1)
    ax = plots.draw(result)
    drawn = sorted(round(float(line.get_xdata()[0]), 6) for line in ax.lines if line.get_marker() in {"o", "s"})
    assert drawn == [41.0, 41.0, 68.0, 68.0]
    assert {text.get_text() for text in ax.get_legend().get_texts()} == {"reproduced", "published"}
    assert "68" in plots.alt_text(result)


def test_assumed_and_published_are_told_apart_in_print() -> None:
    result = run_published("doering_mohseni_2018", 1)
    text = reproduction_text(result)
    assert "10 of 10 published numbers came back: 3 with their printed digits, 0 within" in text
    assert "negative outcomes = -1.1" in text
    assert "Could not be read: coefficients of the predictors" in text
    # Every assumption of the example that draws the respondents is told, none of the five published numbers is.
    told = result.more["assumed"].table
    assumed = {entry.quantity: entry.value for entry in OSA_ASSUMPTIONS if entry.status == "assumed"}
    assert dict(zip(told["outcome"], told["estimate"], strict=True)) == assumed
    assert (told["level"] != "").all()


def own_study(folder: Path) -> Path:
    """Write the study that CONTRIBUTING shows into a folder."""
    page = (CHECKOUT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = page[page.index("## Add a published study") :]
    for name, text in re.findall(
        r"`((?:published|studies)/porch_2021[\w./]*)`:\n\n```\w+\n(.*?)```", section, flags=re.S
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_a_study_of_ones_own_is_one_module_and_one_file(tmp_path: Path) -> None:
    folder = own_study(tmp_path)
    assert sorted(path.name for path in folder.rglob("*.*")) == [
        "codebook.toml",
        "porch_2021.py",
        "porch_2021.toml",
        "study.toml",
    ]
    assert runnable_ids(folder) == ("porch_2021",)
    assert "porch_2021" in study_listing(folder)
    for seed in (1, 2):
        found = verdicts(run_published("porch_2021", seed, folder=folder))
        assert found == dict.fromkeys(["Respondents|all", "Age|all", "Sits on a porch|all"], "yes: printed digits")
    checked = check_published("porch_2021", folder).table.set_index("term")["level"]
    assert checked["whole people"] == "consistent"
    # 125 of 200 are 62.5 %.
    assert nearest_count(load_published("porch_2021", folder), "sits") == 125


def test_a_number_that_does_not_come_back_is_said_so(tmp_path: Path) -> None:
    folder = own_study(tmp_path)
    path = folder / "published" / "porch_2021.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("proportion/sits//all/", "proportion/sit//all/"),
        encoding="utf-8",
    )
    result = run_published("porch_2021", folder=folder)
    row = result.pick("within_tolerance", outcome="Sits on a porch")
    assert (row["level"], row["estimate"]) == ("no", 0)
    warning = result.pick("reproduced", outcome="Sits on a porch")["warning"]
    assert warning.startswith("the run has no row 'porch/main/proportion/sit//all/'; did you mean")
    assert "'porch/main/proportion/sits//all/'" in warning
    assert "2 of 3 published numbers came back" in result.sentences()[0]


def test_mistakes_are_named(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match="did you mean 'doering_2017'"):
        run_published("doering_2016")
    folder = own_study(tmp_path)
    module = folder / "studies" / "porch_2021.py"
    text = module.read_text(encoding="utf-8")
    module.write_text(text.replace('Study("porch_2021"', 'Study("porch"'), encoding="utf-8")
    with pytest.raises(DefinitionError, match="no_study"):
        find_study("porch_2021", folder)
    module.unlink()
    with pytest.raises(DefinitionError, match="no_study_module"):
        find_study("porch_2021", folder)
    assert "check only" in study_listing(folder)
    published = load_published("porch_2021", folder)
    elsewhere = Study("porch_2021", lambda numbers, seed: {}, folder="nowhere")
    with pytest.raises(DefinitionError, match="no_study_folder"):
        write_study(published, elsewhere, 1, tmp_path / "out", folder)
    other = Study("porch_2021", lambda numbers, seed: {"other_simulated.csv": None})  # type: ignore[dict-item,return-value]
    with pytest.raises(DefinitionError, match="other_exports"):
        write_study(published, other, 1, tmp_path / "out", folder)
