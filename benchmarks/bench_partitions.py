"""Partitioned Parquet scored on a local Dask cluster: seconds, and the highest memory of every worker process (Linux).

Each worker may take 1 GiB; Dask would restart one that takes more. A tenth of 10 million respondents by default;
``OSA_SURVEY_BENCH_PARTITIONED=10000000`` runs all of them (about 1 GiB of temporary files, a minute or two). Run it
with ``make bench``.
"""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from measuring import MEBIBYTE, PeakMemory

from osa_survey.codebooks import Codebook
from osa_survey.instruments import Instrument, load_library
from osa_survey.scoring import local_cluster, score_partitions

RESPONDENTS = int(os.environ.get("OSA_SURVEY_BENCH_PARTITIONED", "1000000"))
IN_A_PARTITION = 200_000
WORKERS = 2
MOST_MEMORY = "1GiB"
MOST_MEBIBYTES = 1024.0
INSTRUMENTS = ("scs", "ppcs6", "gad7", "phq9")
SEED = 4


def write_partition(path: Path, number: int, respondents: int, instruments: list[Instrument]) -> None:
    """Write ages, some of them missing, and items that share a trait, with 3 % gaps."""
    generator = np.random.default_rng(np.random.SeedSequence(SEED, spawn_key=(number,)))
    age = generator.integers(18, 90, respondents).astype(np.int16)
    columns = {"age": pa.array(age, mask=generator.random(respondents) < 0.01)}
    for instrument in instruments:
        signs = dict(pair for scale in instrument.scales for pair in zip(scale.item_ids, scale.signs, strict=True))
        trait = generator.standard_normal(respondents, dtype=np.float32)
        for position, item in enumerate(instrument.items, start=1):
            options = np.array(instrument.options_of(item.id).codes).astype(np.int16)
            latent = signs.get(item.id, 1) * trait + generator.standard_normal(respondents, dtype=np.float32)
            place = np.clip(np.round((latent + 2.5) / 5 * (len(options) - 1)), 0, len(options) - 1).astype(np.intp)
            gaps = generator.random(respondents, dtype=np.float32) < 0.03
            columns[f"{instrument.id}_{position}"] = pa.array(options[place], mask=gaps)
    pq.write_table(pa.table(columns), path)


def codebook() -> Codebook:
    """Return what each column holds."""
    return Codebook.model_validate(
        {
            "format": 1,
            "title": "Benchmark",
            "eligibility": {"age": "age"},
            "variables": {"age": {"column": "age", "type": "number"}},
            "blocks": {name: {"instrument": name, "columns": f"{name}_{{n}}"} for name in INSTRUMENTS},
        }
    )


def highest_memory() -> float:
    """Return the highest memory this process ever had, in MiB."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def main() -> None:
    """Run the benchmark and print its table."""
    library = load_library()
    instruments = [library.instruments[name] for name in INSTRUMENTS]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, "answers")
        folder.mkdir()
        for number, start in enumerate(range(0, RESPONDENTS, IN_A_PARTITION)):
            respondents = min(IN_A_PARTITION, RESPONDENTS - start)
            write_partition(folder / f"part-{number:04d}.parquet", number, respondents, instruments)
        size = sum(file.stat().st_size for file in folder.iterdir()) / MEBIBYTE
        with local_cluster(WORKERS, memory=MOST_MEMORY) as client:
            client.run(highest_memory)
            with PeakMemory() as here:
                start_time = time.perf_counter()
                scores = score_partitions(folder, codebook(), Path(place, "scores"), client=client)
                seconds = time.perf_counter() - start_time
            workers = client.run(highest_memory)
    columns = sum(len(instrument.items) for instrument in instruments) + 1
    print(
        f"{RESPONDENTS:,} respondents in {len(scores.sources)} partitions of {columns} columns ({size:.0f} MiB), "
        f"{len(scores.log)} scales, {WORKERS} workers"
    )
    print(f"read, admitted, scored, keys judged, written: {seconds:.1f} s, {RESPONDENTS / seconds:,.0f} respondents/s")
    print(
        f"adults {len(scores):,}; {scores.note}: {', '.join(sorted({str(v.verdict) for v in scores.keying.values()}))}"
    )
    for number, memory in enumerate(workers.values(), start=1):
        print(f"worker {number}: highest memory {memory:.0f} MiB")
    print(f"this process: {here.grown:.0f} MiB over its start")
    print(f"every worker under {MOST_MEMORY}: {'met' if max(workers.values()) < MOST_MEBIBYTES else 'NOT met'}")


if __name__ == "__main__":
    main()
