"""The blocks of the README run as they are printed, on a made-up export of adults."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
README = (CHECKOUT / "README.md").read_text(encoding="utf-8")
FINE_OR_FINDINGS = (0, 1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with ``export.csv``: ten items from 1 to 4, age and gender of 300 simulated adults."""
    place = tmp_path_factory.mktemp("readme")
    generator = np.random.default_rng(1)
    trait = generator.normal(size=(300, 1))
    items = np.clip(np.round(2.5 + trait + 0.8 * generator.normal(size=(300, 10))), 1, 4).astype(int)
    age, gender = generator.integers(18, 80, 300), generator.integers(1, 3, 300)
    lines = [",".join([*(f"scs_{n}" for n in range(1, 11)), "age", "gender"])]
    lines += [",".join(map(str, [*row, a, g])) for row, a, g in zip(items, age, gender, strict=True)]
    (place / "export.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return place


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.S)


def test_the_two_commands_stand_at_the_top() -> None:
    first = blocks("console")[0]
    assert re.match(r"make demo .*\nmake test ", first)
    assert README.index("make demo") < 400


def test_commands_and_python_run_in_their_order(folder: Path) -> None:
    lines = [line.split("#")[0].split() for line in blocks("console")[2].splitlines() if line.strip()]
    assert len(lines) >= 5
    for program, *arguments in lines:
        assert program == "osa-survey"
        done = subprocess.run(
            [sys.executable, "-m", "osa_survey", *arguments],
            cwd=folder,
            input="\n" * 10,  # the answers to the questions of start: go on
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode in FINE_OR_FINDINGS, f"{arguments}\n{done.stdout}{done.stderr}"
    script = "\n".join(blocks("python"))
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert (folder / "report" / "report.html").is_file()
