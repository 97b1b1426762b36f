"""The command ``instruments``: list, show, check, compare; exit codes and formats."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from osa_survey.instruments import data_dictionary, load_library, scoring_sheet

MOST_SECONDS = 1.0
"""What the help may take to show."""
SUBCOMMANDS = ("list", "show", "check", "compare", "draft")


def osa(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "osa_survey", "instruments", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


HEAVY = ("statsmodels", "pandas", "pyarrow", "matplotlib", "scipy.stats", "pingouin")


@pytest.mark.parametrize("name", SUBCOMMANDS)
def test_help_shows_the_python_line_and_loads_nothing_heavy(name: str) -> None:
    code = f"""
import sys
from osa_survey.cli import main
sys.argv = ["osa-survey", "instruments", "{name}", "--help"]
assert main() == 0
sys.stderr.write("LOADED " + " ".join(sys.modules))
"""
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=False)
    assert shown.returncode == 0, shown.stderr
    assert "In Python:" in shown.stdout
    loaded = set(shown.stderr.rpartition("LOADED ")[2].split())
    assert "osa_survey.cli.instruments" in loaded
    assert sorted(loaded.intersection(HEAVY)) == []


def test_help_takes_little_of_the_processor() -> None:
    """Counted in processor time, which a busy machine does not stretch; Windows does not tell that of children."""
    before = os.times()
    assert osa("--help").returncode == 0
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    assert used < MOST_SECONDS


def test_list_and_show() -> None:
    listed = osa("list", "loneliness")
    assert listed.returncode == 0
    assert "ucla3" in listed.stdout
    found = json.loads(osa("list", "--format", "json").stdout)
    assert [row["id"] for row in found["instruments"]] == list(load_library().ids)
    shown = osa("show", "scs")
    assert shown.stdout.replace("\r\n", "\n") == scoring_sheet(load_library().instrument("scs"))
    unknown = osa("show", "sc")
    assert unknown.returncode == 2
    assert "scs" in unknown.stderr


def test_check_says_0_1_or_2(tmp_path: Path) -> None:
    source = data_dictionary() / "instruments" / "swls.toml"
    assert osa("check", source).returncode == 0
    copy = tmp_path / "swls.toml"
    text = source.read_text(encoding="utf-8")
    copy.write_text(text, encoding="utf-8")
    found = osa("check", copy, "--format", "json")
    assert found.returncode == 1
    assert [finding["code"] for finding in json.loads(found.stdout)["findings"]] == ["repeated_id"]
    copy.write_text(text.replace("range = [5, 35]", "range = [5, 30]"), encoding="utf-8")
    broken = osa("check", copy)
    assert broken.returncode == 2
    assert "its items give [5, 35]" in broken.stdout
    assert osa("check", tmp_path / "absent.toml").returncode == 2


def test_compare_takes_ids_and_files(tmp_path: Path) -> None:
    source = data_dictionary() / "instruments" / "scs.toml"
    assert osa("compare", "scs", source).returncode == 0
    copy = tmp_path / "mine.toml"
    copy.write_text(source.read_text(encoding="utf-8").replace("value = 24", "value = 25"), encoding="utf-8")
    found = osa("compare", "scs", copy, "--format", "json")
    assert found.returncode == 1
    facts = json.loads(found.stdout)["facts"]
    assert {fact["part"] for fact in facts if fact["differs"]} == {"cut-offs"}


def test_draft_writes_a_codebook_to_correct(tmp_path: Path) -> None:
    content = {"title": "Porches", "fields": [{"name": "age", "type": "integer"}, {"name": "x", "type": "string"}]}
    path = tmp_path / "schema.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    done = osa("draft", path, "--out", tmp_path / "study")
    assert done.returncode == 0, done.stderr
    assert "Table Schema" in done.stdout
    assert (tmp_path / "study" / "codebook.toml").is_file()
    assert osa("draft", path, "--out", tmp_path / "study").returncode == 2
