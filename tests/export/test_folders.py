from __future__ import annotations

import errno
from pathlib import Path

import pytest

from osa_survey.errors import OutputError
from osa_survey.export.folders import MARKER, output_folder


def put(folder: Path, text: str, path: Path) -> None:
    with output_folder(path) as partial:
        assert partial.name == path.name + ".partial"
        (partial / "a.txt").write_text(text, encoding="utf-8")
        (partial / "deep").mkdir()
        (partial / "deep" / "b.txt").write_text(text, encoding="utf-8")
    assert folder == path.parent


def content(path: Path) -> str:
    first = (path / "a.txt").read_text(encoding="utf-8")
    assert (path / "deep" / "b.txt").read_text(encoding="utf-8") == first
    return first


def only_entry(folder: Path, name: str) -> bool:
    return [entry.name for entry in folder.iterdir()] == [name]


def test_a_second_run_replaces_the_first_completely(tmp_path: Path) -> None:
    out = tmp_path / "out"
    put(tmp_path, "first", out)
    put(tmp_path, "second", out)
    assert content(out) == "second"
    assert only_entry(tmp_path, "out")


def test_a_folder_in_which_somebody_worked_is_not_replaced(tmp_path: Path) -> None:
    out = tmp_path / "out"
    put(tmp_path, "first", out)
    (out / "my notes.txt").write_text("precious", encoding="utf-8")
    with pytest.raises(OutputError, match=r"changed_files.*'my notes.txt'"):
        put(tmp_path, "second", out)
    assert (out / "my notes.txt").read_text(encoding="utf-8") == "precious"
    (out / "my notes.txt").unlink()
    written = next(path for path in sorted(out.iterdir()) if not path.name.startswith("."))
    written.write_text("edited by hand", encoding="utf-8")
    with pytest.raises(OutputError, match="changed_files"):
        put(tmp_path, "second", out)
    assert written.read_text(encoding="utf-8") == "edited by hand"


def test_a_folder_of_another_kind_is_not_replaced(tmp_path: Path) -> None:
    out = tmp_path / "out"
    put(tmp_path, "first", out)
    with pytest.raises(OutputError, match="other_kind"), output_folder(out, "report"):
        raise AssertionError("never reached")


def test_an_empty_folder_may_be_used(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    put(tmp_path, "first", tmp_path / "out")
    assert content(tmp_path / "out") == "first"


@pytest.mark.parametrize("name", ["out", "out.partial", "out.previous"])
def test_a_folder_of_other_files_is_refused_and_untouched(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError) as caught, output_folder(tmp_path / "out"):
        pytest.fail("nothing may be written")
    assert [problem.code for problem in caught.value.problems] == ["not_our_folder"]
    assert (tmp_path / name / "thesis.txt").read_text(encoding="utf-8") == "mine"
    assert only_entry(tmp_path, name)


def test_paths_at_and_below_a_file_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    for path, code in ((tmp_path / "file", "not_a_folder"), (tmp_path / "file" / "deep" / "out", "output_below_file")):
        with pytest.raises(OutputError) as caught, output_folder(path):
            pytest.fail("nothing may be written")
        assert caught.value.problems[0].code == code
    assert (tmp_path / "file").read_text(encoding="utf-8") == "x"


def test_a_full_disk_while_writing_leaves_the_old_folder_and_nothing_else(tmp_path: Path) -> None:
    out = tmp_path / "out"
    put(tmp_path, "first", out)
    with pytest.raises(OutputError) as caught, output_folder(out) as partial:
        (partial / "a.txt").write_text("half", encoding="utf-8")
        raise OSError(errno.ENOSPC, "No space left on device")
    assert caught.value.problems[0].code == "cannot_write"
    assert "No space left" in caught.value.problems[0].message
    assert content(out) == "first"
    assert only_entry(tmp_path, "out")


def test_any_other_error_passes_through_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), output_folder(tmp_path / "new" / "deep" / "out"):
        raise KeyboardInterrupt
    assert not any(tmp_path.iterdir()), "folders made on the way are taken away again"


@pytest.mark.parametrize("failing", [1, 2])
def test_a_failing_rename_leaves_the_old_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: int) -> None:
    out = tmp_path / "out"
    put(tmp_path, "first", out)
    real = Path.rename
    calls = []

    def rename(self: Path, target: Path) -> Path:
        calls.append(self.name)
        if len(calls) == failing:
            raise OSError(errno.EACCES, "Permission denied")
        return real(self, target)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(OutputError) as caught:
        put(tmp_path, "second", out)
    assert "close it and run again" in caught.value.problems[0].hint
    assert calls[:failing] == ["out", "out.partial"][:failing]
    assert content(out) == "first"
    assert only_entry(tmp_path, "out")


def interrupted_while_writing(folder: Path) -> None:
    put(folder, "first", folder / "out")
    (folder / "out.partial").mkdir()
    (folder / "out.partial" / MARKER).write_text("format = 1\n", encoding="utf-8")
    (folder / "out.partial" / "half.txt").write_text("half", encoding="utf-8")


def interrupted_between_the_renames(folder: Path) -> None:
    interrupted_while_writing(folder)
    (folder / "out").rename(folder / "out.previous")


def interrupted_before_the_removal(folder: Path) -> None:
    put(folder, "zero", folder / "out")
    (folder / "out").rename(folder / "out.previous")
    put_beside = folder / "other"
    put(folder, "first", put_beside)
    put_beside.rename(folder / "out")
    (folder / "out.previous" / "deep" / "b.txt").unlink()


@pytest.mark.parametrize(
    "interrupt", [interrupted_while_writing, interrupted_between_the_renames, interrupted_before_the_removal]
)
@pytest.mark.parametrize("next_fails", [False, True])
def test_the_next_run_repairs_an_interruption(tmp_path: Path, interrupt: object, next_fails: bool) -> None:
    interrupt(tmp_path)  # type: ignore[operator]
    out = tmp_path / "out"
    if next_fails:
        with pytest.raises(OutputError), output_folder(out):
            raise OSError(errno.ENOSPC, "No space left on device")
        assert content(out) == "first"
    else:
        put(tmp_path, "second", out)
        assert content(out) == "second"
        assert not (out / "half.txt").exists()
    assert only_entry(tmp_path, "out")


def test_the_marker_goes_last_so_that_a_half_removed_folder_is_known_as_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    put(tmp_path, "first", out)
    real = Path.unlink

    def unlink(self: Path, missing_ok: bool = False) -> None:
        if self.name == "a.txt":
            raise OSError(errno.EBUSY, "in use")
        real(self, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", unlink)
    put(tmp_path, "second", out)
    monkeypatch.undo()
    assert content(out) == "second"
    assert (tmp_path / "out.previous" / MARKER).is_file()
    put(tmp_path, "third", out)
    assert content(out) == "third"
    assert only_entry(tmp_path, "out")
