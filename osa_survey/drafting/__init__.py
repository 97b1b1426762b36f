"""Drafting a codebook and a study file from an export; every guess is marked."""

from osa_survey.drafting.drafts import Draft, draft_study

__all__ = ["Draft", "draft_study"]
