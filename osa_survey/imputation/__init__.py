"""Completed data sets in place of missing answers, and the rules that join their results."""

from osa_survey.imputation.pooled_quantities import PooledQuantity, pool_proportion, pool_r, pool_r2
from osa_survey.imputation.pooled_tests import PooledTest, d1, d2, d3, d4, wald_statistics
from osa_survey.imputation.pooling import Pooled, barnard_rubin_df, pool, rubin_df

__all__ = [
    "Pooled",
    "PooledQuantity",
    "PooledTest",
    "barnard_rubin_df",
    "d1",
    "d2",
    "d3",
    "d4",
    "pool",
    "pool_proportion",
    "pool_r",
    "pool_r2",
    "rubin_df",
    "wald_statistics",
]
