"""The format of a reference work: the forms of online sexual activity it distinguishes."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from osa_survey.instruments.citations import Citation
from osa_survey.instruments.files import FileModel
from osa_survey.instruments.scales import Verified


class ReferenceWork(FileModel):
    """One file of ``data_dictionary/works``; harmonised variables say under ``covers`` which forms they hold.

    Attributes
    ----------
    forms : mapping of str to str
        Key → the form in our words, in the order of the source.
    verified : {"seen", "partly", "recalled"}
        Whether the list of forms was read in the source.
    """

    format: Literal[1]
    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    version: int = Field(ge=1)
    title: str
    citation: Citation
    forms: dict[str, str] = Field(min_length=1)
    notes: tuple[str, ...] = ()
    verified: Verified
