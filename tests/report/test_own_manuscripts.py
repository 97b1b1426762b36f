"""Verifying texts of one's own: each wrong, stale or missing number is found, tagged or not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from osa_survey.errors import OutputError
from osa_survey.report import verify_manuscript
from osa_survey.report.verification import FINDINGS
from tests.report.own_manuscripts import T_ROW, ledger_row, tagged_document, write_ledger, write_manuscript

OWN_TEXT = "Men scored higher, t(98) = 2.10, p = .038, g = 0.42, 95% CI [0.02, 0.83], n = 100."


def _codes(folder: Path, *paragraphs: str, earlier: Path | None = None) -> list[str]:
    found = verify_manuscript(write_manuscript(folder, *paragraphs), folder, earlier=earlier)
    assert {one.code for one in found.findings} <= set(FINDINGS)
    return [one.code for one in found.findings]


def test_a_text_of_ones_own_that_the_ledger_backs_has_no_finding(tmp_path: Path) -> None:
    write_ledger(tmp_path, ledger_row("gap/main/hedges_g/x//a/", **T_ROW))
    assert _codes(tmp_path, OWN_TEXT, "See Table 3 of Example (2020), who asked 412 people in 14 countries.") == []


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        ("p = .038", "p = .83", ["changed_number", "inconsistent_test"]),
        ("2.10", "2.40", ["unbacked_number", "inconsistent_test"]),
        ("t(98)", "t(89)", ["unbacked_number"]),
        ("g = 0.42", "g = 0.24", ["changed_number"]),
        ("[0.02, 0.83]", "[0.02, 0.38]", ["unbacked_number"]),
        ("n = 100", "n = 110", ["unbacked_number"]),
    ],
)
def test_each_wrong_number_of_a_text_of_ones_own_is_found(tmp_path: Path, old: str, new: str, codes: list[str]) -> None:
    write_ledger(tmp_path, ledger_row("gap/main/hedges_g/x//a/", **T_ROW))
    assert _codes(tmp_path, OWN_TEXT.replace(old, new)) == codes


def test_a_number_of_an_earlier_run_is_stale(tmp_path: Path) -> None:
    identifier = "gap/main/mean/x//a/"
    write_ledger(tmp_path, ledger_row(identifier, estimate=3.30))
    earlier = write_ledger(tmp_path, ledger_row(identifier, estimate=3.14), name="earlier.jsonl")
    path = tmp_path / "manuscript.docx"
    tagged_document((identifier, "3.14")).save(str(path))
    assert [one.code for one in verify_manuscript(path).findings] == ["changed_number"]
    assert [one.code for one in verify_manuscript(path, earlier=earlier).findings] == ["stale_number"]


def test_exclusions_nobody_tells_are_named(tmp_path: Path) -> None:
    flow = {"quantity": "count", "n": None}
    write_ledger(
        tmp_path,
        ledger_row("flow/main/count//records in the file//records", level="records", estimate=120.0, **flow),
        ledger_row("flow/main/count//a//b", level="b", term="excluded: too fast", estimate=20.0, **flow),
    )
    assert _codes(tmp_path, "We asked adults online.") == ["exclusion_missing"]
    assert _codes(tmp_path, "We asked adults online and excluded 20 who were too fast.") == []


@pytest.mark.parametrize(
    ("tag", "text", "codes"),
    [
        ("gap/main/hedges_g/x//a/", "0.42", []),
        ("gap/main/hedges_g/x//a/", "0.4", []),
        ("gap/main/hedges_g/x//a/", "0.24", ["changed_number"]),
        ("gap/main/hedges_g/x//a/#p", "= .038", []),
        ("gap/main/hedges_g/x//a/#p", "< .001", ["changed_number"]),
        ("gap/main/hedges_g/x//a/#interval", "[0.02, 0.83]", []),
        ("gap/main/hedges_g/x//a/#statistic", "t(98) = 2.10", []),
        ("gap/main/hedges_g/x//a/#statistic", "t(98) = 2.01", ["changed_number", "unbacked_number"]),
        ("gap/main/hedges_g/x//b/", "0.42", ["unknown_id"]),
        ("goog_rdk_0", "17", []),
    ],
)
def test_tagged_numbers_are_held_against_their_row(tmp_path: Path, tag: str, text: str, codes: list[str]) -> None:
    write_ledger(tmp_path, ledger_row("gap/main/hedges_g/x//a/", **T_ROW))
    path = tmp_path / "tagged.docx"
    tagged_document((tag, text)).save(str(path))
    assert [one.code for one in verify_manuscript(path).findings] == codes


def test_a_file_that_is_no_manuscript_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "text.docx"
    path.write_text("no zip", encoding="utf-8")
    with pytest.raises(OutputError, match="not_a_manuscript"):
        verify_manuscript(path)


def test_findings_are_given_as_plain_values(tmp_path: Path) -> None:
    write_ledger(tmp_path, ledger_row("gap/main/hedges_g/x//a/", **T_ROW))
    found = verify_manuscript(write_manuscript(tmp_path, OWN_TEXT.replace("n = 100", "n = 110")), tmp_path)
    told = json.loads(json.dumps(found.as_dict()))
    assert told["findings"][0]["code"] == "unbacked_number"
    assert told["findings"][0]["key"] == "paragraph 1"
    assert "1 finding: 1 x unbacked_number" in found.as_text()
