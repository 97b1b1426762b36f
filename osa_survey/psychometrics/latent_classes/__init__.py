"""Latent classes and profiles: mixtures, the number of classes, what goes with membership."""

from osa_survey.psychometrics.latent_classes.class_analyses import classes_of, profiles_of
from osa_survey.psychometrics.latent_classes.class_numbers import bootstrapped_p, criteria
from osa_survey.psychometrics.latent_classes.class_requests import ClassRequest, Criterion
from osa_survey.psychometrics.latent_classes.class_weights import ClassWeights
from osa_survey.psychometrics.latent_classes.measurements import Categorical, Normal
from osa_survey.psychometrics.latent_classes.mixtures import Mixture, fit_mixture
from osa_survey.psychometrics.latent_classes.three_steps import bch_means, classification_errors, membership_model

__all__ = [
    "Categorical",
    "ClassRequest",
    "ClassWeights",
    "Criterion",
    "Mixture",
    "Normal",
    "bch_means",
    "bootstrapped_p",
    "classes_of",
    "classification_errors",
    "criteria",
    "fit_mixture",
    "membership_model",
    "profiles_of",
]
