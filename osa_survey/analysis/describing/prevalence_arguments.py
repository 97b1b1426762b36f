"""What ``prevalence`` is asked for: activities and their engaged categories, bases, groupings, intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import get_args

from osa_survey.analysis.describing.composed_prevalences import NAMES
from osa_survey.analysis.describing.prevalence_rows import Base, Grouping, grouped_labels
from osa_survey.analysis.proportion_intervals import INTERVAL_NAMES
from osa_survey.analysis.samples import does_not_compose
from osa_survey.dataset import Column
from osa_survey.errors import AnalysisError, Problem, nearest


def check_choices(
    names: list[str],
    by: list[str],
    base: str,
    interval: str,
    conf_level: float,
    frequency: Mapping[str, str],
    *,
    crossed: bool,
) -> None:
    """Raise an AnalysisError with everything that is wrong with the arguments."""
    problems = []
    intervals = (*INTERVAL_NAMES, *NAMES)
    if crossed and len(by) != 2:
        hint = 'by = ["age_group", "gender"]'
        problems.append(Problem("two_groupings_needed", "crossed takes two grouping variables", key="by", hint=hint))
    for key, value, known in (("base", base, get_args(Base)), ("interval", interval, intervals)):
        if value not in known:
            problems.append(
                Problem("unknown_choice", f"{key} cannot be '{value}'", key=key, hint=nearest(value, known))
            )
    if not names:
        problems.append(Problem("no_activity", "no activity is named", key="activities", hint="name one or more"))
    repeated = {name for name in (*names, *by) if [*names, *by].count(name) > 1}
    for name in sorted(repeated):
        problems.append(Problem("named_twice", f"'{name}' is named twice", column=name, hint="name it once"))
    for name in frequency:
        if name not in names:
            hint = nearest(name, names)
            problems.append(Problem("unknown_activity", f"'{name}' is no activity here", key="frequency", hint=hint))
    if not 0 < conf_level < 1:
        problems.append(
            Problem("conf_level", "conf_level lies between 0 and 1", key="conf_level", hint="0.95 is usual")
        )
    if problems:
        raise AnalysisError(problems)


def engaged_labels_of(
    columns: Sequence[Column], yes: str | Sequence[str] | Mapping[str, str | Sequence[str]] | None
) -> list[tuple[str, ...]]:
    """Return for each activity the categories that count as engaged."""
    problems = []
    chosen: list[tuple[str, ...]] = []
    for column in columns:
        info = column.info
        if not info.is_categorical:
            hint = "declare its categories in the codebook; for how often, use frequency={activity: variable}"
            problems.append(Problem("not_categories", f"{info.title} is a number", column=info.name, hint=hint))
            continue
        asked = yes.get(info.name) if isinstance(yes, Mapping) else yes
        if asked is None:
            labels = tuple(label for label in info.labels if label.strip().lower() == "yes")
        else:
            labels = (asked,) if isinstance(asked, str) else tuple(asked)
        known = ", ".join(f"'{label}'" for label in info.labels)
        wrong = [label for label in labels if label not in info.labels]
        if wrong or not labels:
            what = f"'{wrong[0]}' is none of its categories" if wrong else "none of its categories is called 'yes'"
            hint = f"yes = the label or labels that count; there are {known}"
            message = f"say which answers to {info.title} count as engaged: {what}"
            problems.append(Problem("engaged_category", message, column=info.name, key="yes", hint=hint))
            continue
        chosen.append(labels)
    if isinstance(yes, Mapping):
        names = [column.info.name for column in columns]
        for name in yes:
            if name not in names:
                hint = nearest(name, names)
                problems.append(Problem("unknown_activity", f"'{name}' is no activity here", key="yes", hint=hint))
    if problems:
        raise AnalysisError(problems)
    return chosen


def groupings_of(columns: Sequence[Column]) -> tuple[Grouping, ...]:
    """Return the groups of each grouping variable, with labels that are unique over all of them."""
    problems = [
        Problem(
            "not_categories",
            f"{column.info.title} is a number and makes no groups",
            column=column.info.name,
            hint="declare bands as an ordinal variable",
        )
        for column in columns
        if not column.info.is_categorical
    ]
    if problems:
        raise AnalysisError(problems)
    labels = grouped_labels([(column.info.title, [label for label, _ in column.categories()]) for column in columns])
    return tuple(
        Grouping(
            column.info.name,
            column.info.title,
            tuple(zip(names, (mask for _, mask in column.categories()), strict=True)),
            ~column.answered,
        )
        for column, names in zip(columns, labels, strict=True)
    )


def check_composition(composed: bool, interval: str) -> None:
    """Raise an AnalysisError where an option has no rule under weights or imputation, or only there."""
    if composed and interval in INTERVAL_NAMES:
        message = f"the {INTERVAL_NAMES[interval]} interval takes every respondent once and complete"
        raise does_not_compose(message, 'use interval = "logit" or, under weights, "beta"')
    if not composed and interval in NAMES:
        message = f"the {NAMES[interval]} belongs to weighted or imputed data"
        raise does_not_compose(message, 'use interval = "wilson" or "clopper_pearson"')
