"""The entry of an instrument in a drafted codebook, and totals of it that the file ships."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osa_survey.drafting.column_profiles import ColumnProfile
from osa_survey.drafting.gap_guesses import codes_by_reason
from osa_survey.drafting.instrument_candidates import InstrumentMatch
from osa_survey.drafting.item_sets import ItemSet
from osa_survey.drafting.variable_guesses import Field
from osa_survey.instruments import Instrument

MOST_RECORDS = 0.9
ROUNDED_TO = 0.006
"""A shipped mean is often rounded to two places: half a unit of the last, and a margin for binary fractions."""
FEWEST_TOTALS = 3


@dataclass(frozen=True)
class BlockGuess:
    """An instrument and the columns that may hold it.

    Attributes
    ----------
    instrument : Instrument
        The best match.
    columns : tuple of str
        Its columns, in item order.
    fields : tuple of Field
        The lines of its entry.
    confidence : str
        ``high``, ``medium`` or ``low``.
    """

    instrument: Instrument
    columns: tuple[str, ...]
    fields: tuple[Field, ...]
    confidence: str = "low"


def guess_block(
    found: ItemSet, matches: Sequence[InstrumentMatch], profiles: Mapping[str, ColumnProfile]
) -> BlockGuess:
    """Return the entry of the best match, with the others in its comment.

    Parameters
    ----------
    found : ItemSet
        The columns.
    matches : sequence of InstrumentMatch
        The best first.
    profiles : mapping of str to ColumnProfile
        What each column looks like.
    """
    best = matches[0]
    instrument = best.instrument
    fields = [Field("instrument", instrument.id, why(matches, found))]
    fields.append(Field("columns", found.pattern or list(found.columns), "the items in the order of the definition"))
    told: dict[str, list[Any]] = {}
    texts: dict[Any, None] = {}
    covered = True
    for column in found.columns:
        profile = profiles[column]
        covered = covered and profile.is_covered
        texts |= dict.fromkeys(profile.gap_codes)
        for reason, values in codes_by_reason(profile.reasons).items():
            told.setdefault(reason, []).extend(value for value in values if value not in told.get(reason, []))
    gaps: list[Any] = [*(int(code) for code in best.undeclared), *texts]
    if gaps:
        told["not_answered"] = [*told.get("not_answered", []), *gaps]
        fields.append(Field("missing", told, "codes that are no answers of the instrument"))
    elif told and not covered:
        fields.append(Field("missing", told, "the platform's codes of answers that were not given"))
    codes: dict[str, int | float] = dict(best.codes)
    if instrument.ask_polarity:
        options = instrument.options_of(instrument.items[0].id)
        plain = {f"{code:g}": int(code) if code.is_integer() else code for code in options.codes}
        codes = codes or plain
        ends = [f"{options.codes[i]:g} = {options.labels.get(options.codes[i], 'one end')}" for i in (0, -1)]
        check = f"direction: the definition has {ends[0]}, {ends[1]}; turn the codes round if the export does not"
        if best.shift:
            check = f"{shifted(best)}; {check}"
        fields.append(Field("codes", codes, check))
    elif best.shift:
        fields.append(Field("codes", codes, shifted(best)))
    elif codes:
        left = f"; {best.rare} rarer answers are not written out: add them" if best.rare else ""
        fields.append(Field("codes", codes, f"the code that each answer carries{left}"))
    return BlockGuess(instrument, found.columns, tuple(fields), confidence(matches))


def confidence(matches: Sequence[InstrumentMatch]) -> str:
    """Return how sure the best match is: ``high``, ``medium`` or ``low``."""
    best = matches[0]
    fits = best.against_the_key == 0 and not best.shift
    if best.named and fits and (best.is_reliable or math.isnan(best.alpha)):
        return "high"
    rivals = [match for match in matches[1:] if match.against_the_key == 0 and not match.shift]
    return "medium" if best.named or (fits and best.is_reliable and not rivals) else "low"


def why(matches: Sequence[InstrumentMatch], found: ItemSet) -> str:
    """Return what speaks for the best match, how sure it is, and which others fit."""
    best = matches[0]
    text = (
        "its name is in the column names or questions" if best.named else "by the number of items and the answers only"
    )
    text += f"; confidence {confidence(matches)}"
    if not math.isnan(best.alpha):
        text += f"; alpha of the keyed items {best.alpha:.2f}"
    if len(matches) > 1:
        text += f"; these fit too: {', '.join(match.instrument.id for match in matches[1:])}"
    if best.against_the_key:
        text += f"; {best.against_the_key} items go against its key"
    if found.turned:
        text += f"; {len(found.turned)} names end in R: are these answers turned round already?"
    return text


def shifted(match: InstrumentMatch) -> str:
    """Return in words that the export counts from another number than the definition."""
    lowest = match.instrument.options_of(match.instrument.items[0].id).codes[0]
    return f"the definition begins at {lowest:g}, the export at {lowest - match.shift:g}"


def is_shipped_total(total: NDArray[np.float64], answers: NDArray[np.float64], match: InstrumentMatch) -> bool:
    """Tell whether a column is the sum or mean of the items in most records: as they stand, or keyed.

    Parameters
    ----------
    total : ndarray of float, shape (records,)
        The column.
    answers : ndarray of float, shape (records, items)
        The items as numbers.
    match : InstrumentMatch
        The instrument and the codes that are no answers.

    Examples
    --------
    >>> from osa_survey.instruments import load_instrument
    >>> match = InstrumentMatch(load_instrument("swls"), False, 0, (), 0, {})
    >>> answers = np.array([[1.0, 2, 3, 4, 5], [2.0, 2, 2, 2, 2], [7.0, 6, 7, 6, 7]])
    >>> is_shipped_total(answers.sum(axis=1), answers, match), is_shipped_total(answers[:, 0], answers, match)
    (True, False)
    """
    instrument = match.instrument
    scale = instrument.scales[0]
    positions = [[item.id for item in instrument.items].index(name) for name in scale.item_ids]
    turns = [instrument.options_of(name) for name in scale.item_ids]
    given = answers[:, positions].copy()
    valid = given.copy()
    valid[np.isin(valid, match.undeclared)] = np.nan
    valid += match.shift
    keyed = np.where(np.array(scale.signs) < 0, np.array([o.low + o.high for o in turns]) - valid, valid)
    seen = ~np.isnan(total)
    if seen.sum() < FEWEST_TOTALS or len(np.unique(total[seen])) < 2:
        return False
    answered = np.maximum((~np.isnan(valid)).sum(axis=1), 1)
    sums = [np.nansum(values, axis=1) for values in (given, valid, keyed)]
    means = [sums[1] / answered, sums[2] / answered]
    return any(bool((np.abs(made[seen] - total[seen]) < ROUNDED_TO).mean() >= MOST_RECORDS) for made in (*sums, *means))
