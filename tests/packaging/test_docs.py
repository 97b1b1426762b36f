"""The documentation: examples run, the site builds without a warning, pages of the tests are complete."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import osa_survey
from osa_survey.instruments import load_library

DOCS = Path(__file__).resolve().parents[2] / "docs"
GUIDE = sorted((DOCS / "guide").glob("*.md"))


def blocks(path: Path) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", path.read_text(encoding="utf-8"), flags=re.S | re.M)


def files(path: Path) -> dict[str, str]:
    """Return the TOML files that a page prints whole: their first line is their place."""
    return dict(re.findall(r"^```toml\n# (\S+\.toml)\n(.*?)^```", path.read_text(encoding="utf-8"), flags=re.S | re.M))


@pytest.mark.parametrize("path", GUIDE, ids=lambda path: path.stem)
def test_the_examples_of_a_page_run_in_their_order(path: Path, tmp_path: Path) -> None:
    script = "\n".join(blocks(path))
    assert script
    for name, text in files(path).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_page_on_a_scale_of_ones_own_prints_whole_files() -> None:
    names = [f"my_study/{name}.toml" for name in ("instruments/comfort", "codebook", "study")]
    assert list(files(DOCS / "guide" / "own_scale.md")) == names


@pytest.mark.parametrize("name", ["from_spss", "from_r"])
def test_every_known_line_has_its_line_here(name: str) -> None:
    text = (DOCS / "guide" / f"{name}.md").read_text(encoding="utf-8")
    known = re.split(r"^```(?:text|r)\n", text, flags=re.M)[1:]
    assert len(known) >= 5
    assert all("```python" in part or "```toml" in part for part in known)


def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    pytest.importorskip("sphinx", reason="sphinx is not installed: pip install 'osa-survey[docs]'")
    pytest.importorskip("myst_parser", reason="myst-parser is not installed: pip install 'osa-survey[docs]'")
    blocked = {**os.environ, "http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html", "-d", str(tmp_path / "trees")]
    done = subprocess.run(
        [*command, str(DOCS), str(tmp_path / "site")],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=blocked,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    site = tmp_path / "site"
    names = {path.relative_to(site).as_posix() for path in site.rglob("*.html")}
    assert {f"generated/instruments/{name}.html" for name in load_library().ids} <= names
    api = "".join(path.read_text(encoding="utf-8") for path in (site / "generated" / "api").glob("*.html"))
    missing = [name for name in osa_survey._HOMES if f".{name}" not in api]
    assert missing == []
    assert "http://" not in re.sub(r"http://www\.w3\.org\S*", "", (site / "index.html").read_text(encoding="utf-8"))


def test_the_page_of_parity_names_every_file_of_comparisons() -> None:
    text = (DOCS / "parity.md").read_text(encoding="utf-8")
    compares = re.compile(r"pytest\.approx|assert_allclose")
    folder = Path(__file__).resolve().parents[1] / "parity"
    for path in sorted(folder.glob("test_*.py")):
        if compares.search(path.read_text(encoding="utf-8")):
            assert f"`tests/parity/{path.name}`" in text, f"run make parity: {path.name} is missing"
    assert "fails in" not in text
