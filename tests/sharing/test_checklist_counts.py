"""Every number of a checklist against the same number by hand, in a study whose every count is known."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import docx as python_docx
import pytest

from osa_survey.codebooks import load_codebook
from osa_survey.instruments import data_dictionary, load_library
from osa_survey.plan import fill_checklist, freeze_study, run_study, write_checklist
from osa_survey.plan.checklist_facts import checklist_facts
from osa_survey.plan.question_facts import question_counts
from osa_survey.plan.reporting import report_study, study_report
from osa_survey.sharing.checklist_definitions import load_checklist
from osa_survey.sharing.checklists import Fact, filled
from tests.sharing import made_up_flow as known
from tests.sharing.made_up_flow import CODEBOOK, STUDY, write_known_study
from tests.sharing.made_up_release import write_study as write_release_study

pytestmark = pytest.mark.xdist_group("checklist_counts")

GERMAN = STUDY + '\n[report]\nlanguage = "de"\n'


def facts_of(folder: Path) -> dict[str, Fact]:
    run = run_study(folder)
    return checklist_facts(run, study_report(run, profile="journal"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_known_study(tmp_path_factory.mktemp("known") / "study")


@pytest.fixture(scope="module")
def facts(folder: Path) -> dict[str, Fact]:
    return facts_of(folder)


@pytest.fixture(scope="module")
def german(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Fact]:
    return facts_of(write_known_study(tmp_path_factory.mktemp("known") / "german", study=GERMAN))


# --- who came how far ---------------------------------------------------------------------------------------------


def test_the_flow_by_hand(facts: dict[str, Fact]) -> None:
    steps = "40 (no consent given); 30 (age of 18 or over not shown); 20 (repeated); 60 (too fast)"
    assert 40 + 30 + 20 + 60 + known.KEPT == known.RECORDS
    assert facts["flow"].text == f"1,200 records in the file; left out: {steps}; 1,050 adults analysed."
    assert facts["exclusions"].text == f"Left out: {steps}."
    # 1,200 - 40 agreed; of these 30 have no age
    assert (
        facts["consented"].text == "1,160 people agreed, 40 did not; 1,130 of those who agreed were admitted as adults."
    )
    assert facts["duplicates"].text == "Left out as repeated: 20 (repeated)."
    assert facts["speed"].text == "Left out by completion time, with a limit of 30% of the median: 60 (too fast)."


def test_the_rates_by_hand(facts: dict[str, Fact]) -> None:
    assert facts["view_rate"].text.endswith(": 4,000 / 10,000 = 40.0%.")
    assert facts["participation_rate"].text.endswith(": 1,160 / 4,000 = 29.0%.")
    # 1,130 admitted, of whom 100 who were kept and 13 who were too fast stopped half-way
    assert facts["completion_rate"].text.endswith(": 1,017 / 1,130 = 90.0%.")
    assert facts["response_rate"].text.endswith(": 1,200 / 6,000 = 20.0%.")
    assert facts["reach_rate"].text == "Of the people invited, 4,000 of 6,000 (66.7%) visited the first page."
    assert facts["unfinished"].text == (
        "113 of 1,130 adults admitted did not reach the end; 100 of them are among the 1,050 analysed, with the "
        "answers they gave."
    )


def test_the_same_numbers_in_german(german: dict[str, Fact]) -> None:
    assert german["flow"].text.startswith("1.200 Datensätze in der Datei; ausgelassen: 40 (keine Einwilligung); 30 (")
    assert german["flow"].text.endswith("1.050 Erwachsene ausgewertet.")
    assert german["consented"].text.startswith("1.160 Personen willigten ein, 40 nicht; 1.130 der")
    assert german["view_rate"].text.endswith(": 4.000 / 10.000 = 40,0\u00a0%.")
    assert german["completion_rate"].text.endswith(": 1.017 / 1.130 = 90,0\u00a0%.")
    assert german["missing"].text.startswith("126 von 7.950 erfragten Antworten fehlen (1,6\u00a0%). ")
    assert german["questions"].text.endswith("Auf 3 Seiten sind das im Mittel 2,7 je Seite.")
    assert german["gender"].text == (
        "Geschlecht: Mann: 500 (47,6\u00a0%); Frau: 400 (38,1\u00a0%); anderes Geschlecht: 150 (14,3\u00a0%)."
    )
    assert german["smallest_effects"].text.endswith("h1: d = 0,2 (own choice).")


# --- what was asked and answered ----------------------------------------------------------------------------------


def test_missing_answers_by_hand(facts: dict[str, Fact]) -> None:
    # eight variables of 1,050 people, less the 450 who never used and were not asked how often
    assert 8 * known.KEPT - (known.KEPT - known.EVER) == 7950
    assert facts["missing"].text == (
        "126 of 7,950 answers asked for are missing (1.6%). Missing answers by variable: Mood 70; Worry 56. No other "
        "variable has any."
    )


def test_few_missing_answers_are_counted_as_in_the_report(tmp_path: Path) -> None:
    columns = known.answers()
    columns["mood"] = [f"{number}.5" if number > 2 else "" for number in range(known.RECORDS)]
    folder = write_release_study(tmp_path / "study", study=STUDY, codebook=CODEBOOK, columns=columns)
    text = facts_of(folder)["missing"].text
    assert "Missing answers by variable: Mood 3; Worry 56." in text


def test_questions_by_hand(facts: dict[str, Fact]) -> None:
    assert facts["questions"].text == (
        "8 in all: 0 items of instruments and 8 further questions or facts, a set of options counted once. On 3 pages "
        "that is 2.7 on a page on average."
    )
    assert facts["filters"].text == "1 question or block depends on an earlier answer: How often."
    assert facts["categories"].text == "Numbers in bands: Age in bands: 18–24, 25–34, 35–44, 45–54, 55–64, 65 or over."


def test_questions_of_the_example_by_counting_lines() -> None:
    path = data_dictionary() / "examples" / "osa" / "codebook.toml"
    lines = path.read_text(encoding="utf-8").splitlines()
    variables = sum(line.startswith("[variables.") for line in lines)
    identifiers = sum(line == 'type = "identifier"' for line in lines)
    library = load_library()
    items, others = question_counts(load_codebook(path), library.instruments)
    assert items == 6 + 5 + 10 + 5  # PPCS-6, SWLS, RSES, GMSEX
    assert others == variables - identifiers


def test_genders_by_hand(facts: dict[str, Fact]) -> None:
    assert facts["gender"].text == "Gender: man: 500 (47.6%); woman: 400 (38.1%); another gender: 150 (14.3%)."
    assert facts["gender_one"].text == "Does not apply: the sample holds several (man, woman, another gender)."
    assert facts["gender_hypotheses"].text == "h1: Men worry less than women."
    assert facts["gender_words"].text == "Variables that hold gender: Gender. Sex assigned at birth is not in the data."
    # the table that describes the sample names gender and compares nothing by it
    assert facts["gender_analyses"].text == "By sex or gender: Use by gender; Worry explained."


def test_answers_refused_are_counted_and_one_gender_is_said(tmp_path: Path) -> None:
    columns = known.answers()
    columns["gender"] = ["-9" if number % 10 == 0 else "1" for number in range(known.RECORDS)]
    codebook = CODEBOOK.replace('language = "en"', 'language = "en"\n\n[missing]\nrefused = [-9]')
    study = STUDY.replace('blocks = [["mood"], ["gender", "ever"]]', 'blocks = [["mood"], ["ever"]]')
    study = study.replace('row = "gender"', 'row = "band"')
    folder = write_release_study(tmp_path / "study", study=study, codebook=codebook, columns=columns)
    facts = facts_of(folder)
    assert "man: 945 (100.0%)" in facts["gender"].text and "refused: 105" in facts["gender"].text
    assert "if only one took part" in facts["gender_one"].why_not
    assert "in the discussion why not" in facts["gender_lack"].why_not


# --- results ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the report of the same study."""
    home = tmp_path_factory.mktemp("printed")
    folder = write_known_study(home / "study", study=STUDY + '\n[report]\nformats = ["docx"]\n')
    report_study(folder, home / "report")
    return home / "report"


