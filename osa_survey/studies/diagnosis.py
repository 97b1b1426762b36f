"""A reproduction over many seeds: bias, coverage and power of every number, each with its Monte-Carlo error."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from joblib import delayed
from numpy.typing import NDArray

from osa_survey import formatting
from osa_survey.errors import AnalysisError, Problem
from osa_survey.progressing import gathered
from osa_survey.results import Layout, Result, Rows, Show
from osa_survey.simulation import PublishedNumbers, load_published
from osa_survey.studies.comparing import RATIOS, Comparison
from osa_survey.studies.reproduction_tables import SIDES, SIMULATED
from osa_survey.studies.running import compared_numbers

Floats = NDArray[np.float64]

NULLS = dict.fromkeys(RATIOS, 1.0) | dict.fromkeys(
    ("b", "mean_difference", "risk_difference", "d", "hedges_g", "r", "spearman_r"), 0.0
)
"""Quantities with a value that means no difference; only for these is there power."""
WORDS = {
    "en": "Over {seeds} seeds, {share} of {pairs} pairs of number and seed lay within their tolerance.",
    "de": "Über {seeds} Startwerte lagen {share} von {pairs} Paaren aus Zahl und Startwert in ihrer Toleranz.",
}
FEWEST = 2


@dataclass(frozen=True)
class Performance:
    """How one number comes back over seeds; an ``_error`` is the Monte-Carlo standard error of the number before it.

    Attributes
    ----------
    mean, bias, bias_error : float
        Mean reproduction, its distance from the published number, and the standard error of that.
    spread : float
        Standard deviation of the reproductions.
    coverage, coverage_error : float
        How often the interval of the reproduction holds the published number; NaN without intervals.
    power, power_error : float
        How often that interval leaves out the value of no difference; NaN where there is no such value.
    within, within_error : float
        How often the reproduction lay within its tolerance.
    """

    mean: float
    bias: float
    bias_error: float
    spread: float
    coverage: float
    coverage_error: float
    power: float
    power_error: float
    within: float
    within_error: float


def performance(
    published: float, estimates: Floats, lows: Floats, highs: Floats, within: Floats, null: float = math.nan
) -> Performance:
    """Return bias, coverage and power of a number over seeds.

    Parameters
    ----------
    published : float
        The number; NaN for a direction.
    estimates, lows, highs, within : ndarray of float, shape (seeds,)
        Reproductions, their intervals (NaN without one), and 1 where within tolerance.
    null : float
        The value that means no difference, or NaN.

    Returns
    -------
    Performance
        Shares s of S seeds have the Monte-Carlo error √(s(1 − s)/S), a mean SD/√S.

    References
    ----------
    Morris, T. P., White, I. R., & Crowther, M. J. (2019). Using simulation studies to evaluate statistical methods.
    Statistics in Medicine, 38(11), 2074–2102. doi:10.1002/sim.8086

    Examples
    --------
    >>> found = performance(0.5, np.array([0.4, 0.6]), np.array([0.3, 0.55]), np.array([0.5, 0.7]), np.ones(2))
    >>> round(found.bias, 12), found.coverage, round(found.spread, 4), round(found.bias_error, 4)
    (0.0, 0.5, 0.1414, 0.1)
    """
    seeds = len(estimates)
    spread = float(np.std(estimates, ddof=1))
    bounded = not (np.isnan(lows).any() or np.isnan(highs).any())
    covered = math.nan
    if bounded and not math.isnan(published):
        covered = float(((lows <= published) & (published <= highs)).mean())
    detected = float(((lows > null) | (highs < null)).mean()) if bounded and not math.isnan(null) else math.nan
    inside = float(within.mean())
    mean = float(estimates.mean())
    return Performance(
        mean=mean, bias=mean - published, bias_error=spread / math.sqrt(seeds), spread=spread,
        coverage=covered, coverage_error=_share_error(covered, seeds),
        power=detected, power_error=_share_error(detected, seeds),
        within=inside, within_error=_share_error(inside, seeds),
    )  # fmt: skip


def _share_error(share: float, seeds: int) -> float:
    return math.sqrt(share * (1 - share) / seeds) if math.isfinite(share) else math.nan


def diagnose_published(
    identifier: str,
    seeds: int | Sequence[int] = 20,
    *,
    folder: Path | str | None = None,
    workers: int | None = None,
) -> Result:
    """Reproduce a study with many seeds, and tell how well its numbers come back.

    Parameters
    ----------
    identifier : str
        The id of the study.
    seeds : int or sequence of int
        How many seeds, from 1 on, or the seeds; two or more.
    folder : Path or str, optional
        A folder of one's own that holds the study; by default the studies that ship.
    workers : int, optional
        Processes; by default those of ``joblib.parallel_config``, else one. They change no result.

    Returns
    -------
    Result
        For each number ``published``, ``reproduced`` (the mean, with the standard deviation over seeds as
        ``std_error``), ``reproduction_bias``, ``share_covered``, ``share_detected`` and ``share_within``, these with
        their Monte-Carlo error as ``std_error``.

    Raises
    ------
    OsaSurveyError
        From any step; ``too_few_seeds``.
    """
    chosen = range(1, seeds + 1) if isinstance(seeds, int) else tuple(seeds)
    if len(chosen) < FEWEST:
        hint = "use 20 for a first look, 200 for a benchmark"
        raise AnalysisError(Problem("too_few_seeds", "one seed has no Monte-Carlo error", hint=hint))
    published = load_published(identifier, folder)
    calls = [delayed(compared_numbers)(identifier, seed, folder) for seed in chosen]
    found = gathered(f"reproducing {identifier}", calls, len(chosen), workers)
    return _result(published, [list(one) for one in found], len(chosen))


def _result(published: PublishedNumbers, found: list[list[Comparison]], seeds: int) -> Result:
    rows = Rows()
    within_all = []
    for together in zip(*found, strict=True):
        claim, side = together[0].claim, together[0].side
        quantity = together[0].quantity or claim.quantity
        keys = {"outcome": claim.what, "term": quantity, "contrast": SIDES.get(side, ""), "group": claim.group}
        people = published.people(claim)
        keys["n"] = math.nan if people is None else people
        inside = np.array([float(one.within) for one in together])
        within_all.append(inside)
        null = math.nan if side or claim.part != "estimate" else NULLS.get(quantity, math.nan)
        values = np.array([(one.reproduced, one.low, one.high) for one in together], dtype=np.float64).T
        ratio = quantity in RATIOS
        scaled, target, null = (
            (np.log(values), np.log(together[0].published), math.log(null or 1.0))
            if ratio
            else (values, together[0].published, null)
        )
        told = performance(float(target), scaled[0], scaled[1], scaled[2], inside, null)
        mean = math.exp(told.mean) if ratio else told.mean
        rows.add("published", **keys, estimate=together[0].published)
        rows.add("reproduced", **keys, estimate=mean, std_error=told.spread)
        rows.add("reproduction_bias", **keys, estimate=told.bias, std_error=told.bias_error)
        rows.add("share_covered", **keys, estimate=told.coverage, std_error=told.coverage_error)
        rows.add("share_detected", **keys, estimate=told.power, std_error=told.power_error)
        rows.add("share_within", **keys, estimate=told.within, std_error=told.within_error)
    pairs = np.concatenate(within_all)
    share = float(pairs.mean())
    rows.add(
        "share_within", outcome="All numbers", term="all", n=math.nan, estimate=share,
        std_error=_share_error(share, len(pairs)), statistic=len(pairs),
    )  # fmt: skip
    quantities = ("published", "reproduced", "reproduction_bias", "share_covered", "share_detected", "share_within")
    return Result.from_rows(
        rows,
        title=f"{published.title}: bias, coverage and power over {seeds} seeds (simulated answers)",
        analysis="diagnose_published",
        method=(
            "The study is simulated, read, scored and analysed anew with each seed. Standard errors are Monte-Carlo "
            "errors; that of 'reproduced' is the standard deviation over seeds. Ratios are averaged, and their bias "
            "told, as logarithms."
        ),
        n_used=published.n,
        settings={"study": published.id, "seeds": seeds},
        notes=(SIMULATED,),
        wording=_words,
        layout=Layout(
            rows=("outcome", "term", "contrast", "group"),
            show=(
                *(Show(name) for name in quantities[:2]),
                *(cell for name in quantities[2:] for cell in (Show(name), Show(name, "std_error"))),
            ),
            row_head="Number",
        ),
    )


def _words(table: pd.DataFrame, language: str) -> tuple[str, ...]:
    told = table.loc[(table["quantity"] == "share_within") & (table["term"] == "all")]
    if told.empty:
        return ()
    row = told.iloc[0]
    seeds = int(row["statistic"] / max(1, (table["quantity"] == "published").sum()))
    share = formatting.percent(float(row["estimate"]), 2)
    return (WORDS[language].format(seeds=seeds, share=share, pairs=int(row["statistic"])),)
