"""Weights as a variable, so that files of scores carry what was made here."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from osa_survey.dataset import ScoredData, VariableInfo
from osa_survey.errors import AnalysisError, Problem

TITLE = "weight after raking or calibration"


def with_weight_variable(scored: ScoredData, name: str = "analysis_weight") -> ScoredData:
    """Return the respondents with their weights as a variable beside the others.

    Parameters
    ----------
    scored : ScoredData
        With a declared design; without one, or where the weights are those read from a variable, nothing is added.
    name : str
        The name of the new variable.

    Raises
    ------
    AnalysisError
        If a variable has this name already.
    """
    design = scored.design
    if design is None or not design.calibrations:
        return scored
    if name in scored.variables:
        message = f"there is a variable '{name}' already, so that weights cannot be written under this name"
        raise AnalysisError(Problem("name_taken", message, column=name, hint="rename it in the codebook"))
    frame = scored.frame.assign(**{name: design.weights})
    reasons = scored.reasons.assign(**{name: np.zeros(len(scored), dtype=np.uint8)})
    info = VariableInfo(name, "number", TITLE)
    return replace(scored, frame=frame, reasons=reasons, variables={**scored.variables, name: info})
