"""Verifying texts of one's own: statistics in words, what is not judged, what is named, where the ledger is."""

from __future__ import annotations

from pathlib import Path

import pytest

from osa_survey.errors import OutputError
from osa_survey.report import verify_manuscript
from osa_survey.report.verification.labelled_pairs import pair_numbers
from osa_survey.report.verification.numbers_in_text import tokens_of
from osa_survey.report.verification.sentence_matching import same_statement
from osa_survey.report.verification.stated_statistics import statements_of
from tests.report.own_manuscripts import T_ROW, ledger_row, write_ledger, write_manuscript

ROWS = (
    ledger_row("sample/main/mean/swls//", quantity="mean", estimate=22.1108, n=173),
    ledger_row("sample/main/sd/swls//", quantity="sd", estimate=6.2, n=173),
    ledger_row("sample/main/mean/age//", quantity="mean", estimate=41.8467, n=200),
    ledger_row("rel/main/alpha/ocs//", quantity="alpha", estimate=0.8635, n=160),
    ledger_row("rel/main/omega/ocs//", quantity="omega", estimate=0.8712, n=160),
    ledger_row("model/main/odds_ratio/x//", quantity="odds_ratio", estimate=1.4420, n=197),
    ledger_row("r/main/r/x//", quantity="r", estimate=0.3012, p_value=0.0002, df1=198.0, n=200),
    ledger_row("sext/main/count/x//", quantity="count", estimate=96.0, n=200),
)
RIGHT = (
    "The mean of life satisfaction was 22.11 (SD = 6.20, n = 173).",
    "Cronbach's alpha of the OCS was .86, and McDonald's omega was .87.",
    "The scale of comfort (Diener et al., 1985) had an alpha of .864.",
    "r = .30 (p < .001)",
    "The correlation was .3.",
    "The odds ratio was 1.44.",
    "Mean age was 41.8 years.",
    "Respondents were on average 41.85 years old.",
    "Only 96 people had sexted.",
    "Of the 200 respondents, 96 were men.",
    "Der Mittelwert der Lebenszufriedenheit betrug 22.11.",
    "Cronbachs Alpha der Skala lag bei .86.",
    "Das Odds Ratio betrug 1.44.",
    "Das mittlere Alter betrug 41.8 Jahre.",
    "Nur 96 Befragte hatten Erfahrung.",
)
WRONG = (
    "The mean of life satisfaction was 22.21 (SD = 6.20, n = 173).",
    "Cronbach's alpha of the OCS was .91.",
    "The scale of comfort (Diener et al., 1985) had an alpha of .91.",
    "McDonald's omega was .78.",
    "r = .77 (p < .001)",
    "The correlation was .77.",
    "The odds ratio was 3.44.",
    "An odds ratio of 3.44 was found.",
    "Mean age was 51.3 years.",
    "Respondents were on average 51.3 years old.",
    "Women scored 23.08 (SD = 6.20).",
    "Only 37 people had sexted.",
    "In all, 187 adults answered.",
    "Of the 210 respondents, most answered.",
    "About half (61 percent) agreed.",
    "The estimate was positive, 95% CI 1.45 to 3.37.",
    "Der Mittelwert der Lebenszufriedenheit betrug 22.21.",
    "Cronbachs Alpha der Skala lag bei .91.",
    "Das Odds Ratio betrug 3.44.",
    "Das mittlere Alter betrug 51.3 Jahre.",
    "Die Korrelation lag bei .77.",
    "Nur 37 Befragte hatten Erfahrung.",
)
NO_STATISTICS = (
    "In 2020 respondents were asked by post.",
    "Diener et al. (1985) found an alpha of .87.",
    "Example (2020) asked 412 people in 14 countries.",
    "A survey of 1,540 adults had the same aim (Example, 2019).",
    "Participants in Study 2 respondents were told the same.",
    "Answers ran from 1 to 7 and were averaged; see Section 3.2 and Table 4.",
    "The score is the mean of 6 items.",
    "A mean of 3.5 or higher was called high.",
    "The alpha level was .05, and an alpha of .01 was used for subgroups.",
    "Groups of fewer than 5 people are not shown.",
    "About 40 people wrote to us.",
    "A power analysis called for 400 participants and a correlation of .25.",
    "We invited 1,200 adults.",
    "The questionnaire was for adults aged 18 or older.",
    "This means that the response rate was 0.4.",
    "2 adults per group were drawn.",
    "Keys were checked by the published alpha, else by loadings of .60.",
)


def _codes(folder: Path, *paragraphs: str) -> list[str]:
    return [one.code for one in verify_manuscript(write_manuscript(folder, *paragraphs), folder).findings]


@pytest.mark.parametrize("sentence", RIGHT)
def test_a_right_number_in_words_is_backed(tmp_path: Path, sentence: str) -> None:
    write_ledger(tmp_path, *ROWS)
    assert _codes(tmp_path, sentence) == []


@pytest.mark.parametrize("sentence", WRONG)
def test_a_wrong_number_in_words_is_found_once(tmp_path: Path, sentence: str) -> None:
    write_ledger(tmp_path, *ROWS)
    assert _codes(tmp_path, sentence) == ["unbacked_number"]


