"""Checklists: each point has an answer, a place, or a reason; numbers are those of the data; DOCX is readable."""

from __future__ import annotations

import io
import re
from pathlib import Path

import docx as python_docx
import pytest
from typer.testing import CliRunner

from osa_survey.cli.choices import ReportingChecklist
from osa_survey.cli.main import app
from osa_survey.errors import DefinitionError, OutputError
from osa_survey.instruments import data_dictionary
from osa_survey.plan import fill_checklist, run_study, write_checklist
from osa_survey.plan.checklist_facts import checklist_facts
from osa_survey.plan.fieldwork_entry import Fieldwork
from osa_survey.plan.rate_facts import Reached, rate_facts
from osa_survey.plan.reporting import study_report
from osa_survey.sharing.checklist_definitions import checklist_ids, checklist_index, load_checklist
from osa_survey.sharing.checklists import Fact, filled
from tests.sharing.made_up_release import STUDY, write_study

POINTS = {"cherries": 30, "strobe": 32, "cross": 40, "jars": 43, "sager": 13}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_study(tmp_path_factory.mktemp("checklists") / "study")


@pytest.fixture(scope="module")
def facts(folder: Path) -> dict[str, Fact]:
    run = run_study(folder)
    return checklist_facts(run, study_report(run, profile="journal"))


def test_the_command_knows_every_checklist() -> None:
    assert {one.value for one in ReportingChecklist} == set(checklist_ids()) == set(POINTS)


def test_the_index_is_up_to_date() -> None:
    written = (data_dictionary() / "checklists" / "README.md").read_text(encoding="utf-8")
    assert written == checklist_index(), "run: python -m osa_survey.sharing.checklist_definitions"


@pytest.mark.parametrize("name", sorted(POINTS))
def test_every_point_is_answered_or_says_why_not(name: str, facts: dict[str, Fact]) -> None:
    checklist = load_checklist(name)
    assert checklist.citation.doi
    answers = filled(checklist, facts)
    assert len(answers) == POINTS[name]
    for answer in answers:
        assert answer.text
        if answer.state == "answered":
            assert "not available because" not in answer.text.casefold()
            assert answer.place, answer.number
        else:
            assert re.search(r"not available because \S+", answer.text.casefold()), answer.number
        assert ".." not in answer.text and "…" not in answer.text
    assert {answer.state for answer in answers} > {"answered"}


def test_every_fact_is_used_by_some_checklist(facts: dict[str, Fact]) -> None:
    used = {
        fact for name in checklist_ids() for item in load_checklist(name).items for fact in (*item.answers, *item.also)
    }
    assert used == set(facts)
    assert all(bool(fact.text) != bool(fact.why_not) for fact in facts.values())


def test_computed_numbers_are_those_of_the_data(facts: dict[str, Fact]) -> None:
    assert facts["flow"].text.startswith("402 records in the file; left out: 1 (no consent given); 1 (under 18)")
    assert facts["flow"].text.endswith("400 adults analysed.")
    assert "401 / 800 = 50.1%" in facts["participation_rate"].text  # 0.50125
    assert "402 / 1,600 = 25.1%" in facts["response_rate"].text
    assert facts["completion_rate"].why_not.startswith("nothing in the file tells who reached the end (")
    assert facts["dates"].text == "Fieldwork: March 2026."
    assert facts["incentive"].why_not.startswith("[fieldwork] incentive is empty in the study file (write there ")


def test_rates_by_hand() -> None:
    fieldwork = Fieldwork(sample="opt-in", invited=1000, visitors=250, site_visitors=500)
    rates = rate_facts(fieldwork, Reached(records=200, agreed=190, admitted=180, finished=162))
    assert rates["response_rate"].text.endswith("(records / people invited): 200 / 1,000 = 20.0%.")
    assert rates["view_rate"].text.endswith(": 250 / 500 = 50.0%.")
    assert rates["participation_rate"].text.endswith(": 190 / 250 = 76.0%.")
    assert rates["completion_rate"].text.endswith(": 162 / 180 = 90.0%.")
    assert "250 of 1,000 (25.0%)" in rates["reach_rate"].text
    wrong = rate_facts(Fieldwork(sample="opt-in", visitors=10), Reached(200, 190, 180, None))
    assert wrong["participation_rate"].why_not.startswith("190 / 10 (people who agreed / ")
    assert wrong["completion_rate"].why_not.startswith("nothing in the file tells")


def test_without_a_consent_question_those_who_began_took_part() -> None:
    began = Fieldwork(sample="opt-in", visitors=250, started=210)
    rates = rate_facts(began, Reached(200, None, 180, None))
    assert "people who reached the first question" in rates["participation_rate"].text
    assert rates["participation_rate"].text.endswith("210 / 250 = 84.0%.")
    rates = rate_facts(Fieldwork(sample="opt-in", visitors=250), Reached(200, None, 180, None))
    assert rates["participation_rate"].text.endswith(
        "(records / unique visitors of the first page): 200 / 250 = 80.0%."
    )


def test_small_genders_are_not_shown(tmp_path: Path) -> None:
    from tests.sharing.made_up_release import answers

    columns = answers()
    columns["gender"] = [
        "3" if number < 2 else "1" if code == "3" else code for number, code in enumerate(columns["gender"])
    ]
    found = fill_checklist(write_study(tmp_path / "study", columns=columns), "sager")
    text = next(answer.text for answer in found if answer.number == "2")
    assert "another gender: not shown" in text


def test_the_document_is_a_real_table(folder: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["checklist", str(folder), "--which", "strobe", "--out", str(tmp_path / "s.docx")])
    assert done.exit_code == 0, done.output
    raw = (tmp_path / "s.docx").read_bytes()
    document = python_docx.Document(io.BytesIO(raw))
    table = document.tables[0]
    assert len(table.rows) == 1 + POINTS["strobe"]
    assert [cell.text for cell in table.rows[0].cells] == ["No.", "Section", "Asks", "Answer", "Place"]
    headings = [paragraph.text for paragraph in document.paragraphs if paragraph.style.name == "Heading 1"]
    assert headings == ["Points", "Data availability statement (draft)", "Ethics statement (draft)"]
    assert write_checklist(folder, "strobe", tmp_path / "t").read_bytes() == raw


def test_statements_leave_open_what_is_not_stated(folder: Path, tmp_path: Path) -> None:
    text = write_checklist(folder, "cross", tmp_path / "c.md").read_text(encoding="utf-8")
    assert "[committee and number: not stated in the study file]" in text
    stated = STUDY.replace('dates = "March 2026"', 'dates = "March 2026"\nethics_approval = "committee A, 12/2026"')
    other = write_study(tmp_path / "study", study=stated)
    text = write_checklist(other, "cross", tmp_path / "d.md").read_text(encoding="utf-8")
    assert "Ethical approval: committee A, 12/2026." in text


def test_what_does_not_exist_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match="strobe"):
        load_checklist("strob")
    with pytest.raises(OutputError, match="unknown_format"):
        write_checklist(folder, "strobe", tmp_path / "a.pdf")
