"""A definition tried on made-up answers: everybody alike, and one item raised, against arithmetic by hand."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from osa_survey.codebooks import Attested, Block, Codebook, Eligibility
from osa_survey.dataset import Export, admit
from osa_survey.errors import Problem
from osa_survey.instruments import Instrument, Library, Scale
from osa_survey.scoring.scores import score

BLOCK = "block"
MADE_UP = Attested(how="made-up answers", by="the self test", documented="nobody answered")


@dataclass(frozen=True)
class SelfTest:
    """What one scale gives for made-up answers.

    Attributes
    ----------
    scale : str
        The scale.
    lowest, highest : float
        Its score where every item has its lowest or its highest code; NaN where there is none.
    moved : mapping of str to float
        Item → what the score moves by when this item alone is raised from its lowest to its highest code.
    expected_lowest, expected_highest : float
        The same by hand.
    expected_moved : mapping of str to float
        The same by hand.
    """

    scale: str
    lowest: float
    highest: float
    moved: Mapping[str, float]
    expected_lowest: float
    expected_highest: float
    expected_moved: Mapping[str, float]

    def in_words(self) -> str:
        """Return the test as one line that an author compares with the paper."""
        up = [name for name, change in self.moved.items() if change > 0]
        down = [name for name, change in self.moved.items() if change < 0]
        ends = f"{self.scale}: all answers lowest {self.lowest:g}, all highest {self.highest:g}"
        parts = [f"{len(names)} items {verb} it" for names, verb in ((up, "raise"), (down, "lower")) if names]
        return f"{ends}; {', '.join(parts)}" if parts else ends


def self_test(instrument: Instrument) -> tuple[SelfTest, ...]:
    """Return what each scale of an instrument gives for made-up answers, scored the way every study is.

    Parameters
    ----------
    instrument : Instrument
        A definition.

    Returns
    -------
    tuple of SelfTest
        One for each scale; empty where the definition has no key.

    Examples
    --------
    >>> from osa_survey.instruments import load_instrument
    >>> self_test(load_instrument("rses"))[0].in_words()
    'total: all answers lowest 15, all highest 15; 5 items raise it, 5 items lower it'
    """
    if not instrument.scales:
        return ()
    low = np.array([instrument.options_of(item.id).low for item in instrument.items])
    high = np.array([instrument.options_of(item.id).high for item in instrument.items])
    raised = np.where(np.eye(len(low), dtype=bool), high, low)
    answers = np.vstack([low, high, raised])
    scores = _scored(instrument, answers)
    names = [item.id for item in instrument.items]
    tests = []
    for scale in instrument.scales:
        column = scores[f"{BLOCK}_{scale.id}"]
        by_hand = [_by_hand(instrument, scale, dict(zip(names, row, strict=True))) for row in answers]
        places = {name: 2 + names.index(name) for name in instrument.items_behind(scale.id)}
        tests.append(
            SelfTest(
                scale=scale.id,
                lowest=float(column[0]),
                highest=float(column[1]),
                moved={name: float(column[place] - column[0]) for name, place in places.items()},
                expected_lowest=by_hand[0],
                expected_highest=by_hand[1],
                expected_moved={name: by_hand[place] - by_hand[0] for name, place in places.items()},
            )
        )
    return tuple(tests)


def self_test_problems(instrument: Instrument, file: str) -> list[Problem]:
    """Return where made-up answers are not scored as by hand, or an item does not move its score.

    Parameters
    ----------
    instrument : Instrument
        A definition.
    file : str
        The name of its file, for the messages.
    """
    problems = []
    numbers = {scale.id: number for number, scale in enumerate(instrument.scales, start=1)}
    for test in self_test(instrument):
        scale = instrument.scale(test.scale)
        key = f"scales[{numbers[test.scale]}]"
        for end, given, expected in (
            ("lowest", test.lowest, test.expected_lowest),
            ("highest", test.highest, test.expected_highest),
        ):
            if not math.isclose(given, expected, abs_tol=ROUNDING):
                message = f"all answers {end}: the score is {given:g}, by hand it is {expected:g}"
                problems.append(Problem("self_test_value", message, file, key=key, hint=HINT))
        for name, moved in test.moved.items():
            sign = -1 if instrument.reverses(scale.id, name) else 1
            same = math.isclose(moved, test.expected_moved[name], abs_tol=ROUNDING)
            if not same or (scale.score != "count" and moved * sign <= 0):
                message = f"raised alone from its lowest to its highest code it moves '{scale.id}' by {moved:g}"
                problems.append(Problem("self_test_item", message, file, item=name, key=f"{key}.items", hint=HINT))
        if scale.score == "count" and not any(test.moved.values()):
            message = f"no single item moves '{scale.id}' when it is raised from its lowest to its highest code"
            problems.append(Problem("self_test_item", message, file, key=f"{key}.counted", hint=HINT))
    return problems


def _scored(instrument: Instrument, answers: NDArray[np.float64]) -> Mapping[str, NDArray[np.float64]]:
    """Return scale → scores of made-up answers of adults, through the door every study goes through."""
    columns = {f"q{n}": pa.array([f"{value:g}" for value in column]) for n, column in enumerate(answers.T, start=1)}
    export = Export(pa.table(columns), np.arange(2, 2 + len(answers)), file="made-up answers", sha256="")
    codes = {f"{code:g}": code for options in instrument.response_options.values() for code in options.codes}
    block = Block(instrument=instrument.id, columns="q{n}", codes=codes if instrument.ask_polarity else {})
    codebook = Codebook(
        format=1, title="self test", eligibility=Eligibility(attested=MADE_UP), blocks={BLOCK: block}, simulated=True
    )
    library = Library({instrument.id: instrument}, {}, {f"instruments/{instrument.id}": ""})
    frame = score(admit(export, codebook, library)).frame
    return {str(name): frame[name].to_numpy(dtype=np.float64) for name in frame.columns}


def _by_hand(instrument: Instrument, scale: Scale, answers: Mapping[str, float]) -> float:
    """Return a score by plain arithmetic: turn round, then add, average or count, then multiply."""
    if scale.of:
        keyed = [_by_hand(instrument, instrument.scale(part), answers) for part in scale.of]
    else:
        keyed = []
        for name, sign in zip(scale.item_ids, scale.signs, strict=True):
            options = instrument.options_of(name)
            keyed.append(answers[name] if sign > 0 else options.low + options.high - answers[name])
    if scale.score == "count":
        return float(sum(value in scale.counted for value in keyed))
    total = float(sum(keyed))
    return scale.times * (total / len(keyed) if scale.score == "mean" else total)


HINT = "compare items, signs, counted codes and options of the scale with the paper"
ROUNDING = 1e-9
"""Scores are sums of a few codes in double precision; anything above this is no rounding."""
