"""Analyses: one public function per file, each from data to a Result."""

from osa_survey.analysis.average_predictions import margins
from osa_survey.analysis.comparisons import compare_groups
from osa_survey.analysis.correlations import correlate
from osa_survey.analysis.crosstabs import crosstab
from osa_survey.analysis.descriptives import describe
from osa_survey.analysis.interpretations import interpret
from osa_survey.analysis.model_diagnoses import diagnose
from osa_survey.analysis.moderated_slopes import simple_slopes
from osa_survey.analysis.multiple_response_sets import multiple_responses
from osa_survey.analysis.pairs import paired
from osa_survey.analysis.proportions import prevalence
from osa_survey.analysis.regressions import regress
from osa_survey.analysis.screening_shares import screening_shares
from osa_survey.analysis.target_comparisons import compare_with_target
from osa_survey.analysis.weight_summaries import describe_weights

__all__ = [
    "compare_groups",
    "compare_with_target",
    "correlate",
    "crosstab",
    "describe",
    "describe_weights",
    "diagnose",
    "interpret",
    "margins",
    "multiple_responses",
    "paired",
    "prevalence",
    "regress",
    "screening_shares",
    "simple_slopes",
]
