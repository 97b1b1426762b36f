"""The ``[power]`` table of a study file: sizes, which numbers are tests, which assumptions are varied."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from osa_survey.analysis.multiplicity import ADJUSTMENT_TITLES
from osa_survey.instruments.files import FileModel

Size = Annotated[int, Field(ge=4)]


class TestedEntry(FileModel):
    """Which number of an analysis is the test of a hypothesis; what is left out is told by the analysis.

    Attributes
    ----------
    analysis : str
        The id of the analysis; by default the one that says ``tests``.
    quantity, term, outcome, contrast, group, level : str
        Keys of its row, as the table of the analysis prints them.
    table : str
        Where it stands in a further table of the analysis, its name.
    adjusted : bool
        Whether the p value adjusted within the analysis decides.
    true_value : float or None
        The true value of the estimate, where it is known; by default the average estimate at the largest size.
    """

    analysis: str = ""
    quantity: str = ""
    term: str = ""
    outcome: str = ""
    contrast: str = ""
    group: str = ""
    level: str = ""
    table: str = ""
    adjusted: bool = False
    true_value: float | None = None


class VariedEntry(FileModel):
    """An assumed number and the values it takes in turn, all others as assumed.

    Attributes
    ----------
    what : str
        Where it stands under ``[simulation]``: ``effects[1].d``, ``scales.scs_total.alpha``, ``gaps.rates.refused``.
    values : tuple of float
        The values.
    title : str
        What tables call it; by default its place.
    why : str
        Why these.
    """

    what: str = Field(min_length=1)
    values: tuple[float, ...] = Field(min_length=1)
    title: str = ""
    why: str = ""


class PowerEntry(FileModel):
    """The ``[power]`` table. All of it may be left out.

    Attributes
    ----------
    sizes : tuple of int
        Sample sizes: people who begin the questionnaire, before anybody is excluded.
    replicates : int
        Simulated studies of each size.
    target : float
        The power asked for.
    alpha : float
        The level of all tests.
    adjust : str
        How p values are adjusted over the hypotheses of a family.
    interval : {"wilson", "clopper_pearson"}
        The interval of a power, for the error of simulation.
    tests : mapping of str to TestedEntry
        Hypothesis → its test, where the analysis holds several.
    vary : tuple of VariedEntry
        Assumptions whose weight for the answer is looked at.
    """

    sizes: tuple[Size, ...] = Field(default=(100, 200, 300, 400, 600, 800), min_length=1)
    replicates: int = Field(default=1000, ge=2)
    target: float = Field(default=0.8, gt=0, lt=1)
    alpha: float = Field(default=0.05, gt=0, lt=1)
    adjust: str = "none"
    interval: Literal["wilson", "clopper_pearson"] = "wilson"
    tests: dict[str, TestedEntry] = {}
    vary: tuple[VariedEntry, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        problems = []
        if len(set(self.sizes)) != len(self.sizes):
            problems.append("power.sizes: a size is named twice")
        if self.adjust not in ADJUSTMENT_TITLES:
            problems.append(f"power.adjust: '{self.adjust}' is none of {', '.join(ADJUSTMENT_TITLES)}")
        if problems:
            raise ValueError("; ".join(problems))
        return self
