"""Every command: one module, help that shows the Python line, documented in the README, fast to start."""

from __future__ import annotations

import importlib
import pkgutil
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from osa_survey import cli
from osa_survey.cli.main import COMMANDS

CHECKOUT = Path(__file__).resolve().parents[2]
NO_COMMANDS = {"main", "choices", "progress"}
MOST_SECONDS = 1.0
"""What the help may take to show; the best of a few tries, since the machine may be busy."""


def osa(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "osa_survey", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


def test_every_module_is_a_command_and_every_command_a_module() -> None:
    modules = {entry.name for entry in pkgutil.iter_modules(cli.__path__)} - NO_COMMANDS
    assert modules == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_shows_the_python_line(name: str) -> None:
    command = importlib.import_module(f"osa_survey.cli.{name}").command
    assert re.search(r"In Python: \S+", command.__doc__)
    shown = osa(name, "--help")
    assert shown.returncode == 0
    assert "In Python:" in shown.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_the_readme(name: str) -> None:
    assert f"osa-survey {name}" in (CHECKOUT / "README.md").read_text(encoding="utf-8")


def test_the_python_lines_name_what_exists() -> None:
    for name in COMMANDS:
        doc = importlib.import_module(f"osa_survey.cli.{name}").command.__doc__
        for path in re.findall(r"osa_survey\.([a-z_.]+)\(", doc):
            *modules, attribute = path.split(".")
            module = importlib.import_module(".".join(["osa_survey", *modules]))
            assert hasattr(module, attribute), path


def test_help_is_shown_quickly() -> None:
    seconds = []
    for _ in range(4):
        start = time.perf_counter()
        assert osa("--help").returncode == 0
        seconds.append(time.perf_counter() - start)
    assert min(seconds) < MOST_SECONDS


def test_version() -> None:
    from osa_survey._version import __version__

    assert __version__ in osa("--version").stdout
