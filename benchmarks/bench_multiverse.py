"""Multiverses of more than 5,000 specifications on 3,000 respondents: one worker, two, and killed in the middle.

Two of them: the function on a data frame without gaps, and ``[multiverse]`` of a study file with scoring rules, checks
of quality, gaps, and logistic and ordinal models, by permutation and bootstrap. Prints the seconds of each, whether one
worker and two gave the same bytes, and what a killed run had kept. Processor seconds tell more on a busy machine.

Run it with ``python -m benchmarks.bench_multiverse``.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from osa_survey import multiverse
from osa_survey.plan import run_study
from osa_survey.plan.multiverse_step import PARTS
from osa_survey.results import Result

RESPONDENTS, COVARIATES, DRAWS, ITEMS = 3_000, 7, 500, 10
CODEBOOK = """
format = 1
title = "Made up"

[eligibility]
age = "age"

[blocks.scs]
instrument = "scs"
columns = "Q{n}"

[variables.age]
column = "age"
type = "number"
maximum = 99

[variables.use]
column = "use"
type = "number"

[variables.satisfaction]
column = "satisfaction"
type = "ordinal"
labels = { 1 = "very low", 2 = "low", 3 = "middling", 4 = "high", 5 = "very high" }
"""
VARIABLE = """
[variables.covariate_{number}]
column = "covariate_{number}"
type = "number"
"""
STUDY = """
format = 1
title = "Use and compulsivity"
seed = 7

[[data]]
export = "data.csv"

[fieldwork]
sample = "opt-in"

[exclude]
straight_lining = { longest_run = 8, reason = "preregistered" }

[[analyses]]
id = "model"
do = "regress"
outcome = "scs_total"
blocks = [["use", "covariate_0"]]

[multiverse]
analysis = "model"
term = "use"
covariates = ["covariate_1", "covariate_2", "covariate_3", "covariate_4"]
exclude = ["straight_lining"]
models = ["rank", "logistic", "ordinal_logit"]
draws = 500

[multiverse.outcomes]
high = { at_least = 25 }
content = { variable = "satisfaction" }

[multiverse.exclusions]
old = { variable = "age", above = 70 }
young = { variable = "age", below = 21 }

[multiverse.scoring.scs.total]
lenient = { min_answered = 8 }
short = { items = ["scs_01", "scs_02", "scs_03", "scs_05", "scs_08"], min_share = 0.8 }
plain_sum = { score = "sum", min_answered = 8 }
"""
SCRIPT = "import sys; from osa_survey.plan import run_study; run_study(sys.argv[1], only=['multiverse'], workers=2)"


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
    """Return the multiverse of a data frame."""
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


def write_study(folder: Path) -> Path:
    """Write the study into a folder and return it: items with gaps, covariates with gaps."""
    drawn, people = np.random.default_rng(2), answers()
    trait = people["score"].to_numpy()[:, None]
    items = np.clip(np.round(2.3 + 0.7 * trait + drawn.normal(size=(RESPONDENTS, ITEMS))), 1, 4).astype(int)
    columns = {f"Q{place + 1}": items[:, place].astype(str) for place in range(ITEMS)}
    columns |= {name: people[name].round(3).astype(str).to_numpy() for name in people.columns if "covariate" in name}
    for name in [one for one in columns if one != "covariate_0"]:
        columns[name] = np.where(drawn.random(RESPONDENTS) < 0.02, "", columns[name])
    columns |= {"use": people["use"].round(3).astype(str).to_numpy(), "age": people["age"].astype(int).to_numpy()}
    columns["satisfaction"] = np.digitize(trait[:, 0] + drawn.normal(size=RESPONDENTS), [-1.5, -0.5, 0.5, 1.5]) + 1
    folder.mkdir(parents=True, exist_ok=True)
    pd.DataFrame(columns).to_csv(folder / "data.csv", index=False, lineterminator="\n", encoding="utf-8")
    variables = "".join(VARIABLE.format(number=number) for number in range(COVARIATES))
    (folder / "codebook.toml").write_text(CODEBOOK + variables, encoding="utf-8", newline="\n")
    (folder / "study.toml").write_text(STUDY, encoding="utf-8", newline="\n")
    return folder


def same(first: Result, second: Result) -> str:
    """Return in words whether two multiverses are the same."""
    equal = first.engine.equals(second.engine) and first.frame.equals(second.frame)
    return "same bytes" if equal else "DIFFERENT BYTES"


def killed(folder: Path, seconds: float) -> str:
    """Return in words what a run kept that was killed after some seconds."""
    running = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(folder)], env=dict(os.environ), start_new_session=True
    )
    parts, end = folder / PARTS, time.monotonic() + 20 * seconds
    while not list(parts.glob("*.npy")) and time.monotonic() < end:
        time.sleep(0.05)
    time.sleep(seconds)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    return f"killed: {len(list(parts.glob('*.npy')))} units were kept"


def timed(name: str, workers: int, work: Callable[[], Result]) -> Result:
    """Return a multiverse and print its seconds; those of the processor only where this process did all the work."""
    start, processor = time.perf_counter(), time.process_time()
    found = work()
    seconds, own = time.perf_counter() - start, time.process_time() - processor
    told = f" ({own:.1f} s of processor time)" if workers == 1 else ""
    print(f"{name}{len(found.engine):,} specifications, {workers} worker(s): {seconds:.1f} s{told}", flush=True)
    return found


def main() -> None:
    """Run all and compare."""
    people = answers()
    found = [timed("", workers, partial(run, people, workers)) for workers in (1, 2)]
    print(same(*found), flush=True)
    with tempfile.TemporaryDirectory() as place:
        folder = write_study(Path(place) / "study")

        def study(workers: int) -> Result:
            return run_study(folder, only=["multiverse"], workers=workers).multiverse[0]

        start = time.perf_counter()
        found = [timed("[multiverse] ", workers, partial(study, workers)) for workers in (1, 2)]
        seconds = (time.perf_counter() - start) / 2
        print(same(*found), flush=True)
        if os.name != "nt":
            print(killed(folder, seconds / 3), flush=True)
            print("resumed", same(found[0], timed("resumed: ", 2, partial(study, 2))))


if __name__ == "__main__":
    main()
