"""The rows and tables of regressions of people in groups, each row with the people it would give away."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from osa_survey.analysis.estimate_fields import estimate_fields, tested_fields
from osa_survey.analysis.grouped.grouped_changes import CHANGE_LAYOUT, Change, add_changes
from osa_survey.analysis.grouped.grouped_models import GroupedData, GroupedFit
from osa_survey.analysis.grouped.grouped_sentences import GroupedFitSentences
from osa_survey.analysis.regressing.design_matrices import INTERCEPT, Design, Term
from osa_survey.analysis.regressing.model_outcomes import EVENTS, OTHERS
from osa_survey.analysis.regressing.regression_sentences import BlockSentences, TermSentences
from osa_survey.results import Layout, Result, Rows, Show
from osa_survey.weighting import covariance_words, design_note, sample_notes, sample_references

ALL = "n used"
FEW_GROUPS = 5


@dataclass(frozen=True, repr=False)
class GroupedTables:
    """What is printed of a model of people in groups.

    Attributes
    ----------
    analysis, name, method : str
        The verb; ``"Mixed model"`` for the title; how it is estimated.
    add_fit : callable
        Adds what is known of the fit of a block's model, with what its rows share.
    shares : tuple of str
        The quantities of fit that sentences tell.
    fit_show : tuple of Show
        The columns of the table of fit after the groups.
    settings : mapping
        Arguments that changed a number.
    notes, references : tuple of str
        Below the table.
    change : callable
        The test of what a block adds to the one before.
    more : callable, optional
        From the fits to further tables: (Rows, title, Layout) of each.
    """

    analysis: str
    name: str
    method: str
    add_fit: Callable[[Rows, GroupedFit, dict[str, Any]], None]
    shares: tuple[str, ...]
    fit_show: tuple[Show, ...]
    settings: Mapping[str, Any]
    notes: tuple[str, ...]
    references: tuple[str, ...]
    change: Change
    more: Callable[[Sequence[GroupedFit]], Mapping[str, tuple[Rows, str, Layout]]] | None = None


def first_rows(data: GroupedData) -> tuple[Rows, tuple[str, ...]]:
    """Return rows that know the people of the model, and the cells every number of it stands on."""
    rows = Rows()
    y = data.outcome.values(data.sample.first.values())
    among = data.sample.among_all
    rows.cell(ALL, among(np.ones(len(y), dtype=bool), data.n))
    parts = data.outcome.groups(y)
    if not data.outcome.kind.binary:
        return rows, (ALL,)
    for (name, people), members in zip(parts, data.outcome.members(y), strict=True):
        rows.cell(name, among(members, people))
    rows.total(ALL, [name for name, _ in parts])
    return rows, (ALL, *(name for name, _ in parts))


def _fit_rows(data: GroupedData, fits: Sequence[GroupedFit], tables: GroupedTables) -> Rows:
    """Return the number of groups and the fit of each block."""
    rows, base = first_rows(data)
    for fit in fits:
        keys: dict[str, Any] = {
            "outcome": data.outcome.info.name,
            "level": data.level(fit.block),
            "n": data.n,
            "cells": base,
            "warning": "; ".join(fit.warnings),
        }
        rows.add("groups", estimate=data.n_groups, method="count", **keys)
        tables.add_fit(rows, fit, keys)
    return rows


def coefficient_rows(data: GroupedData, fits: Sequence[GroupedFit], method: str) -> Rows:
    """Return B and exp(B) of every term of every block, with reference categories as rows of their own."""
    rows, base = first_rows(data)
    ratio = data.outcome.kind.ratio
    for fit in fits:
        shown: set[str] = set()
        found = fit.estimates
        for k, term in enumerate(fit.terms):
            keys: dict[str, Any] = {"outcome": data.outcome.info.name, "level": data.level(fit.block), "n": data.n}
            if term.reference and term.reference not in shown:
                shown.add(term.reference)
                rows.add(ratio or "b", term=term.reference, cells=base, method="reference category: no estimate",
                         **keys)  # fmt: skip
            limits, test = estimate_fields(found, k, data.conf_level), tested_fields(found, k)
            cells = (*base, *_people_cells(rows, data, fit, term))
            common = {**keys, "term": term.name, "cells": cells, "warning": "; ".join(fit.warnings)}
            rows.add("b", method=method, **limits, **test, **common)
            if ratio and term.name != INTERCEPT:
                ends: dict[str, Any] = {
                    key: float(np.exp(limits[key])) for key in ("estimate", "conf_low", "conf_high")
                }
                rows.add(ratio, method="exp(B), Wald interval", conf_level=data.conf_level, **ends, **test, **common)
            if found.fmi is not None:
                rows.add("fmi", estimate=float(found.fmi[k]), method="fraction of missing information of B", **common)
    return rows


def _people_cells(rows: Rows, data: GroupedData, fit: GroupedFit, term: Term) -> tuple[str, ...]:
    """Name the groups a coefficient compares, and their events where a model of them alone gives these back."""
    entered = {found.predictor for found in fit.terms if found.name != INTERCEPT}
    alone = next(iter(entered)) if len(entered) == 1 else ""
    people = term.people
    if term.name == INTERCEPT and alone in data.design.categories:
        reference, _, size = data.design.categories[alone][0]
        people = ((reference, size),)
    cells = []
    for name, size in people:
        rows.cell(f"behind {name}", size)
        cells.append(f"behind {name}")
    if data.outcome.kind.binary and alone in data.design.categories:
        y = data.outcome.values(data.sample.first.values())
        dummies = {
            found.name: data.design.matrix[:, position] == 1
            for position, found in enumerate(data.design.terms)
            if found.predictor == alone
        }
        for name, _ in people:
            members = dummies.get(name, ~np.logical_or.reduce(list(dummies.values())))
            for group, size in data.outcome.groups(y[members]):
                rows.cell(f"{group} of {name}", size)
                cells.append(f"{group} of {name}")
    return tuple(cells)


def grouped_result(data: GroupedData, fit_block: Callable[[int], GroupedFit], tables: GroupedTables) -> Result:
    """Return the result of a model of people in groups, fitted block by block."""
    fits = [fit_block(block) for block in range(1, data.design.n_blocks + 1)]
    outcome, design = data.outcome, data.design
    event = f" (event: {outcome.event})" if outcome.kind.binary else ""
    what = f"{outcome.info.title}{event}"
    labels = {outcome.info.name: outcome.info.title, INTERCEPT: "Intercept", EVENTS: "Events", OTHERS: "Non-events",
              "residual": "Residual"}  # fmt: skip
    labels |= {term.name: term.label for term in design.terms} | dict(design.references)
    settings = {"outcome": outcome.info.name, "groups": data.sample.first.columns[-1].info.name,
                "blocks": [[t.name for t in design.terms if t.block == b + 1] for b in range(design.n_blocks)],
                "event": outcome.event or None,
                "references": {name: members[0][1] for name, members in design.categories.items()},
                "completed_sets": data.sample.m if data.sample.imputed else None,
                "conf_level": data.conf_level, **tables.settings}  # fmt: skip
    notes = list(tables.notes)
    references = [*tables.references, *sample_references(data.sample.design)]
    method = tables.method
    if data.sample.design is not None:
        how = covariance_words(data.sample.design)
        method = f"{method}, weighted; {how}"
        notes += [design_note(data.sample.design), *sample_notes(data.sample.design)]
    if data.sample.imputed:
        notes.append(f"Coefficients are pooled over {data.sample.m} completed sets; variances and shares are means.")
        references.append(
            "Barnard, J., & Rubin, D. B. (1999). Small-sample degrees of freedom with multiple imputation. Biometrika, "
            "86, 948–955. doi:10.1093/biomet/86.4.948"
        )
    fields: dict[str, Any] = {
        "analysis": tables.analysis,
        "method": method,
        "n_used": data.n,
        "n_dropped": data.sample.n_dropped,
        "settings": {key: value for key, value in settings.items() if value not in (None, [], {}, ())},
        "labels": dict(design.titles) | labels,
        "references": tuple(references),
    }
    level = data.level(design.n_blocks)
    several = design.n_blocks > 1
    more = {
        "fit": Result.from_rows(
            _fit_rows(data, fits, tables),
            title=f"Fit of the {tables.name[:1].lower()}{tables.name[1:]} of {what}",
            wording=GroupedFitSentences(outcome.info.title, tables.shares, level),
            layout=Layout(rows=("level",) if several else ("outcome",), show=(Show("groups"), *tables.fit_show),
                          row_head="Model"),
            **fields,
        )
    }  # fmt: skip
    for key, (rows, title, layout) in (tables.more(fits) if tables.more else {}).items():
        more[key] = Result.from_rows(rows, title=f"{title}, {what}", layout=layout, **fields)
    if several:
        more["blocks"] = Result.from_rows(
            add_changes(*first_rows(data), data, fits, tables.change),
            title=f"Change from block to block, {what}",
            wording=BlockSentences(outcome.info.title, linear=False),
            layout=CHANGE_LAYOUT,
            **fields,
        )
    ratio = outcome.kind.ratio
    size = (Show(ratio), Show(ratio, "interval")) if ratio else (Show("b", "interval"),)
    show = (Show("b"), Show("b", "std_error"), *size, Show("b", "p"), *([Show("fmi")] if data.sample.imputed else []))
    return Result.from_rows(
        coefficient_rows(data, fits, method),
        title=f"{tables.name} of {what}, people within {data.group_title}",
        notes=tuple(notes),
        wording=TermSentences(
            outcomes={"": outcome.info.title},
            events={"": outcome.event} if outcome.kind.binary else {},
            phrases={term.name: _phrase(design, term) for term in design.terms},
            level=level,
            ratio=ratio,
        ),
        layout=Layout(rows=("level", "term") if several else ("term",), show=show, row_head="Predictor"),
        more=more,
        plot="coefficients",
        **fields,
    )


def _phrase(design: Design, term: Term) -> str:
    if not term.reference:
        return term.label
    return f"{term.label} (compared with {design.categories[term.predictor][0][1]})"
