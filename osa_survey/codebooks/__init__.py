"""Which column of an export holds which item or variable."""

from osa_survey.codebooks.load import load_codebook
from osa_survey.codebooks.model import (
    AskedIf,
    AttentionCheck,
    Attested,
    Block,
    Codebook,
    Consent,
    Eligibility,
    FileSection,
    Implied,
    Paradata,
    VariableEntry,
)

__all__ = [
    "AskedIf",
    "AttentionCheck",
    "Attested",
    "Block",
    "Codebook",
    "Consent",
    "Eligibility",
    "FileSection",
    "Implied",
    "Paradata",
    "VariableEntry",
    "load_codebook",
]
