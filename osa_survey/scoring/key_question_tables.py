"""The table of the questions that every key is asked."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from osa_survey.results import Layout, Result, Rows, Show
from osa_survey.scoring.verdicts import KeyingVerdict

LABELS = {
    "reversal": "All items run the same way",
    "membership": "Items fit their own scale best",
    "direction": "High codes mean what the definition says",
    "code base": "Codes are not shifted",
}
METHODS = {
    "reversal": "item-rest correlations and first component after keying",
    "membership": "tested differences of dependent correlations, without unreliability",
    "direction": "labels of codebook and export against the definition",
    "code base": "answers outside the declared codes, and ends in use",
}
POWER_NOTE = (
    "Power: how often one item keyed the wrong way (by the definition's loadings or alpha, else by loadings of .60) or "
    "one item of another scale (by the correlations found), would be found. Below .95 the verdict on that "
    "question is 'cannot tell', unless the correlations found settle it."
)


def key_questions_table(verdicts: Sequence[KeyingVerdict], titles: Mapping[str, str]) -> Result:
    """Return for each scale and question the verdict, how many items are flagged, and the power.

    Parameters
    ----------
    verdicts : sequence of KeyingVerdict
        One for each key.
    titles : mapping of str to str
        Scored column → title.
    """
    rows = Rows()
    for verdict in verdicts:
        cell = f"{verdict.name}|answered"
        rows.cell(cell, verdict.n)
        for question in verdict.questions:
            common: dict[str, Any] = {
                "outcome": verdict.name,
                "term": question.name,
                "n": verdict.n,
                "cells": [cell],
                "method": METHODS[question.name],
            }
            reasons = "" if question.verdict == "agrees" else "; ".join(question.reasons)
            rows.add("verdict", level=question.verdict, estimate=len(question.flagged), warning=reasons, **common)
            if not math.isnan(question.power):
                rows.add("power", estimate=question.power, **common)
    return Result.from_rows(
        rows,
        title="Questions to the declared keys",
        analysis="keying",
        method="; ".join(METHODS.values()),
        n_used=max((verdict.n for verdict in verdicts), default=0),
        notes=(POWER_NOTE,),
        labels={**titles, **LABELS},
        layout=Layout(
            rows=("outcome", "term"),
            show=(
                Show("verdict", "text", "Answers and key"),
                Show("verdict", "estimate", "Items flagged"),
                Show("power"),
                Show("verdict", "n"),
            ),
            row_head="Question",
        ),
    )
