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
from osa_survey.simulation.key_mutations import (
    contract_breaches,
    with_codes_shifted,
    with_item_dropped,
    with_item_turned,
    with_items_swapped,
)
from osa_survey.simulation.key_trials import count_verdicts, key_verdicts, simulate_answers
from tests.made_up_studies import codebook, export_of, library_with

N = 200
POWER_SEED, TRIAL_SEED = 1, 2
POWER_SAMPLES = 20
CLEARLY_WEAK = 0.85
"""Below this rate in 20 samples, a power of .95 is out of the question (probability .05 of 16 hits or fewer is .02)."""
MOST_FALSE_ALARMS = 0.01
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


def test_swapped_items_are_caught_where_they_can_be_and_nothing_is_claimed_elsewhere() -> None:
    caught, tried, hard = 0, 0, 0
    for name, instrument in SHELF.items():
        groups = items_by_scale(instrument)
        pairs = list(itertools.combinations(groups, 2))
        if not pairs:
            continue
        before, again = samples(instrument, POWER_SEED, 60), samples(instrument, TRIAL_SEED, 20)
        for one, other in pairs:
            swapped = with_items_swapped(instrument, groups[one][0], groups[other][-1])
            if count_verdicts(swapped, before[:8]).rate < 0.8 or count_verdicts(swapped, before).rate < WANTED_POWER:
                hard += 1
                continue
            counts = count_verdicts(swapped, again)
            caught, tried = caught + counts.contradicted, tried + counts.trials
        for scale, verdict in key_verdicts(instrument, before[0]).items():
            question = verdict.question("membership")
            if question is not None:
                assert question.verdict != "contradicts", (name, scale)
                assert (question.verdict == "cannot tell") == (question.power < WANTED_POWER), (name, scale)
    assert tried >= 100
    assert hard >= 30
    assert caught / tried >= 0.95


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
