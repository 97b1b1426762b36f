"""The studies of which tables, percentages or directions were read, over several seeds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from osa_survey.ingest import read_export
from osa_survey.simulation import load_published
from osa_survey.studies import (
    Comparison,
    compared,
    compared_numbers,
    diagnose_published,
    find_study,
    performance,
    runnable_ids,
    write_study,
)
from osa_survey.studies.iss import claims_of, other_ages
from osa_survey.studies.minor_factors import minor_pattern
from osa_survey.studies.mori_2020 import BEHAVIOURS, study_sizes, true_shares
from osa_survey.studies.pew_answers import PATTERNS, UNWANTED, unwanted_experiences
from osa_survey.studies.pew_frame import STAGE, frame_of, masks_of, sample_of

SHARE_WITHIN = 0.99
"""The goal of the benchmark over 200 seeds."""
EXACT = {"cooper_2000": 5, "bothe_2018": 6, "grov_2011": 1, "mori_2020": 5, "iran_2024": 6}
"""Study → how many of its numbers come back with their printed digits."""


def pairs(study: str, seeds: range) -> list[Comparison]:
    return [one for seed in seeds for one in compared_numbers(study, seed)]


@pytest.mark.parametrize("study", sorted(EXACT))
def test_cheap_studies_come_back_over_ten_seeds(study: str) -> None:
    found = pairs(study, range(1, 11))
    exact = [one for one in found if one.claim.tolerance == "exact"]
    assert len(exact) == 10 * EXACT[study]
    assert all(one.within for one in exact)
    # One pair of a hundred may leave its three standard errors; the three of an odds ratio leave together.
    assert np.mean([one.within for one in found]) >= SHARE_WITHIN - 3 / len(found)


@pytest.mark.parametrize(("study", "exact"), [("kraus_2020", 6), ("pew_2023", 9)])
def test_larger_studies_come_back_over_two_seeds(study: str, exact: int) -> None:
    found = pairs(study, range(1, 3))
    assert sum(one.within for one in found if one.claim.tolerance == "exact") == 2 * exact
    assert np.mean([one.within for one in found]) >= SHARE_WITHIN - 1 / len(found)


@pytest.mark.slow
def test_the_international_survey_comes_back_person_by_person() -> None:
    found = compared_numbers("iss", 1)
    assert sum(one.within for one in found if one.claim.tolerance == "exact") == 179
    assert all(one.within for one in found)


def test_every_study_of_the_issue_can_be_run() -> None:
    assert {
        "bothe_2018", "cooper_2000", "doering_2017", "doering_mohseni_2018", "grov_2011", "iran_2024", "iss",
        "kraus_2020", "mori_2020", "pew_2023",
    } <= set(runnable_ids())  # fmt: skip


def test_ages_and_counts_of_the_survey_by_hand() -> None:
    published = load_published("iss")
    counts = claims_of(published, "age_years")
    known = np.repeat([float(claim.group) for claim in counts], [int(claim.value) for claim in counts])
    assert len(known) == 72_627
    others = other_ages(published, known, 82_243 - len(known), np.random.default_rng(3))
    everybody = np.concatenate([known, others])
    assert (f"{everybody.mean():.2f}", f"{everybody.std(ddof=1):.2f}") == ("32.39", "12.52")
    assert others.min() >= 18
    assert sum(int(claim.value) for claim in claims_of(published, "country")) == 72_627


def test_pooled_studies_add_up_and_spread_as_their_interval_tells() -> None:
    published = load_published("mori_2020")
    sizes = study_sizes(50, published.n, 0.7, 80)
    assert sizes.sum() == 18_122
    assert sizes.min() >= 80
    for name in BEHAVIOURS:
        claim = published.claim(name)
        k = int(published.claim(f"{name}_k").value)
        drawn = [true_shares(claim, sizes[:k], np.random.default_rng(seed)) for seed in range(300)]
        error = (claim.scaled(claim.high) - claim.scaled(claim.low)) / (2 * 1.959964)
        within = float(np.mean(claim.number * (1 - claim.number) / sizes[:k]))
        assert np.mean(drawn) == pytest.approx(claim.number, abs=0.005)
        assert np.var(drawn) == pytest.approx(k * error**2 - within, rel=0.1)


def test_a_weighted_panel_has_its_unweighted_numbers_and_its_margins() -> None:
    published = load_published("pew_2023")
    frame = frame_of(published)
    sample = sample_of(published, frame, np.random.default_rng(5))
    masks = masks_of(sample.cells)
    assert int((masks["age_18"] & sample.band_known).sum()) == 929
    assert (int(masks["lgb"].sum()), int(masks["straight"].sum())) == (1667, 4141)
    stage = STAGE[sample.status]
    assert (int((stage < 1).sum()), int((stage < 2).sum())) == (951, 3128)
    # More than half use online dating unweighted, and about 31 % of the weights: 5 + 5 + 21 printed.
    assert sample.weights[stage < 2].sum() / sample.weights.sum() == pytest.approx(0.31, abs=0.015)
    assert sample.weights[masks["men"]].sum() / sample.weights.sum() == pytest.approx(0.485, abs=1e-6)
    half_width = 1.959964 * 0.5 * np.sqrt((sample.weights**2).sum()) / sample.weights.sum()
    assert half_width == pytest.approx(0.020, abs=0.001)


def test_unwanted_experiences_keep_each_share_and_any_of_them() -> None:
    published = load_published("pew_2023")
    frame = frame_of(published)
    users = frame.sizes * frame.status[:, STAGE < 2].sum(axis=1)
    masks = masks_of(frame.cells)
    chances = unwanted_experiences(published, users, masks)
    np.testing.assert_allclose(chances.sum(axis=1), 1)
    for group in ("women_18_49", "lgb", "men_50"):
        own = masks[group]
        shares = users[own] @ chances[own, 1:] @ PATTERNS / users[own].sum()
        for place, name in enumerate(UNWANTED):
            # Printed shares are rounded to whole percents, and overlapping groups contradict each other by that.
            assert shares[place] == pytest.approx(published.claim(f"{name}_{group}").number, abs=0.012)
        any_one = users[own] @ (1 - chances[own, 0]) / users[own].sum()
        assert any_one == pytest.approx(published.claim(f"any_unwanted_{group}").number, abs=0.012)


def test_bias_coverage_and_power_by_hand() -> None:
    estimates = np.array([1.0, 2.0, 3.0, 6.0])
    found = performance(2.0, estimates, estimates - 1.5, estimates + 1.5, np.array([1.0, 1.0, 1.0, 0.0]), 0.0)
    # Mean 3; SD of 1, 2, 3, 6 is √(14/3); intervals −.5–2.5, .5–3.5, 1.5–4.5, 4.5–7.5.
    assert (found.mean, found.bias) == (3.0, 1.0)
    assert found.bias_error == pytest.approx(np.sqrt(14 / 3) / 2)
    assert (found.coverage, found.power, found.within) == (0.75, 0.75, 0.75)
    assert found.coverage_error == pytest.approx(np.sqrt(0.75 * 0.25 / 4))
    without = performance(2.0, estimates, np.full(4, np.nan), np.full(4, np.nan), np.ones(4))
    assert np.isnan(without.coverage)
    assert np.isnan(without.power)


def test_diagnosis_is_the_same_for_any_number_of_workers() -> None:
    alone = diagnose_published("grov_2011", 2, workers=1)
    assert alone.table.equals(diagnose_published("grov_2011", 2, workers=2).table)
    row = alone.pick("share_detected", outcome="Less sex because of the partner's online activities")
    assert row["estimate"] == 1.0
    assert "100.00% of 8 pairs" in alone.sentences()[0]
    bias = alone.pick("reproduction_bias", outcome="Respondents")
    assert (bias["estimate"], bias["std_error"]) == (0.0, 0.0)


def test_the_error_of_a_margin_of_error_and_of_an_index_of_fit() -> None:
    published = load_published("pew_2023")
    row = {"quantity": "proportion", "estimate": 0.5, "conf_low": 0.48, "conf_high": 0.52, "std_error": 0.01}
    (found,) = compared(published.claim("margin_all"), row)
    # h = .02 has the effective size (1.96/.04)² = 2401, so the error .02/√4800.
    assert found.std_error == pytest.approx(0.02 / np.sqrt(2 * (2401 - 1)), rel=1e-3)
    assert found.within
    survey = load_published("iss")
    rmsea = {"quantity": "rmsea", "estimate": 0.06, "conf_low": 0.059, "conf_high": 0.061, "conf_level": 0.9}
    cfi = {"quantity": "cfi", "estimate": 0.986, "conf_low": None, "conf_high": None, "std_error": None, "n": 82_243}
    (fit,) = compared(survey.claim("ppcs_cfi"), cfi, rmsea)
    # 2 × .015 × (.001/1.6449)/.06.
    assert fit.std_error == pytest.approx(2 * 0.015 * (0.001 / 1.6449) / 0.06, rel=1e-3)
    (alone,) = compared(survey.claim("ppcs_cfi"), cfi)
    assert (alone.within, alone.why) == (False, "no standard error to judge by")


def test_minor_factors_cancel_within_each_factor() -> None:
    pattern = minor_pattern([3, 3, 7])
    assert [float(part.sum()) for part in np.split(pattern, [3, 6])] == [0.0, 0.0, 0.0]


def test_only_people_of_a_pooled_study_are_asked(tmp_path: Path) -> None:
    place = tmp_path / "study"
    (file,) = write_study(load_published("mori_2020"), find_study("mori_2020"), 4, place)
    frame = read_export(file).columns.to_pandas()
    asked = frame["forwarding_measured"].astype(str) == "1"
    blank = frame["forwarding"].astype(str).isin(["", "None", "nan", "<NA>"])
    assert (asked == ~blank).all()
    assert frame.loc[asked, "study"].nunique() == 7
