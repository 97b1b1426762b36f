"""The effect sizes an analysis can be asked for by name, and the table that prints them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.analysis.phrases import check_language, is_hidden, is_known, with_interval
from osa_survey.analysis.variance_analyses import anova
from osa_survey.effects import (
    contingency_sizes,
    dominances,
    explained_variances,
    location_shifts,
    normal_overlaps,
    paired_differences,
    rank_variances,
    standardised_differences,
)
from osa_survey.effects.effects import Effect
from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.results import Layout, Result, Rows, Show, label_of

Floats = NDArray[np.float64]
TwoGroups = Callable[[Floats, Floats, float], Effect]
ManyGroups = Callable[[Sequence[Floats], float], Effect]
Table = Callable[[float, float, float, tuple[int, int], float], Effect]

PAIR_SIZES: dict[str, TwoGroups] = {
    "cohens_d": standardised_differences.cohens_d,
    "cohens_d_unequal": standardised_differences.cohens_d_unequal,
    "hedges_g": standardised_differences.hedges_g,
    "hedges_g_unequal": standardised_differences.hedges_g_unequal,
    "glass_delta": standardised_differences.glass_delta,
    "common_language": normal_overlaps.common_language,
    "cohens_u3": normal_overlaps.cohens_u3,
    "overlap": normal_overlaps.overlap,
    "rank_biserial": dominances.rank_biserial,
    "cliffs_delta": dominances.cliffs_delta,
    "probability_of_superiority": dominances.probability_of_superiority,
    "hodges_lehmann": location_shifts.hodges_lehmann,
}
"""Of the first against the second group."""


def _of_anova(size: Callable[[float, float, float, float], Effect]) -> ManyGroups:
    def of_groups(groups: Sequence[Floats], conf_level: float) -> Effect:
        test = anova(groups)
        return size(test.f, test.df1, test.df2, conf_level)

    return of_groups


OMNIBUS_SIZES: dict[str, ManyGroups] = {
    "eta_squared": _of_anova(explained_variances.eta_squared),
    "omega_squared": _of_anova(explained_variances.omega_squared),
    "epsilon_squared": _of_anova(explained_variances.epsilon_squared),
    "cohens_f": _of_anova(explained_variances.cohens_f),
    "rank_epsilon_squared": rank_variances.rank_epsilon_squared,
    "rank_eta_squared": rank_variances.rank_eta_squared,
}
"""Of all groups together."""
PAIRED_SIZES: dict[str, TwoGroups] = {
    "d_z": paired_differences.d_z,
    "g_z": paired_differences.g_z,
    "d_av": paired_differences.d_av,
    "d_rm": paired_differences.d_rm,
    "matched_rank_biserial": paired_differences.matched_rank_biserial,
}
"""Of the first against the second rating of the same people."""
TABLE_SIZES: dict[str, Table] = {
    "cramers_v": contingency_sizes.cramers_v,
    "cramers_v_adjusted": contingency_sizes.cramers_v_adjusted,
    "tschuprows_t": contingency_sizes.tschuprows_t,
    "cohens_w": contingency_sizes.cohens_w,
    "phi": contingency_sizes.phi,
}
"""Of the association in a table of counts."""


def check_sizes(asked: Sequence[str], known: Sequence[str], analysis: str) -> tuple[str, ...]:
    """Return the names asked for, each once, or raise an AnalysisError with all that are unknown."""
    if isinstance(asked, str):
        asked = [asked]
    problems = [
        Problem(
            "unknown_effect_size",
            f"{analysis} has no effect size '{name}'",
            key="effect_sizes",
            hint=nearest(name, known),
        )
        for name in asked
        if name not in known
    ]
    if problems:
        raise AnalysisError(problems)
    return tuple(dict.fromkeys(asked))


@dataclass(frozen=True)
class SizeWords:
    """One sentence for each effect size.

    Attributes
    ----------
    labels : tuple of (str, str)
        Variable → what print says.
    """

    labels: tuple[tuple[str, str], ...] = ()

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentences of a table that may have passed the gate."""
        check_language(language)
        titles = dict(self.labels)
        sentences = []
        for _, row in table.iterrows():
            if is_hidden(row) or not is_known(row):
                continue
            keys = [titles.get(row[key], row[key]) for key in ("contrast", "group", "level") if row[key]]
            where = f" ({', '.join(keys)})" if keys else ""
            sentences.append(f"{label_of(row['quantity'], language)}{where} = {with_interval(row, language)}.")
        return tuple(sentences)


def sizes_result(
    rows: Rows,
    *,
    title: str,
    analysis: str,
    used: int,
    dropped: int,
    labels: Mapping[str, str],
    keys: tuple[str, ...],
    notes: Sequence[str] = (),
) -> Result:
    """Return the printed table of the effect sizes asked for.

    Parameters
    ----------
    rows : Rows
        One row for each size.
    title, analysis : str
        Of the analysis they belong to.
    used, dropped : int
        Respondents.
    labels : mapping of str to str
        Variable → what print says.
    keys : tuple of str
        The keys that make one printed row.
    notes : sequence of str
        Printed under it.
    """
    names = rows.quantities
    show = [part for name in names for part in (Show(name), Show(name, "interval"))]
    methods = dict.fromkeys(method for method in rows.table["method"] if method)
    return Result.from_rows(
        rows,
        title=f"{title}: effect sizes",
        analysis=analysis,
        method="; ".join(methods),
        n_used=used,
        n_dropped=dropped,
        notes=tuple(notes),
        labels=labels,
        wording=SizeWords(tuple(labels.items())),
        layout=Layout(rows=keys, show=tuple(show), row_head="Groups" if "contrast" in keys else "Variable"),
    )
