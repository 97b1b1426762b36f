"""x and the moderator of a mediation analysis as columns of numbers, and their categories by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from osa_survey.analysis.estimates import Floats, Sample
from osa_survey.errors import AnalysisError, Problem, nearest


@dataclass(frozen=True, repr=False)
class Predictor:
    """x or the moderator as a column of numbers.

    Attributes
    ----------
    title, label : str
        The variable's title; what print says: for two categories with the one that counts 1.
    sets : tuple of ndarray of float
        The values of those used, in each set.
    groups : tuple of (str, int)
        The two groups of people it tells apart, where it has two values only.
    names : mapping of float to str
        Value → name of the category, of nominal variables.
    labels : mapping of str to float
        Category → value, of nominal and ordinal variables, as far as it occurs.
    """

    title: str
    label: str
    sets: tuple[Floats, ...]
    groups: tuple[tuple[str, int], ...]
    names: Mapping[float, str]
    labels: Mapping[str, float]

    @property
    def two(self) -> tuple[float, float] | None:
        """Its values, if there are two only."""
        values = np.unique(np.concatenate(self.sets))
        return (float(values[0]), float(values[1])) if len(values) == 2 else None

    def values_of(self, asked: Sequence[float | str], key: str) -> tuple[float, ...]:
        """Return values that were asked for as numbers or by the names of categories.

        Raises
        ------
        AnalysisError
            ``unknown_category`` for a category that the variable does not have or nobody chose.
        """
        unknown = [one for one in asked if isinstance(one, str) and one not in self.labels]
        if unknown:
            hint = nearest(str(unknown[0]), list(self.labels)) if self.labels else "give numbers"
            message = f"'{self.title}' has no category '{unknown[0]}' among the respondents used"
            raise AnalysisError(Problem("unknown_category", message, key=key, hint=hint))
        return tuple(self.labels[one] if isinstance(one, str) else float(one) for one in asked)


def predictor_of(sample: Sample, position: int) -> Predictor:
    """Return a variable of the sample as x or as the moderator.

    Raises
    ------
    AnalysisError
        ``constant_predictor``; ``two_categories`` where it has more, without an order.
    """
    column = sample.first.columns[position]
    info = column.info
    raw = [one.values(position) for one in sample.sets]
    present = [float(code) for code in np.unique(np.concatenate(raw))]
    if len(present) < 2:
        message = f"{info.title} has one value only among the respondents used"
        raise AnalysisError(Problem("constant_predictor", message, column=info.name, hint="see who is left"))
    label, called = info.title, dict[float, str]()
    if info.type == "nominal":
        named = dict(zip(info.codes, info.labels, strict=True))
        if len(present) > 2:
            message = f"{info.title} has {len(present)} categories without an order; a path needs a number or two"
            hint = "compare two categories at a time: leave out the others, or merge them"
            raise AnalysisError(Problem("two_categories", message, column=info.name, hint=hint))
        one_code = next(code for code in present[::-1] if named[code] != info.reference)
        zero = next(code for code in present if code != one_code)
        label = f"{info.title}: {named[one_code]} (against {named[zero]})"
        raw = [(values == one_code).astype(np.float64) for values in raw]
        called = {0.0: named[zero], 1.0: named[one_code]}
    groups: tuple[tuple[str, int], ...] = ()
    if len(present) == 2:
        groups = tuple(
            (f"{info.name} = {called.get(value, f'{value:g}')}", int((raw[0] == value).sum()))
            for value in map(float, np.unique(raw[0]))
        )
    known = {name: value for value, name in called.items()}
    if info.type == "ordinal":
        known = {name: code for code, name in zip(info.codes, info.labels, strict=True) if code in present}
    return Predictor(info.title, label, tuple(raw), groups, called, known)
