"""The words that options accept."""

from __future__ import annotations

from enum import StrEnum


class OutputFormat(StrEnum):
    """How findings are printed."""

    text = "text"
    json = "json"


class DisclosureProfile(StrEnum):
    """The disclosure profiles."""

    workbench = "workbench"
    journal = "journal"
    teaching = "teaching"
    secure_room = "secure-room"


class Demonstration(StrEnum):
    """The demonstrations that ship."""

    osa = "osa"
    fair = "fair"


class SimulatedPlatform(StrEnum):
    """Whose layout a simulated export can have."""

    qualtrics = "qualtrics"
    limesurvey = "limesurvey"
    redcap = "redcap"
    spss = "spss"
    table = "table"


class Language(StrEnum):
    """The languages the program speaks to people who do not program."""

    en = "en"
    de = "de"


class ReportingChecklist(StrEnum):
    """The checklists of reporting guidelines that ship."""

    cherries = "cherries"
    cross = "cross"
    jars = "jars"
    sager = "sager"
    strobe = "strobe"
