"""What the keying check catches and where it cries wolf: planted mistakes in every shipped key, and real answers.

Answers are simulated from the definitions: loadings or alpha of their evidence, else loadings of .60, subscales
correlated .30, answers cut by evenly spread thresholds. "Caught" and "alarm" mean that the verdict is *contradicts*;
*doubtful* is counted apart. A swap of two items counts as caught only if one of the two is named. Run it with
``python benchmarks/bench_keying.py [samples]``; real files need OSA_SURVEY_SHARED.
"""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from osa_survey.instruments import Instrument, Scale, load_library
from osa_survey.scoring.expected_correlations import WANTED_POWER, home_scales
from osa_survey.simulation.key_mutations import (
    contract_breaches,
    with_codes_shifted,
    with_item_turned,
    with_items_swapped,
)
from osa_survey.simulation.key_trials import count_verdicts, key_verdicts, simulate_answers
from osa_survey.simulation.swap_trials import item_pairs, swap_trials

SEED = 2026
SAMPLES = 100
N = 200
SIZES = (50, 100, 200, 500, 1000)
WANTED_CAUGHT = 0.95
MOST_ALARMS = 0.01
MORE = 4
"""Where the power is near .95 it is told from this many times more samples, so that the border is not left to luck."""
NEAR = 0.90


def samples(instrument: Instrument, n: int, number: int, seed: Sequence[int], **how: float) -> list[np.ndarray]:
    """Return simulated answers, one array for each sample; the same seed gives the same answers."""
    streams = np.random.SeedSequence([SEED, *seed]).spawn(number)
    return [simulate_answers(instrument, n, np.random.default_rng(stream), **how) for stream in streams]


def items_by_scale(instrument: Instrument) -> dict[str, list[str]]:
    """Return the items of each scale that they belong to: subscales, not totals over them."""
    found: dict[str, list[str]] = {}
    for item, scale in home_scales(instrument).items():
        found.setdefault(scale.id, []).append(item)
    return found


def turned(instrument: Instrument, items: Sequence[str], answers: list[np.ndarray]) -> float:
    """Return how often a turned item is caught; the items take turns, one for each sample."""
    turns = zip(itertools.cycle(items), answers, strict=False)
    return float(np.mean([count_verdicts(with_item_turned(instrument, item), [one]).rate for item, one in turns]))


def power(trial: Callable[[list[np.ndarray]], float], answers: list[np.ndarray], first: int) -> float:
    """Return how often a mistake is caught; where that is near .95, by all samples and not only by the first ones."""
    rate = trial(answers[:first])
    return trial(answers) if NEAR <= rate < 1 else rate


def literal_alarms(instrument: Instrument, answers: list[np.ndarray]) -> float:
    """Return how often some item correlates more with the sum of another scale than with the rest of its own."""
    position = {item.id: column for column, item in enumerate(instrument.items)}
    groups = {name: [position[item] for item in items] for name, items in items_by_scale(instrument).items()}
    alarms = 0
    for one in answers:
        r = np.corrcoef(one, rowvar=False)
        worst = 1.0
        for name, items in groups.items():
            for item in items:
                rest = [other for other in items if other != item]
                own = abs(_with_sum(r, item, rest))
                worst = min(
                    worst, *(own - abs(_with_sum(r, item, theirs)) for key, theirs in groups.items() if key != name)
                )
        alarms += worst < 0
    return alarms / len(answers)


def _with_sum(r: np.ndarray, item: int, others: list[int]) -> float:
    return float(r[item, others].sum() / np.sqrt(r[np.ix_(others, others)].sum()))


def drops_caught(instrument: Instrument) -> tuple[int, int]:
    """Return how many of all dropped items with the old divisor break the contract of the definition."""
    broken = tried = 0
    for scale in instrument.scales:
        for gone in range(len(scale.items)):

            def wrong(values: np.ndarray, gone: int = gone, scale: Scale = scale) -> np.ndarray:
                divisor = values.shape[1] if scale.score == "mean" else 1
                return scale.times * np.delete(values, gone, axis=1).sum(axis=1) / divisor

            broken, tried = broken + bool(contract_breaches(instrument, scale.id, wrong)), tried + 1
    return broken, tried


