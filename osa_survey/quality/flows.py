"""The flow of respondents: from the records of the file to those analysed, step by step."""

from __future__ import annotations

import pandas as pd

from osa_survey import formatting
from osa_survey.dataset import Responses
from osa_survey.languages import in_language
from osa_survey.results import Layout, Result, Rows, Show

NOTE = (
    "The flow counts records that are not analysed and describes nobody's answers, so its counts are shown "
    "in every profile, as STROBE and CHERRIES ask."
)
REFERENCE = (
    "Eysenbach, G. (2004). Improving the quality of Web surveys: the Checklist for Reporting Results of Internet "
    "E-Surveys (CHERRIES). Journal of Medical Internet Research, 6(3), e34. https://doi.org/10.2196/jmir.6.3.e34"
)


def flow(responses: Responses) -> Result:
    """Return the flow of respondents from file to analysis.

    Parameters
    ----------
    responses : Responses
        Admitted answers after all exclusions.

    Returns
    -------
    Result
        Rows ``count``: level ``records``; then for each step its code as ``level`` and its reason as ``term``; last
        ``analysed``. The counts add up: records minus all steps is analysed. Where a study has several exports,
        ``more["files"]`` counts the records of each.
    """
    rows = Rows()
    rows.cell("records", 0)
    rows.add("count", level="records", term="records in the file", estimate=responses.n_records, cells=["records"])
    for number, step in enumerate(responses.history, start=1):
        level = step.code if _is_first(responses, number) else f"{step.code} ({number})"
        rows.add("count", level=level, term=f"excluded: {step.reason}", estimate=step.n, cells=["records"])
    rows.add("count", level="analysed", term="adults analysed", estimate=len(responses), cells=["records"])
    notes = [NOTE]
    attested = responses.codebook.eligibility.attested
    if attested is not None:
        notes.append(
            f"Adulthood is attested, not shown by an age in the file: {attested.how}; by {attested.by}; "
            f"documented in {attested.documented}."
        )
    return Result.from_rows(
        rows,
        title="Flow of respondents from the file to the analysis",
        analysis="flow",
        method="records are excluded in the order shown: consent, adulthood, then the rules of the study file",
        n_used=len(responses),
        n_dropped=responses.n_records - len(responses),
        notes=tuple(notes),
        references=(REFERENCE,),
        wording=_words,
        layout=Layout(rows=("term",), show=(Show("count", "estimate", "n"),), row_head="Step"),
        plot="flow_diagram",
        more={"files": _by_file(responses)} if len(responses.records_by_file) > 1 else {},
    )


def _by_file(responses: Responses) -> Result:
    """Return how many records each file of a study holds."""
    rows = Rows()
    rows.cell("records", 0)
    for file, number in responses.records_by_file.items():
        rows.add("count", level=file, term=f"records in {file}", estimate=number, cells=["records"])
    return Result.from_rows(
        rows,
        title="Records by file",
        analysis="flow",
        method="records of each export before any exclusion",
        n_used=responses.n_records,
        n_dropped=0,
        notes=(NOTE,),
        layout=Layout(rows=("term",), show=(Show("count", "estimate", "n"),), row_head="File"),
    )


def _is_first(responses: Responses, number: int) -> bool:
    codes = [step.code for step in responses.history]
    return codes.index(codes[number - 1]) == number - 1


TEXTS = {
    "en": "Of {records} records, {left} were excluded ({steps}); {analysed} adults are analysed.",
    "de": "Von {records} Datensätzen wurden {left} ausgeschlossen ({steps}); {analysed} Erwachsene werden ausgewertet.",
}
NONE_LEFT = {
    "en": "All {records} records are those of adults who are analysed.",
    "de": "Alle {records} Datensätze stammen von Erwachsenen, die ausgewertet werden.",
}


def _words(table: pd.DataFrame, language: str) -> tuple[str, ...]:
    counts = table.set_index("level")["estimate"]
    steps = table.loc[~table["level"].isin(["records", "analysed"])]
    records, analysed = counts["records"], counts["analysed"]
    if steps["estimate"].sum() == 0:
        return (NONE_LEFT[language].format(records=formatting.count(records)),)
    listed = "; ".join(
        f"{formatting.count(row['estimate'])} {_reason(str(row['term']), language)}" for _, row in steps.iterrows()
    )
    return (
        TEXTS[language].format(
            records=formatting.count(records),
            left=formatting.count(records - analysed),
            steps=listed,
            analysed=formatting.count(analysed),
        ),
    )


def _reason(term: str, language: str) -> str:
    return in_language(term.removeprefix("excluded: "), language, "words")
