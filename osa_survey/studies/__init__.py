"""Published studies, reproduced from their printed numbers on simulated answers."""

from osa_survey.studies.checks import check_published
from osa_survey.studies.comparing import Comparison, compared
from osa_survey.studies.definitions import Study
from osa_survey.studies.library import find_study, runnable_ids
from osa_survey.studies.listings import checks_text, reproduction_text, study_listing
from osa_survey.studies.printed_counts import counts_of, nearest_count
from osa_survey.studies.raw_exports import raw_export
from osa_survey.studies.running import run_published, write_study

__all__ = [
    "Comparison",
    "Study",
    "check_published",
    "checks_text",
    "compared",
    "counts_of",
    "find_study",
    "nearest_count",
    "raw_export",
    "reproduction_text",
    "run_published",
    "runnable_ids",
    "study_listing",
    "write_study",
]
