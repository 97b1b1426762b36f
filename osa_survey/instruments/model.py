"""The format of an instrument: codes, keys, missing rule, cut-offs, evidence, licence."""

from __future__ import annotations

import math
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from osa_survey.instruments.citations import Citation
from osa_survey.instruments.files import FileModel

Verified = Literal["seen", "partly", "recalled"]
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
    """

    codes: tuple[Code, ...]
    labels: dict[Code, str] = {}
    not_scored: dict[Code, str] = {}

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
    """A score: which items, which are reversed, how they are put together.

    Attributes
    ----------
    items : tuple of str
        Item ids; a leading ``-`` marks a reverse-keyed item.
    score : {"mean", "sum", "count"}
        ``count`` counts items answered with one of ``counted`` codes (after keying).
    range : (float, float)
        Lowest and highest possible score.
    """

    id: str
    title: str
    items: tuple[str, ...] = Field(min_length=1)
    score: Literal["mean", "sum", "count"]
    counted: tuple[Code, ...] = ()
    range: tuple[float, float]
    higher_means: str
    missing: MissingRule
    verified: Verified = "recalled"
    note: str = ""

    @property
    def item_ids(self) -> tuple[str, ...]:
        """Item ids without the sign."""
        return tuple(item.removeprefix("-") for item in self.items)

    @property
    def signs(self) -> tuple[int, ...]:
        """1 for each straight and -1 for each reverse-keyed item."""
        return tuple(-1 if item.startswith("-") else 1 for item in self.items)


class Cutoff(FileModel):
    """A screening threshold. It screens; it does not diagnose."""

    scale: str
    rule: Literal[">=", ">", "<=", "<"]
    value: float
    meaning: str
    source: str
    verified: Verified
    default: bool = False
    reason: str = ""

    @model_validator(mode="after")
    def _reasoned(self) -> Self:
        if not self.default and not self.reason:
            raise ValueError("a cut-off that is off by default needs the reason")
        return self


class Evidence(FileModel):
    """Published (or computed) numbers about a scale, and whether they were read in the source."""

    scale: str = ""
    statement: str
    n: int | None = Field(default=None, ge=1)
    mean: float | None = None
    sd: float | None = Field(default=None, ge=0)
    alpha: float | None = Field(default=None, le=1)
    loadings: dict[str, float] = {}
    population: str = ""
    source: str
    verified: Verified
    includes_minors: bool = False
    quote: str = ""

    @model_validator(mode="after")
    def _adults_only(self) -> Self:
        numbers = (self.n, self.mean, self.sd, self.alpha)
        if self.includes_minors and (any(number is not None for number in numbers) or self.loadings):
            raise ValueError("numbers of samples that include people under 18 are not used as evidence; name them only")
        return self


class Licence(FileModel):
    """Who holds the rights, and what may be done with the wording."""

    status: str
    wording_redistributable: Literal["yes", "no", "unclear"]
    verified: Verified


class Instrument(FileModel):
    """What was asked and how it is scored: one file of ``data_dictionary/instruments``.

    Attributes
    ----------
    verified : {"seen", "partly", "recalled"}
        Whether the scoring key was read in sources. Anything but ``seen`` is printed on every report that uses it.
    verification_note : str
        What was seen and what was not, printed with ``verified``.
    ask_polarity : bool
        Exports in both directions exist, so the codebook must say which export value is which code.
    items : tuple of Item
        In the order of the questionnaire; none in an unscored entry whose number of items was not read.
    """

    format: Literal[1]
    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    version: int = Field(ge=1)
    title: str
    short_title: str
    construct_measured: str = Field(alias="construct")
    time_frame: str = ""
    citation: Citation
    verified: Verified
    verification_note: str
    ask_polarity: bool = False
    response_options: dict[str, ResponseOptions]
    items: tuple[Item, ...]
    scales: tuple[Scale, ...] = ()
    cutoffs: tuple[Cutoff, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    factor_model: str = ""
    languages: tuple[str, ...] = ()
    licence: Licence
    pitfalls: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        problems = [*self._item_problems(), *self._scale_problems()]
        known = {scale.id for scale in self.scales}
        problems += [f"cut-off for unknown scale '{cut.scale}'" for cut in self.cutoffs if cut.scale not in known]
        problems += [
            f"evidence for unknown scale '{e.scale}'" for e in self.evidence if e.scale and e.scale not in known
        ]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def _item_problems(self) -> list[str]:
        expected = [item_id(self.id, n) for n in range(1, len(self.items) + 1)]
        problems = []
        for item, name in zip(self.items, expected, strict=True):
            if item.id != name:
                problems.append(f"item '{item.id}' must be called '{name}' (instrument id and position)")
            if item.options not in self.response_options:
                problems.append(f"item '{item.id}' names unknown response options '{item.options}'")
        return problems

    def _scale_problems(self) -> list[str]:
        known = {item.id: item for item in self.items}
        problems = []
        if len({scale.id for scale in self.scales}) != len(self.scales):
            problems.append("two scales have the same id")
        for scale in self.scales:
            unknown = [name for name in scale.item_ids if name not in known]
            problems += [f"scale '{scale.id}' names unknown item '{name}'" for name in unknown]
            if len(set(scale.item_ids)) != len(scale.items):
                problems.append(f"scale '{scale.id}' names an item twice")
            if scale.missing.min_answered > len(scale.items):
                problems.append(f"scale '{scale.id}' asks for more answered items than it has")
            if (scale.score == "count") != bool(scale.counted):
                problems.append(f"scale '{scale.id}': 'counted' belongs to score = \"count\" and is required there")
            if not unknown:
                problems += self._range_problems(scale)
        return problems

    def _range_problems(self, scale: Scale) -> list[str]:
        options = [self.options_of(name) for name in scale.item_ids]
        low, high = sum(o.low for o in options), sum(o.high for o in options)
        if scale.score == "mean":
            low, high = low / len(options), high / len(options)
        if scale.score == "count":
            low, high = 0.0, float(len(options))
        if not (math.isclose(low, scale.range[0]) and math.isclose(high, scale.range[1])):
            return [f"scale '{scale.id}' says range {list(scale.range)}, its items give [{low:g}, {high:g}]"]
        return []

    def options_of(self, item: str) -> ResponseOptions:
        """Return the response options of an item by its id."""
        for candidate in self.items:
            if candidate.id == item:
                return self.response_options[candidate.options]
        raise KeyError(item)

    def scale(self, identifier: str) -> Scale:
        """Return a scale by its id."""
        for candidate in self.scales:
            if candidate.id == identifier:
                return candidate
        raise KeyError(identifier)


def item_id(instrument: str, n: int) -> str:
    """Return the id of the n-th item (from 1) of an instrument or block.

    Examples
    --------
    >>> item_id("scs", 3)
    'scs_03'
    """
    return f"{instrument}_{n:02d}"
