"""Tables that leave beside a report, such as the counts of a codebook: they hide what the two together give back."""

from __future__ import annotations

from collections.abc import Sequence

from osa_survey.disclosure import Profile
from osa_survey.results.earlier_releases import EarlierRelease
from osa_survey.results.gap_reasons import without_reasons_of_few
from osa_survey.results.release import cells_to_hide, in_order
from osa_survey.results.result import Result
from osa_survey.results.shared_cells import Gaps, SharedCells
from osa_survey.results.verdicts import Override, overridden


def hidden_beside(
    tables: Sequence[Result],
    profile: Profile,
    *,
    shown: Sequence[Result] = (),
    shown_under: Profile | None = None,
    gaps: Gaps | None = None,
    overrides: Sequence[Override] = (),
    earlier: EarlierRelease | None = None,
) -> tuple[frozenset[str], ...]:
    """Return for each table the cells to hide, if the results are shown too.

    Parameters
    ----------
    tables : sequence of Result
        Tables of the same people as the results, before the gate.
    profile : Profile
        The rules for the tables.
    shown : sequence of Result
        Results before the gate, all that the report holds.
    shown_under : Profile, optional
        The profile of the report; by default the same.
    gaps, overrides, earlier
        As of ``release_together``, for the results.

    Returns
    -------
    tuple of frozenset of str
        Names of cells.

    Notes
    -----
    The report comes first: what it shows and hides does not depend on the tables. A cell of the same people as one it
    hides is hidden, one it shows is never hidden, because that would protect nothing; all other cells are hidden until
    tables and report together give no hidden number back.
    """
    rules = shown_under or profile
    results, _ = in_order([without_reasons_of_few(result, rules) for result in shown])
    tables = [without_reasons_of_few(table, profile) for table in tables]
    zeros_hidden = rules.zeros_are_small or profile.zeros_are_small
    before = SharedCells(results, zeros_hidden=zeros_hidden, gaps_shown=not rules.gaps_identify)
    hidden = cells_to_hide(before, rules, gaps=gaps, overrides=overrides, earlier=earlier)
    free = [place for place, result in enumerate(results) if "differencing" in overridden(overrides, result.id)]
    forced = frozenset(
        (place, name)
        for part in (hidden.small, hidden.secondary, hidden.differencing)
        for place, names in enumerate(part)
        for name in names
        if part is not hidden.differencing or place not in free
    )
    left = frozenset(
        (place, name) for place, own in enumerate(before.names) for name in own if (place, name) not in forced
    )
    both = SharedCells(results, tables, zeros_hidden=zeros_hidden, gaps_shown=not profile.gaps_identify)
    found = both.hidden(profile, gaps=gaps, forced=forced, left=left)
    return tuple(
        found.small[place] | found.secondary[place] | found.differencing[place]
        for place in range(len(results), len(results) + len(tables))
    )
