"""Disclosure profiles: which counts may leave the program."""

from __future__ import annotations

from dataclasses import dataclass

from osa_survey.errors import AnalysisError, nearest


@dataclass(frozen=True)
class Profile:
    """A set of disclosure rules.

    Attributes
    ----------
    name : str
        The word used in study files and on the command line.
    threshold : int
        Counts from 1 to ``threshold - 1`` are hidden; 0 and 1 hide nothing.
    for_release : bool
        Whether output under this profile may leave the machine; if not, every page says so.
    banner : str
        What every page of output says, or "".
    """

    name: str
    threshold: int
    for_release: bool
    banner: str = ""


WORKBENCH = Profile("workbench", threshold=0, for_release=False, banner="NOT FOR RELEASE: small groups are shown")
JOURNAL = Profile("journal", threshold=5, for_release=True)
PROFILES: dict[str, Profile] = {profile.name: profile for profile in (WORKBENCH, JOURNAL)}


def profile_named(name: str) -> Profile:
    """Return the profile with this name.

    Raises
    ------
    AnalysisError
        If there is none; the nearest names are offered.
    """
    if name not in PROFILES:
        raise AnalysisError(f"there is no disclosure profile '{name}'", hint=nearest(name, list(PROFILES)))
    return PROFILES[name]