def test_intervals_and_tests_are_those_of_the_ledger(printed: Path, facts: dict[str, Fact]) -> None:
    lines = (printed / "results.jsonl").read_text(encoding="utf-8").splitlines()
    own = ("sample", "table", "model")
    rows = [row for row in map(json.loads, lines) if str(row.get("id", "")).split("/")[0] in own]
    assert len(rows) > 30
    intervals = sum(row.get("conf_low") is not None for row in rows)
    tests = sum(row.get("p_value") is not None for row in rows)
    assert facts["estimates"].text.startswith(f"{intervals} estimates of the analyses have an interval")
    assert facts["tests"].text.startswith(f"{tests} p values of the analyses stand in the tables")


def test_places_are_the_tables_of_the_printed_report(printed: Path, facts: dict[str, Fact]) -> None:
    (document,) = printed.glob("*.docx")
    captions = [
        paragraph.text.split("\n")
        for paragraph in python_docx.Document(str(document)).paragraphs
        if paragraph.style is not None and paragraph.style.name == "Caption"
    ]
    numbers = {title: label for label, title, *_ in captions if label.startswith("Table ")}
    assert facts["flow"].place == f"Respondents, {numbers['Flow of respondents from the file to the analysis']}"
    assert facts["missing"].place == f"Data quality, {numbers['Missing answers by reason']}"
    first, last = facts["model_terms"].place.removeprefix("Tables ").split("–")
    own = [int(label.split()[1]) for title, label in numbers.items() if "Worry" in title]
    assert (int(first), int(last)) == (min(own), max(own))


