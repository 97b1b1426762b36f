"""The made-up results with few groups, with the longest names and with many rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from osa_survey.disclosure import JOURNAL
from osa_survey.results import Layout, Result, Rows, Show, release
from tests import made_up_results as made
from tests.made_up_screening import screening_results
from tests.plots.more_shapes import more_shapes

RESULTS: dict[str, Result] = {
    **made.every_result(),
    "traces": made.traces_result(),
    "shifts": made.shifts_result(),
    "cfa": made.factor_model_result(),
    "invariance": made.steps_result(),
    "mediate": made.paths_result(),
    "apim": made.dyads_result(),
    "attrition": made.attrition_result(),
    "change": made.change_result(),
    "alignment": made.aligned_result(),
    "run_published": made.reproduction_result(),
    "power": made.power_curve_result(),
    **screening_results(),
}
"""One result for each figure of the registry, and for each shape a figure takes."""

RESULTS |= more_shapes()

COUNTRIES = 42
KEYS = ("outcome", "term", "contrast", "group", "level")
LONG = "Selbsteinschätzungsskala partnerschaftlicher Onlinekommunikationsgewohnheiten und Zufriedenheitsveränderungen"
NAMES_IN_TABLES = {
    "compare_groups": ("group",),
    "prevalence": ("group",),
    "paired": ("group",),
    "any_outcome": ("group",),
    "multiple_responses": ("group",),
    "crosstab": ("group", "level"),
    "crossed": ("group", "level"),
    "missing_patterns": ("level",),
    "meta_analysis": ("group",),
    "alignment": ("group",),
    "describe": ("level",),
    "cfa": ("group",),
    "simple_slopes": (),
}
"""Columns whose values are printed as they stand, because they are labels of the study's answers."""

ROWS = {
    "describe": ("outcome", COUNTRIES),
    "screen": ("level", 12),
    "missingness": ("outcome", COUNTRIES),
    "missing_map": ("outcome", COUNTRIES),
    "missing_patterns": ("level", 8),
    "reliability": ("term", COUNTRIES),
    "compare_groups": ("group", COUNTRIES),
    "prevalence": ("outcome", COUNTRIES),
    "by_country": ("group", COUNTRIES),
    "paired": ("outcome", COUNTRIES),
    "crosstab": ("group", COUNTRIES),
    "any_outcome": ("outcome", COUNTRIES),
    "multiple_responses": ("outcome", COUNTRIES),
    "crossed": ("outcome", 12),
    "regress": ("term", COUNTRIES),
    "equivalence": ("contrast", COUNTRIES),
    "compare_with_target": ("level", COUNTRIES),
    "dimensionality": ("level", COUNTRIES),
    "efa": ("term", COUNTRIES),
    "meta_analysis": ("group", COUNTRIES),
    "traces": ("outcome", 20),
    "cfa": ("term", COUNTRIES),
    "apim": ("term", 12),
    "attrition": ("outcome", COUNTRIES),
    "change": ("contrast", 12),
    "alignment": ("group", COUNTRIES),
    "profiles": ("term", COUNTRIES),
    "class_shares": ("term", 12),
    "category_slopes": ("level", COUNTRIES),
    "curves": ("group", 8),
    "run_published": ("outcome", COUNTRIES),
}
"""The key that is made longer, and to how many values."""


def few(name: str) -> Result:
    """Return a result as it is, released."""
    return release(RESULTS[name], JOURNAL)


def long_named(name: str) -> Result:
    """Return a result whose names are the longest a German study has."""
    return _renamed(few(name), NAMES_IN_TABLES.get(name, ()))


def many(name: str) -> Result:
    """Return a result with as many rows as a study of many countries, activities or items has."""
    key, size = ROWS[name]
    return _lengthened(few("prevalence" if name == "by_country" else name), key, size)


def many_columns() -> Result:
    """Return a result whose table is far wider than a page, with hidden numbers in it."""
    return _lengthened(few("multiple_responses"), "group", 9)


def across_a_page() -> Result:
    """Return a result whose table fits a page across, not one upright, and has too many rows to be turned."""
    rows = Rows()
    for outcome in range(5):
        for group in range(8):
            for quantity, value in (("mean", 10.25 + outcome + group), ("sd", 1.5 + outcome / 10)):
                rows.add(quantity, outcome=f"scale {outcome}", group=f"category {group}", n=100, estimate=value)
    layout = Layout(
        rows=("outcome",), across="group", show=(Show("mean", "estimate", "M"), Show("sd", "estimate", "SD"))
    )
    return Result.from_rows(rows, title="Scales", analysis="describe", method="m", n_used=800, layout=layout)


def _renamed(result: Result, columns: tuple[str, ...]) -> Result:
    frame = result.table
    values = {str(value) for key in KEYS for value in frame[key] if value and not _number(str(value))}
    labels = {value: f"{LONG}: {result.labels.get(value, value)}" for value in values}
    labels |= {name: f"{LONG}: {label}" for name, label in result.labels.items() if name}
    for key in columns:
        frame[key] = [labels.get(str(value), str(value)) if value else "" for value in frame[key]]
    more = {name: _renamed(table, columns) for name, table in result.more.items()}
    return replace(result, frame=frame, labels=labels, more=more)


def _number(text: str) -> bool:
    return text.replace(".", "", 1).replace("-", "", 1).replace("−", "", 1).isdigit()


def _lengthened(result: Result, key: str, size: int) -> Result:
    frame = result.table
    values = [value for value in dict.fromkeys(frame[key].astype(str)) if value]
    more = {name: _lengthened(table, key, size) for name, table in result.more.items()}
    if not values:
        return replace(result, more=more)
    others = frame.loc[frame[key] == ""]
    parts, labels = [others], dict(result.labels)
    for place in range(size):
        value = values[place % len(values)]
        own = frame.loc[frame[key] == value].copy()
        name = str(place + 1) if value.isdigit() else value if place < len(values) else f"{value} {place + 1}"
        own[key] = name
        parts.append(own)
        if value in labels and name != value:
            labels[name] = f"{labels[value]} {place + 1}"
    return replace(result, frame=pd.concat(parts, ignore_index=True), labels=labels, more=more)


def variants() -> Mapping[str, tuple[str, str]]:
    """Return the name of each variant → (kind, result)."""
    kinds = {"few": RESULTS, "long": RESULTS, "many": ROWS}
    return {f"{kind}-{name}": (kind, name) for kind, names in kinds.items() for name in names}


def variant(kind: str, name: str) -> Result:
    """Return one variant of a result."""
    return {"few": few, "long": long_named, "many": many}[kind](name)
