"""A large Qualtrics export, 82,243 records of 500 columns, beside plain pandas.read_csv in the same run.

Prints for every step the seconds, the peak of memory over the start of the step, and both as multiples of
``pandas.read_csv(path, skiprows=[1, 2])``. Each step's memory is measured in a process of its own, so that nothing of
an earlier step is reused. Ratios count, not seconds. Run it with ``make bench``.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from bench_main_job import made_up_instrument
from measuring import timed

from osa_survey.codebooks import Codebook
from osa_survey.dataset import admit
from osa_survey.ingest import read_export
from osa_survey.instruments import Library
from osa_survey.scoring import score

RECORDS = 82_243
COLUMNS = 500
SCALES, ITEMS = 47, 10
SEED = 2
ROWS_AT_ONCE = 5_000
MOST_TIMES_READ_CSV = 3.0
STEPS = ("pandas.read_csv", "read_export", "admit", "score, with keying", "all three")
PARADATA = ("StartDate", "EndDate", "Status", "Progress", "Duration (in seconds)", "Finished", "RecordedDate")
PARADATA += ("ResponseId", "DistributionChannel", "UserLanguage")


def column_names() -> list[str]:
    """Return the 500 names: paradata, age, text entries, embedded data, and items of 47 scales."""
    items = [f"s{scale}_{item}" for scale in range(SCALES) for item in range(1, ITEMS + 1)]
    names = [*PARADATA, "age", *items]
    texts = [f"other_{number}_TEXT" for number in range(1, COLUMNS - len(names) + 1)]
    return [*names, *texts]


def write_export(path: Path) -> None:
    """Write codes with 5 % gaps, and a few text entries with commas, quotes and line breaks in quotes."""
    generator = np.random.default_rng(SEED)
    names = column_names()
    words = np.array(["", "", "", "", "", "", "", "plain words", "one, two", 'said "no"', "two\nlines", "Übung"])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        writer.writerow([f"How much does this hold, in the last month: {name}?" for name in names])
        writer.writerow([json.dumps({"ImportId": f"QID{number}"}) for number in range(COLUMNS)])
        for start in range(0, RECORDS, ROWS_AT_ONCE):
            records = min(ROWS_AT_ONCE, RECORDS - start)
            identifiers = [f"R_{start + number:015d}" for number in range(records)]
            fixed: list[list[str]] = [
                ["2024-03-01 10:00:00"] * records,
                ["2024-03-01 10:21:07"] * records,
                ["0"] * records,
                ["100"] * records,
                generator.integers(300, 4000, records).astype(str).tolist(),
                ["1"] * records,
                ["2024-03-01 10:21:08"] * records,
                identifiers,
                ["anonymous"] * records,
                generator.choice(["EN", "DE", "HU"], records).tolist(),
                generator.integers(18, 80, records).astype(str).tolist(),
            ]
            trait = generator.normal(size=(records, SCALES, 1))
            latent = 0.7 * trait + 0.7 * generator.normal(size=(records, SCALES, ITEMS))
            latent[:, :, 0::2] *= -1
            answers = np.clip(np.round(latent * 1.2 + 3), 1, 5).astype(int).astype(str).reshape(records, -1)
            answers[generator.random(answers.shape) < 0.05] = ""
            texts = words[generator.integers(0, len(words), (records, COLUMNS - len(fixed) - SCALES * ITEMS))]
            writer.writerows(np.hstack([np.array(fixed).T, answers, texts]).tolist())


def codebook() -> Codebook:
    """Return what each column holds."""
    return Codebook.model_validate(
        {
            "format": 1,
            "title": "Benchmark",
            "eligibility": {"age": "age"},
            "variables": {"age": {"column": "age", "type": "number"}},
            "blocks": {f"s{n}": {"instrument": "bench", "columns": f"s{n}_{{n}}"} for n in range(SCALES)},
        }
    )


def measure(step: str, path: Path) -> tuple[float, float]:
    """Return the seconds and MiB of one step, what comes before it not counted."""
    library = Library({"bench": made_up_instrument()}, {}, {})
    work: Callable[[], object]
    if step == STEPS[0]:
        work = lambda: pd.read_csv(path, skiprows=[1, 2])  # noqa: E731
    elif step == STEPS[1]:
        work = lambda: read_export(path)  # noqa: E731
    elif step == STEPS[4]:
        work = lambda: score(admit(read_export(path), codebook(), library))  # noqa: E731
    else:
        export = read_export(path)
        if step == STEPS[2]:
            work = lambda: admit(export, codebook(), library)  # noqa: E731
        else:
            responses = admit(export, codebook(), library)
            del export
            work = lambda: score(responses)  # noqa: E731
    seconds, memory, _ = timed(work)
    return seconds, memory


def measured_apart(step: str, path: Path) -> tuple[float, float]:
    """Return ``measure`` from a process of its own."""
    command = [sys.executable, __file__, step, str(path)]
    output = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8").stdout
    seconds, memory = json.loads(output)
    return seconds, memory


def main() -> None:
    """Run the benchmark and print its table."""
    if len(sys.argv) == 3:
        print(json.dumps(measure(sys.argv[1], Path(sys.argv[2]))))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "export.csv")
        write_export(path)
        size = path.stat().st_size / (1 << 20)
        figures = {step: measured_apart(step, path) for step in STEPS}
    peer, peer_memory = figures[STEPS[0]]
    print(f"Qualtrics CSV, {RECORDS:,} records of {COLUMNS} columns, {size:.0f} MiB")
    print(f"{'step':<24}{'seconds':>9}{'x read_csv':>12}{'peak, MiB':>12}{'x read_csv':>12}")
    for step, (seconds, memory) in figures.items():
        print(f"{step:<24}{seconds:>9.2f}{seconds / peer:>12.2f}{memory:>12.0f}{memory / peer_memory:>12.2f}")
    steps = [figures[step] for step in STEPS[1:4]]
    met = max(max(seconds / peer, memory / peer_memory) for seconds, memory in steps) < MOST_TIMES_READ_CSV
    print(f"every step under {MOST_TIMES_READ_CSV:g} x time and memory of read_csv: {'met' if met else 'NOT met'}")


if __name__ == "__main__":
    main()
