"""The tables of Friedman's and Cochran's tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from osa_survey.analysis.factorial.repeated_sentences import RepeatedPairWords, RepeatedWords
from osa_survey.analysis.multiplicity import ADJUSTMENT_REFERENCES, ADJUSTMENT_TITLES
from osa_survey.dataset import Column
from osa_survey.results import Layout, Result, Rows, Show

EVERYBODY = "answered all"
MINUS = "\u2212"
NOTE = "Only people with all {k} answers are compared."


def contrast_of(columns: Sequence[Column], first: int, second: int) -> str:
    """Return what a pair of variables is called."""
    return f"{columns[first].info.title} {MINUS} {columns[second].info.title}"


def repeated_result(
    analysis: str,
    title: str,
    rows: Rows,
    pairs: Rows,
    columns: Sequence[Column],
    people: tuple[int, int],
    adjust: str,
    conf_level: float,
    head: tuple[Show, ...],
    shown: tuple[Show, ...],
    method: str,
    references: tuple[str, ...],
    plot: str,
    notes: tuple[str, ...] = (),
    **settings: Any,
) -> Result:
    """Return the test over all variables with the table of pairs; ``people`` are used and left out."""
    labels = {column.info.name: column.info.title for column in columns}
    counted: dict[str, Any] = {
        "analysis": analysis, "n_used": people[0], "n_dropped": people[1],
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
        df2=test["df2"], statistic_name=test["statistic_name"], p_value=test["p_value"], method=test["method"],
        warning=test["warning"], cells=[EVERYBODY],
    )  # fmt: skip
    tested = Result.from_rows(
        only,
        title=f"{title}: test over all",
        method=method,
        layout=Layout(
            rows=("term",),
            show=(Show(analysis, "statistic", test["statistic_name"]), Show(analysis, "p")),
            row_head="Test",
        ),
        labels=labels,
        **counted,
    )
    return Result.from_rows(
        rows,
        title=title,
        method=method,
        settings={"variables": list(labels), "adjust": adjust, "conf_level": conf_level, **settings},
        notes=(NOTE.format(k=len(columns)), *notes),
        references=(*references, *((ADJUSTMENT_REFERENCES[adjust],) if adjust in ADJUSTMENT_REFERENCES else ())),
        more={"test": tested, "pairs": table},
        wording=RepeatedWords(labels),
        labels=labels,
        layout=Layout(rows=("outcome",), show=head, row_head="Variable"),
        plot=plot,
        **counted,
    )
