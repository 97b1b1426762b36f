"""What an analysis must know about a variable: its type, and its categories in their fixed order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

AnalysisType = Literal["number", "count", "nominal", "ordinal"]


@dataclass(frozen=True)
class VariableInfo:
    """A variable or score as analyses see it.

    Attributes
    ----------
    name : str
        The column.
    type : {"number", "count", "nominal", "ordinal"}
        The level of measurement.
    title : str
        What tables print.
    codes : tuple of float
        For nominal and ordinal variables, the codes in the declared order.
    labels : tuple of str
        The category of each code.
    reference : str
        The reference category of a nominal variable.
    unit : str
        The unit of a number.
    range : tuple of float or None
        Lowest and highest possible value, where known.
    maps_to : str
        The harmonised variable.
    source : str
        ``"variable"``, ``"score"`` or ``"item"``.
    """

    name: str
    type: AnalysisType
    title: str
    codes: tuple[float, ...] = ()
    labels: tuple[str, ...] = ()
    reference: str = ""
    unit: str = ""
    range: tuple[float, float] | None = None
    maps_to: str = ""
    source: str = "variable"

    @property
    def is_categorical(self) -> bool:
        """Whether the variable has categories."""
        return self.type in ("nominal", "ordinal")
