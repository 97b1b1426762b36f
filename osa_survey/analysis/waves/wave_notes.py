"""What a tested longitudinal invariance says under a comparison of waves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from osa_survey.errors import AnalysisError, Problem
from osa_survey.psychometrics import wave_verdict_words
from osa_survey.results import Result

NOT_TESTED = "Longitudinal invariance: not tested. Waves are compared as if the items measured the same in all of them."
TESTED = "Longitudinal invariance: {verdict}."
PARTLY_TESTED = "Longitudinal invariance of the other scales: not tested."
OF_WAVES = ("change", "cross_lagged", "latent_change")
"""Analyses that compare waves."""


def with_longitudinal_invariance(comparison: Result, *tested: Result) -> Result:
    """Return a comparison of waves that says what was found on longitudinal invariance.

    Parameters
    ----------
    comparison : Result
        A result of ``change``, ``cross_lagged`` or ``latent_change``.
    *tested : Result
        Results of ``longitudinal_invariance`` of the same scales.

    Returns
    -------
    Result
        The same numbers; the verdicts stand in place of "not tested".

    Raises
    ------
    AnalysisError
        If the results are of other kinds.
    """
    kinds = {one.analysis for one in tested}
    if comparison.analysis not in OF_WAVES or kinds != {"longitudinal_invariance"}:
        message = f"a verdict over waves goes under {', '.join(OF_WAVES)}, not under '{comparison.analysis}'"
        hint = "with_longitudinal_invariance(change(…), longitudinal_invariance(…))"
        raise AnalysisError(Problem("does_not_compose", message, hint=hint))
    said = []
    for one in tested:
        verdict = one.pick("step_verdict", term="verdict")
        name = str(verdict["outcome"])
        words = wave_verdict_words(str(verdict["level"]), one.labels.get(name, name))
        said.append(TESTED.format(verdict=words))
    scales = len(series_of(comparison))
    rest = [PARTLY_TESTED] if len(tested) < scales else []
    kept = [note for note in comparison.notes if note not in (NOT_TESTED, PARTLY_TESTED)]
    return replace(comparison, notes=(*said, *rest, *kept))


def series_of(comparison: Result) -> tuple[tuple[object, ...], ...]:
    """Return each scale of a comparison of waves as its columns (or lists of items), wave by wave."""
    waves: Sequence[object] = comparison.settings["waves"]
    if comparison.analysis != "cross_lagged":
        return (tuple(tuple(wave) if isinstance(wave, list) else wave for wave in waves),)
    return tuple(zip(*waves, strict=True))
