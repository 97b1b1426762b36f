"""What a tested measurement invariance says under a comparison of groups."""

from __future__ import annotations

from dataclasses import replace

from osa_survey.analysis.comparing.comparisons import NOTE_INVARIANCE
from osa_survey.errors import AnalysisError, Problem
from osa_survey.psychometrics import verdict_words
from osa_survey.results import Result

NOTE_TESTED = "Measurement invariance across groups: {verdict}."


def with_invariance(comparison: Result, tested: Result) -> Result:
    """Return a comparison of groups that says what was found on measurement invariance.

    Parameters
    ----------
    comparison : Result
        A result of ``compare_groups`` on a score.
    tested : Result
        A result of ``invariance`` of the same scale across the same groups.

    Returns
    -------
    Result
        The same numbers; the verdict stands in place of "not tested".

    Raises
    ------
    AnalysisError
        If the results are of other kinds, or of other groups.
    """
    if comparison.analysis != "compare_groups" or tested.analysis != "invariance":
        message = f"a verdict of invariance goes under compare_groups, not under '{comparison.analysis}'"
        raise AnalysisError(
            Problem("does_not_compose", message, hint="with_invariance(compare_groups(…), invariance(…))")
        )
    if comparison.settings["by"] != tested.settings["by"]:
        message = f"compared by '{comparison.settings['by']}', tested across '{tested.settings['by']}'"
        raise AnalysisError(Problem("does_not_compose", message, hint="use the same groups"))
    code = str(tested.pick("step_verdict", term="verdict")["level"])
    scale = comparison.labels.get(str(comparison.settings["outcome"]), str(comparison.settings["outcome"]))
    by = comparison.labels.get(str(comparison.settings["by"]), str(comparison.settings["by"]))
    said = NOTE_TESTED.format(verdict=verdict_words(code, scale, by))
    kept = [note for note in comparison.notes if note != NOTE_INVARIANCE]
    return replace(comparison, notes=(*kept, said))
