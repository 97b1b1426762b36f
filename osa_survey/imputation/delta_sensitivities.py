"""How different people who gave no answer would have to be for a conclusion to change."""

from __future__ import annotations

import inspect
import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from osa_survey import formatting
from osa_survey.calling import unknown_argument
from osa_survey.dataset import ScoredData, refuse_imputed
from osa_survey.errors import AnalysisError, ArgumentError, Problem
from osa_survey.imputation.imputing import impute
from osa_survey.imputation.pooled_rows import Analysis, PooledRow, pooled_row
from osa_survey.results import Layout, Result, Rows, Show
from osa_survey.results.display import printed

UNCHANGED = "the conclusion does not change in this range"
REFERENCES = (
    "van Buuren, S. (2018). Flexible imputation of missing data (2nd ed.), section 3.8. CRC Press. "
    "doi:10.1201/9780429492259",
    "Rubin, D. B. (1987). Multiple imputation for nonresponse in surveys. Wiley. doi:10.1002/9780470316696",
)


def delta_sensitivity(
    scored: ScoredData,
    analysis: Analysis,
    variable: str,
    deltas: Sequence[float],
    *,
    pick: Mapping[str, str],
    seed: int,
    null: float = 0.0,
    conf_level: float = 0.95,
    **options: Any,
) -> Result:
    """Repeat an analysis while imputed answers are shifted, and find the shift at which its conclusion changes.

    Parameters
    ----------
    scored : ScoredData
        Scored answers.
    analysis : callable
        ``ScoredData → Result``, such as ``lambda data: correlate(data, ["age", "swls_total"])``.
    variable : str
        The variable or scored column whose imputed values are shifted.
    deltas : sequence of float
        Shifts in the variable's unit (log odds for categories); 0, missing at random, is always among them.
    pick : mapping of str to str
        The row looked at, as ``Result.pick`` takes it, such as ``{"quantity": "r"}``.
    seed : int
        The same for every shift, so that only the shift differs.
    null : float
        The value an interval must exclude for the conclusion "higher" or "lower".
    conf_level : float
        Level of the intervals.
    **options
        Passed on to ``impute``: ``m``, ``variables``, ``delta_reasons`` and others.

    Returns
    -------
    Result
        For each shift (``level``) the picked quantity with interval and p, and its ``fmi``; rows ``tipping_delta`` with
        the shift below and above 0 (``contrast``) at which the interval begins or ceases to exclude ``null``, linear
        between the shifts tried; without an estimate where nothing changes.

    Raises
    ------
    AnalysisError
        Those of ``impute`` and ``pooled_row``; ``unknown_argument`` where ``impute`` does not take an option;
        ``delta_twice`` where ``options`` holds ``delta``; ``bad_delta`` where a shift is not finite.
    """
    refuse_imputed(scored, "delta_sensitivity")
    if "delta" in options:
        raise AnalysisError(Problem("delta_twice", "shifts are given by variable and deltas", hint="leave delta out"))
    takes = list(inspect.signature(impute).parameters)[1:]
    unknown = [name for name in options if name not in takes]
    if unknown:
        raise ArgumentError([unknown_argument("impute", name, takes, value=options[name]) for name in unknown])
    sizes = sorted({0.0, *(float(value) for value in deltas)})
    if not all(math.isfinite(size) for size in sizes):
        raise AnalysisError(Problem("bad_delta", "a shift is not finite", column=variable, hint="give numbers"))
    found: dict[float, PooledRow] = {}
    for size in sizes:
        imputed = impute(scored, seed=seed, delta={variable: size}, **options)
        found[size] = pooled_row(imputed, analysis, pick, conf_level)
    quantity = pick["quantity"]
    title = scored.variables[variable].title if variable in scored.variables else variable
    rows = Rows()
    behind = [name for name, _ in found[0.0].cells]
    for name in behind:
        rows.cell(name, min(dict(row.cells).get(name, math.inf) for row in found.values()))
    for size, row in found.items():
        rows.add(
            quantity, outcome=variable, level=f"{size:g}", n=row.n, estimate=row.estimate, std_error=row.std_error,
            conf_low=row.low, conf_high=row.high, conf_level=conf_level, statistic_name="t", df1=row.df,
            p_value=row.p_value if null == 0 else math.nan, method=f"Rubin's rules, m = {imputed.m}",
            cells=behind,
        )  # fmt: skip
        rows.add("fmi", outcome=variable, level=f"{size:g}", n=row.n, estimate=row.fmi, cells=behind)
    below, above = [size for size in reversed(sizes) if size <= 0], [size for size in sizes if size >= 0]
    for contrast, side in (("below 0", below), ("above 0", above)):
        if len(side) > 1:
            at = _tipping(side, found, null)
            rows.add(
                "tipping_delta", outcome=variable, contrast=contrast, n=found[0.0].n, estimate=at,
                method="linear between the shifts tried", warning=UNCHANGED if math.isnan(at) else "",
                cells=behind,
            )  # fmt: skip
    reasons = options.get("delta_reasons") or ()
    who = f"answers missing as {', '.join(reasons)}" if reasons else "all imputed answers"
    return Result.from_rows(
        rows,
        title=f"If {who} to {title} were shifted",
        analysis="delta_sensitivity",
        method=f"delta-adjusted multiple imputation, m = {imputed.m}, {imputed.record.iterations} iterations",
        n_used=len(scored),
        settings={
            "variable": variable, "deltas": tuple(sizes), "pick": dict(pick), "seed": seed, "null": null,
            "conf_level": conf_level, **options,
        },
        notes=(
            "A shift of 0 is missing at random: people without an answer are like those with one who answered all else "
            "alike. Whether a shift is plausible is a judgement, not a result.",
            *imputed.record.rules[:-1],
            *found[0.0].weighted,
        ),
        references=REFERENCES,
        wording=_Words(quantity, title),
        labels={variable: title},
        layout=Layout(
            rows=("level",),
            show=(Show(quantity), Show(quantity, "interval"), Show(quantity, "p"), Show("fmi")),
            row_head="Shift",
        ),
        plot="shift_line",
    )  # fmt: skip


