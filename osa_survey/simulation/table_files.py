"""A simulated export as a plain table: one header row."""

from __future__ import annotations

from pathlib import Path

from osa_survey.simulation.delimited_files import require_marked, write_delimited
from osa_survey.simulation.simulated_exports import SimulatedExport


def write_table_csv(simulated: SimulatedExport, path: Path | str, *, delimiter: str = ",") -> Path:
    """Write a simulated export as delimited text with the names of columns above.

    Parameters
    ----------
    simulated : SimulatedExport
        From :func:`simulate`.
    path : Path or str
        The file; its name must hold the word "simulated".
    delimiter : str
        Between cells.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    OutputError
        If the name does not say that the answers are simulated, or the file cannot be written.
    """
    names = [column.name for column in simulated.columns]
    return write_delimited(require_marked(path), [names], simulated.columns, delimiter=delimiter)
