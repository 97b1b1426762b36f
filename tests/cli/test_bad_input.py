"""Bad input through the command line: a located message, exit code 2, and nothing half-written."""

from __future__ import annotations

import io
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest import mock

import pytest

from osa_survey.cli.main import main
from tests.written_studies import AGE, DESCRIBED, OPT_IN, SCS, write_files

STUDY = OPT_IN + DESCRIBED
CODEBOOK = AGE + SCS
HEADER = ",".join([*(f"Q{n}" for n in range(1, 11)), "age"])
LINE = "1,2,3,4,1,2,3,4,1,2,30"


def write(folder: Path, *, data: str | bytes | None = None, study: str = STUDY, codebook: str = CODEBOOK) -> Path:
    return write_files(folder, study=study, codebook=codebook, data=[HEADER, *[LINE] * 12] if data is None else data)


def osa(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the command line in this process: what it does not refuse itself is raised."""
    command = ["osa-survey", *map(str, arguments)]
    out, err = io.StringIO(), io.StringIO()
    with mock.patch.object(sys, "argv", command), redirect_stdout(out), redirect_stderr(err):
        code = main()
    return subprocess.CompletedProcess(command, code, out.getvalue(), err.getvalue())


def refused(folder: Path, *expected: str, command: str = "report") -> str:
    out = folder / "out"
    arguments = [command, folder, *(["--out", out] if command in ("report", "run") else [])]
    done = osa(*arguments)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    for text in expected:
        assert text in done.stderr, done.stderr
    assert not out.exists()
    assert not list(folder.glob("*.partial"))
    return done.stderr


def test_good_input_is_accepted(tmp_path: Path) -> None:
    folder = write(tmp_path / "study")
    command = [sys.executable, "-m", "osa_survey", "report", str(folder), "--out", str(folder / "out")]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    assert (folder / "out" / "report.html").is_file()


def test_missing_column(tmp_path: Path) -> None:
    data = "\n".join([HEADER.replace("Q3", "Q33"), LINE])
    refused(write(tmp_path, data=data), "missing_column", "data.csv", "column 'Q3'", "Q33")


def test_text_answer_and_codes_out_of_range(tmp_path: Path) -> None:
    data = "\n".join([HEADER, LINE, "often,2,3,4,1,2,3,4,1,2,30", "1,2,3,9,1,2,3,4,1,2,30"])
    shown = refused(write(tmp_path, data=data), "not_a_number", "row 3", "not_an_option", "row 4", "item 'scs_04'")
    assert "often" not in shown
    for command in ("run", "score"):
        refused(write(tmp_path / command, data=data), "not_a_number", command=command)
    checked = osa("check", tmp_path)
    assert checked.returncode == 1
    assert "not_an_option" in checked.stdout


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ("", "empty_file"),
        (HEADER + "\n", "no_records"),
        ("\n".join([HEADER.replace("Q2", "Q1"), LINE]), "duplicate_columns"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x10\x00\x00" * 4, ""),
    ],
)
def test_files_that_hold_no_table(tmp_path: Path, data: str | bytes, code: str) -> None:
    refused(write(tmp_path, data=data), "data.csv", code)


def test_wrong_encoding(tmp_path: Path) -> None:
    codebook = CODEBOOK.replace("[eligibility]", '[file]\nencoding = "utf-8"\n\n[eligibility]')
    data = "\n".join([HEADER + ",ort", LINE + ",K\u00f6ln"]).encode("latin-1")
    refused(write(tmp_path, data=data, codebook=codebook), "wrong_encoding", "data.csv")


def test_toml_typo_and_unknown_key(tmp_path: Path) -> None:
    refused(write(tmp_path / "a", study=STUDY.replace('"opt-in"', "opt-in")), "not_toml", "study.toml", "line")
    refused(write(tmp_path / "b", study=STUDY.replace("seed", "sead")), "unknown_key", "did you mean 'seed'")


def test_unknown_instrument_analysis_argument_and_variable(tmp_path: Path) -> None:
    refused(write(tmp_path / "a", codebook=CODEBOOK.replace('"scs"', '"scss"')), "unknown_instrument", "'scs'")
    refused(write(tmp_path / "b", study=STUDY.replace('"describe"', '"describ"')), "unknown_analysis", "'describe'")
    refused(write(tmp_path / "c", study=STUDY + 'bye = "age"\n'), "unknown_argument", "analyses[1].bye", "'by'")
    text = STUDY.replace('"scs_total"', '"scs_totl"')
    refused(write(tmp_path / "d", study=text), "unknown_variable", "analyses[1].variables", "did you mean 'scs_total'")


def test_no_way_to_show_adulthood(tmp_path: Path) -> None:
    text = CODEBOOK.replace('age = "age"', "")
    for command in ("check", "score", "run", "report"):
        refused(write(tmp_path / command, codebook=text), "no_way_to_show_adulthood", "attested", command=command)


def test_everybody_excluded(tmp_path: Path) -> None:
    data = "\n".join([HEADER, LINE.removesuffix("30") + "12"])
    refused(write(tmp_path, data=data), "nobody_left")


def test_output_below_a_file_and_a_folder_that_is_not_ours(tmp_path: Path) -> None:
    folder = write(tmp_path / "study")
    done = osa("report", folder, "--out", folder / "data.csv" / "out")
    assert done.returncode == 2
    assert "OutputError" in done.stderr
    foreign = tmp_path / "thesis"
    foreign.mkdir()
    (foreign / "chapter.txt").write_text("precious", encoding="utf-8")
    done = osa("report", folder, "--out", foreign)
    assert done.returncode == 2
    assert "not_our_folder" in done.stderr
    assert (foreign / "chapter.txt").read_text(encoding="utf-8") == "precious"


def test_wrong_use_ends_in_2_without_a_traceback(tmp_path: Path) -> None:
    for arguments in (["reprot"], ["report", "--nothing"], ["report", tmp_path / "absent"], ["demo", "nothing"]):
        done = osa(*arguments)
        assert done.returncode == 2, done.stderr
        assert "Traceback" not in done.stderr
