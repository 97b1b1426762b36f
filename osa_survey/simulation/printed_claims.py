"""The format of what a publication prints: numbers, directions, tests, matrices, and how they hang together."""

from __future__ import annotations

import re
from typing import Literal, Self

from pydantic import Field, model_validator

from osa_survey.instruments.files import FileModel
from osa_survey.results.columns import QUANTITIES
from osa_survey.simulation.printed_numbers import decimals_of, half_unit_of, number_of

Mark = Literal["seen", "recalled", "derived"]
Part = Literal["estimate", "n", "std_error", "conf_low", "conf_high", "half_width", "statistic", "df1", "p_value"]
ID = r"^[a-z0-9][a-z0-9_]*$"
NUMBER = re.compile(r"-?\d*\.?\d+")
DIRECTION, SETTING, MARGIN = "direction", "setting", "margin_of_error"
EVERYBODY = "all"
DIRECTIONS = ("higher", "lower", "no difference")
WORDS_BESIDE_QUANTITIES = (DIRECTION, SETTING, MARGIN)
"""A difference known by its sign, a fact of the questionnaire or the search, half the width of an interval."""


class Claim(FileModel):
    """One printed number, or a printed direction.

    Attributes
    ----------
    id : str
        Its name in the file.
    quantity : str
        A word of ``results/columns.py``, or ``direction``, ``setting`` or ``margin_of_error``.
    what, group : str
        What was measured and of whom, in our words.
    value : str
        The number as printed, so that its decimals are kept; a direction is "higher", "lower" or "no difference".
    unit : {"", "percent"}
        Percent where the number is printed as a percentage.
    low, high : str
        The printed interval, or "".
    conf_level : float
        The level of that interval.
    n : int, optional
        People behind the number; by default all of the study where ``group`` is "all", else not printed.
    source : str
        A key of ``sources``.
    verified : {"seen", "recalled", "derived"}
        Read in the source; not read; computed from numbers that were read.
    result : str
        The ledger id of the row that reproduces it, or "".
    part : str
        Which number of that row.
    tolerance : {"exact", "sampling"}
        Whether the printed digits come back for every seed, or the number within three standard errors.
    not_reproduced : str
        Why no row reproduces it; required where ``result`` is empty and the file gives no reason for all.
    whole : bool
        Whether the answers behind a mean or standard deviation are whole numbers.
    items : int
        Whole-number items averaged by each person.
    minimum, maximum : float, optional
        The range of the answers.
    spread_of : str
        For a standard deviation, the id of its mean.
    """

    id: str = Field(pattern=ID)
    quantity: str
    what: str
    group: str = EVERYBODY
    value: str
    unit: Literal["", "percent"] = ""
    low: str = ""
    high: str = ""
    conf_level: float = Field(default=0.95, gt=0, lt=1)
    n: int | None = Field(default=None, ge=1)
    source: str
    verified: Mark
    result: str = ""
    part: Part = "estimate"
    tolerance: Literal["exact", "sampling"] = "sampling"
    not_reproduced: str = ""
    whole: bool = False
    items: int = Field(default=1, ge=1)
    minimum: float | None = None
    maximum: float | None = None
    spread_of: str = ""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.quantity not in QUANTITIES and self.quantity not in WORDS_BESIDE_QUANTITIES:
            raise ValueError(f"'{self.quantity}' is no quantity of results/columns.py")
        if self.is_direction:
            if self.value not in DIRECTIONS:
                raise ValueError(f"a direction is one of {', '.join(DIRECTIONS)}")
        elif not NUMBER.fullmatch(self.value):
            raise ValueError(f"'{self.value}' is not a number as printed")
        if bool(self.low) != bool(self.high) or any(not NUMBER.fullmatch(text) for text in self.interval if text):
            raise ValueError("an interval has two printed numbers, low and high")
        if self.result and self.not_reproduced:
            raise ValueError("give either the 'result' that reproduces it or 'not_reproduced' with the reason")
        return self

    @property
    def is_direction(self) -> bool:
        """Whether only the direction is known."""
        return self.quantity == DIRECTION

    @property
    def interval(self) -> tuple[str, str]:
        """The printed bounds."""
        return self.low, self.high

    @property
    def number(self) -> float:
        """The number; percentages as proportions."""
        return self.scaled(self.value)

    @property
    def half_unit(self) -> float:
        """Half a unit of the last printed digit, on the scale of :attr:`number`."""
        return half_unit_of(self.value) / self._divisor

    @property
    def decimals(self) -> int:
        """Printed decimals."""
        return decimals_of(self.value)

    @property
    def _divisor(self) -> float:
        return 100.0 if self.unit == "percent" else 1.0

    def scaled(self, printed: str) -> float:
        """Return a number printed beside this one on the scale of :attr:`number`."""
        return number_of(printed) / self._divisor


class Relation(FileModel):
    """What printed numbers must fulfil together.

    Attributes
    ----------
    kind : {"sum", "between"}
        The parts add up to the whole; the whole, an average of the parts, lies between them.
    whole : str
        The id of a claim.
    parts : tuple of str
        The ids of claims.
    """

    kind: Literal["sum", "between"]
    whole: str
    parts: tuple[str, ...] = Field(min_length=2)


class PrintedTest(FileModel):
    """A printed test: statistic, degrees of freedom, and p value as printed, such as "= .03" or "< .001"."""

    id: str = Field(pattern=ID)
    statistic: Literal["t", "F", "chi2", "r", "z"]
    value: str
    df1: float | None = None
    df2: float | None = None
    p: str = Field(pattern=r"^[<>=] ?(0?\.\d+|1(\.0*)?)$")
    one_tailed: bool = False
    source: str
    verified: Mark


class PrintedMatrix(FileModel):
    """A printed correlation matrix: names and the rows below the diagonal, each as printed."""

    id: str = Field(pattern=ID)
    names: tuple[str, ...] = Field(min_length=2)
    below: tuple[tuple[str, ...], ...]
    source: str
    verified: Mark
