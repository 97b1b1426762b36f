"""From one effect size to another, each step with its formula and what it assumes."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from scipy import stats

from osa_survey.errors import AnalysisError, Problem, nearest

EQUAL_GROUPS = "two groups of equal size (give n1 and n2 for others)"
NORMAL_GROUPS = "two normal groups with equal variances"
LOGISTIC = "the outcome is a cut through a logistic variable (π/√3 is its standard deviation)"
TWO_GROUPS = "two groups, or one predictor"
BASELINE = "the risk of the comparison group is as given (baseline)"
ODDS = math.pi / math.sqrt(3)


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


@dataclass(frozen=True)
class _Context:
    n1: float | None
    n2: float | None
    baseline: float | None
    df1: float | None
    df2: float | None

    @property
    def a(self) -> float:
        """(n₁ + n₂)²/(n₁n₂): 4 for equal groups."""
        return 4.0 if self.n1 is None or self.n2 is None else (self.n1 + self.n2) ** 2 / (self.n1 * self.n2)


@dataclass(frozen=True)
class _Step:
    to: str
    formula: str
    assumption: str
    apply: Callable[[float, _Context], float]
    needs: tuple[str, ...] = ()


def _phi(value: float) -> float:
    return float(stats.norm.cdf(value))


def _z(value: float) -> float:
    return float(stats.norm.ppf(value))


STEPS: dict[str, tuple[_Step, ...]] = {
    "d": (
        _Step("r", "r = d/√(d² + (n₁ + n₂)²/(n₁n₂))", EQUAL_GROUPS, lambda d, c: d / math.sqrt(d * d + c.a)),
        _Step("log_odds_ratio", "ln OR = d π/√3", LOGISTIC, lambda d, c: d * ODDS),
        _Step("common_language", "Φ(d/√2)", NORMAL_GROUPS, lambda d, c: _phi(d / math.sqrt(2))),
        _Step("u3", "Φ(d)", NORMAL_GROUPS, lambda d, c: _phi(d)),
        _Step("overlap", "2Φ(−|d|/2)", NORMAL_GROUPS, lambda d, c: 2 * _phi(-abs(d) / 2)),
    ),
    "r": (
        _Step("d", "d = r √((n₁ + n₂)²/(n₁n₂)) / √(1 − r²)", EQUAL_GROUPS, lambda r, c: _d_of_r(r, c)),
        _Step("r2", "r²", TWO_GROUPS, lambda r, c: r * r),
        _Step("fisher_z", "atanh r", "", lambda r, c: math.atanh(r)),
    ),
    "fisher_z": (_Step("r", "tanh z", "", lambda z, c: math.tanh(z)),),
    "r2": (
        _Step("r", "√R², without sign", TWO_GROUPS, lambda v, c: math.sqrt(v)),
        _Step("eta2", "η² = R²", "", lambda v, c: v),
        _Step("f2", "f² = R²/(1 − R²)", "", lambda v, c: v / (1 - v)),
    ),
    "eta2": (
        _Step("r2", "R² = η²", "", lambda v, c: v),
        _Step("f", "f = √(η²/(1 − η²))", "", lambda v, c: math.sqrt(v / (1 - v))),
    ),
    "f": (
        _Step("eta2", "η² = f²/(1 + f²)", "", lambda f, c: f * f / (1 + f * f)),
        _Step("f2", "f²", "", lambda f, c: f * f),
    ),
    "f2": (
        _Step("r2", "R² = f²/(1 + f²)", "", lambda v, c: v / (1 + v)),
        _Step("f", "√f²", "", lambda v, c: math.sqrt(v)),
    ),
    "log_odds_ratio": (
        _Step("d", "d = ln OR √3/π", LOGISTIC, lambda v, c: v / ODDS),
        _Step("odds_ratio", "exp(ln OR)", "", lambda v, c: math.exp(v)),
    ),
    "odds_ratio": (
        _Step("log_odds_ratio", "ln OR", "", lambda v, c: math.log(v)),
        _Step(
            "risk_ratio",
            "RR = OR/(1 − p₀ + p₀ OR)",
            BASELINE,
            lambda v, c: v / (1 - (c.baseline or 0.0) + (c.baseline or 0.0) * v),
            ("baseline",),
        ),
    ),
    "risk_ratio": (
        _Step(
            "odds_ratio",
            "OR = RR (1 − p₀)/(1 − p₀ RR)",
            BASELINE,
            lambda v, c: v * (1 - (c.baseline or 0.0)) / (1 - (c.baseline or 0.0) * v),
            ("baseline",),
        ),
        _Step(
            "risk_difference",
            "RD = p₀ (RR − 1)",
            BASELINE,
            lambda v, c: (c.baseline or 0.0) * (v - 1),
            ("baseline",),
        ),
    ),
    "risk_difference": (
        _Step(
            "risk_ratio",
            "RR = (p₀ + RD)/p₀",
            BASELINE,
            lambda v, c: ((c.baseline or 0.0) + v) / (c.baseline or math.nan),
            ("baseline",),
        ),
        _Step("number_needed", "1/RD", "", lambda v, c: math.inf if v == 0 else 1 / v),
    ),
    "number_needed": (_Step("risk_difference", "1/NNT", "", lambda v, c: 1 / v),),
    "common_language": (
        _Step("d", "√2 Φ⁻¹(P)", NORMAL_GROUPS, lambda p, c: math.sqrt(2) * _z(p)),
        _Step("cliffs_delta", "δ = 2P − 1", "", lambda p, c: 2 * p - 1),
    ),
    "cliffs_delta": (_Step("common_language", "P = (δ + 1)/2", "", lambda v, c: (v + 1) / 2),),
    "u3": (_Step("d", "Φ⁻¹(U₃)", NORMAL_GROUPS, lambda p, c: _z(p)),),
    "overlap": (_Step("d", "−2Φ⁻¹(overlap/2), without sign", NORMAL_GROUPS, lambda p, c: -2 * _z(p / 2)),),
    "t": (
        _Step(
            "r",
            "r = t/√(t² + df)",
            TWO_GROUPS,
            lambda t, c: t / math.sqrt(t * t + (c.df2 or math.nan)),
            ("df2",),
        ),
        _Step(
            "d",
            "d = t √(1/n₁ + 1/n₂)",
            "independent groups with equal variances",
            lambda t, c: t * math.sqrt(1 / (c.n1 or math.nan) + 1 / (c.n2 or math.nan)),
            ("n1", "n2"),
        ),
    ),
    "F": (
        _Step(
            "eta2",
            "η² (partial) = df₁F/(df₁F + df₂)",
            "",
            lambda f, c: f * (c.df1 or math.nan) / (f * (c.df1 or math.nan) + (c.df2 or math.nan)),
            ("df1", "df2"),
        ),
    ),
}
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
    context = _Context(n1, n2, baseline, df1, df2)
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
    if math.isnan(current):
        message = f"{value:g} on the scale '{from_}' has no finite counterpart on '{to}'"
        raise AnalysisError(
            Problem("no_counterpart", message, key="value", hint="the value lies at an end of its scale")
        )
    sized = n1 is not None and n2 is not None
    assumed = (step.assumption for step in steps if not (sized and step.assumption == EQUAL_GROUPS))
    assumptions = tuple(dict.fromkeys(text for text in assumed if text))
    return Conversion(current, from_, to, tuple(step.formula for step in steps), assumptions)


def _d_of_r(r: float, context: _Context) -> float:
    return r * math.sqrt(context.a) / math.sqrt(1 - r * r)


def _check(value: float, from_: str, to: str, context: _Context) -> None:
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


def _way(from_: str, to: str) -> list[_Step]:
    """Return the shortest chain of steps."""
    queue: deque[tuple[str, list[_Step]]] = deque([(from_, [])])
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
