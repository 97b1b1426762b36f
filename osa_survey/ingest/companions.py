"""Files that come with an export: survey structure, data dictionaries, value lists. Recognised by content, too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from osa_survey.dataset import Export
from osa_survey.errors import Problem, ResponseError
from osa_survey.ingest.companion_files import Companion
from osa_survey.ingest.formr_items import is_formr_items, join_formr_items
from osa_survey.ingest.limesurvey_questions import join_limesurvey_structure
from osa_survey.ingest.limesurvey_structure import is_limesurvey_structure
from osa_survey.ingest.limesurvey_syntax import is_limesurvey_syntax, join_limesurvey_syntax
from osa_survey.ingest.prolific import is_prolific, join_prolific
from osa_survey.ingest.qualtrics_structure import join_qsf, recognise_qsf
from osa_survey.ingest.redcap_dictionary import is_redcap_dictionary, join_redcap_dictionary
from osa_survey.ingest.redcap_events import is_redcap_arms, is_redcap_events, join_redcap_arms, join_redcap_events
from osa_survey.ingest.sas import is_sas_catalog, join_sas_catalog
from osa_survey.ingest.sosci_lists import is_sosci_values, is_sosci_variables, join_sosci_values, join_sosci_variables
from osa_survey.ingest.sources import read_source

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
