"""What ``roc`` is given, checked and arranged: scores that rise towards the cases, and who the cases are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.arguments import check_categorical, check_conf_level, check_numeric, variable_names
from osa_survey.analysis.domains import versions
from osa_survey.analysis.samples import CompletedSet, Data, Sample, sample_of
from osa_survey.dataset import Column
from osa_survey.effects.cut_offs import CRITERIA, NEEDS_LEVEL, Criterion
from osa_survey.errors import AnalysisError, Problem, nearest

Direction = Literal["higher", "lower"]
Interval = Literal["delong", "bootstrap"]
Floats = NDArray[np.float64]
LEAST = 2
"""People of each kind."""
FEW_DIGITS = 6
"""Characters of a cut-off that is printed as it is."""


@dataclass(frozen=True, repr=False)
class RocData:
    """The people of a ROC analysis.

    Attributes
    ----------
    scores : tuple of Column
        One or two.
    reference : Column
        What the scores are held against.
    case : str
        The category of the cases.
    used : ndarray of bool, shape (respondents,)
        Who has all values.
    values : ndarray of float, shape (used, scores)
        Scores times ``sign``: higher speaks for a case.
    cases : ndarray of bool, shape (used,)
        Who is a case.
    sign : float
        1, or −1 where low scores speak for a case.
    """

    scores: tuple[Column, ...]
    reference: Column
    case: str
    used: NDArray[np.bool_]
    values: Floats
    cases: NDArray[np.bool_]
    sign: float

    def among_all(self, members: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return some of those used as a mask over everybody."""
        found = self.used.copy()
        found[found] = members
        return found

    def rule(self, cut_off: float) -> str:
        """Return a cut-off as a rule in signs: ``≥ 24``."""
        return f"{'≥' if self.sign > 0 else '≤'} {self.sign * self._in_few_digits(cut_off):.10g}"

    def _in_few_digits(self, cut_off: float) -> float:
        """Return a number of few digits that parts the people as a long cut-off does: none lies between the two."""
        if len(f"{cut_off:.10g}") <= FEW_DIGITS:
            return cut_off
        lower = self.values[self.values < cut_off]
        below = float(lower.max()) if lower.size else -math.inf
        for digits in range(1, 10):
            short = math.floor(cut_off * 10.0**digits) / 10.0**digits
            if short > below:
                return short
        return cut_off


@dataclass(frozen=True)
class RocRequest:
    """What of a ROC analysis is asked for, checked.

    Attributes
    ----------
    criterion : str
        How the best cut-off is found, with ``level`` where it needs one (else NaN).
    level : float
    cut_offs : tuple of float
        Further cut-offs.
    prevalences : tuple of float
        Shares of cases for predictive values.
    interval : {"delong", "bootstrap"}
    draws, seed : int
    conf_level : float
    """

    criterion: Criterion
    level: float
    cut_offs: tuple[float, ...]
    prevalences: tuple[float, ...]
    interval: Interval
    draws: int
    seed: int
    conf_level: float

    @property
    def how(self) -> str:
        """The criterion in words."""
        return f"{CRITERIA[self.criterion]}{'' if np.isnan(self.level) else f', {self.level:g}'}"


def roc_sets(
    data: Data, score: str, reference: str, case: str, compare: str, direction: str
) -> tuple[Sample, tuple[RocData, ...]]:
    """Return the people with all values, of each completed set.

    Raises
    ------
    AnalysisError
        Unknown or unfit variables; ``more_than_two_categories``; ``too_few_respondents`` of a kind.
    """
    versions(data)
    names = variable_names([score, *([compare] if compare else []), reference])
    sample = sample_of(data, names)
    return sample, tuple(_roc_data(one, case, direction) for one in sample.sets)


def _roc_data(one: CompletedSet, case: str, direction: str) -> RocData:
    *scores, standard = one.columns
    reference, used = standard.info.name, one.used
    check_numeric(*scores, ordinal=True)
    check_categorical(standard)
    found = [label for label, _ in standard.categories(used)]
    if case and case not in standard.info.labels:
        hint = nearest(case, list(standard.info.labels))
        message = f"'{reference}' has no category '{case}'"
        raise AnalysisError(Problem("unknown_category", message, column=reference, key="case", hint=hint))
    if not case and len(found) > 2:
        message = f"'{reference}' has {len(found)} categories: which of them are the cases?"
        hint = f'case = "{found[-1]}": everybody else with an answer is then no case'
        raise AnalysisError(Problem("more_than_two_categories", message, column=reference, key="case", hint=hint))
    case = case or standard.info.labels[-1]
    code = standard.info.codes[standard.info.labels.index(case)]
    cases = standard.values[used] == code
    if min(int(cases.sum()), int((~cases).sum())) < LEAST:
        message = f"fewer than {LEAST} people with a score are '{case}', or fewer than {LEAST} are not"
        raise AnalysisError(Problem("too_few_respondents", message, column=reference))
    sign = 1.0 if direction == "higher" else -1.0
    values = sign * np.column_stack([column.values[used] for column in scores])
    return RocData(tuple(scores), standard, case, used, values, cases, sign)


def check_roc_choices(
    criterion: str, at_least: float | None, direction: str, interval: str, prevalences: Sequence[float], level: float
) -> None:
    """Raise an AnalysisError for words that are not known and numbers that are no shares, all together."""
    check_conf_level(level)
    problems = []
    for key, word, known in (
        ("criterion", criterion, tuple(CRITERIA)),
        ("direction", direction, ("higher", "lower")),
        ("interval", interval, ("delong", "bootstrap")),
    ):
        if word not in known:
            problems.append(
                Problem("unknown_choice", f"there is no {key} '{word}'", key=key, hint=nearest(word, known))
            )
    if criterion in NEEDS_LEVEL and (at_least is None or not 0 < at_least <= 1):
        message = f"criterion '{criterion}' needs the {criterion} asked for, a share above 0 and up to 1"
        problems.append(Problem("not_a_share", message, key="at_least", hint="at_least = 0.8"))
    if criterion not in NEEDS_LEVEL and at_least is not None:
        message = f"at_least belongs to the criteria {' and '.join(NEEDS_LEVEL)}"
        problems.append(Problem("unused_argument", message, key="at_least", hint="leave it out"))
    problems += [
        Problem("not_a_share", f"a prevalence lies between 0 and 1, not at {share:g}", key="prevalence")
        for share in prevalences
        if not 0 < share < 1
    ]
    if problems:
        raise AnalysisError(problems)
