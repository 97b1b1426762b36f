"""Frequency in two parts under weights or pooled over imputed sets."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.composed_numbers import Number, mean_number, proportion_number, spread
from osa_survey.analysis.describing.activity_frequencies import frequency_table
from osa_survey.analysis.describing.composed_descriptions import add_median
from osa_survey.analysis.describing.composed_prevalences import ArrangedSet, add_share
from osa_survey.analysis.describing.prevalence_rows import ALL, Base, MaskCells
from osa_survey.analysis.domains import composition_notes, composition_words, restricted_by
from osa_survey.analysis.samples import CompletedSet, Data, Sample, sample_of
from osa_survey.results import Result, Rows

Mask = NDArray[np.bool_]
NOBODY = "nobody engaged and said how often in some set"


def composed_frequency_result(
    data: Data,
    arranged: Sequence[ArrangedSet],
    frequency: Mapping[str, str],
    base: Base,
    kind: str,
    conf_level: float,
    cells: MaskCells,
    common: Mapping[str, Any],
) -> Result:
    """Return for each activity the percentage engaged, then mean, SD, median and distribution among the engaged.

    Parameters
    ----------
    data : ScoredData or ImputedData
        Data with weights or imputed sets.
    arranged : sequence of ArrangedSet
        Activities and groupings of each set.
    frequency : mapping of str to str
        Activity → its frequency variable.
    base, kind, conf_level
        As in ``prevalence``.
    cells : MaskCells
        The names of the counts, shared with the table of prevalence.
    common : mapping
        Fields of the result.

    Notes
    -----
    Those engaged who said how often are a domain of the design, in each imputed set those of that set: a weighted
    share, times a weighted mean of the others. Medians are not pooled.
    """
    rows = Rows()
    samples = {name: sample_of(data, [variable], complete_cases=False) for name, variable in frequency.items()}
    for number, activity in enumerate(arranged[0].activities):
        if activity.name in samples:
            _add_activity(rows, arranged, number, samples[activity.name], kind, conf_level, cells)
    whole = next(iter(samples.values()))
    return frequency_table(
        rows,
        arranged[0].activities,
        frequency,
        base,
        common,
        grouped=bool(arranged[0].groupings),
        words_of=composition_words(whole),
        notes=composition_notes(whole),
        median=not whole.imputed,
    )


def _add_activity(
    rows: Rows,
    arranged: Sequence[ArrangedSet],
    number: int,
    sample: Sample,
    kind: str,
    conf_level: float,
    cells: MaskCells,
) -> None:
    activity = arranged[0].activities[number]
    bases = [one.activities[number].base for one in arranged]
    engaged = [one.activities[number].engaged for one in arranged]
    _, engaged_cell, _ = add_share(rows, sample, activity, "", ALL, bases, engaged, kind, conf_level, cells)
    answered = [one.columns[0].answered for one in sample.sets]
    told = [base & yes & known for base, yes, known in zip(bases, engaged, answered, strict=True)]
    silent = [base & yes & ~known for base, yes, known in zip(bases, engaged, answered, strict=True)]
    whole = _add_moments(rows, activity.name, sample, told, "", ALL, conf_level, cells)
    rows.total(
        engaged_cell, [whole, _cell(rows, sample, silent, f"{activity.name}, engaged, frequency missing", cells)]
    )
    for place, grouping in enumerate(arranged[0].groupings):
        parts = []
        for position, (label, _) in enumerate(grouping.groups):
            own = [who & one.groupings[place].groups[position][1] for who, one in zip(told, arranged, strict=True)]
            parts.append(_add_moments(rows, activity.name, sample, own, grouping.name, label, conf_level, cells))
        gaps = [who & one.groupings[place].gap for who, one in zip(told, arranged, strict=True)]
        gap = _cell(rows, sample, gaps, f"{activity.name}, frequency, {grouping.name} without an answer", cells)
        rows.total(whole, [*parts, gap])
    if sample.first.columns[0].info.is_categorical and restricted_by(sample, told).n:
        _add_distribution(rows, activity.name, sample, told, whole, kind, conf_level, cells)


def _cell(rows: Rows, sample: Sample, masks: Sequence[Mask], description: str, cells: MaskCells) -> str:
    """Name people by those of the first set; the count is the mean over the sets."""
    name = cells.name(rows, masks[0], description)
    if len(masks) > 1:
        counts = [int((one.used & mask).sum()) for one, mask in zip(sample.sets, masks, strict=True)]
        rows.cell(name, float(np.mean(counts)))
    return name


def _values(one: CompletedSet) -> NDArray[np.float64]:
    return one.columns[0].values


def _add_moments(
    rows: Rows,
    activity: str,
    sample: Sample,
    told: Sequence[Mask],
    term: str,
    group: str,
    conf_level: float,
    cells: MaskCells,
) -> str:
    name = _cell(rows, sample, told, f"{activity}, frequency, {term} {group}".replace("  ", " "), cells)
    inside = restricted_by(sample, told)
    keys: dict[str, Any] = {"outcome": activity, "term": term, "group": group, "n": inside.n}
    if not inside.n:
        rows.add("mean", method="no mean", warning=NOBODY, cells=[name], **keys)
        return name
    how = "of the codes" if sample.first.columns[0].info.is_categorical else "of the values"
    mean = mean_number(inside, _values, conf_level)
    _add(rows, "mean", mean, f"mean {how}, t interval", conf_level, [name], keys)
    if inside.n > 1:
        rows.add("sd", estimate=spread(inside, _values), method="n − 1 in the denominator", cells=[name], **keys)
    add_median(rows, inside, 0, keys, name, conf_level)
    return name


def _add_distribution(
    rows: Rows,
    activity: str,
    sample: Sample,
    told: Sequence[Mask],
    whole: str,
    kind: str,
    conf_level: float,
    cells: MaskCells,
) -> None:
    """Add the share of each frequency among those engaged, in declared order."""
    info, inside = sample.first.columns[0].info, restricted_by(sample, told)
    parts = []
    for code, label in zip(info.codes, info.labels, strict=True):
        here = [who & (_values(one) == code) for who, one in zip(told, sample.sets, strict=True)]
        others = [who & ~own for who, own in zip(told, here, strict=True)]
        name = _cell(rows, sample, here, f"{activity}, {label}", cells)
        rest = _cell(rows, sample, others, f"{activity}, not {label}", cells)
        rows.total(whole, [name, rest])
        parts.append(name)

        def who_is(one: CompletedSet, code: float = code) -> Mask:
            return np.asarray(_values(one) == code)

        share = proportion_number(inside, who_is, conf_level, kind)
        keys: dict[str, Any] = {"outcome": activity, "group": ALL, "level": label, "n": inside.n}
        _add(rows, "proportion", share, f"share among those engaged, {kind} interval", conf_level, [name, rest], keys)
    rows.total(whole, parts)


def _add(
    rows: Rows, quantity: str, number: Number, method: str, conf_level: float, behind: list[str], keys: dict[str, Any]
) -> None:
    rows.add(
        quantity,
        estimate=number.estimate,
        std_error=number.std_error,
        df1=number.df if math.isfinite(number.df) else math.nan,
        method=method,
        warning=number.warning,
        cells=behind,
        **number.ends(conf_level),
        **keys,
    )
