"""Likelihoods on plain arrays: every family can be fitted under any weights and hands on scores and information."""

from osa_survey.models.batches import fit_each_logit
from osa_survey.models.betas import Beta, squeezed
from osa_survey.models.counts import Poisson
from osa_survey.models.firth import penalised_interval
from osa_survey.models.fit_indices import information_criteria, pseudo_r2, tjur_r2
from osa_survey.models.fits import Family, Fit, ManyFits
from osa_survey.models.fractions import Fractional
from osa_survey.models.hurdles import Hurdle
from osa_survey.models.likelihood_tests import likelihood_ratio, wald
from osa_survey.models.linear import Linear
from osa_survey.models.logits import BinaryLogit
from osa_survey.models.multinomial import Multinomial
from osa_survey.models.negative_binomial import NegativeBinomial
from osa_survey.models.ordinal import OrdinalLogit, OrdinalProbit
from osa_survey.models.parallel_lines import ParallelLines, brant_test, generalised_test
from osa_survey.models.probits import BinaryProbit
from osa_survey.models.sandwiches import (
    classical_covariance,
    cluster_covariance,
    inverse_information,
    leverages,
    robust_covariance,
)
from osa_survey.models.separation import Separation, estimates_exist, recession, separation
from osa_survey.models.zero_inflated import ZeroInflated

__all__ = [
    "Beta",
    "BinaryLogit",
    "BinaryProbit",
    "Family",
    "Fit",
    "Fractional",
    "Hurdle",
    "Linear",
    "ManyFits",
    "Multinomial",
    "NegativeBinomial",
    "OrdinalLogit",
    "OrdinalProbit",
    "ParallelLines",
    "Poisson",
    "Separation",
    "ZeroInflated",
    "brant_test",
    "classical_covariance",
    "cluster_covariance",
    "estimates_exist",
    "fit_each_logit",
    "generalised_test",
    "information_criteria",
    "inverse_information",
    "leverages",
    "likelihood_ratio",
    "penalised_interval",
    "pseudo_r2",
    "recession",
    "robust_covariance",
    "separation",
    "squeezed",
    "tjur_r2",
    "wald",
]
