"""Starting is quick, and nothing reaches upwards through the package's own name."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("statsmodels", "matplotlib", "pingouin", "seaborn", "sklearn", "scipy.stats")

STARTS = {
    "import osa_survey": "import osa_survey",
    "import osa_survey.cli": "import osa_survey.cli",
    "osa-survey --help": ("from osa_survey.cli import main\nsys.argv = ['osa-survey', '--help']\nassert main() == 0"),
}


@pytest.mark.parametrize("code", STARTS.values(), ids=STARTS.keys())
def test_starting_loads_no_heavy_library(code: str, tmp_path: Path) -> None:
    report = "sys.stderr.write('LOADED ' + ' '.join(sys.modules))"
    run = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}\n{report}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 0, run.stderr
    loaded = set(run.stderr.rpartition("LOADED ")[2].split())
    assert "osa_survey" in loaded
    assert sorted(loaded.intersection(HEAVY)) == []


def test_the_module_and_the_command_print_the_same_help(tmp_path: Path) -> None:
    command = [str(path) for path in Path(sys.executable).parent.glob("osa-survey*")]
    assert command, "The console script is not installed beside the interpreter."
    printed = [
        subprocess.run(start, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=True).stdout
        for start in ([command[0], "--help"], [sys.executable, "-m", "osa_survey", "--help"])
    ]
    assert printed[0] == printed[1]
    assert "demo" in printed[0]


def test_every_public_name_can_be_loaded() -> None:
    import osa_survey

    assert osa_survey.__all__
    missing = [name for name in osa_survey.__all__ if not hasattr(osa_survey, name)]
    assert missing == []
    assert set(osa_survey.__all__) <= set(dir(osa_survey))


def _names_taken_from_the_facade(source: Path, folders: set[str]) -> list[str]:
    taken = []
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "osa_survey" and node.level == 0:
            taken += [alias.name for alias in node.names if alias.name not in folders]
        elif isinstance(node, ast.Import):
            taken += [alias.name for alias in node.names if alias.name == "osa_survey"]
    return taken


def test_nothing_in_the_package_imports_from_its_facade(checkout: Path) -> None:
    package = checkout / "osa_survey"
    folders = {path.stem for path in package.iterdir()}
    sources = [path for path in package.rglob("*.py") if path.parent != package or path.name != "__init__.py"]
    assert sources
    found = {str(path.relative_to(checkout)): _names_taken_from_the_facade(path, folders) for path in sources}
    assert {path: names for path, names in found.items() if names} == {}
