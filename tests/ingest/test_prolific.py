"""Prolific demographics joined by participant id; revoked consent removes the person. All ids are made up."""

from __future__ import annotations

from pathlib import Path

import pytest

from osa_survey.dataset import Export
from osa_survey.errors import ResponseError
from osa_survey.ingest import read_export

IDS = ["5e1234567890123456789001", "5e1234567890123456789002", "123456789012345678901234", "123456789012345678901235"]
HEADER = "Submission id,Participant id,Status,Time taken,Age,Sex,Completion code"


def demographics(path: Path, *rows: str) -> Path:
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return path


def answers(path: Path, column: str = "PROLIFIC_PID", ids: list[str] | None = None) -> Path:
    lines = [f"{identifier},{number}" for number, identifier in enumerate(IDS if ids is None else ids, start=1)]
    path.write_text("\n".join([f"{column},q1", *lines]) + "\n", encoding="utf-8")
    return path


def joined(tmp_path: Path, *rows: str, column: str = "PROLIFIC_PID", **kwargs: object) -> Export:
    export = answers(tmp_path / "x.csv", column)
    return read_export(export, companions=[demographics(tmp_path / "p", *rows)], **kwargs)  # type: ignore[arg-type]


@pytest.mark.parametrize("column", ["PROLIFIC_PID", "Participant id", "prolific_id", "Q17"])
def test_columns_are_joined_by_id(tmp_path: Path, column: str) -> None:
    rows = [f"s{number},{identifier},APPROVED,60,{30 + number},Female,XY" for number, identifier in enumerate(IDS)]
    export = joined(tmp_path, *reversed(rows), column=column)
    assert export.names[2:] == (
        "prolific_submission_id",
        "prolific_status",
        "prolific_time_taken",
        "prolific_age",
        "prolific_sex",
        "prolific_completion_code",
    )
    assert export.columns["prolific_age"].to_pylist() == ["30", "31", "32", "33"]  # also of ids that differ late
    assert export.wording["prolific_time_taken"] == "Time taken"
    assert set(export.facts.restricted) == {column, "prolific_submission_id", "prolific_completion_code"}
    assert export.findings == ()


def test_revoked_consent_removes_the_person_and_is_counted(tmp_path: Path) -> None:
    rows = [
        f"s1,{IDS[0]},APPROVED,60,CONSENT_REVOKED,CONSENT_REVOKED,XY",
        f"s2,{IDS[1]},APPROVED,60,DATA_EXPIRED,Male,XY",
        f"s3,{IDS[2]},APPROVED,60,40,Male,XY",
    ]
    withdrawn = tmp_path / "withdrawn.csv"
    withdrawn.write_text("q1\n3\n", encoding="utf-8")
    export = joined(tmp_path, *rows, withdrawn=withdrawn)
    assert export.columns["q1"].to_pylist() == ["2", "4"]
    assert export.rows.tolist() == [3, 5]
    assert export.reading["withdrawn"] == 2
    assert export.facts.reasons["prolific_age"] == {"DATA_EXPIRED": "technical"}
    text = repr(export.findings) + repr(export) + repr(dict(export.reading))
    assert not any(identifier in text for identifier in IDS)


def test_what_does_not_match_is_counted(tmp_path: Path) -> None:
    rows = [
        f"s1,{IDS[0]},APPROVED,60,30,Male,XY",
        f"s2,{IDS[0]},RETURNED,10,31,Male,",
        "s3,ffffffffffffffffffffffff,APPROVED,60,30,Male,XY",
        f"s4,{IDS[1]},APPROVED,60,35,Male,XY",
    ]
    export = joined(tmp_path, *rows)
    found = {finding.code: (finding.count, finding.row) for finding in export.findings}
    assert found == {"unmatched_record": (2, 4), "unmatched_participant": (1, 4), "repeated_participant": (1, 0)}
    assert export.columns["prolific_age"].to_pylist() == ["30", "35", "", ""]


def test_an_export_without_ids_cannot_be_joined(tmp_path: Path) -> None:
    export = answers(tmp_path / "x.csv", "name", ids=["a", "b"])
    with pytest.raises(ResponseError, match="no_id_column"):
        read_export(export, companions=[demographics(tmp_path / "p", f"s1,{IDS[0]},APPROVED,60,30,Male,XY")])


def test_ids_are_not_shown_where_the_file_is_of_no_known_kind(tmp_path: Path) -> None:
    other = tmp_path / "p"
    other.write_text(f"Participant id,Age\n{IDS[0]},30\n", encoding="utf-8")
    with pytest.raises(ResponseError, match="unknown_companion") as caught:
        read_export(answers(tmp_path / "x.csv"), companions=[other])
    assert IDS[0] not in str(caught.value)
