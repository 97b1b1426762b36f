"""What is written as a platform writes it is read back as it was drawn."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from osa_survey.codebooks import Codebook
from osa_survey.dataset import admit
from osa_survey.errors import OutputError
from osa_survey.ingest import read_export
from osa_survey.instruments.reasons import REASON_CODES
from osa_survey.simulation import PopulationEntry, SimulatedExport, as_responses, simulate, write_simulated
from osa_survey.simulation.redcap_files import write_redcap_csv
from tests.made_up_populations import small_codebook

FLAWED = PopulationEntry.model_validate(
    {
        "variables": {"hours": {"decimals": 2}},
        "gaps": {"rates": {"refused": 0.04, "dont_know": 0.02, "not_answered": 0.03}},
        "flaws": {"break_offs": 0.1, "duplicates": 0.02, "no_consent": 0.03},
    }
)
PLATFORMS = {"qualtrics": ".csv", "limesurvey": ".csv", "redcap": ".csv", "spss": ".sav", "table": ".csv"}
BREAK_OFFS_KNOWN = ("qualtrics", "limesurvey", "redcap")


def without_boxes(paradata: dict[str, str] | None = None) -> Codebook:
    """REDCap has no empty check box: 0 stands for nothing ticked, not shown and not reached."""
    variables = small_codebook().model_dump(exclude_unset=True)["variables"]
    return small_codebook(paradata, variables={name: own for name, own in variables.items() if name != "ways"})


def exported(codebook: Codebook) -> SimulatedExport:
    return simulate(codebook, FLAWED, n=600, seed=4)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_file_gives_the_responses_that_were_drawn(platform: str, tmp_path: Path) -> None:
    codebook = without_boxes() if platform == "redcap" else small_codebook()
    simulated = exported(codebook)
    path = write_simulated(simulated, tmp_path / f"made_up_simulated{PLATFORMS[platform]}", platform)
    export = read_export(path)
    assert export.platform == platform
    assert {problem.code for problem in export.findings} == ({"reason_from_label"} if platform == "spss" else set())
    assert export.simulated
    found, drawn = admit(export, codebook), as_responses(simulated, codebook)
    pd.testing.assert_frame_equal(found.codes, drawn.codes)
    pd.testing.assert_frame_equal(found.reasons, drawn.reasons)
    pd.testing.assert_frame_equal(found.paradata, drawn.paradata)
    assert found.history == drawn.history
    assert found.findings == drawn.findings == ()
    assert found.simulated
    assert drawn.simulated
    used = set(np.unique(found.reasons.to_numpy()))
    assert {REASON_CODES[word] for word in ("refused", "dont_know", "not_shown", "broke_off")} <= used


@pytest.mark.parametrize("platform", BREAK_OFFS_KNOWN)
def test_platforms_know_who_broke_off_without_a_column_of_progress(platform: str, tmp_path: Path) -> None:
    codebook = without_boxes({}) if platform == "redcap" else small_codebook({})
    simulated = exported(codebook)
    path = write_simulated(simulated, tmp_path / "made_up_simulated.csv", platform)
    found, drawn = admit(read_export(path), codebook), as_responses(simulated, codebook)
    assert (drawn.reasons.to_numpy() == REASON_CODES["broke_off"]).any()
    pd.testing.assert_frame_equal(found.codes, drawn.codes)
    pd.testing.assert_frame_equal(found.reasons, drawn.reasons)


def test_redcap_boxes_hold_0_and_its_dictionary_tells_where_they_were_not_shown(tmp_path: Path) -> None:
    codebook = small_codebook()
    simulated = exported(codebook)
    path, dictionary = tmp_path / "boxes_simulated.csv", tmp_path / "boxes.dictionary.csv"
    write_redcap_csv(simulated, path, dictionary)
    export = read_export(path, companions=[dictionary])
    assert export.findings == ()
    assert export.value_labels["gender"]["2"] == "woman"
    found, drawn = admit(export, codebook), as_responses(simulated, codebook)
    for name in ("ways_alone", "ways_together", "ways_other"):
        ticked = (drawn.codes[name] == 1).to_numpy()
        assert (found.codes[name][ticked] == 1).all()
        unseen = (drawn.codes["ever"] == 2).to_numpy()
        assert (found.reasons[name][unseen] == REASON_CODES["not_shown"]).all()
        # What Qualtrics leaves empty where nothing of a question was ticked, REDCap writes as 0.
        nothing = (drawn.reasons[name] == REASON_CODES["not_answered"]).to_numpy()
        assert nothing.sum() > 5
        assert (found.codes[name][nothing] == 0).all()


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_file_name_must_say_that_the_answers_are_simulated(platform: str, tmp_path: Path) -> None:
    simulated = simulate(small_codebook(), n=30)
    with pytest.raises(OutputError) as caught:
        write_simulated(simulated, tmp_path / f"answers{PLATFORMS[platform]}", platform)
    assert caught.value.problems[0].code == "not_marked"
    assert list(tmp_path.iterdir()) == []


def test_columns_that_a_platform_cannot_have_are_refused_together(tmp_path: Path) -> None:
    codebook = small_codebook(paradata={"duration": "Duration (in seconds)", "progress": "2nd"})
    simulated = simulate(codebook, n=30)
    for platform, code in (("redcap", "not_a_field"), ("spss", "not_a_variable")):
        with pytest.raises(OutputError) as caught:
            write_simulated(simulated, tmp_path / "x_simulated.sav", platform)
        assert [(p.code, p.column) for p in caught.value.problems] == [
            (code, "Duration (in seconds)"),
            (code, "2nd"),
        ]


def test_there_is_no_writer_for_every_platform(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="no_writer"):
        write_simulated(simulate(small_codebook(), n=30), tmp_path / "x_simulated.csv", "sosci")


def test_export_values_with_commas_and_quotes_are_written_as_cells(tmp_path: Path) -> None:
    labels = {"yes, often": "yes", 'no "never"': "no"}
    variables = small_codebook().model_dump(exclude_unset=True)["variables"]
    variables["ever"] = {"column": "ever", "type": "nominal", "labels": labels}
    codebook = small_codebook(variables=variables)
    simulated = exported(codebook)
    path = write_simulated(simulated, tmp_path / "quoted_simulated.csv", "table")
    pd.testing.assert_frame_equal(admit(read_export(path), codebook).codes, as_responses(simulated, codebook).codes)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_same_seed_gives_the_same_bytes(platform: str, tmp_path: Path) -> None:
    ending = PLATFORMS[platform]
    first = write_simulated(exported(small_codebook()), tmp_path / f"a_simulated{ending}", platform)
    second = write_simulated(exported(small_codebook()), tmp_path / f"b_simulated{ending}", platform)
    other = simulate(small_codebook(), FLAWED, n=600, seed=5)
    third = write_simulated(other, tmp_path / f"c_simulated{ending}", platform)
    assert first.read_bytes() == second.read_bytes() != third.read_bytes()
