"""Where respondents broke off: after which question, in the order of the questionnaire."""

from __future__ import annotations

from collections import Counter

import numpy as np

from osa_survey.plan.checks.subjects import BROKE_OFF, Outcome, Subject

CODES: dict[str, str] = {}
MOST_PLACES = 5


def break_offs(subject: Subject) -> Outcome:
    """Count by the page (block or variable) that was answered last among those who broke off."""
    marks = subject.admitted.reasons
    if not len(marks.columns):
        return Outcome()
    source = _sources(subject)
    names = subject.export.facts.order or subject.export.names
    position = {name: number for number, name in enumerate(names)}
    order = sorted(marks.columns, key=lambda name: position.get(source[name][0], len(position)))
    reasons = marks[order].to_numpy(dtype=np.uint8)
    stopped = (reasons == BROKE_OFF).any(axis=1)
    if not stopped.any():
        return Outcome()
    first = np.argmax(reasons[stopped] == BROKE_OFF, axis=1)
    pages = [source[name][1] for name in order]
    places = Counter(pages[place] for place in first.tolist())
    listed = "; ".join(f"{number} at {page}" for page, number in places.most_common(MOST_PLACES))
    rest = len(places) - MOST_PLACES
    text = f"{int(stopped.sum())} ({listed}{f'; {rest} further places' if rest > 0 else ''})"
    return Outcome(facts={"broke off": text})


def _sources(subject: Subject) -> dict[str, tuple[str, str]]:
    """Return for each column of the answers the export's column, and the page it stands on."""
    result: dict[str, tuple[str, str]] = {}
    for block, columns in subject.item_columns.items():
        own = zip(subject.admitted.item_columns(block), columns, strict=True)
        result.update({name: (column, f"block '{block}'") for name, column in own})
    for name, entry in subject.codebook.variables.items():
        result[name] = (entry.column, f"'{name}'")
        result.update({f"{name}_{option}": (column, f"'{name}'") for option, column in entry.columns.items()})
    return result
