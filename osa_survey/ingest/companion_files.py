"""A file beside an export, as the readers of companion files see it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from osa_survey.errors import Problem, ResponseError
from osa_survey.ingest.delimited import read_delimited
from osa_survey.ingest.encodings import decoded
from osa_survey.ingest.grids import Grid
from osa_survey.ingest.sources import file_kind


@dataclass(frozen=True, repr=False)
class Companion:
    """A file beside an export.

    Attributes
    ----------
    path : Path
        Where it is; only its name enters messages.
    data : bytes
        Its content.
    """

    path: Path
    data: bytes

    @cached_property
    def text(self) -> str:
        """The content as text."""
        return decoded(self.data, self.path.name).data.decode("utf-8")

    @cached_property
    def grid(self) -> Grid:
        """The content as a grid of cells, where it is delimited text."""
        return read_delimited(self.data, self.path.name, hashlib.sha256(self.data).hexdigest())

    @cached_property
    def header(self) -> tuple[str, ...]:
        """The cells of its first row, nothing where it is no delimited text."""
        try:
            return self.grid.head(1)[0]
        except ResponseError:
            return ()

    @property
    def damage(self) -> tuple[Problem, ...]:
        """Why it cannot be read as delimited text, nothing where it can."""
        try:
            _ = self.grid
        except ResponseError as error:
            return error.problems
        return ()

    @property
    def kind(self) -> str:
        """The kind of file by its first bytes, "" if no reader knows it."""
        try:
            return file_kind(self.data, self.path)
        except ResponseError:
            return ""
