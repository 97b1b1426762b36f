"""Who is compared with which cut-off, and the rows of a table of screening shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.composed_numbers import Number, proportion_number
from osa_survey.analysis.describing.composed_prevalences import member_of
from osa_survey.analysis.describing.prevalence_rows import MaskCells
from osa_survey.analysis.domains import restricted_by
from osa_survey.analysis.proportion_intervals import wilson
from osa_survey.analysis.samples import Sample
from osa_survey.dataset import ScaleLog, ScoredData, no_activity_answers
from osa_survey.instruments import Cutoff, Group
from osa_survey.results import Rows
from osa_survey.scoring.definition_notes import RELATIONS, holder

Mask = NDArray[np.bool_]
ROUNDING = 1e-9
"""Scores are sums of products in floating point: within this of a cut-off they are at it."""
NO_ACTIVITY = "not compared: no activity"
NO_CUTOFF = "not compared: no cut-off for the group"
NO_GROUP = "not compared: group not known"
NO_SCORE = "not compared: no score"


@dataclass(frozen=True, repr=False)
class Compared:
    """One cut-off of one scored column: who is compared with it and who meets it."""

    column: str
    cutoff: Cutoff
    people: Mask
    meets: Mask
    warning: str

    @property
    def level(self) -> str:
        """The rule in signs."""
        return f"{RELATIONS[self.cutoff.rule]} {self.cutoff.value:g}"

    @property
    def group(self) -> str:
        """The category the cut-off is for."""
        return self.cutoff.applies_to.category if self.cutoff.applies_to else ""


@dataclass(frozen=True, repr=False)
class ScreenedScale:
    """One scored column: its cut-offs, and who is compared with none of them."""

    column: str
    cutoffs: tuple[Compared, ...]
    left_out: tuple[tuple[str, Mask], ...]


def meets(scores: NDArray[np.float64], cutoff: Cutoff) -> Mask:
    """Return who meets the rule of a cut-off; nobody without a score does.

    Examples
    --------
    >>> at = Cutoff(scale="t", rule=">=", value=0.3, meaning="m", source="s", verified="seen", default=True)
    >>> meets(np.array([0.1 + 0.1 + 0.1, 0.2, np.nan]), at).tolist()
    [True, False, False]
    """
    with np.errstate(invalid="ignore"):
        difference = scores - cutoff.value
        at = np.abs(difference) <= ROUNDING
        beyond = (difference if cutoff.rule.startswith(">") else -difference) > ROUNDING
    return np.asarray(beyond | at if cutoff.rule.endswith("=") else beyond, dtype=bool)


def screened_scale(data: ScoredData, entry: ScaleLog, cutoffs: Sequence[Cutoff]) -> ScreenedScale:
    """Return who is compared with which cut-off of a scale."""
    scores = data.frame[entry.name].to_numpy(dtype=np.float64)
    scored = ~np.isnan(scores)
    inactive = scored & (no_activity_answers(data.responses, entry.block, entry.scale) > 0)
    free = scored & ~inactive
    compared, covered, known = [], np.zeros_like(scored), np.zeros_like(scored)
    for cutoff in cutoffs:
        members, answered, warning = _members(data, cutoff.applies_to)
        people = free & members
        compared.append(Compared(entry.name, cutoff, people, people & meets(scores, cutoff), warning))
        covered |= people
        known |= answered
    outside = free & ~covered
    left_out = [(NO_ACTIVITY, inactive)] if entry.no_activity is not None else []
    if any(cutoff.applies_to is not None for cutoff in cutoffs):
        left_out += [(NO_CUTOFF, outside & known), (NO_GROUP, outside & ~known)]
    return ScreenedScale(entry.name, tuple(compared), (*left_out, (NO_SCORE, ~scored)))


def _members(data: ScoredData, group: Group | None) -> tuple[Mask, Mask, str]:
    """Return who is in a group, whose group is known, and a warning where the data cannot tell."""
    everybody = np.ones(len(data), dtype=bool)
    if group is None:
        return everybody, everybody, ""
    name = holder(group.variable, data.variables.values())
    if not name:
        return ~everybody, ~everybody, f"no variable of the data is, or maps to, '{group.variable}'"
    entry = data.responses.codebook.variables.get(name)
    recode = dict(entry.recode) if entry is not None else {}
    info = data.variables[name]
    values = data.frame[name].to_numpy(dtype=np.float64)
    codes = [
        code for code, label in zip(info.codes, info.labels, strict=True) if recode.get(label, label) == group.category
    ]
    warning = "" if codes else f"'{name}' has no category '{group.category}'"
    return np.isin(values, codes), ~np.isnan(values), warning


@dataclass(frozen=True, repr=False)
class ComposedScreening:
    """The scales of every completed set, and everybody under their design.

    Attributes
    ----------
    sample : Sample
        Everybody.
    scales : tuple of sequence of ScreenedScale
        Of each set.
    """

    sample: Sample
    scales: tuple[Sequence[ScreenedScale], ...]

    def share(self, scale: int, cutoff: int, conf_level: float) -> Number:
        """Return the share that meets a cut-off among those compared with it."""
        compared = [own[scale].cutoffs[cutoff] for own in self.scales]
        inside = restricted_by(self.sample, [one.people for one in compared])
        return proportion_number(inside, member_of(inside, [one.meets for one in compared]), conf_level)

    def left_out(self, scale: int, position: int) -> float:
        """Return how many people are not compared for a reason: the mean over the sets."""
        masks = [own[scale].left_out[position][1] for own in self.scales]
        return float(np.mean([int((one.used & mask).sum()) for one, mask in zip(self.sample.sets, masks, strict=True)]))


def screening_rows(
    scales: Sequence[ScreenedScale], conf_level: float, composed: ComposedScreening | None = None
) -> Rows:
    """Return the share that meets each cut-off, and for each scale how many were not compared and why.

    Parameters
    ----------
    scales : sequence of ScreenedScale
        The scales, of the first completed set if there are several.
    conf_level : float
        Level of the intervals.
    composed : ComposedScreening, optional
        Where weights or imputed sets ask for other numbers than the counts of ``scales``.
    """
    rows, cells = Rows(), MaskCells()
    for place, scale in enumerate(scales):
        atoms = _atoms(scale)
        names = [cells.name(rows, atom, f"{scale.column}, part {number}") for number, atom in enumerate(atoms, 1)]
        everybody = cells.name(rows, np.logical_or.reduce(atoms), f"{scale.column}, all")
        _add_total(rows, everybody, names)
        for number, compared in enumerate(scale.cutoffs):
            description = f"{scale.column}, cut-off {number + 1}"
            found = None if composed is None else composed.share(place, number, conf_level)
            _add_share(rows, compared, (atoms, names), conf_level, cells, description, found)
        for number, (level, mask) in enumerate(scale.left_out):
            cell = cells.name(rows, mask, f"{scale.column}, {level}")
            people = int(mask.sum()) if composed is None else composed.left_out(place, number)
            rows.add("count", outcome=scale.column, level=level, n=len(mask), estimate=people, cells=[cell])
    return rows


def _atoms(scale: ScreenedScale) -> list[Mask]:
    """Return the smallest groups a reader could tell apart: the same for every cut-off and every reason."""
    marks = [mask for compared in scale.cutoffs for mask in (compared.people, compared.meets)]
    marks += [mask for _, mask in scale.left_out]
    _, which = np.unique(np.column_stack(marks), axis=0, return_inverse=True)
    which = which.ravel()
    return [np.asarray(which == number) for number in range(int(which.max()) + 1)]


def _add_total(rows: Rows, total: str, parts: Sequence[str]) -> None:
    if list(parts) != [total]:
        rows.total(total, parts)


def _add_share(
    rows: Rows,
    compared: Compared,
    atoms: tuple[Sequence[Mask], Sequence[str]],
    conf_level: float,
    cells: MaskCells,
    description: str,
    found: Number | None,
) -> None:
    masks = {"compared": compared.people, "meets": compared.meets, "others": compared.people & ~compared.meets}
    names = {what: cells.name(rows, mask, f"{description}, {what}") for what, mask in masks.items()}
    for what in ("meets", "others"):
        parts = [name for atom, name in zip(*atoms, strict=True) if (atom & masks[what]).any()]
        _add_total(rows, names[what], parts)
    if masks["meets"].any() and masks["others"].any():
        rows.total(names["compared"], [names["meets"], names["others"]])
    n, k = int(compared.people.sum()), int(compared.meets.sum())
    keys: dict[str, Any] = {
        "outcome": compared.column,
        "level": compared.level,
        "group": compared.group,
        "n": n if found is None else found.n,
        "statistic": compared.cutoff.value,
        "statistic_name": "cut-off",
        "cells": list(dict.fromkeys(names.values())),
    }
    if n == 0:
        warning = compared.warning or "nobody is compared with this cut-off"
        rows.add("proportion", method="no interval", warning=warning, **keys)
        return
    if found is not None:
        rows.add(
            "proportion",
            estimate=found.estimate,
            std_error=found.std_error,
            df1=found.df,
            method="logit interval",
            warning=found.warning,
            **found.ends(conf_level),
            **keys,
        )
        return
    low, high = wilson(k, n, conf_level)
    rows.add(
        "proportion",
        estimate=k / n,
        conf_low=low,
        conf_high=high,
        conf_level=conf_level,
        method="Wilson interval",
        **keys,
    )
