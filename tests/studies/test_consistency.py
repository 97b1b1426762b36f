"""Consistency of printed numbers, against worked examples and against every possible set of answers."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import numpy as np
import pytest

from osa_survey.studies.consistency import (
    debit,
    estimate_inside,
    grim,
    grim_power,
    grimmer,
    log_symmetric,
    matrix_verdict,
    p_verdicts,
    percent_consistent,
    recomputed_p,
    sd_bounds,
    sum_of_parts,
)

P_VALUES = json.loads(Path(__file__).with_name("p_values.json").read_text(encoding="utf-8"))
R_TOLERANCE = 1e-12
"""R and scipy compute the same tail by different series; both are exact to about this."""


def test_grim_agrees_with_every_possible_sum() -> None:
    for n in (7, 20, 28, 99, 120):
        possible = {round(100 * total / n + nudge) for total in range(5 * n + 1) for nudge in (-1e-7, 1e-7)}
        printed = np.arange(0, 501)
        assert grim(printed / 100, n).tolist() == [int(value) in possible for value in printed]


def test_grim_with_items_and_decimals() -> None:
    # Two items make halves possible: 28 people, 56 answers, 291/56 = 5.196 is printed 5.20, 290/56 = 5.179 5.18.
    assert grim([5.18, 5.19, 5.20], 28, items=2).tolist() == [True, False, True]
    assert grim([5.2], 28, decimals=1).tolist() == [True]
    assert grim_power([28, 28, 120], [2, 2, 2], [1, 2, 1]).tolist() == pytest.approx([0.72, 0.44, 0.0])


def all_answers(n: int, low: int, high: int) -> np.ndarray:
    return np.array(list(itertools.combinations_with_replacement(range(low, high + 1), n)))


def test_grimmer_agrees_with_every_possible_set_of_five_answers() -> None:
    # With a standard deviation of 2 or less nobody is further than 3.6 from the mean of five: −2 to 8 holds all.
    answers = all_answers(5, -2, 8)
    mean, sd = answers.mean(axis=1), answers.std(axis=1, ddof=1)
    possible = {
        (round(100 * m + a), round(100 * s + b))
        for m, s in zip(mean, sd, strict=True)
        for a in (-1e-7, 1e-7)
        for b in (-1e-7, 1e-7)
    }
    means, sds = (grid.ravel() for grid in np.meshgrid(np.arange(200, 401), np.arange(50, 201)))
    found = grimmer(means / 100, sds / 100, 5)
    assert found.tolist() == [(int(m), int(s)) in possible for m, s in zip(means, sds, strict=True)]
    assert 0 < found.sum() < len(found) / 20


def test_grimmer_worked_examples() -> None:
    # The examples of the authors' own functions: 5.21 (1.60), n = 28 can be; 3.44 (2.47), n = 18 cannot.
    assert grimmer([5.21, 3.44], [1.60, 2.47], [28, 18]).tolist() == [True, False]
    # The mean alone rules it out.
    assert grimmer([5.19], [1.60], [28]).tolist() == [False]


def test_bounds_of_the_deviation_agree_with_every_possible_set() -> None:
    answers = all_answers(6, 1, 5)
    totals, sd = answers.sum(axis=1), answers.std(axis=1, ddof=1)
    for total in range(6, 31):
        low, high = sd_bounds(round(total / 6, 2), 6, 1, 5)
        own = sd[totals == total]
        assert (low[0], high[0]) == pytest.approx((own.min(), own.max()), abs=1e-9)
    assert np.isnan(sd_bounds([2.10], [6], 1, 5)[0]).all()


def test_percentages_of_whole_people() -> None:
    assert percent_consistent([9.3, 9.5, 9.6], 450, 1).tolist() == [True, False, True]
    assert percent_consistent([100.0, 101.0, 0.0], 40, 0).tolist() == [True, False, True]


def test_debit_agrees_with_every_possible_count() -> None:
    n = 40
    counts = np.arange(n + 1)
    m = counts / n
    sd = np.sqrt(n / (n - 1) * m * (1 - m))
    assert debit(m.round(3), sd.round(3), n, 3, 3).all()
    assert not debit(m[5:36].round(3), sd[5:36].round(3) + 0.02, n, 3, 3).any()
    assert debit([0.35], [0.18], 20).tolist() == [False]


def test_ratios_and_their_intervals() -> None:
    assert estimate_inside(1.2, 1.02, 1.32)
    # Eight published odds ratios: all but the last lie in the middle of their interval.
    ratio = [2.42, 0.89, 0.64, 1.31, 1.69, 0.87, 0.79, 1.20]
    low = [1.44, 0.81, 0.48, 1.14, 1.07, 0.82, 0.62, 1.02]
    high = [4.06, 0.97, 0.86, 1.49, 2.67, 0.93, 1.00, 1.32]
    assert log_symmetric(ratio, low, high).tolist() == [True] * 7 + [False]


@pytest.mark.parametrize("entry", P_VALUES["p"], ids=lambda entry: f"{entry['statistic']}_{entry['value']}")
def test_p_values_are_those_of_r(entry: dict[str, float | str]) -> None:
    nothing = float("nan")
    df1, df2 = entry.get("df1", nothing), entry.get("df2", nothing)
    found = recomputed_p(str(entry["statistic"]), entry["value"], df1, df2)
    assert float(found) == pytest.approx(entry["p"], rel=R_TOLERANCE)


def test_verdicts_on_printed_p_values() -> None:
    # t(28) = 2.20: p from .0358 (2.205) to .0366 (2.195).
    def judged(p: float, sign: str, decimals: int, **more: bool) -> str:
        return str(p_verdicts("t", 2.2, p, sign, 28, p_decimals=decimals, **more))

    assert judged(0.036, "=", 3) == "consistent"
    assert judged(0.037, "=", 3) == "consistent"
    assert judged(0.038, "=", 3) == "error"
    assert judged(0.06, "=", 2) == "decision error"
    assert judged(0.05, ">", 2) == "decision error"
    assert judged(0.001, "<", 3) == "error"
    assert judged(0.0, "=", 3) == "error"
    assert judged(0.018, "=", 3) == "error"
    assert judged(0.018, "=", 3, one_tailed=True) == "consistent"
    assert str(p_verdicts("F", 0.5, 0.03, "=", 2, 100)) == "decision error"
    assert str(p_verdicts("r", 0.3, 0.05, "<", 48)) == "consistent"
    with pytest.raises(ValueError, match="is none of"):
        recomputed_p("q", 1.0)


def test_parts_and_matrices() -> None:
    assert sum_of_parts(2690, [1436, 1254])
    assert not sum_of_parts(2690, [1436, 1253])
    # 53.4 + 46.6 with rounding.
    assert sum_of_parts(100, [53.4, 46.7], 0, 0.05)
    assert not sum_of_parts(100, [53.4, 46.8], 0, 0.05)
    good = np.array([[1, 0.5, 0.3], [0.5, 1, 0.2], [0.3, 0.2, 1]])
    assert matrix_verdict(good, 0.005) == "consistent"
    # 1 − .9² − .9² − .6² + 2 · .9 · .9 · .6 = −.008: just impossible, rounding to one digit can be why.
    near = np.array([[1, 0.9, 0.9], [0.9, 1, 0.6], [0.9, 0.6, 1]])
    assert matrix_verdict(near, 0.05) == "cannot tell"
    assert matrix_verdict(near, 0.0005) == "inconsistent"
