"""Made-up couples, a record for each couple or for each partner, and a brute-force reader who knows the own answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from osa_survey.results import Result

Ints = NDArray[np.int64]
VARIABLES = ("use_a", "use_b", "gender_a")
LABELS = {"use_a": 4, "use_b": 4, "gender_a": 3}
LEAST_FREE = 0.5


def drawn_couples(generator: np.random.Generator) -> pd.DataFrame:
    """Return couples whose answers go together more or less; some answers are rare, some follow from the partner's."""
    n = int(generator.integers(15, 90) * generator.choice([1, 1, 8]))
    use_a = generator.choice(4, n, p=generator.dirichlet(np.full(4, 0.6)))
    use_b = generator.choice(4, n, p=generator.dirichlet(np.full(4, 0.6)))
    same = generator.random(n) < generator.choice([0.0, 0.5, 0.9, 1.0])
    use_b = np.where(same, use_a, use_b)
    return pd.DataFrame({"use_a": use_a, "use_b": use_b, "gender_a": generator.integers(0, 3, n)})


def as_categories(couples: pd.DataFrame) -> pd.DataFrame:
    """Return the couples with labelled categories, as an analysis takes them."""
    return pd.DataFrame(
        {
            name: pd.Categorical([f"{name} {code}" for code in couples[name]],
                                 [f"{name} {code}" for code in range(LABELS[name])])
            for name in VARIABLES
        }
    )  # fmt: skip


@dataclass(frozen=True)
class _Known:
    """What tables say: sums of combinations of answers, and combinations that nobody has."""

    sums: list[tuple[NDArray[np.bool_], float]]
    filled: list[NDArray[np.bool_]]
    empty: NDArray[np.bool_]


def readable(couples: pd.DataFrame, released: Sequence[Result]) -> list[tuple[int, ...]]:
    """Return the own answers with which somebody reads the partner's answer off released tables.

    The reader knows the own answer and gender, the number of couples, all that is shown, which categories a table
    lists, and that a hidden count is one or more. Unknown are the numbers of couples of every combination of the three
    variables.
    """
    shape = tuple(LABELS[name] for name in VARIABLES)
    known = _knowledge(released, shape)
    size = int(np.prod(shape))
    everybody = LinearConstraint(np.ones((1, size)), len(couples), len(couples))
    rules = [everybody]
    rules += [LinearConstraint(mask.astype(float)[None], number, number) for mask, number in known.sums]
    rules += [LinearConstraint(mask.astype(float)[None], 1, np.inf) for mask in known.filled]
    top = np.where(known.empty, 0.0, float(len(couples) + 20))
    place = np.arange(size).reshape(shape)
    found = []
    for own, other in (((0, 2), 1), ((1, 2), 0)):
        for answers in couples[[VARIABLES[k] for k in own]].drop_duplicates().itertuples(index=False):
            at: list[int | slice] = [slice(None)] * 3
            for axis, answer in zip(own, answers, strict=True):
                at[axis] = int(answer)
            possible = 0
            for position in np.ravel(place[tuple(at)]):
                if possible > 1:
                    break
                goal = np.zeros(size)
                goal[position] = -1.0
                answer = milp(goal, integrality=np.ones(size), bounds=Bounds(0, top), constraints=rules)
                assert answer.x is not None, "what is shown contradicts itself"
                possible += bool(round(answer.x[position]) > LEAST_FREE)
            if possible == 1:
                found.append((other, *map(int, answers)))
    return found


def _knowledge(released: Sequence[Result], shape: tuple[int, ...]) -> _Known:
    sums, filled = [], []
    empty = np.zeros(shape, dtype=bool)
    for result in released:
        counts = result.frame.loc[result.frame["quantity"] == "count"]
        listed: dict[str, set[int]] = {}
        for _, row in counts.iterrows():
            mask = np.ones(shape, dtype=bool)
            for label in (str(row["group"]), str(row["level"])):
                name, _, code = label.rpartition(" ")
                if name not in VARIABLES:
                    continue
                listed.setdefault(name, set()).add(int(code))
                mask &= _only(shape, VARIABLES.index(name), int(code))
            if row["suppressed"] == "":
                sums.append((mask.ravel(), float(row["estimate"])))
            elif not _zeros_hidden(result, row):
                filled.append(mask.ravel())
        for name, codes in listed.items():
            if result.analysis == "crosstab":
                for code in set(range(LABELS[name])) - codes:
                    empty |= _only(shape, VARIABLES.index(name), code)
    return _Known(sums, filled, empty.ravel())


def _zeros_hidden(result: Result, row: pd.Series) -> bool:
    """Tell whether a table hides zeros too, so that a hidden count may be one of them."""
    assert result.verdict is not None
    return any(finding.rule == "full_cells" for finding in result.verdict.findings)


def _only(shape: tuple[int, ...], axis: int, code: int) -> NDArray[np.bool_]:
    mask = np.zeros(shape, dtype=bool)
    mask[tuple(code if k == axis else slice(None) for k in range(3))] = True
    return mask
