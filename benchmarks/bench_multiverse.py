"""A multiverse of more than 5,000 specifications on 3,000 respondents, with one worker and with two.

Prints the seconds of each and whether both gave the same bytes. Run it with ``python -m benchmarks.bench_multiverse``.
"""

from __future__ import annotations

import time

import numpy as np
import pandas as pd

from osa_survey import multiverse
from osa_survey.results import Result

RESPONDENTS, COVARIATES, DRAWS = 3_000, 7, 500


def answers() -> pd.DataFrame:
    """Return made-up answers of adults."""
    drawn = np.random.default_rng(1)
    people = pd.DataFrame(
        drawn.normal(size=(RESPONDENTS, COVARIATES)), columns=[f"covariate_{place}" for place in range(COVARIATES)]
    )
    people["use"] = drawn.normal(size=RESPONDENTS) + 0.3 * people["covariate_0"]
    people["score"] = 0.1 * people["use"] + 0.3 * people["covariate_0"] + drawn.normal(size=RESPONDENTS)
    people["age"] = drawn.integers(18, 80, RESPONDENTS).astype(float)
    people["minutes"] = drawn.gamma(5, 4, RESPONDENTS)
    return people


def run(people: pd.DataFrame, workers: int) -> Result:
    """Return the multiverse."""
    return multiverse(
        people,
        {"score": {}, "high": {"variable": "score", "at_least": 0.5}},
        ["use"],
        covariates=[name for name in people.columns if name.startswith("covariate")],
        exclusions={
            "old": {"variable": "age", "above": 70},
            "young": {"variable": "age", "below": 21},
            "fast": {"variable": "minutes", "below": 6},
        },
        models=["linear", "rank", "logistic"],
        preregistered={"covariates": ["covariate_0"]},
        draws=DRAWS,
        workers=workers,
    )


def main() -> None:
    """Run both and compare."""
    people, found = answers(), []
    for workers in (1, 2):
        start = time.perf_counter()
        found.append(run(people, workers))
        seconds = time.perf_counter() - start
        used = f"{time.process_time():.1f} s of processor time so far in this process"
        print(f"{len(found[-1].engine):,} specifications, {workers} worker(s): {seconds:.1f} s; {used}", flush=True)
    same = found[0].engine.equals(found[1].engine) and found[0].table.equals(found[1].table)
    print("same bytes" if same else "DIFFERENT BYTES")


if __name__ == "__main__":
    main()
