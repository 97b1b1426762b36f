"""Which column of an export holds which item or variable."""

from osa_survey.codebooks.crosswalks import Crosswalk, CrosswalkRow, codebook_crosswalk
from osa_survey.codebooks.frictionless_format import table_schema
from osa_survey.codebooks.load import load_codebook
from osa_survey.codebooks.mappings import MappedVariable, mapped_variables
from osa_survey.codebooks.model import (
    AskedIf,
    Attested,
    Block,
    Codebook,
    Consent,
    Eligibility,
    FileSection,
    Implied,
    VariableEntry,
)
from osa_survey.codebooks.paradata_entries import AttentionCheck, Paradata
from osa_survey.codebooks.redcap_format import redcap_dictionary

__all__ = [
    "AskedIf",
    "AttentionCheck",
    "Attested",
    "Block",
    "Codebook",
    "Consent",
    "Crosswalk",
    "CrosswalkRow",
    "Eligibility",
    "FileSection",
    "Implied",
    "MappedVariable",
    "Paradata",
    "VariableEntry",
    "codebook_crosswalk",
    "load_codebook",
    "mapped_variables",
    "redcap_dictionary",
    "table_schema",
]
