"""A published number beside the row of the ledger that reproduces it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

from osa_survey import formatting
from osa_survey.simulation import Claim, rounds_to

RATIOS = ("odds_ratio", "rate_ratio", "risk_ratio", "relative_risk_ratio")
PROPORTIONS = ("proportion", "row_proportion", "column_proportion", "floor", "ceiling")
CHI_SQUARED = ("chi_squared", "fit_chi_squared")
FIT = ("cfi", "tli", *CHI_SQUARED)
STANDARD_ERRORS = 3.0
"""Within sampling error: nearer than so many standard errors; 99.7 % of normal estimates are."""
NORMAL_95 = 1.959963984540054

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Comparison:
    """One published number and its reproduction.

    Attributes
    ----------
    claim : Claim
        Where it is published.
    side : {"", "low", "high"}
        The number itself, or a bound of its printed interval.
    published, reproduced : float
        On the scale of the analysis: percentages as proportions. NaN for directions.
    printed, reproduced_text, difference_text : str
        As printed, and the reproduction with the same decimals.
    std_error : float
        Of the reproduction, on the log scale for ratios.
    within : bool
        Whether the claim's tolerance is met.
    why : str
        Why it cannot be judged, or "".
    low, high : float
        The reproduction's interval.
    quantity : str
        For a direction, the quantity that shows it; else "", that of the claim.
    """

    claim: Claim
    side: str
    published: float
    reproduced: float
    printed: str
    reproduced_text: str
    difference_text: str
    std_error: float
    within: bool
    why: str = ""
    low: float = math.nan
    high: float = math.nan
    quantity: str = ""

    @property
    def difference(self) -> float:
        """Reproduced minus published."""
        return self.reproduced - self.published


def compared(claim: Claim, row: Row | None, beside: Row | None = None) -> tuple[Comparison, ...]:
    """Return a claim, and the bounds of its printed interval, beside a row of the ledger.

    Parameters
    ----------
    claim : Claim
        What is published.
    row : mapping or None
        The row whose id the claim names; None if the run made no such row.
    beside : mapping, optional
        For another index of fit, the row of the RMSEA of the same model, whose interval tells its sampling error.

    Returns
    -------
    tuple of Comparison
        One, or three where an interval is printed.
    """
    if claim.is_direction:
        return (_direction(claim, row),)
    found = [_compared(claim, row, "", claim.value, claim.part, beside)]
    if claim.low:
        found.append(_compared(claim, row, "low", claim.low, "conf_low", beside))
        found.append(_compared(claim, row, "high", claim.high, "conf_high", beside))
    return tuple(found)


def _compared(claim: Claim, row: Row | None, side: str, printed: str, part: str, beside: Row | None) -> Comparison:
    published = claim.scaled(printed)
    value = _value(row, part)
    error = standard_error(claim, row, beside)
    scale = 100.0 if claim.unit == "percent" else 1.0
    digits = len(printed.partition(".")[2])
    why = "" if row is not None else "the run has no such row"
    if math.isnan(value):
        within, why = False, why or "the row has no such number"
    elif claim.tolerance == "exact":
        within = rounds_to(scale * value, printed)
    elif math.isnan(error):
        within, why = False, "no standard error to judge by"
    elif claim.quantity in RATIOS:
        within = (
            value > 0
            and abs(math.log(value) - math.log(published)) <= STANDARD_ERRORS * error + claim.half_unit / published
        )
    else:
        within = abs(value - published) <= STANDARD_ERRORS * error + claim.half_unit
    return Comparison(
        claim=claim,
        side=side,
        published=published,
        reproduced=value,
        printed=_text(published * scale, digits, claim),
        reproduced_text=_text(value * scale, digits, claim),
        difference_text=_text((value - published) * scale, digits + 1, claim, sign=True),
        std_error=error,
        within=within,
        why=why,
        low=math.nan if side else _value(row, "conf_low"),
        high=math.nan if side else _value(row, "conf_high"),
    )


def _direction(claim: Claim, row: Row | None) -> Comparison:
    ratio = row is not None and row["quantity"] in RATIOS
    value, error = _value(row, claim.part), _interval_error(row, ratio=ratio)
    away = value
    if ratio:
        away = math.log(value) if value > 0 else math.nan
    if math.isnan(away):
        return Comparison(claim, "", math.nan, value, claim.value, "–", "", error, False, "the run has no such number")
    found = "higher" if away > 0 else "lower"
    if claim.value == "no difference" and abs(away) <= STANDARD_ERRORS * error:
        found = claim.value
    return Comparison(
        claim, "", math.nan, value, claim.value, found, "", error, found == claim.value,
        low=_value(row, "conf_low"), high=_value(row, "conf_high"), quantity=str(row["quantity"]) if row else "",
    )  # fmt: skip


def standard_error(claim: Claim, row: Row | None, beside: Row | None = None) -> float:
    """Return the standard error of a reproduction, on the log scale for ratios.

    Parameters
    ----------
    claim : Claim
        What is published.
    row : mapping or None
        The reproducing row.
    beside : mapping, optional
        The row of the RMSEA of the same model.

    Returns
    -------
    float
        That of the row; else √(p(1 − p)/n) with the published proportion p, SD/√(2(n − 1)) for a standard deviation, or
        that of the row's interval; NaN without any. Half the width h of the interval of a half has h/√(2(m − 1)) with
        the effective size m = (z/2h)², as a standard deviation has. The misfit λ that CFI, TLI and χ² hold is
        proportional to RMSEA², so that 1 − CFI, 1 − TLI and χ² have twice the relative error of the RMSEA.
    """
    if row is None:
        return math.nan
    if claim.quantity in RATIOS:
        return _interval_error(row, ratio=True)
    if claim.quantity in FIT:
        return _fit_error(claim, beside)
    if claim.part == "half_width":
        return _half_width_error(claim.number)
    own = row["std_error"]
    if own is not None and math.isfinite(own):
        return float(own)
    n = row["n"]
    if claim.quantity in PROPORTIONS and n:
        return math.sqrt(claim.number * (1 - claim.number) / n)
    if claim.quantity == "sd" and n and n > 1:
        return claim.number / math.sqrt(2 * (n - 1))
    return _interval_error(row, ratio=False)


def _fit_error(claim: Claim, beside: Row | None) -> float:
    own = _interval_error(beside, ratio=False)
    if beside is None or not beside["estimate"]:
        return math.nan
    distance = claim.number if claim.quantity in CHI_SQUARED else 1 - claim.number
    return 2 * distance * own / float(beside["estimate"])


def _half_width_error(half: float) -> float:
    effective = (NORMAL_95 / (2 * half)) ** 2
    return half / math.sqrt(2 * (effective - 1)) if effective > 1 else math.nan


def _interval_error(row: Row | None, *, ratio: bool) -> float:
    if row is None or row["conf_low"] is None or row["conf_high"] is None:
        return math.nan
    low, high = float(row["conf_low"]), float(row["conf_high"])
    if ratio:
        low, high = (math.log(low), math.log(high)) if low > 0 else (math.nan, math.nan)
    return (high - low) / (2 * _normal_quantile(row))


def _normal_quantile(row: Row) -> float:
    level = row.get("conf_level")
    return NormalDist().inv_cdf((1 + level) / 2) if level else NORMAL_95


def _value(row: Row | None, part: str) -> float:
    if row is None:
        return math.nan
    if part == "half_width":
        low, high = row["conf_low"], row["conf_high"]
        return math.nan if low is None or high is None else (high - low) / 2
    value = row[part]
    return math.nan if value is None else float(value)


def _text(value: float, digits: int, claim: Claim, *, sign: bool = False) -> str:
    if math.isnan(value):
        return "–"
    text = formatting.decimal(value, digits)
    if sign and value > 0:
        text = "+" + text
    return text + (" %" if claim.unit == "percent" and not sign else "")
