"""The main job at size: 100,000 respondents with 20 ten-item scales, beside pandas.read_csv in the same run.

Prints seconds (medians), ratios, and peak memory over the start of each step in multiples of the frame of answers.
Ratios count, not seconds. Run it with ``make bench``.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from measuring import MEBIBYTE, timed

from osa_survey.codebooks import Codebook
from osa_survey.dataset import admit
from osa_survey.ingest import read_export
from osa_survey.instruments import Instrument, Library
from osa_survey.scoring import score

RESPONDENTS = 100_000
SCALES = 20
ITEMS = 10
SEED = 1
MOST_TIMES_READ_CSV = 3.0
MOST_FRAMES = 4.0
MOST_HELP_SECONDS = 1.0


def made_up_instrument() -> Instrument:
    """Return a ten-item instrument from 1 to 5 with every other item reversed."""
    ids = [f"bench_{n:02d}" for n in range(1, ITEMS + 1)]
    return Instrument.model_validate(
        {
            "format": 1,
            "id": "bench",
            "version": 1,
            "title": "Made-up scale",
            "short_title": "Made up",
            "construct": "nothing",
            "citation": {"text": "Made up for this benchmark."},
            "verified": "seen",
            "verification_note": "made up",
            "response_options": {"agree": {"codes": [1, 2, 3, 4, 5]}},
            "items": [{"id": name, "tag": "made up item", "options": "agree"} for name in ids],
            "scales": [
                {
                    "id": "total",
                    "title": "total",
                    "items": [name if n % 2 else f"-{name}" for n, name in enumerate(ids)],
                    "score": "mean",
                    "range": [1, 5],
                    "higher_means": "more",
                    "missing": {"min_answered": 8, "basis": "convention"},
                }
            ],
            "licence": {"status": "made up", "wording_redistributable": "yes", "verified": "seen"},
        }
    )


def write_answers(path: Path) -> None:
    """Write correlated answers with 3 % gaps."""
    generator = np.random.default_rng(SEED)
    columns: dict[str, np.ndarray] = {"age": generator.integers(18, 80, RESPONDENTS).astype(str)}
    for scale in range(SCALES):
        trait = generator.normal(size=(RESPONDENTS, 1))
        latent = 0.7 * trait + 0.7 * generator.normal(size=(RESPONDENTS, ITEMS))
        latent[:, 0::2] *= -1
        answers = np.clip(np.round(latent * 1.2 + 3), 1, 5).astype(int).astype(str)
        answers[generator.random(answers.shape) < 0.03] = ""
        for item in range(ITEMS):
            columns[f"s{scale}_{item + 1}"] = answers[:, item]
    pd.DataFrame(columns).to_csv(path, index=False)


def main() -> None:
    """Run the benchmark and print its table."""
    instrument = made_up_instrument()
    library = Library({"bench": instrument}, {}, {})
    codebook = Codebook.model_validate(
        {
            "format": 1,
            "title": "Benchmark",
            "eligibility": {"age": "age"},
            "variables": {"age": {"column": "age", "type": "number"}},
            "blocks": {f"s{n}": {"instrument": "bench", "columns": f"s{n}_{{n}}"} for n in range(SCALES)},
        }
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answers.csv"
        write_answers(path)
        peer, _, frame = timed(lambda: pd.read_csv(path))
        del frame
        read, read_memory, export = timed(lambda: read_export(path))
        admitted, admit_memory, responses = timed(lambda: admit(export, codebook, library))
        size = (responses.codes.memory_usage().sum() + responses.reasons.memory_usage().sum()) / MEBIBYTE
        scored, score_memory, _ = timed(lambda: score(responses))
        start = time.perf_counter()
        subprocess.run([sys.executable, "-m", "osa_survey", "--help"], check=True, capture_output=True)
        help_seconds = time.perf_counter() - start
    print(f"{RESPONDENTS:,} respondents, {SCALES} scales of {ITEMS} items; answers in memory {size:.0f} MiB")
    print(f"{'step':<24}{'seconds':>9}{'x read_csv':>12}{'peak, frames':>14}")
    for name, seconds, memory in (
        ("pandas.read_csv", peer, float("nan")),
        ("read_export", read, read_memory),
        ("admit", admitted, admit_memory),
        ("score, with keying", scored, score_memory),
    ):
        print(f"{name:<24}{seconds:>9.2f}{seconds / peer:>12.2f}{memory / size:>14.2f}")
    print(f"osa-survey --help: {help_seconds:.2f} s")
    met = scored / peer < MOST_TIMES_READ_CSV and score_memory / size < MOST_FRAMES and help_seconds < MOST_HELP_SECONDS
    print(
        f"score under {MOST_TIMES_READ_CSV:g} x read_csv, under {MOST_FRAMES:g} frames, help under "
        f"{MOST_HELP_SECONDS:g} s: {'met' if met else 'NOT met'}"
    )


if __name__ == "__main__":
    main()
