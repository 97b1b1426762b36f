"""The format of the published numbers of a study: each printed number with its source, and what had to be assumed."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from osa_survey.instruments.citations import Citation
from osa_survey.instruments.files import FileModel
from osa_survey.simulation.assumptions import Assumption
from osa_survey.simulation.printed_claims import EVERYBODY, Claim, PrintedMatrix, PrintedTest, Relation


class Source(FileModel):
    """A page that was read, or another place a number comes from.

    Attributes
    ----------
    what : str
        What it is: "abstract", "topline", "computed from the printed counts", …
    url : str
        Where it was read; empty for derived numbers.
    """

    what: str
    url: str = ""


class Adults(FileModel):
    """How it is known that the sample was of adults; a study with anybody under 18 is not shipped."""

    minimum_age: int = Field(ge=18)
    how: str
    verified: Literal["seen", "recalled"]


class Assumed(FileModel):
    """What the published numbers leave open: the value that is taken, and why."""

    name: str
    value: float
    why: str = Field(min_length=1)


class PublishedNumbers(FileModel):
    """One file of ``data_dictionary/published``.

    Attributes
    ----------
    population : str
        Whom the study is about, in our words.
    n : int
        Respondents.
    read : str
        What of the publication could be read.
    not_read : tuple of str
        What could not be read and is therefore not reproduced.
    not_reproduced : str
        Why claims without a ``result`` and without a reason of their own are not reproduced.
    """

    format: Literal[1]
    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    version: int = Field(ge=1)
    title: str
    citation: Citation
    population: str
    n: int = Field(ge=1)
    read: str
    not_read: tuple[str, ...] = ()
    not_reproduced: str = ""
    adults: Adults
    sources: dict[str, Source] = Field(min_length=1)
    claims: tuple[Claim, ...] = Field(min_length=1)
    relations: tuple[Relation, ...] = ()
    tests: tuple[PrintedTest, ...] = ()
    matrices: tuple[PrintedMatrix, ...] = ()
    assumed: tuple[Assumed, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        ids = [claim.id for claim in self.claims]
        if len(set(ids)) < len(ids):
            raise ValueError(f"two claims have the id '{next(name for name in ids if ids.count(name) > 1)}'")
        silent = [claim.id for claim in self.claims if not claim.result and not self.reason(claim)]
        if silent:
            raise ValueError(f"'{silent[0]}' has no 'result' that reproduces it and no reason under 'not_reproduced'")
        sourced: tuple[Claim | PrintedTest | PrintedMatrix, ...] = (*self.claims, *self.tests, *self.matrices)
        unknown = {entry.source for entry in sourced} - set(self.sources)
        if unknown:
            raise ValueError(f"there is no source '{sorted(unknown)[0]}'")
        named = {name for relation in self.relations for name in (relation.whole, *relation.parts)}
        named |= {claim.spread_of for claim in self.claims if claim.spread_of}
        if named - set(ids):
            raise ValueError(f"there is no claim '{sorted(named - set(ids))[0]}'")
        if len({entry.name for entry in self.assumed}) < len(self.assumed):
            raise ValueError("two assumptions have the same name")
        return self

    def claim(self, identifier: str) -> Claim:
        """Return the claim with this id.

        Raises
        ------
        KeyError
            If there is none.
        """
        for claim in self.claims:
            if claim.id == identifier:
                return claim
        raise KeyError(identifier)

    def value(self, identifier: str) -> float:
        """Return the number of a claim (percentages as proportions), or of an assumption."""
        for entry in self.assumed:
            if entry.name == identifier:
                return entry.value
        return self.claim(identifier).number

    def people(self, claim: Claim) -> int | None:
        """Return the people behind a claim, or None if their number is not printed."""
        return self.n if claim.n is None and claim.group == EVERYBODY else claim.n

    def reason(self, claim: Claim) -> str:
        """Return why nothing reproduces a claim, or "" if a row does."""
        return "" if claim.result else claim.not_reproduced or self.not_reproduced

    @property
    def assumptions(self) -> tuple[Assumption, ...]:
        """Every number a simulation of this study may use, published ones with their source first."""
        published = [
            Assumption(
                claim.id,
                claim.number,
                "published",
                claim.what,
                f"{self.citation.text} {self.sources[claim.source].what}",
            )
            for claim in self.claims
            if not claim.is_direction
        ]
        return (*published, *(Assumption(entry.name, entry.value, "assumed", entry.why) for entry in self.assumed))
