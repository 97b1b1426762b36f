"""Which results would let one partner of a couple read the other's answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.results import Result
from osa_survey.results.further_tables import variables_of, with_more
from osa_survey.results.rows import unpacked
from osa_survey.sharing.couples import at_an_end, decided_by, same_but_one

Floats = NDArray[np.float64]
SHARES = ("proportion", "case_proportion", "row_proportion", "column_proportion", "floor", "ceiling")
MOMENTS = ("mean", "sd", "median", "quantile", "skewness", "mean_difference")
ONE_BY_ONE = (
    "describe", "prevalence", "multiple_responses", "crosstab", "screening_shares", "compare_with_target",
    "missingness", "missing_patterns", "scoring_log", "keying", "flow", "screen", "deviations",
)  # fmt: skip
"""Analyses that fit no model of one variable by others; what their tables tell stands in shares and moments."""
MOST_CATEGORIES = 12
ALL, NONE = 1 - 1e-12, 1e-12
FEWEST, PAIR = 5, 2


@dataclass(frozen=True, repr=False)
class Couples:
    """What the partners of couples answered. Never shown, never written.

    Attributes
    ----------
    values : mapping of str to ndarray of float
        Every variable and score, NaN for gaps.
    categories : mapping of str to tuple of float
        The codes of nominal variables.
    sides : tuple of (frozenset of str, frozenset of str)
        Where a record holds both partners: the variables of one and of the other.
    couple : str
        Where partners have records of their own: the variable they share, else "".
    partner : ndarray of int
        Then the row of each person's partner, −1 without one.
    own : frozenset of str
        Then the variables that a partner may not read.
    filters : frozenset of str
        Variables that decide who was asked another question.
    """

    values: Mapping[str, Floats]
    categories: Mapping[str, tuple[float, ...]]
    sides: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())
    couple: str = ""
    partner: NDArray[np.intp] | None = None
    own: frozenset[str] = frozenset()
    filters: frozenset[str] = frozenset()

    @property
    def secret(self) -> frozenset[str]:
        """Every variable that one of the partners may not read."""
        return self.sides[0] | self.sides[1] | self.own

    @property
    def given_away(self) -> frozenset[str]:
        """Secret variables whose counts alone tell a partner the answer, because all others gave the same one."""
        return frozenset(name for name in self.secret if self._same(name, self.values[name]))

    def readers(self, result: Result) -> int:
        """Return how many people could read their partner's answer off a result; 0 if nobody could.

        Parameters
        ----------
        result : Result
            A result before the gate.

        Notes
        -----
        A partner knows the own answers and everything that is not declared as the other's. An answer is read where a
        group that can be known all gave it (a share of one; with two answers also of none), where mean and standard
        deviation leave one value for the others, where a published model decides it (``decided_by``), and where the
        mean of a category of a model is the lowest or highest answer there is.
        """
        named = {name for name in variables_of(result) if name in self.values}
        secret = named & self.secret
        if result.analysis == "missingness" and self.given_away & self.filters:
            return len(next(iter(self.values.values())))
        if not secret:
            return 0
        return self._by_shares(result, secret) or self._by_moments(result, secret) or self._by_models(result, named)

    def readers_together(self, results: Sequence[Result]) -> tuple[int, ...]:
        """Return for each of the results that are shown together how many people could read their partner's answer.

        Parameters
        ----------
        results : sequence of Result
            Results before the gate, in the order in which they are judged.

        Returns
        -------
        tuple of int
            As of ``readers``; besides, of a result that together with those before it leaves somebody's partner one
            answer, because each of the tables shows that with one of the things known other answers do not occur.
        """
        found: list[int] = []
        left: dict[str, NDArray[np.bool_]] = {}
        for result in results:
            number = self.readers(result)
            if not number:
                new = self._left_by(result, left)
                number = max((int((table.sum(axis=1) == 1).sum()) for table in new.values()), default=0)
                left |= {} if number else new
            found.append(number)
        return tuple(found)

    def _left_by(self, result: Result, before: Mapping[str, NDArray[np.bool_]]) -> dict[str, NDArray[np.bool_]]:
        """Return for each person and answer of the secret variables of a result whether it is still possible."""
        crossed = {name for name in _crossing(result) if name in self.values}
        if not crossed:
            return {}
        outcomes = {str(name) for table in with_more(result) for name in table.frame["outcome"].unique()}
        named = sorted(crossed | {name for name in outcomes if name in self.values})
        new: dict[str, NDArray[np.bool_]] = {}
        for other in (*self.sides, self.own):
            for name in sorted(other.intersection(named)):
                values = self.values[name]
                given = _different(values)
                if not PAIR <= len(given) <= MOST_CATEGORIES:
                    continue
                who = values[:, None] == given
                possible = before.get(name, np.ones(who.shape, dtype=bool))
                for known in (self.values[one] for one in sorted(crossed - other - {name})):
                    own = _different(known)
                    if len(own) > MOST_CATEGORIES:
                        continue
                    for same in (known == code for code in own):
                        possible = possible & (~same[:, None] | who[same].any(axis=0))
                new[name] = possible & (~np.isnan(values))[:, None]
        return new

    def _by_shares(self, result: Result, secret: set[str]) -> int:
        number = 0.0
        for table in with_more(result):
            frame = table.frame
            about = frame["outcome"].isin(secret) | frame["term"].isin(secret)
            shares = frame.loc[about & frame["quantity"].isin(SHARES)]
            number = max(number, float(shares.loc[shares["estimate"] >= ALL, "n"].sum()))
            for outcome, own in shares.loc[shares["estimate"] <= NONE].groupby("outcome"):
                if str(outcome) in secret and len(_different(self.values[str(outcome)])) <= 2:
                    number = max(number, float(own["n"].sum()))
        return int(np.ceil(number))

    def _by_moments(self, result: Result, secret: set[str]) -> int:
        for table in with_more(result):
            frame = table.frame
            behind = table.cells.behind or ((),) * len(frame)
            rows = zip(frame["quantity"], frame["outcome"], frame["estimate"], frame["n"], behind, strict=True)
            for quantity, outcome, estimate, n, cells in rows:
                if quantity not in MOMENTS or outcome not in secret:
                    continue
                if quantity == "sd" and estimate == 0 and n > 1:
                    return int(n)
                for people in (unpacked(table.cells.members[cell]) for cell in cells if cell in table.cells.members):
                    values = self.values[outcome]
                    if len(people) == len(values) and self._same(outcome, values[people]):
                        return int(people.sum())
        return 0

    def _same(self, name: str, values: Floats) -> bool:
        return same_but_one(values, FEWEST if name in self.own else len(values) + 1)

    def _by_models(self, result: Result, named: set[str]) -> int:
        if result.analysis in ONE_BY_ONE:
            return 0
        for known, answers in self._views(named):
            if decided_by(known, answers):
                return int((~np.isnan(answers)).sum())
        for other in self.sides:
            for answers in (self.values[name] for name in sorted(named & other)):
                for group in self._groups(sorted(named - other)):
                    if len(answers[group]) >= FEWEST and at_an_end(answers[group], answers):
                        return int(group.sum())
        return 0

    def _groups(self, names: list[str]) -> Iterator[NDArray[np.bool_]]:
        """Yield who is in each category of the variables whose coefficients are differences of group means."""
        for name in names:
            values = self.values[name]
            present = _different(values)
            if name in self.categories or len(present) == PAIR:
                yield from (values == code for code in present)

    def _views(self, named: set[str]) -> Iterator[tuple[Floats, Floats]]:
        """Yield what a partner knows and what the other answered, for each named variable of the other."""
        for other in self.sides:
            known = self._known(sorted(named - other))
            for name in sorted(named & other):
                yield from ((known, answers) for answers in self._answers(name))
        if self.couple in named and self.partner is not None:
            have = self.partner >= 0
            known = self._known(sorted(named - {self.couple}))[have]
            for name in sorted(named & self.own):
                yield from ((known, answers[self.partner[have]]) for answers in self._answers(name))

    def _known(self, names: list[str]) -> Floats:
        columns = [answers for name in names for answers in self._answers(name)]
        rows = len(next(iter(self.values.values())))
        return np.column_stack(columns) if columns else np.zeros((rows, 0))

    def _answers(self, name: str) -> list[Floats]:
        """Return a variable as numbers: itself, or one indicator for each category but the first."""
        values = self.values[name]
        codes = [code for code in self.categories.get(name, ()) if (values == code).any()]
        if len(codes) <= 2:
            return [values]
        if len(codes) > MOST_CATEGORIES:
            return []
        return [np.where(np.isnan(values), np.nan, (values == code).astype(float)) for code in codes[1:]]


def _crossing(result: Result) -> set[str]:
    """Return the variables by which a table of counts or shares is broken down."""
    if result.analysis == "crosstab":
        return {str(result.settings.get(key, "")) for key in ("row", "column")}
    by = result.settings.get("by") if result.analysis in ONE_BY_ONE else None
    return {by} if isinstance(by, str) else {str(name) for name in by or ()}


def _different(values: Floats) -> Floats:
    return np.unique(values[~np.isnan(values)])
