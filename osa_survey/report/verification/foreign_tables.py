"""Tables that the report does not have: their decimals against the whole ledger."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from osa_survey.errors import Problem
from osa_survey.report.verification.backing import Backing
from osa_survey.report.verification.manuscripts import Table
from osa_survey.report.verification.numbers_in_text import Number, numbers_of
from osa_survey.report.verification.own_sentences import unbacked
from osa_survey.report.verification.sentence_matching import UNBACKED_HINT
from osa_survey.report.verification.unjudged_numbers import UnjudgedNumber, number_at

BOUNDS = ("<", ">", "≤", "≥")  # a cell such as "< .001" names a bound, no number of the results
MOSTLY = 0.5  # share of decimals without backing from which a table is reported once, not cell by cell


def read_foreign_tables(
    tables: Sequence[Table], backing: Backing, versions: Collection[str], file: str
) -> tuple[list[Problem], list[UnjudgedNumber]]:
    """Return decimals without backing, and the numbers nothing judges; mostly foreign tables are told once.

    Parameters
    ----------
    tables : sequence of Table
        Tables that are none of the report.
    backing : Backing
        The ledger.
    versions : collection of str
        Versions of packages: cells that hold one are no statistics.
    file : str
        For the findings.
    """
    findings: list[Problem] = []
    unjudged: list[UnjudgedNumber] = []
    for table in tables:
        decimals: list[tuple[Number, str]] = []
        for row, texts in enumerate(table.rows, start=1):
            for column, cell in enumerate(texts, start=1):
                place = f"{table.place}, row {row}, column {column}"
                for number in numbers_of(cell) if cell not in versions else ():
                    if number.digits and cell[: number.start].rstrip()[-1:] not in BOUNDS:
                        decimals.append((number, place))
                    else:
                        unjudged.append(number_at(cell, place, number))
        foreign = [(number, place) for number, place in decimals if not backing.anything(number)]
        if len(foreign) > 2 and len(foreign) >= MOSTLY * len(decimals):
            message = "most decimals of the table are in no result"
            count = len(foreign)
            findings.append(Problem("unbacked_number", message, file, key=table.place, hint=UNBACKED_HINT, count=count))
            continue
        findings += [unbacked(number.text, file, place) for number, place in foreign]
    return findings, unjudged
