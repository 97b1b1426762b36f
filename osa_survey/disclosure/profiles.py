"""Disclosure profiles: what may leave the program."""

from __future__ import annotations

from dataclasses import dataclass

from osa_survey.errors import AnalysisError, Problem, nearest


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
    zeros_are_small : bool
        Whether a count of zero is hidden like a small one.
    hides_full_cells : bool
        Whether a breakdown in which a whole group gave the same answer is withheld (class disclosure).
    hides_extremes : bool
        Whether smallest and largest values are never shown, and quantiles only with ``threshold`` people beyond them.
    residual_df : int
        Models with fewer residual degrees of freedom are hidden; 0 hides none.
    dominance : tuple of (int, float) or None
        (n, k): sums and means of amounts to which the n largest contribute k of the total or more are hidden.
    p_ratio : float
        Sums and means of amounts are hidden where all but the two largest add up to less than this share of the
        largest; 0 hides none.
    gaps_identify : bool
        Whether differences between tables that consist of people without an answer alone are hidden too.
    simulated_only : bool
        Whether the profile is open to simulated answers only.
    """

    name: str
    threshold: int
    for_release: bool
    banner: str = ""
    zeros_are_small: bool = False
    hides_full_cells: bool = False
    hides_extremes: bool = False
    residual_df: int = 0
    dominance: tuple[int, float] | None = None
    p_ratio: float = 0.0
    gaps_identify: bool = False
    simulated_only: bool = False

    def tells_reasons(self, gaps: float) -> bool:
        """Tell whether the reasons of this many missing answers are told apart.

        Where gaps are nobody's secret their number is shown, however small: n tells it. Beside it no single reason of
        a few of them could be hidden.
        """
        return self.gaps_identify or not 0 < gaps < self.threshold


WORKBENCH = Profile("workbench", threshold=0, for_release=False, banner="NOT FOR RELEASE: small groups are shown")
JOURNAL = Profile("journal", threshold=5, for_release=True, hides_full_cells=True, hides_extremes=True, residual_df=5)
TEACHING = Profile("teaching", threshold=0, for_release=True, simulated_only=True)
SECURE_ROOM = Profile(
    "secure-room",
    threshold=10,
    for_release=True,
    zeros_are_small=True,
    hides_full_cells=True,
    hides_extremes=True,
    residual_df=10,
    dominance=(2, 0.9),
    p_ratio=0.1,
    gaps_identify=True,
)
"""The thresholds are the defaults of ACRO (github.com/AI-SDC/ACRO, ``acro/default.yaml``)."""
PROFILES: dict[str, Profile] = {profile.name: profile for profile in (WORKBENCH, JOURNAL, TEACHING, SECURE_ROOM)}


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


def refuse_real_answers(profile: Profile, *, simulated: bool) -> None:
    """Refuse a profile that is open to simulated answers only.

    Raises
    ------
    AnalysisError
        ``not_simulated``.
    """
    if profile.simulated_only and not simulated:
        message = f"the profile '{profile.name}' shows every count and is for simulated answers only"
        hint = 'take disclosure = "journal"; a codebook of simulated answers says simulated = true'
        raise AnalysisError(Problem("not_simulated", message, hint=hint))


def refuse_rows(profile: Profile, file: str) -> None:
    """Refuse to write one row for each respondent under a profile whose output may leave the machine.

    Raises
    ------
    AnalysisError
        ``rows_not_released``.
    """
    if profile.for_release and not profile.simulated_only:
        message = f"one row for each respondent is never released under '{profile.name}'"
        hint = "scores are for your own machine: take the profile 'workbench' and keep the file there"
        raise AnalysisError(Problem("rows_not_released", message, file=file, hint=hint))
