"""Files that leave the program: text, bytes, folders, scores."""

from osa_survey.export.files import write_bytes, write_text
from osa_survey.export.folders import output_folder
from osa_survey.export.scored_files import write_scored

__all__ = ["output_folder", "write_bytes", "write_scored", "write_text"]
