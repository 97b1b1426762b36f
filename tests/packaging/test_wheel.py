"""The wheel works away from the checkout, and the source distribution is complete."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

PROBE = """
import json, pathlib
import osa_survey
from osa_survey.instruments import load_library

package = pathlib.Path(osa_survey.__file__).parent
print(json.dumps({"package": str(package), "ids": sorted(load_library().ids), "version": osa_survey.__version__}))
"""


def _run(*command: str, cwd: Path, **environment: str) -> str:
    run = subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def _build(checkout: Path, kind: str, folder: Path) -> Path:
    _run(sys.executable, "-m", "build", f"--{kind}", "--no-isolation", "--outdir", str(folder), ".", cwd=checkout)
    (built,) = folder.iterdir()
    return built


def _files_below(folder: Path) -> set[str]:
    return {
        path.relative_to(folder.parent).as_posix()
        for path in folder.rglob("*")
        if path.is_file()
        and path.suffix != ".pyc"
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    }


@pytest.fixture(scope="module")
def wheel(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _build(checkout, "wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def sdist(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _build(checkout, "sdist", tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder outside the checkout that holds the installed wheel alone; dependencies come from this environment."""
    target = tmp_path_factory.mktemp("installed")
    pip = (sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--disable-pip-version-check")
    _run(*pip, "--target", str(target), str(wheel), cwd=target)
    return target


def test_the_installed_wheel_loads_every_definition(checkout: Path, installed: Path, tmp_path: Path) -> None:
    probe = json.loads(_run(sys.executable, "-c", PROBE, cwd=tmp_path, PYTHONPATH=str(installed)))
    written = sorted(path.stem for path in (checkout / "data_dictionary" / "instruments").glob("*.toml"))
    assert Path(probe["package"]) == (installed / "osa_survey").resolve()
    assert written
    assert probe["ids"] == written


def test_the_installed_command_answers(installed: Path, tmp_path: Path) -> None:
    printed = _run(sys.executable, "-m", "osa_survey", "--help", cwd=tmp_path, PYTHONPATH=str(installed))
    assert "demo" in printed


def test_the_wheel_holds_types_definitions_and_licence_and_no_tests(checkout: Path, wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert "osa_survey/py.typed" in names
    assert {f"osa_survey/{name}" for name in _files_below(checkout / "data_dictionary")} <= names
    assert {name for name in _files_below(checkout / "osa_survey") if name.endswith(".py")} <= names
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"osa_survey"}


def test_the_sdist_holds_what_rebuilds_and_tests_the_package(checkout: Path, sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    for folder in ("osa_survey", "data_dictionary", "tests", "notebooks", "benchmarks"):
        assert any(name.startswith(f"{folder}/") for name in names), folder
        assert _files_below(checkout / folder) <= names
    assert {"pyproject.toml", "requirements.lock", "Makefile", "LICENSE", "README.md", "CITATION.cff"} <= names


def test_the_versions_agree(checkout: Path, installed: Path, tmp_path: Path) -> None:
    probe = json.loads(_run(sys.executable, "-c", PROBE, cwd=tmp_path, PYTHONPATH=str(installed)))
    citation = (checkout / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {probe['version']}\n" in citation
    assert any(installed.glob(f"osa_survey-{probe['version']}.dist-info"))
