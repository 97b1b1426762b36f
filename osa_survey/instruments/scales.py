"""Scores and what is said about them: scales, cut-offs, and notes that an item must carry."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from osa_survey.instruments.answers import Code
from osa_survey.instruments.files import FileModel

Verified = Literal["seen", "partly", "recalled"]
KeyMark = Literal["seen", "partly", "recalled", "own"]
"""How a key is known; ``own``: whoever wrote the definition made the scale, and no source stands behind it."""


class MissingRule(FileModel):
    """How many items must be answered for a score, on whose authority.

    ``basis`` is ``complete`` (no published rule, so all items), ``published`` (the source says so) or ``convention``.
    """

    min_answered: int = Field(ge=1)
    basis: Literal["complete", "published", "convention"]
    source: str = ""

    @model_validator(mode="after")
    def _sourced(self) -> Self:
        if self.basis == "published" and not self.source:
            raise ValueError("a published rule needs its source")
        return self


class Scale(FileModel):
    """A score: which items or which other scales, which items are reversed, how they are put together.

    Attributes
    ----------
    items : tuple of str
        Item ids; a leading ``-`` marks a reverse-keyed item.
    of : tuple of str
        Instead of items: the ids of scales of items, whose scores make this one.
    score : {"mean", "sum", "count"}
        ``count`` counts items answered with one of ``counted`` codes (after keying).
    times : float
        What the mean or sum is multiplied by, as for a percentage.
    range : (float, float)
        Lowest and highest possible score, multiplied.
    """

    id: str
    title: str
    items: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    score: Literal["mean", "sum", "count"]
    counted: tuple[Code, ...] = ()
    times: float = Field(default=1.0, gt=0, allow_inf_nan=False)
    range: tuple[float, float]
    higher_means: str
    missing: MissingRule
    verified: KeyMark = "recalled"
    note: str = ""

    @model_validator(mode="after")
    def _of_items_or_of_scales(self) -> Self:
        if bool(self.items) == bool(self.of):
            raise ValueError("a scale is made of items, or of other scales: give either 'items' or 'of'")
        if (self.score == "count") != bool(self.counted):
            raise ValueError("'counted' belongs to score = \"count\" and is required there")
        if self.score == "count" and (self.of or self.times != 1):
            raise ValueError("a count is of items and is not multiplied")
        if self.of and self.missing.min_answered != len(self.of):
            raise ValueError(f"a scale of {len(self.of)} scales needs all of them: min_answered = {len(self.of)}")
        return self

    @property
    def item_ids(self) -> tuple[str, ...]:
        """Item ids without the sign; none for a scale of scales (see ``Instrument.items_behind``)."""
        return tuple(item.removeprefix("-") for item in self.items)

    @property
    def signs(self) -> tuple[int, ...]:
        """1 for each straight and -1 for each reverse-keyed item."""
        return tuple(-1 if item.startswith("-") else 1 for item in self.items)


class Group(FileModel):
    """The people a cut-off is for: those in one category of a variable.

    ``variable`` is a harmonised variable, or a variable of the study's codebook.
    """

    variable: str
    category: str


class Cutoff(FileModel):
    """A screening threshold. It screens; it does not diagnose.

    Attributes
    ----------
    applies_to : Group, optional
        The group it was set for; nobody else is compared with it.
    everyone_else : str
        What happens to everyone else, in words; required with ``applies_to``.
    """

    scale: str
    rule: Literal[">=", ">", "<=", "<"]
    value: float
    meaning: str
    source: str
    verified: Verified
    default: bool = False
    reason: str = ""
    applies_to: Group | None = None
    everyone_else: str = ""

    @model_validator(mode="after")
    def _reasoned(self) -> Self:
        if not self.default and not self.reason:
            raise ValueError("a cut-off that is off by default needs the reason")
        if (self.applies_to is None) != (not self.everyone_else):
            raise ValueError("a cut-off for one group (applies_to) says what happens to everyone_else, and only then")
        return self

    @property
    def name(self) -> str:
        """The rule as it is written where a cut-off is asked for, such as ``"total >= 4"``."""
        return f"{self.scale} {self.rule} {self.value:g}"


class Alert(FileModel):
    """What a study must prepare for because of one item; printed with the methods, never tied to a person."""

    item: str
    note: str
