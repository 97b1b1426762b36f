"""Files that come with an export: survey structure, data dictionaries, value lists. Recognised by content, too."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from osa_survey.dataset import Export
from osa_survey.errors import Problem, ResponseError
from osa_survey.ingest.delimited import read_delimited
from osa_survey.ingest.encodings import decoded
from osa_survey.ingest.formr_items import is_formr_items, join_formr_items
from osa_survey.ingest.grids import Grid
from osa_survey.ingest.limesurvey_questions import join_limesurvey_structure
from osa_survey.ingest.limesurvey_structure import is_limesurvey_structure
from osa_survey.ingest.limesurvey_syntax import is_limesurvey_syntax, join_limesurvey_syntax
from osa_survey.ingest.prolific import is_prolific, join_prolific
from osa_survey.ingest.qualtrics_structure import join_qsf, recognise_qsf
from osa_survey.ingest.redcap_dictionary import is_redcap_dictionary, join_redcap_dictionary
from osa_survey.ingest.redcap_events import is_redcap_arms, is_redcap_events, join_redcap_arms, join_redcap_events
from osa_survey.ingest.sas import is_sas_catalog, join_sas_catalog
from osa_survey.ingest.sosci_lists import is_sosci_values, is_sosci_variables, join_sosci_values, join_sosci_variables
from osa_survey.ingest.sources import file_kind, read_source


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


Recogniser = Callable[[Companion], bool]
Joiner = Callable[[Export, Companion], Export]
COMPANIONS: dict[str, tuple[Recogniser, Joiner]] = {
    "Qualtrics survey file": (recognise_qsf, join_qsf),
    "REDCap data dictionary": (is_redcap_dictionary, join_redcap_dictionary),
    "REDCap events": (is_redcap_events, join_redcap_events),
    "REDCap arms": (is_redcap_arms, join_redcap_arms),
    "SoSci Survey variables": (is_sosci_variables, join_sosci_variables),
    "SoSci Survey values": (is_sosci_values, join_sosci_values),
    "SAS formats catalog": (is_sas_catalog, join_sas_catalog),
    "formr items": (is_formr_items, join_formr_items),
    "Prolific demographics": (is_prolific, join_prolific),
    "LimeSurvey structure": (is_limesurvey_structure, join_limesurvey_structure),
    "LimeSurvey syntax": (is_limesurvey_syntax, join_limesurvey_syntax),
}
"""Kind of companion → how it is recognised, and how it is joined to an export; each kind has a file of its own."""


def join_companions(export: Export, paths: Sequence[Path]) -> Export:
    """Return the export with what its companion files say.

    Parameters
    ----------
    export : Export
        An export.
    paths : sequence of Path
        Companion files, in any order.

    Raises
    ------
    ResponseError
        ``unknown_companion`` for every file of no known kind, with what is wrong in it where it is damaged.
    """
    problems = []
    for path in paths:
        companion = Companion(path, read_source(path))
        join = next((join for recognise, join in COMPANIONS.values() if recognise(companion)), None)
        if join is None:
            hint = f"known kinds: {', '.join(COMPANIONS)}"
            message = "the file is of no known kind of survey structure or dictionary"
            problems += [Problem("unknown_companion", message, path.name, hint=hint), *companion.damage]
        else:
            export = join(export, companion)
    if problems:
        raise ResponseError(problems)
    return export