def _tipping(side: Sequence[float], found: Mapping[float, PooledRow], null: float) -> float:
    """Return the first shift on one side of 0 at which the conclusion changes, or NaN."""
    start = _conclusion(found[side[0]], null)
    for near, far in itertools.pairwise(side):
        after = _conclusion(found[far], null)
        if after != start:
            by_low = start > 0 or (start == 0 and after > 0)
            a = (found[near].low if by_low else found[near].high) - null
            b = (found[far].low if by_low else found[far].high) - null
            return near + (far - near) * (a / (a - b) if a != b else 0.0)
    return math.nan


def _conclusion(row: PooledRow, null: float) -> int:
    return (row.low > null) - (row.high < null)


TEXTS = {
    "en": {
        "zero": "Without a shift of {title} the estimate is {estimate}, {level}% CI [{low}, {high}].",
        "tips": "The conclusion changes at a shift of {at} ({side}).",
        "holds": "The conclusion does not change for any shift tried {side}.",
        "below 0": "below 0",
        "above 0": "above 0",
    },
    "de": {
        "zero": "Ohne Verschiebung von {title} ist der Schätzwert {estimate}, {level}-%-KI [{low}; {high}].",
        "tips": "Der Schluss ändert sich bei einer Verschiebung um {at} ({side}).",
        "holds": "Der Schluss ändert sich bei keiner erprobten Verschiebung {side}.",
        "below 0": "unter 0",
        "above 0": "über 0",
    },
}


@dataclass(frozen=True)
class _Words:
    """The estimate without a shift, and where the conclusion changes.

    Attributes
    ----------
    quantity, title : str
        What is looked at, and the shifted variable.
    """

    quantity: str
    title: str

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        text = TEXTS[language]
        zero = table.loc[(table["quantity"] == self.quantity) & (table["level"] == "0")].iloc[0]
        if zero["suppressed"]:
            return ()
        numbers = {name: printed(self.quantity, float(zero[column])) for name, column in _COLUMNS.items()}
        level = formatting.decimal(100 * float(zero["conf_level"]), 0)
        said = [text["zero"].format(title=self.title, level=level, **numbers)]
        for row in table.loc[table["quantity"] == "tipping_delta"].to_dict("records"):
            key = "holds" if math.isnan(row["estimate"]) else "tips"
            at = "" if key == "holds" else printed("tipping_delta", float(row["estimate"]))
            said.append(text[key].format(at=at, side=text[str(row["contrast"])]))
        return tuple(said)


_COLUMNS = {"estimate": "estimate", "low": "conf_low", "high": "conf_high"}
