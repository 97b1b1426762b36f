"""Files are written completely or not at all."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from osa_survey.errors import OutputError
from osa_survey.export.files import write_bytes, write_text


def fail(number: int):
    def raise_error(*arguments: object, **keywords: object) -> None:
        raise OSError(number, os.strerror(number))

    return raise_error


def test_text_is_utf8_with_lf(tmp_path: Path) -> None:
    path = write_text(tmp_path / "a.txt", "ä\n")
    assert path.read_bytes() == b"\xc3\xa4\n"


@pytest.mark.parametrize(
    ("place", "number"),
    [
        ("os.fsync", errno.ENOSPC),
        ("pathlib.Path.replace", errno.EACCES),
        ("os.fdopen", errno.ENOSPC),
        ("tempfile.mkstemp", errno.EROFS),
    ],
)
def test_a_failure_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, number: int
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    monkeypatch.setattr(place, fail(number))
    with pytest.raises(OutputError) as caught:
        write_bytes(path, b"new")
    monkeypatch.undo()
    assert caught.value.problems[0].code == "cannot_write"
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.txt"]


def test_a_disk_that_fills_up_while_writing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    real = os.fdopen

    def half_full(handle: int, mode: str):
        stream = real(handle, mode, buffering=0)

        class Stream:
            def __enter__(self) -> Stream:
                return self

            def __exit__(self, *error: object) -> None:
                stream.close()

            def write(self, data: bytes) -> int:
                stream.write(data[:1])
                raise OSError(errno.ENOSPC, "No space left on device")

        return Stream()

    monkeypatch.setattr("os.fdopen", half_full)
    with pytest.raises(OutputError, match="No space left"):
        write_bytes(path, b"new")
    monkeypatch.undo()
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.txt"]


def test_a_file_open_elsewhere_says_close_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pathlib.Path.replace", fail(errno.EACCES))
    with pytest.raises(OutputError, match="close it and run again"):
        write_bytes(tmp_path / "a.txt", b"new")


def test_a_path_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    with pytest.raises(OutputError, match="output_below_file"):
        write_bytes(tmp_path / "a" / "b.txt", b"new")
