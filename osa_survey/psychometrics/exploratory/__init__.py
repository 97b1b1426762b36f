"""Exploratory factor analysis: how many factors, which loadings, how sure they are."""

from osa_survey.psychometrics.exploratory.adequacy import bartlett_sphericity, kaiser_meyer_olkin
from osa_survey.psychometrics.exploratory.congruences import congruence, matched
from osa_survey.psychometrics.exploratory.dimensions import average_partials, eigenvalues, parallel_analysis
from osa_survey.psychometrics.exploratory.extractions import Extracted, extract
from osa_survey.psychometrics.exploratory.factor_fits import FactorFit, factor_fit
from osa_survey.psychometrics.exploratory.factor_scores import factor_scores
from osa_survey.psychometrics.exploratory.loading_errors import LoadingErrors, loading_errors
from osa_survey.psychometrics.exploratory.rotations import Rotated, rotate

__all__ = [
    "Extracted",
    "FactorFit",
    "LoadingErrors",
    "Rotated",
    "average_partials",
    "bartlett_sphericity",
    "congruence",
    "eigenvalues",
    "extract",
    "factor_fit",
    "factor_scores",
    "kaiser_meyer_olkin",
    "loading_errors",
    "matched",
    "parallel_analysis",
    "rotate",
]
