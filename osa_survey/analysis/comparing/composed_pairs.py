"""Two ratings of the same people under weights or pooled over imputed sets."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.comparing.pair_rows import CONSTANT_WARNING, lowest_value
from osa_survey.analysis.composed_numbers import (
    Number,
    mean_number,
    people,
    proportion_number,
    smooth_number,
    spread,
)
from osa_survey.analysis.samples import CompletedSet, Sample
from osa_survey.results import Rows
from osa_survey.weighting import Statistics, weighted_means, weighted_variances

Floats = NDArray[np.float64]
CONSTANT = 1e-12
"""Differences whose SD is below this share of the ratings are constant up to rounding."""


@dataclass(frozen=True)
class ComposedPair:
    """The difference of two ratings and its sizes.

    Attributes
    ----------
    difference, d_z, d_av : Number
        First minus second.
    constant : bool
        Whether all differences are the same, so that nothing is tested.
    """

    difference: Number
    d_z: Number
    d_av: Number
    constant: bool


def composed_pair(sample: Sample, conf_level: float) -> ComposedPair:
    """Return the comparison of the first two variables of a sample, those with both.

    Notes
    -----
    d_z = M(d)/SD(d) and d_av = M(d)/√((SD₁² + SD₂²)/2) with linearised (delta-method) t intervals, not noncentral
    ones; weighted under a design, pooled over imputed sets.
    """
    spreads = [spread(sample, lambda one, k=k: one.columns[k].values) for k in (0, 1)]  # type: ignore[misc]
    of_difference = spread(sample, paired_difference)
    if not of_difference > CONSTANT * max(spreads):
        estimate = float(np.mean([paired_difference(one)[one.used].mean() for one in sample.sets]))
        nothing = Number(sample.n, math.nan, warning=CONSTANT_WARNING)
        return ComposedPair(Number(sample.n, estimate, warning=CONSTANT_WARNING), nothing, nothing, True)
    return ComposedPair(
        mean_number(sample, paired_difference, conf_level),
        smooth_number(sample, _parts_of_dz, lambda v: float(v[0] / math.sqrt(v[1])), conf_level, what="d_z"),
        smooth_number(
            sample, _parts_of_dav, lambda v: float(v[0] / math.sqrt((v[1] + v[2]) / 2)), conf_level, what="d_av"
        ),
        False,
    )


def paired_difference(one: CompletedSet) -> Floats:
    """Return the first minus the second rating of all respondents of a set."""
    return np.asarray(one.columns[0].values - one.columns[1].values)


def _parts_of_dz(one: CompletedSet, weights: Floats) -> Sequence[Statistics]:
    own = paired_difference(one)[one.used]
    return [weighted_means(own, weights), weighted_variances(own, weights, one.n)]


def _parts_of_dav(one: CompletedSet, weights: Floats) -> Sequence[Statistics]:
    both = np.column_stack([one.values(0), one.values(1)])
    return [weighted_means(paired_difference(one)[one.used], weights), weighted_variances(both, weights, one.n)]


def add_composed_pair(
    rows: Rows,
    name: str,
    sample: Sample,
    found: ComposedPair,
    sides: tuple[str, str],
    lowest: float | None,
    p_adjusted: float,
    conf_level: float,
) -> list[str]:
    """Add both sides and the difference of one pair; return the titles of variables without a lowest value."""
    whole = f"{name}: both ratings"
    rows.cell(whole, sample.n)
    no_anchor = []
    for place, side in enumerate(sides):
        keys: dict[str, Any] = {"outcome": name, "group": side, "n": sample.n}

        def values(one: CompletedSet, place: int = place) -> Floats:
            return one.columns[place].values

        mean = mean_number(sample, values, conf_level)
        add_pair_number(rows, "mean", mean, "mean, t interval", conf_level, [whole], keys)
        rows.add("sd", estimate=spread(sample, values), method="n − 1 in the denominator", cells=[whole], **keys)
        column = sample.first.columns[place]
        anchor = lowest if lowest is not None else lowest_value(column)
        if anchor is None:
            no_anchor.append(column.info.title)
            continue

        def above(one: CompletedSet, place: int = place, anchor: float = anchor) -> NDArray[np.bool_]:
            return np.asarray(one.columns[place].values > anchor)

        parts = [f"{name}: {side} any", f"{name}: {side} none"]
        number = people(sample, above)
        rows.cell(parts[0], number)
        rows.cell(parts[1], sample.n - number)
        rows.total(whole, parts)
        share = proportion_number(sample, above, conf_level)
        method = f"share above the lowest value ({anchor:g}), logit interval"
        add_pair_number(rows, "proportion", share, method, conf_level, [whole, *parts], keys)
    contrast = f"{sides[0]} \u2212 {sides[1]}"
    keys = {"outcome": name, "contrast": contrast, "n": sample.n}
    test: dict[str, Any] = {}
    if not found.constant:
        test = {
            "statistic": found.difference.statistic,
            "statistic_name": "t",
            "p_value": found.difference.p_value,
            "p_adjusted": p_adjusted,
        }
    method = "no test" if found.constant else "t test of the mean difference"
    add_pair_number(rows, "mean_difference", found.difference, method, conf_level, [whole], {**keys, **test})
    add_pair_number(
        rows,
        "d_z",
        found.d_z,
        "mean difference / SD of the differences, linearised t interval",
        conf_level,
        [whole],
        keys,
    )
    method = "mean difference / √((SD₁² + SD₂²) / 2), linearised t interval"
    add_pair_number(rows, "d_av", found.d_av, method, conf_level, [whole], keys)
    return no_anchor


def add_pair_number(
    rows: Rows, quantity: str, number: Number, method: str, conf_level: float, cells: list[str], keys: dict[str, Any]
) -> None:
    """Add a number of a pair with its error and interval."""
    rows.add(
        quantity,
        estimate=number.estimate,
        std_error=number.std_error,
        df1=number.df if math.isfinite(number.df) else math.nan,
        method=method,
        warning=number.warning,
        cells=cells,
        **number.ends(conf_level),
        **keys,
    )
