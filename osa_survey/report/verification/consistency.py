"""Statements that cannot be true together: a test and its p, counts and their total, a share and its parts."""

from __future__ import annotations

import math
import re

from scipy import stats

from osa_survey.errors import Problem
from osa_survey.report.verification.numbers_in_text import NUMBER, numbers_of, read_number
from osa_survey.report.verification.statements import StatedTest, Statements

SMALLEST = 1e-300


def p_bounds(test: StatedTest) -> tuple[float, float]:
    """Return the smallest and the largest two-sided p that the rounded statistic allows; NaN where it has no rule.

    Notes
    -----
    The exact statistic lies within half a unit of its last digit; p falls with its size, so the ends of that range
    give the bounds (as statcheck does: Nuijten et al., 2016, https://doi.org/10.3758/s13428-015-0664-2).

    Examples
    --------
    >>> from osa_survey.report.verification.stated_statistics import statements_of
    >>> low, high = p_bounds(statements_of("t(98) = 2.10, p = .038").tests[0])
    >>> round(low, 4), round(high, 4)
    (0.0378, 0.0387)
    """
    size, half = abs(test.value.value), test.value.half_unit
    return _p(test, size + half), _p(test, max(size - half, 0.0))


def _p(test: StatedTest, size: float) -> float:
    name, df1, df2 = test.name, test.df1, test.df2
    if name == "t":
        return float(2 * stats.norm.sf(size)) if math.isinf(df1) else float(2 * stats.t.sf(size, df1))
    if name in ("z", "Z"):
        return float(2 * stats.norm.sf(size))
    if name in ("χ²", "H", "Q"):
        return float(stats.chi2.sf(size, df1))
    if name == "F":
        return float(stats.chi2.sf(size * df1, df1)) if math.isinf(df2) else float(stats.f.sf(size, df1, df2))
    if name == "r" and df1 > 0:
        inside = min(size, 1 - 1e-12)
        return float(2 * stats.t.sf(inside * math.sqrt(df1 / (1 - inside * inside)), df1))
    return math.nan


def consistent(test: StatedTest) -> bool:
    """Tell whether the p of a test can belong to its statistic and degrees of freedom; True where nothing is stated."""
    if test.p is None:
        return True
    low, high = p_bounds(test)
    if math.isnan(low) or math.isnan(high):
        return True
    if test.relation in ("<", "≤"):
        return low < test.p.value + SMALLEST
    if test.relation in (">", "≥"):
        return high > test.p.value
    return low - test.p.half_unit <= test.p.value <= high + test.p.half_unit


def inconsistencies(sentence: str, found: Statements, file: str, place: str) -> list[Problem]:
    """Return what a sentence contradicts in itself.

    Parameters
    ----------
    sentence : str
        The sentence.
    found : Statements
        What it states.
    file, place : str
        For the findings.

    Returns
    -------
    list of Problem
        ``inconsistent_test``, ``inconsistent_share``, ``n_do_not_add_up``.
    """
    problems = []
    for test in found.tests:
        if not consistent(test):
            low, high = p_bounds(test)
            message = f"'{test.text}': statistic and degrees of freedom give p from {low:.4g} to {high:.4g}"
            hint = "one of the three is not the one of the results"
            problems.append(Problem("inconsistent_test", message, file, key=place, hint=hint))
    for part, whole, share, text in found.shares:
        if whole.value and not share.agrees(100 * part.value / whole.value):
            message = f"'{text}': the parts give {100 * part.value / whole.value:.{share.digits}f}%"
            hint = "look up both counts and the share in the results"
            problems.append(Problem("inconsistent_share", message, file, key=place, hint=hint))
    problems += _sums(found, file, place)
    problems += _flow(sentence, file, place)
    return problems


def _sums(found: Statements, file: str, place: str) -> list[Problem]:
    """Return a finding where the n of groups do not add up to the N of the same sentence."""
    totals = [one.value for one in found.numbers if one.label == "N"]
    groups = [one.value for one in found.numbers if one.label == "n"]
    if len(totals) != 1 or len(groups) < 2:
        return []
    added = sum(group.value for group in groups)
    if added == totals[0].value:
        return []
    message = f"the groups add up to {_text(added)}, not to N = {totals[0].text}"
    hint = "say who is in no group, or look up the counts in the results"
    return [Problem("n_do_not_add_up", message, file, key=place, hint=hint)]


def _text(value: float) -> str:
    return f"{value:.0f}"


def _flow(sentence: str, file: str, place: str) -> list[Problem]:
    """Return a finding where a sentence "Of N records, M were excluded (a …; b …); K …" does not add up."""
    match = FLOW.search(sentence)
    if match is None:
        return []
    records, left, analysed = (read_number(match[name]).value for name in ("records", "left", "analysed"))
    steps = [numbers[0].value for part in match["steps"].split(";") if (numbers := numbers_of(part))]
    problems = []
    hint = "look up the flow of respondents in the results"
    if records - left != analysed:
        message = f"{_text(records)} records without {_text(left)} are {_text(records - left)}, not {_text(analysed)}"
        problems.append(Problem("n_do_not_add_up", message, file, key=place, item="flow", hint=hint))
    if steps and sum(steps) != left:
        message = f"the exclusions add up to {_text(sum(steps))}, not to {_text(left)}"
        problems.append(Problem("n_do_not_add_up", message, file, key=place, item="flow", hint=hint))
    return problems


FLOW = re.compile(
    rf"(?:Of|From|Von|Aus)\s+(?:the\s+)?(?P<records>{NUMBER})\D*?(?P<left>{NUMBER})?\s*(?:were|was)?\s*"
    rf"(?:excluded|ausgeschlossen)\s*\((?P<steps>[^)]*)\)\D*(?P<analysed>{NUMBER})"
)
