"""Every notebook has a text beside it with the same cells, so that changes of notebooks can be read."""

from __future__ import annotations

import os
from pathlib import Path

import jupytext
import nbformat
import pytest
from nbformat import v4

from tests.notebook_pairs import HOW, Pair, bring_together, cells, pairs, stored, told

PAIRS = pairs()


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_text_and_notebook_have_the_same_cells(pair: Pair) -> None:
    assert pair.notebook.exists(), HOW
    assert pair.text.exists(), HOW
    assert cells(pair.read_text()) == cells(pair.read_notebook()), HOW


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_both_are_stored_in_one_way(pair: Pair) -> None:
    assert pair.notebook.read_text(encoding="utf-8") == stored(pair.read_notebook()), HOW
    assert pair.text.read_text(encoding="utf-8") == told(pair.read_notebook()), HOW


def test_jupyter_pairs_them_by_itself() -> None:
    from jupytext.config import load_jupytext_config
    from jupytext.paired_paths import paired_paths

    some = PAIRS[0]
    config = load_jupytext_config(str(some.notebook))
    assert config is not None
    formats = jupytext.formats.long_form_multiple_formats(config.default_formats(str(some.notebook)))
    found = {Path(path) for path, _ in paired_paths(str(some.notebook), formats[0], formats)}
    assert found == {some.notebook, some.text}


def _made_up(folder: Path) -> Pair:
    notebook = v4.new_notebook(cells=[v4.new_markdown_cell("# Title"), v4.new_code_cell("1 + 1")])
    pair = Pair(folder / "made_up.ipynb", folder / "text" / "made_up.md")
    pair.notebook.write_text(stored(notebook), encoding="utf-8")
    return pair


def _make_newer(path: Path) -> None:
    os.utime(path, (2_000_000_000, 2_000_000_000))


def test_a_changed_text_changes_the_notebook(tmp_path: Path) -> None:
    pair = _made_up(tmp_path)
    assert bring_together(pair) == [pair.text]
    pair.text.write_text(pair.text.read_text(encoding="utf-8").replace("1 + 1", "2 + 2"), encoding="utf-8")
    _make_newer(pair.text)
    assert bring_together(pair) == [pair.notebook]
    assert cells(pair.read_notebook()) == [("markdown", "# Title"), ("code", "2 + 2")]
    assert bring_together(pair) == []


def test_a_notebook_that_was_run_changes_nothing_but_itself(tmp_path: Path) -> None:
    pair = _made_up(tmp_path)
    bring_together(pair)
    before = pair.notebook.read_bytes()
    ran = pair.read_notebook()
    ran.cells[1].outputs = [v4.new_output("stream", text="2")]
    ran.cells[1].execution_count = 7
    nbformat.write(ran, pair.notebook)
    _make_newer(pair.notebook)
    assert bring_together(pair) == [pair.notebook]
    assert pair.notebook.read_bytes() == before


def test_a_changed_notebook_changes_the_text(tmp_path: Path) -> None:
    pair = _made_up(tmp_path)
    bring_together(pair)
    changed = pair.read_notebook()
    changed.cells.append(v4.new_code_cell("%matplotlib inline\nimport numpy"))
    nbformat.write(changed, pair.notebook)
    _make_newer(pair.notebook)
    assert pair.text in bring_together(pair)
    assert cells(pair.read_text()) == cells(changed)
