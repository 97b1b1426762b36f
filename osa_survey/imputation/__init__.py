"""Completed data sets in place of missing answers, and the rules that join their results."""

from osa_survey.imputation.chains import run_chains
from osa_survey.imputation.convergences import convergence, r_hat
from osa_survey.imputation.delta_sensitivities import delta_sensitivity
from osa_survey.imputation.fiml_estimates import (
    FimlEstimates,
    FimlMoments,
    fiml_correlations,
    fiml_moments,
    fiml_regression,
)
from osa_survey.imputation.imputation_words import imputation_sentences
from osa_survey.imputation.imputing import chain_plan, impute
from osa_survey.imputation.little_tests import LittleTest, little_mcar, little_statistic
from osa_survey.imputation.pooled_quantities import PooledQuantity, pool_proportion, pool_r, pool_r2
from osa_survey.imputation.pooled_rows import PooledRow, pooled_row
from osa_survey.imputation.pooled_tests import PooledTest, d1, d2, d3, d4, wald_statistics
from osa_survey.imputation.pooling import Pooled, barnard_rubin_df, pool, rubin_df

__all__ = [
    "FimlEstimates",
    "FimlMoments",
    "LittleTest",
    "Pooled",
    "PooledQuantity",
    "PooledRow",
    "PooledTest",
    "barnard_rubin_df",
    "chain_plan",
    "convergence",
    "d1",
    "d2",
    "d3",
    "d4",
    "delta_sensitivity",
    "fiml_correlations",
    "fiml_moments",
    "fiml_regression",
    "imputation_sentences",
    "impute",
    "little_mcar",
    "little_statistic",
    "pool",
    "pool_proportion",
    "pool_r",
    "pool_r2",
    "pooled_row",
    "r_hat",
    "rubin_df",
    "run_chains",
    "wald_statistics",
]
