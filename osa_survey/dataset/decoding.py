"""From the text of a column to codes and reasons; what the codebook does not declare is found, never used."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.codebooks import Codebook, VariableEntry
from osa_survey.codebooks.model import Block, MissingCodes
from osa_survey.dataset.exports import Export, canonical
from osa_survey.errors import Problem, describe_value
from osa_survey.instruments.answers import ResponseOptions
from osa_survey.instruments.reasons import REASON_CODES

NOT_ANSWERED = REASON_CODES["not_answered"]
INVALID = REASON_CODES["invalid"]
Decoder = Callable[[str], float | str]
"""Returns the code of a value, or the stable word for what is wrong with it."""

HINTS = {
    "not_a_number": "correct the cell, or declare the value under missing",
    "not_an_option": "correct the cell, or declare the value under missing or labels",
    "not_whole": "answers are whole codes; is this a scored or averaged column?",
    "out_of_range": "correct the cell, or change minimum and maximum in the codebook",
}
MESSAGES = {
    "not_a_number": "a text where a number belongs",
    "not_an_option": "a value that is not one of the declared options",
    "not_whole": "a number that is not whole",
    "out_of_range": "a number outside the declared range",
}


@dataclass(frozen=True, repr=False)
class Decoded:
    """A decoded column.

    Attributes
    ----------
    codes : ndarray of float, shape (records,)
        NaN where there is no answer.
    reasons : ndarray of uint8, shape (records,)
        Why; 0 = answered.
    problems : tuple of Problem
        Undeclared values, one entry for each different value; their cells have the reason ``invalid``.
    """

    codes: NDArray[np.float64]
    reasons: NDArray[np.uint8]
    problems: tuple[Problem, ...]


def decode(
    export: Export,
    column: str,
    keep: NDArray[np.bool_],
    missing: Mapping[str, int],
    decoder: Decoder,
    *,
    item: str = "",
    expected: str = "",
) -> Decoded:
    """Return the codes and reasons of one column for the records in ``keep``.

    Parameters
    ----------
    export : Export
        The raw export.
    column : str
        A column of it.
    keep : ndarray of bool, shape (records,)
        Admitted records; nothing else is looked at.
    missing : mapping of str to int
        Value → reason code.
    decoder : callable
        Value → code, or a word of ``MESSAGES``.
    item, expected : str
        For messages: which item, and which options were expected.
    """
    values, which = export.values(column)
    which = which[keep]
    counts = np.bincount(which, minlength=len(values))
    codes = np.full(len(values), np.nan)
    reasons = np.zeros(len(values), dtype=np.uint8)
    problems = []
    declared_by_file = export.missing_values.get(column, ())
    labels = export.value_labels.get(column, {})
    by_platform = {value: REASON_CODES[reason] for value, reason in export.facts.reasons.get(column, {}).items()}
    for position, value in enumerate(values):
        if value == "":
            reasons[position] = by_platform.get("", NOT_ANSWERED)
        elif value in missing or labels.get(value) in missing:
            reasons[position] = missing.get(value, missing.get(labels.get(value, ""), NOT_ANSWERED))
        elif value in by_platform:
            reasons[position] = by_platform[value]
        elif value in declared_by_file:
            reasons[position] = NOT_ANSWERED
        else:
            code = decoder(value)
            if isinstance(code, str) and value in labels:
                by_label = decoder(labels[value])
                code = code if isinstance(by_label, str) else by_label
            if isinstance(code, float):
                codes[position] = code
                continue
            reasons[position] = INVALID
            if counts[position]:
                record = int(np.flatnonzero(keep)[np.argmax(which == position)])
                first, file = int(export.rows[record]), export.file_of(record)
                shown = describe_value(value, seen=int(counts[position]))
                hint = HINTS[code] + (f"; expected {expected}" if expected else "")
                message = f"{MESSAGES[code]}: {shown}"
                problems.append(
                    Problem(code, message, file, first, column, item, hint=hint, count=int(counts[position]))
                )
    return _with_not_shown(Decoded(codes[which], reasons[which], tuple(problems)), export, column, keep)


def _with_not_shown(decoded: Decoded, export: Export, column: str, keep: NDArray[np.bool_]) -> Decoded:
    """Give gaps of records to which the platform did not show the question their reason.

    In a check-all question a "not ticked" of such a record is no answer either: platforms write it for questions
    that nobody saw.
    """
    hidden = export.facts.not_shown.get(column)
    if hidden is None:
        return decoded
    gaps = hidden[keep] & (decoded.reasons == NOT_ANSWERED)
    for options in export.facts.sets:
        if column in options.options:
            values, which = export.values(column)
            gaps |= hidden[keep] & np.isin(values, [value for value in options.not_ticked if value])[which[keep]]
    reasons = np.where(gaps, REASON_CODES["not_shown"], decoded.reasons).astype(np.uint8)
    return Decoded(np.where(gaps, np.nan, decoded.codes), reasons, decoded.problems)


def missing_values(own: MissingCodes, general: MissingCodes) -> dict[str, int]:
    """Return value → reason code: the column's own list if it has one, else the codebook's general one."""
    declared = own or general
    return {canonical(value): REASON_CODES[reason] for reason, values in declared.items() for value in values}


def to_number(value: str, decimal: str = ".") -> float:
    """Return a value as a number, NaN if it is none.

    Examples
    --------
    >>> to_number("1,5", ","), to_number("two")
    (1.5, nan)
    """
    text = value.replace(decimal, ".") if decimal != "." else value
    try:
        number = float(text)
    except ValueError:
        return math.nan
    return number if math.isfinite(number) and "_" not in text else math.nan


def item_decoder(options: ResponseOptions, block: Block, decimal: str) -> Decoder:
    """Return the decoder of an item: the codebook's ``codes``, else the option codes, else their labels."""
    given = {canonical(value).casefold(): float(code) for value, code in block.codes.items()}
    by_label = {label.casefold(): code for code, label in options.labels.items()}
    allowed = set(options.codes)

    def decoder(value: str) -> float | str:
        if given:
            return given.get(value.casefold(), "not_an_option")
        if value.casefold() in by_label:
            return float(by_label[value.casefold()])
        number = to_number(value, decimal)
        if math.isnan(number):
            return "not_a_number"
        if number in allowed:
            return number
        return "not_an_option" if number.is_integer() else "not_whole"

    return decoder


