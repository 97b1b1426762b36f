"""Verifying a manuscript: every number of it against the results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from osa_survey.errors import Problem
from osa_survey.formatting import with_commas
from osa_survey.report.verification.backing import Backing
from osa_survey.report.verification.consistency import inconsistencies
from osa_survey.report.verification.manuscripts import Manuscript, Paragraph, Table, read_manuscript
from osa_survey.report.verification.numbers_in_text import numbers_of
from osa_survey.report.verification.printed_texts import ABOUT_EXCLUSIONS, FLOW, read_printed
from osa_survey.report.verification.sentence_matching import CHANGED_HINT, UNBACKED_HINT, compare_sentences
from osa_survey.report.verification.stated_statistics import StatedTest, statements_of
from osa_survey.report.verification.table_matching import compare_tables
from osa_survey.report.verification.tagged_numbers import tagged_problems
from osa_survey.results import read_ledger

LEDGER, PRINTED = "results.jsonl", "printed.jsonl"
FINDINGS: dict[str, str] = {
    "changed_number": "a number is not the one of the results",
    "stale_number": "a number is that of an earlier run",
    "unbacked_number": "a number that no result backs",
    "unknown_id": "a number bears the id of no result",
    "inconsistent_test": "a statistic, its degrees of freedom and its p do not belong together",
    "inconsistent_share": "a percentage does not fit its counts",
    "n_do_not_add_up": "counts do not add up to their total",
    "exclusion_missing": "an exclusion that the results report is not told",
}
BOUNDS = ("<", ">", "≤", "≥")  # a cell such as "< .001" names a bound, no number of the results
MOSTLY = 0.5  # share of decimals without backing from which a table is reported once, not cell by cell
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Verification:
    """What holding a manuscript against the results found.

    Attributes
    ----------
    findings : tuple of Problem
        Each with a code of ``FINDINGS``, its place in ``key`` and, where it is known, the id of the result in ``item``.
    facts : mapping of str to str
        What was compared, in words.
    """

    findings: tuple[Problem, ...]
    facts: Mapping[str, str]

    def as_text(self) -> str:
        """Return the verification as lines for a terminal."""
        codes = Counter(finding.code for finding in self.findings)
        summary = ", ".join(f"{number} x {code}" for code, number in codes.items())
        lines = [f"{name}: {value}" for name, value in self.facts.items()]
        lines += ["", *map(str, self.findings)] if self.findings else []
        return "\n".join([*lines, "", f"{len(self.findings)} findings: {summary}" if summary else "no findings"])

    def as_dict(self) -> dict[str, Any]:
        """Return the verification as plain values for JSON."""
        return {"facts": dict(self.facts), "findings": [asdict(finding) for finding in self.findings]}


def verify_manuscript(
    manuscript: Path | str, results: Path | str | None = None, *, earlier: Path | str | None = None
) -> Verification:
    """Hold a manuscript against the results behind it.

    Parameters
    ----------
    manuscript : Path or str
        A ``.docx`` file: the report as a co-author edited it, or a text of one's own.
    results : Path or str, optional
        ``results.jsonl`` or its folder; by default the one beside the manuscript. ``printed.jsonl`` beside it, written
        with every report, makes the comparison exact for texts and tables of the report.
    earlier : Path or str, optional
        The ledger of an earlier run: a number that is right there and wrong now is ``stale_number``.

    Returns
    -------
    Verification
        Numbers that no result backs, changed and stale ones, statistics that contradict themselves, counts that do not
        add up, exclusions that are not told. Decimal commas and points are told apart by the
        manuscript. Numbers that the report merely rounds further are fine.

    Raises
    ------
    OutputError
        If a file cannot be read.
    """
    written = read_manuscript(manuscript)
    ledger = ledger_path(results if results is not None else Path(manuscript).parent)
    head, rows = read_ledger(ledger)
    printed = read_printed(ledger.parent / PRINTED)
    commas = written.has_decimal_commas
    if commas is None:
        commas = printed.language == "de"
    text = written.with_points() if commas else written
    by_id = {str(row["id"]): row for row in rows}
    backing = Backing(rows)
    sentences = compare_sentences(text.paragraphs, printed.sentences, text.name)
    tables = compare_tables(text.tables, printed.grids, text.name)
    findings = [
        *tagged_problems(text.tagged, by_id, text.name),
        *sentences.findings,
        *tables.findings,
        *_read_alone(sentences.rest, backing, text.name),
        *_contradictions(sentences.edited, backing, text.name),
        *_foreign_tables(tables.rest, backing, frozenset(head["versions"].values()), text.name),
    ]
    if not sentences.matched and not tables.matched:
        findings += _untold_exclusions(text, rows)
    if earlier is not None:
        findings = _stale(findings, read_ledger(ledger_path(earlier))[1])
    facts = {
        "manuscript": f"{len(text.paragraphs)} paragraphs, {len(text.tables)} tables, {len(text.tagged)} tagged",
        "results": f"{len(rows)} numbers",
        "recognised": f"{sentences.matched} sentences and {tables.matched} tables of the report",
    }
    if commas:
        findings = [replace(one, message=with_commas(one.message)) for one in findings]
    return Verification(_each_once(findings), facts)


def ledger_path(path: Path | str) -> Path:
    """Return the ledger a path names: a file, or ``results.jsonl`` in a folder."""
    path = Path(path)
    return path / LEDGER if path.is_dir() else path


def _each_once(findings: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return findings in order, one for each place, code and message; a tagged number in a table is found twice."""
    kept: dict[tuple[str, str, str], Problem] = {}
    for finding in findings:
        at_cell = finding.code == "changed_number" and finding.key.startswith("table")
        kept.setdefault((finding.code, finding.key, "" if at_cell else finding.message), finding)
    return tuple(kept.values())


