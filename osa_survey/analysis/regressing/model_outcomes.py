"""The outcome of a regression: which values it may have, and what its events or categories are called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.regressing.model_kinds import ModelKind
from osa_survey.analysis.samples import CompletedSet
from osa_survey.dataset import Column, VariableInfo
from osa_survey.errors import AnalysisError, Problem
from osa_survey.models import Family

Floats = NDArray[np.float64]
EVENTS, OTHERS = "events", "non-events"
NONE, SOME = "none", "at least one"


@dataclass(frozen=True, repr=False)
class Outcome:
    """The outcome of a regression.

    Attributes
    ----------
    info : VariableInfo
        The variable.
    kind : ModelKind
        The model it is the outcome of.
    family : Family
        The likelihood.
    event : str
        The category whose chance a binary model describes; "" otherwise.
    categories : tuple of str
        The categories of an ordinal or multinomial model in the order of the model.
    codes : tuple of float
        The values that stand for 0, 1, … of the likelihood (binary: those of the event).
    """

    info: VariableInfo
    kind: ModelKind
    family: Family
    event: str = ""
    categories: tuple[str, ...] = ()
    codes: tuple[float, ...] = ()

    def values(self, raw: Floats) -> Floats:
        """Return the outcome as the likelihood takes it."""
        if self.kind.binary:
            return np.asarray(raw == self.codes[0], dtype=np.float64)
        if self.kind.categorical:
            return np.asarray(np.argmax(raw[:, None] == np.array(self.codes), axis=1), dtype=np.float64)
        return raw

    def groups(self, y: Floats) -> tuple[tuple[str, int], ...]:
        """Return groups of people that coefficients tell of, with their numbers; they add up to all."""
        if self.kind.binary:
            return ((EVENTS, int(y.sum())), (OTHERS, int(len(y) - y.sum())))
        if self.kind.categorical:
            counts = np.bincount(y.astype(np.intp), minlength=len(self.categories))
            return tuple(zip(self.categories, map(int, counts), strict=True))
        if self.kind.second:
            return ((NONE, int((y == 0).sum())), (SOME, int((y > 0).sum())))
        return ()

    def members(self, y: Floats) -> tuple[NDArray[np.bool_], ...]:
        """Return who is in each of the groups."""
        if self.kind.binary:
            return (y == 1, y != 1)
        if self.kind.categorical:
            return tuple(y == code for code in range(len(self.categories)))
        return (y == 0, y > 0) if self.kind.second else ()

    @property
    def equations(self) -> tuple[str, ...]:
        """The names of the equations of a multinomial model, else one without a name."""
        if self.kind.outcome == "categories":
            return tuple(f"{category} vs {self.categories[0]}" for category in self.categories[1:])
        return ("",)


def outcome_of(
    kind: ModelKind, sets: Sequence[CompletedSet], event: str | float | None, reference: str | None
) -> Outcome:
    """Return the outcome of a model, checked in every set.

    Parameters
    ----------
    kind : ModelKind
        The model.
    sets : sequence of CompletedSet
        The outcome is their first variable.
    event : str or float or None
        The event of a binary model.
    reference : str or None
        The reference category of a multinomial model, where it is not to be the declared one.

    Raises
    ------
    AnalysisError
        Events asked of other models, values the model cannot have, an outcome that is the same for everybody.
    """
    column = sets[0].columns[0]
    info = column.info
    if event is not None and not kind.binary:
        message = f"a {kind.title} model has no event"
        raise AnalysisError(Problem("event", message, key="event", hint="write model='logistic'"))
    raw = np.concatenate([one.values() for one in sets])
    if kind.binary:
        code, label = _event(column, raw, event)
        for one in sets:
            y = one.values() == code
            if y.all() or not y.any():
                message = f"the respondents used are all {'events' if y[0] else 'non-events'} ({info.title}: {label})"
                raise AnalysisError(Problem("constant_outcome", message, column=info.name, hint="see who is left"))
        return Outcome(info, kind, kind.build(2), label, codes=(code,))
    if kind.outcome == "ordered" and info.type == "nominal":
        hint = "write model='multinomial', or declare the variable ordinal"
        message = f"the categories of {info.title} have no order, so they cannot be an ordinal model's outcome"
        raise AnalysisError(Problem("nominal_outcome", message, column=info.name, hint=hint))
    if not kind.categorical and info.type == "nominal":
        hint = "write model='logistic' and event='the category'"
        message = f"the categories of {info.title} have no order, so they cannot be a {kind.title} model's outcome"
        raise AnalysisError(Problem("nominal_outcome", message, column=info.name, hint=hint))
    if any(np.ptp(one.values()) == 0 for one in sets):
        message = f"{info.title} has one value only among the respondents used"
        raise AnalysisError(Problem("constant_outcome", message, column=info.name, hint="see who is left"))
    if kind.categorical:
        labels, codes = _categories(info, raw, reference if kind.outcome == "categories" else None, kind)
        return Outcome(info, kind, kind.build(len(codes)), categories=labels, codes=codes)
    return Outcome(info, kind, kind.build(0))


def _event(column: Column, raw: Floats, event: str | float | None) -> tuple[float, str]:
    info = column.info
    if info.is_categorical:
        code_of = dict(zip(info.labels, info.codes, strict=True))
        chosen = event if event is not None else next((name for name in info.labels if name.lower() == "yes"), None)
        if isinstance(chosen, str) and chosen in code_of:
            return code_of[chosen], chosen
        hint = "event = one of " + ", ".join(f"'{label}'" for label in info.labels)
        what = "no category is called 'yes'" if event is None else f"'{event}' is no category"
        message = f"say which category of {info.title} is the event: {what}"
        raise AnalysisError(Problem("event", message, column=info.name, key="event", hint=hint))
    values = np.unique(raw)
    if len(values) > 2 or (event is None and not np.isin(values, (0.0, 1.0)).all()):
        hint = "declare it as nominal, or write it as 0 and 1"
        message = f"{info.title} is a number, so a binary model needs it as 0 and 1, or with two values and event="
        raise AnalysisError(Problem("event", message, column=info.name, key="event", hint=hint))
    if event is None:
        return 1.0, "1"
    if isinstance(event, str) or float(event) not in values:
        message = f"'{event}' is no value of {info.title}"
        raise AnalysisError(Problem("event", message, column=info.name, key="event", hint="name one of its two values"))
    return float(event), f"{float(event):g}"


MOST_CATEGORIES = 30


def _categories(
    info: VariableInfo, raw: Floats, reference: str | None, kind: ModelKind
) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Return labels and codes of the categories that occur, in their order; multinomial: the reference first."""
    present = np.unique(raw)
    if len(present) > MOST_CATEGORIES:
        hint = "use a linear or count model, or recode the variable"
        message = f"{info.title} has {len(present)} different values: too many for a {kind.title} model"
        raise AnalysisError(Problem("too_many_categories", message, column=info.name, hint=hint))
    codes = info.codes or tuple(float(value) for value in present)
    labels = info.labels or tuple(f"{value:g}" for value in codes)
    if not np.isin(present, codes).all():
        message = f"{info.title} holds values that are none of its categories"
        raise AnalysisError(Problem("undeclared_value", message, column=info.name, hint="declare them in the codebook"))
    pairs = [(label, code) for label, code in zip(labels, codes, strict=True) if code in present]
    if kind.outcome == "categories":
        first = reference or (info.reference if info.reference in [label for label, _ in pairs] else pairs[0][0])
        if first not in [label for label, _ in pairs]:
            hint = "name another: " + ", ".join(label for label, _ in pairs)
            message = f"nobody among the respondents used is in the reference category '{first}' of {info.title}"
            raise AnalysisError(Problem("empty_reference", message, column=info.name, hint=hint))
        pairs.sort(key=lambda pair: pair[0] != first)
    return tuple(label for label, _ in pairs), tuple(code for _, code in pairs)
