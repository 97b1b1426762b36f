"""What models fitted to composed moments owe to weights and imputed sets: gaps, degrees of freedom, notes, sources."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.composed_moments import ComposedMoments
from osa_survey.analysis.domains import composition_notes, composition_references, composition_words
from osa_survey.analysis.samples import Sample, does_not_compose
from osa_survey.psychometrics.confirmatory.factor_models import chosen_missing
from osa_survey.psychometrics.confirmatory.preparation import check_estimator
from osa_survey.psychometrics.invariance.size_tables import Basis
from osa_survey.weighting import design_df

Floats = NDArray[np.float64]
WEIGHTED = (
    "Models are fitted to weighted moments (pseudo maximum likelihood, of ordinal items weighted polychoric "
    "correlations); errors and tests take the covariance of these moments under the design."
)
POOLED = (
    "Moments are pooled over the sets by Rubin's rules and each model is fitted to them once; errors and scaled tests "
    "take their total covariance, so that they count what imputation leaves uncertain."
)
WEIGHTED_ONLY = "The configural model is fitted to weighted moments (pseudo maximum likelihood)."
POOLED_ONLY = (
    "Moments are pooled over the sets by Rubin's rules; the configural model is fitted to them, and groups are "
    "aligned, once."
)
FEW = (
    "The design has {df} degrees of freedom for {moments} moments: scaled tests rest on an average over moments and "
    "are approximate."
)
REFERENCE_WEIGHTED = (
    "Oberski, D. (2014). lavaan.survey: An R package for complex survey analysis of structural equation models. "
    "Journal of Statistical Software, 57(1), 1–27. https://doi.org/10.18637/jss.v057.i01"
)
REFERENCES_POOLED = (
    "Lee, T., & Cai, L. (2012). Alternative multiple imputation inference for mean and covariance structure modeling. "
    "Journal of Educational and Behavioral Statistics, 37(6), 675–702. https://doi.org/10.3102/1076998612458320",
    "Chung, S., & Cai, L. (2019). Alternative multiple imputation inference for categorical structural equation "
    "modeling. Multivariate Behavioral Research, 54(3), 323–337. https://doi.org/10.1080/00273171.2018.1523000",
)


def moments_basis(sample: Sample, moments: ComposedMoments, *, tested: bool = True) -> Basis:
    """Return what the tables of a model owe to weights and imputed sets; ``tested`` says that they hold tests."""
    weighted, notes = sample.design is not None, []
    if sample.design is not None:
        notes.append(WEIGHTED if tested else WEIGHTED_ONLY)
        df, number = design_df(sample.design), len(moments.estimates.estimate)
        if tested and df < number:
            notes.append(FEW.format(df=df, moments=number))
    if sample.imputed:
        notes.append(POOLED if tested else POOLED_ONLY)
    references = (*((REFERENCE_WEIGHTED,) if weighted else ()), *(REFERENCES_POOLED if sample.imputed else ()))
    return Basis(
        df=moments.df,
        words=composition_words(sample),
        notes=(*notes, *composition_notes(sample)),
        references=(*references, *composition_references(sample)),
        ruled=False,
    )


def composed_gaps(sample: Sample, answers: Sequence[Floats], estimator: str, missing: str) -> str:
    """Return how gaps are handled: those of answers under weights as always; completed sets are taken without gaps."""
    if sample.imputed:
        if missing == "fiml":
            what = "completed sets have no gaps for a full-information likelihood to bridge"
            raise does_not_compose(what, "leave missing out, or take imputed.original")
        return "listwise"
    gaps = chosen_missing(answers[0], estimator, missing)
    check_estimator(estimator, gaps)
    return gaps
