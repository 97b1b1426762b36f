"""Scoring the whole shelf: every instrument with a key, 82,243 respondents, in one call, beside plain pandas.

The peer scores by the same rules (reversal by the declared options, ``min_answered``, proration, sum, mean and count)
and does nothing else. Ours also judges every key, logs how each scale was scored, and gives every missing score a
reason. Both take the same answers in memory and run in turn, in the same process. Ratios count, not seconds.
``OSA_SURVEY_BENCH_RESPONDENTS`` sets another number of respondents. Run it with ``make bench``.
"""

from __future__ import annotations

import os
import statistics

import numpy as np
import pandas as pd
from measuring import MEBIBYTE, timed

from osa_survey.codebooks import Codebook
from osa_survey.dataset import Responses
from osa_survey.instruments import Instrument, load_library
from osa_survey.instruments.model import item_id
from osa_survey.instruments.reasons import REASON_CODES
from osa_survey.scoring import score

RESPONDENTS = int(os.environ.get("OSA_SURVEY_BENCH_RESPONDENTS", "82243"))
REPEATS = 3
GAPS = 0.05
SEED = 3
TOLERANCE = 1e-9
"""Largest difference of a score from that of pandas, which adds in another order."""


def scored_instruments() -> dict[str, Instrument]:
    """Return every shipped instrument that has a key."""
    return {name: found for name, found in load_library().instruments.items() if found.scales}


def made_up_responses(instruments: dict[str, Instrument]) -> Responses:
    """Return answers in which the items of an instrument share a trait, with gaps of two kinds."""
    generator = np.random.default_rng(SEED)
    codes: dict[str, np.ndarray] = {}
    reasons: dict[str, np.ndarray] = {}
    for instrument in instruments.values():
        signs = {
            item: sign for scale in instrument.scales for item, sign in zip(scale.item_ids, scale.signs, strict=True)
        }
        trait = generator.normal(size=RESPONDENTS)
        for number, item in enumerate(instrument.items, start=1):
            options = np.array(instrument.options_of(item.id).codes, dtype=np.float32)
            latent = signs.get(item.id, 1) * 0.7 * trait + 0.7 * generator.normal(size=RESPONDENTS)
            position = np.clip(np.round((latent + 2) / 4 * (len(options) - 1)), 0, len(options) - 1).astype(int)
            why = np.zeros(RESPONDENTS, dtype=np.uint8)
            gaps = generator.random(RESPONDENTS)
            why[gaps < GAPS] = REASON_CODES["not_answered"]
            why[gaps < GAPS / 5] = REASON_CODES["refused"]
            name = item_id(instrument.id, number)
            codes[name] = np.where(why > 0, np.float32(np.nan), options[position])
            reasons[name] = why
    book = {
        "format": 1,
        "title": "Benchmark",
        "eligibility": {"attested": {"how": "made up", "by": "this benchmark", "documented": "here"}},
        "blocks": {name: {"instrument": name, "columns": f"{name}_{{n}}"} for name in instruments},
    }
    return Responses(
        codes=pd.DataFrame(codes),
        reasons=pd.DataFrame(reasons),
        rows=np.arange(1, RESPONDENTS + 1),
        codebook=Codebook.model_validate(book),
        instruments=instruments,
        variables={},
        restricted=pd.DataFrame(index=range(RESPONDENTS)),
        history=(),
        n_records=RESPONDENTS,
    )


def plain_pandas(frame: pd.DataFrame, instruments: dict[str, Instrument]) -> pd.DataFrame:
    """Return the scores as a careful researcher would compute them with pandas, and nothing else."""
    scores: dict[str, pd.Series] = {}
    for instrument in instruments.values():
        position = {item.id: number for number, item in enumerate(instrument.items, start=1)}
        for scale in instrument.scales:
            rule = scale.model_dump()
            name, parts, times = f"{instrument.id}_{scale.id}", rule.get("of"), rule.get("times", 1.0)
            if parts:
                of = pd.DataFrame({part: scores[f"{instrument.id}_{part}"] for part in parts})
                scores[name] = times * (of.mean if scale.score == "mean" else of.sum)(axis=1, skipna=False)
                continue
            names = [item_id(instrument.id, position[item]) for item in scale.item_ids]
            items = frame[names].astype("float64")
            for column, item, sign in zip(names, scale.item_ids, scale.signs, strict=True):
                if sign < 0:
                    options = instrument.options_of(item)
                    items[column] = options.low + options.high - items[column]
            answered = items.notna().sum(axis=1)
            if scale.score == "count":
                total = items.isin(scale.counted).sum(axis=1).astype("float64")
            elif scale.score == "mean":
                total = items.mean(axis=1)
            else:
                total = items.mean(axis=1) * len(names)
            scores[name] = times * total.where(answered >= scale.missing.min_answered)
    return pd.DataFrame(scores)


def main() -> None:
    """Run both in turn and print the table."""
    instruments = scored_instruments()
    responses = made_up_responses(instruments)
    size = (responses.codes.memory_usage().sum() + responses.reasons.memory_usage().sum()) / MEBIBYTE
    scales = sum(len(instrument.scales) for instrument in instruments.values())
    runs: dict[str, list[tuple[float, float]]] = {"plain pandas": [], "score, all checks": []}
    for _ in range(REPEATS):
        seconds, memory, plain = timed(lambda: plain_pandas(responses.codes, instruments), repeats=1)
        runs["plain pandas"].append((seconds, memory))
        seconds, memory, scored = timed(lambda: score(responses), repeats=1)
        runs["score, all checks"].append((seconds, memory))
    pd.testing.assert_frame_equal(scored.frame[plain.columns], plain, rtol=0, atol=TOLERANCE, check_dtype=False)
    medians = {name: statistics.median(seconds for seconds, _ in of) for name, of in runs.items()}
    peer = medians["plain pandas"]
    print(
        f"The shelf: {len(instruments)} instruments, {scales} scales, {len(responses.codes.columns)} items, "
        f"{RESPONDENTS:,} respondents; answers in memory {size:.0f} MiB; the same scores"
    )
    print(f"{'implementation':<24}{'seconds':>9}{'x pandas':>10}{'peak, MiB':>12}")
    for name, of in runs.items():
        print(f"{name:<24}{medians[name]:>9.2f}{medians[name] / peer:>10.2f}{max(grown for _, grown in of):>12.0f}")
    met = medians["score, all checks"] <= peer
    print(f"at least as fast as plain pandas, with keying evidence, log and reasons: {'met' if met else 'NOT met'}")


if __name__ == "__main__":
    main()
