"""Single steps from one scale of effect sizes to a neighbouring one, each with its formula and assumption."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from scipy import stats

EQUAL_GROUPS = "two groups of equal size (give n1 and n2 for others)"
NORMAL_GROUPS = "two normal groups with equal variances"
LOGISTIC = "the outcome is a cut through a logistic variable (π/√3 is its standard deviation)"
TWO_GROUPS = "two groups, or one predictor"
BASELINE = "the risk of the comparison group is as given (baseline)"
ODDS = math.pi / math.sqrt(3)


@dataclass(frozen=True)
class Context:
    """What a step may need besides the value: sizes of groups, baseline risk, degrees of freedom."""

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
class Step:
    """One step: the scale it leads to, its formula and assumption in words, the function, what it must be given."""

    to: str
    formula: str
    assumption: str
    apply: Callable[[float, Context], float]
    needs: tuple[str, ...] = ()


def _phi(value: float) -> float:
    return float(stats.norm.cdf(value))


def _z(value: float) -> float:
    return float(stats.norm.ppf(value))


STEPS: dict[str, tuple[Step, ...]] = {
    "d": (
        Step("r", "r = d/√(d² + (n₁ + n₂)²/(n₁n₂))", EQUAL_GROUPS, lambda d, c: d / math.sqrt(d * d + c.a)),
        Step("log_odds_ratio", "ln OR = d π/√3", LOGISTIC, lambda d, c: d * ODDS),
        Step("common_language", "Φ(d/√2)", NORMAL_GROUPS, lambda d, c: _phi(d / math.sqrt(2))),
        Step("u3", "Φ(d)", NORMAL_GROUPS, lambda d, c: _phi(d)),
        Step("overlap", "2Φ(−|d|/2)", NORMAL_GROUPS, lambda d, c: 2 * _phi(-abs(d) / 2)),
    ),
    "r": (
        Step(
            "d",
            "d = r √((n₁ + n₂)²/(n₁n₂)) / √(1 − r²)",
            EQUAL_GROUPS,
            lambda r, c: r * math.sqrt(c.a) / math.sqrt(1 - r * r),
        ),
        Step("r2", "r²", TWO_GROUPS, lambda r, c: r * r),
        Step("fisher_z", "atanh r", "", lambda r, c: math.atanh(r)),
    ),
    "fisher_z": (Step("r", "tanh z", "", lambda z, c: math.tanh(z)),),
    "r2": (
        Step("r", "√R², without sign", TWO_GROUPS, lambda v, c: math.sqrt(v)),
        Step("eta2", "η² = R²", "", lambda v, c: v),
        Step("f2", "f² = R²/(1 − R²)", "", lambda v, c: v / (1 - v)),
    ),
    "eta2": (
        Step("r2", "R² = η²", "", lambda v, c: v),
        Step("f", "f = √(η²/(1 − η²))", "", lambda v, c: math.sqrt(v / (1 - v))),
    ),
    "f": (
        Step("eta2", "η² = f²/(1 + f²)", "", lambda f, c: f * f / (1 + f * f)),
        Step("f2", "f²", "", lambda f, c: f * f),
    ),
    "f2": (
        Step("r2", "R² = f²/(1 + f²)", "", lambda v, c: v / (1 + v)),
        Step("f", "√f²", "", lambda v, c: math.sqrt(v)),
    ),
    "log_odds_ratio": (
        Step("d", "d = ln OR √3/π", LOGISTIC, lambda v, c: v / ODDS),
        Step("odds_ratio", "exp(ln OR)", "", lambda v, c: math.exp(v)),
    ),
    "odds_ratio": (
        Step("log_odds_ratio", "ln OR", "", lambda v, c: math.log(v)),
        Step(
            "risk_ratio",
            "RR = OR/(1 − p₀ + p₀ OR)",
            BASELINE,
            lambda v, c: v / (1 - (c.baseline or 0.0) + (c.baseline or 0.0) * v),
            ("baseline",),
        ),
    ),
    "risk_ratio": (
        Step(
            "odds_ratio",
            "OR = RR (1 − p₀)/(1 − p₀ RR)",
            BASELINE,
            lambda v, c: v * (1 - (c.baseline or 0.0)) / (1 - (c.baseline or 0.0) * v),
            ("baseline",),
        ),
        Step(
            "risk_difference",
            "RD = p₀ (RR − 1)",
            BASELINE,
            lambda v, c: (c.baseline or 0.0) * (v - 1),
            ("baseline",),
        ),
    ),
    "risk_difference": (
        Step(
            "risk_ratio",
            "RR = (p₀ + RD)/p₀",
            BASELINE,
            lambda v, c: ((c.baseline or 0.0) + v) / (c.baseline or math.nan),
            ("baseline",),
        ),
        Step("number_needed", "1/RD", "", lambda v, c: math.inf if v == 0 else 1 / v),
    ),
    "number_needed": (Step("risk_difference", "1/NNT", "", lambda v, c: 1 / v),),
    "common_language": (
        Step("d", "√2 Φ⁻¹(P)", NORMAL_GROUPS, lambda p, c: math.sqrt(2) * _z(p)),
        Step("cliffs_delta", "δ = 2P − 1", "", lambda p, c: 2 * p - 1),
    ),
    "cliffs_delta": (Step("common_language", "P = (δ + 1)/2", "", lambda v, c: (v + 1) / 2),),
    "u3": (Step("d", "Φ⁻¹(U₃)", NORMAL_GROUPS, lambda p, c: _z(p)),),
    "overlap": (Step("d", "−2Φ⁻¹(overlap/2), without sign", NORMAL_GROUPS, lambda p, c: -2 * _z(p / 2)),),
    "t": (
        Step(
            "r",
            "r = t/√(t² + df)",
            TWO_GROUPS,
            lambda t, c: t / math.sqrt(t * t + (c.df2 or math.nan)),
            ("df2",),
        ),
        Step(
            "d",
            "d = t √(1/n₁ + 1/n₂)",
            "independent groups with equal variances",
            lambda t, c: t * math.sqrt(1 / (c.n1 or math.nan) + 1 / (c.n2 or math.nan)),
            ("n1", "n2"),
        ),
    ),
    "F": (
        Step(
            "eta2",
            "η² (partial) = df₁F/(df₁F + df₂)",
            "",
            lambda f, c: f * (c.df1 or math.nan) / (f * (c.df1 or math.nan) + (c.df2 or math.nan)),
            ("df1", "df2"),
        ),
    ),
}
