"""Missing answers by reason, for every variable and every item."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey import formatting
from osa_survey.dataset import Responses
from osa_survey.instruments.reasons import ANSWERED, GAP_TITLES, IMPLIED, NO_ANSWER, REASON_CODES, ROUTED
from osa_survey.languages import in_language
from osa_survey.results import Layout, Result, Rows, Show

CODES = {"answered": ANSWERED, "implied": IMPLIED, **REASON_CODES}
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
        too, so that each outcome adds up to ``n``. Released under a profile that takes gaps to be nobody's secret, gaps
        of fewer people than its threshold stand under ``no_answer``, their reasons not told apart.
    """
    rows = Rows()
    groups: dict[str, tuple[str, ...]] = {name: (name,) for name in responses.variables}
    groups.update({block: responses.item_columns(block) for block in responses.codebook.blocks})
    for name, columns in groups.items():
        marks = responses.reasons[list(columns)].to_numpy(dtype=np.uint8)
        _add(rows, name, marks, by_answer=not _is_gap_of_filter(responses, name, marks))
    labels = {name: info.title for name, info in responses.variables.items()}
    labels.update(
        {
            block: f"{responses.instruments[entry.instrument].short_title} (all items)"
            for block, entry in responses.codebook.blocks.items()
        }
    )
    labels.update(GAP_TITLES)
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


def _is_gap_of_filter(responses: Responses, name: str, marks: NDArray[np.uint8]) -> bool:
    """Tell whether all who were not asked a question gave no answer to its filter, so that none is known from one."""
    asked_if = responses.codebook.variables[name].asked_if if name in responses.codebook.variables else None
    if asked_if is None or asked_if.variable not in responses.reasons:
        return False
    of_filter = responses.reasons[asked_if.variable].to_numpy(dtype=np.uint8)
    without = ~np.isin(of_filter, [CODES[level] for level in ("answered", "implied", *ROUTED)])
    return bool(without[(marks == CODES["not_shown"])[:, 0]].all())


def _add(rows: Rows, name: str, marks: NDArray[np.uint8], *, by_answer: bool) -> None:
    """Add the numbers of a variable, or of the answers to all items of a block; those of a variable say who it is.

    Who was not shown a question is known ``by_answer`` to a filter; else it is a gap as all others are.
    """

    def who(*levels: str) -> float | NDArray[np.bool_]:
        found = np.isin(marks, [CODES[level] for level in levels])
        return found[:, 0] if marks.shape[1] == 1 else float(found.sum())

    counts = {level: int((marks == code).sum()) for level, code in CODES.items()}
    levels = [level for level, number in counts.items() if number or level == "answered"]
    for level in levels:
        rows.cell(f"{name}|{level}", who(level))
        rows.add("missing", outcome=name, level=level, n=marks.size, estimate=counts[level], cells=[f"{name}|{level}"])
    routed = [level for level in ROUTED if by_answer or level != "not_shown"]
    own = [level for level in levels if level not in ("answered", "implied", *routed)]
    decided = [f"{name}|{level}" for level in levels if level in ("implied", *routed)]
    parts = [f"{name}|answered"]
    if own:
        parts.append(f"{name}|gap")
        rows.gap(parts[-1], who(*own), [f"{name}|{level}" for level in own], level=NO_ANSWER)
    total, asked = f"{name}|all", f"{name}|asked"
    if marks.shape[1] == 1:
        rows.cell(total, np.ones(len(marks), dtype=bool))
    else:
        rows.everybody(total, marks.size)
    if decided:  # who was asked is known from the filter, so that the two are one number of a report
        people = who("answered", *own)
        if isinstance(people, float):
            rows.cell(asked, people)
        else:
            rows.unseen(asked, people)
        rows.total(asked, parts)
        parts = [asked, *decided]
    rows.total(total, parts)


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
    said = {reason: in_language(GAP_TITLES[str(reason)], language, "words") for reason in by_reason.index}
    listed = ", ".join(f"{formatting.count(n)} {said[reason]}" for reason, n in by_reason.items())
    return (TEXTS[language].format(n=formatting.count(by_reason.sum()), listed=listed),)
