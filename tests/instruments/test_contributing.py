"""The instrument CONTRIBUTING shows is one file; with nothing else touched it is read, scored and reported."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import numpy as np
import pytest

from osa_survey.instruments import load_library, scoring_sheet
from osa_survey.plan import check_definition, load_study, prepare_study, report_study

CHECKOUT = Path(__file__).resolve().parents[2]
N = 120


def shown_instrument() -> str:
    """Return the very block of CONTRIBUTING that defines an instrument."""
    page = (CHECKOUT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    blocks = [block for block in re.findall(r"```toml\n(.*?)```", page, flags=re.S) if "[[items]]" in block]
    assert len(blocks) == 1, "CONTRIBUTING shows one complete instrument"
    return blocks[0]


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a study of made-up adults whose only instrument is that of CONTRIBUTING."""
    folder = tmp_path_factory.mktemp("porch")
    text = shown_instrument()
    identifier = tomllib.loads(text)["id"]
    (folder / "instruments").mkdir()
    (folder / "instruments" / f"{identifier}.toml").write_text(text, encoding="utf-8")
    random = np.random.default_rng(7)
    ease = random.normal(size=(N, 1))
    signs = np.array([1, 1, -1, 1])
    answers = np.clip(np.round(3 + signs * (ease + 0.7 * random.normal(size=(N, 4)))), 1, 5).astype(int)
    ages = random.integers(18, 80, N)
    rows = [[*map(str, row), str(age)] for row, age in zip(answers, ages, strict=True)]
    rows[0][:4] = ["2", "4", "1", ""]  # one gap: the mean of 2, 4 and 6 - 1 = 5 is 11 / 3
    rows[1][:4] = ["5", "9", "", "3"]  # two gaps, one of them "prefer not to answer": no score
    rows[2][:4] = ["1", "1", "5", "1"]  # the lowest score: 1
    lines = ["p1,p2,p3,p4,age", *(",".join(row) for row in rows)]
    (folder / "export.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "codebook.toml").write_text(
        'format = 1\ntitle = "Porches"\nsimulated = true\n[eligibility]\nage = "age"\n'
        f'[blocks.{identifier}]\ninstrument = "{identifier}"\ncolumns = "p{{n}}"\n'
        '[variables.age]\ncolumn = "age"\ntype = "number"\nmaximum = 99\n',
        encoding="utf-8",
    )
    (folder / "study.toml").write_text(
        'format = 1\ntitle = "Ease on porches"\nseed = 1\n[[data]]\nexport = "export.csv"\ncodebook = "codebook.toml"\n'
        '[fieldwork]\nsample = "opt-in"\n'
        f'[[analyses]]\nid = "sample"\ndo = "describe"\nvariables = ["age", "{identifier}_total"]\n'
        f'[[analyses]]\nid = "rel"\ndo = "reliability"\nscale = "{identifier}_total"\ncoefficient = "omega"\n'
        '[report]\nformats = ["html"]\n',
        encoding="utf-8",
    )
    return folder


def test_the_file_has_nothing_to_decide_and_a_scoring_sheet(study: Path) -> None:
    path = next((study / "instruments").glob("*.toml"))
    found = check_definition(path)
    assert found.exit_code == 0, found.as_text()
    sheet = scoring_sheet(load_library(study).instrument(path.stem))
    assert "Turn round item 3: new code = 6 − x." in sheet
    assert path.stem not in load_library().ids, "made up, so it never ships"


def test_answers_are_read_and_scored_as_the_file_says(study: Path) -> None:
    scored = prepare_study(load_study(study)).scored
    scores = scored.frame["porch_total"].to_numpy()
    assert len(scores) == N
    assert scores[0] == pytest.approx(11 / 3)
    assert np.isnan(scores[1])
    assert scores[2] == 1.0
    log = scored.log[0]
    assert (log.scored, log.prorated, log.not_scored) == (N - 2, 1, 1)
    assert scored.keying["porch_total"].verdict != "contradicts"


def test_the_report_prints_the_instrument_with_its_mark(study: Path, tmp_path: Path) -> None:
    report_study(study, tmp_path / "report")
    page = (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
    assert "Made-up Porch Ease Scale" in page
    assert "partly" in page
    assert "SIMULATED" in page
    ledger = (tmp_path / "report" / "results.jsonl").read_text(encoding="utf-8").splitlines()
    assert "instruments/porch" in json.loads(ledger[0])["definitions"]
    outcomes = {json.loads(line).get("outcome") for line in ledger[1:]}
    assert "porch_total" in outcomes
