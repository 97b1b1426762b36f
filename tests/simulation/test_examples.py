"""The simulated survey: published shares are exact, everything else is declared, and nobody is under 18."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from osa_survey.errors import AnalysisError, OutputError
from osa_survey.simulation import SimulatedExport, simulate_example, write_qualtrics_csv, write_truth
from osa_survey.simulation.assumptions import Assumption, assumed_values
from osa_survey.simulation.osa_assumptions import OSA_ASSUMPTIONS
from osa_survey.simulation.osa_respondents import ACTIVITIES, simulate_adults

SEEDS = (1, 2, 20261123)
TYPES = [f"osa_{name}" for name in ACTIVITIES]
SAMPLING_SE = 4.0
"""Checks of random shares allow this many standard errors; the seeds are fixed, so they either pass or do not."""


@pytest.fixture(scope="module")
def example() -> SimulatedExport:
    return simulate_example("osa", seed=1)


def eligible(example: SimulatedExport) -> pd.DataFrame:
    """The 1,500 adults the flawed records stand beside."""
    beside = ("no consent", "age unknown", "age impossible", "identical records", "speeders")
    flawed = {row for name in beside for row in example.truth["planted_records"][name]}
    return example.frame.drop(index=sorted(flawed))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_published_shares_are_exact(seed: int) -> None:
    # Döring & Mohseni (2018): N = 1,500; 68 % = 1,020; 41 % = 615.
    people = eligible(simulate_example("osa", seed=seed))
    assert len(people) == 1500
    assert (people["osa_any"] == "1").sum() == 1020
    assert (people["sexting"] == "1").sum() == 615
    assert (people[TYPES] == "1").any(axis=1).sum() == 1020


def test_another_size_keeps_the_shares() -> None:
    people = eligible(simulate_example("osa", seed=5, n=400))
    assert len(people) == 400
    assert (people["osa_any"] == "1").sum() == 272
    assert (people["sexting"] == "1").sum() == 164


@pytest.mark.parametrize("seed", SEEDS)
def test_nobody_is_under_18(seed: int) -> None:
    ages = pd.to_numeric(simulate_example("osa", seed=seed).frame["age"])
    known = ages[ages != -99].dropna()
    assert known.min() >= 18
    planted = known[known > 85]
    assert len(planted) == 5
    assert planted.min() > 98


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    paths = [tmp_path / f"{n}_simulated.csv" for n in range(3)]
    for path, seed in zip(paths, (1, 1, 2), strict=True):
        write_qualtrics_csv(simulate_example("osa", seed=seed), path)
    first, second, other = (path.read_bytes() for path in paths)
    assert first == second
    assert first != other


def test_the_layout_is_that_of_a_qualtrics_export(example: SimulatedExport, tmp_path: Path) -> None:
    path = write_qualtrics_csv(example, tmp_path / "osa_simulated.csv")
    raw = pd.read_csv(path, header=None, dtype=str, keep_default_na=False)
    assert raw.shape == (3 + 1540, len(example.columns))
    names, texts, identifiers = raw.iloc[0], raw.iloc[1], [json.loads(cell) for cell in raw.iloc[2]]
    expected = ["StartDate", "EndDate", "Status", "Progress", "Duration (in seconds)", "Finished"]
    assert names.tolist()[:6] == expected
    assert len(set(names)) == len(names)
    assert texts.str.len().min() > 0
    assert identifiers[0] == {"ImportId": "startDate", "timeZone": "Europe/Berlin"}
    assert len({content["ImportId"] for content in identifiers}) == len(names)
    assert b"\r" not in path.read_bytes()


def test_simulated_answers_say_so_in_every_record_and_in_the_file_name(
    example: SimulatedExport, tmp_path: Path
) -> None:
    assert (example.frame["simulated"] == "1").all()
    with pytest.raises(OutputError, match="simulated"):
        write_qualtrics_csv(example, tmp_path / "osa.csv")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_said(example: SimulatedExport, tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        write_qualtrics_csv(example, tmp_path / "absent" / "osa_simulated.csv")
    with pytest.raises(OutputError):
        write_truth(example, tmp_path / "absent" / "truth.json")


def test_the_representation_shows_no_record(example: SimulatedExport) -> None:
    assert repr(example) == "<SimulatedExport osa: 1540 records, 72 columns, seed 1>"


def test_every_number_is_published_with_a_source_or_assumed_with_a_reason(example: SimulatedExport) -> None:
    published = {entry.quantity: entry.value for entry in example.assumptions if entry.status == "published"}
    assert published == {
        "eligible adults": 1500,
        "lowest age": 18,
        "highest age": 85,
        "share with any OSA": 0.68,
        "share with sexting": 0.41,
    }
    assert all("10.1080/19317611.2018.1491921" in entry.source for entry in example.assumptions if entry.source)
    assert all(entry.why for entry in example.assumptions)
    assert example.truth["parameters"] == {entry.quantity: entry.value for entry in example.assumptions}


def test_an_assumption_without_its_warrant_is_refused() -> None:
    with pytest.raises(ValueError, match="needs its source"):
        Assumption("a share", 0.5, "published", "printed somewhere")
    with pytest.raises(ValueError, match="needs a reason"):
        Assumption("a share", 0.5, "assumed", "")
    twice = Assumption("a share", 0.5, "assumed", "chosen")
    with pytest.raises(ValueError, match="same quantity"):
        assumed_values([twice, twice])


class CountingMapping(dict[str, float]):
    """Notes which numbers are read."""

    def __init__(self, values: dict[str, float]) -> None:
        super().__init__(values)
        self.read: set[str] = set()

    def __getitem__(self, key: str) -> float:
        self.read.add(key)
        return super().__getitem__(key)

    def get(self, key: str, default: float = 0.0) -> float:  # type: ignore[override]
        self.read.add(key)
        return super().get(key, default)


def test_no_declared_number_is_idle() -> None:
    from osa_survey.simulation.flaws import plant_flaws

    values = CountingMapping(dict(assumed_values(OSA_ASSUMPTIONS)))
    rng = np.random.default_rng(1)
    plant_flaws(simulate_adults(400, values, rng), values, rng)
    assert set(values) - values.read == {"eligible adults"}  # read by simulate_example, where n is not given


def test_filters_leave_empty_cells_where_nothing_was_shown(example: SimulatedExport) -> None:
    people = eligible(example)
    for activity in (*TYPES, "sexting"):
        user = people[activity] == "1"
        assert (people.loc[~user, f"{activity}_freq"] == "").all()
        assert (people.loc[user, f"{activity}_freq"] != "").all()
        positive = f"{activity.removeprefix('osa_')}_positive"
        assert (people.loc[~user, positive] == "").all()
        assert (people.loc[user, positive] != "").all()
    single = people["relationship"] == "1"
    assert (people.loc[single, [f"gmsex_{n}" for n in range(1, 6)]] == "").all(axis=None)


def test_the_planted_flaws_are_in_the_file(example: SimulatedExport) -> None:
    frame, planted = example.frame, example.truth["planted"]
    records = example.truth["planted_records"]
    assert (frame["consent"] == "2").sum() == planted["no consent"] == 12
    asked = [column.name for column in example.columns if not column.embedded]
    answers = frame[asked]
    assert (answers.loc[records["no consent"]].drop(columns="consent") == "").all(axis=None)
    consenting = frame["consent"] == "1"
    assert frame.loc[consenting, "age"].isin(["", "-99"]).sum() == planted["age unknown"] == 6
    assert answers[consenting].duplicated().sum() == planted["identical records"] == 7
    duration = pd.to_numeric(frame["Duration (in seconds)"])
    assert (duration < 0.3 * duration.median()).sum() == planted["speeders"] == 10
    assert (frame["Finished"] == "0").sum() == planted["break-offs"] == 24
    assert (frame.loc[records["break-offs"], "gmsex_5"] == "").all()
    rses = frame.loc[records["constant lines"], [f"rses_{n}" for n in range(1, 11)]]
    assert (rses.nunique(axis=1) == 1).all()
    assert (frame["gender"] == "-99").sum() >= planted["gender refused"] == 8


def test_planted_associations_have_their_direction() -> None:
    values = dict(assumed_values(OSA_ASSUMPTIONS))
    columns = simulate_adults(20_000, values, np.random.default_rng(3)).columns
    used = columns["osa_any"] == 1
    men, women = columns["gender"] == 1, columns["gender"] == 2
    young = columns["age"] < 45
    assert used[men].mean() > used[women].mean() + 0.05
    assert used[young].mean() > used[~young].mean() + 0.05
    share = (columns["gender"] == 3).mean()
    planted = values["share another gender"]
    assert abs(share - planted) < SAMPLING_SE * np.sqrt(planted * (1 - planted) / 20_000)
    for name in (*ACTIVITIES, "sexting"):
        assert np.nanmean(columns[f"{name}_positive"]) > np.nanmean(columns[f"{name}_negative"])


def test_ages_and_bands_agree(example: SimulatedExport) -> None:
    people = eligible(example)
    age, band = pd.to_numeric(people["age"]), pd.to_numeric(people["age_band"])
    assert band.tolist() == [1 + sum(a >= start for start in (25, 35, 45, 55, 65)) for a in age]


def test_an_unknown_example_or_a_size_too_small_is_refused() -> None:
    with pytest.raises(AnalysisError, match="no example 'osb'"):
        simulate_example("osb")  # type: ignore[arg-type]
    with pytest.raises(AnalysisError, match="300 or more"):
        simulate_example("osa", n=100)


def test_the_truth_is_written_beside_and_read_by_nobody(example: SimulatedExport, tmp_path: Path) -> None:
    content = json.loads(write_truth(example, tmp_path / "osa_simulated.truth.json").read_text(encoding="utf-8"))
    assert content["simulated"] is True
    assert content["truth"]["any OSA"] == 1020
    assert {"quantity", "value", "status", "why", "source"} == set(content["assumptions"][0])
    package = Path(simulate_example.__code__.co_filename).parent.parent
    readers = [path for path in package.rglob("*.py") if ".truth" in path.read_text(encoding="utf-8")]
    assert [path.name for path in readers if path.parent.name != "simulation"] == []