def category_codes(labels: Mapping[str, str]) -> dict[str, float]:
    """Return export value → code: the value itself where all are numbers, else the position from 1.

    Examples
    --------
    >>> category_codes({"2": "woman", "1": "man"}), category_codes({"f": "woman", "m": "man"})
    ({'2': 2.0, '1': 1.0}, {'f': 1.0, 'm': 2.0})
    """
    keys = [canonical(key) for key in labels]
    numbers = [to_number(key) for key in keys]
    if any(math.isnan(number) for number in numbers):
        return {key: float(position) for position, key in enumerate(keys, start=1)}
    return dict(zip(keys, numbers, strict=True))


def variable_decoder(entry: VariableEntry, decimal: str) -> Decoder:
    """Return the decoder of a number, count, nominal or ordinal variable."""
    if entry.type in ("nominal", "ordinal"):
        codes = category_codes(entry.labels)

        def category(value: str) -> float | str:
            return codes.get(value, "not_an_option")

        return category

    def number(value: str) -> float | str:
        parsed = to_number(value, decimal)
        if math.isnan(parsed):
            return "not_a_number"
        if entry.type == "count" and (parsed < 0 or not parsed.is_integer()):
            return "not_whole" if parsed >= 0 else "out_of_range"
        low = -math.inf if entry.minimum is None else entry.minimum
        high = math.inf if entry.maximum is None else entry.maximum
        return parsed if low <= parsed <= high else "out_of_range"

    return number


def expected_options(labels: Mapping[float, str] | Mapping[str, str], codes: Sequence[float] = ()) -> str:
    """Return the declared options for a message, such as ``1=never, 2=rarely``."""
    if codes:
        by_code = dict(labels)
        return ", ".join(f"{code:g}={by_code[code]}" if code in by_code else f"{code:g}" for code in codes)  # type: ignore[index]
    return ", ".join(f"{code}={label}" for code, label in labels.items())


def decimal_mark(export: Export, codebook: Codebook) -> str:
    """Return the decimal mark: the codebook's, else the one the reader found."""
    return codebook.file.decimal or str(export.reading.get("decimal", "."))
