"""A text file alone in a ZIP archive is read; workbooks stay workbooks; bombs and riddles are refused."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from osa_survey.errors import ResponseError
from osa_survey.ingest import read_export, sources

TEXT = "Q1,Q2\n1,ä\n2,b\n"


def packed(path: Path, **files: bytes | str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return path


def code(path: Path) -> str:
    with pytest.raises(ResponseError) as caught:
        read_export(path)
    assert caught.value.problems[0].file == path.name
    return caught.value.problems[0].code


def test_one_text_file(tmp_path: Path) -> None:
    path = packed(tmp_path / "export.bin", answers_csv=TEXT, folder__=b"")
    assert read_export(path).columns.to_pydict() == {"Q1": ["1", "2"], "Q2": ["ä", "b"]}


def test_what_file_managers_add_does_not_count(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name in ("__MACOSX/._answers.csv", ".DS_Store"):
            archive.writestr(name, b"\x00\x05")
        archive.writestr("answers.csv", TEXT)
    assert read_export(tmp_path / "a.zip").n_records == 2


def test_what_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert code(packed(tmp_path / "two.zip", a_csv=TEXT, b_csv=TEXT)) == "unsupported_format"
    assert code(packed(tmp_path / "binary.zip", a_sav=b"$FL2 and more")) == "unsupported_format"
    assert code(packed(tmp_path / "empty.zip", a_csv="")) == "empty_file"
    whole = packed(tmp_path / "cut.zip", a_csv=TEXT * 50)
    whole.write_bytes(whole.read_bytes()[:-30])
    assert code(whole) == "broken_zip"
    locked = bytearray(packed(tmp_path / "locked.zip", a_csv=TEXT).read_bytes())
    locked[6] |= 1
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "locked.zip").write_bytes(locked)
    assert code(tmp_path / "locked.zip") == "encrypted"
    monkeypatch.setattr(sources, "SMALL", 1 << 16)
    assert code(packed(tmp_path / "bomb.zip", a_csv="1" * (1 << 22))) == "too_large"
