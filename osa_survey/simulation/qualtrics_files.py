"""A simulated export as a file in Qualtrics' current layout: three header rows, then the records."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from osa_survey.simulation.delimited_files import require_marked, write_delimited
from osa_survey.simulation.paradata_columns import clock, text_column
from osa_survey.simulation.simulated_exports import MARK, SimulatedColumn, SimulatedExport

TIME_ZONE = "Europe/Berlin"
DATES = ("startDate", "endDate", "recordedDate")
PLATFORM_COLUMNS = {
    "StartDate": ("Start Date", "startDate"),
    "EndDate": ("End Date", "endDate"),
    "Status": ("Response Type", "status"),
    "Progress": ("Progress", "progress"),
    "Duration (in seconds)": ("Duration (in seconds)", "duration"),
    "Finished": ("Finished", "finished"),
    "RecordedDate": ("Recorded Date", "recordedDate"),
    "ResponseId": ("Response ID", "_recordId"),
    "DistributionChannel": ("Distribution Channel", "distributionChannel"),
    "UserLanguage": ("User Language", "userLanguage"),
}


def write_qualtrics_csv(simulated: SimulatedExport, path: Path | str) -> Path:
    """Write a simulated export as Qualtrics writes a real one.

    Parameters
    ----------
    simulated : SimulatedExport
        From :func:`simulate` or :func:`simulate_example`.
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
    Row 1 holds the names, row 2 the question texts, row 3 the identifiers as JSON. Columns that Qualtrics fills are
    there whether the codebook names them or not. The same export gives the same bytes.
    """
    path = require_marked(path)
    own = {column.name for column in simulated.columns}
    platform = [column for column in platform_columns(simulated) if column.name not in own]
    front = {column.name: column for column in (*platform, *simulated.columns) if column.name in PLATFORM_COLUMNS}
    rest = [column for column in simulated.columns if column.name not in PLATFORM_COLUMNS]
    columns = [*(front[name] for name in PLATFORM_COLUMNS), *rest]
    names = [column.name for column in columns]
    texts = [PLATFORM_COLUMNS.get(column.name, (column.wording,))[0] for column in columns]
    return write_delimited(path, [names, texts, _identifiers(columns)], columns)


def platform_columns(simulated: SimulatedExport) -> list[SimulatedColumn]:
    """Return the columns that Qualtrics fills."""
    n = len(simulated)
    ended = clock(simulated.started + simulated.seconds.astype("timedelta64[s]"))
    texts = {
        "StartDate": clock(simulated.started),
        "EndDate": ended,
        "Status": np.full(n, "0"),
        "Progress": simulated.progress.astype(np.int64).astype(str),
        "Duration (in seconds)": simulated.seconds.astype(np.int64).astype(str),
        "Finished": np.where(simulated.unfinished, "0", "1"),
        "RecordedDate": ended,
        "ResponseId": np.array(simulated.identifiers),
        "DistributionChannel": np.full(n, MARK),
        "UserLanguage": np.full(n, simulated.language.upper()),
    }
    return [text_column(name, own, PLATFORM_COLUMNS[name][1], PLATFORM_COLUMNS[name][0]) for name, own in texts.items()]


def _identifiers(columns: list[SimulatedColumn]) -> list[str]:
    found, question = [], 0
    for column in columns:
        if column.name in PLATFORM_COLUMNS:
            content = {"ImportId": PLATFORM_COLUMNS[column.name][1]}
            if content["ImportId"] in DATES:
                content["timeZone"] = TIME_ZONE
        elif column.embedded:
            content = {"ImportId": column.name}
        else:
            question += 1
            content = {"ImportId": f"QID{question}"}
        found.append(json.dumps(content, separators=(",", ":")))
    return found
