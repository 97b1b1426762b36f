"""SoSci Survey exports, from the platform or through R: system columns, check boxes of 1 and 2, codes below zero."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from osa_survey.dataset import Export, OptionSet, PlatformFacts
from osa_survey.dataset.decoding import to_number
from osa_survey.errors import Problem
from osa_survey.ingest.column_names import make_unique, renamed_findings
from osa_survey.ingest.grids import Grid, Layout
from osa_survey.instruments.reasons import Reason

SYSTEM = frozenset(
    (
        *("CASE", "SERIAL", "REF", "QUESTNNR", "MODE", "LANGUAGE", "STARTED", "TIME_SUM", "MAILSENT", "LASTDATA"),
        *("STATUS", "FINISHED", "Q_VIEWER", "LASTPAGE", "MAXPAGE", "MISSING", "MISSREL", "TIME_RSI", "DEG_TIME"),
        *("DEG_MISS", "DEG_MISSREL"),
    )
)
OWN = frozenset(("QUESTNNR", "TIME_SUM", "Q_VIEWER", "MAXPAGE", "MISSREL", "TIME_RSI", "DEG_TIME"))
"""Names that no other platform writes."""
PAGE_TIME = re.compile(r"^TIME\d{3}$")
QUESTION = re.compile(r"^(?P<question>[A-Z]{2}\d{2})(?:x\d{2})?(?:_(?P<item>\d{2,3}(?:x\d{2})?))?(?P<open>[a-z])?$")
ROLES = {
    "respondent_id": "CASE",
    "started": "STARTED",
    "ended": "LASTDATA",
    "duration": "TIME_SUM",
    "finished": "FINISHED",
    "language": "LANGUAGE",
    "status": "MODE",
    "missing_share": "MISSING",
    "relative_speed": "TIME_RSI",
    "speed_points": "DEG_TIME",
}
RESTRICTED = ("SERIAL", "REF", "MAILSENT")
FALSE = ("0", "FALSE", "False", "false")
TRUE = ("1", "TRUE", "True", "true")
NOT_ANSWERED, DAMAGED, R_MISSING = "-9", "-8", "NA"
TICKED, NOT_TICKED = ("2", "TRUE"), ("1", "FALSE")
BLANK = ("", R_MISSING)
TRIAL_MODES = ("pretest", "admin", "preview", "debug", "test")

Mask = NDArray[np.bool_]


def recognise_sosci(grid: Grid) -> Layout | None:
    """Return the layout if the first row has the system columns of SoSci Survey, else None.

    Notes
    -----
    Codes: −9 is "no answer at all", −8 damaged data, −1 to −3 are residual options whose meaning only the list of
    values tells (read in the answers of SoSci Survey's support, question 40529). An empty cell in a column that uses
    −9 elsewhere was not shown; that was not found in the documentation, but follows from a code for having seen the
    question without answering it. ``NA`` is what R writes for both, so there it stays "not answered".
    A check box is 1 = not ticked, 2 = ticked (through R: FALSE, TRUE). Without the list of variables a set is taken
    for one only where the column of the question equals the number of its ticks.
    """
    head = grid.head(2)
    names = head[0]
    known = {name for name in names if name in SYSTEM}
    if len(known) < 4 or len(known & OWN) < 2:
        return None
    labels = len(head) > 1 and _is_row_of_labels(dict(zip(names, head[1], strict=True)))
    header_rows = 2 if labels else 1
    unique, renamed = make_unique(names, fill_empty=False)
    cells = grid.cells.rename_columns(list(unique)).slice(header_rows)
    export = Export(cells, grid.rows[header_rows:], file=grid.file, sha256=grid.sha256)
    facts = sosci_facts(export)
    return Layout(
        platform="sosci",
        recognised_by=f"the first row has system columns of SoSci Survey: {', '.join(sorted(known & OWN))}",
        header_rows=header_rows,
        names=unique,
        wording=dict(zip(unique, head[1], strict=True)) if labels else {},
        reading={
            "page_times": [name for name in unique if PAGE_TIME.match(name)],
            "tick_counts": [options.name for options in facts.sets],
        },
        findings=(*renamed_findings(unique, renamed, grid.file, int(grid.rows[0])), *_not_interviews(export)),
        facts=facts,
    )


def sosci_facts(export: Export) -> PlatformFacts:
    """Return what the system columns and the codes of an export say."""
    names = set(export.names)
    unfinished = None
    if "FINISHED" in names:
        unfinished = _holds(export, "FINISHED", FALSE)
        if not (unfinished | _holds(export, "FINISHED", TRUE)).any():
            unfinished = None
    questions = question_columns(export.names)
    sets = counted_sets(export, questions)
    return PlatformFacts(
        reasons=_reasons(export, questions),
        not_shown=_not_shown(export, questions, unfinished),
        sets=sets,
        roles={role: column for role, column in ROLES.items() if column in names},
        unfinished=unfinished,
        restricted=tuple(column for column in RESTRICTED if column in names and _differs(export, column)),
    )


def question_columns(names: Sequence[str]) -> tuple[str, ...]:
    """Return the columns that hold answers: two letters and two digits, and what follows them.

    Examples
    --------
    >>> question_columns(["CASE", "AB01", "AB01_02", "AB01_02a", "TIME001", "note"])
    ('AB01', 'AB01_02', 'AB01_02a')
    """
    return tuple(name for name in names if QUESTION.match(name))


def counted_sets(export: Export, questions: Sequence[str]) -> tuple[OptionSet, ...]:
    """Return the check-all questions that prove to be some: their own column counts the ticks of the others."""
    members: dict[str, list[str]] = {}
    for column in questions:
        match = QUESTION.match(column)
        if match and match["item"] and not match["open"]:
            members.setdefault(match["question"], []).append(column)
    found = []
    for question, columns in members.items():
        if question not in questions:
            continue
        boxes = [column for column in columns if holds_ticks(export, column)]
        values, which = export.values(question)
        counts = np.array([to_number(value) for value in values])[which]
        ticks = np.sum([_holds(export, column, TICKED) for column in boxes], axis=0) if boxes else counts
        counted = ~np.isnan(counts) & (counts >= 0)
        if boxes and counted.any() and (counts > 0).any() and bool((ticks[counted] == counts[counted]).all()):
            found.append(OptionSet(question, {column: column for column in boxes}, TICKED, NOT_TICKED))
    return tuple(found)


def holds_ticks(export: Export, column: str) -> bool:
    """Return whether a column holds nothing but ticks, as the platform or R writes them."""
    values = {value for value in export.values(column)[0] if value not in BLANK and not value.startswith("-")}
    return values <= {*TICKED, *NOT_TICKED}


def _reasons(export: Export, questions: Sequence[str]) -> dict[str, Mapping[str, Reason]]:
    reasons: dict[str, Mapping[str, Reason]] = {}
    documented: dict[str, Reason] = {
        NOT_ANSWERED: "not_answered",
        DAMAGED: "technical",
        R_MISSING: "not_answered",
    }
    for column in questions:
        values = set(export.values(column)[0])
        own: dict[str, Reason] = {code: reason for code, reason in documented.items() if code in values}
        if own:
            reasons[column] = own
    return reasons


def _not_shown(export: Export, questions: Sequence[str], unfinished: Mask | None) -> dict[str, Mask]:
    """Return empty cells of columns that use −9, but those at the end of unfinished interviews."""
    later = np.zeros(export.n_records, dtype=bool) if unfinished is None else unfinished.copy()
    not_shown = {}
    for column in reversed(questions):
        values, which = export.values(column)
        empty = np.isin(values, BLANK)[which]
        if NOT_ANSWERED in values and R_MISSING not in values:
            hidden = empty & ~later
            if hidden.any():
                not_shown[column] = hidden
        later &= empty
    return not_shown


def _is_row_of_labels(second: Mapping[str, str]) -> bool:
    """Return whether the second row describes the columns: no number and no date where the platform writes them."""
    texts = [second[name] for name in ("CASE", "LASTPAGE", "MAXPAGE", "FINISHED", "STARTED") if second.get(name)]
    values = (*TRUE, *FALSE, R_MISSING)
    return len(texts) > 1 and not any(text in values or any(sign.isdigit() for sign in text) for text in texts)


def _not_interviews(export: Export) -> tuple[Problem, ...]:
    """Count trial runs and people who only looked at the questionnaire; they are kept."""
    findings = []
    for column, values, code, words in (
        ("MODE", TRIAL_MODES, "preview_records", "trial runs of the questionnaire"),
        ("Q_VIEWER", TRUE, "viewer_records", "looking at the questionnaire without answering"),
    ):
        if column in export.names:
            mask = _holds(export, column, values)
            if mask.any():
                message = f"records that SoSci Survey marks as {words}"
                hint = "they are kept: leave them out at download, or decide on them before analysis"
                row = int(export.rows[np.argmax(mask)])
                findings.append(
                    Problem(code, message, export.file, row, column=column, hint=hint, count=int(mask.sum()))
                )
    return tuple(findings)


def _differs(export: Export, column: str) -> bool:
    """Return whether a column has more than one value: a constant such as ``~anonymous`` identifies nobody."""
    return len({value for value in export.values(column)[0] if value not in BLANK}) != 1


def _holds(export: Export, column: str, wanted: Sequence[str]) -> Mask:
    values, which = export.values(column)
    found: Mask = np.isin(values, wanted)[which]
    return found
