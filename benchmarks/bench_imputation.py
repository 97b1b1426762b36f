"""Multiple imputation beside statsmodels' MICE in the same run: 15 variables, 12 of them with 12 % gaps.

Prints seconds (medians) and ratios. statsmodels is timed on a part of the work and its seconds multiplied. Ratios
count, not seconds. Run it with ``make bench``.
"""

from __future__ import annotations

import time
import warnings

import numpy as np
import pandas as pd
from measuring import timed
from numpy.typing import NDArray
from statsmodels.imputation.mice import MICEData

from osa_survey.dataset import VariableInfo
from osa_survey.imputation import chain_plan, run_chains
from osa_survey.imputation.model_columns import ModelColumn

SEED = 20261126
SETS, ITERATIONS, VARIABLES, GAPS = 20, 5, 15, 0.12
LIMITS = {(2_800, "normal"): 0.7, (2_800, "pmm"): 2.5, (80_000, "normal"): 8.0, (80_000, "pmm"): 40.0}
PEER_SETS = {2_800: 1, 80_000: 1}


def made_up(n: int) -> NDArray[np.float64]:
    """Return correlated numbers with gaps in all but three variables."""
    generator = np.random.default_rng(SEED)
    mixed = np.eye(VARIABLES) + 0.25 * generator.standard_normal((VARIABLES, VARIABLES))
    numbers = generator.standard_normal((n, VARIABLES)) @ mixed
    gaps = generator.random(numbers.shape) < GAPS
    gaps[:, :3] = False
    numbers[gaps] = np.nan
    return numbers


def columns_of(numbers: NDArray[np.float64]) -> list[ModelColumn]:
    """Return the variables as an imputation takes them."""
    columns = []
    for position in range(numbers.shape[1]):
        values = numbers[:, position]
        gaps = np.isnan(values)
        info = VariableInfo(f"v{position + 1}", "number", f"v{position + 1}")
        columns.append(ModelColumn(info, values, gaps.astype(np.uint8), gaps, np.zeros_like(gaps)))
    return columns


def ours(numbers: NDArray[np.float64], method: str) -> None:
    """Impute by our chains, preparation included."""
    columns = columns_of(numbers)
    plan, _ = chain_plan(columns, methods={column.name: method for column in columns})
    run_chains(plan, SETS, ITERATIONS, SEED)


def peer_seconds(numbers: NDArray[np.float64]) -> float:
    """Return the seconds statsmodels needs for all sets, from a part of them."""
    frame = pd.DataFrame(numbers, columns=[f"v{n + 1}" for n in range(numbers.shape[1])])
    sets = PEER_SETS[len(numbers)]
    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(sets):
            MICEData(frame, k_pmm=5).update_all(ITERATIONS)
    return (time.perf_counter() - start) * SETS / sets


def main() -> None:
    """Run the benchmark and print its table."""
    print(f"{SETS} sets, {ITERATIONS} iterations, {VARIABLES} variables")
    print(f"{'n':>8}{'method':>9}{'seconds':>9}{'limit':>8}{'statsmodels PMM':>17}{'times faster':>14}")
    met = True
    for n in sorted({size for size, _ in LIMITS}):
        numbers = made_up(n)
        peer = peer_seconds(numbers)
        for method in ("normal", "pmm"):
            repeats = 3 if n < 10_000 else 1
            seconds, _, _ = timed(lambda numbers=numbers, method=method: ours(numbers, method), repeats)  # type: ignore[misc]
            limit = LIMITS[n, method]
            met = met and seconds < limit
            print(f"{n:>8,}{method:>9}{seconds:>9.2f}{limit:>8g}{peer:>17.1f}{peer / seconds:>14.0f}")
    print(f"under the limits: {'met' if met else 'NOT met'}")


if __name__ == "__main__":
    main()
