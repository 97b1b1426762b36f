"""A sign of life on the error stream while something takes longer; silent where nobody looks at a terminal."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator


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
