"""Which numbers of a result test something, and each of them on the scale of its test."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.results import Result
from osa_survey.results.columns import KEY_COLUMNS

PRIMARY: dict[str, tuple[tuple[str, ...], ...]] = {
    "compare_groups": (("mean_difference",), ("welch_anova",)),
    "paired": (("mean_difference",),),
    "correlate": (("r", "rho", "tau"),),
    "partial_correlations": (("partial_r", "semipartial_r"),),
    "compare_correlations": (("correlation_difference",),),
    "crosstab": (("chi_squared",),),
    "prevalence": (("chi_squared",),),
    "regress": (("odds_ratio", "rate_ratio"), ("b",)),
    "gee": (("odds_ratio", "rate_ratio"), ("b",)),
    "mixed_model": (("odds_ratio",), ("b",)),
    "fixed_effects": (("b",),),
    "margins": (("prediction_difference", "average_slope"),),
    "simple_slopes": (("simple_slope",),),
    "equivalence": (("equivalence",),),
    "anova": (("anova_effect",),),
    "friedman": (("friedman",),),
    "cochran_q": (("cochran_q",),),
    "manova": (("manova_test",),),
    "change": (("mean_difference",),),
    "latent_change": (("latent_change",),),
}
"""Analysis → the quantities that are its tests: the first tuple of which the table has a p value."""
RATIOS = ("odds_ratio", "rate_ratio", "relative_risk_ratio")
CORRELATIONS = ("r", "rho", "tau", "partial_r", "semipartial_r")
INTERCEPT = "intercept"


@dataclass(frozen=True)
class ScaledNumber:
    """A number on the scale on which its interval is symmetric.

    Attributes
    ----------
    scale : {"identity", "log", "fisher"}
        Ratios are taken on their logarithm, correlations on Fisher's z.
    estimate, std_error, df : float
        On this scale; infinite degrees of freedom for z.
    """

    scale: str
    estimate: float
    std_error: float
    df: float

    def back(self, value: float) -> float:
        """Return a value of the scale as the table prints it."""
        if self.scale == "log":
            return math.exp(value)
        return math.tanh(value) if self.scale == "fisher" else value


def scaled_number(row: Mapping[str, object] | pd.Series) -> ScaledNumber | None:
    """Return a row of a table on the scale of its test; None where it has no t or z test of one number.

    Notes
    -----
    The standard error is the row's own, or half its interval divided by the quantile of t (or z).
    """
    quantity = str(row["quantity"])
    estimate, low, high = (float(row[name]) for name in ("estimate", "conf_low", "conf_high"))  # type: ignore[arg-type]
    std_error, level = float(row["std_error"]), float(row["conf_level"])  # type: ignore[arg-type]
    if str(row["statistic_name"]) not in ("t", "z") or not math.isfinite(estimate):
        return None
    df = float(row["df1"]) if str(row["statistic_name"]) == "t" else math.inf  # type: ignore[arg-type]
    scale = "log" if quantity in RATIOS else "fisher" if quantity in CORRELATIONS else "identity"
    if scale == "fisher" and "t interval" not in str(row["method"]):
        df = math.inf  # Fisher's interval is normal, whatever the test of zero
    transform: Callable[[float], float] = {"log": math.log, "fisher": math.atanh}.get(scale, float)
    if scale != "identity" or not std_error > 0:
        if not (math.isfinite(low) and math.isfinite(high)):
            return None
        std_error = float(transform(high) - transform(low)) / (2 * float(stats.t.ppf(0.5 + level / 2, df)))
    return ScaledNumber(scale, float(transform(estimate)), std_error, df) if std_error > 0 else None


def rows_tested(result: Result, tested: Mapping[str, str] | None = None) -> list[int]:
    """Return the positions of the rows that test what an analysis is about.

    Parameters
    ----------
    result : Result
        A result of an analysis.
    tested : mapping of str to str, optional
        Key columns (``quantity``, ``term``, ``outcome``, ``contrast``, ``group``, ``level``) that narrow them down.

    Returns
    -------
    list of int
        Rows with a p value: of the quantities that ``PRIMARY`` names for the analysis, of several blocks those of the
        last one, without intercepts.

    Raises
    ------
    AnalysisError
        ``nothing_tested`` where no row fits; ``unknown_key``.
    """
    asked = dict(tested or {})
    unknown = [name for name in asked if name not in KEY_COLUMNS]
    if unknown:
        hint = nearest(unknown[0], list(KEY_COLUMNS)) or ", ".join(KEY_COLUMNS)
        raise AnalysisError(Problem("unknown_key", f"tested has no key '{unknown[0]}'", key="tested", hint=hint))
    table = result.frame
    usable = table["p_value"].notna() & (table["suppressed"] == "")
    found = pd.Series(False, index=table.index)
    wanted = ((asked["quantity"],),) if "quantity" in asked else PRIMARY.get(result.analysis, ())
    for quantities in wanted:
        found = usable & table["quantity"].isin(quantities)
        if found.any():
            break
    found &= table["term"].str.lower() != INTERCEPT
    for name, value in asked.items():
        found &= table[name] == str(value)
    if "level" not in asked and result.analysis in ("regress", "gee") and found.any():
        found &= table["level"] == table.loc[found, "level"].iloc[-1]
    if not found.any():
        message = f"{result.analysis} has no number with a p value that fits {asked or 'its usual tests'}"
        hint = 'name it: tested = { quantity = "…", term = "…" }'
        raise AnalysisError(Problem("nothing_tested", message, key="tested", hint=hint))
    return [int(place) for place in np.flatnonzero(found)]
