"""What numbers under a design are weighted by, in a few words for notes and sentences."""

from __future__ import annotations

from osa_survey.dataset import SurveyDesign
from osa_survey.results.weighted_notes import EQUAL, weighted_note
from osa_survey.weighting.design_facts import weight_effect
from osa_survey.weighting.statistics import covariance_words

DECLARED = "declared weights"


def weight_words(design: SurveyDesign) -> str:
    """Return what numbers are weighted by: a variable, the sampling fractions, what weights were fitted to.

    Parameters
    ----------
    design : SurveyDesign
        The design.

    Examples
    --------
    >>> import pandas as pd
    >>> from osa_survey.weighting import survey_design
    >>> weight_words(survey_design(pd.DataFrame({"w": [1.0, 2.0]}), sample="quota", weights="w"))
    'variable w'
    """
    record = design.record
    effect = weight_effect(design.weights)
    if effect.n and effect.maximum == effect.minimum and not record.margins and not record.calibrated_on:
        return EQUAL
    parts = []
    if record.weights:
        parts.append(f"variable {record.weights}")
    elif record.fpc:
        parts.append("inverse sampling fractions")
    if record.margins:
        fitted = "raked to" if len(record.margins) > 1 else "post-stratified by"
        parts.append(f"{fitted} {', '.join(margin.title for margin in record.margins)}")
    if record.calibrated_on:
        parts.append(f"calibrated to the totals of {', '.join(record.calibrated_on)}")
    return "; ".join(parts) or DECLARED


def design_note(design: SurveyDesign) -> str:
    """Return the note of a weighted table: that its numbers are weighted, by what, and where errors come from."""
    return weighted_note(weight_words(design), covariance_words(design))
