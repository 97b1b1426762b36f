"""Output folders that are built aside and moved into place, so that no mixture of two runs is ever seen."""

from __future__ import annotations

import contextlib
import errno
import shutil
from collections.abc import Iterator
from pathlib import Path

from osa_survey.errors import OutputError, Problem
from osa_survey.export.manifests import MARKER, refuse_changed, write_manifest

MARKER_TEXT = "format = 1\n"
CLOSE_AND_REPEAT = "it may be open in another program: close it and run again"
HINTS = {
    errno.ENOSPC: "free some space and run again; earlier output is untouched",
    errno.EDQUOT: "free some space and run again; earlier output is untouched",
    errno.EROFS: "name a folder that can be written to",
    errno.EACCES: CLOSE_AND_REPEAT + ", or name a folder you may write to",
    errno.EPERM: CLOSE_AND_REPEAT + ", or name a folder you may write to",
    errno.EBUSY: CLOSE_AND_REPEAT,
}


@contextlib.contextmanager
def output_folder(path: Path | str, kind: str = "output") -> Iterator[Path]:
    """Give a fresh folder to write to; when all is written it takes the place of ``path``.

    Parameters
    ----------
    path : Path or str
        The output folder. It may exist if it is empty or was written by this program and nobody has added or changed
        a file since.
    kind : str
        What is written (``"report"``, ``"results"``, …); a folder of another kind is not replaced.

    Yields
    ------
    Path
        ``path`` + ``.partial``. After an error it is removed and ``path`` is what it was.

    Raises
    ------
    OutputError
        With the code ``output_below_file``, ``not_a_folder``, ``not_our_folder``, ``other_kind``, ``changed_files`` or
        ``cannot_write``.

    Notes
    -----
    The steps are: write ``OUT.partial``; rename ``OUT`` to ``OUT.previous``; rename ``OUT.partial`` to ``OUT``; remove
    ``OUT.previous``. Whatever a killed run leaves behind is put right at the start of the next.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as place:
    ...     with output_folder(Path(place, "out")) as partial:
    ...         _ = (partial / "note.txt").write_text("done", encoding="utf-8")
    ...     Path(place, "out", "note.txt").read_text(encoding="utf-8")
    'done'
    """
    shown = Path(path)
    target = shown.resolve()
    partial = target.with_name(target.name + ".partial")
    previous = target.with_name(target.name + ".previous")
    _refuse(shown, target, partial, previous)
    refuse_changed(shown, target, kind)
    made: list[Path] = []
    try:
        _repair(target, partial, previous)
        made = _make_parents(target)
        partial.mkdir()
        (partial / MARKER).write_text(MARKER_TEXT, encoding="utf-8", newline="\n")
        yield partial
        write_manifest(partial, kind)
        _swap(target, partial, previous)
    except OSError as error:
        _clean(partial, made)
        raise _cannot_write(shown, error) from error
    except BaseException:
        _clean(partial, made)
        raise
    with contextlib.suppress(OSError):  # a reader may hold it open; the next run removes it
        _remove(previous)


def _refuse(shown: Path, target: Path, partial: Path, previous: Path) -> None:
    for parent in target.parents:
        if parent.exists():
            if not parent.is_dir():
                message = f"'{parent.name}' is a file, so no folder can be made below it"
                raise OutputError(Problem("output_below_file", message, file=str(shown), hint="name another folder"))
            break
    if not target.name:
        raise OutputError(Problem("not_our_folder", "a root folder is never replaced", hint="name another folder"))
    if target.exists() and not target.is_dir():
        message = "the output path is a file, not a folder"
        raise OutputError(Problem("not_a_folder", message, file=str(shown), hint="name another folder"))
    for folder, name in ((target, ""), (partial, ".partial"), (previous, ".previous")):
        if folder.exists() and not _is_ours(folder):
            message = f"the folder holds other files: it has no {MARKER}, so it is not replaced"
            hint = "name a new or an empty folder"
            raise OutputError(Problem("not_our_folder", message, file=f"{shown}{name}", hint=hint))


def _is_ours(folder: Path) -> bool:
    """Tell whether a folder was written by this program, or is empty."""
    if folder.is_symlink() or not folder.is_dir():
        return False
    return (folder / MARKER).is_file() or not any(folder.iterdir())


def _repair(target: Path, partial: Path, previous: Path) -> None:
    """Put right what a killed run left: drop the partial folder, take back or drop the previous one."""
    _remove(partial)
    if previous.exists():
        if target.exists():
            _remove(previous)
        else:
            previous.rename(target)


def _make_parents(target: Path) -> list[Path]:
    """Make missing parents and return those made, the deepest first."""
    missing = [parent for parent in target.parents if not parent.exists()]
    target.parent.mkdir(parents=True, exist_ok=True)
    return missing


def _swap(target: Path, partial: Path, previous: Path) -> None:
    replaces = target.exists()
    if replaces:
        target.rename(previous)
    try:
        partial.rename(target)
    except BaseException:
        if replaces:
            previous.rename(target)
        raise


def _remove(folder: Path) -> None:
    """Remove a folder of ours, the marker last: what is left of an interrupted removal is still known as ours."""
    if not folder.exists():
        return
    for entry in sorted(folder.iterdir()):
        if entry.name == MARKER:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()
    (folder / MARKER).unlink(missing_ok=True)
    folder.rmdir()


def _clean(partial: Path, made: list[Path]) -> None:
    with contextlib.suppress(OSError):
        _remove(partial)
    for parent in made:
        with contextlib.suppress(OSError):
            parent.rmdir()


def _cannot_write(shown: Path, error: OSError) -> OutputError:
    number = error.errno or 0
    message = f"cannot be written: {error.strerror or type(error).__name__}; earlier output is untouched"
    hint = HINTS.get(number, "look at the folder and run again")
    return OutputError(Problem("cannot_write", message, file=str(shown), hint=hint))
