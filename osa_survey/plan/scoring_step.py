"""Scoring a study's answers into a file."""

from __future__ import annotations

from pathlib import Path

from osa_survey.dataset import ScoredData
from osa_survey.export import write_scored
from osa_survey.plan.running import prepare_study
from osa_survey.plan.study_folder import Study
from osa_survey.weighting import with_weight_variable


def score_study(study: Study | Path | str, out: Path | str | None = None) -> ScoredData:
    """Return the scored data of a study, and write them to a file where one is named.

    Parameters
    ----------
    study : Study or Path or str
        A study, its file or its folder.
    out : Path or str, optional
        A ``.csv``, ``.parquet``, ``.sav`` or ``.dta`` file for scores and variables. It holds one row for each
        respondent: it is for your own machine, and nothing in it has passed the disclosure gate. Weights made by the
        study file stand in ``analysis_weight``.

    Returns
    -------
    ScoredData
        Scores, variables, log and keying verdicts.
    """
    scored = prepare_study(study).scored
    if out is not None:
        write_scored(with_weight_variable(scored), Path(out))
    return scored
