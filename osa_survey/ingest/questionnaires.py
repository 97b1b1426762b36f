"""Questionnaires and data dictionaries without answers: one description for each column they make an export have."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from osa_survey.codebooks.data_dict_format import is_data_dict, read_data_dict
from osa_survey.codebooks.ddi_reading import is_ddi, read_ddi
from osa_survey.codebooks.dictionaries import DataDictionary
from osa_survey.codebooks.frictionless_reading import is_table_schema, read_table_schema
from osa_survey.codebooks.psych_ds_format import is_psych_ds, read_psych_ds
from osa_survey.errors import Problem, ResponseError
from osa_survey.ingest.companion_files import Companion
from osa_survey.ingest.limesurvey_structure import is_limesurvey_structure
from osa_survey.ingest.qualtrics_structure import recognise_qsf
from osa_survey.ingest.questionnaire_columns import limesurvey_columns, qualtrics_columns, redcap_columns
from osa_survey.ingest.redcap_dictionary import is_redcap_dictionary
from osa_survey.ingest.sources import read_source
from osa_survey.ingest.xml_files import read_xml

PLATFORMS = {
    "Qualtrics survey file": (recognise_qsf, qualtrics_columns),
    "LimeSurvey structure": (is_limesurvey_structure, limesurvey_columns),
    "REDCap data dictionary": (is_redcap_dictionary, redcap_columns),
}
"""Kind of file → how it is recognised, and how its columns are described."""
KINDS = (*PLATFORMS, "DDI-Codebook", "Table Schema", "Psych-DS metadata", "data-dict.yaml")


def read_questionnaire(path: Path | str) -> DataDictionary:
    """Return the columns that a questionnaire or data dictionary describes.

    Parameters
    ----------
    path : Path or str
        A Qualtrics survey file (``.qsf``), the structure of a LimeSurvey survey (``.lss`` or tab-separated), a REDCap
        data dictionary, a DDI-Codebook, a Frictionless Table Schema, Psych-DS metadata, or ``data-dict.yaml``. What it
        is is seen from its content; its name does not matter.

    Returns
    -------
    DataDictionary
        One description for each column of an export with all columns.

    Raises
    ------
    ResponseError
        If the file cannot be read, or is of no known kind (``unknown_questionnaire``).
    """
    path = Path(path)
    companion = Companion(path, read_source(path))
    start = companion.data.lstrip(b"\xef\xbb\xbf \r\n\t")[:1]
    if recognise_qsf(companion):
        return qualtrics_columns(companion)
    if start in (b"{", b"["):
        return _from_json(companion)
    if start == b"<" and not is_limesurvey_structure(companion):
        root = read_xml(companion.text, path.name)
        if is_ddi(root):
            return read_ddi(root)
    elif is_data_dict(companion.text):
        return read_data_dict(companion.text, path.name)
    for recognise, read in PLATFORMS.values():
        if recognise(companion):
            return read(companion)
    raise _unknown(path.name)


def _from_json(companion: Companion) -> DataDictionary:
    try:
        content: Any = json.loads(companion.text)
    except (ValueError, RecursionError) as error:
        problem = Problem("not_json", "the file is no JSON", companion.path.name, hint="export it again")
        raise ResponseError(problem) from error
    if is_psych_ds(content):
        return read_psych_ds(content)
    if is_table_schema(content):
        return read_table_schema(content)
    raise _unknown(companion.path.name)


def _unknown(file: str) -> ResponseError:
    message = (
        "the file is of no known kind of questionnaire or data dictionary; a table of answers is none, because it does "
        "not say which items belong together"
    )
    hint = (
        f"export one of these: {', '.join(KINDS)}. With nothing but answers: osa-survey init my_study "
        f"--export {file}, then write the scale as my_study/instruments/NAME.toml (docs/guide/own_scale.md has "
        "the smallest one)"
    )
    return ResponseError(Problem("unknown_questionnaire", message, file, hint=hint))
