"""A simulated export as a file in Qualtrics' current layout: three header rows, then the records."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from osa_survey.errors import OutputError, Problem
from osa_survey.export.files import write_bytes
from osa_survey.simulation.examples import SimulatedExport

TIME_ZONE = "Europe/Berlin"
DATES = ("startDate", "endDate", "recordedDate")
MARK = "simulated"


def write_qualtrics_csv(simulated: SimulatedExport, path: Path | str) -> Path:
    """Write a simulated export as Qualtrics writes a real one.

    Parameters
    ----------
    simulated : SimulatedExport
        From :func:`simulate_example`.
    path : Path or str
        The file; its name must hold the word "simulated".

    Returns
    -------
    Path
        The file.

    Raises
    ------
    OutputError
        If the name does not say that the answers are simulated, or the file cannot be written.

    Notes
    -----
    Row 1 holds the names, row 2 the question texts, row 3 the identifiers as JSON. The same export gives the same
    bytes.
    """
    path = Path(path)
    if MARK not in path.name:
        hint = f"call it for example 'osa_{MARK}.csv'"
        raise OutputError(Problem("not_marked", "the file name must say that the answers are simulated", hint=hint))
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([column.name for column in simulated.columns])
    writer.writerow([column.text for column in simulated.columns])
    writer.writerow([_identifier(column.import_id) for column in simulated.columns])
    writer.writerows(simulated.frame.itertuples(index=False, name=None))
    return write_bytes(path, buffer.getvalue().encode("utf-8"))


def _identifier(import_id: str) -> str:
    content = {"ImportId": import_id}
    if import_id in DATES:
        content["timeZone"] = TIME_ZONE
    return json.dumps(content, separators=(",", ":"))
