"""From one effect size to another, with the formulas of the way and what it assumes."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

from osa_survey.effects.conversion_steps import EQUAL_GROUPS, STEPS, Context, Step
from osa_survey.errors import AnalysisError, Problem, nearest


@dataclass(frozen=True)
class Conversion:
    """A converted effect size.

    Attributes
    ----------
    value : float
        The size on the new scale.
    from_, to : str
        Both scales.
    formulas : tuple of str
        One for each step.
    assumptions : tuple of str
        What must hold for the number to mean anything.
    """

    value: float
    from_: str
    to: str
    formulas: tuple[str, ...]
    assumptions: tuple[str, ...]


SCALES = tuple(dict.fromkeys([*STEPS, *(step.to for steps in STEPS.values() for step in steps)]))
RANGES: dict[str, tuple[float, float]] = {
    "r": (-1.0, 1.0),
    "r2": (0.0, 1.0),
    "eta2": (0.0, 1.0),
    "f": (0.0, math.inf),
    "f2": (0.0, math.inf),
    "F": (0.0, math.inf),
    "odds_ratio": (0.0, math.inf),
    "risk_ratio": (0.0, math.inf),
    "risk_difference": (-1.0, 1.0),
    "common_language": (0.0, 1.0),
    "cliffs_delta": (-1.0, 1.0),
    "u3": (0.0, 1.0),
    "overlap": (0.0, 1.0),
}


def convert(
    value: float,
    from_: str,
    to: str,
    *,
    n1: float | None = None,
    n2: float | None = None,
    baseline: float | None = None,
    df1: float | None = None,
    df2: float | None = None,
) -> Conversion:
    """Convert an effect size and say what that assumes.

    Parameters
    ----------
    value : float
        The size.
    from_, to : str
        Scales: ``d``, ``r``, ``r2``, ``fisher_z``, ``eta2``, ``f``, ``f2``, ``odds_ratio``, ``log_odds_ratio``,
        ``risk_ratio``, ``risk_difference``, ``number_needed``, ``common_language``, ``cliffs_delta``, ``u3``,
        ``overlap``; and from the tests ``t`` and ``F``.
    n1, n2 : float, optional
        Sizes of the groups; without them equal groups are assumed where it matters.
    baseline : float, optional
        The risk of the comparison group, between 0 and 1, for risk ratios and differences.
    df1, df2 : float, optional
        Degrees of freedom of ``F``; ``df2`` those of ``t``.

    Returns
    -------
    Conversion
        The value with the formula of each step and the assumptions. The shortest way is taken.

    Raises
    ------
    AnalysisError
        If there is no such scale or no way, something the way needs is missing, or the value is impossible.

    References
    ----------
    Borenstein, M., Hedges, L. V., Higgins, J. P. T., & Rothstein, H. R. (2009). Introduction to meta-analysis
    (chapter 7). doi:10.1002/9780470743386
    Grant, R. L. (2014). Converting an odds ratio to a range of plausible relative risks. BMJ, 348, f7450.
    doi:10.1136/bmj.f7450

    Examples
    --------
    >>> found = convert(0.5, "d", "odds_ratio")
    >>> round(found.value, 3), found.assumptions
    (2.477, ('the outcome is a cut through a logistic variable (π/√3 is its standard deviation)',))
    """
    context = Context(n1, n2, baseline, df1, df2)
    _check(value, from_, to, context)
    steps = _way(from_, to)
    missing = [name for step in steps for name in step.needs if getattr(context, name) is None]
    if missing:
        names = ", ".join(dict.fromkeys(missing))
        message = f"'{from_}' becomes '{to}' only with {names}"
        raise AnalysisError(Problem("missing_argument", message, key=names, hint=f"give {names}"))
    current = float(value)
    for step in steps:
        try:
            current = step.apply(current, context)
        except (ValueError, ZeroDivisionError, OverflowError):
            current = math.nan
    if math.isnan(current) or (math.isinf(current) and to != "number_needed"):
        message = f"{value:g} on the scale '{from_}' has no finite counterpart on '{to}'"
        raise AnalysisError(
            Problem("no_counterpart", message, key="value", hint="the value lies at an end of its scale")
        )
    sized = n1 is not None and n2 is not None
    assumed = (step.assumption for step in steps if not (sized and step.assumption == EQUAL_GROUPS))
    assumptions = tuple(dict.fromkeys(text for text in assumed if text))
    return Conversion(current, from_, to, tuple(step.formula for step in steps), assumptions)


def _check(value: float, from_: str, to: str, context: Context) -> None:
    problems = []
    for key, name in (("from_", from_), ("to", to)):
        if name not in SCALES:
            problems.append(
                Problem("unknown_scale", f"there is no scale '{name}'", key=key, hint=nearest(name, SCALES))
            )
    low, high = RANGES.get(from_, (-math.inf, math.inf))
    if not low <= value <= high:
        hint = f"values lie between {low:g} and {high:g}"
        problems.append(Problem("impossible_value", f"'{from_}' cannot be {value:g}", key="value", hint=hint))
    if context.baseline is not None and not 0 < context.baseline < 1:
        problems.append(Problem("baseline", "a baseline risk lies between 0 and 1", key="baseline"))
    for key, size in (("n1", context.n1), ("n2", context.n2), ("df1", context.df1), ("df2", context.df2)):
        if size is not None and not size > 0:
            problems.append(Problem("not_positive", f"{key} must be above zero", key=key))
    if problems:
        raise AnalysisError(problems)


def _way(from_: str, to: str) -> list[Step]:
    """Return the shortest chain of steps."""
    queue: deque[tuple[str, list[Step]]] = deque([(from_, [])])
    seen = {from_}
    while queue:
        scale, steps = queue.popleft()
        if scale == to:
            return steps
        for step in STEPS.get(scale, ()):
            if step.to not in seen:
                seen.add(step.to)
                queue.append((step.to, [*steps, step]))
    message = f"there is no way from '{from_}' to '{to}'"
    raise AnalysisError(Problem("no_conversion", message, key="to", hint="a test statistic cannot be made of a size"))
