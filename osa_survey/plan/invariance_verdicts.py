"""Verdicts of invariance, put under the comparisons of the same study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from osa_survey.analysis.comparing.invariance_notes import with_invariance
from osa_survey.analysis.waves.wave_notes import OF_WAVES, series_of, with_longitudinal_invariance
from osa_survey.dataset import ScoredData
from osa_survey.results import Result


def with_verdicts(results: Sequence[Result], scored: ScoredData) -> tuple[Result, ...]:
    """Return the results; a comparison whose scale was tested over the same groups or waves says the verdict.

    Parameters
    ----------
    results : sequence of Result
        The analyses of a study.
    scored : ScoredData
        The scales they are about.
    """
    names = {entry.name: {entry.name, entry.block, entry.instrument} for entry in scored.log}
    groups = [result for result in results if result.analysis == "invariance"]
    waves = [result for result in results if result.analysis == "longitudinal_invariance"]
    return tuple(
        _of_groups(result, groups, names)
        if result.analysis == "compare_groups"
        else _of_waves(result, waves, names)
        if result.analysis in OF_WAVES
        else result
        for result in results
    )


def _of_groups(comparison: Result, tested: Sequence[Result], names: Mapping[str, set[str]]) -> Result:
    own = names.get(str(comparison.settings["outcome"]), set())
    for result in tested:
        if result.settings["model"] in own and result.settings["by"] == comparison.settings["by"]:
            return with_invariance(comparison, result)
    return comparison


def _of_waves(comparison: Result, tested: Sequence[Result], names: Mapping[str, set[str]]) -> Result:
    found = [one for series in series_of(comparison) for one in _first(series, tested, names)]
    return with_longitudinal_invariance(comparison, *found) if found else comparison


def _first(series: Sequence[object], tested: Sequence[Result], names: Mapping[str, set[str]]) -> Sequence[Result]:
    """Return the first test whose waves hold all those of a series, in their order."""
    for result in tested:
        waves = [tuple(wave) if isinstance(wave, list) else wave for wave in result.settings["waves"]]
        places = [
            next((k for k, wave in enumerate(waves) if wave == own or wave in names.get(str(own), set())), -1)
            for own in series
        ]
        if -1 not in places and all(one < other for one, other in pairwise(places)):
            return [result]
    return []
