"""A simulated export as LimeSurvey writes one: headers as question codes, its own columns around the questions."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from osa_survey.simulation.delimited_files import require_marked, write_delimited
from osa_survey.simulation.paradata_columns import clock, text_column
from osa_survey.simulation.simulated_exports import SimulatedColumn, SimulatedExport

BEFORE = ("id", "submitdate", "lastpage", "startlanguage", "seed", "startdate", "datestamp")
AFTER = ("interviewtime",)
PAGES = 10
SMALLEST_SEED, LARGEST_SEED = 100_000_000, 999_999_999


def write_limesurvey_csv(simulated: SimulatedExport, path: Path | str) -> Path:
    """Write a simulated export as LimeSurvey exports responses with question codes and answer codes.

    Parameters
    ----------
    simulated : SimulatedExport
        From :func:`simulate`.
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
    A record that was broken off has no ``submitdate``. Where the codebook gives a name such as ``id`` or
    ``interviewtime`` to paradata, the column holds LimeSurvey's own content.
    """
    path = require_marked(path)
    platform = platform_columns(simulated)
    own = [column for column in simulated.columns if column.name not in platform]
    columns = [*(platform[name] for name in BEFORE), *own, *(platform[name] for name in AFTER)]
    return write_delimited(path, [[column.name for column in columns]], columns)


def platform_columns(simulated: SimulatedExport) -> dict[str, SimulatedColumn]:
    """Return the columns that LimeSurvey fills."""
    n = len(simulated)
    ended = clock(simulated.started + simulated.seconds.astype("timedelta64[s]"))
    pages = np.maximum(np.ceil(simulated.progress * PAGES / 100), 1).astype(np.int64)
    seeds = SMALLEST_SEED + (np.arange(1, n + 1) * 7_919_777) % (LARGEST_SEED - SMALLEST_SEED)
    texts = {
        "id": np.arange(1, n + 1).astype(str),
        "submitdate": np.where(simulated.unfinished, "", ended),
        "lastpage": pages.astype(str),
        "startlanguage": np.full(n, simulated.language),
        "seed": seeds.astype(str),
        "startdate": clock(simulated.started),
        "datestamp": ended,
        "interviewtime": np.char.add(simulated.seconds.astype(np.int64).astype(str), ".00"),
    }
    return {name: text_column(name, own) for name, own in texts.items()}
