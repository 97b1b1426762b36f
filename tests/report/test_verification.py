"""Verifying manuscripts: seeded edits of a report are found, and a report nobody edited is left in peace."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from osa_survey.errors import OutputError
from osa_survey.plan import run_study
from osa_survey.plan.reporting import study_report
from osa_survey.report import verify_manuscript, word_document
from osa_survey.report.exhibits import arrange
from osa_survey.report.printed_records import printed_lines
from osa_survey.report.verification import FINDINGS
from osa_survey.report.verification.consistency import consistent, inconsistencies, p_bounds
from osa_survey.report.verification.numbers_in_text import read_number
from osa_survey.report.verification.stated_statistics import statements_of
from osa_survey.results import Ledger, Result, Rows, ledger_lines
from tests.made_up_folders import write_study

EDITS = 50
LEAST_FOUND = 0.95
"""The share of seeded edits that must be found."""
P_TOLERANCE = 5e-4
"""Printed p values of the worked examples have three digits."""
SEED = 20261126


@dataclass(frozen=True)
class Written:
    """A folder with a report, its ledger and what it printed."""

    folder: Path

    @property
    def report(self) -> Path:
        return self.folder / "report.docx"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """The report of a made-up study without its drawings, which verifying does not read."""
    folder = tmp_path_factory.mktemp("verified")
    report = study_report(run_study(write_study(folder / "study")), profile="workbench")
    sections = tuple(
        replace(part, entries=tuple(replace(entry, figures=()) for entry in part.entries)) for part in arrange(report)
    )
    (folder / "report.docx").write_bytes(word_document(report, sections))
    text = "".join(ledger_lines(report.ledger, report.results))
    (folder / "results.jsonl").write_text(text, encoding="utf-8", newline="\n")
    (folder / "printed.jsonl").write_text("".join(printed_lines(report, sections)), encoding="utf-8", newline="\n")
    return Written(folder)


# --- no false alarm ---------------------------------------------------------------------------------------------


def test_a_report_nobody_edited_has_no_finding(written: Written) -> None:
    found = verify_manuscript(written.report)
    assert found.findings == ()
    assert "no findings" in found.as_text()


def test_a_report_saved_again_by_libreoffice_has_no_finding(
    written: Written, libreoffice: Path, tmp_path: Path
) -> None:
    home = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [libreoffice, home, "--headless", "--convert-to", "docx:MS Word 2007 XML", "--outdir", tmp_path]
    subprocess.run([*map(str, command), str(written.report)], check=True, capture_output=True, timeout=120)
    saved = tmp_path / "report.docx"
    assert saved.read_bytes() != written.report.read_bytes()
    assert verify_manuscript(saved, written.folder).findings == ()


def test_the_ledger_alone_raises_no_alarm_either(written: Written, tmp_path: Path) -> None:
    for name in ("report.docx", "results.jsonl"):
        shutil.copy(written.folder / name, tmp_path / name)
    assert verify_manuscript(tmp_path / "report.docx").findings == ()


# --- seeded edits -----------------------------------------------------------------------------------------------


def _nodes(part: Any) -> list[Any]:
    """The texts of a paragraph or cell, those in content controls too."""
    return list((part._p if hasattr(part, "_p") else part._tc).iter(qn("w:t")))


def _text(part: Any) -> str:
    return "".join(node.text or "" for node in _nodes(part))


def _set_text(part: Any, text: str) -> None:
    """Change only the letters that differ, as somebody at a keyboard does: content controls stay."""
    old = _text(part)
    start = next((n for n, (a, b) in enumerate(zip(old, text, strict=False)) if a != b), min(len(old), len(text)))
    same = 0
    while same < min(len(old), len(text)) - start and old[-1 - same] == text[-1 - same]:
        same += 1
    end, typed, first = len(old) - same, text[start : len(text) - same], 0
    for node in _nodes(part):
        words = node.text or ""
        left, right = max(0, start - first), max(0, end - first)
        first += len(words)
        node.text = words[:left] + (typed if left <= len(words) else "") + words[right:]
        if left <= len(words):
            typed = ""
        node.set(qn("xml:space"), "preserve")
    assert _text(part) == text


def _other_digit(text: str, generator: np.random.Generator) -> str:
    places = [match.start() for match in re.finditer(r"\d", text)]
    place = places[int(generator.integers(len(places)))]
    digit = str((int(text[place]) + int(generator.integers(1, 10))) % 10)
    return text[:place] + digit + text[place + 1 :]


def _cells(document: Any) -> list[Any]:
    own = [table for table in document.tables if "Package" not in _text(table.rows[0].cells[0])]
    cells = [cell for table in own for row in table.rows[1:] for cell in row.cells[1:]]
    return [cell for cell in cells if re.fullmatch(r"[−\d.,%]+", _text(cell)) and re.search(r"[1-9]", _text(cell))]


def _told(document: Any, pattern: str) -> list[Any]:
    paragraphs = [one for one in document.paragraphs if one._p.style in ("BodyText", "ListBullet")]
    return [paragraph for paragraph in paragraphs if re.search(pattern, _text(paragraph))]


def wrong_digit_in_a_table(document: Any, generator: np.random.Generator) -> None:
    cells = _cells(document)
    cell = cells[int(generator.integers(len(cells)))]
    _set_text(cell, _other_digit(_text(cell), generator))


def wrong_digit_in_a_sentence(document: Any, generator: np.random.Generator) -> None:
    paragraphs = _told(document, r"= [−\d.]*\d")
    paragraph = paragraphs[int(generator.integers(len(paragraphs)))]
    matches = list(re.finditer(r"(?<== )[−\d.,]*\d", _text(paragraph)))
    match = matches[int(generator.integers(len(matches)))]
    edited = _text(paragraph)[: match.start()] + _other_digit(match[0], generator) + _text(paragraph)[match.end() :]
    _set_text(paragraph, edited)


def stale_n(document: Any, generator: np.random.Generator) -> None:
    paragraphs = _told(document, r"\bn = [\d,]+")
    paragraph = paragraphs[int(generator.integers(len(paragraphs)))]
    match = re.search(r"\bn = ([\d,]*\d)", _text(paragraph))
    assert match is not None
    old = int(match[1].replace(",", ""))
    new = f"{old + int(generator.integers(1, 40)):,}"
    _set_text(paragraph, _text(paragraph)[: match.start(1)] + new + _text(paragraph)[match.end(1) :])


def swapped_p(document: Any, generator: np.random.Generator) -> None:
    paragraphs = _told(document, r"\bp [=<>] \.\d+")
    first, second = _two_different(paragraphs, r"\bp [=<>] \.\d+", generator)
    texts = [(paragraph, re.search(r"\bp [=<>] \.\d+", _text(paragraph))) for paragraph in (first, second)]
    (one, a), (two, b) = texts
    assert a is not None
    assert b is not None
    new_one, new_two = _text(one).replace(a[0], b[0], 1), _text(two).replace(b[0], a[0], 1)
    _set_text(one, new_one)
    _set_text(two, new_two)


def _two_different(paragraphs: Sequence[Any], pattern: str, generator: np.random.Generator) -> tuple[Any, Any]:
    order = generator.permutation(len(paragraphs))
    first = paragraphs[order[0]]
    shown = re.search(pattern, _text(first))
    assert shown is not None
    for place in order[1:]:
        other = re.search(pattern, _text(paragraphs[place]))
        if other is not None and other[0] != shown[0]:
            return first, paragraphs[place]
    raise AssertionError("all p values are alike")


def swapped_cells(document: Any, generator: np.random.Generator) -> None:
    cells = _cells(document)
    first = cells[int(generator.integers(len(cells)))]
    others = [cell for cell in cells if _text(cell) != _text(first)]
    second = others[int(generator.integers(len(others)))]
    one, two = _text(first), _text(second)
    _set_text(first, two)
    _set_text(second, one)


def deleted_exclusion(document: Any, generator: np.random.Generator) -> None:
    table = document.tables[0]
    rows = [row for row in table.rows if _text(row.cells[0]).startswith("Excluded")]
    sentences = _told(document, "excluded")
    choice = int(generator.integers(len(rows) + len(sentences) + 1))
    if choice < len(rows):
        table._tbl.remove(rows[choice]._tr)
    elif choice < len(rows) + len(sentences):
        paragraph = sentences[choice - len(rows)]
        paragraph._p.getparent().remove(paragraph._p)
    else:
        flow = next(paragraph for paragraph in sentences if _text(paragraph).startswith("Of "))
        _set_text(flow, re.sub(r"; [^;)]*\)", ")", _text(flow), count=1))


KINDS: dict[str, Callable[[Any, np.random.Generator], None]] = {
    "wrong digit in a table": wrong_digit_in_a_table,
    "wrong digit in a sentence": wrong_digit_in_a_sentence,
    "stale n": stale_n,
    "swapped p": swapped_p,
    "swapped cells": swapped_cells,
    "deleted exclusion": deleted_exclusion,
}


def edits(written: Written, folder: Path) -> dict[str, list[bool]]:
    outcomes: dict[str, list[bool]] = {}
    names = list(KINDS)
    for number, seed in enumerate(np.random.SeedSequence(SEED).spawn(EDITS)):
        name = names[number % len(names)]
        document = Document(str(written.report))
        KINDS[name](document, np.random.default_rng(seed))
        path = folder / f"edited-{number}.docx"
        document.save(str(path))
        outcomes.setdefault(name, []).append(bool(verify_manuscript(path, written.folder).findings))
    return outcomes


def test_seeded_edits_are_found(written: Written, tmp_path: Path) -> None:
    outcomes = edits(written, tmp_path)
    found = [one for kind in outcomes.values() for one in kind]
    assert len(found) == EDITS
    assert np.mean(found) >= LEAST_FOUND, outcomes


# --- texts of one's own -----------------------------------------------------------------------------------------


def _row(identifier: str, **values: object) -> dict[str, object]:
    rows = Rows()
    rows.add("mean", **{"n": 100, "estimate": 1.0})
    line = json.loads(list(ledger_lines(Ledger(1, "workbench"), [_result(rows)]))[1])
    return {**line, "id": identifier, **values}


def _result(rows: Rows) -> Result:
    return Result.from_rows(rows, title="t", analysis="describe", method="m", n_used=100)


def _ledger(folder: Path, *rows: dict[str, object], name: str = "results.jsonl") -> Path:
    head = next(iter(ledger_lines(Ledger(1, "workbench"), [])))
    path = folder / name
    path.write_text(head + "".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8", newline="\n")
    return path


T_ROW = {
    "quantity": "hedges_g",
    "estimate": 0.4213,
    "statistic": 2.104,
    "statistic_name": "t",
    "df1": 98.0,
    "p_value": 0.0379,
    "conf_low": 0.02,
    "conf_high": 0.83,
}
OWN_TEXT = "Men scored higher, t(98) = 2.10, p = .038, g = 0.42, 95% CI [0.02, 0.83], n = 100."


def _manuscript(folder: Path, *paragraphs: str) -> Path:
    document = Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    path = folder / "manuscript.docx"
    document.save(str(path))
    return path


def _codes(folder: Path, *paragraphs: str, earlier: Path | None = None) -> list[str]:
    found = verify_manuscript(_manuscript(folder, *paragraphs), folder, earlier=earlier)
    assert {one.code for one in found.findings} <= set(FINDINGS)
    return [one.code for one in found.findings]


def test_a_text_of_ones_own_that_the_ledger_backs_has_no_finding(tmp_path: Path) -> None:
    _ledger(tmp_path, _row("gap/main/hedges_g/x//a/", **T_ROW))
    assert _codes(tmp_path, OWN_TEXT, "See Table 3 of Example (2020), who asked 412 people in 14 countries.") == []


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        ("p = .038", "p = .83", ["changed_number", "inconsistent_test"]),
        ("2.10", "2.40", ["unbacked_number", "inconsistent_test"]),
        ("t(98)", "t(89)", ["unbacked_number"]),
        ("g = 0.42", "g = 0.24", ["unbacked_number"]),
        ("[0.02, 0.83]", "[0.02, 0.38]", ["unbacked_number"]),
        ("n = 100", "n = 110", ["unbacked_number"]),
    ],
)
def test_each_wrong_number_of_a_text_of_ones_own_is_found(tmp_path: Path, old: str, new: str, codes: list[str]) -> None:
    _ledger(tmp_path, _row("gap/main/hedges_g/x//a/", **T_ROW))
    assert _codes(tmp_path, OWN_TEXT.replace(old, new)) == codes


def test_a_number_of_an_earlier_run_is_stale(tmp_path: Path) -> None:
    identifier = "gap/main/mean/x//a/"
    _ledger(tmp_path, _row(identifier, estimate=3.30))
    earlier = _ledger(tmp_path, _row(identifier, estimate=3.14), name="earlier.jsonl")
    path = tmp_path / "manuscript.docx"
    _tagged_document((identifier, "3.14")).save(str(path))
    assert [one.code for one in verify_manuscript(path).findings] == ["changed_number"]
    assert [one.code for one in verify_manuscript(path, earlier=earlier).findings] == ["stale_number"]


def test_exclusions_nobody_tells_are_named(tmp_path: Path) -> None:
    flow = {"quantity": "count", "n": None}
    _ledger(
        tmp_path,
        _row("flow/main/count//records in the file//records", level="records", estimate=120.0, **flow),
        _row("flow/main/count//a//b", level="b", term="excluded: too fast", estimate=20.0, **flow),
    )
    assert _codes(tmp_path, "We asked adults online.") == ["exclusion_missing"]
    assert _codes(tmp_path, "We asked adults online and excluded 20 who were too fast.") == []


# --- tagged numbers ---------------------------------------------------------------------------------------------


def _tagged_document(*controls: tuple[str, str]) -> Any:
    document = Document()
    for tag, text in controls:
        paragraph = document.add_paragraph("A number: ")
        control, properties, content = (OxmlElement(f"w:{name}") for name in ("sdt", "sdtPr", "sdtContent"))
        mark = OxmlElement("w:tag")
        mark.set(qn("w:val"), tag)
        properties.append(mark)
        run = paragraph.add_run(text)
        content.append(run._r)
        control.append(properties)
        control.append(content)
        paragraph._p.append(control)
    return document


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
    _ledger(tmp_path, _row("gap/main/hedges_g/x//a/", **T_ROW))
    path = tmp_path / "tagged.docx"
    _tagged_document((tag, text)).save(str(path))
    assert [one.code for one in verify_manuscript(path).findings] == codes


# --- what contradicts itself ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "p"),
    [
        # 2 * (1 - pt(2.10, 98)), 1 - pf(4.50, 2, 97), 1 - pchisq(6.63, 1), 2 * (1 - pnorm(1.96)) in R;
        # r = .30 with 48 df is t = 2.179
        ("t(98) = 2.10, p = .038", 0.0383),
        ("F(2, 97) = 4.50, p = .014", 0.0135),
        ("χ²(1) = 6.63, p = .010", 0.0100),
        ("z = 1.96, p = .050", 0.0500),
        ("r(48) = .300, p = .034", 0.0343),
    ],
)
def test_p_follows_from_statistic_and_degrees_of_freedom(sentence: str, p: float) -> None:
    test = statements_of(sentence).tests[0]
    low, high = p_bounds(test)
    assert low - P_TOLERANCE <= p <= high + P_TOLERANCE
    assert consistent(test)
    assert not consistent(statements_of(re.sub(r"p = \.\d+", "p = .500", sentence)).tests[0])


@pytest.mark.parametrize(
    ("sentence", "codes"),
    [
        ("t(98) = 2.10, p < .05", []),
        ("t(98) = 2.10, p < .01", ["inconsistent_test"]),
        ("t(98) = 2.10, p > .05", ["inconsistent_test"]),
        ("40 of 120 (33.3%) agreed", []),
        ("40 of 120 (37.3%) agreed", ["inconsistent_share"]),
        ("Of N = 100, n = 40 were men and n = 60 women", []),
        ("Of N = 100, n = 40 were men and n = 70 women", ["n_do_not_add_up"]),
        ("Of 420 records, 16 were excluded (3 no consent; 13 too fast); 404 adults are analysed.", []),
        ("Of 420 records, 16 were excluded (3 no consent; 13 too fast); 440 adults are analysed.", ["n_do_not_add_up"]),
        ("Of 420 records, 16 were excluded (3 no consent; 11 too fast); 404 adults are analysed.", ["n_do_not_add_up"]),
        (
            "Von 420 Datensätzen wurden 16 ausgeschlossen (3 a; 12 b); 404 Erwachsene werden ausgewertet.",
            ["n_do_not_add_up"],
        ),
    ],
)
def test_sentences_that_contradict_themselves(sentence: str, codes: list[str]) -> None:
    found = inconsistencies(sentence, statements_of(sentence), "text.docx", "paragraph 1")
    assert [one.code for one in found] == codes


@pytest.mark.parametrize(
    ("text", "value", "digits"), [("−.46", -0.46, 2), ("1,540", 1540, 0), ("3,14", 3.14, 2), ("-2", -2, 0)]
)
def test_numbers_are_read_as_people_write_them(text: str, value: float, digits: int) -> None:
    number = read_number(text)
    assert (number.value, number.digits) == (value, digits)


def test_a_file_that_is_no_manuscript_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "text.docx"
    path.write_text("no zip", encoding="utf-8")
    with pytest.raises(OutputError, match="not_a_manuscript"):
        verify_manuscript(path)


def test_findings_are_given_as_plain_values(tmp_path: Path) -> None:
    _ledger(tmp_path, _row("gap/main/hedges_g/x//a/", **T_ROW))
    found = verify_manuscript(_manuscript(tmp_path, OWN_TEXT.replace("n = 100", "n = 110")), tmp_path)
    told = json.loads(json.dumps(found.as_dict()))
    assert told["findings"][0]["code"] == "unbacked_number"
    assert told["findings"][0]["key"] == "paragraph 1"
    assert "1 findings: 1 x unbacked_number" in found.as_text()
