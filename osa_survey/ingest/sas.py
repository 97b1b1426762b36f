"""SAS files: special missing values .A to .Z and ._, formats, dates; a formats catalog brings the value labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from osa_survey.dataset import Export
from osa_survey.dataset.exports import canonical
from osa_survey.errors import Problem, ResponseError
from osa_survey.ingest.reason_labels import reasons_of_labels
from osa_survey.ingest.sas_transport import special_missing
from osa_survey.ingest.sources import damaged
from osa_survey.ingest.statistical_files import (
    clock_times,
    impossible_dates,
    iso_datetimes,
    letters_apart,
    number_column,
    plausible_content,
    require_records,
    text_column,
    with_letters,
    wording_of,
)

if TYPE_CHECKING:
    from osa_survey.ingest.companion_files import Companion

ORIGIN = "1960-01-01"
DAY = 86400.0
CELLS_PER_BYTE = 100
"""Rows of a compressed file may take far fewer bytes than they have cells."""
MOMENTS = (
    "DATETIME",
    "E8601DT",
    "E8601DX",
    "E8601DZ",
    "B8601DT",
    "DATEAMPM",
    "MDYAMPM",
    "DTDATE",
    "NLDATM",
    "ANYDTDTM",
)
DATES = (
    *("DATE", "YYMMDD", "MMDDYY", "DDMMYY", "E8601DA", "B8601DA", "WEEKDATE", "WEEKDATX", "WORDDATE", "WORDDATX"),
    *("MONYY", "YYMM", "JULIAN", "NLDATE", "YYQ", "MMYY", "EURDFDE", "ANYDTDTE"),
)
CLOCKS = ("TIME", "HHMM", "MMSS", "E8601TM", "B8601TM", "TOD", "NLTIME")


def read_sas(path: Path, sha256: str) -> Export:
    """Return a SAS data file (.sas7bdat) as an export; its records are counted from 1 as SAS shows them.

    Parameters
    ----------
    path : Path
        The file.
    sha256 : str
        Its hash.

    Returns
    -------
    Export
        Numbers as numbers, dates as ISO 8601 text. A column with special missing values is text; ``.A`` to ``.Z`` and
        ``._`` stand in ``missing_values``. ``reading["formats"]`` names each column's format.

    Raises
    ------
    ResponseError
        With the code ``broken_sas`` or ``no_records``.

    Notes
    -----
    SAS keeps value labels in a formats catalog (.sas7bcat): name it as a companion.
    """
    import pyreadstat

    with damaged(path, "sas"):
        content, meta = plausible_content(pyreadstat.read_sas7bdat, path, "sas", CELLS_PER_BYTE)
    return _export(content, meta, path, sha256, "SAS")


def read_sas_transport(path: Path, sha256: str) -> Export:
    """Return the first data set of a SAS transport file (.xpt); see ``read_sas``."""
    import pyreadstat

    with damaged(path, "sas"):
        content, meta = pyreadstat.read_xport(str(path), disable_datetime_conversion=True, output_format="dict")
        records = len(next(iter(content.values()), ()))
        letters = special_missing(path.read_bytes(), list(meta.column_names), records)
        content = {name: _filled(values, letters.get(name)) for name, values in content.items()}
    return _export(content, meta, path, sha256, "SAS transport")


def _filled(values: Sequence[Any], letters: NDArray[np.object_] | None) -> list[Any]:
    if letters is None:
        return list(values)
    filled = np.array(values, dtype=object)
    special = letters != ""
    filled[special] = letters[special]
    return list(filled)


def _export(content: Mapping[str, Any], meta: Any, path: Path, sha256: str, form: str) -> Export:
    names = list(meta.column_names)
    findings: list[Problem] = []
    missing: dict[str, tuple[str, ...]] = {}
    columns = []
    with damaged(path, "sas"):
        for name in names:
            own = str(meta.original_variable_types.get(name) or "").upper()
            if meta.readstat_variable_types.get(name) == "string":
                columns.append(text_column(content[name]))
                continue
            numbers, letters = letters_apart(content[name])
            columns.append(with_letters(_column(numbers, name, own, path, findings), letters))
            used = sorted(set(letters.tolist()) - {""})
            if used:
                missing[name] = tuple(f".{letter}" for letter in used)
        table = pa.table(columns, names=names)
    require_records(table, path.name)
    return Export(
        columns=table,
        rows=np.arange(1, table.num_rows + 1),
        file=path.name,
        sha256=sha256,
        platform="sas",
        recognised_by=f"a {form} file: its first bytes say so",
        wording=wording_of(meta.column_names_to_labels),
        missing_values=missing,
        reading={
            "format": form,
            "encoding": str(meta.file_encoding or ""),
            "decimal": ".",
            "header_rows": 0,
            "formats": {name: str(own) for name, own in meta.original_variable_types.items() if own},
        },
        findings=tuple(findings),
    )


def _column(numbers: NDArray[np.float64], name: str, form: str, path: Path, findings: list[Problem]) -> pa.Array:
    if form.startswith(MOMENTS):
        column, impossible = iso_datetimes(numbers, ORIGIN, "s")
    elif form.startswith(DATES):
        column, impossible = iso_datetimes(numbers * DAY, ORIGIN, "D")
    elif form.startswith(CLOCKS):
        return clock_times(numbers)
    else:
        return number_column(numbers)
    if impossible:
        findings.append(impossible_dates(name, impossible, path))
    return column


CATALOG = b"\x00" * 12 + b"\xc2\xea\x81\x63"


def is_sas_catalog(companion: Companion) -> bool:
    """Tell whether a companion is a SAS formats catalog."""
    return companion.data.startswith(CATALOG)


def join_sas_catalog(export: Export, companion: Companion) -> Export:
    """Return a SAS export with the value labels of its formats catalog.

    Raises
    ------
    ResponseError
        ``broken_sas`` if the catalog cannot be read, ``no_formats`` if it labels no column of the export.
    """
    import pyreadstat

    with damaged(companion.path, "sas"):
        _, meta = pyreadstat.read_sas7bcat(str(companion.path))
        by_format = {str(name).upper(): own for name, own in meta.value_labels.items()}
    labels: dict[str, Mapping[str, str]] = {}
    for column, form in export.reading.get("formats", {}).items():
        own = by_format.get(form.upper()) or by_format.get(form.upper().rstrip("0123456789."))
        if own:
            labels[column] = {_value(value): str(label) for value, label in own.items()}
    if not labels:
        message = "none of its formats belongs to a column of the export"
        hint = "use the catalog that was saved with these data, and a .sas7bdat or .xpt file"
        raise ResponseError(Problem("no_formats", message, companion.path.name, hint=hint))
    labels.update({name: own for name, own in export.value_labels.items() if name not in labels})
    reasons, told = reasons_of_labels(export.missing_values, labels, export.file)
    facts = replace(export.facts, reasons={**export.facts.reasons, **reasons})
    return replace(export, value_labels=labels, facts=facts, findings=(*export.findings, *told))


def _value(value: Any) -> str:
    """Return a labelled value; a special missing value, which comes as its letter, gets its dot."""
    special = isinstance(value, str) and len(value) == 1 and (value.isupper() or value == "_")
    return f".{value}" if special else canonical(value)
