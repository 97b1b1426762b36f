"""What a model leaves unsaid: lavaan's conventions, equalities of groups, numbers of free parameters."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.psychometrics.confirmatory.syntax import Statement

Parameterisation = Literal["delta", "theta"]
Value = TypeVar("Value", float, str)
KIND_OF = {"=~": "loadings", "|": "thresholds"}


@dataclass(frozen=True)
class Parameter:
    """One row of the table.

    Attributes
    ----------
    lhs, op, rhs : str
        As in the syntax.
    group : int
        From 0.
    position : int
        Its place among the free parameters; equal parameters share it; -1 = fixed.
    value : float
        What a fixed parameter is fixed to, or the user's starting value; NaN = none given.
    label : str
        The label.
    """

    lhs: str
    op: str
    rhs: str
    group: int
    position: int
    value: float
    label: str


@dataclass
class Draft:
    """A parameter before it has a number; ``fixed`` is None where it is free."""

    lhs: str
    op: str
    rhs: str
    group: int
    fixed: float | None
    start: float
    label: str
    said: bool


class Conventions:
    """Collects the parameters of a model, what is said and what is left to convention."""

    def __init__(
        self, statements: Sequence[Statement], observed: Sequence[str], latent: Sequence[str], n_groups: int
    ) -> None:
        self.statements = {(s.lhs, s.op, s.rhs): s for s in statements}
        self.observed, self.latent, self.n_groups = observed, latent, n_groups
        self.drafts: list[Draft] = []
        self.used: set[tuple[str, str, str]] = set()

    def add(self, lhs: str, op: str, rhs: str, defaults: Sequence[float | None]) -> None:
        """Add one parameter in every group; a default of None is free."""
        key = (lhs, op, rhs)
        if op == "~~" and key not in self.statements and (rhs, op, lhs) in self.statements:
            key = (rhs, op, lhs)
        said = self.statements.get(key)
        self.used.add(key)
        for group in range(self.n_groups):
            fixed, start, label = defaults[group], math.nan, ""
            if said is not None:
                if said.fixed:
                    value = _of_group(said.fixed, group, self.n_groups, key)
                    fixed = None if math.isnan(value) else value
                elif said.start or said.label:
                    fixed = None if op != "~1" or fixed is None else fixed
                if said.start:
                    start = _of_group(said.start, group, self.n_groups, key)
                if said.label:
                    label = _of_group(said.label, group, self.n_groups, key)
                    if not said.fixed:
                        fixed = None
            self.drafts.append(Draft(key[0], op, key[2], group, fixed, start, label, said is not None))

    def same(self, value: float | None) -> list[float | None]:
        """Return one default for every group."""
        return [value] * self.n_groups

    def measurement(self, std_lv: bool, equal_loadings: bool) -> None:
        """Add loadings, regressions of factors and variances of factors."""
        self.std_lv, self.equal_loadings = std_lv, equal_loadings
        for factor in self.latent:
            indicators = [key[2] for key in self.statements if key[0] == factor and key[1] == "=~"]
            for index, item in enumerate(indicators):
                marker = index == 0 and (not std_lv or len(indicators) == 1)
                self.add(factor, "=~", item, self.same(1.0 if marker else None))
        for lhs, op, rhs in [key for key in self.statements if key[1] == "~"]:
            self.add(lhs, op, rhs, self.same(None))

    def residuals(self, ordered: bool, parameterisation: Parameterisation, equal_thresholds: bool) -> None:
        """Add residual variances of items and variances of factors."""
        single = {
            indicators[0]
            for factor in self.latent
            if len(indicators := [k[2] for k in self.statements if k[0] == factor and k[1] == "=~"]) == 1
        }
        for item in self.observed:
            if ordered and parameterisation == "delta":
                continue
            default: list[float | None] = self.same(0.0 if item in single else None)
            if ordered:
                default = [1.0 if group == 0 or not equal_thresholds else None for group in range(self.n_groups)]
            self.add(item, "~~", item, default)
        for factor in self.latent:
            free_later = self.std_lv and self.equal_loadings
            one = [1.0 if self.std_lv and (group == 0 or not free_later) else None for group in range(self.n_groups)]
            self.add(factor, "~~", factor, one)

    def covariances(self, orthogonal: bool) -> None:
        """Add covariances: those of the user, and those of factors that nothing explains."""
        explained = {k[2] for k in self.statements if k[1] == "=~"} | {k[0] for k in self.statements if k[1] == "~"}
        outcomes = {k[0] for k in self.statements if k[1] == "~"} - {k[2] for k in self.statements if k[1] == "~"}
        free = [factor for factor in self.latent if factor not in explained]
        ends = [factor for factor in self.latent if factor in outcomes]
        pairs = [(a, b) for names in (free, ends) for i, a in enumerate(names) for b in names[i + 1 :]]
        listed = [(k[0], k[2]) for k in self.statements if k[1] == "~~" and k[0] != k[2]]
        for a, b in [*listed, *(pairs if not orthogonal else [])]:
            if not {(a, "~~", b), (b, "~~", a)} & self.used:
                self.add(a, "~~", b, self.same(None))

    def thresholds(self, counts: Mapping[str, int]) -> None:
        """Add the thresholds of ordinal items."""
        for item in self.observed:
            for number in range(1, counts[item] + 1):
                self.add(item, "|", f"t{number}", self.same(None))

    def scales(self, equal_thresholds: bool) -> None:
        """Add the scales of the answers behind ordinal items."""
        default: list[float | None] = [
            1.0 if group == 0 or not equal_thresholds else None for group in range(self.n_groups)
        ]
        for item in self.observed:
            self.add(item, "~*~", item, default)

    def intercepts(self, ordered: bool, free_means: bool) -> None:
        """Add intercepts of items and means of factors."""
        for item in self.observed:
            self.add(item, "~1", "", self.same(0.0 if ordered else None))
        for factor in self.latent:
            self.add(
                factor, "~1", "", [0.0 if group == 0 or not free_means else None for group in range(self.n_groups)]
            )

    def check_used(self) -> None:
        """Refuse what the model says of parameters that do not exist."""
        left = [key for key in self.statements if key not in self.used and key[1] != "=="]
        if left:
            raise AnalysisError(
                [
                    Problem(
                        "model_syntax", f"'{' '.join(key).strip()}' does not fit the items", hint="see the categories"
                    )
                    for key in left
                ]
            )


def _of_group(values: tuple[Value, ...], group: int, n_groups: int, key: tuple[str, str, str]) -> Value:
    if len(values) == 1:
        return values[0]
    if len(values) != n_groups:
        message = f"'{' '.join(key).strip()}' has {len(values)} modifiers for {n_groups} groups"
        raise AnalysisError(Problem("model_syntax", message, hint="give one for all, or one for each group: c(a, b)"))
    return values[group]


def _kind(draft: Draft, latent: Sequence[str]) -> str:
    """Return the word of ``group_equal`` that covers a parameter."""
    if draft.op in KIND_OF:
        return KIND_OF[draft.op]
    if draft.op == "~1":
        return "means" if draft.lhs in latent else "intercepts"
    if draft.op == "~~" and draft.lhs in latent:
        return "lv.variances" if draft.lhs == draft.rhs else "lv.covariances"
    return "residuals" if draft.op == "~~" and draft.lhs == draft.rhs else ""


def equate(drafts: list[Draft], latent: Sequence[str], equal: Sequence[str], partial: Sequence[str]) -> None:
    """Give equal parameters of the groups a common label."""
    exceptions = {name.replace(" ", "") for name in partial}
    for draft in drafts:
        name = f"{draft.lhs}{draft.op}{draft.rhs}"
        if _kind(draft, latent) in equal and draft.fixed is None and not draft.label and name not in exceptions:
            draft.label = f".equal.{name}"


def numbered(drafts: list[Draft], merged: Sequence[tuple[str, str]]) -> tuple[tuple[Parameter, ...], int]:
    """Number the free parameters; equal labels share a number."""
    alias: dict[str, str] = {}
    for first, second in merged:
        alias[second] = alias.get(first, first)
    numbers: dict[str, int] = {}
    rows: list[Parameter] = []
    free = 0
    ordered = sorted(drafts, key=lambda draft: draft.group)
    known = {draft.label for draft in drafts}
    missing = [name for pair in merged for name in pair if name not in known]
    if missing:
        raise AnalysisError(
            [
                Problem("model_syntax", f"no parameter is labelled '{name}'", hint=nearest(name, sorted(known - {""})))
                for name in missing
            ]
        )
    for draft in ordered:
        label = alias.get(draft.label, draft.label)
        row = Parameter(draft.lhs, draft.op, draft.rhs, draft.group, -1, draft.start, label)
        if draft.fixed is not None:
            rows.append(replace(row, value=draft.fixed))
            continue
        if label and label in numbers:
            rows.append(replace(row, position=numbers[label]))
            continue
        if label:
            numbers[label] = free
        rows.append(replace(row, position=free))
        free += 1
    return tuple(rows), free
