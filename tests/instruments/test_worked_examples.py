"""Worked scoring examples of public scorers and data, line by line, through admission and scoring."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from osa_survey import reliability
from osa_survey.analysis import screening_shares
from osa_survey.errors import AnalysisError, ResponseError
from osa_survey.instruments import load_library
from osa_survey.scoring import ScoringRule
from tests.made_up_studies import score_answers

FSFI_DOMAINS = ("desire", "arousal", "lubrication", "orgasm", "satisfaction", "pain")
FSFI_MIXED = [3, 3, 4, 3, 3, 3, *[3] * 4, *[2] * 3, 3, 3, 2, 3, 3, 3]
FSFI_INACTIVE = [3 if n in (1, 2, 15, 16) else 0 for n in range(1, 20)]
# The places of the published order that hold excitation, inhibition 1 and inhibition 2 in a public scorer's own order.
PLACES = (1, 3, 8, 10, 11, 14, 4, 9, 12, 13, 2, 5, 6, 7)
EXAMPLES = ("ppcs6", "scs", "nsss_s", "gmsex", "sis_ses_sf", "fsfi", "iief5", "phq9", "gad7", "who5", "ecr_rs",
            "audit_c", "cius")  # fmt: skip


def scores(instrument: str, *answers: Any) -> dict[str, float]:
    """Return the scores of one person by scale."""
    frame = score_answers(instrument, answers).frame
    return {scale.id: float(frame[f"b_{scale.id}"][0]) for scale in load_library().instrument(instrument).scales}


def published_order(*blocked: int) -> list[int]:
    """Return answers given in the re-blocked order at their places of the published order."""
    return [answer for _, answer in sorted(zip(PLACES, blocked, strict=True))]


def met(instrument: str, total: float) -> list[float]:
    """Return the bounds of the instrument's cut-offs that a total is at or below."""
    return sorted(cut.value for cut in load_library().instrument(instrument).cutoffs if total <= cut.value)


def test_ppcs6_is_the_sum_of_exactly_six_answers_and_its_cut_off_is_20() -> None:
    assert scores("ppcs6", 1, 2, 3, 4, 5, 6) == {"total": 21}
    assert scores("ppcs6", *[7] * 6) == {"total": 42}
    assert [(cut.rule, cut.value) for cut in load_library().instrument("ppcs6").cutoffs] == [(">=", 20)]


def test_scs_total_and_alpha_are_those_of_the_open_data() -> None:
    """The file itself is scored in tests/plan; the definition carries its numbers, and vectors here are invented."""
    (entry,) = [e for e in load_library().instrument("scs").evidence if e.mean is not None]
    assert (entry.n, entry.mean, entry.sd, entry.alpha) == (3111, 23.5583, 7.7961, 0.8959)
    # 1+2+3+4 twice is 20, and 1+4
    assert scores("scs", 1, 2, 3, 4, 1, 2, 3, 4, 1, 4) == {"total": 25, "mean": 2.5}
    rows = np.random.default_rng(3).integers(1, 5, (40, 10))
    variances = rows.var(axis=0, ddof=1).sum() / rows.sum(axis=1).var(ddof=1)
    found = reliability(score_answers("scs", *rows.tolist()), "b_total").pick("alpha")
    assert found["estimate"] == pytest.approx(10 / 9 * (1 - variances))


def test_nsss_s_gives_mean_and_sum_from_12_to_60_and_needs_all_twelve() -> None:
    assert scores("nsss_s", *[1] * 12) == {"total": 12, "mean": 1}
    assert scores("nsss_s", *[5] * 12) == {"total": 60, "mean": 5}
    assert all(np.isnan(value) for value in scores("nsss_s", *[5] * 11, "").values())


def test_gmsex_takes_five_answers_from_1_to_7_and_gives_mean_and_total() -> None:
    assert scores("gmsex", 1, 4, 7, 5, 3) == {"total": 20, "mean": 4}
    assert scores("gmsex", *[7] * 5) == {"total": 35, "mean": 7}


def test_sis_ses_sf_all_1_and_all_4() -> None:
    assert scores("sis_ses_sf", *[1] * 14) == {"ses": 24, "sis1": 16, "sis2": 16}
    assert scores("sis_ses_sf", *[4] * 14) == {"ses": 6, "sis1": 4, "sis2": 4}


