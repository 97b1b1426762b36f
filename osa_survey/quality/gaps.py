"""Missing answers by reason, for every variable and every item."""

from __future__ import annotations

import numpy as np
import pandas as pd

from osa_survey import formatting
from osa_survey.dataset import Responses
from osa_survey.disclosure import JOURNAL
from osa_survey.instruments.reasons import ANSWERED, IMPLIED, REASON_CODES, REASON_TITLES
from osa_survey.languages import in_language
from osa_survey.results import Layout, Result, Rows, Show

ROUTED = ("not_shown", "not_applicable")
"""Gaps that tell the answer to a filter."""
IMPLIED_NOTE = "Implied answers follow from a filter question; they are filled and counted apart."


def missingness(responses: Responses) -> Result:
    """Return how many answers are missing for each reason, for each variable and block.

    Parameters
    ----------
    responses : Responses
        Admitted answers.

    Returns
    -------
    Result
        Rows ``missing`` with the variable or block as ``outcome`` and the reason as ``level``. ``n`` is the number of
        respondents for a variable; for a block the estimate counts answers over all its items, and ``n`` is
        respondents times items. Only reasons that occur are listed; ``level`` ``answered`` and ``implied`` are listed
        too, so that each outcome adds up to ``n``.
    """
    rows = Rows()
    groups: dict[str, tuple[str, ...]] = {name: (name,) for name in responses.variables}
    groups.update({block: responses.item_columns(block) for block in responses.codebook.blocks})
    present: set[str] = set()
    for name, columns in groups.items():
        marks = responses.reasons[list(columns)].to_numpy(dtype=np.uint8)
        counts = {"answered": int((marks == 0).sum()), "implied": int((marks == IMPLIED).sum())}
        counts.update({reason: int((marks == code).sum()) for reason, code in REASON_CODES.items()})
        own = sum(people for level, people in counts.items() if level not in ("answered", "implied", *ROUTED))
        routed = sum(counts[level] for level in ROUTED)
        alone = len(columns) > 1 or routed > 0
        total = f"{name}|all"
        if alone:
            rows.everybody(total, marks.size)
        else:
            rows.cell(total, np.ones(len(marks), dtype=bool))
        parts = []
        for level, people in counts.items():
            if not people and level != "answered":
                continue
            cell = f"{name}|{level}"
            code = {"answered": ANSWERED, "implied": IMPLIED, **REASON_CODES}[level]
            linked = not alone or (len(columns) == 1 and level not in ("answered", "implied", *ROUTED))
            rows.cell(cell, marks[:, 0] == code if linked else people)
            parts.append(cell)
            if level not in ("answered", "implied"):
                present.add(level)
            rows.add("missing", outcome=name, level=level, n=marks.size, estimate=people, cells=[cell])
        if alone or own == 0 or own >= JOURNAL.threshold:
            rows.total(total, parts)
        else:  # a gap of a few people must not hide all the answers
            reasons = [cell for cell in parts if cell not in (f"{name}|answered", f"{name}|implied")]
            gap = f"{name}|gap"
            rows.gap(gap, ~np.isin(marks[:, 0], (ANSWERED, IMPLIED)))
            rows.total(gap, reasons)
            if len(parts) == len(reasons) + 1:
                rows.gap(f"{name}|answered", marks[:, 0] == ANSWERED)
            rows.total(total, [cell for cell in parts if cell not in reasons] + [gap])
    labels = {name: info.title for name, info in responses.variables.items()}
    labels.update(
        {
            block: f"{responses.instruments[entry.instrument].short_title} (all items)"
            for block, entry in responses.codebook.blocks.items()
        }
    )
    labels.update(REASON_TITLES)
    implied = bool((responses.reasons.to_numpy() == IMPLIED).any()) if len(responses.reasons.columns) else False
    return Result.from_rows(
        rows,
        title="Missing answers by reason",
        analysis="missingness",
        method="gaps are typed by the codebook; a reason is never a value",
        n_used=len(responses),
        notes=(IMPLIED_NOTE,) if implied else (),
        labels=labels,
        wording=_words,
        layout=Layout(
            rows=("outcome",), across="level", show=(Show("missing", "estimate", "n"),), row_head="Variable or block"
        ),
        plot="missing_bars",
    )


TEXTS = {
    "en": "{n} answers are missing over all variables and items shown here: {listed}.",
    "de": "{n} Antworten fehlen über alle hier gezeigten Variablen und Items: {listed}.",
}
NOTHING = {"en": "No answer is missing.", "de": "Keine Antwort fehlt."}
PARTLY = {
    "en": "Some numbers of missing answers are not shown because fewer than five people stand behind them "
    "or would be given away.",
    "de": "Einige Zahlen fehlender Antworten werden nicht gezeigt, weil weniger als fünf Personen dahinterstehen "
    "oder erschließbar wären.",
}


def _words(table: pd.DataFrame, language: str) -> tuple[str, ...]:
    gaps = table.loc[~table["level"].isin(["answered", "implied"])]
    if len(gaps) == 0:
        return (NOTHING[language],)
    if (table["suppressed"] != "").any():
        return (PARTLY[language],)
    by_reason = gaps.groupby("level", sort=False)["estimate"].sum()
    said = {reason: in_language(REASON_TITLES[str(reason)], language, "words") for reason in by_reason.index}
    listed = ", ".join(f"{formatting.count(n)} {said[reason]}" for reason, n in by_reason.items())
    return (TEXTS[language].format(n=formatting.count(by_reason.sum()), listed=listed),)
