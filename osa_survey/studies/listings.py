"""Studies, reproductions and checks as plain text for the command line."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path

from osa_survey import formatting
from osa_survey.results import Result
from osa_survey.simulation import load_published, published_ids
from osa_survey.studies.library import runnable

SHOWN_QUANTITIES = ("published", "reproduced", "reproduction_difference", "within_tolerance")
HEADS = ("", "", "published", "reproduced", "difference", "within tolerance?")
DIAGNOSED = ("reproduction_bias", "share_covered", "share_detected", "share_within")
LONGEST = 78


def study_listing(folder: Path | str | None = None) -> str:
    """Return the studies as lines: id, respondents, printed numbers, how many a run reproduces, title.

    Parameters
    ----------
    folder : Path or str, optional
        A folder of one's own; by default the studies that ship.
    """
    rows = [("id", "n", "numbers", "reproduced", "study")]
    for name in published_ids(folder):
        published = load_published(name, folder)
        reproduced = sum(bool(claim.result) for claim in published.claims)
        shown = str(reproduced) if runnable(name, folder) else "check only"
        rows.append((name, formatting.count(published.n), str(len(published.claims)), shown, published.title))
    return _table(rows)


def reproduction_text(result: Result) -> str:
    """Return the table *published · reproduced · difference · within tolerance?*, and what was assumed.

    Parameters
    ----------
    result : Result
        From :func:`run_published`.
    """
    keys = ["outcome", "term", "contrast", "group"]
    rows: list[Sequence[str]] = [HEADS]
    for (outcome, _, side, group), own in result.frame.groupby(keys, sort=False):
        level = dict(zip(own["quantity"], own["level"], strict=True))
        name = f"{outcome}, {side}" if side else str(outcome)
        rows.append((name, "" if group == "all" else str(group), *(str(level[name]) for name in SHOWN_QUANTITIES)))
    lines = [result.title, "", _table(rows), "", *result.sentences()]
    assumed = result.more["assumed"].frame
    if len(assumed):
        lines += ["", "Left open by the published numbers, and assumed:"]
        lines += [f"  {row.outcome} = {row.estimate:g}: {row.level}" for row in assumed.itertuples()]
    return "\n".join([*lines, "", *result.notes])


def diagnosis_text(result: Result) -> str:
    """Return bias, coverage, power and share within tolerance of each number, each ± its Monte-Carlo error.

    Parameters
    ----------
    result : Result
        From :func:`diagnose_published`.
    """
    keys = ["outcome", "term", "contrast", "group"]
    rows: list[Sequence[str]] = [("", "", "published", "mean", "bias", "coverage", "power", "within")]
    for (outcome, _, side, group), own in result.frame.groupby(keys, sort=False):
        told = dict(zip(own["quantity"], own["estimate"], strict=True))
        error = dict(zip(own["quantity"], own["std_error"], strict=True))
        if "published" in told:
            name = f"{outcome}, {side}" if side else str(outcome)
            numbers = [_number(told[quantity]) for quantity in ("published", "reproduced")]
            errors = [_with_error(told[quantity], error[quantity]) for quantity in DIAGNOSED]
            rows.append((name, "" if group == "all" else str(group), *numbers, *errors))
    return "\n".join([result.title, "", _table(rows), "", *result.sentences(), *result.notes])


def _number(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.4g}"


def _with_error(value: float, error: float) -> str:
    return "–" if math.isnan(value) else f"{value:.3f} ± {error:.3f}"


def checks_text(result: Result) -> str:
    """Return what the checks of printed numbers found: everything but the consistent ones, and how many those are.

    Parameters
    ----------
    result : Result
        From :func:`check_published`.
    """
    lines = [result.title, ""]
    for verdict in ("inconsistent", "cannot tell"):
        own = result.frame.loc[result.frame["level"] == verdict]
        if len(own):
            lines.append(f"{verdict}:")
            for row in own.itertuples():
                group = "" if row.group in ("", "all") else f", {row.group}"
                lines.append(f"  {row.term}: {row.outcome}{group} ({row.contrast}): {row.method}")
    kinds = result.frame.loc[result.frame["level"] == "consistent", "term"].value_counts(sort=False)
    if len(kinds):
        lines.append("consistent: " + ", ".join(f"{count} × {name}" for name, count in kinds.items()))
    if not len(result.frame):
        lines.append("The printed numbers allow no check.")
    return "\n".join([*lines, "", *result.sentences(), *result.notes])


def _table(rows: Iterable[Sequence[str]]) -> str:
    rows = [tuple(_short(cell) for cell in row) for row in rows]
    used = [place for place in range(len(rows[0])) if any(row[place] for row in rows)]
    width = {place: max(len(row[place]) for row in rows) for place in used}
    return "\n".join("  ".join(row[place].ljust(width[place]) for place in used).rstrip() for row in rows)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
