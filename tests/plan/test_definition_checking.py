"""What an author is told about a new instrument: every code has a file that triggers it, and the shelf has none."""

from __future__ import annotations

from pathlib import Path

import pytest

from osa_survey.errors import DefinitionError
from osa_survey.instruments import data_dictionary, load_library
from osa_survey.instruments.definition_checks import CODES
from osa_survey.plan import check_definition
from osa_survey.scoring.self_tests import self_test
from tests.made_up_studies import instrument

SHIPPED = sorted((data_dictionary() / "instruments").glob("*.toml"))
GOOD = """
format = 1
id = "calm"
version = 1
title = "Made-up Calm Scale"
short_title = "Calm"
construct = "calm"
verified = "partly"
verification_note = "made up"
citation = { text = "Made up for tests.", url = "https://example.org" }
licence = { status = "made up", wording_redistributable = "yes", verified = "seen" }
response_options = { agree = { codes = [1, 2, 3, 4, 5], labels = { 1 = "not at all", 5 = "fully" } } }
items = [
  { id = "calm_01", tag = "calm in mornings", options = "agree" },
  { id = "calm_02", tag = "hurry at noon", options = "agree" },
]
evidence = [{ statement = "made up", source = "a page", verified = "seen" }]
[[scales]]
id = "total"
title = "Calm, sum"
items = ["calm_01", "-calm_02"]
score = "sum"
range = [2, 10]
higher_means = "more calm"
missing = { min_answered = 2, basis = "complete" }
[[cutoffs]]
scale = "total"
rule = ">="
value = 8
meaning = "calm"
source = "a page"
verified = "seen"
default = true
"""
BROKEN = {
    "tag_length": ("calm in mornings", "calm"),
    "tag_is_a_sentence": ("calm in mornings", "are you calm?"),
    "repeated_tag": ("hurry at noon", "calm in mornings"),
    "placeholder": ("hurry at noon", "FILL IN: item 2"),
    "item_in_no_scale": (
        '["calm_01", "-calm_02"]\nscore = "sum"\nrange = [2, 10]',
        '["calm_01"]\nscore = "sum"\nrange = [1, 5]',
    ),
    "no_evidence": ('evidence = [{ statement = "made up", source = "a page", verified = "seen" }]', ""),
    "no_verification_note": ('verification_note = "made up"', 'verification_note = ""'),
    "seen_without_sources": ('verified = "partly"', 'verified = "seen"'),
    "no_doi": (', url = "https://example.org"', ""),
    "doi_not_bare": ('url = "https://example.org"', 'doi = "https://doi.org/10.1000/1"'),
    "cutoff_out_of_range": ("value = 8", "value = 18"),
    "cutoff_without_source": ('source = "a page"\nverified', 'source = ""\nverified'),
    "cutoff_recalled": ('verified = "seen"\ndefault = true', 'verified = "recalled"\ndefault = true'),
    "self_test_item": (
        'score = "sum"\nrange = [2, 10]',
        'score = "count"\ncounted = [3]\nrange = [0, 2]',
    ),
    "unconfirmed": ('construct = "calm"', 'construct = "calm" # check: a guess'),
}


def write(folder: Path, text: str) -> Path:
    path = folder / "calm.toml"
    path.write_text(text.replace("min_answered = 2", "min_answered = 1"), encoding="utf-8")
    return path


def test_a_good_file_has_no_findings_and_shows_what_made_up_answers_give(tmp_path: Path) -> None:
    found = check_definition(write(tmp_path, GOOD))
    assert (found.findings, found.exit_code) == ((), 0), found.as_text()
    # By hand: all 1 is 1 + (6 - 1) = 6, all 5 is 5 + (6 - 5) = 6.
    assert found.trials == ("total: all answers lowest 6, all highest 6; 1 items raise it, 1 items lower it",)


@pytest.mark.parametrize("code", BROKEN)
def test_each_flaw_is_found_and_located(code: str, tmp_path: Path) -> None:
    old, new = BROKEN[code]
    assert old in GOOD
    found = check_definition(write(tmp_path, GOOD.replace(old, new)))
    assert code in {finding.code for finding in found.findings}, found.as_text()
    for finding in found.findings:
        assert finding.file == "calm.toml"
        assert finding.hint
        assert finding.key or finding.code == "unconfirmed"
    assert found.exit_code == 1
    assert code in found.as_text()


def test_a_scale_of_ones_own_needs_no_source_and_the_first_message_says_so(tmp_path: Path) -> None:
    evidence, link = BROKEN["no_evidence"][0], BROKEN["no_doi"][0]
    unsourced = GOOD.replace(evidence, "").replace(link, "")
    called_seen = check_definition(write(tmp_path, unsourced.replace('verified = "partly"', 'verified = "seen"')))
    told = {finding.code: finding for finding in called_seen.findings}
    assert set(told) == {"no_evidence", "no_doi", "seen_without_sources"}
    assert all('verified = "own"' in finding.hint for finding in told.values())
    assert told["seen_without_sources"].message == "the key is called seen, but there is no piece of evidence"
    one_seen = check_definition(write(tmp_path, GOOD.replace('verified = "partly"', 'verified = "seen"')))
    assert one_seen.findings[0].message == "the key is called seen, but 1 of 1 pieces of evidence is"
    own = check_definition(write(tmp_path, unsourced.replace('verified = "partly"', 'verified = "own"')))
    assert (own.findings, own.exit_code) == ((), 0), own.as_text()


def test_every_code_is_documented_and_triggered() -> None:
    assert set(BROKEN) == set(CODES) - {"self_test_value"}


def test_a_broken_format_lists_everything_at_once_and_is_exit_code_2(tmp_path: Path) -> None:
    found = check_definition(write(tmp_path, GOOD.replace('short_title = "Calm"', 'shorttitle = "Calm"')))
    assert not found.readable
    assert found.exit_code == 2
    assert {finding.code for finding in found.findings} == {"unknown_key", "missing_key"}


def test_a_file_that_is_no_toml_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match="not_toml"):
        check_definition(write(tmp_path, "a = = 1"))


def test_an_id_that_ships_and_a_wrong_file_name_are_named(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text((data_dictionary() / "instruments" / "swls.toml").read_text(encoding="utf-8"), encoding="utf-8")
    assert {finding.code for finding in check_definition(path).findings} == {"repeated_id", "id_and_file_differ"}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_shelf_has_nothing_to_decide(path: Path) -> None:
    found = check_definition(path)
    unscored = not load_library().instrument(path.stem).scales
    allowed = {"no_doi"} if unscored else set()
    assert {finding.code for finding in found.findings} <= allowed, found.as_text()


def test_the_self_test_is_arithmetic_by_hand() -> None:
    """1 to 5, the second item reversed: all 1 gives 1 + 5 + 1; all 5 gives 5 + 1 + 5; one item up moves by 4."""
    test = self_test(instrument())[0]
    assert (test.lowest, test.highest) == (7.0, 11.0)
    assert test.moved == {"calm_01": 4.0, "calm_02": -4.0, "calm_03": 4.0}


def test_a_score_that_departs_from_arithmetic_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    from osa_survey.scoring import self_tests

    true = self_tests._by_hand
    monkeypatch.setattr(self_tests, "_by_hand", lambda *given: true(*given) + 1)
    codes = {problem.code for problem in self_tests.self_test_problems(instrument(), "calm.toml")}
    assert codes == {"self_test_value"}
