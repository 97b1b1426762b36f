"""What a reproduced study is: published numbers, a way to draw respondents, and the study folder that reads them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from osa_survey.simulation import PublishedNumbers, SimulatedExport

Draw = Callable[[PublishedNumbers, int], SimulatedExport | Mapping[str, SimulatedExport]]


@dataclass(frozen=True)
class Study:
    """A published study that can be reproduced on simulated answers.

    Attributes
    ----------
    id : str
        The id of its published numbers, and the name of its module.
    draw : callable
        ``draw(published, seed)`` returns the raw export, or name of an export of the study file → raw export. It may
        use the published numbers and what they leave open (``published.value``), nothing else.
    folder : str
        Where codebook and study file lie below the data dictionary; by default ``published/<id>``.
    figure : str
        The quantity whose numbers the figure shows.
    drawn : tuple of str
        Of what the figure shows them, as the claims say; by default of everything.
    """

    id: str
    draw: Draw
    folder: str = ""
    figure: str = "proportion"
    drawn: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """Where codebook and study file lie."""
        return self.folder or f"published/{self.id}"
