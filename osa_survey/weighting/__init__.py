"""Weights and sampling plans."""

from osa_survey.weighting.association_tests import TableTest, table_test
from osa_survey.weighting.declaring import declare_design, survey_design
from osa_survey.weighting.design_facts import WeightEffect, design_df, weight_effect
from osa_survey.weighting.group_tests import DesignTest, means_test, ranks_test
from osa_survey.weighting.linearisation import linearised_covariance
from osa_survey.weighting.means import cell_proportions, group_means, weighted_means, weighted_ratios, weighted_totals
from osa_survey.weighting.proportions import proportion_interval
from osa_survey.weighting.quantiles import design_quantiles, weighted_quantiles
from osa_survey.weighting.replication import replicate_covariance, replicated, undefined_replicates
from osa_survey.weighting.second_moments import weighted_correlations, weighted_ranks, weighted_variances
from osa_survey.weighting.statistics import DesignEstimate, Statistics, under_design

__all__ = [
    "DesignEstimate",
    "DesignTest",
    "Statistics",
    "TableTest",
    "WeightEffect",
    "cell_proportions",
    "declare_design",
    "design_df",
    "design_quantiles",
    "group_means",
    "linearised_covariance",
    "means_test",
    "proportion_interval",
    "ranks_test",
    "replicate_covariance",
    "replicated",
    "survey_design",
    "table_test",
    "under_design",
    "undefined_replicates",
    "weight_effect",
    "weighted_correlations",
    "weighted_means",
    "weighted_quantiles",
    "weighted_ranks",
    "weighted_ratios",
    "weighted_totals",
    "weighted_variances",
]
