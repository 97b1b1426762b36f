"""A questionnaire becomes a codebook and own instruments: every guess marked, its wording in the codebook alone."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from osa_survey.codebooks import load_codebook
from osa_survey.codebooks.redcap_format import HEADER
from osa_survey.drafting import DefinitionDraft, draft_definitions
from osa_survey.errors import OutputError, ResponseError
from osa_survey.instruments import Instrument, load_library, read_definition
from osa_survey.plan import check_definition

STATEMENTS = ("The porch calms me.", "I hurry inside.", "Evenings are quiet.")
ANSWERS = {"1": "never", "2": "sometimes", "3": "always", "9": "Prefer not to answer"}


def qsf() -> str:
    """Return a made-up Qualtrics survey: a matrix, a choice, a check-all question, a number, a description."""
    choices = {str(n): {"Display": text} for n, text in enumerate(STATEMENTS, start=1)}
    questions: list[dict[str, Any]] = [
        {
            "QuestionID": "QID1",
            "DataExportTag": "porch",
            "QuestionText": "How is <b>the porch</b>?",
            "QuestionType": "Matrix",
            "Selector": "Likert",
            "SubSelector": "SingleAnswer",
            "Choices": choices,
            "Answers": {str(n): {"Display": text} for n, text in enumerate(ANSWERS.values(), start=1)},
            "RecodeValues": {str(n): value for n, value in enumerate(ANSWERS, start=1)},
        },
        {
            "QuestionID": "QID2",
            "DataExportTag": "town",
            "QuestionText": "Where do you live?",
            "QuestionType": "MC",
            "Selector": "SAVR",
            "Choices": {"1": {"Display": "town"}, "2": {"Display": "village"}},
        },
        {
            "QuestionID": "QID3",
            "DataExportTag": "seats",
            "QuestionText": "What stands there?",
            "QuestionType": "MC",
            "Selector": "MAVR",
            "Choices": {"1": {"Display": "a bench"}, "2": {"Display": "a chair"}},
        },
        {
            "QuestionID": "QID4",
            "DataExportTag": "why",
            "QuestionText": "Why?",
            "QuestionType": "TE",
            "Selector": "SL",
        },
        {
            "QuestionID": "QID5",
            "DataExportTag": "Q5",
            "QuestionText": "Thanks.",
            "QuestionType": "DB",
            "Selector": "TB",
        },
    ]
    elements = [{"Element": "SQ", "PrimaryAttribute": q["QuestionID"], "Payload": q} for q in questions]
    entry = {"SurveyName": "Porches", "SurveyLanguage": "EN"}
    return json.dumps({"SurveyEntry": entry, "SurveyElements": elements})


def lss() -> str:
    """Return the same survey as a LimeSurvey structure of tab-separated text."""
    rows: list[tuple[str, ...]] = [("S", "", "language", "", "en", ""), ("G", "0", "Porch", "1", "", "en")]
    rows += [("Q", "F", "porch", "1", "How is the porch?", "en")]
    rows += [("SQ", "0", f"SQ{n}", "", text, "en") for n, text in enumerate(STATEMENTS, start=1)]
    rows += [("A", "0", f"A{value}", "", text, "en") for value, text in ANSWERS.items()]
    rows += [("Q", "L", "town", "1", "Where do you live?", "en"), ("A", "0", "1", "", "town", "en")]
    rows += [("A", "0", "2", "", "village", "en"), ("Q", "M", "seats", "1", "What stands there?", "en")]
    rows += [("SQ", "0", "bench", "", "a bench", "en"), ("SQ", "0", "chair", "", "a chair", "en")]
    rows += [("Q", "N", "age", "1", "How old are you?", "en"), ("Q", "T", "why", "1", "Why?", "en")]
    lines = ["\t".join(("class", "type/scale", "name", "relevance", "text", "language")), *("\t".join(r) for r in rows)]
    return "\n".join(lines) + "\n"


def redcap() -> str:
    """Return the same survey as a REDCap data dictionary, its items without a matrix group."""
    choices = " | ".join(f"{value}, {text}" for value, text in ANSWERS.items())
    rows = [(f"porch_{n}", "radio", text, choices, "") for n, text in enumerate(STATEMENTS, start=1)]
    rows += [("town", "dropdown", "Where do you live?", "1, town | 2, village", "")]
    rows += [("seats", "checkbox", "What stands there?", "bench, a bench | chair, a chair", "")]
    rows += [("age", "text", "How old are you?", "", "integer"), ("why", "notes", "Why?", "", "")]
    stream = io.StringIO()
    writer = csv.DictWriter(stream, HEADER, restval="", lineterminator="\n")
    writer.writeheader()
    names = (HEADER[0], HEADER[3], HEADER[4], HEADER[5], HEADER[7])
    writer.writerows({HEADER[1]: "porch", **dict(zip(names, row, strict=True))} for row in rows)
    return stream.getvalue()


FILES = {"survey.qsf": qsf(), "survey.txt": lss(), "dictionary.csv": redcap()}
COLUMNS = {
    "survey.qsf": ("porch_1", "porch_2", "porch_3"),
    "survey.txt": ("porch[SQ1]", "porch[SQ2]", "porch[SQ3]"),
    "dictionary.csv": ("porch_1", "porch_2", "porch_3"),
}


def draft(name: str, folder: Path) -> DefinitionDraft:
    path = folder / name
    path.write_text(FILES[name], encoding="utf-8")
    return draft_definitions(path, folder / "study")


@pytest.mark.parametrize("name", FILES)
def test_items_choices_and_check_alls_are_drafted(name: str, tmp_path: Path) -> None:
    done = draft(name, tmp_path)
    book = load_codebook(done.codebook, load_library(done.codebook.parent))
    block = book.blocks["porch"]
    assert block.columns == COLUMNS[name]
    instrument = read_definition(done.instruments[0], Instrument)
    options = instrument.options_of("porch_01")
    assert (options.codes, options.labels[2.0]) == ((1.0, 2.0, 3.0), "sometimes")
    town, seats = book.variables["town"], book.variables["seats"]
    assert town.labels == {"1": "town", "2": "village"}
    assert (seats.type, list(seats.columns)) == ("multiple", ["a_bench", "a_chair"])
    assert book.variables["why"].type == "text"
    assert block.missing, "an answer that says it is none is a gap"
    assert "refused" in block.missing
    if "age" in book.variables:
        assert book.eligibility.age == "age"


@pytest.mark.parametrize("name", FILES)
def test_every_guess_is_marked_and_counted(name: str, tmp_path: Path) -> None:
    done = draft(name, tmp_path)
    texts = [path.read_text(encoding="utf-8") for path in (done.codebook, *done.instruments)]
    assert len(done.guesses) == sum(text.count("# check:") for text in texts)
    codebook = texts[0]
    for line in codebook.splitlines():
        if line.startswith(("type = ", "instrument = ", "platform = ", "age = ")) and "multiple" not in line:
            assert "# check:" in line, line
    assert done.source in done.summary()


@pytest.mark.parametrize("name", FILES)
def test_the_wording_stands_in_the_codebook_and_never_in_an_instrument(name: str, tmp_path: Path) -> None:
    done = draft(name, tmp_path)
    codebook = done.codebook.read_text(encoding="utf-8")
    own = "".join(path.read_text(encoding="utf-8") for path in done.instruments)
    for statement in STATEMENTS:
        assert statement in codebook
        assert statement.rstrip(".") not in own
    assert "How is the porch" not in own


@pytest.mark.parametrize("name", FILES)
def test_an_author_is_told_what_is_left_to_fill_in(name: str, tmp_path: Path) -> None:
    found = check_definition(draft(name, tmp_path).instruments[0])
    assert found.exit_code == 1
    codes = [finding.code for finding in found.findings]
    places = [finding.key for finding in found.findings if finding.code == "placeholder"]
    assert [key for key in places if key.startswith("items[")] == [f"items[{n}].tag" for n in (1, 2, 3)]
    assert {"title", "construct", "citation.text", "scales[1].higher_means"} <= set(places)
    assert {"no_evidence", "unconfirmed", "no_doi"} <= set(codes)


def test_answers_that_are_no_numbers_get_codes(tmp_path: Path) -> None:
    book = load_codebook(draft("survey.txt", tmp_path).codebook)
    assert book.blocks["porch"].codes == {"A1": 1.0, "A2": 2.0, "A3": 3.0}


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    done = draft("survey.qsf", tmp_path)
    before = done.codebook.read_bytes()
    with pytest.raises(OutputError, match="file_exists"):
        draft("survey.qsf", tmp_path)
    assert done.codebook.read_bytes() == before


def test_instruments_of_the_shelf_with_the_same_shape_are_named(tmp_path: Path) -> None:
    """Five items from 1 to 7, as the satisfaction scales of the shelf have."""
    choices = " | ".join(f"{n}, point {n}" for n in range(1, 8))
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows([f"life_{n}", "form", "", "radio", f"Item {n}", choices, *[""] * 12] for n in range(1, 6))
    text = stream.getvalue()
    path = tmp_path / "dictionary.csv"
    path.write_text(text, encoding="utf-8")
    codebook = draft_definitions(path, tmp_path / "study").codebook.read_text(encoding="utf-8")
    line = next(line for line in codebook.splitlines() if line.startswith("instrument = "))
    assert "swls" in line


def test_a_file_of_answers_is_no_questionnaire(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(ResponseError, match="unknown_questionnaire") as caught:
        draft_definitions(path, tmp_path / "study")
    (problem,) = caught.value.problems
    assert "a table of answers is none" in problem.message
    assert all(kind in problem.hint for kind in ("Qualtrics survey file", "REDCap data dictionary"))
    assert "osa-survey init my_study --export answers.csv" in problem.hint
    assert "my_study/instruments/NAME.toml" in problem.hint


def test_real_questionnaires_are_drafted_and_load(shared: Path, tmp_path: Path) -> None:
    files = [
        *sorted((shared / "data" / "limesurvey").glob("*.lss")),
        *sorted((shared / "data" / "qualtrics_qsf_pair").glob("*.qsf")),
        *sorted((shared / "data" / "redcap").glob("*_dictionary.csv")),
    ]
    assert files
    for number, file in enumerate(files):
        done = draft_definitions(file, tmp_path / str(number))
        book = load_codebook(done.codebook)
        assert len(book.blocks) + len(book.variables) > 0
        for path in done.instruments:
            assert check_definition(path).readable
