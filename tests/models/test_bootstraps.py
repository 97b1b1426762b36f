"""The bootstrap: the same bytes whoever computes it, counts that add up, intervals by hand and by simulation."""

from __future__ import annotations

import hashlib
import math
import os
import subprocess
import sys
from typing import Any

import joblib
import numpy as np
import pytest
from scipy import stats

from osa_survey.errors import AnalysisError
from osa_survey.models.bootstrap_intervals import bootstrap_interval
from osa_survey.models.bootstraps import bootstrap, counted, influences, resample_counts
from osa_survey.models.resampled_equations import bootstrap_equations
from osa_survey.scoring import local_cluster
from tests.conftest import CHECKOUT

N = 1500
DRAWS = 1600  # several blocks
EXACT = 1e-12


def weighted_mean(counts: np.ndarray, values: np.ndarray) -> np.ndarray:
    return counted(counts, values[:, None]) / counts.sum(axis=1)[:, None]


def made_up(n: int = N) -> np.ndarray:
    generator = np.random.default_rng(5)
    x = generator.normal(size=n)
    m = 0.4 * x + generator.normal(size=n)
    return np.column_stack([x, m, 0.3 * m + 0.1 * x + generator.normal(size=n)])


def bytes_of(workers: int | None, backend: str = "", **options: Any) -> str:
    columns = made_up()

    def run() -> np.ndarray:
        return bootstrap_equations(columns, [(1, (0,)), (2, (1, 0))], seed=11, draws=DRAWS, workers=workers)

    if not backend:
        return hashlib.sha256(run().tobytes()).hexdigest()
    with joblib.parallel_config(backend=backend, **options):
        return hashlib.sha256(run().tobytes()).hexdigest()


def test_workers_change_no_byte() -> None:
    one = bytes_of(1)
    assert one == bytes_of(None)
    assert one == bytes_of(2)
    assert one == bytes_of(2, "threading")


def test_a_local_dask_cluster_changes_no_byte() -> None:
    pytest.importorskip("distributed")
    with local_cluster(2, processes=False) as client:
        found = bytes_of(None, "dask", client=client)
    assert found == bytes_of(1)


def test_threads_of_the_linear_algebra_change_no_byte() -> None:
    code = "from tests.models.test_bootstraps import bytes_of\nprint(bytes_of(1))\n"
    found = set()
    for threads in ("1", "2"):
        environment = {
            **os.environ,
            **dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), threads),
        }
        run = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment, cwd=CHECKOUT
        )
        found.add(run.stdout.strip())
    assert len(found) == 1


def test_products_in_pieces_are_products() -> None:
    generator = np.random.default_rng(3)
    counts, table = generator.integers(0, 4, (50, 3000)).astype(float), generator.normal(size=(3000, 6))
    np.testing.assert_allclose(counted(counts, table), counts @ table, rtol=1e-11, atol=1e-9)


def test_each_equation_is_least_squares_of_the_resample() -> None:
    columns = made_up(60)
    counts = resample_counts(60, 3, np.random.Generator(np.random.SFC64(np.random.SeedSequence(4).spawn(1)[0])))
    found = bootstrap_equations(columns, [(1, (0,)), (2, (1, 0))], seed=4, draws=3)
    for row, weights in zip(found, counts, strict=True):
        rows = np.repeat(np.arange(60), weights.astype(int))
        x, m, y = columns[rows].T
        one = np.ones(60)
        a = np.linalg.lstsq(np.column_stack([one, x]), m, rcond=None)[0][1]
        b, c = np.linalg.lstsq(np.column_stack([one, m, x]), y, rcond=None)[0][1:]
        np.testing.assert_allclose(row, [a, b, c], rtol=1e-9)


def test_counts_keep_the_size_of_strata() -> None:
    strata = np.array([0, 1, 0, 1, 1, 0, 1])

    def sizes(counts: np.ndarray) -> np.ndarray:
        return np.column_stack([counts[:, strata == group].sum(axis=1) for group in (0, 1)])

    drawn = bootstrap(sizes, (), 7, seed=1, draws=40, strata=strata, workers=1)
    assert (drawn == [3, 4]).all()


def test_resamples_have_the_spread_of_a_mean() -> None:
    values = np.random.default_rng(1).normal(size=400)
    drawn = bootstrap(weighted_mean, (values,), 400, seed=3, draws=4000, workers=1)
    # the SD of 4000 draws is good for 1/√8000 = 1.1%; four of these
    assert drawn.std() == pytest.approx(values.std() / math.sqrt(400), rel=0.045)
    assert drawn.mean() == pytest.approx(values.mean(), abs=4 * values.std() / math.sqrt(400 * 4000))


