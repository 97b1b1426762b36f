"""Which files of a folder are partitions, and how many records each holds, read from its last bytes."""

from __future__ import annotations

from pathlib import Path

from osa_survey.errors import Problem, ResponseError


def parquet_files(folder: Path) -> list[Path]:
    """Return the Parquet files of a folder by name; those that begin with ``_`` or ``.`` are notes of other programs.

    Raises
    ------
    ResponseError
        ``no_such_folder``, ``no_partitions``, or ``nested_partitions`` where files lie in folders below: what such a
        folder is called (``country=DE``) would be lost.
    """
    if not folder.is_dir():
        raise ResponseError(Problem("no_such_folder", "there is no such folder of partitions", folder.name))
    found = [
        file for file in sorted(folder.rglob("*.parquet")) if file.is_file() and not file.name.startswith(("_", "."))
    ]
    nested = [file for file in found if file.parent != folder]
    if nested:
        message = "partitions lie in folders below, whose names are no columns"
        hint = "write one folder of files, with the names of the folders as a column"
        raise ResponseError(
            Problem(
                "nested_partitions", message, nested[0].relative_to(folder).as_posix(), hint=hint, count=len(nested)
            )
        )
    if not found:
        hint = "name a folder with files that end in .parquet"
        raise ResponseError(Problem("no_partitions", "the folder holds no Parquet file", folder.name, hint=hint))
    return found


def records_of(file: Path) -> int:
    """Return how many records a Parquet file holds; 1 for a damaged file, so that it is read and its damage told."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return int(pq.read_metadata(file).num_rows)
    except (OSError, pa.ArrowException):
        return 1
