"""Missing answers by reason, for every variable and every item."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey import formatting
from osa_survey.dataset import Responses
from osa_survey.disclosure import JOURNAL
from osa_survey.instruments.reasons import (
    IMPLIED,
    NO_ANSWER,
    NO_ANSWER_TITLE,
    REASON_CODES,
    REASON_TITLES,
    ROUTED,
    gaps_by_reason,
)
from osa_survey.languages import in_language
from osa_survey.results import Layout, Result, Rows, Show

IMPLIED_NOTE = "Implied answers follow from a filter question; they are filled and counted apart."
FEW_GAPS_NOTE = "Where fewer than five answers are missing, their reasons are not told apart."


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
        too, so that each outcome adds up to ``n``. Where fewer than five answers are missing, but for those a filter
        decided, they stand under ``no_answer``: n tells their number, beside which no single reason could be hidden.
    """
    rows = Rows()
    groups: dict[str, tuple[str, ...]] = {name: (name,) for name in responses.variables}
    groups.update({block: responses.item_columns(block) for block in responses.codebook.blocks})
    few = False
    for name, columns in groups.items():
        marks = responses.reasons[list(columns)].to_numpy(dtype=np.uint8)
        where = {"answered": ~np.isin(marks, (*REASON_CODES.values(), IMPLIED)), "implied": marks == IMPLIED}
        gaps = gaps_by_reason(marks, JOURNAL.threshold)
        where = {level: own for level, own in (where | gaps).items() if own.any() or level == "answered"}
        single = len(columns) == 1

        def people(own: NDArray[np.bool_], single: bool = single) -> float | NDArray[np.bool_]:
            return own[:, 0] if single else float(own.sum())  # answers to several items are not people

        total = f"{name}|all"
        if single:
            rows.cell(total, np.ones(len(marks), dtype=bool))
        else:
            rows.everybody(total, marks.size)
        for level, own in where.items():
            cell = f"{name}|{level}"
            open_ = level == NO_ANSWER and own.sum() <= own.size - JOURNAL.threshold
            (rows.gap if open_ else rows.cell)(cell, people(own))
            rows.add("missing", outcome=name, level=level, n=marks.size, estimate=int(own.sum()), cells=[cell])
        reasons = [level for level in gaps if level not in (*ROUTED, NO_ANSWER)]
        parts = [f"{name}|{level}" for level in where if level not in reasons]
        if reasons:
            rows.cell(f"{name}|own", people(np.logical_or.reduce([gaps[level] for level in reasons])))
            rows.least(f"{name}|own", JOURNAL.threshold)
            rows.total(f"{name}|own", [f"{name}|{level}" for level in reasons])
            parts.append(f"{name}|own")
        rows.total(total, parts)
        few |= NO_ANSWER in gaps
    labels = {name: info.title for name, info in responses.variables.items()}
    labels.update(
        {
            block: f"{responses.instruments[entry.instrument].short_title} (all items)"
            for block, entry in responses.codebook.blocks.items()
        }
    )
    labels.update(TITLES)
    implied = bool((responses.reasons.to_numpy() == IMPLIED).any()) if len(responses.reasons.columns) else False
    return Result.from_rows(
        rows,
        title="Missing answers by reason",
        analysis="missingness",
        method="gaps are typed by the codebook; a reason is never a value",
        n_used=len(responses),
        notes=(IMPLIED_NOTE,) * implied + (FEW_GAPS_NOTE,) * few,
        labels=labels,
        wording=_words,
        layout=Layout(
            rows=("outcome",), across="level", show=(Show("missing", "estimate", "n"),), row_head="Variable or block"
        ),
        plot="missing_bars",
    )


TITLES = REASON_TITLES | {NO_ANSWER: NO_ANSWER_TITLE}
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
    said = {reason: in_language(TITLES[str(reason)], language, "words") for reason in by_reason.index}
    listed = ", ".join(f"{formatting.count(n)} {said[reason]}" for reason, n in by_reason.items())
    return (TEXTS[language].format(n=formatting.count(by_reason.sum()), listed=listed),)
