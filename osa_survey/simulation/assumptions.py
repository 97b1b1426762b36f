"""Every number a simulation takes for granted: published with its source, or assumed with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Status = Literal["published", "assumed"]


@dataclass(frozen=True)
class Assumption:
    """One number of a simulation.

    Attributes
    ----------
    quantity : str
        What it is; the simulator reads the number by this name.
    value : float
        The number.
    status : {"published", "assumed"}
        Whether a source prints it, or it was chosen.
    why : str
        The reason of the choice, or what the source says.
    source : str
        Required where published.
    """

    quantity: str
    value: float
    status: Status
    why: str
    source: str = ""

    def __post_init__(self) -> None:
        if not self.why:
            raise ValueError(f"the assumption '{self.quantity}' needs a reason")
        if self.status == "published" and not self.source:
            raise ValueError(f"'{self.quantity}' is said to be published and needs its source")


def assumed_values(assumptions: Iterable[Assumption]) -> Mapping[str, float]:
    """Return quantity → number.

    Raises
    ------
    ValueError
        If a quantity stands there twice.
    """
    assumptions = tuple(assumptions)
    values = {assumption.quantity: assumption.value for assumption in assumptions}
    if len(values) != len(assumptions):
        raise ValueError("two assumptions have the same quantity")
    return MappingProxyType(values)


class AssumptionList:
    """Assumptions as they are collected: each number with what was told of it, or with why it was assumed."""

    def __init__(self) -> None:
        self._found: list[Assumption] = []

    def told(self, quantity: str, value: float, source: str, why: str) -> None:
        """Add a number that the study file gives; with a source it is published."""
        if source:
            self._found.append(
                Assumption(quantity, float(value), "published", why or "given in the study file", source)
            )
        else:
            self._found.append(Assumption(quantity, float(value), "assumed", why or "given in the study file"))

    def assumed(self, quantity: str, value: float, why: str) -> None:
        """Add a number that nobody gave."""
        self._found.append(Assumption(quantity, float(value), "assumed", why))

    def published(self, quantity: str, value: float, why: str, source: str) -> None:
        """Add a number of a definition's evidence."""
        self._found.append(Assumption(quantity, float(value), "published", why, source))

    def all(self) -> tuple[Assumption, ...]:
        """Return all of them in the order in which they were added."""
        return tuple(self._found)
