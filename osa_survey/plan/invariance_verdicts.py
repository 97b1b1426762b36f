"""Verdicts of invariance, put under the comparisons of the same study."""

from __future__ import annotations

from collections.abc import Sequence

from osa_survey.analysis.invariance_notes import with_invariance
from osa_survey.dataset import ScoredData
from osa_survey.results import Result


def with_verdicts(results: Sequence[Result], scored: ScoredData) -> tuple[Result, ...]:
    """Return the results; a comparison whose scale and groups were tested says the verdict.

    Parameters
    ----------
    results : sequence of Result
        The analyses of a study.
    scored : ScoredData
        The scales they are about.
    """
    tested = [result for result in results if result.analysis == "invariance"]
    if not tested:
        return tuple(results)
    return tuple(_told(result, tested, scored) if result.analysis == "compare_groups" else result for result in results)


def _told(comparison: Result, tested: Sequence[Result], scored: ScoredData) -> Result:
    names = {entry.name: {entry.name, entry.block, entry.instrument} for entry in scored.log}
    own = names.get(str(comparison.settings["outcome"]), set())
    for result in tested:
        if result.settings["model"] in own and result.settings["by"] == comparison.settings["by"]:
            return with_invariance(comparison, result)
    return comparison
