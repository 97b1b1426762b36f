"""Item response: the graded response model, traits, person fit, differential item functioning."""

from osa_survey.psychometrics.item_response.graded_curves import information, probabilities
from osa_survey.psychometrics.item_response.graded_models import GradedModel, fit_graded
from osa_survey.psychometrics.item_response.trait_scores import TraitScores, person_fit, trait_scores

__all__ = [
    "GradedModel",
    "TraitScores",
    "fit_graded",
    "information",
    "person_fit",
    "probabilities",
    "trait_scores",
]
