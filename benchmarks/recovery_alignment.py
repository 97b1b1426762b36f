"""Planted truth of alignment: factor means of many countries whose items differ in a few places.

``python benchmarks/recovery_alignment.py`` draws 500 samples; the tests draw fewer.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey import alignment

Floats = NDArray[np.float64]
LOADINGS = np.array([0.8, 0.9, 0.7, 1.0, 0.8])
INTERCEPTS = np.array([2.0, 3.0, 2.5, 3.5, 3.0])
MEANS = np.array([0.0, 0.3, -0.4, 0.6, 0.1, -0.2])
SDS = np.array([1.0, 1.2, 0.9, 1.1, 0.8, 1.0])
OWN = np.array([0.0, 0.6, 0.0, 0.8, 0.0, -0.6])
"""By how much the intercept of one item of its own differs in each country."""
RESPONDENTS = 400
FULL_RUNS = 500


@dataclass(frozen=True)
class AlignmentRecovery:
    """What came back of the factor means of all countries but the first.

    Attributes
    ----------
    bias, error : ndarray of float, shape (countries - 1,)
        Mean less truth, and its Monte-Carlo standard error.
    naive : ndarray of float, shape (countries - 1,)
        Bias of the difference of mean answers, over the mean loading, which takes the items for alike.
    rank : float
        Mean correlation of the estimated with the planted means.
    """

    bias: Floats
    error: Floats
    naive: Floats
    rank: float


def sample(rng: np.random.Generator) -> pd.DataFrame:
    """Draw answers of six countries."""
    country = np.repeat(np.arange(len(MEANS)), RESPONDENTS)
    trait = MEANS[country] + SDS[country] * rng.normal(size=len(country))
    values = INTERCEPTS + trait[:, None] * LOADINGS + 0.7 * rng.normal(size=(len(country), len(LOADINGS)))
    values[np.arange(len(country)), country % len(LOADINGS)] += OWN[country]
    frame = pd.DataFrame(values, columns=[f"i{item}" for item in range(len(LOADINGS))])
    return frame.assign(country=pd.Categorical([f"country {label}" for label in country]))


def alignment_recovery(runs: int, seed: int) -> AlignmentRecovery:
    """Align samples."""
    found, naive = [], []
    for stream in np.random.SeedSequence(seed).spawn(runs):
        frame = sample(np.random.default_rng(stream))
        table = alignment(frame, "trait =~ " + " + ".join(frame.columns[:-1]), "country").frame
        found.append(table.loc[table["quantity"] == "factor_mean", "estimate"].to_numpy(dtype=float))
        answered = frame.iloc[:, :-1].mean(axis=1).groupby(frame["country"], observed=True).mean().to_numpy()
        naive.append((answered - answered[0]) / LOADINGS.mean())
    means = np.array(found)
    return AlignmentRecovery(
        (means.mean(axis=0) - MEANS)[1:],
        (means.std(axis=0, ddof=1) / np.sqrt(runs))[1:],
        (np.array(naive).mean(axis=0) - MEANS)[1:],
        float(np.mean([np.corrcoef(one, MEANS)[0, 1] for one in means])),
    )


def main(runs: int = FULL_RUNS) -> None:
    found = alignment_recovery(runs, 20261203)
    print(
        f"alignment, {len(MEANS)} countries of {RESPONDENTS}, {runs} samples: largest bias of a factor mean "
        f"{np.abs(found.bias).max():.4f} (Monte-Carlo error {found.error.max():.4f}; items taken for alike "
        f"{np.abs(found.naive).max():.4f}); correlation with the planted means {found.rank:.3f}"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else FULL_RUNS)
