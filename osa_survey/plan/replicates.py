"""Many simulated studies at once: drawn together, admitted, excluded and scored as if each were alone."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from osa_survey.dataset import ScoredData, admit
from osa_survey.plan.study_folder import Study
from osa_survey.quality.grouped_exclusions import exclude_within
from osa_survey.scoring import score
from osa_survey.simulation import Population, SimulatedExport, simulate
from osa_survey.simulation.simulated_exports import as_export

PEOPLE_TOGETHER = 50_000
MOST_TOGETHER = 100


@dataclass(frozen=True, repr=False)
class Replicates:
    """Simulated studies of one size, one behind the other.

    Attributes
    ----------
    scored : ScoredData
        Everybody who is left in any of them.
    bounds : ndarray of int, shape (studies + 1,)
        The rows of study r are ``bounds[r]`` to ``bounds[r + 1]``.
    """

    scored: ScoredData
    bounds: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.bounds) - 1

    def rows(self, replicate: int) -> slice:
        """Return the rows of one study."""
        return slice(int(self.bounds[replicate]), int(self.bounds[replicate + 1]))

    def study(self, replicate: int) -> ScoredData:
        """Return the respondents of one study."""
        rows, everyone = self.rows(replicate), self.scored.responses
        responses = replace(
            everyone,
            codes=everyone.codes.iloc[rows].reset_index(drop=True),
            reasons=everyone.reasons.iloc[rows].reset_index(drop=True),
            rows=everyone.rows[rows],
            restricted=everyone.restricted.iloc[rows].reset_index(drop=True),
            paradata=everyone.paradata.iloc[rows].reset_index(drop=True),
        )
        frame = self.scored.frame.iloc[rows].reset_index(drop=True)
        reasons = self.scored.reasons.iloc[rows].reset_index(drop=True)
        return replace(self.scored, frame=frame, reasons=reasons, responses=responses)

    def __repr__(self) -> str:
        return f"<Replicates: {len(self)} studies, {len(self.scored)} respondents>"


def studies_together(who: Population, n: int) -> int:
    """Return how many studies of a size are drawn at once.

    Notes
    -----
    One where groups have traits of their own or people take part in couples: these are drawn for an export as a whole.
    """
    if who.entry.groups or who.entry.couples is not None:
        return 1
    return max(1, min(MOST_TOGETHER, PEOPLE_TOGETHER // n))


def draw_replicates(study: Study, who: Population, n: int, number: int, seed: int) -> Replicates:
    """Return simulated studies, admitted, excluded and scored as the study file says.

    Parameters
    ----------
    study : Study
        The study file with everything it names.
    who : Population
        The population.
    n : int
        People in each study; copies and further interviews come on top.
    number : int
        Studies.
    seed : int
        The seed of all of them.

    Notes
    -----
    Studies share nothing but the work: people are drawn independently of each other, and what compares records
    (duplicates, the median time) looks at the records of one study. Keys are not judged: a simulation follows them.
    """
    drawn = simulate(study.codebook, who, n * number, seed, library=study.library, by_arrival=False, for_file=False)
    replicate = drawn.person // n
    order = np.argsort(replicate, kind="stable")
    export = as_export(_arranged(drawn, order))
    admitted = admit(export, study.codebook, study.library, undeclared=study.file.data[0].undeclared)
    groups = replicate[order][admitted.rows - 1]
    kept, groups = exclude_within(admitted, study.exclusion_rules, groups)
    scored = score(kept, study.scoring_rules, judged={})
    return Replicates(scored, np.searchsorted(groups, np.arange(number + 1)))


def _arranged(drawn: SimulatedExport, order: NDArray[np.int64]) -> SimulatedExport:
    if (np.diff(order) == 1).all():
        return drawn
    return replace(
        drawn,
        columns=tuple(replace(column, cells=column.cells[order]) for column in drawn.columns),
        person=drawn.person[order],
        started=drawn.started[order],
        seconds=drawn.seconds[order],
        progress=drawn.progress[order],
    )
