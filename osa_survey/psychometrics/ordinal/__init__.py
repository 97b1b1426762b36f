"""Correlations for answers in ordered categories: thresholds, polychorics and their joint covariance."""

from osa_survey.psychometrics.ordinal.bivariate_normals import bivariate_normal_cdf, bivariate_normal_density
from osa_survey.psychometrics.ordinal.conditional_polychorics import ConditionalMoments, conditional_moments
from osa_survey.psychometrics.ordinal.influences import asymptotic_covariance
from osa_survey.psychometrics.ordinal.ordered_answers import Categories, categories, cross_tables, thresholds
from osa_survey.psychometrics.ordinal.polychoric_records import PolychoricMatrix
from osa_survey.psychometrics.ordinal.polychorics import polychoric_matrix
from osa_survey.psychometrics.ordinal.weighted_polychorics import WeightedPolychorics, weighted_polychorics

__all__ = [
    "Categories",
    "ConditionalMoments",
    "PolychoricMatrix",
    "WeightedPolychorics",
    "asymptotic_covariance",
    "bivariate_normal_cdf",
    "bivariate_normal_density",
    "categories",
    "conditional_moments",
    "cross_tables",
    "polychoric_matrix",
    "thresholds",
    "weighted_polychorics",
]
