"""Planted truth of graded response models: bias and coverage of item parameters, and false alarms of DIF.

``python benchmarks/recovery_item_response.py`` draws 500 samples; the tests draw fewer.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.psychometrics.item_response import fit_graded
from osa_survey.psychometrics.item_response.scale_differences import difference_tests

Floats = NDArray[np.float64]
RESPONDENTS = 800
SLOPES = np.array([1.0, 1.5, 2.0, 1.2, 0.8, 1.7])
DIFFICULTIES = np.array([-1.0, 0.0, 1.2])
SHIFT = 0.8
"""How much harder the third item is for the second group where a difference is planted."""
FULL_RUNS = 500
Z = 1.959963984540054


@dataclass(frozen=True)
class GradedRecovery:
    """What came back.

    Attributes
    ----------
    converged : int
        Samples with standard errors.
    bias, error, coverage : ndarray of float, shape (items, 4)
        For each item the discrimination, then the difficulties: mean less truth, its Monte-Carlo standard error, and
        how often a 95 % interval held the truth.
    """

    converged: int
    bias: Floats
    error: Floats
    coverage: Floats


@dataclass(frozen=True)
class DifferenceRecovery:
    """How often differential item functioning was found.

    Attributes
    ----------
    significant : float
        Share of items without a difference whose unadjusted total test had p below .05.
    flagged_alike, flagged_different : float
        Share of items flagged among those without a difference, and of the one with it.
    """

    significant: float
    flagged_alike: float
    flagged_different: float


def answers(rng: np.random.Generator, n: int = RESPONDENTS, shift: float | Floats = 0.0) -> Floats:
    """Draw answers of four categories; the third item is harder by ``shift``."""
    theta = rng.normal(size=n)
    found = np.empty((n, len(SLOPES)))
    for item, slope in enumerate(SLOPES):
        harder = np.broadcast_to(np.asarray(shift, dtype=np.float64), (n,)) if item == 2 else np.zeros(n)
        chance = 1.0 / (1.0 + np.exp(-slope * ((theta - harder)[:, None] - DIFFICULTIES)))
        found[:, item] = (rng.random(n)[:, None] < chance).sum(axis=1)
    return found


def graded_recovery(runs: int, seed: int) -> GradedRecovery:
    """Fit the true model to samples."""
    found, errors = [], []
    for stream in np.random.SeedSequence(seed).spawn(runs):
        model = fit_graded(answers(np.random.default_rng(stream)))
        if not model.converged or np.isnan(model.covariance).any():
            continue
        estimates, spreads = [], []
        for item, (a, d) in enumerate(zip(model.slopes, model.intercepts, strict=True)):
            at = int(model.starts[item])
            block = model.covariance[at : at + 1 + len(d), at : at + 1 + len(d)]
            turn = np.hstack([(d / a**2)[:, None], -np.eye(len(d)) / a])
            estimates.append(np.concatenate([[a], -d / a]))
            spreads.append(np.sqrt(np.concatenate([[block[0, 0]], np.diag(turn @ block @ turn.T)])))
        found.append(estimates)
        errors.append(spreads)
    estimates_of, spreads_of = np.array(found), np.array(errors)
    truth = np.column_stack([SLOPES, np.tile(DIFFICULTIES, (len(SLOPES), 1))])
    inside = np.abs(estimates_of - truth) <= Z * spreads_of
    return GradedRecovery(
        len(found),
        estimates_of.mean(axis=0) - truth,
        estimates_of.std(axis=0, ddof=1) / np.sqrt(len(found)),
        inside.mean(axis=0),
    )


def difference_recovery(runs: int, seed: int, shift: float) -> DifferenceRecovery:
    """Test items for differences between two groups of the same trait; only the third item may differ."""
    group = np.repeat([0.0, 1.0], RESPONDENTS // 2)
    significant, flagged = [], []
    for stream in np.random.SeedSequence(seed).spawn(runs):
        values = answers(np.random.default_rng(stream), shift=shift * group)
        tests = difference_tests(values, group[:, None])
        significant.append([one[2].p_value < 0.05 for one in tests.items])
        flagged.append(tests.flagged)
    alike = np.arange(len(SLOPES)) != 2
    return DifferenceRecovery(
        float(np.array(significant)[:, alike].mean()),
        float(np.array(flagged)[:, alike].mean()),
        float(np.array(flagged)[:, ~alike].mean()),
    )


def main(runs: int = FULL_RUNS) -> None:
    found = graded_recovery(runs, 20261128)
    for name, part in (("discriminations", np.s_[:, :1]), ("difficulties", np.s_[:, 1:])):
        print(
            f"graded, n = {RESPONDENTS}, {name}: {found.converged} of {runs} converged; largest bias "
            f"{np.abs(found.bias[part]).max():.4f} (Monte-Carlo error {found.error[part].max():.4f}); coverage "
            f"{found.coverage[part].min():.3f} to {found.coverage[part].max():.3f}"
        )
    for shift in (0.0, SHIFT):
        told = difference_recovery(runs, 20261129, shift)
        print(
            f"DIF, item 3 harder by {shift:g}: others significant {told.significant:.3f}, others flagged "
            f"{told.flagged_alike:.3f}, item 3 flagged {told.flagged_different:.3f}"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else FULL_RUNS)
