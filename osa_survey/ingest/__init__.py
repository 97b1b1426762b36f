"""Reading raw exports: one reader for each kind of file, one recogniser for each platform, one dispatcher."""

from osa_survey.ingest.dispatcher import read_export

__all__ = ["read_export"]