def test_models_families_and_hypotheses_in_words(facts: dict[str, Fact]) -> None:
    assert facts["model_terms"].text == (
        "Worry explained: Mood, then Gender, Ever used. The terms of a model are held constant for one another."
    )
    assert facts["hypotheses"].text == (
        "Hypothesis h1 (primary): Men worry less than women. No analysis tests it. Hypothesis h2 (second): Mood goes "
        "with worry. Tested by: Worry explained."
    )
    assert facts["multiplicity"].text == "p values adjusted for several tests: family second (Holm): h2."
    assert "primary" not in facts["multiplicity"].text, "an undeclared family adjusts nothing"
    assert facts["smallest_effects"].text == "Smallest effects of interest: h1: d = 0.2 (own choice)."
    assert facts["roles"].text == (
        "Outcomes: Worry. Predictors and covariates: Mood; Gender; Ever used. Compared by: Gender; Ever used."
    )
    assert facts["analyses"].text.startswith("3 analyses. Descriptive statistics: means")
    assert facts["sensitivity"].text == "The study file declares no analysis of sensitivity."


def test_a_frozen_plan_tells_planned_from_exploratory(tmp_path: Path) -> None:
    folder = write_known_study(tmp_path / "study")
    freeze_study(folder, now=datetime(2026, 3, 1, 12, 0, tzinfo=UTC))
    text = facts_of(folder)["plan"].text
    assert text.startswith("The plan was frozen. Confirmatory: Worry explained. Exploratory: ")
    assert "Use by gender" in text.partition("Exploratory: ")[2]


# --- whole checklists ---------------------------------------------------------------------------------------------


def test_what_is_missing_says_what_to_write_where(facts: dict[str, Fact]) -> None:
    answers = {one.number: one for one in filled(load_checklist("cherries"), facts)}
    assert answers["2"].text == (
        "Not available because [fieldwork] ethics_approval is empty in the study file (write there the committee and "
        "its number, or why none was asked)."
    )
    assert (
        answers["3"].text.startswith("1,160 people agreed") and "The rest is not available because" in answers["3"].text
    )
    assert answers["27"].text == "Log-ins: personal links."
    assert (answers["22"].state, answers["2"].state, answers["3"].state) == ("answered", "not available", "in part")


