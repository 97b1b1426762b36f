"""Scoring a study's answers into a file."""

from __future__ import annotations

from pathlib import Path

from osa_survey.dataset import ScoredData
from osa_survey.disclosure import profile_named, refuse_rows
from osa_survey.export import write_scored
from osa_survey.plan.running import prepare_study
from osa_survey.plan.study_folder import Study
from osa_survey.weighting import with_weight_variable


def score_study(study: Study | Path | str, out: Path | str | None = None, *, profile: str = "workbench") -> ScoredData:
    """Return the scored data of a study, and write them to a file where one is named.

    Parameters
    ----------
    study : Study or Path or str
        A study, its file or its folder.
    out : Path or str, optional
        A ``.csv``, ``.parquet``, ``.sav`` or ``.dta`` file for scores and variables. It holds one row for each
        respondent: it is for your own machine, and nothing in it has passed the disclosure gate. Weights made by the
        study file stand in ``analysis_weight``.
    profile : str
        The disclosure profile. Rows are written under ``workbench`` alone: no profile whose output may leave the
        machine releases them.

    Returns
    -------
    ScoredData
        Scores, variables, log and keying verdicts.

    Raises
    ------
    AnalysisError
        ``rows_not_released`` where a file is named under a profile for release; nothing is written.
    """
    if out is not None:
        refuse_rows(profile_named(profile), Path(out).name)
    scored = prepare_study(study).scored
    if out is not None:
        write_scored(with_weight_variable(scored), Path(out))
    return scored
