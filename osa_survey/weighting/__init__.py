"""Weights and sampling plans."""

from osa_survey.weighting.declaring import declare_design, survey_design
from osa_survey.weighting.design_facts import WeightEffect, design_df, weight_effect
from osa_survey.weighting.linearisation import linearised_covariance
from osa_survey.weighting.replication import replicate_covariance, replicated, undefined_replicates

__all__ = [
    "WeightEffect",
    "declare_design",
    "design_df",
    "linearised_covariance",
    "replicate_covariance",
    "replicated",
    "survey_design",
    "undefined_replicates",
    "weight_effect",
]
