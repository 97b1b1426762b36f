"""The format of an instrument: codes, keys, missing rule, cut-offs, evidence, licence."""

from __future__ import annotations

import math
from typing import Literal, Self

from pydantic import Field, model_validator

from osa_survey.instruments.answers import Item, ResponseOptions
from osa_survey.instruments.citations import Citation
from osa_survey.instruments.files import FileModel
from osa_survey.instruments.scales import Alert, Cutoff, KeyMark, Scale, Verified


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
    verified: KeyMark


class Instrument(FileModel):
    """What was asked and how it is scored: one file of ``data_dictionary/instruments``.

    Attributes
    ----------
    verified : {"seen", "partly", "recalled", "own"}
        Whether the scoring key was read in sources; ``own`` is for a scale of one's own. Anything but ``seen``
        is printed on every report that uses it.
    verification_note : str
        What was seen and what was not, printed with ``verified``.
    ask_polarity : bool
        Exports in both directions exist, so the codebook must say which export value is which code.
    items : tuple of Item
        In the order of the questionnaire; none in an unscored entry whose number of items was not read.
    alerts : tuple of Alert
        Items that call for preparation, such as a safety protocol.
    beside : tuple of str
        Harmonised variables that must stand beside the score for it to be read rightly.
    """

    format: Literal[1]
    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    version: int = Field(ge=1)
    title: str
    short_title: str
    construct_measured: str = Field(alias="construct")
    time_frame: str = ""
    citation: Citation
    verified: KeyMark
    verification_note: str
    ask_polarity: bool = False
    response_options: dict[str, ResponseOptions]
    items: tuple[Item, ...]
    scales: tuple[Scale, ...] = ()
    cutoffs: tuple[Cutoff, ...] = ()
    alerts: tuple[Alert, ...] = ()
    beside: tuple[str, ...] = ()
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
        rules = [(cut.name, cut.applies_to) for cut in self.cutoffs]
        problems += [f"cut-off '{name}' stands there twice" for name, group in rules if rules.count((name, group)) > 1]
        problems += [
            f"evidence for unknown scale '{e.scale}'" for e in self.evidence if e.scale and e.scale not in known
        ]
        items = {item.id for item in self.items}
        problems += [f"alert for unknown item '{alert.item}'" for alert in self.alerts if alert.item not in items]
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
        known = {item.id for item in self.items}
        earlier: dict[str, Scale] = {}
        problems = []
        for scale in self.scales:
            unknown = [name for name in scale.item_ids if name not in known]
            problems += [f"scale '{scale.id}' names unknown item '{name}'" for name in unknown]
            if scale.id in earlier:
                problems.append("two scales have the same id")
            for what, names in (("an item", scale.item_ids), ("a scale", scale.of)):
                if len(set(names)) != len(names):
                    problems.append(f"scale '{scale.id}' names {what} twice")
            if scale.missing.min_answered > len(scale.items) + len(scale.of):
                problems.append(f"scale '{scale.id}' asks for more answered items than it has")
            for part in scale.of:
                if part not in earlier:
                    problems.append(f"scale '{scale.id}' is made of '{part}', which must stand before it")
                elif earlier[part].of:
                    problems.append(f"scale '{scale.id}' is made of '{part}', which is itself made of scales")
            if not unknown and all(part in earlier for part in scale.of):
                problems += self._range_problems(scale)
            earlier.setdefault(scale.id, scale)
        return problems

    def _range_problems(self, scale: Scale) -> list[str]:
        if scale.of:
            ends = [self.scale(part).range for part in scale.of]
        else:
            ends = [(options.low, options.high) for options in map(self.options_of, scale.item_ids)]
        low, high = sum(end[0] for end in ends), sum(end[1] for end in ends)
        if scale.score == "mean":
            low, high = low / len(ends), high / len(ends)
        if scale.score == "count":
            low, high = 0.0, float(len(ends))
        low, high = scale.times * low, scale.times * high
        if not (math.isclose(low, scale.range[0]) and math.isclose(high, scale.range[1])):
            what = "parts" if scale.of else "items"
            said = f"[{scale.range[0]:g}, {scale.range[1]:g}]"
            return [f"scale '{scale.id}' says range {said}, its {what} give [{low:g}, {high:g}]"]
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

    def items_behind(self, scale: str) -> tuple[str, ...]:
        """Return the ids of the items of a scale, for a scale of scales those of its parts, each once."""
        chosen = self.scale(scale)
        parts = [self.scale(part) for part in chosen.of] or [chosen]
        return tuple(dict.fromkeys(name for part in parts for name in part.item_ids))

    def reverses(self, scale: str, item: str) -> bool:
        """Tell whether an item is reverse-keyed in a scale, or in the part of it that holds the item."""
        chosen = self.scale(scale)
        return any(f"-{item}" in part.items for part in (chosen, *map(self.scale, chosen.of)))

    @property
    def activity_items(self) -> tuple[str, ...]:
        """Ids of the items that offer an answer which means no sexual activity."""
        return tuple(item.id for item in self.items if self.response_options[item.options].no_activity)


def item_id(instrument: str, n: int) -> str:
    """Return the id of the n-th item (from 1) of an instrument or block.

    Examples
    --------
    >>> item_id("scs", 3)
    'scs_03'
    """
    return f"{instrument}_{n:02d}"
