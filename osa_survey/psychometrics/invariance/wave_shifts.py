"""How large non-invariance over waves is: in points of items and scales, and beside the difference of means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from osa_survey.psychometrics.confirmatory.fits import FactorFit
from osa_survey.psychometrics.invariance.climbing import Step
from osa_survey.psychometrics.invariance.size_tables import SIZES, LadderParts, add_latent, cells_of, started, step_name
from osa_survey.psychometrics.invariance.wave_items import WaveItems
from osa_survey.psychometrics.invariance.wave_ladders import WaveLadder
from osa_survey.results import Result

Floats = NDArray[np.float64]
NOTE_SHIFT = (
    "Shifts: the expected answer with the wave's own item parameters less that with those of {first}, both for the "
    "wave's own distribution of the factors. Equal parameters give no shift."
)


@dataclass(frozen=True, repr=False)
class WaveShift:
    """One wave against the first.

    Attributes
    ----------
    wave : int
        The wave, from 0.
    items : ndarray of float, shape (items,)
        Expected answer with the wave's own item parameters less the one with the first wave's, both for the wave's
        own distribution of the factors.
    observed : ndarray of float, shape (items,)
        Difference of the mean answers.
    """

    wave: int
    items: Floats
    observed: Floats


def wave_shifts(
    fit: FactorFit, ladder: WaveLadder, answers: dict[str, Floats], observed: Floats
) -> tuple[WaveShift, ...]:
    """Return the shifts of every wave after the first, at a model with a common scale.

    Parameters
    ----------
    fit : FactorFit
        A model in which intercepts (or thresholds and intercepts) are equal but for what was given up.
    ladder : WaveLadder
        Which column is which item.
    answers : dict of str to ndarray
        Ordinal item → its answers, ascending; empty for numbers.
    observed : ndarray of float, shape (columns,)
        Mean answers in the order of the fit.

    Notes
    -----
    Numbers: ``nu + Lambda E(eta)``. Ordinal: ``v_0 + sum (v_k - v_{k-1}) Phi((mu - tau_k) / sd)`` with ``mu`` and
    ``sd`` of the answer behind the item.
    """
    structure = fit.structures[0]
    m = structure.matrices(fit.minimum.parameters)
    place = {name: index for index, name in enumerate(fit.table.observed)}
    factor = {name: index for index, name in enumerate(fit.table.latent)}
    columns = np.array([[place[column] for column in columns] for columns in ladder.columns.values()])
    factors = np.array([[factor[name] for name in names] for names in ladder.factors.values()])
    own = m.thresholds
    bounds = [own[structure.threshold_items == index] for index in range(len(place))]
    found = []
    for wave in range(1, ladder.n_waves):
        here, first, there = columns[:, wave], columns[:, 0], factors[:, wave]
        loadings = m.loadings[np.ix_(first, factors[:, 0])]
        means = m.intercepts[first] + loadings @ m.factor_means[there]
        spread = ((loadings @ m.factors[np.ix_(there, there)]) * loadings).sum(axis=1) + np.diag(m.residuals)[first]
        shift = np.array(
            [
                _expected(m.means[at], m.covariance[at, at], bounds[at], answers.get(item))
                - _expected(mean, variance, bounds[before], answers.get(item))
                for item, at, before, mean, variance in zip(ladder.items, here, first, means, spread, strict=True)
            ]
        )
        found.append(WaveShift(wave, shift, observed[here] - observed[first]))
    return tuple(found)


def _expected(mean: float, variance: float, thresholds: Floats, answers: Floats | None) -> float:
    if answers is None:
        return float(mean)
    return float(answers[0] + np.diff(answers) @ ndtr((mean - thresholds) / np.sqrt(variance)))


def wave_size_table(
    parts: LadderParts, ladder: WaveLadder, items: WaveItems, shifts: tuple[WaveShift, ...], step: Step
) -> Result:
    """Return shifts of items and scales, observed differences and differences of factor means."""
    rows = started(parts)
    name, n, waves = parts.items.name, step.fit.n, items.waves
    order = list(ladder.items)
    labels = {name: parts.items.title, **parts.items.labels}
    labels |= {f"{wave} − {waves[0]}": f"{own} − {items.said[0]}" for wave, own in zip(waves, items.said, strict=True)}
    for shift in shifts:
        contrast = f"{waves[shift.wave]} − {waves[0]}"
        where: dict[str, Any] = {"contrast": contrast, "n": n, "cells": cells_of(parts)}
        for item, value in zip(order, shift.items, strict=True):
            rows.add("item_bias", outcome=name, term=item, estimate=value, method=step_name(step), **where)
        for factor, own in ladder.loadings.items():
            places = [order.index(item) for item in own]
            score, times = parts.items.scoring.get(factor, ("sum", 1.0))
            weight = times / (len(own) if score == "mean" else 1)
            said = f"{score} of the items"
            amount = float(shift.observed[places].sum() * weight)
            rows.add("mean_difference", outcome=factor, estimate=amount, method=f"observed, {said}", **where)
            amount = float(shift.items[places].sum() * weight)
            rows.add("scale_bias", outcome=factor, estimate=amount, method=f"{step_name(step)}, {said}", **where)
            add_latent(rows, parts, step, (factor, ladder.factors[factor][shift.wave], 0), where)
    return Result.from_rows(
        rows,
        title=f"Size of what differs: {parts.items.title} over waves",
        analysis="longitudinal_invariance",
        method=f"expected answers at the step “{step_name(step)}”",
        n_used=n,
        n_dropped=parts.n_all - n,
        labels=labels,
        notes=(NOTE_SHIFT.format(first=items.said[0]),),
        layout=SIZES,
    )
