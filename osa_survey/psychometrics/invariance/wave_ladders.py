"""The steps of an invariance ladder over waves: what is equal in all waves of the same people at each step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from osa_survey.psychometrics.invariance.ladders import CONTINUOUS, ORDINAL, Freed
from osa_survey.psychometrics.invariance.rules import Rule


@dataclass(frozen=True)
class WaveLadder:
    """What a ladder over waves is about.

    Attributes
    ----------
    loadings : mapping of str to tuple of str
        Factor → items; both are called what they are called in the first wave.
    factors : mapping of str to tuple of str
        Factor → its name in each wave.
    columns : mapping of str to tuple of str
        Item → its column in each wave.
    categories : mapping of str to int
        Ordinal item → thresholds; empty for numbers.
    """

    loadings: Mapping[str, tuple[str, ...]]
    factors: Mapping[str, tuple[str, ...]]
    columns: Mapping[str, tuple[str, ...]]
    categories: Mapping[str, int]

    @property
    def items(self) -> tuple[str, ...]:
        """Items in order of appearance."""
        return tuple(self.columns)

    @property
    def n_waves(self) -> int:
        """Waves."""
        return len(next(iter(self.factors.values())))

    @property
    def steps(self) -> tuple[str, ...]:
        """The steps of the ladder."""
        return ORDINAL if self.categories else CONTINUOUS

    @property
    def later(self) -> tuple[str, ...]:
        """Columns of the waves after the first."""
        return tuple(column for columns in self.columns.values() for column in columns[1:])

    @cached_property
    def _bases(self) -> dict[str, str]:
        places = {**self.columns, **self.factors}
        return {name: base for base, names in places.items() for name in names}

    def base(self, name: str) -> str:
        """Return the item or factor that a column or a wave's factor stands for."""
        return self._bases.get(name, name)

    def rules(self, estimator: str, n: int, step: str) -> tuple[Rule, ...]:
        """Return nothing: rules for changes of fit were made for groups of different people; none is borrowed."""
        return ()

    def syntax(self, step: str, freed: tuple[Freed, ...] = ()) -> str:
        """Return the model of one step in lavaan's syntax.

        Parameters
        ----------
        step : str
            The step.
        freed : tuple of Freed
            What is not held equal (partial invariance).

        Notes
        -----
        The same identification as for groups, with waves in their place: factors have mean 0 and variance 1 in the
        first wave, and in later ones until what sets their scale is equal. Residuals of the same item covary over all
        waves, factors over all waves too.
        """
        return wave_syntax(self, step, frozenset(freed))


def wave_syntax(model: WaveLadder, step: str, freed: frozenset[Freed]) -> str:
    """Return the model of one step of a ladder over waves in lavaan's syntax."""
    ordinal = bool(model.categories)
    reached = model.steps.index(step)
    lines = _loading_lines(model, reached >= (2 if ordinal else 1), freed)
    for item in model.items:
        lines += _ordinal_lines(model, item, reached, freed) if ordinal else _number_lines(model, item, reached, freed)
        lines += [f"{one} ~~ {other}" for one, other in combinations(model.columns[item], 2)]
    for factor, items in model.loadings.items():
        several = any(model.categories.get(item, 2) > 1 for item in items)
        varies = reached >= 3 or (reached >= 2 and several) if ordinal else reached >= 1
        moves = reached >= (3 if ordinal else 2)
        for wave, name in enumerate(model.factors[factor]):
            lines.append(f"{name} ~~ {'NA' if wave and varies else '1'}*{name}")
            lines.append(f"{name} ~ {'NA' if wave and moves else '0'}*1")
    return "\n".join(lines)


def _label(label: str, equal: bool) -> str:
    return label if equal else "NA"


def _loading_lines(model: WaveLadder, equal: bool, freed: frozenset[Freed]) -> list[str]:
    lines = []
    for factor, items in model.loadings.items():
        for wave, name in enumerate(model.factors[factor]):
            for item in items:
                column = model.columns[item][wave]
                same = equal and Freed("loadings", item, factor) not in freed
                label = f" + l.{factor}.{item}*{column}" if same else ""
                lines.append(f"{name} =~ NA*{column}{label}")
    return lines


def _number_lines(model: WaveLadder, item: str, reached: int, freed: frozenset[Freed]) -> list[str]:
    same = reached >= 2 and Freed("intercepts", item) not in freed
    alike = reached >= 3 and Freed("residuals", item) not in freed
    lines = []
    for column in model.columns[item]:
        lines.append(f"{column} ~ {_label(f'n.{item}', same)}*1")
        lines.append(f"{column} ~~ {_label(f'e.{item}', alike)}*{column}")
    return lines


def _ordinal_lines(model: WaveLadder, item: str, reached: int, freed: frozenset[Freed]) -> list[str]:
    count = model.categories[item]
    equal_thresholds = reached >= 1 and Freed("thresholds", item) not in freed
    free_intercept = equal_thresholds and not (reached >= 3 and Freed("intercepts", item) not in freed)
    free_residual = equal_thresholds and not (reached >= 4 and Freed("residuals", item) not in freed)
    if count == 1:
        factor = next(name for name, items in model.loadings.items() if item in items)
        free_residual = free_residual and reached >= 2 and Freed("loadings", item, factor) not in freed
    lines = []
    for wave, column in enumerate(model.columns[item]):
        for number in range(1, count + 1):
            label = f" + t.{item}.{number}*t{number}" if equal_thresholds else ""
            lines.append(f"{column} | NA*t{number}{label}")
        lines.append(f"{column} ~ {'NA' if wave and free_intercept else '0'}*1")
        lines.append(f"{column} ~~ {'NA' if wave and free_residual else '1'}*{column}")
    return lines
