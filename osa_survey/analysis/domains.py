"""Parts of a sample looked at under its design, and what every analysis says about weights and imputed sets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.analysis.samples import CompletedSet, Data, Sample
from osa_survey.dataset import ScoredData
from osa_survey.dataset.imputed import ImputedData
from osa_survey.errors import AnalysisError, Problem
from osa_survey.weighting import covariance_words, design_note, sample_notes, sample_references

Mask = NDArray[np.bool_]
NOTE_POOLED = (
    "Pooled over {m} imputed sets by Rubin's rules with Barnard–Rubin degrees of freedom; n counts people, imputed "
    "answers included."
)
REFERENCE_RUBIN = (
    "Rubin, D. B. (1987). Multiple imputation for nonresponse in surveys. Wiley. doi:10.1002/9780470316696"
)
REFERENCE_BARNARD = (
    "Barnard, J., & Rubin, D. B. (1999). Small-sample degrees of freedom with multiple imputation. Biometrika, 86(4), "
    "948–955. doi:10.1093/biomet/86.4.948"
)


def composes(data: Data) -> bool:
    """Tell whether data bring weights or imputed sets, so that numbers need a covariance of their own."""
    return isinstance(data, ImputedData) or getattr(data, "design", None) is not None


def versions(data: Data) -> tuple[ScoredData | pd.DataFrame, ...]:
    """Return the completed sets, or the data themselves.

    Raises
    ------
    AnalysisError
        ``one_completed_set`` where imputed data hold fewer than two.
    """
    if not isinstance(data, ImputedData):
        return (data,)
    if data.m < 2:
        message = f"pooling needs at least 2 completed sets, there {'is' if data.m == 1 else 'are'} {data.m}"
        hint = "impute with m = 20 or more: from one set the uncertainty due to missing answers cannot be known"
        raise AnalysisError(Problem("one_completed_set", message, hint=hint))
    return data.completed


def raked_variables(sample: Sample) -> frozenset[str]:
    """Return the variables that weights were raked to while some people were kept apart, without a target.

    Their weighted shares are the printed targets times the share of those with a target, so that one of them gives the
    number of the others away: it names the cells of all categories.
    """
    record = None if sample.design is None else sample.design.record
    if record is None or not record.kept_apart:
        return frozenset()
    return frozenset(name.strip() for margin in record.margins for name in margin.variable.split("*"))


def restricted(sample: Sample, who: Callable[[CompletedSet], Mask]) -> Sample:
    """Return the sample looking at some of its respondents only; strata and clusters stay whole.

    Parameters
    ----------
    sample : Sample
        The sample.
    who : callable
        From one set to the respondents to look at, shape (respondents,).
    """
    return replace(sample, sets=tuple(_restricted(one, who(one)) for one in sample.sets))


def restricted_by(sample: Sample, masks: Sequence[Mask]) -> Sample:
    """Return the sample looking at those in ``masks`` only, one mask for each set."""
    return replace(sample, sets=tuple(_restricted(one, mask) for one, mask in zip(sample.sets, masks, strict=True)))


def _restricted(one: CompletedSet, mask: Mask) -> CompletedSet:
    used = one.used & mask
    return replace(one, used=used, design=None if one.design is None else one.design.within(used))


def composition_notes(sample: Sample | None) -> tuple[str, ...]:
    """Return what a table owes its readers for weights, imputation, and how people came into the sample."""
    if sample is None:
        return ()
    notes = []
    if sample.design is not None:
        notes.append(design_note(sample.design))
    if sample.imputed:
        notes.append(NOTE_POOLED.format(m=sample.m))
    return (*notes, *sample_notes(sample.design))


def composition_references(sample: Sample | None) -> tuple[str, ...]:
    """Return the sources of these notes."""
    if sample is None:
        return ()
    rubin = (REFERENCE_RUBIN, REFERENCE_BARNARD) if sample.imputed else ()
    return (*rubin, *sample_references(sample.design))


def composition_words(sample: Sample | None) -> str:
    """Return the end of a Methods line, such as "; weighted, linearised covariance; pooled over 20 imputed sets"."""
    if sample is None:
        return ""
    words = "" if sample.design is None else f"; weighted, {covariance_words(sample.design)}"
    return words + (f"; pooled over {sample.m} imputed sets (Rubin's rules)" if sample.imputed else "")
