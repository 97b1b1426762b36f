"""A sign of life on the error stream while something takes longer; silent where nobody looks at a terminal."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import TaskID

    from osa_survey.progressing import Listener


@contextlib.contextmanager
def working(message: str) -> Iterator[None]:
    """Show a message and bars on the error stream while the block runs, if that is a terminal.

    Whatever the work tells of itself (``osa_survey.progressing``) has a bar of its own while it runs.

    Parameters
    ----------
    message : str
        What is being done; never a value of the data.
    """
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    from osa_survey.progressing import listening

    with bars(message, Console(stderr=True)) as listener, listening(listener):
        yield


@contextlib.contextmanager
def bars(message: str, console: Console) -> Iterator[Listener]:
    """Yield a listener that draws bars beneath a message; finished ones disappear.

    Parameters
    ----------
    message : str
        What is being done.
    console : rich.console.Console
        Where to draw.
    """
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as progress:
        progress.add_task(message, total=None)
        tasks: dict[str, TaskID] = {}

        def listener(what: str, done: int, of: int) -> None:
            if done >= of:
                if what in tasks:
                    progress.remove_task(tasks.pop(what))
            elif what in tasks:
                progress.update(tasks[what], completed=done, total=of)
            else:
                tasks[what] = progress.add_task(what, completed=done, total=of)

        yield listener


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


@contextlib.contextmanager
def counting(message: str) -> Iterator[Callable[[int, int], None]]:
    """Give a function that shows how many of all parts are done on the error stream, if that is a terminal.

    Parameters
    ----------
    message : str
        What is being done; never a value of the data.
    """
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(message, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
