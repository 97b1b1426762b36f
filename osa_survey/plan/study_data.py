"""The exports of a study: read one by one, bound together, with wave and country as variables of the study."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from osa_survey.codebooks import Codebook, VariableEntry
from osa_survey.codebooks.model import FileSection
from osa_survey.dataset import Export, bind_exports
from osa_survey.dataset.exports import canonical
from osa_survey.errors import OsaSurveyError, Problem, ResponseError
from osa_survey.ingest import read_export
from osa_survey.plan.study_file import DataEntry

READ_BY_CONTENT = ("table", "spss", "stata", "sas")
"""Platforms of a codebook that say nothing the content of the file does not say itself."""
SOURCE_COLUMN = "data.source"
STUDY_VARIABLES = ("wave", "country")
"""What an entry of the study file may say of all its records; columns ``data.wave`` and ``data.country``."""


def study_variables(entries: Sequence[DataEntry]) -> dict[str, tuple[str, ...]]:
    """Return variable → its value for each entry, for those variables that the entries give."""
    values = {name: tuple(canonical(getattr(entry, name)) for entry in entries) for name in STUDY_VARIABLES}
    return {name: own for name, own in values.items() if any(own)}


def with_study_variables(codebook: Codebook, entries: Sequence[DataEntry]) -> Codebook:
    """Return the codebook with the variables that the study file gives, nominal in the order of the entries."""
    own = {
        name: VariableEntry(
            column=f"data.{name}",
            type="nominal",
            title=name,
            labels={value: value for value in dict.fromkeys(values)},
            reference=values[0],
        )
        for name, values in study_variables(entries).items()
    }
    if not own and len(entries) == 1:
        return codebook
    ignored = (*codebook.ignored, SOURCE_COLUMN)
    return codebook.model_copy(update={"variables": {**codebook.variables, **own}, "ignored": ignored})


def study_variable_problems(codebook: Codebook, entries: Sequence[DataEntry], file: str) -> list[Problem]:
    """Return a problem for each variable of the study file whose name the codebook has already given away."""
    return [
        Problem(
            "name_taken",
            f"the codebook already has a variable or block '{name}'",
            file,
            key=f"data[1].{name}",
            hint=f"take {name} out of [[data]] and use the codebook's, or rename the codebook's",
        )
        for name in study_variables(entries)
        if name in codebook.variables or name in codebook.blocks
    ]


def read_exports(entries: Sequence[DataEntry], folder: Path, options: FileSection) -> Export:
    """Return the exports of a study as one, read as its codebook says.

    Raises
    ------
    ResponseError
        With the problems of all files together.
    """
    exports: list[Export] = []
    problems: list[Problem] = []
    for entry in entries:
        try:
            exports.append(_read(folder / entry.export, folder, options))
        except OsaSurveyError as error:
            if len(entries) == 1:
                raise
            problems.extend(error.problems)
    if problems:
        raise ResponseError(problems)
    variables = study_variables(entries)
    if len(exports) == 1 and not variables:
        return exports[0]
    counts = [export.n_records for export in exports]
    bound = bind_exports(exports, [entry.export for entry in entries], SOURCE_COLUMN)
    columns = bound.columns
    for name, values in variables.items():
        if f"data.{name}" in columns.column_names:
            message = "the export already has a column of this name"
            raise ResponseError(Problem("column_exists", message, bound.file, 1, f"data.{name}", hint="rename it"))
        told = pa.array(np.repeat(np.array(values, dtype=object), counts), pa.string())
        columns = columns.append_column(f"data.{name}", told)
    return replace(bound, columns=columns)


def _read(path: Path, folder: Path, options: FileSection) -> Export:
    return read_export(
        path,
        platform=None if options.platform in READ_BY_CONTENT else options.platform,
        encoding=options.encoding or None,
        delimiter=options.delimiter or None,
        decimal=options.decimal or None,
        sheet=options.sheet or None,
        companions=[folder / name for name in options.companions],
        withdrawn=folder / options.withdrawn if options.withdrawn else None,
    )
