"""What the gate is told of couples: who the partners are, and what one of them may not read of the other."""

from __future__ import annotations

from typing import Any

import numpy as np

from osa_survey.dataset import ScoredData
from osa_survey.plan.study_file import AnalysisEntry, StudyFile
from osa_survey.plan.study_folder import Study
from osa_survey.sharing.couples import partner_rows
from osa_survey.sharing.partners import Couples


def study_couples(study: Study, scored: ScoredData) -> Couples | None:
    """Return the couples of a study, or None where it has none.

    Parameters
    ----------
    study : Study
        ``[sharing]`` names ``partners`` (a record for both) or ``couple`` (a record for each; ``sensitive`` says what
        is not for the partner); an actor–partner analysis says both of its own variables.
    scored : ScoredData
        Whom its analyses are about.
    """
    pairs, couple, own = declared_couples(study.file)
    if not pairs and not couple:
        return None
    values = {str(name): scored.frame[name].to_numpy(dtype=np.float64) for name in scored.frame.columns}
    nominal = {name: info.codes for name, info in scored.variables.items() if info.type == "nominal"}
    book = study.codebook
    rules = [entry.asked_if for entry in book.blocks.values()]
    rules += [entry.asked_if for entry in book.variables.values()]
    return Couples(
        values=values,
        categories={name: tuple(codes) for name, codes in nominal.items()},
        sides=(frozenset(one for one, _ in pairs) & set(values), frozenset(other for _, other in pairs) & set(values)),
        couple=couple if couple in values else "",
        partner=partner_rows(values[couple]) if couple in values else None,
        own=frozenset(own) & set(values),
        filters=frozenset(rule.variable for rule in rules if rule is not None),
    )


def declared_couples(file: StudyFile) -> tuple[list[tuple[str, str]], str, set[str]]:
    """Return the variables of both partners of a record, the couple of each record, and what is each person's own."""
    sharing = file.sharing
    pairs, couple = list(sharing.partners), sharing.couple
    own = set(sharing.sensitive) if couple else set()
    for entry in file.analyses:
        if entry.do != "apim":
            continue
        given = entry.arguments
        if given.get("couple"):
            couple = couple or str(given["couple"])
            own |= {str(name) for name in (*_listed(given.get("x")), *_listed(given.get("y")))}
        else:
            pairs += [pair for pair in _pairs(entry) if pair not in pairs and pair[::-1] not in pairs]
    return pairs, couple, own


def _listed(value: Any) -> list[Any]:
    return [value] if isinstance(value, str) else list(value or [])


def _pairs(entry: AnalysisEntry) -> list[tuple[str, str]]:
    """Return the two columns of each variable of an actor–partner analysis of a row for each couple."""
    x, y = entry.arguments.get("x"), entry.arguments.get("y")
    listed = [x] if all(isinstance(one, str) for one in _listed(x)) else _listed(x)
    found = [pair for pair in (*listed, y) if not isinstance(pair, str) and pair is not None and len(pair) == 2]
    return [(str(first), str(second)) for first, second in found]
