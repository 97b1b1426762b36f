"""Drafting a codebook and a study file from an export; every guess is marked."""

from osa_survey.drafting.dictionary_drafts import DefinitionDraft, draft_definitions
from osa_survey.drafting.drafts import Draft, draft_study

__all__ = ["DefinitionDraft", "Draft", "draft_definitions", "draft_study"]
