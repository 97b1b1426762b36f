"""The format of a shared set of answers: categories, window and midpoints that many variables have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from osa_survey.errors import DefinitionError, Problem, nearest
from osa_survey.instruments.answers import Code
from osa_survey.instruments.files import FileModel
from osa_survey.instruments.reasons import Reason
from osa_survey.instruments.scales import Verified

VariableType = Literal["number", "count", "nominal", "ordinal", "multiple", "text"]
SHARED = ("labels", "missing", "reference", "window", "midpoints")
"""What a variable takes from its set of answers."""


class Midpoints(FileModel):
    """Numbers that stand for the categories of a frequency, used only where somebody asks for them.

    Attributes
    ----------
    values : mapping of code to float
        The number for each category.
    unit : str
        What is counted, such as "times in 12 months".
    basis : {"convention", "published"}
        Whose numbers these are.
    source : str
        Where they come from, or how they were chosen.
    """

    values: dict[Code, float] = Field(min_length=1)
    unit: str = Field(min_length=1)
    basis: Literal["convention", "published"]
    source: str = Field(min_length=1)


class AnswerSet(FileModel):
    """One file of ``data_dictionary/answers``.

    Attributes
    ----------
    labels : mapping of code to str
        Categories in their fixed order.
    missing : mapping of reason to code
        The code that a harmonised file uses for each reason of a gap.
    window : str
        The recall window the answers speak of.
    midpoints : Midpoints
        Of frequencies only.
    """

    format: Literal[1]
    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    version: int = Field(ge=1)
    title: str
    type: Literal["nominal", "ordinal", "multiple"]
    labels: dict[Code, str] = Field(min_length=1)
    missing: dict[Reason, Code] = Field(min_length=1)
    reference: str = ""
    window: str = ""
    midpoints: Midpoints | None = None
    notes: tuple[str, ...] = ()
    verified: Verified

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.midpoints and set(self.midpoints.values) != set(self.labels):
            raise ValueError("midpoints need a number for each label and for nothing else")
        return self


def with_answers(content: Mapping[str, Any], sets: Mapping[str, AnswerSet], file: str) -> dict[str, Any]:
    """Return the content of a variable's file with what its set of answers adds; its own keys come first.

    Raises
    ------
    DefinitionError
        If there is no such set, or its type is another.
    """
    name = content.get("answers", "")
    if not name:
        return dict(content)
    if name not in sets:
        hint = nearest(str(name), sorted(sets))
        message = f"there is no set of answers '{name}'"
        raise DefinitionError(Problem("unknown_answers", message, file, key="answers", hint=hint))
    shared = sets[name]
    if content.get("type", shared.type) != shared.type:
        hint = f'write type = "{shared.type}"'
        raise DefinitionError(Problem("other_type", f"'{name}' is {shared.type}", file, key="type", hint=hint))
    return {**{key: getattr(shared, key) for key in SHARED}, **content}
