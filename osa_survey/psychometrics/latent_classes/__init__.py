"""Latent classes and profiles: mixtures, the number of classes, what goes with membership."""

from osa_survey.psychometrics.latent_classes.class_analyses import latent_classes, latent_profiles
from osa_survey.psychometrics.latent_classes.class_numbers import bootstrapped_p, criteria
from osa_survey.psychometrics.latent_classes.measurements import Categorical, Normal
from osa_survey.psychometrics.latent_classes.mixtures import Mixture, fit_mixture
from osa_survey.psychometrics.latent_classes.three_steps import bch_means, classification_errors, membership_model

__all__ = [
    "Categorical",
    "Mixture",
    "Normal",
    "bch_means",
    "bootstrapped_p",
    "classification_errors",
    "criteria",
    "fit_mixture",
    "latent_classes",
    "latent_profiles",
    "membership_model",
]
