"""What definitions owe their readers is printed: in check, in the report, in logs and codebooks; never a person."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from osa_survey import reliability
from osa_survey.codebooks.frictionless_format import table_schema
from osa_survey.dataset import ScoredData
from osa_survey.errors import AnalysisError
from osa_survey.export import read_scored, write_scored
from osa_survey.instruments import load_instrument
from osa_survey.languages import in_language
from osa_survey.plan import check_study, load_study, report_study, run_study
from osa_survey.plan.methods import scale_sentences
from osa_survey.report.codebook_pages import codebook_page
from osa_survey.scoring import keying, scoring_log
from osa_survey.scoring.definition_notes import activity_note, alert_notes, unverified_note
from osa_survey.simulation.item_responses import simulate_items
from tests.made_up_studies import score_answers

N = 60
BLOCKS = {"phq9": 9, "fsfi": 19, "audit_c": 3, "bps": 5}
CODEBOOK = """format = 1
title = "Made-up study"
language = "en"
[file]
platform = "table"
[eligibility]
age = "age"
[variables.age]
column = "age"
type = "number"
[variables.g]
column = "g"
type = "nominal"
labels = { 1 = "man", 2 = "woman", 3 = "another gender" }
maps_to = "gender"
"""
STUDY = """format = 1
title = "Made-up study"
seed = 1
[[data]]
export = "export.csv"
codebook = "codebook.toml"
[fieldwork]
sample = "opt-in"
[[analyses]]
id = "screens"
do = "screening_shares"
scales = ["phq9_total", "fsfi_total", "audit_c_total"]
cutoffs = ["fsfi_total <= 26.55"]
[[analyses]]
id = "silence"
do = "describe"
variables = ["fsfi_total", "fsfi_desire", "fsfi_no_activity"]
"""


def answers(name: str, n: int = N) -> np.ndarray:
    """Return answers of people of whom every fourth reports no activity where the form offers it."""
    instrument = load_instrument(name)
    rng = np.random.default_rng(4)
    columns = []
    for item in instrument.items:
        options = instrument.options_of(item.id)
        values = rng.choice([code for code in options.codes if code not in options.no_activity], n)
        if options.no_activity:
            values[::4] = options.no_activity[0]
        columns.append(values)
    return np.column_stack(columns).astype(int)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("notes")
    columns = {"age": [30] * N, "g": [1, 2] * (N // 2 - 4) + [3] * 8}
    blocks = []
    for name, k in BLOCKS.items():
        values = answers(name)
        assert values.shape[1] == k
        columns |= {f"{name}_{n + 1}": values[:, n].tolist() for n in range(k)}
        blocks.append(f'[blocks.{name}]\ninstrument = "{name}"\ncolumns = "{name}_{{n}}"\n')
    lines = [",".join(columns), *(",".join(map(str, row)) for row in zip(*columns.values(), strict=True))]
    (folder / "export.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "codebook.toml").write_text(CODEBOOK + "".join(blocks), encoding="utf-8")
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    return folder


def fsfi() -> ScoredData:
    return score_answers("fsfi", *answers("fsfi").tolist())


def test_check_tells_alerts_and_companions(folder: Path) -> None:
    check = check_study(folder)
    assert "safety protocol" in check.facts["alert in phq9"]
    assert "ICD-11 excludes distress" in check.facts["beside bps"]
    assert "holds no variable that maps to it" in check.facts["beside bps"]
    codes = {problem.code for problem in check_study(folder, strict=True).findings}
    assert "nothing_beside" in codes and "group_not_held" not in codes


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_report_prints_what_the_definitions_owe(folder: Path, tmp_path: Path, language: str) -> None:
    (folder / f"{language}.toml").write_text(f'{STUDY}\n[report]\nlanguage = "{language}"\n', encoding="utf-8")
    files = report_study(load_study(folder / f"{language}.toml"), tmp_path / "out")
    page = next(path for path in files if path.suffix == ".html").read_text(encoding="utf-8")
    assert {"en": "safety protocol before fieldwork", "de": "Sicherheitsplan"}[language] in page
    assert {"en": "ICD-11 excludes distress", "de": "ICD-11 schließt Leidensdruck aus"}[language] in page
    assert {"en": "A screening score is not a diagnosis.", "de": "Ein Screeningwert ist keine Diagnose."}[
        language
    ] in page
    words = {"en": "Screening scores are not diagnoses.", "de": "Screeningwerte sind keine Diagnosen."}
    assert words[language] in page
    assert {"en": "mean no sexual activity", "de": "keine sexuelle Aktivität"}[language] in page
    assert {"en": "This study holds no variable", "de": "Diese Studie hat keine Variable"}[language] in page
    assert {"en": "sum of 6 scales", "de": "Summe aus 6 Skalen"}[language] in page
    assert {"en": "26.55", "de": "26,55"}[language] in page
    assert not any(word in page for word in ("has depression", "has CSBD"))


def test_a_definition_that_is_not_seen_prints_that_on_every_report(folder: Path) -> None:
    prepared = run_study(folder).prepared
    for instrument in prepared.scored.responses.instruments.values():
        note = unverified_note(instrument)
        assert bool(note) == (instrument.verified != "seen")
        changed = instrument.model_copy(update={"verified": "recalled"})
        for language in ("en", "de"):
            mark = {"en": "'recalled'", "de": "„aus dem Gedächtnis“"}[language]
            assert mark in unverified_note(changed, language)
            said = in_language(instrument.verification_note, language, "notes")
            assert said in unverified_note(changed, language)


def test_no_alert_names_or_counts_a_person(folder: Path) -> None:
    (note,) = alert_notes(load_instrument("phq9"))
    assert note.startswith("PHQ-9, item 9 (thoughts of death, self-harm): ")
    run = run_study(folder)
    assert not any("phq9_09" in " ".join(result.table["outcome"]) for result in run.analyses)


def test_the_scoring_log_counts_no_activity_apart_and_shows_desire_for_everybody() -> None:
    data = fsfi()
    result = scoring_log(data)
    assert result.pick("count", outcome="b_total", level="no activity")["estimate"] == N / 4
    assert result.pick("count", outcome="b_total", level="scored from all items")["estimate"] == N
    assert not ((result.table["outcome"] == "b_desire") & (result.table["level"] == "no activity")).any()
    (note,) = [note for note in result.notes if "no sexual activity" in note]
    assert "Desire, domain score" in note and "Pain" not in note
    assert activity_note(load_instrument("fsfi")).endswith("offers such an answer: Desire, domain score.")
    assert activity_note(load_instrument("phq9")) == ""


def test_a_total_of_domains_has_no_key_of_its_own_and_says_so() -> None:
    data = fsfi()
    verdict = data.keying["b_total"]
    assert verdict.verdict == "cannot tell"
    assert "no key, of its own" in verdict.reasons[0]
    assert f"b_pain {data.keying['b_pain'].verdict}" in verdict.reasons[0]
    result = keying(data)
    assert result.pick("verdict", outcome="b_total")["level"] == "cannot tell"
    assert result.pick("verdict", outcome="b_pain")["n"] == N
    with pytest.raises(AnalysisError, match="made of other scales") as caught:
        reliability(data, "b_total")
    assert "b_desire" in caught.value.problems[0].hint
    with pytest.raises(ValueError, match="simulate its parts"):
        simulate_items(load_instrument("fsfi"), "total", np.zeros(3), np.random.default_rng(1))


def test_sum_and_percentage_are_one_sentence_with_the_multiplier() -> None:
    data = score_answers("who5", [1] * 5, [2] * 5)
    (told,) = scale_sentences(data.log, data.responses.instruments, "en")
    assert ": sum and sum × 4 of 5 items; a score needs all of them" in told
    told_by_domain = scale_sentences(fsfi().log, {"fsfi": load_instrument("fsfi")}, "en")
    assert len(told_by_domain) == 7
    assert "sum × 0.6 of 2 items" in told_by_domain[0]
    assert told_by_domain[-1].endswith("sum of 6 scales; a score needs all of them.")


def test_codebook_page_and_other_formats_name_the_total_at_every_item() -> None:
    data = fsfi()
    page = codebook_page(data.responses)
    assert "sum of 6 scales, range 2 to 36" in page
    assert "sum of 2 items × 0.6, range 1.2 to 6" in page
    text = table_schema(data.responses.codebook, data.responses.instruments)
    assert text.count('"scale": "b_total"') == 19
    assert text.count('"scale": "b_desire"') == 2


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".sav", ".dta"])
def test_scores_and_the_flag_survive_an_export(tmp_path: Path, suffix: str) -> None:
    data = fsfi()
    path = tmp_path / f"scores{suffix}"
    write_scored(data, path)
    back = read_scored(path)[0]
    for name in ("b_total", "b_desire", "b_no_activity"):
        assert back[name].to_numpy(dtype=float) == pytest.approx(data.frame[name].to_numpy())
    assert (data.frame["b_no_activity"] > 0).sum() == N / 4
