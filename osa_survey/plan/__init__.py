"""The study file: read it, check it, run it, report it."""

from osa_survey.plan.analysis_sheets import AnalysisList, AnalysisSheet, analysis_sheet, list_analyses
from osa_survey.plan.auditing import audit_study
from osa_survey.plan.checking import Check, check_study
from osa_survey.plan.checklist_writing import fill_checklist, write_checklist
from osa_survey.plan.checks import finding_codes
from osa_survey.plan.codebook_writing import write_codebook
from osa_survey.plan.crosswalks import crosswalk
from osa_survey.plan.definition_checking import DefinitionCheck, check_definition
from osa_survey.plan.demonstration import demonstrate
from osa_survey.plan.freezing import amend_study, freeze_study
from osa_survey.plan.power_analyses import power
from osa_survey.plan.power_reporting import write_power
from osa_survey.plan.releasing import release_study
from osa_survey.plan.reporting import report_study
from osa_survey.plan.running import StudyRun, prepare_study, run_study, write_run
from osa_survey.plan.scoring_step import score_study
from osa_survey.plan.simulating import simulate_study
from osa_survey.plan.study_file import StudyFile
from osa_survey.plan.study_folder import Study, load_study

__all__ = [
    "AnalysisList",
    "AnalysisSheet",
    "Check",
    "DefinitionCheck",
    "Study",
    "StudyFile",
    "StudyRun",
    "amend_study",
    "analysis_sheet",
    "audit_study",
    "check_definition",
    "check_study",
    "crosswalk",
    "demonstrate",
    "fill_checklist",
    "finding_codes",
    "freeze_study",
    "list_analyses",
    "load_study",
    "power",
    "prepare_study",
    "release_study",
    "report_study",
    "run_study",
    "score_study",
    "simulate_study",
    "write_checklist",
    "write_codebook",
    "write_power",
    "write_run",
]
