"""What a quantity is: its term and how it is printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Style = Literal["number", "bounded", "percent", "count", "years"]


@dataclass(frozen=True)
class Quantity:
    """How a quantity is called and printed.

    Attributes
    ----------
    label : str
        The field's standard term, as a table head prints it.
    style : {"number", "bounded", "percent", "count"}
        ``bounded`` values cannot exceed one in size and lose their leading zero.
    digits : int
        Digits after the point in print; tables keep full precision.
    """

    label: str
    style: Style = "number"
    digits: int = 2
