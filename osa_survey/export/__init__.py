"""Writing: files and folders that are moved into place when they are whole, and scored data."""

from osa_survey.export.files import make_folder, write_bytes, write_text
from osa_survey.export.folders import output_folder
from osa_survey.export.reading_back import read_scored
from osa_survey.export.scored_files import write_scored

__all__ = ["make_folder", "output_folder", "read_scored", "write_bytes", "write_scored", "write_text"]
