"""Row percentages of a cross table as stacked bars."""

from __future__ import annotations

import math

from matplotlib.axes import Axes

from osa_survey.plots.canvas import finish, nothing_drawn
from osa_survey.plots.reading import numbers, title_of, unique, varying
from osa_survey.plots.stacks import Stack, draw_stacks
from osa_survey.plots.words import word
from osa_survey.results import Result
from osa_survey.results.display import printed


def stacked_bars(result: Result, *, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the row percentages of a cross table.

    Parameters
    ----------
    result : Result
        A result of ``crosstab``: rows ``row_proportion`` with the row as ``group`` and the column as ``level``.
    ax : Axes, optional
        Where to draw; by default a new figure.
    language : {"en", "de"}
        The language of the words that are not in the table.

    Returns
    -------
    Axes
        The axes, in percent.
    """
    stacks, parts = _stacks(result)
    if not any(math.isfinite(share) for stack in stacks for share in stack.shares.values()):
        return nothing_drawn(ax, result, language, "all_hidden" if stacks else "nothing")
    ax = draw_stacks(stacks, parts, ax=ax, language=language, xlabel=word("percent_row", language), full=True)
    return finish(ax, result, language)


def stacked_bars_alt(result: Result, language: str = "en") -> str:
    """Return in words which column is the most frequent in each row."""
    stacks, _ = _stacks(result)
    told = []
    hidden = 0
    for stack in stacks:
        shown = {part: share for part, share in stack.shares.items() if math.isfinite(share)}
        hidden += len(stack.shares) - len(shown)
        if shown and len(shown) == len(stack.shares):
            part = max(shown, key=lambda name: shown[name])
            value = printed("row_proportion", shown[part])
            told.append(word("largest_part", language).format(row=stack.label, part=part, value=value))
        else:
            listed = ", ".join(f"{part} {printed('row_proportion', share)}" for part, share in shown.items())
            told.append(f"{stack.label}: {listed or word('hidden_mark', language)}")
    if not stacks:
        return word("nothing", language)
    text = word("stacked", language).format(n=len(stacks), listed="; ".join(told))
    return text + (" " + word("rest", language).format(n=hidden) if hidden else "")


def _stacks(result: Result) -> tuple[list[Stack], list[str]]:
    source = next((table for table in (result, *result.more.values()) if len(numbers(table, "row_proportion"))), result)
    table = numbers(source, "row_proportion")
    keys = [key for key in ("group", "level", "term", "outcome") if (table[key] != "").any()]
    ordered = [key for key in keys if key in varying(table)] + [key for key in keys if key not in varying(table)]
    if len(ordered) < 2:
        return [], []
    row_key, part_key = sorted(ordered[:2], key=["group", "outcome", "term", "level"].index)
    records = table.to_dict("records")
    labels = {**result.labels, **source.labels}
    stacks = []
    for name in unique([str(row[row_key]) for row in records]):
        own = [row for row in records if row[row_key] == name]
        shares = {str(labels.get(str(row[part_key]), row[part_key])): float(row["estimate"]) for row in own}
        stacks.append(Stack(str(labels.get(name, name)), shares))
    parts = unique([title_of(source, str(row[part_key])) for row in records])
    return stacks, parts
