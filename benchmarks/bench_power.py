"""1,000 simulated studies of 500 people through the whole plan, beside a loop written by hand for this one study.

Both draw ten items, leave out who gives the same answer throughout, score, and fit a linear and a logistic regression
with statsmodels (the loop) or the program's own likelihoods (the plan, which also reads ages, reasons of gaps and
duplicates as it would in a file). Seconds are those of the processor; ratios count. Run it with ``make bench``.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import statsmodels.api as sm

from osa_survey.plan import load_study, power
from osa_survey.plan.power_analyses import rows_of_tests
from osa_survey.plan.power_batches import batch_outcome
from osa_survey.plan.power_settings import power_settings
from osa_survey.plan.replicates import draw_replicates, studies_together
from tests.made_up_power import AGE_AND_GENDER, HEAD, SEXTING, planned

STUDIES, PEOPLE, REPEATS = 1_000, 500, 3
MOST = 2.0
"""The overhead that is allowed."""
ITEMS, LOADING, CUTS = 10, 0.7, (0.2, 0.9, 1.6)
LINES, REFUSED, LEFT_OUT = 0.05, 0.01, 0.01
CODEBOOK = """format = 1
title = "Planned survey"
simulated = true
[file]
platform = "table"
[eligibility]
age = "age"
[blocks.scs]
instrument = "scs"
columns = "scs_{n}"
missing = { refused = [-99] }
"""
STUDY = f"""{HEAD}
[exclude]
straight_lining = {{ longest_run = 10, reason = "the same answer ten times" }}
[simulation.careless]
kinds = {{ straight_line = 0.05 }}
[[simulation.effects]]
outcome = "scs_total"
of = "gender"
level = "woman"
d = -0.3
scale = "latent"
[[simulation.effects]]
outcome = "sexting"
of = "age"
odds_ratio = 0.97
scale = "observed"
[[hypotheses]]
id = "score"
text = "Men and women differ in their scores."
[[hypotheses]]
id = "sexting"
text = "Sexting goes with age."
[[analyses]]
id = "linear"
do = "regress"
outcome = "scs_total"
blocks = ["age", "gender"]
tests = "score"
[[analyses]]
id = "logistic"
do = "regress"
outcome = "sexting"
model = "logistic"
event = "yes"
blocks = ["age", "gender", "scs_total"]
tests = "sexting"
[power.tests.score]
term = "gender[woman]"
[power.tests.sexting]
term = "age"
"""


def by_hand(rng: np.random.Generator) -> tuple[float, float]:
    """Return both p values of one study, as one would write it for this study alone."""
    n = PEOPLE
    age = np.clip(np.round(rng.normal(38, 13, n)), 18, 99)
    woman = rng.random(n) < 0.5
    trait = rng.standard_normal(n) - 0.3 * woman
    response = LOADING * trait[:, None] + np.sqrt(1 - LOADING**2) * rng.standard_normal((n, ITEMS))
    items = 1.0 + np.searchsorted(CUTS, response)
    lines = rng.random(n) < LINES
    items[lines] = rng.integers(1, 5, (int(lines.sum()), 1))
    sexting = (rng.random(n) < 1 / (1 + np.exp(0.03 * (age - 38)))).astype(float)
    gaps = rng.random((n, ITEMS + 1)) < REFUSED + LEFT_OUT
    items[gaps[:, :ITEMS]] = np.nan
    sexting[gaps[:, ITEMS]] = np.nan
    kept = ~(items == items[:, :1]).all(axis=1)
    score = items[kept].sum(axis=1)
    X = sm.add_constant(np.column_stack([age, woman])[kept])
    whole = ~np.isnan(score)
    first = sm.OLS(score[whole], X[whole]).fit().pvalues[2]
    both = whole & ~np.isnan(sexting[kept])
    second = sm.Logit(sexting[kept][both], np.column_stack([X, score])[both]).fit(disp=0).pvalues[1]
    return float(first), float(second)


def median(work: Callable[[], object]) -> float:
    """Return the median seconds."""
    found = []
    for _ in range(REPEATS):
        start = time.process_time()
        work()
        found.append(time.process_time() - start)
    return statistics.median(found)


def loop() -> None:
    """Do all studies by hand."""
    rng = np.random.default_rng(1)
    for _ in range(STUDIES):
        by_hand(rng)


def main() -> None:
    """Print seconds, milliseconds for each study, and the ratio."""
    with tempfile.TemporaryDirectory() as place:
        study = load_study(planned(Path(place), STUDY, CODEBOOK + AGE_AND_GENDER + SEXTING).parent)
        setting = power_settings(study, ())[0]
        asked = study.file.power
        rows = rows_of_tests(study, setting, PEOPLE, dict(asked.tests) if asked else {})
        together = studies_together(setting.who, PEOPLE)
        theirs, ours = [], []
        by_hand(np.random.default_rng(1))
        for _ in range(REPEATS):  # in turn, so that both meet the same load
            theirs.append(_seconds(loop))
            ours.append(_seconds(lambda: power(study, sizes=(PEOPLE,), replicates=STUDIES)))
        hand, plan = statistics.median(theirs), statistics.median(ours)
        print(f"{STUDIES:,} studies of {PEOPLE} people, one process")
        print(f"  loop by hand (statsmodels) {hand:8.2f} s {1000 * hand / STUDIES:8.2f} ms a study")
        print(f"  osa_survey.plan.power      {plan:8.2f} s {1000 * plan / STUDIES:8.2f} ms a study")
        print(f"  overhead                   {plan / hand:8.2f}   (allowed: {MOST:g})")
        drawn = median(lambda: draw_replicates(study, setting.who, PEOPLE, together, 1)) / together
        batch = median(lambda: batch_outcome(study, setting.who, rows, PEOPLE, 0)) / together
        parts = f"drawn, admitted, excluded, scored {1000 * drawn:.2f} ms, both tests {1000 * (batch - drawn):.2f} ms"
        print(f"  of these: {parts}")
        if plan > MOST * hand:
            raise SystemExit("slower than allowed")


def _seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


if __name__ == "__main__":
    main()
