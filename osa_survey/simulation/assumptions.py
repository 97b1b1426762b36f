"""What the simulated survey takes from a publication, and what is assumed; every number is one or the other."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from typing import Literal

DORING_MOHSENI = "Döring & Mohseni (2018), doi:10.1080/19317611.2018.1491921"
OWN_CHOICE = "a choice of this simulation; no publication was read for it"


@dataclass(frozen=True)
class Assumption:
    """One number behind the simulated answers.

    Attributes
    ----------
    quantity : str
        What the number is.
    value : float
        The number.
    status : {"published", "assumed"}
        Whether it was read in a publication.
    source_or_reason : str
        Where it was read, or why it was chosen.
    """

    quantity: str
    value: float
    status: Literal["published", "assumed"]
    source_or_reason: str


def published(quantity: str, value: float) -> Assumption:
    """Return a number read in Döring and Mohseni (2018)."""
    return Assumption(quantity, value, "published", DORING_MOHSENI)


def assumed(quantity: str, value: float, reason: str = OWN_CHOICE) -> Assumption:
    """Return a number nobody published."""
    return Assumption(quantity, value, "assumed", reason)


def assumptions_csv(assumptions: Sequence[Assumption]) -> str:
    """Return assumptions as a CSV text with a header row."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([field.name for field in fields(Assumption)])
    writer.writerows(astuple(assumption) for assumption in assumptions)
    return stream.getvalue()