def _read_alone(rest: Iterable[tuple[Paragraph, str]], backing: Backing, file: str) -> Iterable[Problem]:
    """Yield what is wrong with sentences that the report does not have."""
    for paragraph, sentence in rest:
        found = statements_of(sentence)
        for test in found.tests:
            yield from _unbacked_test(test, backing, file, paragraph.place)
        for stated in found.numbers:
            if not backing.number(stated):
                yield _unbacked(stated.text, file, paragraph.place)
        for low, high, text in found.intervals:
            if not backing.interval(low, high):
                yield _unbacked(text, file, paragraph.place)
        yield from _contradiction(sentence, backing, file, paragraph.place)


def _contradictions(edited: Iterable[tuple[Paragraph, str]], backing: Backing, file: str) -> Iterable[Problem]:
    for paragraph, sentence in edited:
        yield from _contradiction(sentence, backing, file, paragraph.place)


def _contradiction(sentence: str, backing: Backing, file: str, place: str) -> Iterable[Problem]:
    """Yield contradictions, except of tests that stand in the results just so (adjusted p, other reference laws)."""
    found = statements_of(sentence)
    doubtful = tuple(test for test in found.tests if not (test.p is not None and backing.test_rows(test)))
    counts = [one for one in found.numbers if one.label in ("n", "N")]
    numbers = found.numbers
    if all(backing.number(one) for one in counts):
        total = sum(one.value.value for one in counts if one.label == "N")
        if sum(one.value.value for one in counts if one.label == "n") <= total:
            numbers = tuple(one for one in numbers if one not in counts)
    yield from inconsistencies(sentence, replace(found, tests=doubtful, numbers=numbers), file, place)


def _unbacked_test(test: StatedTest, backing: Backing, file: str, place: str) -> Iterable[Problem]:
    if backing.test_rows(test):
        return
    near = backing.test_rows(test, with_p=False)
    if near and test.p is not None:
        row = near[0]
        known = row["p_value"] if row["p_value"] is not None else row["p_adjusted"]
        if known is not None:
            message = f"the text says '{test.text}', the results have p = {known:.4f}"
            yield Problem("changed_number", message, file, key=place, item=str(row["id"]), hint=CHANGED_HINT)
            return
    yield _unbacked(test.text, file, place)


def _unbacked(text: str, file: str, place: str) -> Problem:
    return Problem("unbacked_number", f"no result backs '{text}'", file, key=place, hint=UNBACKED_HINT)


def _foreign_tables(
    tables: Sequence[Table], backing: Backing, versions: frozenset[str], file: str
) -> Iterable[Problem]:
    """Yield decimals without backing in tables that the report does not have; mostly foreign tables are told once."""
    for table in tables:
        cells = [
            (number, f"{table.place}, row {row}, column {column}")
            for row, texts in enumerate(table.rows, start=1)
            for column, cell in enumerate(texts, start=1)
            for number in numbers_of(cell)
            if cell not in versions and number.digits and cell[: number.start].rstrip()[-1:] not in BOUNDS
        ]
        unbacked = [(number, place) for number, place in cells if not backing.anything(number)]
        if len(unbacked) > 2 and len(unbacked) >= MOSTLY * len(cells):
            message = "most decimals of the table are in no result"
            yield Problem("unbacked_number", message, file, key=table.place, hint=UNBACKED_HINT, count=len(unbacked))
            continue
        for number, place in unbacked:
            yield _unbacked(number.text, file, place)


def _untold_exclusions(text: Manuscript, rows: Sequence[Row]) -> Iterable[Problem]:
    """Yield the exclusions of the flow whose number stands in no sentence or row about exclusions."""
    told = {number.value for sentence in _about_exclusions(text) for number in numbers_of(sentence)}
    for row in rows:
        excluded = str(row["id"]).startswith(f"{FLOW}/main/") and row["level"] not in ("records", "analysed")
        if excluded and row["estimate"] and row["estimate"] not in told:
            message = f"{row['estimate']:.0f} records were {row['term']}, and the text does not say so"
            hint = "say how many records were left out, and why"
            yield Problem("exclusion_missing", message, text.name, item=str(row["id"]), hint=hint)


def _about_exclusions(text: Manuscript) -> Iterable[str]:
    for paragraph in text.paragraphs:
        yield from (one for one in paragraph.sentences if any(word in one.casefold() for word in ABOUT_EXCLUSIONS))
    for table in text.tables:
        yield from (" ".join(row) for row in table.rows if any(w in " ".join(row).casefold() for w in ABOUT_EXCLUSIONS))


def _stale(findings: Sequence[Problem], rows: Sequence[Row]) -> list[Problem]:
    """Return findings; a changed number that is right in an earlier run is stale."""
    by_id = {str(row["id"]): row for row in rows}
    kept = []
    for finding in findings:
        row = by_id.get(finding.item)
        inside = [one for one in rows if str(one["id"]).startswith(f"{finding.item}/")]
        candidates = [row] if row is not None else inside
        said = numbers_of(finding.message.partition(", the results")[0])
        stale = (
            finding.code in ("changed_number", "unbacked_number")
            and bool(said)
            and bool(candidates)
            and Backing(candidates).anything(said[-1])
        )
        kept.append(replace(finding, code="stale_number") if stale else finding)
    return kept
