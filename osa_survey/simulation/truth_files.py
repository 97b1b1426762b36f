"""The planted truth beside a simulated file, for tests and teaching; no analysis reads it."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from osa_survey.export.files import write_bytes
from osa_survey.simulation.simulated_exports import SimulatedExport


def write_truth(simulated: SimulatedExport, path: Path | str) -> Path:
    """Write the assumptions and the planted truth of a simulated export as JSON.

    Parameters
    ----------
    simulated : SimulatedExport
        From :func:`simulate` or :func:`simulate_example`.
    path : Path or str
        The file, for example ``osa_simulated.truth.json``.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    content = {
        "simulated": True,
        "name": simulated.name,
        "seed": simulated.seed,
        "assumptions": [asdict(assumption) for assumption in simulated.assumptions],
        "truth": dict(simulated.truth),
    }
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    return write_bytes(path, text.encode("utf-8"))
