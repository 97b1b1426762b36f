"""Reading raw exports: one reader for each layout, and a dispatcher that recognises them by content."""

from osa_survey.ingest.dispatcher import read_export

__all__ = ["read_export"]
