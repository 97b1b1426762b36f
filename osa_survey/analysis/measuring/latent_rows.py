"""The tables of correlations of answer tendencies under weights or pooled over completed sets."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from osa_survey.analysis.domains import composition_notes, composition_references, composition_words
from osa_survey.analysis.estimate_fields import estimate_fields
from osa_survey.analysis.measuring.latent_numbers import LatentNumbers
from osa_survey.analysis.samples import Sample
from osa_survey.imputation import d2
from osa_survey.psychometrics.answer_correlation_sentences import LatentWords
from osa_survey.psychometrics.answer_correlation_tables import (
    MUTHEN,
    NOTE_EMPTY,
    NOTE_LISTWISE,
    NOTE_NORMAL,
    NOTE_PAIRWISE,
    NOTE_TEST,
    OLSSON,
    POLYSERIAL,
)
from osa_survey.psychometrics.answer_correlations import NOBODY, PERFECT, SAME_ANSWER
from osa_survey.psychometrics.item_matrices import ItemMatrix
from osa_survey.results import Layout, Result, Rows, Show

UNKNOWN = "not defined: nobody has both, or one of them does not vary"
EMPTY_SOMEWHERE = "not pooled: an answer that nobody gave in some set has no threshold"
UNTESTED = "Whether normal tendencies fit a table is not tested: under weights the deviance follows no χ² distribution."
NOTE_D2 = "χ² of the sets are pooled by D2, which is approximate."
ON_Z = "Correlations are pooled and bounded on Fisher's z."
D2 = (
    "Li, K. H., Meng, X. L., Raghunathan, T. E., & Rubin, D. B. (1991). Significance levels from repeated p-values "
    "with multiply-imputed data. Statistica Sinica, 1(1), 65–92."
)


@dataclass(frozen=True, repr=False)
class LatentTables:
    """Everything the tables are filled from.

    ``titles`` says what print calls the variables; ``settings`` what was asked for; ``used`` counts respondents.
    """

    items: ItemMatrix
    sample: Sample
    found: LatentNumbers
    names: tuple[str, ...]
    titles: Mapping[str, str]
    settings: Mapping[str, Any]
    conf_level: float
    used: int

    @property
    def weighted(self) -> bool:
        """Whether there is a design."""
        return self.sample.design is not None

    def fields(self) -> dict[str, Any]:
        """Return what both tables have in common."""
        return {
            "analysis": "polychoric",
            "n_used": self.used,
            "n_dropped": len(self.items.values) - self.used,
            "settings": dict(self.settings),
            "labels": {self.items.name: self.items.title, **self.titles},
        }


def composed_latent_result(parts: LatentTables) -> Result:
    """Return the table of correlations with the table of thresholds beside it."""
    kinds = [_kind(parts, place) for place in range(len(parts.found.known))]
    listed = ", ".join(dict.fromkeys(kinds))
    full = parts.settings["method"] == "ml"
    how = "full maximum likelihood" if full else "two-step maximum likelihood"
    missing = parts.settings["missing"]
    tested = not parts.weighted
    return Result.from_rows(
        _correlations(parts, kinds),
        title=f"Correlations of the answer tendencies of {parts.items.title}",
        method=f"{listed[0].upper()}{listed[1:]} correlations by {how} ({missing})" + composition_words(parts.sample),
        notes=(
            NOTE_LISTWISE if missing == "listwise" else NOTE_PAIRWISE,
            NOTE_NORMAL,
            ON_Z,
            *((NOTE_TEST, NOTE_D2) if tested else (UNTESTED,)),
            NOTE_EMPTY,
            *composition_notes(parts.sample),
        ),
        references=(
            OLSSON,
            *(() if full else (MUTHEN,)),
            *((POLYSERIAL,) if parts.settings["numbers"] else ()),
            *((D2,) if tested else ()),
            *composition_references(parts.sample),
        ),
        more={"thresholds": _thresholds(parts)},
        wording=LatentWords(parts.items.title, tuple(parts.titles.items())),
        layout=Layout(rows=("term",), show=(Show("latent_r"),), across="outcome", row_head="Item"),
        plot="correlation_heatmap",
        **parts.fields(),
    )


def _kind(parts: LatentTables, place: int) -> str:
    sizes = parts.found.solved[0].sizes
    pair = parts.found.answers[0].pairs[place]
    items = [size for size in pair if size < len(sizes)]
    if len(items) == 1:
        return "polyserial"
    if not items:
        return "Pearson"
    return "tetrachoric" if all(sizes[item] == 2 for item in items) else "polychoric"


def _correlations(parts: LatentTables, kinds: list[str]) -> Rows:
    rows, found = Rows(), parts.found
    people = np.mean([own.people for own in found.answers], axis=0)
    fewest = np.min([own.people for own in found.answers], axis=0)
    position = np.cumsum(found.known) - 1
    tests = {} if parts.weighted else _tests(found)
    for place, (i, j) in enumerate(found.answers[0].pairs):
        first, second = parts.names[i], parts.names[j]
        cell = f"{first}|{second}"
        rows.cell(cell, float(people[place]))
        common: dict[str, Any] = {"term": first, "outcome": second, "n": int(fewest[place]), "cells": [cell]}
        if found.known[place] and found.on_z is not None:
            fields = _back(estimate_fields(found.on_z, int(position[place]), parts.conf_level))
            rows.add(
                "latent_r",
                method=f"{kinds[place]}, t interval of Fisher's z, {found.on_z.how}",
                warning=_empty(found, place),
                **fields,
                **tests.get(place, {}),
                **common,
            )
            continue
        each = found.each[:, place]
        perfect = bool(np.isfinite(each).all())
        warning = PERFECT if perfect else _why(found, place, int(fewest[place]))
        value = float(np.mean(each)) if perfect else math.nan
        rows.add("latent_r", estimate=value, method=f"{kinds[place]}, no interval", warning=warning, **common)
    return rows


def _back(fields: dict[str, Any]) -> dict[str, Any]:
    """Return estimate, error and bounds on the scale of correlations."""
    value = math.tanh(fields["estimate"])
    bounds = {name: math.tanh(fields[name]) for name in ("conf_low", "conf_high")}
    level = fields["conf_level"] if math.isfinite(bounds["conf_low"]) else math.nan
    return {**bounds, "estimate": value, "std_error": fields["std_error"] * (1 - value**2), "conf_level": level}


def _why(found: LatentNumbers, place: int, people: int) -> str:
    pair = found.answers[0].pairs[place]
    sizes = found.solved[0].sizes
    if any(item < len(sizes) and sizes[item] < 2 for item in pair):
        return SAME_ANSWER
    return NOBODY if people == 0 else UNKNOWN


def _empty(found: LatentNumbers, place: int) -> str:
    """Return how many cells of the cross table are empty: the most of any set."""
    if place >= len(found.solved[0].pairs.rho):
        return ""
    most = 0
    for one in found.solved:
        i, j = one.pairs.first[place], one.pairs.second[place]
        inside = one.pairs.tables[place][: one.sizes[i], : one.sizes[j]]
        most = max(most, int((inside <= 0).sum()))
    return f"{most} empty cell{'s' if most > 1 else ''} in the cross table" if most else ""


def _tests(found: LatentNumbers) -> dict[int, dict[str, Any]]:
    """Return the tests of normal tendencies of the pairs of items, pooled by D2."""
    tests = {}
    pairs = found.solved[0].pairs
    for place, (i, j) in enumerate(zip(pairs.first, pairs.second, strict=True)):
        df = int(np.prod(found.solved[0].sizes[[i, j]] - 1) - 1)
        if df < 1 or not np.isfinite(found.deviances[:, place]).all() or any(one.lacks(i, j) for one in found.solved):
            continue
        test = d2(found.deviances[:, place], df)
        tests[place] = {
            "statistic": test.statistic, "statistic_name": "F", "df1": float(df), "df2": test.df2,
            "p_value": test.p_value,
        }  # fmt: skip
    return tests


def _thresholds(parts: LatentTables) -> Result:
    rows, found = Rows(), parts.found
    at, position = 0, np.cumsum(found.known_thresholds) - 1
    for item, name in enumerate(parts.items.columns):
        answers = found.answers[0].items.answers[item]
        counts = np.array([[(own.items.codes[item] == code).sum() for code in range(len(answers))]
                           for own in found.answers])  # fmt: skip
        for answer, count in zip(answers, counts.mean(axis=0), strict=True):
            rows.cell(f"{name}|answer {answer:g}", float(count))
        common: dict[str, Any] = {"outcome": name, "n": int(counts.sum(axis=1).min())}
        method = "normal quantile of the share at or below"
        if len(answers) < 2:
            rows.cell(name, float(counts.sum(axis=1).mean()))
            warning = "not defined: everybody gave the same answer"
            rows.add("threshold", warning=warning, method=method, cells=[name], **common)
        for place in range(len(answers) - 1):
            known = found.thresholds is not None and bool(found.known_thresholds[at])
            fields: dict[str, Any] = {"estimate": math.nan}
            if found.thresholds is not None and known:
                fields = estimate_fields(found.thresholds, int(position[at]), parts.conf_level)
            rows.add(
                "threshold",
                level=f"{answers[place]:g}|{answers[place + 1]:g}",
                method=method,
                warning="" if known else EMPTY_SOMEWHERE,
                cells=[f"{name}|answer {answers[place + step]:g}" for step in (0, 1)],
                **fields,
                **common,
            )
            at += 1
    return Result.from_rows(
        rows,
        title=f"Thresholds of the items of {parts.items.title}",
        method="normal quantiles of cumulative shares; intervals by the delta method" + composition_words(parts.sample),
        layout=Layout(rows=("outcome",), show=(Show("threshold"),), across="level", row_head="Item"),
        notes=composition_notes(parts.sample),
        **parts.fields(),
    )
