"""Published studies, reproduced from their printed numbers on simulated answers."""

from osa_survey.studies.checks import check_published
from osa_survey.studies.comparing import Comparison, compared
from osa_survey.studies.definitions import Study
from osa_survey.studies.diagnosis import Performance, diagnose_published, performance
from osa_survey.studies.library import find_study, runnable_ids
from osa_survey.studies.listings import checks_text, diagnosis_text, reproduction_text, study_listing
from osa_survey.studies.printed_counts import counts_of, nearest_count
from osa_survey.studies.raw_exports import raw_export
from osa_survey.studies.running import compared_numbers, run_published, write_study

__all__ = [
    "Comparison",
    "Performance",
    "Study",
    "check_published",
    "checks_text",
    "compared",
    "compared_numbers",
    "counts_of",
    "diagnose_published",
    "diagnosis_text",
    "find_study",
    "nearest_count",
    "performance",
    "raw_export",
    "reproduction_text",
    "run_published",
    "runnable_ids",
    "study_listing",
    "write_study",
]
