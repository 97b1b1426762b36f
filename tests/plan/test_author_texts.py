"""What the author wrote is looked through before it leaves: addresses and numbers of persons are refused, unquoted."""

from __future__ import annotations

from pathlib import Path

import pytest

from osa_survey.errors import OutputError
from osa_survey.plan import check_study, load_study, release_study, report_study, write_codebook
from osa_survey.plan.author_texts import text_problems
from osa_survey.plan.checklist_writing import write_checklist
from tests.sharing.made_up_release import CODEBOOK, STUDY, answers, write_study

SHARING = "\n[sharing]\ntwin = false\n"
ADDRESS = "lynx@caracal.example"
PLANTED = {
    "e-mail address": ADDRESS,
    "IP address": "203.0.113.77",
    "telephone number": "+49 151 70707070",
    "panel or response id": "R_9wombat8numbat7",
    "account name": "@caracal_77",
}


def study_with(folder: Path, fieldwork: str, more: str = "", **files: str) -> Path:
    text = STUDY.replace('dates = "March 2026"', f'dates = "March 2026"\n{fieldwork}')
    write_study(folder, study=text + SHARING + more)
    for name, content in files.items():
        (folder / name.replace("__", ".")).write_text(content, encoding="utf-8")
    return folder


@pytest.mark.parametrize("kind", sorted(PLANTED))
def test_each_kind_is_found_where_it_stands_and_not_quoted(tmp_path: Path, kind: str) -> None:
    folder = study_with(tmp_path / "study", f'recruitment = "told by {PLANTED[kind]} and friends"')
    with pytest.raises(OutputError) as caught:
        report_study(folder, tmp_path / "report")
    problem = caught.value.problems[0]
    assert (problem.code, problem.key, problem.file) == ("identifier_in_text", "fieldwork.recruitment", "study.toml")
    assert kind in problem.message
    assert PLANTED[kind] not in str(caught.value)
    assert not (tmp_path / "report").exists()


def test_every_way_out_refuses_and_check_says_so(tmp_path: Path) -> None:
    folder = study_with(tmp_path / "study", f'consent_text = "withdrawal: {ADDRESS}"')
    ways = (
        lambda: report_study(folder, tmp_path / "out"),
        lambda: release_study(folder, tmp_path / "out"),
        lambda: write_codebook(folder, tmp_path / "out"),
        lambda: write_checklist(folder, "strobe", tmp_path / "out.md"),
    )
    for way in ways:
        with pytest.raises(OutputError, match="identifier_in_text"):
            way()
    assert not list(tmp_path.glob("out*"))
    findings = [problem for problem in check_study(folder).findings if problem.code == "identifier_in_text"]
    assert [problem.key for problem in findings] == ["fieldwork.consent_text"]
    report_study(folder, tmp_path / "bench", profile="workbench")  # stays on the own machine


def test_the_researchers_own_address_is_declared_as_contact(tmp_path: Path) -> None:
    contact = f'\n[data_protection]\ncontact = "Data protection, {ADDRESS}"\n'
    folder = study_with(tmp_path / "study", f'consent_text = "withdrawal: {ADDRESS}"', contact)
    assert text_problems(load_study(folder)) == ()
    release_study(folder, tmp_path / "out")
    assert ADDRESS in (tmp_path / "out" / "data_protection_note.md").read_text(encoding="utf-8")
    folder = study_with(tmp_path / "other", 'consent_text = "withdrawal: other@caracal.example"', contact)
    assert [problem.key for problem in text_problems(load_study(folder))] == ["fieldwork.consent_text"]


def test_what_only_looks_like_a_number_is_excused_with_a_reason(tmp_path: Path) -> None:
    approval = 'ethics_approval = "committee, no. 0123 4567890"'
    folder = study_with(tmp_path / "study", approval)
    assert [problem.key for problem in text_problems(load_study(folder))] == ["fieldwork.ethics_approval"]
    excused = 'not_identifying = { "fieldwork.ethics_approval" = "number of a file of the committee" }\n'
    folder = study_with(tmp_path / "other", approval, excused)
    assert text_problems(load_study(folder)) == ()


def test_common_texts_raise_no_alarm(tmp_path: Path) -> None:
    texts = (
        'preregistration = "https://osf.io/ab12c, doi:10.1177/0163443719853732"\n'
        'ethics_approval = "EK 2026-01-17/1234, ISSN 0022-3514, ORCID 0000-0002-1825-0097"\n'
        'data_availability = "https://doi.org/10.1016/0191-8869(95)00012-3"\n'
        'incentive = "EUR 5.00, raffle on 14.3.2026"'
    )
    assert text_problems(load_study(study_with(tmp_path / "study", texts))) == ()


def test_the_text_of_a_report_and_titles_of_a_codebook_are_looked_through(tmp_path: Path) -> None:
    report = '\n[report]\ntext = "opening.md"\n'
    folder = study_with(tmp_path / "study", "", report, opening__md=f"We thank {ADDRESS}.\n")
    assert [problem.file for problem in text_problems(load_study(folder))] == ["opening.md"]
    book = CODEBOOK.replace('title = "Worry"', f'title = "Worry of {ADDRESS}"')
    write_study(tmp_path / "book", study=STUDY + SHARING, codebook=book)
    with pytest.raises(OutputError) as caught:
        release_study(tmp_path / "book", tmp_path / "out")
    assert [problem.key for problem in caught.value.problems] == ["variables.worry.title"]


def test_the_identifier_of_a_respondent_is_found_in_any_text(tmp_path: Path) -> None:
    columns = answers()
    columns["panel_id"][7] = "wombat numbat"
    text = STUDY.replace('text = "Mood goes with worry."', 'text = "Mood of Wombat Numbat goes with worry."')
    folder = write_study(tmp_path / "study", study=text + SHARING, columns=columns)
    for way in (report_study, release_study):
        with pytest.raises(OutputError) as caught:
            way(folder, tmp_path / "out")
        assert [(problem.code, problem.key) for problem in caught.value.problems] == [
            ("respondent_in_text", "hypotheses[1].text")
        ]
        assert "ombat" not in str(caught.value)
    assert not (tmp_path / "out").exists()