def test_sis_ses_sf_raw_answers_by_subscale() -> None:
    answers = published_order(1, 2, 3, 4, 1, 2, 1, 1, 4, 4, 2, 2, 2, 3)
    assert scores("sis_ses_sf", *answers) == {"ses": 17, "sis1": 10, "sis2": 11}


def test_sis_ses_sf_refuses_partial_sets_and_answers_outside_1_to_4() -> None:
    # a gap in the excitation items: the other two scales are complete and keep their scores
    partial = published_order(0, 2, 3, 4, 1, 2, 1, 1, 4, 4, 2, 2, 2, 3)
    assert partial.count(0) == 1
    found = scores("sis_ses_sf", *["" if answer == 0 else answer for answer in partial])
    assert np.isnan(found["ses"]) and (found["sis1"], found["sis2"]) == (10, 11)
    for outside in (0, 5):
        with pytest.raises(ResponseError):
            scores("sis_ses_sf", outside, *[1] * 13)


@pytest.mark.parametrize(
    ("answers", "domains", "total"),
    [
        ([5] * 19, [6.0] * 6, 36.0),
        ([1] * 19, [1.2] * 6, 7.2),
        (FSFI_MIXED, [3.6, 3.9, 3.6, 2.4, 3.2, 3.6], 20.3),
        (FSFI_INACTIVE, [3.6, 0, 0, 0, 2.4, 0], 6.0),
        ([4] * 19, [4.8] * 6, 28.8),
    ],
    ids=["all_5", "all_1", "mixed", "no_activity", "all_4"],
)
def test_fsfi_domains_and_total(answers: list[int], domains: list[float], total: float) -> None:
    found = scores("fsfi", *answers)
    assert [found[domain] for domain in FSFI_DOMAINS] == pytest.approx(domains)
    assert found["total"] == pytest.approx(total)


def test_fsfi_scores_with_zeros_are_published_but_never_classified() -> None:
    data = score_answers("fsfi", FSFI_INACTIVE, FSFI_MIXED, [5] * 19)
    assert data.frame["b_no_activity"].tolist() == [15, 0, 0]
    assert data.scale_log("b_total").no_activity == 1
    assert data.scale_log("b_desire").no_activity is None
    found = screening_shares(data, "b_total", cutoffs="b_total <= 26.55")
    # the total of 6.0 is far below the threshold, and is not counted: one of two
    assert (found.pick("proportion")["estimate"], found.pick("proportion")["n"]) == (0.5, 2)
    assert found.pick("count", level="not compared: no activity")["estimate"] == 1


def test_iief5_sums_and_bands() -> None:
    """The public scorer calls 1 severe and 8 moderate; here both have zeros and are compared with no cut-off."""
    rows = ([5, 5, 5, 5, 5], [3, 3, 3, 3, 3], [1, 0, 0, 0, 0], [1, 1, 2, 0, 4])
    data = score_answers("iief5", *rows)
    assert data.frame["b_total"].tolist() == [25, 15, 1, 8]
    assert [met("iief5", total) for total in (25, 15, 1, 8)] == [[], [16, 21], [7, 11, 16, 21], [11, 16, 21]]
    assert data.frame["b_no_activity"].tolist() == [0, 0, 4, 1]
    found = screening_shares(data, cutoffs=[f"b_total <= {bound}" for bound in (21, 16, 11, 7)])
    shares = found.table.loc[found.table["quantity"] == "proportion"].set_index("level")
    assert shares["n"].tolist() == [2, 2, 2, 2]
    assert shares["estimate"].to_dict() == {"≤ 21": 0.5, "≤ 16": 0.5, "≤ 11": 0, "≤ 7": 0}


def test_phq9_sums() -> None:
    assert scores("phq9", 3, 0, 1, 2, 0, 0, 1, 0, 3) == {"total": 10}
    assert scores("phq9", *[0] * 9) == {"total": 0}
    assert scores("phq9", *[3] * 9) == {"total": 27}


def test_gad7_sum() -> None:
    assert scores("gad7", 3, 0, 1, 2, 0, 0, 1) == {"total": 7}


def test_who5_raw_sum_and_percentage() -> None:
    assert scores("who5", *[3] * 5) == {"total": 15, "percentage": 60}
    assert scores("who5", *[5] * 5)["percentage"] == 100
    assert scores("who5", 2, 2, 2, 2, 2) == {"total": 10, "percentage": 40}


