"""``osa-survey studies`` lists, runs and checks published studies."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from osa_survey.cli.main import app
from osa_survey.simulation import published_ids


def osa(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["studies", *map(str, arguments)], standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    return int(result.return_value or 0), result.output


def test_every_study_is_listed() -> None:
    code, shown = osa("list")
    assert code == 0
    assert all(f"\n{name} " in shown for name in published_ids())
    assert "doering_2017          2,690   11       11" in shown


def test_run_prints_published_and_reproduced_and_keeps_what_was_written(tmp_path: Path) -> None:
    code, shown = osa("run", "doering_2017", "--seed", 4, "--out", tmp_path / "out")
    assert code == 0
    assert "simulated answers, seed 4" in shown
    line = next(line for line in shown.splitlines() if line.startswith("Cybersex, lifetime"))
    assert line.split("  ")[0] == "Cybersex, lifetime"
    assert "30.8 %" in line
    assert "yes: printed digits" in line
    assert "age sd = 5.2" in shown
    assert (tmp_path / "out" / "study" / "doering_2017_simulated.csv").is_file()


@pytest.mark.parametrize(("name", "code"), [("iran_2024", 1), ("doering_2017", 0), ("grov_2011", 0)])
def test_check_ends_with_1_where_numbers_cannot_be_true_together(name: str, code: int) -> None:
    found, shown = osa("check", name)
    assert found == code
    assert ("inconsistent:" in shown) == (code == 1)