def every_definition(number: int) -> bool:
    """Print what is caught in each definition at n = 200; return whether the targets are met."""
    print(f"\nEvery shipped definition, n = {N}, {number} samples for each rate; power and rate from different samples")
    heads = ("turned: power", "rate", "swapped: power", "rate", "shift", "drop", "alarms", "doubtful")
    print(f"{'definition':<22}" + "".join(f"{head:>{max(len(head) + 2, 7)}}" for head in heads))
    hits = {"turned": [0.0, 0], "swapped": [0.0, 0]}
    hard = {"turned": 0, "swapped": 0}
    missed = {"turned": 0.0, "swapped": 0.0}
    alarms = doubts = trials = shifts = shifted = dropped = drops = 0
    for index, (name, instrument) in enumerate(load_library().instruments.items()):
        if not any(scale.items for scale in instrument.scales):
            continue
        again = samples(instrument, N, number, (2, index))
        before = samples(instrument, N, number * (1 + MORE), (1, index))
        right = count_verdicts(instrument, again)
        alarms, doubts, trials = alarms + right.contradicted, doubts + right.doubted, trials + right.trials
        groups = items_by_scale(instrument)
        rates: dict[str, list[tuple[float, float]]] = {"turned": [], "swapped": []}
        for items in groups.values():
            trial = partial(turned, instrument, items)
            rates["turned"].append((power(trial, before, number), trial(again)))
        swaps = list(item_pairs(instrument))
        told = swap_trials(instrument, before, swaps), swap_trials(instrument, again, swaps)
        rates["swapped"] = [(first.rate, then.rate) for first, then in zip(*told, strict=True)] if swaps else []
        for kind, pairs in rates.items():
            for could, rate in pairs:
                if could >= WANTED_POWER:
                    hits[kind] = [hits[kind][0] + rate, hits[kind][1] + 1]
                else:
                    missed[kind], hard[kind] = missed[kind] + rate, hard[kind] + 1
        by = [count_verdicts(with_codes_shifted(instrument, step), again[:10]) for step in (1, -1)]
        shifts, shifted = shifts + sum(c.contradicted for c in by), shifted + sum(c.trials for c in by)
        broke, of = drops_caught(instrument)
        dropped, drops = dropped + broke, drops + of
        lowest = [_lowest(rates[kind], which) for kind in rates for which in (0, 1)]
        cells = [*lowest, f"{by[0].rate:.2f}", f"{broke / of:.2f}", f"{right.rate:.3f}"]
        cells.append(f"{right.doubted / right.trials:.3f}")
        row = "".join(f"{cell:>{max(len(head) + 2, 7)}}" for cell, head in zip(cells, heads, strict=True))
        print(f"{name:<22}{row}", flush=True)
    print("(power and rate: the lowest of the scales, or of all pairs of items of different scales, of the definition)")
    met = shifts == shifted and dropped == drops and alarms / trials < MOST_ALARMS
    for kind, (total, count) in hits.items():
        rate = total / count if count else float("nan")
        met &= rate >= WANTED_CAUGHT
        what = "scales" if kind == "turned" else "pairs of items"
        where = f"where power is {WANTED_POWER} or more ({count} {what})"
        rest = missed[kind] / hard[kind] if hard[kind] else float("nan")
        print(f"{kind}: caught {rate:.4f} {where}; elsewhere {rest:.4f} ({hard[kind]} {what})")
    print(f"shifted codes caught {shifts} of {shifted}; dropped items caught {dropped} of {drops}")
    print(f"right keys: alarms {alarms} of {trials} ({alarms / trials:.4f}), doubtful {doubts} ({doubts / trials:.4f})")
    return met


def _lowest(pairs: list[tuple[float, float]], which: int) -> str:
    return f"{min(pair[which] for pair in pairs):.2f}" if pairs else "-"


def by_size(number: int) -> None:
    """Print detection by n, flipped items and loading for a ten-item scale with four answers."""
    instrument = load_library().instrument("rses")
    names = [item.id for item in instrument.items]
    print(f"\nTen items, four answers ({instrument.id}), {number} samples: contradicted (and doubtful)")
    heads = ("right key", "1 turned", "2 turned", "3 turned", "5 turned")
    print(f"{'n':>6}{'loading':>9}" + "".join(f"{text:>14}" for text in heads) + f"{'cannot tell':>13}")
    for n, loading in itertools.product(SIZES, (0.4, 0.5, 0.6, 0.7)):
        answers = samples(instrument, n, number, (3, n, round(100 * loading)), loading=loading)
        cells = []
        for wrong in (0, 1, 2, 3, 5):
            counts = count_verdicts(with_item_turned(instrument, *names[:wrong]), answers)
            cells.append(f"{counts.rate:.2f} ({counts.doubted / counts.trials:.2f})")
        unsure = np.mean([key_verdicts(instrument, one)["total"].verdict == "cannot tell" for one in answers])
        print(f"{n:>6}{loading:>9.2f}" + "".join(f"{cell:>14}" for cell in cells) + f"{unsure:>13.2f}", flush=True)
    print("(cannot tell: with the right key)")


