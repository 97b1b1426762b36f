"""The tables of a reproduction: published · reproduced · difference · within tolerance, and what was assumed."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from osa_survey.results import Layout, Result, Rows, Show
from osa_survey.results.columns import QUANTITIES
from osa_survey.simulation import Assumption, PublishedNumbers
from osa_survey.studies.comparing import STANDARD_ERRORS, Comparison

SIDES = {"low": "lower bound", "high": "upper bound"}
VERDICTS = {"exact": "yes: printed digits", "sampling": "yes: sampling error", "direction": "yes: direction"}
OUTSIDE = "no"
SIMULATED = "Every answer behind these numbers is simulated: nobody was asked."
WORDS = {
    "en": (
        "{within} of {all} published numbers came back: {exact} with their printed digits, {sampling} within sampling "
        "error, {direction} in their direction."
    ),
    "de": (
        "{within} von {all} veröffentlichten Zahlen kamen heraus: {exact} mit ihren gedruckten Stellen, {sampling} im "
        "Rahmen der Stichprobenfehler, {direction} in ihrer Richtung."
    ),
}


def reproduction_result(
    published: PublishedNumbers,
    found: Sequence[Comparison],
    assumed: Sequence[Assumption],
    seed: int,
    figure: str = "proportion",
    drawn: tuple[str, ...] = (),
) -> Result:
    """Return comparisons as a result.

    Parameters
    ----------
    published : PublishedNumbers
        The study.
    found : sequence of Comparison
        Its numbers beside what came out.
    assumed : sequence of Assumption
        What the simulation took that no source prints.
    seed : int
        The seed of the simulation.
    figure : str
        The quantity the figure shows.
    drawn : tuple of str
        Of what; by default of everything.

    Returns
    -------
    Result
        Four rows for each number; ``more["assumed"]`` has a row for each value the published numbers leave open.
    """
    rows = Rows()
    for one in found:
        claim = one.claim
        term = one.quantity or claim.quantity
        keys = {"outcome": claim.what, "term": term, "contrast": SIDES.get(one.side, ""), "group": claim.group}
        people = published.people(claim)
        n = math.nan if people is None else people
        low, high = (
            (claim.scaled(claim.low), claim.scaled(claim.high)) if claim.low and not one.side else (math.nan, math.nan)
        )
        level = claim.conf_level if claim.low and not one.side else math.nan
        how = "direction" if claim.is_direction else claim.tolerance
        rows.add(
            "published", **keys, level=one.printed, n=n, estimate=one.published, conf_low=low, conf_high=high,
            conf_level=level, method=claim.verified,
        )  # fmt: skip
        rows.add(
            "reproduced", **keys, level=one.reproduced_text, n=n, estimate=one.reproduced, std_error=one.std_error,
            conf_low=one.low, conf_high=one.high, warning=one.why,
        )  # fmt: skip
        rows.add("reproduction_difference", **keys, level=one.difference_text, n=n, estimate=one.difference)
        verdict = VERDICTS[how] if one.within else OUTSIDE
        rows.add("within_tolerance", **keys, level=verdict, n=n, estimate=float(one.within), method=how)
    left_out = [claim for claim in published.claims if not claim.result]
    notes = [
        SIMULATED,
        f"Read: {published.read}",
        *(f"Not reproduced: {claim.what} ({claim.group}): {published.reason(claim)}" for claim in left_out),
        *(f"Could not be read: {text}" for text in published.not_read),
    ]
    return Result.from_rows(
        rows,
        title=f"{published.title}: published and reproduced (simulated answers, seed {seed})",
        analysis="run_published",
        method=(
            "Simulated raw export, read, screened, scored and analysed by the normal pipeline; exact numbers are "
            f"compared by their printed digits, all others within {STANDARD_ERRORS:g} standard errors."
        ),
        n_used=published.n,
        settings={"study": published.id, "seed": seed, "figure": figure, "drawn": drawn},
        notes=tuple(notes),
        references=(published.citation.text + (f" doi:{published.citation.doi}" if published.citation.doi else ""),),
        more={"assumed": assumed_result(published, assumed)},
        wording=_words,
        labels={name: quantity.label for name, quantity in QUANTITIES.items()},
        layout=Layout(
            rows=("outcome", "term", "contrast", "group"),
            show=(
                Show("published", "text"),
                Show("reproduced", "text"),
                Show("reproduction_difference", "text"),
                Show("within_tolerance", "text"),
            ),
            row_head="Number",
        ),
        plot="reproduction_dots",
    )


def assumed_result(published: PublishedNumbers, assumed: Sequence[Assumption]) -> Result:
    """Return what the published numbers leave open: the value taken, and why."""
    rows = Rows()
    for entry in assumed:
        rows.add("assumed_value", outcome=entry.quantity, level=entry.why, n=math.nan, estimate=entry.value)
    return Result.from_rows(
        rows,
        title=f"{published.title}: what the published numbers leave open",
        analysis="run_published",
        method="Values chosen openly; no source prints them.",
        n_used=published.n,
        layout=Layout(
            rows=("outcome",),
            show=(Show("assumed_value"), Show("assumed_value", "text", head="Why")),
            row_head="Assumed",
        ),
    )


def _words(table: pd.DataFrame, language: str) -> tuple[str, ...]:
    verdicts = table.loc[table["quantity"] == "within_tolerance"]
    within = verdicts.loc[verdicts["estimate"] == 1]
    counts = {how: int((within["method"] == how).sum()) for how in VERDICTS}
    return (WORDS[language].format(within=len(within), all=len(verdicts), **counts),)
