"""The gate: rules on plain counts. It knows no result, no respondent and no file."""

from osa_survey.disclosure.differences import nested_pairs
from osa_survey.disclosure.dominances import Contributions, contributions
from osa_survey.disclosure.identifying_texts import closed_text
from osa_survey.disclosure.joint_attacks import JointAttack
from osa_survey.disclosure.profiles import (
    JOURNAL,
    PROFILES,
    SECURE_ROOM,
    TEACHING,
    WORKBENCH,
    Profile,
    profile_named,
    refuse_real_answers,
    refuse_rows,
)
from osa_survey.disclosure.suppression import suppress

__all__ = [
    "JOURNAL",
    "PROFILES",
    "SECURE_ROOM",
    "TEACHING",
    "WORKBENCH",
    "Contributions",
    "JointAttack",
    "Profile",
    "closed_text",
    "contributions",
    "nested_pairs",
    "profile_named",
    "refuse_real_answers",
    "refuse_rows",
    "suppress",
]
