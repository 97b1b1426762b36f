"""What every test may rely on: no network, no home folder, no screen; real data and outer tools if they are there."""

from __future__ import annotations

import importlib
import importlib.util
import os
import shutil
import tempfile
from pathlib import Path
from types import ModuleType
from typing import NoReturn

import hypothesis
import pytest

from tests.network_block import block_network, block_network_of_children

CHECKOUT = Path(__file__).resolve().parent.parent

# Whatever a program would write outside the folder it was given goes below one temporary folder.
_HOME_VARIABLES = {
    "HOME": "",
    "USERPROFILE": "",
    "APPDATA": "appdata",
    "LOCALAPPDATA": "appdata",
    "XDG_CACHE_HOME": "cache",
    "XDG_CONFIG_HOME": "config",
    "XDG_DATA_HOME": "data",
    "MPLCONFIGDIR": "matplotlib",
    "IPYTHONDIR": "ipython",
    "JUPYTER_CONFIG_DIR": "jupyter",
    "JUPYTER_DATA_DIR": "jupyter",
    "JUPYTER_RUNTIME_DIR": "jupyter",
}
_TERMINAL_VARIABLES = ("FORCE_COLOR", "PY_COLORS", "CLICOLOR_FORCE", "GITHUB_ACTIONS")

hypothesis.settings.register_profile("tests", deadline=None, derandomize=True, database=None, max_examples=50)
hypothesis.settings.register_profile("fuzz", deadline=None, derandomize=False, max_examples=2000)


def pytest_configure(config: pytest.Config) -> None:
    # Set here, not in a fixture: the doctests inside the package are held to the same rules.
    if not hasattr(config, "workerinput"):
        home = tempfile.mkdtemp(prefix="osa-survey-tests-")
        config.add_cleanup(lambda: shutil.rmtree(home, ignore_errors=True))
        for variable, folder in _HOME_VARIABLES.items():
            path = Path(home, folder)
            path.mkdir(exist_ok=True)
            os.environ[variable] = str(path)
        block_network_of_children(home)
    for variable in _TERMINAL_VARIABLES:
        os.environ.pop(variable, None)
    os.environ.update(MPLBACKEND="Agg", NO_COLOR="1", COLUMNS="120")
    hypothesis.settings.load_profile(os.environ.get("OSA_SURVEY_HYPOTHESIS", "tests"))
    block_network()


def skip_without(name: str, reason: str) -> NoReturn:
    """Skip the test for want of `name`, or fail it where OSA_SURVEY_REQUIRE lists that name."""
    required = {part.strip() for part in os.environ.get("OSA_SURVEY_REQUIRE", "").split(",")}
    if name in required:
        pytest.fail(f"{reason} OSA_SURVEY_REQUIRE asks for {name}.", pytrace=False)
    pytest.skip(reason)


def _find_tool(name: str, *programs: str) -> Path:
    for program in programs:
        found = shutil.which(program)
        if found is not None:
            return Path(found)
    skip_without(name, f"None of {', '.join(programs)} is on PATH.")


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The root of the source tree."""
    return CHECKOUT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data and reference numbers: OSA_SURVEY_SHARED, else `shared` beside the checkout."""
    named = os.environ.get("OSA_SURVEY_SHARED")
    folder = Path(named) if named else CHECKOUT.parent / "shared"
    if not folder.is_dir():
        skip_without("shared", f"The shared test data are not at {folder}.")
    return folder.resolve()


@pytest.fixture(scope="session")
def r() -> Path:
    """R's Rscript."""
    return _find_tool("r", "Rscript")


@pytest.fixture(scope="session")
def chromium() -> Path:
    """A Chromium that runs headless."""
    return _find_tool("chromium", "chromium", "chromium-browser", "google-chrome", "chrome")


@pytest.fixture(scope="session")
def libreoffice() -> Path:
    """LibreOffice's command."""
    return _find_tool("libreoffice", "soffice", "libreoffice")


@pytest.fixture(scope="session")
def typst() -> ModuleType:
    """The package that sets PDF files."""
    if importlib.util.find_spec("typst") is None:
        skip_without("typst", "The package typst (extra pdf) is not installed.")
    return importlib.import_module("typst")


@pytest.fixture(scope="session")
def axe() -> ModuleType:
    """The accessibility checker axe, run through playwright in a browser."""
    for name in ("playwright", "axe_playwright_python"):
        if importlib.util.find_spec(name) is None:
            skip_without("axe", f"The package {name} is not installed.")
    try:
        return importlib.import_module("axe_playwright_python.sync_playwright")
    except UnicodeDecodeError:
        pytest.skip("axe-playwright-python reads its own files in the encoding of the locale, which is not UTF-8 here.")
