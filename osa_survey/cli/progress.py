"""A sign of life on the error stream while something takes longer; silent where nobody looks at a terminal."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path


@contextlib.contextmanager
def working(message: str) -> Iterator[None]:
    """Show a message with a moving mark on the error stream while the block runs, if that is a terminal.

    Parameters
    ----------
    message : str
        What is being done; never a value of the data.
    """
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(message):
        yield


def show_written(paths: Sequence[Path]) -> None:
    """Say which documents were written and how many files belong to them, and which one to open."""
    import typer

    documents = [path for path in paths if path.suffix in DOCUMENTS]
    for path in documents:
        typer.echo(f"written: {path}")
    rest = len(paths) - len(documents)
    if rest:
        typer.echo(f"written: {rest} more files beside it (figures, tables, results.jsonl)")
    if documents:
        typer.echo(f"open: {documents[0].resolve()}")


DOCUMENTS = (".html", ".docx")
