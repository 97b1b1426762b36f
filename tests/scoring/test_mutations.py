"""Mistakes planted in every shipped key: caught wherever the shipped simulation says that they can be, no alarm else.

Small version of ``benchmarks/bench_keying.py``. Answers of 200 people are simulated from the definition: loadings or
alpha of its evidence, else loadings of .60, subscales correlated .30.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from osa_survey.dataset import admit
from osa_survey.errors import ResponseError
from osa_survey.instruments import Instrument, load_library
from osa_survey.scoring import scale_scores
from osa_survey.scoring.expected_correlations import WANTED_POWER, home_scales
from osa_survey.scoring.expected_swaps import expected_swap_power
from osa_survey.simulation.key_mutations import (
    contract_breaches,
    with_codes_shifted,
    with_item_dropped,
    with_item_turned,
    with_items_swapped,
)
from osa_survey.simulation.key_trials import count_verdicts, key_verdicts, simulate_answers
from osa_survey.simulation.swap_trials import item_pairs, swap_trials
from tests.made_up_studies import codebook, export_of, library_with

N = 200
POWER_SEED, TRIAL_SEED = 1, 2
POWER_SAMPLES = 20
CLEARLY_WEAK = 0.85
"""Below this rate in 20 samples, a power of .95 is out of the question (probability .05 of 16 hits or fewer is .02)."""
MOST_FALSE_ALARMS = 0.01
POWER_OF_SIMULATION = 0.09
"""Three standard errors of a rate of 300 samples, for the shape of the normal approximation nothing is added."""
SHELF = {
    name: entry for name, entry in load_library().instruments.items() if any(scale.items for scale in entry.scales)
}


def samples(instrument: Instrument, seed: int, number: int) -> list[np.ndarray]:
    generator = np.random.default_rng(seed)
    return [simulate_answers(instrument, N, generator) for _ in range(number)]


def items_by_scale(instrument: Instrument) -> dict[str, list[str]]:
    """Return the items of each scale that they belong to: subscales, not totals over them."""
    found: dict[str, list[str]] = {}
    for item, scale in home_scales(instrument).items():
        found.setdefault(scale.id, []).append(item)
    return found


def test_any_item_turned_is_caught_wherever_the_simulation_says_it_can_be() -> None:
    caught, tried, weak = 0, 0, set()
    for name, instrument in SHELF.items():
        before, again = samples(instrument, POWER_SEED, POWER_SAMPLES), samples(instrument, TRIAL_SEED, 1)
        for scale, items in items_by_scale(instrument).items():
            turns = zip(itertools.cycle(items), before, strict=False)
            rate = np.mean([count_verdicts(with_item_turned(instrument, item), [one]).rate for item, one in turns])
            if rate < WANTED_POWER:
                weak |= {(name, scale)} if rate < CLEARLY_WEAK else set()
                continue
            caught += sum(count_verdicts(with_item_turned(instrument, item), again).contradicted for item in items)
            tried += len(items)
        told = key_verdicts(instrument, again[0])
        for scale in [scale for entry, scale in weak if entry == name]:
            reversal = told[scale].question("reversal")
            assert reversal is not None
            assert reversal.verdict == "cannot tell", (name, scale)
            assert reversal.power < WANTED_POWER
    assert tried > 250
    assert caught / tried >= 0.95
    assert ("bps", "total") in weak


def test_any_pair_of_items_swapped_is_caught_where_it_can_be() -> None:
    """Every pair of items of a fixed part of the shelf; the benchmark takes all of it."""
    caught, tried, hard = 0, 0, 0
    for name in ("dass21", "ecr_rs", "ecr_s", "hbi19", "sdi2", "tipi"):
        instrument = SHELF[name]
        pairs = list(item_pairs(instrument))
        before = swap_trials(instrument, samples(instrument, POWER_SEED, 100), pairs)
        again = swap_trials(instrument, samples(instrument, TRIAL_SEED, 50), pairs)
        for power, trial in zip(before, again, strict=True):
            if power.rate < WANTED_POWER:
                hard += 1
                continue
            caught, tried = caught + int(trial.found.any(axis=1).sum()), tried + len(trial.found)
    assert tried >= 5000
    assert hard >= 40
    assert caught / tried >= 0.95


def test_swapped_scales_claim_nothing_where_they_cannot_tell() -> None:
    for name, instrument in SHELF.items():
        for scale, verdict in key_verdicts(instrument, samples(instrument, POWER_SEED, 1)[0]).items():
            question = verdict.question("membership")
            if question is not None:
                assert question.verdict != "contradicts", (name, scale)
                assert (question.verdict == "cannot tell") == (question.power < WANTED_POWER), (name, scale)


@pytest.mark.parametrize("name", ["ecr_rs", "ecr_s", "sis_ses_sf", "fsfi"])
def test_a_swap_counts_as_found_when_the_whole_verdict_names_one_of_the_two(name: str) -> None:
    instrument = SHELF[name]
    answers = samples(instrument, TRIAL_SEED, 4)
    for trial in swap_trials(instrument, answers, list(item_pairs(instrument))[::7]):
        wrong = with_items_swapped(instrument, *trial.items)
        for sample, found in zip(answers, trial.found, strict=True):
            told = key_verdicts(wrong, sample).values()
            questions = [question for verdict in told if (question := verdict.question("membership"))]
            named = {item for q in questions if q.verdict == "contradicts" for item in q.flagged}
            assert [item in named for item in trial.items] == found.tolist()
            assert not found.any() or "contradicts" in {verdict.verdict for verdict in told}


def test_a_scale_with_little_power_by_its_definition_is_never_told_to_agree() -> None:
    """Power taken from the answers alone reaches .95 by luck in about one of twelve verdicts on these two scales."""
    instrument, n, number = SHELF["ecr_rs"], 200, 60
    told = [key_verdicts(instrument, answers) for answers in samples(instrument, POWER_SEED, number)]
    questions = [verdict.question("membership") for verdicts in told for verdict in verdicts.values()]
    assert {question.verdict for question in questions if question} == {"cannot tell"}
    assert len(questions) == 2 * number
    for scale in instrument.scales:
        assert expected_swap_power(instrument, scale.id, n) < WANTED_POWER
    enough = simulate_answers(instrument, 1000, np.random.default_rng(POWER_SEED))
    for scale, verdict in key_verdicts(instrument, enough).items():
        assert expected_swap_power(instrument, scale, 1000) >= WANTED_POWER
        assert (found := verdict.question("membership")) is not None
        assert found.verdict == "agrees"


@pytest.mark.parametrize("name", ["ecr_rs", "mspss", "supps_p"])
def test_the_power_a_definition_lets_one_expect_is_that_of_the_simulation(name: str) -> None:
    """Items have equal loadings here, so that every pair has the lowest power."""
    instrument = SHELF[name]
    found: dict[str, list[float]] = {}
    for trial in swap_trials(instrument, samples(instrument, POWER_SEED, 300), list(item_pairs(instrument))[::9]):
        for stands_in, rate in zip(reversed(trial.scales), trial.found.mean(axis=0), strict=True):
            found.setdefault(stands_in, []).append(rate)
    for scale, rates in found.items():
        assert np.mean(rates) == pytest.approx(expected_swap_power(instrument, scale, N), abs=POWER_OF_SIMULATION)


def test_right_keys_are_not_contradicted() -> None:
    alarms = trials = doubts = 0
    for instrument in SHELF.values():
        counts = count_verdicts(instrument, samples(instrument, TRIAL_SEED, 10))
        alarms, trials, doubts = alarms + counts.contradicted, trials + counts.trials, doubts + counts.doubted
    assert trials >= 300
    assert alarms / trials < MOST_FALSE_ALARMS
    assert doubts / trials < 0.05


@pytest.mark.parametrize("by", [1, -1])
@pytest.mark.parametrize("name", SHELF)
def test_codes_shifted_by_one_are_refused_or_contradict(name: str, by: int) -> None:
    instrument = SHELF[name]
    answers = samples(instrument, TRIAL_SEED, 1)[0]
    shifted = with_codes_shifted(instrument, by)
    told = key_verdicts(shifted, answers)
    for verdict in told.values():
        question = verdict.question("code base")
        assert question is not None
        assert question.verdict == "contradicts"
        assert verdict.verdict == "contradicts"
    cells = {f"q{n}": [f"{value:g}" for value in column] for n, column in enumerate(answers.T, start=1)}
    block = {"instrument": name, "columns": "q{n}"}
    if instrument.ask_polarity:
        codes = {code for options in shifted.response_options.values() for code in options.codes}
        block["codes"] = {f"{code:g}": code for code in codes}  # type: ignore[assignment]
    with pytest.raises(ResponseError) as caught:
        admit(export_of({"age": ["30"] * N, **cells}), codebook(blocks={"b": block}), library_with(shifted))
    assert {problem.code for problem in caught.value.problems} <= {"not_an_option", "not_whole"}


def test_a_shift_that_stays_inside_the_codes_cannot_be_told_and_is_said_so() -> None:
    instrument = SHELF["swls"]
    answers = np.clip(samples(instrument, TRIAL_SEED, 1)[0], 1, 6) + 1
    question = key_verdicts(instrument, answers)["total"].question("code base")
    assert question is not None
    assert question.verdict == "cannot tell"
    assert "nobody used the code 1 (lowest)" in question.reasons[0]


@pytest.mark.parametrize("name", SHELF)
def test_a_dropped_item_with_the_old_divisor_breaks_the_contract(name: str) -> None:
    instrument = SHELF[name]
    for scale in instrument.scales:
        if not scale.items:
            continue

        def right(values: np.ndarray, scale=scale) -> np.ndarray:  # type: ignore[no-untyped-def]
            return scale_scores(values, scale.score, len(scale.items), scale.counted, scale.times).score

        assert contract_breaches(instrument, scale.id, right) == []
        for dropped in range(len(scale.items)):

            def wrong(values: np.ndarray, gone: int = dropped, scale=scale) -> np.ndarray:  # type: ignore[no-untyped-def]
                kept = np.delete(values, gone, axis=1)
                return scale.times * kept.sum(axis=1) / (len(scale.items) if scale.score == "mean" else 1)

            assert contract_breaches(instrument, scale.id, wrong)
        if scale.score == "sum":
            changed = with_item_dropped(instrument, scale.id, scale.item_ids[0])
            with pytest.raises(ValueError, match=r"range|more answered items than it has|item"):
                Instrument.model_validate(changed.model_dump(by_alias=True))
