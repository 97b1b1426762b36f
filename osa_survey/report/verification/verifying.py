"""Verifying a manuscript: every number of it against the results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from osa_survey.errors import Problem, counted_findings
from osa_survey.formatting import with_commas
from osa_survey.report.verification.backing import Backing
from osa_survey.report.verification.consistency import inconsistencies
from osa_survey.report.verification.foreign_tables import read_foreign_tables
from osa_survey.report.verification.ledger_places import ledger_beside, ledger_path
from osa_survey.report.verification.manuscripts import Manuscript, Paragraph, read_manuscript
from osa_survey.report.verification.numbers_in_text import Number, numbers_of
from osa_survey.report.verification.own_sentences import judged_statements
from osa_survey.report.verification.printed_texts import ABOUT_EXCLUSIONS, FLOW, read_printed
from osa_survey.report.verification.sentence_matching import UNBACKED_HINT, compare_sentences
from osa_survey.report.verification.stated_statistics import statements_of
from osa_survey.report.verification.statements import inside
from osa_survey.report.verification.table_matching import compare_tables
from osa_survey.report.verification.tagged_numbers import tagged_problems
from osa_survey.report.verification.unjudged_numbers import UnjudgedNumber, number_at, unjudged_of, without_tagged
from osa_survey.results import read_ledger

PRINTED = "printed.jsonl"
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
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Verification:
    """What holding a manuscript against the results found.

    Attributes
    ----------
    findings : tuple of Problem
        Each with a code of ``FINDINGS``, its place in ``key`` and, where it is known, the id of the result in ``item``.
    facts : mapping of str to str
        What was compared, in words, and how many numbers of the text were not judged.
    unjudged : tuple of UnjudgedNumber
        Numbers nothing was held against, with their place: years, sections, works of others, words that are not
        understood. Silence about them is no check.
    """

    findings: tuple[Problem, ...]
    facts: Mapping[str, str]
    unjudged: tuple[UnjudgedNumber, ...] = ()

    def as_text(self, *, unjudged: bool = False) -> str:
        """Return the verification as lines for a terminal.

        Parameters
        ----------
        unjudged : bool
            True to list the numbers that were not judged.
        """
        codes = Counter(finding.code for finding in self.findings)
        summary = ", ".join(f"{number} x {code}" for code, number in codes.items())
        lines = [f"{name}: {value}" for name, value in self.facts.items()]
        lines += ["", *map(str, self.findings)] if self.findings else []
        lines += ["", "numbers that were not judged:", *(f"  {one}" for one in self.unjudged)] if unjudged else []
        nothing = "no findings among the numbers that were judged" if self.unjudged else "no findings"
        return "\n".join([*lines, "", f"{counted_findings(len(self.findings))}: {summary}" if summary else nothing])

    def as_dict(self) -> dict[str, Any]:
        """Return the verification as plain values for JSON."""
        return {
            "facts": dict(self.facts),
            "findings": [asdict(finding) for finding in self.findings],
            "unjudged": [asdict(number) for number in self.unjudged],
        }


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
    ledger = ledger_beside(manuscript) if results is None else ledger_path(results)
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
    versions = frozenset(head["versions"].values())
    alone, unjudged = _read_alone(sentences.rest, backing, text.name)
    loose, unjudged_loose = _read_loose(sentences.loose, backing, text.name)
    foreign, unjudged_cells = read_foreign_tables(tables.rest, backing, versions, text.name)
    unjudged = without_tagged([*unjudged, *unjudged_loose, *tables.unjudged, *unjudged_cells], text.tagged, by_id)
    findings = [
        *tagged_problems(text.tagged, by_id, text.name),
        *sentences.findings,
        *loose,
        *tables.findings,
        *alone,
        *_contradictions(sentences.edited, backing, text.name),
        *foreign,
    ]
    if not sentences.matched and not tables.matched:
        findings += _untold_exclusions(text, rows)
    if earlier is not None:
        findings = _stale(findings, read_ledger(ledger_path(earlier))[1])
    facts = {
        "manuscript": f"{len(text.paragraphs)} paragraphs, {len(text.tables)} tables, {len(text.tagged)} tagged",
        "results": f"{len(rows)} numbers",
        "recognised": f"{sentences.matched} sentences and {tables.matched} tables of the report",
        "not judged": _told(unjudged, sum(len(numbers_of(part)) for part in _parts(text))),
    }
    if commas:
        findings = [replace(one, message=with_commas(one.message)) for one in findings]
        unjudged = [replace(one, text=with_commas(one.text), around=with_commas(one.around)) for one in unjudged]
    return Verification(_each_once(findings), facts, tuple(unjudged))


def _told(unjudged: Sequence[UnjudgedNumber], all_numbers: int) -> str:
    decimals = sum(one.decimal for one in unjudged)
    listed = f" ({decimals:,} with decimals); --unjudged lists them" if unjudged else ""
    return f"{len(unjudged):,} of {all_numbers:,} numbers of the text{listed}"


def _parts(text: Manuscript) -> Iterable[str]:
    """Yield sentences and cells."""
    for paragraph in text.paragraphs:
        yield from paragraph.sentences
    for table in text.tables:
        yield from (cell for row in table.rows for cell in row)


def _each_once(findings: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return findings in order, one for each place, code and message; a tagged number in a table is found twice."""
    kept: dict[tuple[str, str, str], Problem] = {}
    for finding in findings:
        at_cell = finding.code == "changed_number" and finding.key.startswith("table")
        kept.setdefault((finding.code, finding.key, "" if at_cell else _numbers_told(finding)), finding)
    return tuple(kept.values())


def _numbers_told(finding: Problem) -> str:
    """Return what tells findings of a place apart: of a changed number, both numbers without their symbols."""
    sides = [numbers_of(side) for side in finding.message.partition(", the results")[::2]]
    if finding.code != "changed_number" or not all(sides):
        return finding.message
    return " → ".join(side[-1].text for side in sides)


def _read_alone(
    rest: Iterable[tuple[Paragraph, str]], backing: Backing, file: str
) -> tuple[list[Problem], list[UnjudgedNumber]]:
    """Return what is wrong with sentences that the report does not have, and which of their numbers nothing judges."""
    findings: list[Problem] = []
    unjudged: list[UnjudgedNumber] = []
    for paragraph, sentence in rest:
        found = statements_of(sentence)
        judged = list(judged_statements(found, backing, file, paragraph.place))
        findings += [problem for _, problem in judged if problem is not None]
        findings += _contradiction(sentence, backing, file, paragraph.place)
        unjudged += unjudged_of(sentence, paragraph.place, (span for span, _ in judged))
    return findings, unjudged


def _read_loose(
    loose: Iterable[tuple[Paragraph, str, tuple[Number, ...], str]], backing: Backing, file: str
) -> tuple[list[Problem], list[UnjudgedNumber]]:
    """Return the same for numbers that were written into a sentence of the report."""
    findings: list[Problem] = []
    unjudged: list[UnjudgedNumber] = []
    for paragraph, sentence, numbers, identifier in loose:
        judged = list(judged_statements(statements_of(sentence), backing, file, paragraph.place))
        for number in numbers:
            place = number.start + len(number.text) - 1
            own = [problem for span, problem in judged if inside(place, (span,))]
            findings += [problem for problem in own if problem is not None]
            if not own and number.digits:
                message = f"{number.text} is in no sentence of the report"
                at = paragraph.place
                findings.append(Problem("unbacked_number", message, file, key=at, item=identifier, hint=UNBACKED_HINT))
            elif not own:
                unjudged.append(number_at(sentence, paragraph.place, number))
    return findings, unjudged


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