@pytest.mark.parametrize("sentence", NO_STATISTICS)
def test_numbers_that_are_no_statistics_raise_no_alarm_and_are_listed(tmp_path: Path, sentence: str) -> None:
    write_ledger(tmp_path, *ROWS)
    found = verify_manuscript(write_manuscript(tmp_path, sentence), tmp_path)
    assert found.findings == ()
    assert found.unjudged


def test_numbers_that_were_not_judged_are_counted_and_listed_with_their_place(tmp_path: Path) -> None:
    write_ledger(tmp_path, *ROWS)
    path = write_manuscript(tmp_path, "The odds ratio was 1.44.", "We met in 2020; it took 3.5 hours.")
    found = verify_manuscript(path, tmp_path)
    assert [(one.text, one.place, one.decimal) for one in found.unjudged] == [
        ("2020", "paragraph 2", False),
        ("3.5", "paragraph 2", True),
    ]
    text = found.as_text()
    assert "not judged: 2 of 3 numbers of the text (1 with decimals)" in text
    assert "no findings among the numbers that were judged" in text
    assert "hours" not in text
    assert "paragraph 2: 3.5 (“We met in 2020; it took 3.5 hours.”)" in found.as_text(unjudged=True)
    assert [one["text"] for one in found.as_dict()["unjudged"]] == ["2020", "3.5"]


def test_a_text_judged_in_full_says_so(tmp_path: Path) -> None:
    write_ledger(tmp_path, *ROWS)
    found = verify_manuscript(write_manuscript(tmp_path, *RIGHT[:2]), tmp_path)
    assert found.facts["not judged"] == "0 of 5 numbers of the text"
    assert found.as_text().endswith("no findings")


PRINTED = "Comfort was associated with age, B = 2.39, 95% CI [1.41, 3.37], β = 0.34, t(164) = 4.82, p < .001."


@pytest.mark.parametrize(
    ("own", "told"),
    [
        (
            "Comfort was associated with age, B = 2.93, t(164) = 4.94, p = .03.",
            [("B = 2.39", "B = 2.93"), ("t(164) = 4.82", "t(164) = 4.94"), ("p < .001", "p = .03")],
        ),
        ("Comfort was associated with age, β = 0.43, p < .001.", [("β = 0.34", "β = 0.43")]),
        ("Comfort was associated with age, t(146) = 4.82, B = 2.4, p < .05.", [("164", "146")]),
        ("Comfort was associated with age, B = 2.39, 95% CI [1.41, 3.73].", [("3.37", "3.73")]),
    ],
)
def test_numbers_are_paired_with_those_of_the_same_symbol(own: str, told: list[tuple[str, str]]) -> None:
    pairing = pair_numbers((PRINTED, tokens_of(PRINTED)), (own, tokens_of(own)))
    assert [(old.text, new.text) for old, new in pairing.pairs if not same_statement(old, new)] == told
    assert pairing.added == ()


def test_the_result_of_the_same_test_is_named_as_it_is_printed(tmp_path: Path) -> None:
    write_ledger(
        tmp_path,
        ledger_row("gap/main/hedges_g/x//a/", **T_ROW),
        ledger_row("gap/main/hedges_g/x//b/", **{**T_ROW, "df1": 9}),
    )
    sentence = "Men scored higher, t(98) = 2.10, p = .038, g = 0.24."
    finding = verify_manuscript(write_manuscript(tmp_path, sentence), tmp_path).findings[0]
    assert finding.message == "the text says g = 0.24, the results say g = 0.42"
    finding = verify_manuscript(write_manuscript(tmp_path, "t(98) = 2.10, p = .83"), tmp_path).findings[0]
    assert finding.message.endswith("the results say p = .038")


def test_a_level_of_an_interval_belongs_to_it(tmp_path: Path) -> None:
    write_ledger(tmp_path, ledger_row("gap/main/hedges_g/x//a/", **{**T_ROW, "conf_level": 0.95}))
    assert _codes(tmp_path, "It was found, 95% CI [0.02, 0.83].") == []
    assert _codes(tmp_path, "It was found, 90% CI [0.02, 0.83].") == ["unbacked_number"]


def test_statements_tell_where_they_stand() -> None:
    sentence = "In 2020 the odds ratio was 3.44, t(9) = 2.10 (p = .07), p < .05."
    judged = [sentence[low:high] for low, high in statements_of(sentence).judged]
    assert judged == ["t(9) = 2.10 (p = .07", "3.44"]


def test_a_manuscript_without_results_beside_it_says_where_it_looked(tmp_path: Path) -> None:
    path = write_manuscript(tmp_path, "No number.")
    with pytest.raises(OutputError) as raised:
        verify_manuscript(path)
    problem = raised.value.problems[0]
    assert problem.code == "not_a_ledger"
    assert str(tmp_path.resolve()) in problem.message
    assert "--results FOLDER" in problem.hint
    assert "Errno" not in str(raised.value)
    with pytest.raises(OutputError, match=r"no results\.jsonl in the folder"):
        verify_manuscript(path, tmp_path)
    with pytest.raises(OutputError, match="no file or folder"):
        verify_manuscript(path, tmp_path / "absent")
