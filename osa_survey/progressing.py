"""How far long work has come: whoever does it tells, whoever wants to know listens, nobody else notices."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

Listener = Callable[[str, int, int], None]
"""Takes what is being done, how many steps are done, and how many there are."""
T = TypeVar("T")

_LISTENER: ContextVar[Listener | None] = ContextVar("listener", default=None)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Hand the progress of everything inside the block to a listener.

    Parameters
    ----------
    listener : callable
        Called with (what, done, all) in the thread and process of the block.

    Examples
    --------
    >>> with listening(lambda what, done, all_steps: print(what, done, all_steps)):
    ...     total = sum(stepped("adding", [1, 2]))
    adding 0 2
    adding 1 2
    adding 2 2
    """
    token = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(token)


def tell(what: str, done: int, of: int) -> None:
    """Tell a listener, if there is one, how far the work has come; ``what`` never holds a value of the data."""
    listener = _LISTENER.get()
    if listener is not None:
        listener(what, done, of)


def stepped(what: str, steps: Iterable[T], of: int | None = None) -> Iterator[T]:
    """Yield the steps, telling after each that it is done.

    Parameters
    ----------
    what : str
        What is being done.
    steps : iterable
        The steps.
    of : int, optional
        How many there are; by default the length of ``steps``.
    """
    number = len(steps) if of is None else of  # type: ignore[arg-type]
    tell(what, 0, number)
    for done, step in enumerate(steps, start=1):
        yield step
        tell(what, done, number)


def gathered(what: str, tasks: Iterable[Any], of: int, workers: int | None = None) -> list[Any]:
    """Return the results of joblib's delayed calls in order, telling as they come in.

    Parameters
    ----------
    what : str
        What is being done.
    tasks : iterable
        Made by ``joblib.delayed``.
    of : int
        How many.
    workers : int, optional
        Processes; by default those of ``joblib.parallel_config``, else one. They change no result.
    """
    from joblib import Parallel
    from joblib.parallel import get_active_backend

    if _LISTENER.get() is None or not get_active_backend()[0].supports_return_generator:
        return list(Parallel(n_jobs=workers)(tasks))
    return list(stepped(what, Parallel(n_jobs=workers, return_as="generator")(tasks), of))
