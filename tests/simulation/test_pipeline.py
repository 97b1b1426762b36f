"""The normal pipeline finds in the simulated file what was planted, and the published shares come out of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from osa_survey.codebooks import load_codebook
from osa_survey.dataset import Responses, admit
from osa_survey.ingest import read_export
from osa_survey.instruments import data_dictionary
from osa_survey.instruments.reasons import IMPLIED, REASON_CODES
from osa_survey.plan import load_study
from osa_survey.quality import exclude
from osa_survey.simulation import simulate_example, write_fair_export, write_qualtrics_csv


@pytest.fixture(scope="module")
def admitted(tmp_path_factory: pytest.TempPathFactory) -> Responses:
    folder = tmp_path_factory.mktemp("osa") / "study"
    shutil.copytree(data_dictionary() / "examples" / "osa", folder)
    path = write_qualtrics_csv(simulate_example("osa", seed=1), folder / "osa_simulated.csv")
    export = read_export(path)
    assert export.platform == "qualtrics"
    return admit(export, load_codebook(folder / "codebook.toml"))


@pytest.fixture(scope="module")
def kept(admitted: Responses) -> Responses:
    return exclude(admitted, load_study(data_dictionary() / "examples" / "osa").exclusion_rules)


def test_the_door_counts_what_was_planted(admitted: Responses) -> None:
    # 1,540 records - 12 without consent - 6 ages unknown - 5 impossible = 1,517.
    assert [(step.reason, step.n) for step in admitted.history] == [
        ("no consent given", 12),
        ("age of 18 or over not shown", 6),
        ("impossible age", 5),
    ]
    assert len(admitted) == 1517
    assert admitted.findings == ()


def test_the_published_shares_come_out(kept: Responses) -> None:
    assert len(kept) == 1500
    assert int((kept.codes["osa_any"] == 1).sum()) == 1020
    assert int((kept.codes["sexting"] == 1).sum()) == 615


def test_filters_become_reasons_and_implied_answers(kept: Responses) -> None:
    lifetime, frequency = kept.codes["osa_products"], kept.codes["osa_products_frequency"]
    reasons = kept.reasons["osa_products_frequency"]
    assert (frequency[lifetime == 2] == 1).all()
    assert (reasons[lifetime == 2] == IMPLIED).all()
    assert (reasons[lifetime == 3] == REASON_CODES["not_shown"]).all()
    assert (kept.reasons["ppcs6_01"][kept.codes["osa_entertainment"] == 2] == REASON_CODES["not_shown"]).all()
    assert (kept.reasons["gmsex_05"] == REASON_CODES["broke_off"]).any()
    assert (kept.reasons["gender"] == REASON_CODES["refused"]).sum() == 8


def test_the_direction_of_satisfaction_is_turned_by_the_codebook(kept: Responses) -> None:
    """In the export 1 is the positive pole; satisfaction with life was simulated to go along with it."""
    sexual = kept.codes[[f"gmsex_{n:02d}" for n in range(1, 6)]].mean(axis=1)
    life = kept.codes[[f"swls_{n:02d}" for n in range(1, 6)]].mean(axis=1)
    assert sexual.corr(life) > 0.15


def test_the_adult_rule_leaves_out_one_band_of_the_fair_survey(tmp_path: Path) -> None:
    export = read_export(write_fair_export(tmp_path / "fair.csv"))
    responses = admit(export, load_codebook(data_dictionary() / "examples" / "fair" / "codebook.toml"))
    assert [step.n for step in responses.history if step.n] == [139]
    assert len(responses) == 6366 - 139
    assert responses.codes["age_band"].min() == 22
