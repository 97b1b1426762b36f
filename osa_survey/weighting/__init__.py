"""Weights and sampling plans: declared, fitted to margins, and used by every analysis in the same way.

For people
    ``declare_design``, ``rake`` (also post-stratification), ``calibrate``, ``trim_weights``, ``with_replicates``: from
    ``ScoredData`` to ``ScoredData`` with ``.design``. ``survey_design`` and ``replicated_design`` give the
    ``SurveyDesign`` itself.

For analyses
    A *statistic* is a function from weights to ``Statistics``: the numbers, and what each respondent adds to them at
    first order (``influence``, shape (respondents, p), weight included). ``under_design(statistic, design)`` returns
    numbers, covariance, degrees of freedom and where the covariance comes from: replicate weights if the design has
    them, else linearisation. A domain is ``design.within(mask)``: weights become 0, strata and clusters stay. NaN
    values stand outside, too.

    - numbers: ``weighted_means``, ``weighted_totals``, ``weighted_ratios``, ``group_means``, ``cell_proportions``,
      ``weighted_variances``, ``weighted_correlations`` return ``Statistics``, whose ``combined`` makes differences;
      ``weighted_quantiles``, ``weighted_ranks``, ``weighted_skewness``, ``weighted_kurtosis``, ``weighted_mad`` and
      ``weighted_trimmed_mean`` return numbers;
    - with intervals and tests: ``design_quantiles``, ``proportion_interval``, ``means_test``, ``ranks_test``,
      ``table_test``;
    - covariances: ``linearised_covariance(U, design)`` of any statistics whose contributions stand side by side in U,
      such as w · scores · information⁻¹ of a model; ``replicated(refit, design.replicates)`` and
      ``replicate_covariance`` where a model is refitted; ``design_df``; ``design_effects``; ``covariance_words``;
    - what readers are owed: ``design_note``, ``sample_notes``, ``sample_references``, ``interval_words``,
      ``design_sentences``.

On plain arrays
    ``combined_cells`` and ``raked_weights``, ``trimmed_weights``, ``linear_weights``, ``recalibrated``,
    ``weight_effect``.
"""

from osa_survey.weighting.association_tests import TableTest, table_test
from osa_survey.weighting.declaring import declare_design, survey_design
from osa_survey.weighting.design_effects import design_effects
from osa_survey.weighting.design_facts import WeightEffect, design_df, weight_effect
from osa_survey.weighting.design_words import design_sentences
from osa_survey.weighting.group_tests import DesignTest, means_test, ranks_test
from osa_survey.weighting.linearisation import linearised_covariance
from osa_survey.weighting.means import cell_proportions, group_means, weighted_means, weighted_ratios, weighted_totals
from osa_survey.weighting.proportions import proportion_interval
from osa_survey.weighting.quantiles import design_quantiles, weighted_quantiles
from osa_survey.weighting.raking import (
    Cells,
    Raking,
    combined_cells,
    linear_weights,
    raked_weights,
    trimmed_weights,
)
from osa_survey.weighting.rank_correlations import weighted_kendall, weighted_spearman
from osa_survey.weighting.recalibration import recalibrated
from osa_survey.weighting.regression_weights import calibrate
from osa_survey.weighting.replicating import replicated_design, with_replicates
from osa_survey.weighting.replication import replicate_covariance, replicated, undefined_replicates
from osa_survey.weighting.resampled_weights import REFERENCE_RAO_WU, are_resamples, no_resamples, resampled_weights
from osa_survey.weighting.reweighting import rake
from osa_survey.weighting.sample_words import (
    NEVER_PRINTED,
    REFERENCE_AAPOR,
    interval_words,
    sample_notes,
    sample_references,
)
from osa_survey.weighting.second_moments import weighted_correlations, weighted_ranks, weighted_variances
from osa_survey.weighting.shapes import weighted_kurtosis, weighted_mad, weighted_skewness, weighted_trimmed_mean
from osa_survey.weighting.statistics import DesignEstimate, Statistics, covariance_words, under_design
from osa_survey.weighting.targets import ROUNDED, Margins, Target, read_targets
from osa_survey.weighting.trimming import trim_weights
from osa_survey.weighting.weight_variables import with_weight_variable
from osa_survey.weighting.weight_words import design_note, weight_words

__all__ = [
    "ROUNDED",
    "NEVER_PRINTED",
    "REFERENCE_AAPOR",
    "REFERENCE_RAO_WU",
    "Cells",
    "DesignEstimate",
    "DesignTest",
    "Margins",
    "Raking",
    "Statistics",
    "TableTest",
    "Target",
    "WeightEffect",
    "are_resamples",
    "calibrate",
    "cell_proportions",
    "combined_cells",
    "covariance_words",
    "declare_design",
    "design_df",
    "design_effects",
    "design_note",
    "design_quantiles",
    "design_sentences",
    "group_means",
    "interval_words",
    "linear_weights",
    "linearised_covariance",
    "means_test",
    "no_resamples",
    "proportion_interval",
    "rake",
    "raked_weights",
    "ranks_test",
    "read_targets",
    "recalibrated",
    "replicate_covariance",
    "replicated",
    "replicated_design",
    "resampled_weights",
    "sample_notes",
    "sample_references",
    "survey_design",
    "table_test",
    "trim_weights",
    "trimmed_weights",
    "undefined_replicates",
    "under_design",
    "weight_effect",
    "weight_words",
    "weighted_correlations",
    "weighted_kendall",
    "weighted_kurtosis",
    "weighted_mad",
    "weighted_means",
    "weighted_quantiles",
    "weighted_ranks",
    "weighted_ratios",
    "weighted_skewness",
    "weighted_spearman",
    "weighted_totals",
    "weighted_trimmed_mean",
    "weighted_variances",
    "with_replicates",
    "with_weight_variable",
]
