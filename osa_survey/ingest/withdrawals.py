"""People who withdrew: their records are left out at reading, counted, and forgotten."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from osa_survey.dataset import Export
from osa_survey.dataset.exports import canonical
from osa_survey.errors import Problem, ResponseError
from osa_survey.ingest.delimited import read_delimited
from osa_survey.ingest.sources import read_source


def without_withdrawn(export: Export, path: Path) -> Export:
    """Return the export without the records of people who withdrew.

    Parameters
    ----------
    export : Export
        An export whose platform names an id column, or that has a column called as the first one of the list.
    path : Path
        A text file with one id in each row; a first row that names an id column of the export is its header.

    Returns
    -------
    Export
        Without these records; ``reading["withdrawn"]`` says how many. No id is kept.

    Raises
    ------
    ResponseError
        ``no_id_column`` if nothing says which column holds the ids.
    """
    data = read_source(path)
    if not data.strip():
        return replace(export, reading={"withdrawn": 0, **export.reading})
    grid = read_delimited(data, path.name, hashlib.sha256(data).hexdigest(), delimiter=",")
    ids = [canonical(cell) for cell in grid.cells.column(0).to_pylist()]
    column = ids[0] if ids[0] in export.names else export.facts.roles.get("respondent_id", "")
    if column not in export.names:
        hint = "write the name of the id column of the export into the first row of the list"
        message = "nothing says which column of the export holds the ids"
        raise ResponseError(Problem("no_id_column", message, path.name, 1, hint=hint))
    values, which = export.values(column)
    leaving = {identifier for identifier in ids if identifier and identifier != column}
    keep = ~np.array([value in leaving for value in values])[which]
    before = int(export.reading.get("withdrawn", 0))
    return only(export, keep, {"withdrawn": before + int((~keep).sum())})


def only(export: Export, keep: np.ndarray, reading: dict[str, int]) -> Export:
    """Return the export with the records in ``keep`` only, and facts added to its reading."""
    facts = export.facts
    return replace(
        export,
        columns=export.columns.filter(pa.array(keep)),
        rows=export.rows[keep],
        reading={**export.reading, **reading},
        facts=replace(
            facts,
            not_shown={name: mask[keep] for name, mask in facts.not_shown.items()},
            unfinished=None if facts.unfinished is None else facts.unfinished[keep],
        ),
    )