def swaps_by_size(number: int) -> None:
    """Print detection of two swapped items by n and correlation of the scales, beside the rule taken literally."""
    instrument = load_library().instrument("dass21")
    one, other, *_ = items_by_scale(instrument).values()
    print(f"\nThree scales of seven items, four answers ({instrument.id}), loadings .60, {number} samples")
    print(f"{'n':>6}{'scales r':>10}{'2 swapped':>11}{'right key':>11}{'told agrees':>13}{'literal rule alarms':>21}")
    for n, between in itertools.product(SIZES, (0.3, 0.5, 0.7, 0.9)):
        answers = samples(instrument, n, number, (4, n, round(100 * between)), scale_correlation=between)
        wrong = count_verdicts(with_items_swapped(instrument, one[0], other[0]), answers).rate
        told = [key_verdicts(instrument, sample) for sample in answers]
        questions = [[verdict.question("membership") for verdict in sample.values()] for sample in told]
        right = np.mean([any(q is not None and q.verdict == "contradicts" for q in sample) for sample in questions])
        agrees = np.mean([all(q is not None and q.verdict == "agrees" for q in sample) for sample in questions])
        literal = literal_alarms(instrument, answers)
        print(f"{n:>6}{between:>10.2f}{wrong:>11.2f}{right:>11.3f}{agrees:>13.2f}{literal:>21.2f}", flush=True)


def skewed_answers(number: int) -> bool:
    """Print false alarms where most people stand near the lowest answer; return whether they are rare."""
    alarms = doubts = trials = 0
    for index, instrument in enumerate(load_library().instruments.values()):
        if any(scale.items for scale in instrument.scales):
            counts = count_verdicts(instrument, samples(instrument, N, max(number // 4, 1), (5, index), level=-1.5))
            alarms, doubts, trials = alarms + counts.contradicted, doubts + counts.doubted, trials + counts.trials
    print(f"\nRight keys, skewed answers (level -1.5 SD), n = {N}: alarms {alarms} of {trials}, doubtful {doubts}")
    return alarms / trials < MOST_ALARMS


def real_answers() -> bool:
    """Print the verdicts on the real files that hold a shipped instrument; return whether no key is contradicted."""
    folder = Path(os.environ.get("OSA_SURVEY_SHARED", Path(__file__).resolve().parents[2] / "shared")) / "data"
    if not folder.is_dir():
        print("\nReal answers: the shared data are not here")
        return True
    compulsivity = pd.read_csv(folder / "scs" / "data.csv")
    couples = pd.read_csv(folder / "dres_couples" / "DRES.csv")
    blocks = {"scs": ("scs", compulsivity.loc[compulsivity["age"].between(18, 99), [f"Q{n}" for n in range(1, 11)]])}
    for partner in (1, 2):
        blocks[f"dres_couples, partner {partner}"] = (
            "gmsex",
            couples[[f"sexsat{n}.{partner}" for n in range(1, 6)]],
        )
    print("\nReal answers")
    alarms = 0
    for name, (identifier, frame) in blocks.items():
        instrument = load_library().instrument(identifier)
        answers = frame.where(frame != 0).to_numpy(dtype=np.float64)
        told = key_verdicts(instrument, answers)
        found = [
            any(
                v.verdict == "contradicts"
                for v in key_verdicts(with_item_turned(instrument, item.id), answers).values()
            )
            for item in instrument.items
        ]
        alarms += sum(verdict.verdict == "contradicts" for verdict in told.values())
        words = ", ".join(f"{scale} {verdict.verdict} (n = {verdict.n})" for scale, verdict in told.items())
        print(f"{name}: {words}; each item turned: caught {sum(found)} of {len(found)}")
    complete = blocks["scs"][1].loc[lambda rows: (rows > 0).all(axis=1)].to_numpy(dtype=np.float64)
    generator = np.random.default_rng(SEED)
    parts = [complete[generator.choice(len(complete), N, replace=False)] for _ in range(10 * SAMPLES)]
    counts = count_verdicts(load_library().instrument("scs"), parts)
    print(f"scs, {counts.trials} parts of {N}: alarms {counts.contradicted}, doubtful {counts.doubted}")
    return alarms == 0 and counts.rate < MOST_ALARMS


def main() -> None:
    """Run the benchmark and print its tables."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else SAMPLES
    print(f"seed {SEED}, {number} samples; contract test: dropped item with the old divisor")
    met = [every_definition(number), skewed_answers(number), real_answers()]
    by_size(number)
    swaps_by_size(number)
    print(
        f"\ncaught {WANTED_CAUGHT} or more where detectable, alarms under {MOST_ALARMS}, none on whole real files: "
        f"{'met' if all(met) else 'NOT met'}"
    )


if __name__ == "__main__":
    main()