def test_an_open_survey_has_no_response_rate_and_no_log_ins(tmp_path: Path) -> None:
    study = STUDY.replace('access = "closed"', 'access = "open"').replace(f"invited = {known.INVITED}\n", "")
    study = study.replace('log_ins = "personal links"\n', "")
    facts = facts_of(write_known_study(tmp_path / "study", study=study))
    assert facts["response_rate"].text.startswith("The survey was open and invited nobody by name")
    assert facts["log_ins"].text.startswith("The point is about closed surveys")
    assert facts["reach_rate"].text == ""


def test_a_file_of_simulated_answers_needs_no_approval(tmp_path: Path) -> None:
    codebook = CODEBOOK.replace('language = "en"', 'language = "en"\nsimulated = true')
    folder = write_known_study(tmp_path / "study", codebook=codebook)
    text = write_checklist(folder, "sager", tmp_path / "s.md").read_text(encoding="utf-8")
    assert "All answers are simulated: nobody was asked, so approval and consent do not apply." in text
    assert "[committee and number" not in text


def test_the_whole_answer_to_a_point_in_german(tmp_path: Path) -> None:
    folder = write_known_study(tmp_path / "study", study=GERMAN)
    answers = {one.number: one for one in fill_checklist(folder, "strobe")}
    assert answers["13a"].place == "Befragte, Tabelle 1; Studiendatei, [fieldwork]"
    assert answers["22"].text == (
        "Nicht verfügbar. Grund: [fieldwork] funding ist in der Studiendatei leer (dort eintragen: wer zahlte und "
        "welche Rolle das spielte, oder dass niemand zahlte)."
    )
    assert answers["12e"].text == "Die Studiendatei enthält keine Sensitivitätsanalyse."


WEIGHTED = """
[weights.rake.gender]
man = 0.5
woman = 0.4
"another gender" = 0.1
source = "made-up census"

[missing_data]
method = "multiple_imputation"
m = 2
iterations = 2
variables = ["mood", "worry", "gender"]
"""


def test_weights_and_imputation_are_told_and_gaps_stay_those_of_the_answers(tmp_path: Path) -> None:
    facts = facts_of(write_known_study(tmp_path / "study", study=STUDY + WEIGHTED))
    assert facts["weights"].text.startswith("Weights were post-stratified by Gender (made-up census).")
    assert facts["weights"].place == "Methods"
    assert facts["missing_handling"].text.startswith("Missing answers were imputed 2 times by chained equations")
    assert "Little's test" in facts["mechanism"].text
    assert facts["missing"].text.startswith("126 of 7,950 answers asked for are missing (1.6%).")


def test_waves_and_manipulated_factors_are_told(tmp_path: Path) -> None:
    twice = '[[data]]\nexport = "data.csv"\nwave = "first"\n\n[[data]]\nexport = "second.csv"\nwave = "second"\n'
    study = STUDY.replace('[[data]]\nexport = "data.csv"\n', twice) + (
        '\n[[analyses]]\nid = "factor"\ndo = "anova"\noutcome = "worry"\nbetween = ["gender"]\n'
        'manipulated = ["gender"]\n'
    )
    folder = write_known_study(tmp_path / "study", study=study)
    (folder / "second.csv").write_bytes((folder / "data.csv").read_bytes())
    facts = facts_of(folder)
    assert facts["flow"].text.startswith("2,400 records in the file; left out: 80 (no consent given); 60 (")
    assert facts["waves"].text == "Waves: first; second."
    assert facts["attrition"].why_not.startswith("no analysis 'attrition'")
    assert facts["gender_flow"].why_not.startswith("the flow is not counted by sex or gender (add")
    assert facts["survey_only"].why_not.startswith("analyses name manipulated factors: factor (write in the methods")
