"""The answers an item offers, and the item itself."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from osa_survey.instruments.files import FileModel

MAXIMUM_OPTIONS = 101


def _as_code(value: object) -> object:
    """Turn a TOML table key or number into a number; anything else is left for the type check to refuse."""
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return value
    return value


Code = Annotated[float, BeforeValidator(_as_code), Field(allow_inf_nan=False)]


class ResponseOptions(FileModel):
    """The answers an item offers.

    Attributes
    ----------
    codes : tuple of float
        All scored codes in the order of the answers.
    labels : mapping of code to str
        Anchors, in our own short words; not every code needs one.
    not_scored : mapping of code to str
        Options that can be ticked but are never scored, such as a printed "prefer not to answer".
    no_activity : tuple of float
        Scored codes that say there was no sexual activity in the window. They are scored as published and counted
        apart; no cut-off is applied to whoever gave one.
    """

    codes: tuple[Code, ...]
    labels: dict[Code, str] = {}
    not_scored: dict[Code, str] = {}
    no_activity: tuple[Code, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if len(self.codes) < 2 or len(self.codes) > MAXIMUM_OPTIONS:
            raise ValueError(f"codes must list 2 to {MAXIMUM_OPTIONS} options")
        if list(self.codes) != sorted(set(self.codes)):
            raise ValueError("codes must rise and be different")
        for code in self.labels:
            if code not in self.codes:
                raise ValueError(f"label for code {code:g}, which is not among the codes")
        for code in self.not_scored:
            if code in self.codes:
                raise ValueError(f"code {code:g} is both scored and not scored")
        for code in self.no_activity:
            if code not in self.codes:
                raise ValueError(f"no_activity names code {code:g}, which is not among the codes")
        return self

    @property
    def low(self) -> float:
        """The lowest scored code."""
        return self.codes[0]

    @property
    def high(self) -> float:
        """The highest scored code."""
        return self.codes[-1]


class Item(FileModel):
    """One question, named by a content tag in our own words; its wording is not shipped."""

    id: str
    tag: str
    options: str
