"""What the gate is told of a study: gaps, couples, what left before, which rules are overruled and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osa_survey.dataset import ScoredData
from osa_survey.instruments.reasons import ANSWERED, IMPLIED, REASON_CODES, ROUTED
from osa_survey.plan.partner_step import study_couples
from osa_survey.plan.study_folder import Study
from osa_survey.results import Gaps, Override, read_earlier_release

NO_GAPS = (ANSWERED, IMPLIED, *(REASON_CODES[reason] for reason in ROUTED))
"""Marks of answers, and of gaps that follow from an answer to another question: who has one is known from it."""


def gate_facts(study: Study, scored: ScoredData) -> dict[str, Any]:
    """Return what results that are shown together owe the gate: ``gaps``, ``overrides``, ``earlier`` and ``readers``.

    Parameters
    ----------
    study : Study
        The study.
    scored : ScoredData
        Whom its analyses are about.

    Raises
    ------
    OutputError
        ``not_a_ledger`` where the study file names an earlier report that is none.
    """
    report = study.file.report
    overrides = tuple(Override(entry.analysis, entry.rule, entry.reason) for entry in report.overrides)
    earlier = read_earlier_release(study.folder / report.previous) if report.previous else None
    couples = study_couples(study, scored)
    readers = None if couples is None else couples.readers_together
    gaps = people_without_answer(scored)
    return {"gaps": gaps, "overrides": overrides, "earlier": earlier, "readers": readers}


def people_without_answer(scored: ScoredData) -> Gaps:
    """Return a function from names to the people without an answer on one of them, for no reason but their own.

    Parameters
    ----------
    scored : ScoredData
        The respondents.

    Returns
    -------
    callable
        Names of variables, scores, blocks and items; other words are passed over. Gaps that follow from a filter
        question do not count: they tell the answer to the filter.
    """
    items = scored.responses.reasons
    blocks = {block: scored.responses.item_columns(block) for block in scored.responses.codebook.blocks}
    columns = {str(name): scored.reasons[name].to_numpy() for name in scored.reasons.columns}
    columns |= {str(name): items[name].to_numpy() for name in items.columns if str(name) not in columns}
    behind = {entry.name: blocks[entry.block] for entry in scored.log}

    def gaps(names: Sequence[str]) -> NDArray[np.bool_]:
        found = np.zeros(len(scored), dtype=bool)
        for name in names:
            for column in dict.fromkeys((name, *behind.get(name, ()), *blocks.get(name, ()))):
                if column in columns:
                    found |= ~np.isin(columns[column], NO_GAPS)
        return found

    return gaps
