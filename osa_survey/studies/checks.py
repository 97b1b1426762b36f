"""Checking the printed numbers of a study against each other: what can be told, and what cannot."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from osa_survey.results import Layout, Result, Rows, Show
from osa_survey.simulation import Claim, PublishedNumbers, decimals_of, half_unit_of, load_published, possible_counts
from osa_survey.studies.comparing import RATIOS
from osa_survey.studies.consistency import (
    between_parts,
    debit,
    estimate_inside,
    grim,
    grim_power,
    grimmer,
    log_symmetric,
    matrix_verdict,
    p_verdicts,
    recomputed_p,
    sd_bounds,
    sum_of_parts,
)

CONSISTENT, INCONSISTENT, CANNOT_TELL = "consistent", "inconsistent", "cannot tell"
ESTIMATES = {CONSISTENT: 1.0, INCONSISTENT: 0.0, CANNOT_TELL: math.nan}
WORDS = {
    "en": "{all} checks: {consistent} consistent, {inconsistent} inconsistent, {unknown} cannot tell.",
    "de": "{all} Prüfungen: {consistent} stimmig, {inconsistent} unstimmig, {unknown} nicht entscheidbar.",
}
REFERENCES = (
    "Brown, N. J. L., & Heathers, J. A. J. (2017). The GRIM test. Social Psychological and Personality Science, 8(4), "
    "363–369. doi:10.1177/1948550616673876",
    "Anaya, J. (2016). The GRIMMER test. PeerJ Preprints, 4, e2400v1. doi:10.7287/peerj.preprints.2400v1",
    "Heathers, J. A. J., & Brown, N. J. L. (2019). DEBIT: A simple consistency test for binary data. https://osf.io/5vb3u/",
    "Nuijten, M. B., Hartgerink, C. H. J., van Assen, M. A. L. M., Epskamp, S., & Wicherts, J. M. (2016). The "
    "prevalence of statistical reporting errors in psychology (1985–2013). Behavior Research Methods, 48, 1205–1226. "
    "doi:10.3758/s13428-015-0664-2",
)


@dataclass(frozen=True)
class Check:
    """One check of printed numbers.

    Attributes
    ----------
    name : str
        Which check.
    what, group : str
        Whose numbers.
    about : str
        The ids of the claims.
    verdict : {"consistent", "inconsistent", "cannot tell"}
        What came out.
    why : str
        The numbers behind it.
    """

    name: str
    what: str
    group: str
    about: str
    verdict: str
    why: str


def check_published(identifier: str, folder: Path | str | None = None) -> Result:
    """Check the printed numbers of a study against each other.

    Parameters
    ----------
    identifier : str
        The id of the study.
    folder : Path or str, optional
        A folder of one's own that holds ``published/<id>.toml``; by default the data dictionary.

    Returns
    -------
    Result
        One row for each check: 1 consistent, 0 inconsistent, empty where the numbers cannot tell. An inconsistency is
        a reason to look again, first at how the number was copied; rounding, weights and people left out explain many.

    Raises
    ------
    DefinitionError
        If there is no such study or its file breaks the format.
    """
    published = load_published(identifier, folder)
    rows = Rows()
    for check in consistency_checks(published):
        rows.add(
            "consistency",
            outcome=check.what,
            term=check.name,
            contrast=check.about,
            group=check.group,
            level=check.verdict,
            estimate=ESTIMATES[check.verdict],
            method=check.why,
            warning=check.why if check.verdict == INCONSISTENT else "",
        )
    return Result.from_rows(
        rows,
        title=f"{published.title}: can the printed numbers be true together?",
        analysis="check_published",
        method="GRIM, GRIMMER, DEBIT, percentages of whole people, bounds, intervals, sums and recomputed p values",
        n_used=published.n,
        settings={"study": published.id},
        notes=(f"Read: {published.read}", *(f"Could not be read: {text}" for text in published.not_read)),
        references=(published.citation.text, *REFERENCES),
        wording=_words,
        layout=Layout(
            rows=("outcome", "group", "term", "contrast"),
            show=(Show("consistency", "text"),),
            row_head="Check",
        ),
    )


def consistency_checks(published: PublishedNumbers) -> tuple[Check, ...]:
    """Return every check that the printed numbers allow."""
    found: list[Check] = []
    for claim in published.claims:
        found.extend(_claim_checks(published, claim))
    for relation in published.relations:
        parts = [published.claim(name) for name in relation.parts]
        found.append(_relation(published, published.claim(relation.whole), parts, relation.kind))
    found.extend(_test_checks(published))
    for matrix in published.matrices:
        size = len(matrix.names)
        full = np.eye(size)
        for row, texts in enumerate(matrix.below, start=1):
            full[row, : len(texts)] = full[: len(texts), row] = [float(text) for text in texts]
        half = max(half_unit_of(text) for texts in matrix.below for text in texts)
        smallest = float(np.linalg.eigvalsh(full)[0])
        why = f"smallest eigenvalue {smallest:.3f}"
        found.append(Check("positive definite", matrix.id, "", matrix.id, matrix_verdict(full, half), why))
    return tuple(found)


def _check(claim: Claim, name: str, verdict: bool | str, why: str) -> Check:
    word = verdict if isinstance(verdict, str) else CONSISTENT if verdict else INCONSISTENT
    return Check(name, claim.what, claim.group, claim.id, word, why)


def _claim_checks(published: PublishedNumbers, claim: Claim) -> Iterator[Check]:
    n = published.people(claim)
    if claim.quantity == "proportion" and claim.unit == "percent" and not claim.low:
        if n is None:
            yield _check(claim, "whole people", CANNOT_TELL, "the number of people is not printed")
        else:
            first, last = possible_counts(claim.value, n)
            most = f"{first} to {last}" if last > first else f"{first}"
            why = f"{most} of {n}" if first <= last else f"no count of {n} is {claim.value} %"
            yield _check(claim, "whole people", first <= last, why)
    if claim.quantity == "mean" and claim.whole and n is not None:
        power = float(grim_power(n, claim.decimals, claim.items))
        why = f"n = {n}, {claim.items} items: GRIM finds {100 * power:.0f} % of wrong means"
        possible = bool(grim(claim.number, n, claim.decimals, claim.items))
        yield _check(claim, "GRIM", possible if power > 0 or not possible else CANNOT_TELL, why)
    if claim.quantity == "sd" and claim.spread_of and n is not None:
        yield from _spread_checks(published, claim, n)
    if claim.low:
        low, high = claim.scaled(claim.low), claim.scaled(claim.high)
        shown = f"{claim.value} in [{claim.low}, {claim.high}]"
        yield _check(claim, "inside its interval", bool(estimate_inside(claim.number, low, high)), shown)
        if claim.quantity in RATIOS:
            decimals = max(decimals_of(text) for text in (claim.value, claim.low, claim.high))
            middle = math.sqrt(low * high)
            why = f"{shown}; √({claim.low} · {claim.high}) = {middle:.{decimals}f}"
            yield _check(claim, "log-symmetric", bool(log_symmetric(claim.number, low, high, decimals)), why)


def _spread_checks(published: PublishedNumbers, claim: Claim, n: int) -> Iterator[Check]:
    mean = published.claim(claim.spread_of)
    if claim.whole:
        possible = bool(grimmer(mean.number, claim.number, n, mean.decimals, claim.decimals, claim.items)[0])
        power = float(grim_power(n, mean.decimals, claim.items))
        why = f"M = {mean.value}, SD = {claim.value}, n = {n}"
        yield _check(claim, "GRIMMER", possible if power > 0 or not possible else CANNOT_TELL, why)
    if claim.whole and (claim.minimum, claim.maximum) == (0, 1):
        possible = bool(debit(mean.number, claim.number, n, mean.decimals, claim.decimals))
        expected = math.sqrt(n / (n - 1) * mean.number * (1 - mean.number))
        why = f"yes/no answers with the mean {mean.value} have a deviation of {expected:.{claim.decimals}f}"
        yield _check(claim, "DEBIT", possible, why)
    elif claim.minimum is not None and claim.maximum is not None:
        low, high = sd_bounds(mean.number, n, claim.minimum, claim.maximum, mean.decimals)
        inside = bool(low[0] - claim.half_unit <= claim.number <= high[0] + claim.half_unit)
        yield _check(claim, "bounds of the SD", inside, f"{low[0]:.2f} to {high[0]:.2f} with the mean {mean.value}")


def _relation(published: PublishedNumbers, whole: Claim, parts: list[Claim], kind: str) -> Check:
    value, half = whole.number, whole.half_unit
    numbers = np.array([part.number for part in parts])
    halves = np.array([part.half_unit for part in parts])
    shown = [part.value for part in parts]
    if all(part.quantity == "count" for part in parts):
        halves = np.zeros(len(parts))
        if whole.quantity == "count":
            half = 0.0
        else:
            numbers = numbers / (published.people(parts[0]) or math.nan)
    elif whole.quantity == "count":
        value, half = 1.0, 0.0
    name = "parts add up" if kind == "sum" else "between its parts"
    if kind == "sum":
        possible = sum_of_parts(value, numbers, half, halves)
        total = float(numbers.sum())
        text = f"{total:,.0f}" if total > 1.5 else f"{100 * total:.{whole.decimals + 1}f} %"
        why = f"{' + '.join(shown) if len(shown) < 6 else f'{len(shown)} parts'} make {text}; printed {whole.value}"
    else:
        possible = between_parts(value, numbers, half, float(halves.max()))
        why = f"{whole.value} and {', '.join(shown)}"
    about = f"{whole.id}: {parts[0].id} … {parts[-1].id}"
    return Check(name, whole.what, whole.group, about, CONSISTENT if possible else INCONSISTENT, why)


def _test_checks(published: PublishedNumbers) -> Iterator[Check]:
    for test in published.tests:
        relation, printed = test.p[0], test.p[1:].strip()
        df1 = math.nan if test.df1 is None else test.df1
        df2 = math.nan if test.df2 is None else test.df2
        verdict = str(
            p_verdicts(
                test.statistic,
                [float(test.value)],
                [float(printed)],
                [relation],
                df1,
                df2,
                decimals=decimals_of(test.value),
                p_decimals=decimals_of(printed),
                one_tailed=test.one_tailed,
            )[0]
        )
        p = float(recomputed_p(test.statistic, float(test.value), df1, df2, one_tailed=test.one_tailed))
        why = f"p {test.p} printed, {p:.4f} recomputed" + ("" if verdict == CONSISTENT else f": {verdict}")
        word = CONSISTENT if verdict == CONSISTENT else INCONSISTENT
        yield Check("recomputed p", test.id, "", test.id, word, why)


def _words(table: pd.DataFrame, language: str) -> tuple[str, ...]:
    counts = {
        "all": len(table),
        "consistent": int((table["estimate"] == 1).sum()),
        "inconsistent": int((table["estimate"] == 0).sum()),
        "unknown": int(table["estimate"].isna().sum()),
    }
    return (WORDS[language].format(**counts),)
