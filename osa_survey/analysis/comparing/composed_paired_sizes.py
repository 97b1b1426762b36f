"""The further sizes of two ratings by the same people, under weights or pooled over imputed sets."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.comparing.composed_pairs import (
    ComposedPair,
    add_pair_number,
    paired_difference,
)
from osa_survey.analysis.comparing.pair_rows import CONSTANT_WARNING
from osa_survey.analysis.composed_numbers import Number, smooth_number, spread
from osa_survey.analysis.samples import CompletedSet, Sample
from osa_survey.analysis.scaled_numbers import FISHER, carried, scaled_number
from osa_survey.effects.paired_differences import ON_A_LINE, on_a_rising_line
from osa_survey.effects.spreads import small_sample_correction
from osa_survey.effects.weighted_dominances import weighted_signed_ranks
from osa_survey.results import Rows
from osa_survey.weighting import Statistics, weighted_means, weighted_variances

Floats = NDArray[np.float64]
METHODS = {
    "d_z": "mean difference / SD of the differences, linearised t interval",
    "d_av": "mean difference / √((SD₁² + SD₂²) / 2), linearised t interval",
    "g_z": "Hedges' J (n − 1) times d_z, linearised t interval",
    "d_rm": "d_z · √(2(1 − r)), linearised t interval",
    "matched_rank_biserial": "signed-rank sums as a share of all ranks, t interval on Fisher's z",
}
WARNING_FEW = "two pairs are too few for the correction"
WARNING_RATING = "a rating is constant: its correlation with the other is not defined"
WARNING_NOBODY = "nobody's ratings differ in some set"
WARNING_ONE_WAY = "all differences have one sign in some set: this interval is not defined"


def add_composed_paired_sizes(
    rows: Rows,
    sizes: Sequence[str],
    name: str,
    sample: Sample,
    found: ComposedPair,
    sides: tuple[str, str],
    conf_level: float,
) -> None:
    """Add sizes of the difference of one pair by their names in ``PAIRED_SIZES``."""
    whole = f"{name}: both ratings"
    rows.cell(whole, sample.n)
    keys: dict[str, Any] = {"outcome": name, "contrast": f"{sides[0]} \u2212 {sides[1]}", "n": sample.n}
    for size in sizes:
        number = paired_size(size, sample, found, conf_level)
        add_pair_number(rows, size, number, METHODS[size], conf_level, [whole], keys)


def paired_size(size: str, sample: Sample, found: ComposedPair, conf_level: float) -> Number:
    """Return one size of the first against the second rating.

    Notes
    -----
    g_z = J d_z. d_rm is a smooth function of the mean difference and of three variances. The rank-biserial correlation
    is that of weighted signed ranks on Fisher's z; over imputed sets without a design it is pooled with the variance
    ((2n³ + 3n² + n)/6)/((n² + n)/2)² of equal distributions, n the pairs that differ, as the plain one.
    """
    if size in ("d_z", "d_av"):
        number: Number = getattr(found, size)
        return number
    if size == "matched_rank_biserial":
        return _signed_ranks(sample, conf_level)
    if found.constant:
        return Number(sample.n, math.nan, warning=CONSTANT_WARNING)
    if size == "g_z":
        factor = small_sample_correction(sample.n - 1)
        if math.isnan(factor):
            return Number(sample.n, math.nan, warning=WARNING_FEW)
        return replace(carried(found.d_z, lambda d: factor * d), std_error=factor * found.d_z.std_error)
    if not min(spread(sample, lambda one, k=k: one.columns[k].values) for k in (0, 1)) > 0:  # type: ignore[misc]
        return Number(sample.n, math.nan, warning=WARNING_RATING)
    if any(on_a_rising_line(one.values(0), one.values(1)) for one in sample.sets):
        return Number(sample.n, math.nan, warning=ON_A_LINE)
    return smooth_number(sample, _parts, _d_rm, conf_level, what="d_rm")


def _parts(one: CompletedSet, weights: Floats) -> Sequence[Statistics]:
    own = paired_difference(one)[one.used]
    three = np.column_stack([own, one.values(0), one.values(1)])
    return [weighted_means(own, weights), weighted_variances(three, weights, one.n)]


def _d_rm(v: Floats) -> float:
    r = (v[2] + v[3] - v[1]) / 2 / math.sqrt(v[2] * v[3])
    return float(v[0] / math.sqrt(v[1]) * math.sqrt(max(0.0, 2 * (1 - r))))


def _signed_ranks(sample: Sample, conf_level: float) -> Number:
    def differing(one: CompletedSet) -> int:
        return int(np.count_nonzero(paired_difference(one)[one.used]))

    if min(differing(one) for one in sample.sets) == 0:
        return Number(sample.n, math.nan, warning=WARNING_NOBODY)

    def of_weights(one: CompletedSet, weights: Floats) -> Statistics:
        return weighted_signed_ranks(paired_difference(one)[one.used], weights, differing(one))

    def equal_distributions(one: CompletedSet, _: float) -> float:
        n = differing(one)
        return (2 * n**3 + 3 * n**2 + n) / 6 / ((n**2 + n) / 2) ** 2

    return scaled_number(
        sample, of_weights, FISHER, conf_level, what="a rank-biserial correlation", edge=WARNING_ONE_WAY,
        variance=equal_distributions,
    )  # fmt: skip
