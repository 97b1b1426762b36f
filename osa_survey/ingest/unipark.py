"""Unipark / EFS Survey exports: ``lfdn``, ``dispcode``, and the codes −66, −77, −99 of questions without an answer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from osa_survey.dataset import Export, PlatformFacts
from osa_survey.dataset.decoding import to_number
from osa_survey.errors import Problem
from osa_survey.ingest.column_names import make_unique, renamed_findings
from osa_survey.ingest.grids import Grid, Layout
from osa_survey.instruments.reasons import Reason

ID, STATUS = "lfdn", "dispcode"
SIGNS = ("external_lfdn", "tester", "dispcode", "lastpage", "quality", "duration")
ENOUGH_SIGNS = 3
SYSTEM = frozenset(
    (
        *(ID, *SIGNS),
        *("browser", "referer", "device_type", "quota", "quota_assignment", "quota_rejected_id", "page_history"),
        *("hflip", "vflip", "output_mode", "javascript", "flash", "session_id", "language", "cleaned", "ats"),
        *("datetime", "date_of_last_access", "date_of_first_mail", "invcode", "codelink", "ext_host", "participant_os"),
        *("participant_browser", "participant_browser_version", "participant_device", "participant_brand"),
        *("participant_model", "participant_isbot", "participant_continent", "participant_country"),
        *("participant_region", "participant_city", "dateofremind", "dateofexpire"),
    )
)
PARAMETER = re.compile(r"^(?:[cpmu]_\d{4}|u_.+|rts_?\d+|rts.*|date_.+)$")
"""External variables, link parameters, panel data and page times: no answers."""
IDENTIFYING = re.compile(
    r"^(?:u_(?:e?mail|name|firstname|lastname|account|passwd|street|zip|city|phone|fon|mobile|fax|ppasswd)"
    r"|session_id|invcode|codelink|referer|p_0001|external_lfdn)$"
)
ROLES = {
    "respondent_id": ID,
    "started": "datetime",
    "ended": "date_of_last_access",
    "duration": "duration",
    "language": "language",
    "device": "device_type",
    "status": STATUS,
}
NOT_SEEN, NOT_ANSWERED = ("-77", "-66"), "-99"
COMPLETE_CODES, FIRST_AFTER = (31.0, 32.0), 30
COMPLETE_WORDS = ("completed", "completed after break", "beendet", "beendet nach unterbrechung")
SUSPENDED_WORDS = ("suspended", "unterbrochen")

Mask = NDArray[np.bool_]


def recognise_unipark(grid: Grid) -> Layout | None:
    """Return the layout if the first row has ``lfdn`` and the other system columns of EFS, else None.

    Notes
    -----
    Codes of questions, as the platform's documentation has them [1]_: −77 the question was not seen, because the
    survey was left before it or a filter hid it; −66 the same for a text box; −99 a text box was seen and left
    empty. For questions other than text boxes "seen and left" is 0, which is also "not ticked" in a check box, so
    that 0 means nothing without the codebook: such columns are a finding. The exporting person can set other codes.
    At the end of a record that was not completed −77 and −66 are breaking off, elsewhere "not shown".

    Disposition codes have two digits [2]_: below 20 before the survey, 20 to 29 during it, from 30 after it. That 31
    is completed, 32 completed after a break and 22 left early is what published data sets say of their own codes.
    Not read in any source, and so used as little as can be: the other codes from 30 are found as "ended otherwise"
    (screened out, quota full), ``tester`` 1 as a test run that is kept and counted, ``datetime`` as the start.

    References
    ----------
    .. [1] EFS documentation, codes of missing values: https://qbdocs.atlassian.net/wiki/pages/diffpagesbyversion.action?pageId=3008823310
    .. [2] EFS documentation, disposition codes: https://qbdocs.atlassian.net/wiki/spaces/DOC/pages/1441563458
    """
    head = grid.head(2)
    names = head[0]
    lower = [name.casefold() for name in names]
    signs = [name for name in SIGNS if name in lower]
    if ID not in lower or len(signs) < ENOUGH_SIGNS:
        return None
    labels = len(head) > 1 and _is_row_of_labels(dict(zip(lower, head[1], strict=True)))
    header_rows = 2 if labels else 1
    unique, renamed = make_unique(names, fill_empty=False)
    cells = grid.cells.rename_columns(list(unique)).slice(header_rows)
    export = Export(cells, grid.rows[header_rows:], file=grid.file, sha256=grid.sha256)
    here = dict(zip(reversed(lower), reversed(unique), strict=True))
    unfinished, found = _dispositions(export, here)
    questions = [
        column
        for column in unique
        if column and column.casefold() not in SYSTEM and not PARAMETER.match(column.casefold())
    ]
    return Layout(
        platform="unipark",
        recognised_by=f"the first row has lfdn and {', '.join(signs)}, as EFS Survey writes them",
        header_rows=header_rows,
        names=unique,
        wording=dict(zip(unique, head[1], strict=True)) if labels else {},
        findings=(
            *renamed_findings(unique, renamed, grid.file, int(grid.rows[0])),
            *_test_runs(export, here),
            *found,
            *_zeros(export, questions),
        ),
        facts=PlatformFacts(
            reasons=_reasons(export, questions),
            not_shown=_not_shown(export, questions, unfinished),
            roles={role: here[name] for role, name in ROLES.items() if name in here},
            unfinished=unfinished,
            restricted=tuple(column for column in unique if IDENTIFYING.match(column.casefold())),
        ),
    )


def _is_row_of_labels(second: Mapping[str, str]) -> bool:
    """Return whether the second row describes the columns: ``lfdn`` and the status hold no number there."""
    return bool(second.get(ID)) and not any(sign.isdigit() for sign in second[ID])


def _dispositions(export: Export, here: Mapping[str, str]) -> tuple[Mask | None, tuple[Problem, ...]]:
    """Return which records were not completed, and a finding on those that ended otherwise, by screening or quota."""
    if STATUS not in here:
        return None, ()
    values, which = export.values(here[STATUS])
    codes = np.array([to_number(value) for value in values])
    words = np.array([value.casefold() for value in values])
    complete = np.isin(codes, COMPLETE_CODES) | np.isin(words, COMPLETE_WORDS)
    before_end = (codes < FIRST_AFTER) | np.isin(words, SUSPENDED_WORDS)
    other = (~complete & ~before_end & (words != ""))[which]
    found: tuple[Problem, ...] = ()
    if other.any():
        message = "records that ended without being completed, such as by screening or a full quota"
        hint = "they are kept: decide on them before analysis"
        row = int(export.rows[np.argmax(other)])
        found = (
            Problem(
                "ended_otherwise", message, export.file, row, column=here[STATUS], hint=hint, count=int(other.sum())
            ),
        )
    unfinished: Mask = before_end[which]
    return unfinished, found


def _reasons(export: Export, questions: Sequence[str]) -> dict[str, Mapping[str, Reason]]:
    """Return the codes of columns; those not seen get their reason record by record in ``not_shown``."""
    reasons: dict[str, Mapping[str, Reason]] = {}
    for column in questions:
        values = set(export.values(column)[0])
        own: dict[str, Reason] = {code: "not_answered" for code in (*NOT_SEEN, NOT_ANSWERED) if code in values}
        if own:
            reasons[column] = own
    return reasons


def _not_shown(export: Export, questions: Sequence[str], unfinished: Mask | None) -> dict[str, Mask]:
    """Return where a question was not seen, but at the end of records that were broken off."""
    later = np.zeros(export.n_records, dtype=bool) if unfinished is None else unfinished.copy()
    not_shown = {}
    for column in reversed(questions):
        values, which = export.values(column)
        unseen = np.isin(values, NOT_SEEN)[which]
        hidden = unseen & ~later
        if hidden.any():
            not_shown[column] = hidden
        later &= unseen | np.isin(values, ("", NOT_ANSWERED))[which]
    return not_shown


def _test_runs(export: Export, here: Mapping[str, str]) -> tuple[Problem, ...]:
    if "tester" not in here:
        return ()
    values, which = export.values(here["tester"])
    mask = np.isin(values, ("1",))[which]
    if not mask.any():
        return ()
    message = "records that EFS marks as test runs"
    hint = "they are kept: leave them out at export, or decide on them before analysis"
    row = int(export.rows[np.argmax(mask)])
    return (
        Problem("preview_records", message, export.file, row, column=here["tester"], hint=hint, count=int(mask.sum())),
    )


def _zeros(export: Export, questions: Sequence[str]) -> tuple[Problem, ...]:
    """Find columns with 0 beside answers above 1: there 0 may be "seen and left"."""
    columns = []
    for column in questions:
        values = export.values(column)[0]
        numbers = np.array([to_number(value) for value in values])
        if "0" in values and (numbers > 1).any():
            columns.append(column)
    if not columns:
        return ()
    message = "questions with the value 0, which EFS writes where a question was seen and not answered"
    hint = "where 0 is no answer, declare it in the codebook: missing = { not_answered = [0] }"
    return (Problem("zero_may_be_gap", message, export.file, column=columns[0], hint=hint, count=len(columns)),)
