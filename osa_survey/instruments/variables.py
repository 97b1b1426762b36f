"""The format of a harmonised variable, so that studies can be compared."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from osa_survey.instruments.answers import Code
from osa_survey.instruments.citations import Citation
from osa_survey.instruments.files import FileModel
from osa_survey.instruments.reasons import Reason
from osa_survey.instruments.scales import Verified

VariableType = Literal["number", "count", "nominal", "ordinal", "multiple"]


class HarmonisedVariable(FileModel):
    """One file of ``data_dictionary/variables``: what a variable means whatever study asked it.

    Attributes
    ----------
    labels : mapping of code to str
        Categories in their fixed order.
    missing : mapping of reason to code
        The code that a harmonised file uses for each reason of a gap.
    window : str
        The recall window, such as "lifetime" or "past 12 months"; variables of different windows are not comparable.
    """

    format: Literal[1]
    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    version: int = Field(ge=1)
    title: str
    definition: str
    type: VariableType
    labels: dict[Code, str] = {}
    missing: dict[Reason, Code] = {}
    reference: str = ""
    window: str = ""
    unit: str = ""
    notes: tuple[str, ...] = ()
    sources: tuple[Citation, ...] = ()
    verified: Verified

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        categorical = self.type in ("nominal", "ordinal", "multiple")
        if categorical != bool(self.labels):
            raise ValueError("labels belong to nominal, ordinal and multiple variables and are required there")
        if self.reference and self.reference not in self.labels.values():
            raise ValueError(f"the reference '{self.reference}' is not one of the labels")
        clash = [code for code in self.missing.values() if code in self.labels]
        if clash:
            raise ValueError(f"code {clash[0]:g} is both a label and a reason for a gap")
        return self
