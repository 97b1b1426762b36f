"""The tables of Friedman's and Cochran's tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.factorial.repeated_sentences import RepeatedPairWords, RepeatedWords
from osa_survey.analysis.multiplicity import ADJUSTMENT_REFERENCES, ADJUSTMENT_TITLES
from osa_survey.dataset import Column
from osa_survey.results import Layout, Result, Rows, Show

EVERYBODY = "answered all"
NOTE = "Only people with all {k} answers are compared."


def repeated_result(
    analysis: str,
    title: str,
    rows: Rows,
    pairs: Rows,
    columns: Sequence[Column],
    answers: NDArray[np.float64],
    adjust: str,
    conf_level: float,
    head: tuple[Show, ...],
    shown: tuple[Show, ...],
    method: str,
    reference: str,
    plot: str,
    **settings: Any,
) -> Result:
    """Return the test over all variables with the table of pairs."""
    labels = {column.info.name: column.info.title for column in columns}
    counted: dict[str, Any] = {
        "analysis": analysis, "n_used": len(answers), "n_dropped": len(columns[0].values) - len(answers),
    }  # fmt: skip
    table = Result.from_rows(
        pairs,
        title=f"{title}: pairs",
        method=f"pairs of variables; p adjusted over {len(pairs.table['contrast'].unique())} pairs: "
        f"{ADJUSTMENT_TITLES[adjust]}",
        layout=Layout(rows=("contrast",), show=shown, row_head="Pair"),
        wording=RepeatedPairWords(),
        labels=labels,
        **counted,
    )
    only = Rows()
    only.take_cells(rows.cells)
    test = rows.table.loc[rows.table["quantity"] == analysis].iloc[0]
    only.add(
        analysis, n=test["n"], estimate=test["estimate"], statistic=test["statistic"], df1=test["df1"],
        statistic_name=test["statistic_name"], p_value=test["p_value"], method=test["method"],
        warning=test["warning"], cells=[EVERYBODY],
    )  # fmt: skip
    tested = Result.from_rows(
        only,
        title=f"{title}: test over all",
        method=method,
        layout=Layout(rows=("term",), show=(Show(analysis, "statistic"), Show(analysis, "p")), row_head="Test"),
        labels=labels,
        **counted,
    )
    return Result.from_rows(
        rows,
        title=title,
        method=method,
        settings={"variables": list(labels), "adjust": adjust, "conf_level": conf_level, **settings},
        notes=(NOTE.format(k=len(columns)),),
        references=(reference, *((ADJUSTMENT_REFERENCES[adjust],) if adjust in ADJUSTMENT_REFERENCES else ())),
        more={"test": tested, "pairs": table},
        wording=RepeatedWords(labels),
        labels=labels,
        layout=Layout(rows=("outcome",), show=head, row_head="Variable"),
        plot=plot,
        **counted,
    )
