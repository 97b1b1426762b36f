"""The steps of an invariance ladder as models: what is equal in all groups at each step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from osa_survey.psychometrics.invariance.rules import Rule, rules_for

CONTINUOUS: tuple[str, ...] = ("configural", "metric", "scalar", "strict")
ORDINAL: tuple[str, ...] = ("configural", "thresholds", "loadings", "intercepts", "residuals")
GIVES_UP: dict[str, str] = {
    "metric": "loadings",
    "scalar": "intercepts",
    "strict": "residuals",
    "thresholds": "thresholds",
    "loadings": "loadings",
    "intercepts": "intercepts",
    "residuals": "residuals",
}
"""Step → the kind of parameters that become equal."""


@dataclass(frozen=True)
class Freed:
    """A parameter of one item that is not held equal.

    Attributes
    ----------
    kind : str
        ``thresholds``, ``loadings``, ``intercepts`` or ``residuals``.
    item, factor : str
        The item, and with a loading its factor.
    """

    kind: str
    item: str
    factor: str = ""


class Ladder(Protocol):
    """What a climb needs to know: items, factors, and the model of each step, of groups or of waves."""

    @property
    def loadings(self) -> Mapping[str, tuple[str, ...]]:
        """Factor → items."""

    @property
    def categories(self) -> Mapping[str, int]:
        """Ordinal item → thresholds; empty for numbers."""

    @property
    def items(self) -> tuple[str, ...]:
        """Items in order of appearance."""

    @property
    def steps(self) -> tuple[str, ...]:
        """The steps."""

    @property
    def later(self) -> tuple[str, ...]:
        """Columns of the first group that stand for a later wave."""

    def syntax(self, step: str, freed: tuple[Freed, ...] = ()) -> str:
        """Return the model of one step in lavaan's syntax."""

    def base(self, name: str) -> str:
        """Return the item or factor a name of the syntax stands for."""

    def rules(self, estimator: str, n: int, step: str) -> tuple[Rule, ...]:
        """Return the published rules for changes of fit that apply."""


@dataclass(frozen=True)
class LadderModel:
    """What the ladder is about.

    Attributes
    ----------
    loadings : mapping of str to tuple of str
        Factor → items.
    extras : tuple of str
        Further formulas of the user's model, such as residual covariances, free in every group.
    categories : mapping of str to int
        Ordinal item → thresholds; empty for numbers.
    n_groups : int
        Groups.
    ruled : bool
        Whether published rules for changes of fit hold for these data.
    """

    loadings: Mapping[str, tuple[str, ...]]
    extras: tuple[str, ...]
    categories: Mapping[str, int]
    n_groups: int
    ruled: bool = True

    @property
    def items(self) -> tuple[str, ...]:
        """Items in order of appearance."""
        return tuple(dict.fromkeys(item for items in self.loadings.values() for item in items))

    @property
    def steps(self) -> tuple[str, ...]:
        """The steps of the ladder."""
        return ORDINAL if self.categories else CONTINUOUS

    @property
    def later(self) -> tuple[str, ...]:
        """Groups are no waves."""
        return ()

    def syntax(self, step: str, freed: tuple[Freed, ...] = ()) -> str:
        """Return the model of one step in lavaan's syntax."""
        return step_syntax(self, step, freed)

    def base(self, name: str) -> str:
        """Return the name: it is the same in all groups."""
        return name

    def rules(self, estimator: str, n: int, step: str) -> tuple[Rule, ...]:
        """Return the published rules for this estimator and number of groups."""
        return rules_for(estimator, self.n_groups, n, step) if self.ruled else ()


def step_syntax(model: LadderModel, step: str, freed: tuple[Freed, ...] = ()) -> str:
    """Return the model of one step in lavaan's syntax.

    Parameters
    ----------
    model : LadderModel
        Items and factors.
    step : str
        The step.
    freed : tuple of Freed
        What is not held equal (partial invariance).

    Returns
    -------
    str
        Syntax with ``c(…)`` modifiers for the groups.

    Notes
    -----
    Factors have mean 0 and variance 1 in the first group, and in the others until what sets their scale is equal there:
    variances after loadings, means after intercepts. Ordinal items follow Wu and Estabrook (2016) with the theta
    parameterisation: equal thresholds set the scale of the latent answers, so that their intercepts and residual
    variances are free in the other groups until they are equated in turn. An item with two categories has one threshold
    only; its thresholds, loading and intercept can be tested together, not one after the other, and its residual
    variance is free in the other groups from where its loading is equal.

    References
    ----------
    Wu, H., & Estabrook, R. (2016). Identification of confirmatory factor analysis models of different levels of
    invariance for ordered categorical outcomes. Psychometrika, 81(4), 1014-1045. doi:10.1007/s11336-016-9506-0
    """
    return _ordinal(model, step, set(freed)) if model.categories else _continuous(model, step, set(freed))


