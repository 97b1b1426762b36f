"""Latent change score models in lavaan's syntax: levels, changes from wave to wave, and what predicts them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

Kind = Literal["free", "constant", "proportional", "dual"]
KINDS: tuple[Kind, ...] = ("free", "constant", "proportional", "dual")
CONSTANT = ".constant"
FEEDBACK = ".proportional"


@dataclass(frozen=True)
class ChangeModel:
    """A model and the names of its latent variables.

    Attributes
    ----------
    syntax : str
        All that is said of it; nothing is left to convention but residual variances of items.
    levels : tuple of str
        The level of each wave.
    changes : tuple of str
        The change to each wave after the first.
    varying : tuple of str
        Besides the first level, what has a variance of its own: changes, or their constant part.
    predictors : tuple of str
        Latent variables that stand for the predictors.
    kind : str
        What is said of the changes.
    """

    syntax: str
    levels: tuple[str, ...]
    changes: tuple[str, ...]
    varying: tuple[str, ...]
    predictors: tuple[str, ...]
    kind: Kind


def level_names(waves: int) -> tuple[str, ...]:
    """Return the names of the levels."""
    return tuple(f".level.{wave}" for wave in range(1, waves + 1))


def change_model(
    measurement: Sequence[str],
    waves: int,
    predictors: int,
    kind: Kind,
    *,
    free_level: bool,
    given: bool = False,
) -> ChangeModel:
    """Return the model of levels and changes over a measurement model.

    Parameters
    ----------
    measurement : sequence of str
        Formulas that say what measures the levels.
    waves, predictors : int
        How many; predictors are the columns ``.x.1``, ``.x.2`` …
    kind : {"free", "constant", "proportional", "dual"}
        Every change has a mean and a variance of its own; or all changes of a person are the same; or each is a
        multiple of the level before; or the sum of both.
    free_level : bool
        Whether the first level has a free mean; with ordinal items it is 0.
    given : bool
        Whether predictors have means of 0 and variances of 1, as with ordinal items.

    Notes
    -----
    ``level_t = level_(t-1) + change_t``; ``dual``: ``change_t = constant + b level_(t-1)`` (McArdle, 2009).
    """
    levels = level_names(waves)
    changes = tuple(f".change.{wave}" for wave in range(2, waves + 1))
    constant = kind in ("constant", "dual")
    varying = changes if kind == "free" else (CONSTANT,) if constant else ()
    lines = list(measurement)
    for number, change in enumerate(changes):
        before, after = levels[number], levels[number + 1]
        lines += [f"{change} =~ 1*{after}", f"{after} ~ 1*{before}", f"{after} ~~ 0*{after}", f"{after} ~ 0*1"]
        if kind != "free":
            lines += [f"{change} ~~ 0*{change}", f"{change} ~ 0*1"]
        if kind in ("proportional", "dual"):
            lines.append(f"{change} ~ {FEEDBACK}*{before}")
    if constant:
        lines.append(f"{CONSTANT} =~ " + " + ".join(f"1*{change}" for change in changes))
    lines += [f"{levels[0]} ~~ {levels[0]}", f"{levels[0]} ~ {'NA' if free_level else '0'}*1"]
    for name in varying:
        lines += [f"{name} ~~ {name}", f"{name} ~ NA*1"]
    lines += [f"{one} ~~ {other}" for one, other in combinations((levels[0], *varying), 2)]
    names = tuple(f".predictor.{number}" for number in range(1, predictors + 1))
    for number, name in enumerate(names, start=1):
        column = f".x.{number}"
        lines += [f"{name} =~ 1*{column}", f"{column} ~~ 0*{column}", f"{column} ~ 0*1"]
        lines += [f"{name} ~~ {'1*' if given else ''}{name}", f"{name} ~ {'0' if given else 'NA'}*1"]
        lines += [f"{outcome} ~ {name}" for outcome in (levels[0], *varying)]
    lines += [f"{one} ~~ {other}" for one, other in combinations(names, 2)]
    return ChangeModel("\n".join(lines), levels, changes, varying, names, kind)


def measured_by_items(columns: Mapping[str, Sequence[str]], categories: Mapping[str, int]) -> list[str]:
    """Return the measurement of levels by items with equal loadings and intercepts (or thresholds) in all waves.

    Parameters
    ----------
    columns : mapping of str to sequence of str
        Item → its column in each wave. The first item gives the levels their scale: loading 1, intercept 0.
    categories : mapping of str to int
        Ordinal item → thresholds; empty for numbers.

    Notes
    -----
    Residuals of the same item covary over all waves. Ordinal items: thresholds, loadings and intercepts equal, residual
    variances 1 in the first wave and free in later ones (Wu & Estabrook, 2016).
    """
    waves = len(next(iter(columns.values())))
    levels, lines = level_names(waves), []
    for position, (item, own) in enumerate(columns.items()):
        for wave, column in enumerate(own):
            lines.append(f"{levels[wave]} =~ {'1' if position == 0 else f'l.{item}'}*{column}")
            if categories:
                lines += [f"{column} | t.{item}.{number}*t{number}" for number in range(1, categories[item] + 1)]
                lines += [f"{column} ~ 0*1", f"{column} ~~ {'NA' if wave else '1'}*{column}"]
            else:
                lines.append(f"{column} ~ {'0' if position == 0 else f'n.{item}'}*1")
        lines += [f"{one} ~~ {other}" for one, other in combinations(own, 2)]
    return lines


def measured_by_scores(columns: Sequence[str], kind: Kind) -> list[str]:
    """Return levels that are the scores; of structured changes, scores with an error of equal variance in all waves."""
    error = "0" if kind == "free" else ".error"
    lines = []
    for level, column in zip(level_names(len(columns)), columns, strict=True):
        lines += [f"{level} =~ 1*{column}", f"{column} ~~ {error}*{column}", f"{column} ~ 0*1"]
    return lines
