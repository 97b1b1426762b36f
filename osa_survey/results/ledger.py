"""The ledger: every printed number on a line of its own, with where it came from."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from osa_survey.errors import OutputError, Problem
from osa_survey.results.columns import COLUMNS, TEXT_COLUMNS
from osa_survey.results.result import Result

FORMAT = 1
READ_BLOCK = 1 << 20


@dataclass(frozen=True)
class Ledger:
    """The head line of a ledger.

    Attributes
    ----------
    seed : int
        The seed of the run.
    profile : str
        The disclosure profile.
    data : tuple of mapping
        For each file its name (no path), SHA-256 and number of records.
    definitions : mapping of str to str
        Instrument, codebook and study file → SHA-256.
    versions : mapping of str to str
        Package → version.
    simulated : bool
        Whether the answers are simulated; then the line says so.
    """

    seed: int
    profile: str
    data: tuple[Mapping[str, Any], ...] = ()
    definitions: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    simulated: bool = False


def ledger_lines(head: Ledger, results: Sequence[Result]) -> Iterable[str]:
    """Yield the lines of ``results.jsonl``: the run, then for each result a row for every number and its release note.

    Parameters
    ----------
    head : Ledger
        The run.
    results : sequence of Result
        Released results, each with an id; further tables follow their result.

    Raises
    ------
    OutputError
        If two rows would have the same id.
    """
    run = {
        "record": "run",
        "format": FORMAT,
        "seed": head.seed,
        "profile": head.profile,
        "data": [dict(entry) for entry in head.data],
        "definitions": dict(sorted(head.definitions.items())),
        "versions": dict(sorted(head.versions.items())),
        **({"simulated": True} if head.simulated else {}),
    }
    yield _line(run)
    seen: set[str] = set()
    for result in results:
        for name, table in tables_with_names(result):
            records: list[dict[str, Any]] = table.frame.to_dict("records")  # type: ignore[assignment]
            for row in records:
                identifier = row_id(result.id or result.analysis, name, row)
                if identifier in seen:
                    raise OutputError(Problem("repeated_result_id", f"two numbers have the id '{identifier}'"))
                seen.add(identifier)
                yield _line(_record(identifier, row, result.plan_status))
        if result.verdict is not None:
            yield _line(result.verdict.record(result.id or result.analysis))


def row_id(analysis: str, table: str, row: Mapping[str, Any]) -> str:
    """Return the id of a number: unique in its ledger and independent of its position.

    Examples
    --------
    >>> row_id("gender_gap", "main", {"quantity": "mean", "outcome": "scs_total", "term": "",
    ...     "contrast": "", "group": "man", "level": ""})
    'gender_gap/main/mean/scs_total//man/'
    """
    parts = (
        analysis,
        table,
        row["quantity"],
        row["outcome"],
        row["term"] if not row["contrast"] else ":".join(filter(None, (row["term"], row["contrast"]))),
        row["group"],
        row["level"],
    )
    return "/".join(str(part).replace("/", "∕") for part in parts)


def tables_with_names(result: Result, name: str = "main") -> Iterator[tuple[str, Result]]:
    """Yield a result and its further tables with their names in the ledger."""
    yield name, result
    for key, part in result.more.items():
        yield from tables_with_names(part, key if name == "main" else f"{name}.{key}")


def _record(identifier: str, row: Mapping[str, Any], plan_status: str) -> dict[str, Any]:
    record: dict[str, Any] = {"record": "row", "id": identifier}
    warnings = [row["warning"]] if row["warning"] else []
    for name in COLUMNS:
        value = row[name]
        if name in TEXT_COLUMNS:
            record[name] = value
            continue
        if math.isinf(value):
            warnings.append(f"{name} is infinite")
        record[name] = value if math.isfinite(value) else None
    record["warning"] = "; ".join(warnings)
    record["plan_status"] = plan_status
    return record


def _line(record: Mapping[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n"


def read_ledger(path: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the run and the rows of a ledger file.

    Raises
    ------
    OutputError
        If the file is not a ledger of this format.
    """
    try:
        records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    except (ValueError, OSError) as error:
        raise OutputError(Problem("not_a_ledger", f"cannot be read: {error}", file=path.name)) from error
    if not records or records[0].get("record") != "run" or records[0].get("format") != FORMAT:
        hint = "write it again with 'osa-survey run'"
        raise OutputError(Problem("not_a_ledger", f"the first line is no run of format {FORMAT}", path.name, hint=hint))
    return records[0], [record for record in records[1:] if record.get("record") == "row"]


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(READ_BLOCK):
            digest.update(block)
    return digest.hexdigest()
