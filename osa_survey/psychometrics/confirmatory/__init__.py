"""Confirmatory factor models: syntax, estimation, fit, scores, and whether groups are measured alike."""

from osa_survey.psychometrics.confirmatory.factor_scores import factor_scores
from osa_survey.psychometrics.confirmatory.fit_measures import FitMeasures, fit_measures
from osa_survey.psychometrics.confirmatory.fits import FactorFit, fit_factor_model
from osa_survey.psychometrics.confirmatory.score_tests import modification_indices
from osa_survey.psychometrics.confirmatory.standardised import standardised

__all__ = [
    "FactorFit",
    "FitMeasures",
    "factor_scores",
    "fit_factor_model",
    "fit_measures",
    "modification_indices",
    "standardised",
]