def test_intervals_by_hand() -> None:
    # 99 values 1 … 99: the (99 + 1)·0.05 = 5th and the 95th; estimate 40
    drawn = np.arange(1.0, 100.0)[:, None]
    estimate = np.array([40.0])
    low, high = bootstrap_interval(estimate, drawn, conf_level=0.9)
    assert [low[0], high[0]] == pytest.approx([5, 95], rel=EXACT)
    low, high = bootstrap_interval(estimate, drawn, kind="basic", conf_level=0.9)
    assert [low[0], high[0]] == pytest.approx([80 - 95, 80 - 5], rel=EXACT)
    # t* = (θ* − 40)/2, so with SE 3: 40 − 3·(95 − 40)/2 and 40 − 3·(5 − 40)/2
    low, high = bootstrap_interval(
        estimate, drawn, kind="studentised", conf_level=0.9, std_error=np.array([3.0]), std_errors=np.full((99, 1), 2.0)
    )
    assert [low[0], high[0]] == pytest.approx([40 - 82.5, 40 + 52.5], rel=EXACT)


def test_bca_without_bias_and_acceleration_is_the_percentile() -> None:
    drawn = np.arange(1.0, 100.0)[:, None]
    low, high = bootstrap_interval(
        np.array([50.0]), drawn, kind="bca", conf_level=0.9, influences=np.array([[-1.0], [1.0]])
    )
    assert [low[0], high[0]] == pytest.approx([5, 95], rel=1e-9)


def test_influences_of_a_mean_are_deviations() -> None:
    values = np.array([1.0, 2.0, 6.0, 11.0])
    # leaving out i: (20 − x)/3; (n − 1)(θ̄ − θ₍ᵢ₎)/n = (x − 5)/4
    np.testing.assert_allclose(influences(weighted_mean, (values,), 4)[:, 0], (values - 5) / 4, rtol=EXACT)


def test_bca_of_a_skewed_mean_is_that_of_another_program() -> None:
    values = np.random.default_rng(12).exponential(size=60)
    draws = 20_000
    drawn = bootstrap(weighted_mean, (values,), 60, seed=6, draws=draws, workers=1)
    whole, jackknifed = np.array([values.mean()]), influences(weighted_mean, (values,), 60)
    low, high = bootstrap_interval(whole, drawn, kind="bca", influences=jackknifed)
    theirs = stats.bootstrap((values,), np.mean, n_resamples=draws, method="BCa", rng=np.random.default_rng(3))
    # an extreme quantile of 20,000 draws is good for about 1% of the SD of a mean in 60: four of these
    near = 0.06 * values.std() / math.sqrt(60)
    assert low[0] == pytest.approx(theirs.confidence_interval.low, abs=near)
    assert high[0] == pytest.approx(theirs.confidence_interval.high, abs=near)
    plain, _ = bootstrap_interval(whole, drawn)
    assert low[0] > plain[0]  # a skewed mean: both bounds move up


def test_what_cannot_be_resampled_is_refused() -> None:
    with pytest.raises(AnalysisError, match="two respondents"):
        bootstrap(weighted_mean, (np.ones(1),), 1, seed=1)
    with pytest.raises(AnalysisError, match="cannot be drawn"):
        bootstrap(weighted_mean, (np.ones(3),), 3, seed=1, draws=0)
    with pytest.raises(AnalysisError, match="constant"):
        bootstrap_equations(np.column_stack([np.ones(5), np.arange(5.0)]), [(1, (0,))], seed=1)
    with pytest.raises(AnalysisError, match="did you mean 'percentile'"):
        bootstrap_interval(np.zeros(1), np.zeros((3, 1)), kind="percentil")  # type: ignore[arg-type]
    with pytest.raises(AnalysisError, match="standard errors"):
        bootstrap_interval(np.zeros(1), np.zeros((3, 1)), kind="studentised")
    with pytest.raises(AnalysisError, match="influences"):
        bootstrap_interval(np.zeros(1), np.zeros((3, 1)), kind="bca")


def test_undefined_resamples_are_left_out_and_too_many_leave_no_interval() -> None:
    drawn = np.arange(1.0, 100.0)[:, None].repeat(2, axis=1)
    drawn[::2, 1] = np.nan  # 50 of 99 undefined
    low, _ = bootstrap_interval(np.array([40.0, 40.0]), drawn)
    assert np.isfinite(low[0])
    assert np.isnan(low[1])


def test_dependent_predictors_of_a_resample_are_undefined() -> None:
    x = np.array([0.0, 0.0, 0.0, 1.0])
    columns = np.column_stack([x, np.array([1.0, 2.0, 3.0, 5.0])])
    found = bootstrap_equations(columns, [(1, (0,))], seed=2, draws=200, workers=1)
    # (3/4)^4 of the resamples do not draw the last respondent: their x is constant
    share = float(np.isnan(found[:, 0]).mean())
    assert share == pytest.approx(0.75**4 + 0.25**4, abs=4 * math.sqrt(0.32 * 0.68 / 200))
