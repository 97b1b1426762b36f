"""The gate: rules on plain counts. It knows no result, no respondent and no file."""

from osa_survey.disclosure.profiles import JOURNAL, PROFILES, WORKBENCH, Profile, profile_named
from osa_survey.disclosure.suppression import suppress

__all__ = ["JOURNAL", "PROFILES", "WORKBENCH", "Profile", "profile_named", "suppress"]
