"""Analyses: one public function per file, each from data to a Result."""

from osa_survey.analysis.comparing.comparisons import compare_groups
from osa_survey.analysis.comparing.invariance_notes import with_invariance
from osa_survey.analysis.comparing.pairs import paired
from osa_survey.analysis.correlating.compared_correlations import compare_correlations
from osa_survey.analysis.correlating.correlations import correlate
from osa_survey.analysis.correlating.partial_correlations import partial_correlations
from osa_survey.analysis.couples.couples import apim
from osa_survey.analysis.describing.crosstabs import crosstab
from osa_survey.analysis.describing.descriptives import describe
from osa_survey.analysis.describing.multiple_response_sets import multiple_responses
from osa_survey.analysis.describing.proportions import prevalence
from osa_survey.analysis.describing.target_comparisons import compare_with_target
from osa_survey.analysis.describing.weight_summaries import describe_weights
from osa_survey.analysis.equivalence.equivalences import equivalence
from osa_survey.analysis.factorial.factorial_variances import anova
from osa_survey.analysis.factorial.manovas import manova
from osa_survey.analysis.factorial.repeated_ratings import cochran_q, friedman
from osa_survey.analysis.grouped.fixed_effect_regressions import fixed_effects
from osa_survey.analysis.grouped.gee_regressions import gee
from osa_survey.analysis.grouped.mixed_regressions import mixed_model
from osa_survey.analysis.interpretations import interpret
from osa_survey.analysis.measuring.code_agreements import code_agreement
from osa_survey.analysis.measuring.coder_sheets import join_coder_sheets
from osa_survey.analysis.measuring.exploratory_factors import dimensionality, efa
from osa_survey.analysis.measuring.factor_models import cfa
from osa_survey.analysis.measuring.graded_responses import graded_response
from osa_survey.analysis.measuring.group_invariances import alignment, invariance
from osa_survey.analysis.measuring.instrument_agreements import agreement
from osa_survey.analysis.measuring.item_biases import item_bias
from osa_survey.analysis.measuring.latent_correlations import polychoric
from osa_survey.analysis.measuring.latent_groups import latent_classes, latent_profiles
from osa_survey.analysis.measuring.misclassification_scenarios import misclassification_scenario
from osa_survey.analysis.measuring.retests import retest
from osa_survey.analysis.measuring.roc_curves import roc
from osa_survey.analysis.measuring.scale_reliabilities import reliability
from osa_survey.analysis.measuring.screening_shares import screening_shares
from osa_survey.analysis.mediating.mediations import mediate
from osa_survey.analysis.multiverse.multiverses import multiverse
from osa_survey.analysis.predicting.average_predictions import margins
from osa_survey.analysis.predicting.moderated_slopes import simple_slopes
from osa_survey.analysis.regressing.fiml_regressions import fiml
from osa_survey.analysis.regressing.model_diagnoses import diagnose
from osa_survey.analysis.regressing.regressions import regress
from osa_survey.analysis.synthesising.meta_analyses import meta_analysis
from osa_survey.analysis.waves.attritions import attrition
from osa_survey.analysis.waves.changes import change
from osa_survey.analysis.waves.cross_lags import cross_lagged
from osa_survey.analysis.waves.latent_changes import latent_change
from osa_survey.analysis.waves.wave_invariances import longitudinal_invariance
from osa_survey.analysis.waves.wave_links import link_waves
from osa_survey.analysis.waves.wave_notes import with_longitudinal_invariance

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
    "alignment",
    "cfa",
    "invariance",
    "longitudinal_invariance",
    "cross_lagged",
    "crosstab",
    "describe",
    "describe_weights",
    "dimensionality",
    "efa",
    "equivalence",
    "fiml",
    "fixed_effects",
    "friedman",
    "gee",
    "graded_response",
    "manova",
    "diagnose",
    "interpret",
    "item_bias",
    "latent_classes",
    "latent_profiles",
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
    "polychoric",
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
