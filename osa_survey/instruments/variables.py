"""The format of a harmonised variable, so that studies can be compared."""

from __future__ import annotations

from typing import Literal, Self, get_args

from pydantic import Field, model_validator

from osa_survey.errors import DefinitionError, Problem
from osa_survey.instruments.answer_sets import Midpoints, VariableType
from osa_survey.instruments.answers import Code
from osa_survey.instruments.citations import Citation
from osa_survey.instruments.files import FileModel
from osa_survey.instruments.reasons import Reason
from osa_survey.instruments.scales import Verified

VariableGroup = Literal[
    "online sexual activities",
    "technology-mediated sexual interaction",
    "relation to technology",
    "consent",
    "outcomes",
    "partners and relationships",
    "privacy",
    "law and help",
    "people",
    "other",
]
GROUPS: tuple[str, ...] = get_args(VariableGroup)
Arousal = Literal["", "non-arousal", "solitary-arousal", "partnered-arousal", "several"]


class HarmonisedVariable(FileModel):
    """One file of ``data_dictionary/variables``: what a variable means whatever study asked it.

    Attributes
    ----------
    group : str
        The chapter of the index.
    concept : str
        What is asked, whatever the window; variables of one concept and different windows are not comparable.
        By default the id.
    answers : str
        A set of answers in ``data_dictionary/answers`` that gives labels, missing codes, reference, window, midpoints.
    labels : mapping of code to str
        Categories in their fixed order.
    missing : mapping of reason to code
        The code that a harmonised file uses for each reason of a gap.
    window : str
        The recall window, such as "lifetime" or "past 12 months"; variables of different windows are not comparable.
    facets : mapping of str to tuple of str
        What a study must say of its question, such as which activity or whose use it is about, and the words for it.
    arousal : str
        The class of an activity by Shaughnessy et al. (2011); "several" where the activity spans classes.
    any_of : tuple of str
        Of a derived variable: the concepts of which one is enough.
    covers : mapping of str to tuple of str
        Reference work → its forms that this variable holds.
    not_comparable_with : mapping of str to str
        Another variable → why the two are not comparable though they look alike.
    midpoints : Midpoints
        Numbers for categories of frequency, used only on demand.
    """

    format: Literal[1]
    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    version: int = Field(ge=1)
    title: str
    definition: str
    type: VariableType
    group: VariableGroup = "other"
    concept: str = ""
    answers: str = ""
    labels: dict[Code, str] = {}
    missing: dict[Reason, Code] = {}
    reference: str = ""
    window: str = ""
    unit: str = ""
    facets: dict[str, tuple[str, ...]] = {}
    arousal: Arousal = ""
    any_of: tuple[str, ...] = ()
    covers: dict[str, tuple[str, ...]] = {}
    not_comparable_with: dict[str, str] = {}
    midpoints: Midpoints | None = None
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
        if len(set(self.labels.values())) != len(self.labels):
            raise ValueError("two codes have the same label")
        if self.midpoints and set(self.midpoints.values) != set(self.labels):
            raise ValueError("midpoints need a number for each label and for nothing else")
        return self

    @property
    def asks(self) -> str:
        """The concept: what is asked, whatever the window."""
        return self.concept or self.id


def midpoints(variable: HarmonisedVariable) -> Midpoints:
    """Return the numbers that stand for the categories of a frequency.

    Nothing else in the program uses them: a frequency stays ordinal unless this is called.

    Parameters
    ----------
    variable : HarmonisedVariable
        A frequency, for example ``load_variable("osa_information_frequency_12m")``.

    Returns
    -------
    Midpoints
        The number of each code, its unit, and whether it is a convention of this dictionary or published.

    Raises
    ------
    DefinitionError
        ``no_midpoints`` if the definition declares none.

    Examples
    --------
    >>> from osa_survey.instruments import load_variable
    >>> numbers = midpoints(load_variable("osa_information_frequency_12m"))
    >>> numbers.values[2], numbers.unit, numbers.basis
    (12.0, 'times in 12 months', 'convention')
    """
    if variable.midpoints is None:
        message = f"'{variable.id}' declares no midpoints"
        hint = "only frequencies have them; keep the categories, or declare midpoints in a variable of your study"
        raise DefinitionError(Problem("no_midpoints", message, hint=hint))
    return variable.midpoints
