"""Analyses: one public function per file, each from data to a Result."""

from osa_survey.analysis.attritions import attrition
from osa_survey.analysis.average_predictions import margins
from osa_survey.analysis.changes import change
from osa_survey.analysis.code_agreements import code_agreement
from osa_survey.analysis.coder_sheets import join_coder_sheets
from osa_survey.analysis.compared_correlations import compare_correlations
from osa_survey.analysis.comparisons import compare_groups
from osa_survey.analysis.correlations import correlate
from osa_survey.analysis.couples import apim
from osa_survey.analysis.cross_lags import cross_lagged
from osa_survey.analysis.crosstabs import crosstab
from osa_survey.analysis.descriptives import describe
from osa_survey.analysis.equivalences import equivalence
from osa_survey.analysis.factor_models import cfa
from osa_survey.analysis.factorial_variances import anova
from osa_survey.analysis.fixed_effect_regressions import fixed_effects
from osa_survey.analysis.gee_regressions import gee
from osa_survey.analysis.instrument_agreements import agreement
from osa_survey.analysis.interpretations import interpret
from osa_survey.analysis.invariance_notes import with_invariance
from osa_survey.analysis.latent_changes import latent_change
from osa_survey.analysis.manovas import manova
from osa_survey.analysis.mediations import mediate
from osa_survey.analysis.meta_analyses import meta_analysis
from osa_survey.analysis.misclassification_scenarios import misclassification_scenario
from osa_survey.analysis.mixed_regressions import mixed_model
from osa_survey.analysis.model_diagnoses import diagnose
from osa_survey.analysis.moderated_slopes import simple_slopes
from osa_survey.analysis.multiple_response_sets import multiple_responses
from osa_survey.analysis.multiverses import multiverse
from osa_survey.analysis.pairs import paired
from osa_survey.analysis.partial_correlations import partial_correlations
from osa_survey.analysis.proportions import prevalence
from osa_survey.analysis.regressions import regress
from osa_survey.analysis.repeated_ratings import cochran_q, friedman
from osa_survey.analysis.retests import retest
from osa_survey.analysis.roc_curves import roc
from osa_survey.analysis.scale_reliabilities import reliability
from osa_survey.analysis.screening_shares import screening_shares
from osa_survey.analysis.target_comparisons import compare_with_target
from osa_survey.analysis.wave_links import link_waves
from osa_survey.analysis.wave_notes import with_longitudinal_invariance
from osa_survey.analysis.weight_summaries import describe_weights

__all__ = [
    "anova",
    "cochran_q",
    "apim",
    "attrition",
    "agreement",
    "change",
    "code_agreement",
    "compare_correlations",
    "compare_groups",
    "compare_with_target",
    "correlate",
    "cfa",
    "cross_lagged",
    "crosstab",
    "describe",
    "describe_weights",
    "equivalence",
    "fixed_effects",
    "friedman",
    "gee",
    "manova",
    "diagnose",
    "interpret",
    "latent_change",
    "link_waves",
    "join_coder_sheets",
    "margins",
    "mediate",
    "meta_analysis",
    "misclassification_scenario",
    "mixed_model",
    "multiple_responses",
    "multiverse",
    "paired",
    "partial_correlations",
    "prevalence",
    "regress",
    "reliability",
    "retest",
    "roc",
    "screening_shares",
    "simple_slopes",
    "with_invariance",
    "with_longitudinal_invariance",
]
