"""Who knows everything shown of compare_groups and describe does not find the size, mean and spread of a hidden group.

The attack is brute force: every size below the threshold, every mean and standard deviation on a grid is tried. From a
guess and what is shown of all people and of the largest group follows the third group; from the three follow all tests,
by formulas of this page. A guess is possible if every number that is shown comes out.
"""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest

from osa_survey import compare_groups, describe
from osa_survey.disclosure import JOURNAL, PROFILES
from osa_survey.results import Result, release_together

WOMEN, MEN, FEW = 171, 118, 4
NEAR = 0.04
"""A number comes out if a guess on the grid gives it to 4 per cent: the grid's steps change it by about as much."""
MEANS, SPREADS = np.linspace(1, 5, 161), np.linspace(0.05, 2, 79)
WIDE = 1.5
"""On a scale from 1 to 5 the means that stay possible reach over more than this."""


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    rng = np.random.default_rng(11)
    gender = np.repeat(["woman", "man", "another gender"], [WOMEN, MEN, FEW])
    score = np.clip(rng.normal(np.repeat([3.1, 3.0, 2.2], [WOMEN, MEN, FEW]), 0.7), 1, 5)
    return pd.DataFrame({"score": score, "gender": pd.Categorical(gender, ["woman", "man", "another gender"])})


def shown(results: tuple[Result, ...] | list[Result]) -> dict[tuple[str, str], float]:
    """Return every number of the tables by quantity and group, of tests also df2."""
    found: dict[tuple[str, str], float] = {}
    for result in results:
        for table in (result, *result.more.values()):
            frame = table.table.dropna(subset=["estimate"])
            for row in frame.itertuples():
                if row.outcome in ("score", "gender"):
                    found[row.quantity, row.group or row.contrast or row.level] = float(row.estimate)
                    found[f"df2 of {row.quantity}", ""] = float(row.df2)
    return {key: value for key, value in found.items() if not math.isnan(value)}


def overall_tests(n: list[int], m: list[float], s: list[float]) -> dict[tuple[str, str], float]:
    """Return classical and Welch's F, Welch's df2, η² and ω² of three groups from their sizes, means and spreads."""
    sizes, means, variances = np.array(n), np.array(m), np.array(s) ** 2
    k, total = len(n), sum(n)
    grand = (sizes * means).sum() / total
    between, within = (sizes * (means - grand) ** 2).sum(), ((sizes - 1) * variances).sum()
    w = sizes / variances
    centre = (w * means).sum() / w.sum()
    lack = ((1 - w / w.sum()) ** 2 / (sizes - 1)).sum()
    f = (between / (k - 1)) / (within / (total - k))
    error = within / (total - k)
    welch = ((w * (means - centre) ** 2).sum() / (k - 1)) / (1 + 2 * (k - 2) / (k**2 - 1) * lack)
    return {
        ("anova", ""): f,
        ("welch_anova", ""): welch,
        ("df2 of welch_anova", ""): (k**2 - 1) / (3 * lack),
        ("eta_squared", ""): between / (between + within),
        ("omega_squared", ""): max(0.0, (between - (k - 1) * error) / (between + within + error)),
    }


def possible(numbers: dict[tuple[str, str], float]) -> list[tuple[int, float, float]]:
    """Return the sizes, means and spreads of the smallest group that all numbers shown allow."""
    total, mean, sd = WOMEN + MEN + FEW, numbers["mean", ""], numbers["sd", ""]
    n1, m1, s1 = int(numbers["count", "woman"]), numbers["mean", "woman"], numbers["sd", "woman"]
    squares = (total - 1) * sd**2
    found = []
    for n, m, s in itertools.product((2, 3, 4), MEANS, SPREADS):
        rest = total - n1 - n
        other = (total * mean - n1 * m1 - n * m) / rest
        apart = n1 * (m1 - mean) ** 2 + n * (m - mean) ** 2 + rest * (other - mean) ** 2
        spread = (squares - apart - (n1 - 1) * s1**2 - (n - 1) * s**2) / (rest - 1)
        if spread <= 0:
            continue
        told = overall_tests([n1, rest, n], [m1, other, m], [s1, math.sqrt(spread), s])
        if all(abs(told[key] - numbers[key]) <= NEAR * abs(numbers[key]) for key in told.keys() & numbers.keys()):
            found.append((n, float(m), float(s)))
    return found


def results_of(people: pd.DataFrame) -> list[Result]:
    return [
        describe(people, ["score"]),
        compare_groups(people, "score", "gender", effect_sizes=["eta_squared"], further_tests=["levene", "tukey"]),
    ]


def test_the_attack_finds_the_group_where_nothing_is_hidden(people: pd.DataFrame) -> None:
    numbers = shown(release_together(results_of(people), PROFILES["workbench"]))
    few = people.loc[people["gender"] == "another gender", "score"]
    found = possible(numbers)
    assert {n for n, _, _ in found} == {FEW}
    assert len({round(m) for _, m, _ in found}) <= 2  # squares do not tell above from below the mean of all
    assert any(abs(m - few.mean()) < 0.05 and abs(s - few.std()) < 0.05 for _, m, s in found)


def test_many_groups_far_apart_stay_possible_under_journal(people: pd.DataFrame) -> None:
    numbers = shown(release_together(results_of(people), JOURNAL))
    assert ("mean", "woman") in numbers
    assert ("mean", "man") not in numbers
    found = possible(numbers)
    assert {n for n, _, _ in found} == {2, 3, 4}
    for n in (2, 3, 4):
        means = [m for size, m, _ in found if size == n]
        assert max(means) - min(means) > WIDE


def test_tests_stay_where_the_group_is_large_enough(people: pd.DataFrame) -> None:
    larger = pd.concat([people, people.loc[people["gender"] == "another gender"]], ignore_index=True)
    numbers = shown(release_together(results_of(larger), JOURNAL))
    assert {("anova", ""), ("welch_anova", ""), ("kruskal_wallis", ""), ("levene", "")} <= numbers.keys()
