"""How a result shows itself in a notebook: the released table, never the engine."""

from __future__ import annotations

import html
import math

import pandas as pd

from osa_survey import formatting
from osa_survey.disclosure import WORKBENCH
from osa_survey.results.columns import QUANTITIES
from osa_survey.results.release import SUPPRESSED, release
from osa_survey.results.result import Result

SHOWN_COLUMNS = ("outcome", "term", "contrast", "group", "level")


def printed(quantity: str, value: float) -> str:
    """Return a number as its quantity is printed.

    Examples
    --------
    >>> printed("alpha", 0.8959), printed("proportion", 0.68), printed("mean", 23.5583)
    ('.90', '68.0%', '23.56')
    """
    if math.isnan(value):
        return formatting.decimal(value)
    how = QUANTITIES[quantity]
    if how.style == "percent":
        return formatting.percent(value, how.digits)
    if how.style == "count":
        return formatting.count(value)
    return formatting.decimal(value, how.digits, bounded=how.style == "bounded")


def result_html(result: Result) -> str:
    """Return a small HTML table of the result under the workbench profile, or as it was released."""
    shown = result if result.released_under else release(result, WORKBENCH)
    banner = "" if result.released_under else f"<p><em>{html.escape(WORKBENCH.banner)}</em></p>"
    keys = [name for name in SHOWN_COLUMNS if (shown.frame[name] != "").any()]
    head = "".join(f"<th>{html.escape(text)}</th>" for text in ["", *keys, "n", "estimate", "interval", "p"])
    body = "".join(_row(row, keys) for _, row in shown.frame.iterrows())
    notes = "".join(f"<p><small>{html.escape(note)}</small></p>" for note in shown.notes)
    caption = f"<caption>{html.escape(shown.title)}</caption>"
    return f"{banner}<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{notes}"


def _row(row: pd.Series, keys: list[str]) -> str:
    quantity = str(row["quantity"])
    cells = [QUANTITIES[quantity].label, *(str(row[key]) for key in keys)]
    if row["suppressed"] == SUPPRESSED:
        cells += [SUPPRESSED, "", "", ""]
    else:
        has_interval = not math.isnan(row["conf_low"])
        interval = formatting.bracketed(printed(quantity, row["conf_low"]), printed(quantity, row["conf_high"]))
        p = "" if math.isnan(row["p_value"]) else formatting.p_value(row["p_value"])
        people = "" if math.isnan(row["n"]) else formatting.count(row["n"])
        cells += [people, printed(quantity, row["estimate"]), interval if has_interval else "", p]
    return "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in cells) + "</tr>"


Result._repr_html_ = result_html
