"""Reading raw exports: one reader for each kind of file, one recogniser for each platform, one dispatcher."""

from osa_survey.ingest.dispatcher import read_export
from osa_survey.ingest.parquet import export_of_table

__all__ = ["export_of_table", "read_export"]
