"""Numbers in content controls, each held against the row its tag names."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from osa_survey.errors import Problem, nearest
from osa_survey.formatting import bracketed, count, decimal, p_value, statistic
from osa_survey.report.control_tags import control_tag
from osa_survey.report.verification.manuscripts import Tagged
from osa_survey.report.verification.numbers_in_text import Number, numbers_of
from osa_survey.report.verification.sentence_matching import changed
from osa_survey.results.display import printed

Row = Mapping[str, Any]
PARTS: dict[str, tuple[str, ...]] = {
    "estimate": ("estimate",),
    "std_error": ("std_error",),
    "interval": ("conf_low", "conf_high"),
    "statistic": ("df1", "df2", "statistic"),
    "p": ("p_value",),
    "p_adjusted": ("p_adjusted",),
    "n": ("n",),
}
ALONE = tuple((name,) for name in ("conf_low", "conf_high", "df1", "df2", "statistic"))  # as sentences tag them
SEPARATOR = "#"
P_DIGITS = 3


def tagged_problems(tagged: Sequence[Tagged], rows: Mapping[str, Row], file: str) -> list[Problem]:
    """Return what is wrong with tagged numbers.

    Parameters
    ----------
    tagged : sequence of Tagged
        Content controls; a tag is ``control_tag`` of the id of a row, or the id, "#" and a part such as ``p``. Tags
        that are no id of any kind (no "/") belong to somebody else and are left alone.
    rows : mapping of str to mapping
        The rows of the ledger by id.
    file : str
        The manuscript's name.

    Returns
    -------
    list of Problem
        ``unknown_id`` and ``changed_number``.
    """
    problems: list[Problem] = []
    ids = {control_tag(identifier): identifier for identifier in rows}
    for control in tagged:
        tag, _, part = control.tag.partition(SEPARATOR)
        identifier = ids.get(tag, tag)
        if "/" not in identifier:
            continue
        if identifier not in rows:
            message = "a number bears the id of no result"
            hint = nearest(identifier, list(rows))
            problems.append(Problem("unknown_id", message, file, key=control.place, item=identifier, hint=hint))
            continue
        problems += _differences(control, rows[identifier], part, file)
    return problems


def _differences(control: Tagged, row: Row, part: str, file: str) -> Iterable[Problem]:
    numbers = numbers_of(control.text)
    if not numbers:
        return
    ways = [PARTS[part]] if part in PARTS else [*PARTS.values(), *ALONE]
    if any(_fits(numbers, [row[name] for name in names], control.text) for names in ways):
        return
    names = ways[0] if part in PARTS else ("estimate",)
    yield changed(_as_printed(row, names, numbers[-1].digits), control.text, str(row["id"]), file, control.place)


def _as_printed(row: Row, names: Sequence[str], digits: int) -> str:
    """Return numbers of a row as a report prints them, or with more digits where the text has more."""
    values = {name: float(row[name]) for name in names if row[name] is not None}
    if not values:
        return "nothing"
    if "statistic" in names:
        degrees = (values.get(name, math.nan) for name in ("df1", "df2"))
        return statistic(str(row["statistic_name"]), values.get("statistic", math.nan), *degrees)
    if names[0] in ("p_value", "p_adjusted"):
        return p_value(values[names[0]], digits=max(P_DIGITS, digits))
    if names[0] == "n":
        return count(values["n"])
    texts = [printed(str(row["quantity"]), value) for value in values.values()]
    texts = [
        decimal(value, digits) if numbers_of(text) and numbers_of(text)[0].digits < digits else text
        for text, value in zip(texts, values.values(), strict=True)
    ]
    return bracketed(*texts) if len(texts) == 2 else texts[0]


def _fits(numbers: Sequence[Number], values: Sequence[float | None], text: str) -> bool:
    known = [value for value in values if value is not None]
    if not known:
        return False
    if "<" in text and len(numbers) == 1 and len(known) == 1:
        return known[0] < numbers[0].value
    if ">" in text and len(numbers) == 1 and len(known) == 1:
        return known[0] > numbers[0].value
    if len(known) != len(numbers):
        return False
    return any(
        all(number.agrees(scale * value) for number, value in zip(numbers, known, strict=True)) for scale in (1, 100)
    )
