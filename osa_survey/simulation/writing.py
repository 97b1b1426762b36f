"""One way to write a simulated export: as the platform its codebook is for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from osa_survey.errors import OutputError, Problem, nearest
from osa_survey.simulation.limesurvey_files import write_limesurvey_csv
from osa_survey.simulation.qualtrics_files import write_qualtrics_csv
from osa_survey.simulation.redcap_files import write_redcap_csv
from osa_survey.simulation.simulated_exports import SimulatedExport
from osa_survey.simulation.spss_files import write_spss
from osa_survey.simulation.table_files import write_table_csv

WRITERS: dict[str, tuple[str, Callable[[SimulatedExport, Path | str], Path]]] = {
    "qualtrics": (".csv", write_qualtrics_csv),
    "limesurvey": (".csv", write_limesurvey_csv),
    "redcap": (".csv", write_redcap_csv),
    "spss": (".sav", write_spss),
    "table": (".csv", write_table_csv),
}
"""Platform → the ending of its files, and what writes them."""


def require_writer(platform: str) -> str:
    """Return the ending of a platform's files.

    Raises
    ------
    OutputError
        ``no_writer``.
    """
    if platform not in WRITERS:
        message = f"no simulated export can be written as '{platform}' writes one"
        hint = f"choose a platform: {nearest(platform, list(WRITERS))}"
        raise OutputError(Problem("no_writer", message, key="file.platform", hint=hint))
    return WRITERS[platform][0]


def write_simulated(simulated: SimulatedExport, path: Path | str, platform: str) -> Path:
    """Write a simulated export as a platform writes a real one.

    Parameters
    ----------
    simulated : SimulatedExport
        From :func:`simulate`.
    path : Path or str
        The file; its name must hold the word "simulated".
    platform : {"qualtrics", "limesurvey", "redcap", "spss", "table"}
        Whose layout.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    OutputError
        ``no_writer`` for another platform; or from the writer.
    """
    require_writer(platform)
    return WRITERS[platform][1](simulated, path)
