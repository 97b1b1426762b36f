"""The JSON Schemas of the files people write, so that editors can complete and check them.

Run ``python -m osa_survey.plan.schemas`` to write them into the data dictionary again.
"""

from __future__ import annotations

from pathlib import Path

from osa_survey.codebooks import Codebook
from osa_survey.export.files import make_folder, write_text
from osa_survey.instruments import (
    AnswerSet,
    HarmonisedVariable,
    Instrument,
    ReferenceWork,
    data_dictionary,
    json_schemas,
)
from osa_survey.plan.study_file import StudyFile
from osa_survey.sharing.checklist_definitions import Checklist
from osa_survey.simulation import PublishedNumbers


def format_schemas() -> dict[str, str]:
    """Return the JSON Schema of each format: of definitions, codebooks, study files and published numbers."""
    return json_schemas(
        {
            "instrument": Instrument,
            "variable": HarmonisedVariable,
            "answers": AnswerSet,
            "work": ReferenceWork,
            "codebook": Codebook,
            "study": StudyFile,
            "published": PublishedNumbers,
            "checklist": Checklist,
        }
    )


def write_schemas(folder: Path) -> tuple[Path, ...]:
    """Write each schema as ``<format>.schema.json`` into a folder and return the files."""
    make_folder(folder)
    return tuple(write_text(folder / f"{name}.schema.json", text) for name, text in format_schemas().items())


if __name__ == "__main__":
    write_schemas(data_dictionary() / "schemas")
