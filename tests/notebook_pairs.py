"""Notebooks and their texts: ``python -m tests.notebook_pairs`` brings each pair to the state of the newer file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jupytext
import nbformat

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
FORMAT = "md:myst"
NO_VERSION = "-jupytext.text_representation.jupytext_version"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
HOW = "run `make notebooks`: the newer of the two files wins"


@dataclass(frozen=True)
class Pair:
    """A notebook and the text beside it."""

    notebook: Path
    text: Path

    @property
    def name(self) -> str:
        return self.notebook.stem

    def read_notebook(self) -> Any:
        return nbformat.read(self.notebook, as_version=4)

    def read_text(self) -> Any:
        return jupytext.reads(self.text.read_text(encoding="utf-8"), fmt=FORMAT)


def pairs(folder: Path = FOLDER) -> list[Pair]:
    """Return every pair of a folder; either file may be absent."""
    names = {path.stem for path in folder.glob("*.ipynb")} | {path.stem for path in (folder / "text").glob("*.md")}
    return [Pair(folder / f"{name}.ipynb", folder / "text" / f"{name}.md") for name in sorted(names)]


def cells(notebook: Any) -> list[tuple[str, str]]:
    """Return kind and source of every cell."""
    return [(cell.cell_type, cell.source) for cell in notebook.cells]


def stored(notebook: Any) -> str:
    """Return a notebook as it is stored: numbered cells, no outputs, no traces of who ran it."""
    made = nbformat.v4.new_notebook(metadata=METADATA)
    for number, (kind, source) in enumerate(cells(notebook)):
        new = nbformat.v4.new_markdown_cell if kind == "markdown" else nbformat.v4.new_code_cell
        made.cells.append(new(source, id=f"cell-{number:02d}"))
    return nbformat.writes(made, version=4) + "\n"


def told(notebook: Any) -> str:
    """Return a notebook as text."""
    plain = nbformat.reads(stored(notebook), as_version=4)
    plain.metadata["jupytext"] = {"notebook_metadata_filter": NO_VERSION}
    text = jupytext.writes(plain, fmt=FORMAT)
    return text.replace(f"  notebook_metadata_filter: {NO_VERSION}\n", "")


def bring_together(pair: Pair) -> list[Path]:
    """Write the older file of a pair from the newer one, and the notebook without outputs; return what changed."""
    times = [path.stat().st_mtime if path.exists() else 0.0 for path in (pair.notebook, pair.text)]
    newer = pair.read_notebook() if times[0] > times[1] else pair.read_text()
    older = pair.text if times[0] > times[1] else pair.notebook
    if older.exists() and cells(pair.read_notebook()) == cells(pair.read_text()):
        newer = pair.read_notebook()
    changed = []
    for path, content in ((pair.notebook, stored(newer)), (pair.text, told(newer))):
        if not path.exists() or path.read_text(encoding="utf-8") != content:
            path.parent.mkdir(exist_ok=True)
            path.write_text(content, encoding="utf-8", newline="\n")
            changed.append(path)
    return changed


if __name__ == "__main__":
    for one in pairs():
        for path in bring_together(one):
            print(path.relative_to(FOLDER.parent).as_posix())
