"""Numbers of a manuscript that nothing was held against: silence about them is no check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from osa_survey.report.control_tags import control_tag
from osa_survey.report.verification.manuscripts import Tagged
from osa_survey.report.verification.numbers_in_text import Number, numbers_of
from osa_survey.report.verification.statements import Span, inside

AROUND = 24  # letters shown on either side of a number


@dataclass(frozen=True)
class UnjudgedNumber:
    """A number that was not judged.

    Attributes
    ----------
    text : str
        The number as it is written.
    place : str
        Its paragraph or cell.
    around : str
        The words around it.
    decimal : bool
        Whether it has decimals, as most statistics have.
    """

    text: str
    place: str
    around: str
    decimal: bool

    def __str__(self) -> str:
        return f"{self.place}: {self.text} (“{self.around}”)"


def unjudged_of(sentence: str, place: str, judged: Iterable[Span]) -> list[UnjudgedNumber]:
    """Return the numbers of a sentence that lie in no judged statement.

    Parameters
    ----------
    sentence, place : str
        The sentence and where it stands.
    judged : iterable of (int, int)
        Where its judged statements begin and end.
    """
    spans = tuple(judged)
    return [
        number_at(sentence, place, number) for number in numbers_of(sentence) if not inside(_last_digit(number), spans)
    ]


def number_at(sentence: str, place: str, number: Number) -> UnjudgedNumber:
    """Return a number of a sentence as not judged."""
    low, high = max(0, number.start - AROUND), number.start + len(number.text) + AROUND
    around = f"{'…' if low else ''}{sentence[low:high].strip()}{'…' if high < len(sentence) else ''}"
    return UnjudgedNumber(number.text, place, around, number.digits > 0)


def unjudged_cells(
    rows: Sequence[Sequence[str]], place: str, judged: Collection[tuple[int, int]], printed: Collection[str]
) -> list[UnjudgedNumber]:
    """Return the numbers of a table's cells that were not compared.

    Parameters
    ----------
    rows : sequence of sequence of str
        The cells.
    place : str
        The table.
    judged : collection of (int, int)
        Row and column, from 0, of cells that were compared.
    printed : collection of str
        Texts of heads of the report: a cell that repeats one is as it was printed.
    """
    return [
        number_at(cell, f"{place}, row {row + 1}, column {column + 1}", number)
        for row, cells in enumerate(rows)
        for column, cell in enumerate(cells)
        if (row, column) not in judged and cell not in printed
        for number in numbers_of(cell)
    ]


def without_tagged(
    unjudged: Sequence[UnjudgedNumber], tagged: Sequence[Tagged], known: Collection[str]
) -> list[UnjudgedNumber]:
    """Return numbers without those in content controls, which are held against the result their tag names.

    Parameters
    ----------
    unjudged : sequence of UnjudgedNumber
        Numbers.
    tagged : sequence of Tagged
        The content controls of the manuscript.
    known : collection of str
        Ids of results.
    """
    tags = {control_tag(identifier) for identifier in known} | set(known)
    held = Counter(
        (control.place, number.text)
        for control in tagged
        if control.tag.partition("#")[0] in tags
        for number in numbers_of(control.text)
    )
    kept = []
    for one in unjudged:
        if held[one.place, one.text]:
            held[one.place, one.text] -= 1
        else:
            kept.append(one)
    return kept


def _last_digit(number: Number) -> int:
    """Return where the last digit of a number stands: its first letter can be a sign outside of a statement."""
    return number.start + len(number.text) - 1