def _vector(first: str, others: str, n: int) -> str:
    return "c(" + ", ".join([first, *[others] * (n - 1)]) + ")"


def _labels(label: str, equal: bool, n: int) -> str:
    names = [label if equal else f"{label}.g{group + 1}" for group in range(n)]
    return "c(" + ", ".join(names) + ")"


def _loading_lines(model: LadderModel, equal: bool, freed: set[Freed]) -> list[str]:
    lines = []
    for factor, items in model.loadings.items():
        for item in items:
            same = equal and Freed("loadings", item, factor) not in freed
            label = _labels(f"l.{factor}.{item}", same, model.n_groups)
            lines.append(f"{factor} =~ {_vector('NA', 'NA', model.n_groups)}*{item} + {label}*{item}")
    return lines


def _factor_lines(model: LadderModel, free_variance: Mapping[str, bool], free_mean: bool) -> list[str]:
    lines, n = [], model.n_groups
    for factor in model.loadings:
        lines.append(f"{factor} ~~ {_vector('1', 'NA' if free_variance[factor] else '1', n)}*{factor}")
        lines.append(f"{factor} ~ {_vector('0', 'NA' if free_mean else '0', n)}*1")
    return lines


def _continuous(model: LadderModel, step: str, freed: set[Freed]) -> str:
    n, reached = model.n_groups, CONTINUOUS.index(step)
    lines = _loading_lines(model, reached >= 1, freed)
    for item in model.items:
        same = reached >= 2 and Freed("intercepts", item) not in freed
        lines.append(f"{item} ~ {_labels(f'n.{item}', same, n)}*1")
        same = reached >= 3 and Freed("residuals", item) not in freed
        lines.append(f"{item} ~~ {_labels(f'e.{item}', same, n)}*{item}")
    lines += _factor_lines(model, dict.fromkeys(model.loadings, reached >= 1), reached >= 2)
    return "\n".join([*lines, *model.extras])


def _ordinal(model: LadderModel, step: str, freed: set[Freed]) -> str:
    n, reached = model.n_groups, ORDINAL.index(step)
    lines = _loading_lines(model, reached >= 2, freed)
    factor_of = {item: factor for factor, items in model.loadings.items() for item in items}
    for item in model.items:
        count = model.categories[item]
        loose = Freed("thresholds", item) in freed
        equal_thresholds = reached >= 1 and not loose
        for number in range(1, count + 1):
            label = _labels(f"t.{item}.{number}", equal_thresholds, n)
            lines.append(f"{item} | {_vector('NA', 'NA', n)}*t{number} + {label}*t{number}")
        equal_intercept = reached >= 3 and Freed("intercepts", item) not in freed
        equal_residual = reached >= 4 and Freed("residuals", item) not in freed
        free_intercept = equal_thresholds and not equal_intercept
        free_residual = equal_thresholds and not equal_residual
        if count == 1:
            tied = Freed("loadings", item, factor_of[item]) not in freed
            free_residual = free_residual and reached >= 2 and tied
        lines.append(f"{item} ~ {_vector('0', 'NA' if free_intercept else '0', n)}*1")
        lines.append(f"{item} ~~ {_vector('1', 'NA' if free_residual else '1', n)}*{item}")
    polytomous = {factor: any(model.categories[i] > 1 for i in items) for factor, items in model.loadings.items()}
    free_variance = {factor: reached >= 3 or (reached >= 2 and polytomous[factor]) for factor in model.loadings}
    return "\n".join([*lines, *_factor_lines(model, free_variance, reached >= 3), *model.extras])


def untestable(model: Ladder, step: str) -> str:
    """Return why a step cannot be tested, or an empty string."""
    if not model.categories:
        return ""
    most = max(model.categories.values())
    if step == "thresholds" and most <= 2:
        return "assumed, not testable: no item has more than three answers"
    if step == "loadings" and most == 1:
        return "assumed, not testable: items with two answers test thresholds, loadings and intercepts together"
    return ""