def test_ecr_rs_anxiety_and_avoidance() -> None:
    found = scores("ecr_rs", 6, 6, 6, 6, 3, 3, 6, 6, 6)
    # avoidance: four reversed items 8 - 6 = 2, and 3 twice: 14 / 6
    assert found == {"anxiety": 6.0, "avoidance": pytest.approx(2.33, abs=0.005)}


def test_audit_c_is_the_first_three_items_of_the_full_test() -> None:
    full = (4, 1, 2, 3, 3, 1, 4, 2, 2, 2)
    assert sum(full) == 24
    assert scores("audit_c", *full[:3]) == {"total": 7}


def test_cius_constant_answers() -> None:
    assert [scores("cius", *[v] * 14)["total"] for v in range(5)] == [0, 14, 28, 42, 56]


@pytest.mark.parametrize("instrument", EXAMPLES)
def test_answers_outside_the_options_are_refused_or_set_to_gaps(instrument: str) -> None:
    definition = load_library().instrument(instrument)
    low = [definition.options_of(item.id).low for item in definition.items]
    high = [definition.options_of(item.id).high for item in definition.items]
    for beyond in (low[0] - 1, high[0] + 1):
        with pytest.raises(ResponseError):
            score_answers(instrument, [beyond, *low[1:]])
        data = score_answers(instrument, [beyond, *low[1:]], low, undeclared="invalid")
        for scale in definition.scales:
            holds_it = definition.items[0].id in definition.items_behind(scale.id)
            missing = data.frame[f"b_{scale.id}"].isna().tolist()
            assert missing == [holds_it and data.scale_log(f"b_{scale.id}").min_answered > len(scale.items) - 1, False]
            if missing[0]:
                assert data.scale_log(f"b_{scale.id}").why_not == {"invalid": 1}


@pytest.mark.parametrize("instrument", EXAMPLES)
def test_a_partial_form_has_a_score_where_the_rule_allows_it_and_is_prorated_where_a_study_declares_it(
    instrument: str,
) -> None:
    """As many gaps as the rule allows, then one more; a declared departure fills a gap with the mean, never with 0."""
    definition = load_library().instrument(instrument)
    middle = [sorted(definition.options_of(item.id).codes)[1] for item in definition.items]
    for scale in definition.scales:
        if scale.of:
            continue
        places = [number for number, item in enumerate(definition.items) if item.id in scale.item_ids]
        allowed = len(places) - scale.missing.min_answered
        just, over = list(middle), list(middle)
        for place in places[:allowed]:
            just[place] = ""  # type: ignore[call-overload]
        for place in places[: allowed + 1]:
            over[place] = ""  # type: ignore[call-overload]
        name = f"b_{scale.id}"
        assert score_answers(instrument, just, over).frame[name].isna().tolist() == [False, True]
        if allowed + 1 < len(places):
            rule = {name: ScoringRule(1, "made up for this test")}
            data = score_answers(instrument, over, rules=rule)
            assert data.scale_log(name).prorated == 1
            low, high = scale.range
            assert low <= data.frame[name][0] <= high


def test_a_total_of_domains_needs_every_domain_and_says_so() -> None:
    answers = [*FSFI_MIXED[:-1], ""]
    data = score_answers("fsfi", answers)
    assert np.isnan(data.frame["b_total"][0]) and np.isnan(data.frame["b_pain"][0])
    assert data.frame["b_orgasm"][0] == pytest.approx(2.4)
    assert data.scale_log("b_total").why_not == {"not_answered": 1}
    # a rule for the domain prorates it, and with it the total: (3 + 3) / 2 × 3 × 0.4 = 3.6
    prorated = score_answers("fsfi", answers, rules={"b_pain": ScoringRule(2, "made up")})
    assert prorated.frame["b_total"][0] == pytest.approx(20.3)
    assert (prorated.scale_log("b_total").prorated, prorated.scale_log("b_total").scored) == (1, 0)
    with pytest.raises(AnalysisError, match="needs all of them") as caught:
        score_answers("fsfi", answers, rules={"b_total": ScoringRule(5, "made up")})
    assert caught.value.problems[0].code == "scale_of_scales"
