"""The parts of a codebook that tell how a questionnaire was filled in, and of questions with a known right answer."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from osa_survey.instruments.answers import Code
from osa_survey.instruments.files import FileModel


class Paradata(FileModel):
    """Columns that tell how the questionnaire was filled in; ``version`` is the version of the questionnaire."""

    duration: str = ""
    duration_unit: Literal["seconds", "minutes", "milliseconds"] = "seconds"
    started: str = ""
    ended: str = ""
    progress: str = ""
    device: str = ""
    version: str = ""


class AttentionCheck(FileModel):
    """A question with a known right answer: its column and the values that pass."""

    column: str
    passed: tuple[Code | str, ...] = Field(min_length=1)
