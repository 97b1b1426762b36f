"""Microsoft Forms: id, start and completion time, e-mail and name, then questions; check-alls end with a semicolon."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from osa_survey.dataset import OptionSet, PlatformFacts
from osa_survey.errors import Problem
from osa_survey.ingest.column_names import make_unique, renamed_findings
from osa_survey.ingest.date_orders import are_moments, date_findings, date_order
from osa_survey.ingest.grids import Grid, Layout
from osa_survey.ingest.joined_options import (
    frequent_pieces,
    is_ranking,
    option_set,
    split_column,
    split_finding,
)

HEADER_ROWS = 1
IDENTIFIERS = frozenset(("id",))
MAIL = ("mail", "correo", "posta", "メール", "почт", "电子邮件", "電子郵件", "이메일")
LAST_MODIFIED = ("last modified time", "uhrzeit der letzten änderung")
LANGUAGE = ("language", "sprache")
SEPARATOR = ";"
FIRST_QUESTION = 5


def recognise_microsoft_forms(grid: Grid) -> Layout | None:
    """Return the layout if the first five columns are those that Microsoft Forms writes before the questions.

    Notes
    -----
    An id of whole numbers, two columns of dates with times, then e-mail and name; the words may be in any language
    except "ID". A column whose every answer ends with a semicolon is a check-all question, or a ranking where every
    answer has the same pieces.
    """
    header = grid.head(HEADER_ROWS)[0]
    if len(header) <= FIRST_QUESTION - 1 or header[0].casefold() not in IDENTIFIERS:
        return None
    if not any(word in header[3].casefold() for word in MAIL):
        return None
    started, ended = grid.column(1, HEADER_ROWS), grid.column(2, HEADER_ROWS)
    whole = pc.all(pc.match_substring_regex(grid.column(0, HEADER_ROWS), r"^\s*\d+\s*$")).as_py()
    if not whole or not are_moments(started) or not are_moments(ended):
        return None
    names, renamed = make_unique(header, fill_empty=False)
    row = int(grid.rows[0])
    order = date_order(ended)
    added, sets, findings = _check_alls(grid, names)
    roles = {"respondent_id": names[0], "started": names[1], "ended": names[2]}
    language = next((name for name in names[FIRST_QUESTION:] if name.casefold() in LANGUAGE), "")
    return Layout(
        platform="microsoft_forms",
        recognised_by="the first columns are those of Microsoft Forms: id, start, completion, e-mail, name",
        header_rows=HEADER_ROWS,
        names=names,
        wording={
            name: text
            for name, text in zip(names[FIRST_QUESTION:], header[FIRST_QUESTION:], strict=True)
            if name and name.casefold() not in LAST_MODIFIED
        },
        reading={"date_order": order},
        findings=(
            *renamed_findings(names, renamed, grid.file, row),
            *date_findings(order, names[2], grid.file, row),
            *findings,
        ),
        facts=PlatformFacts(
            sets=sets,
            roles=roles | ({"language": language} if language else {}),
            restricted=tuple(name for name in names[3:FIRST_QUESTION] if name),
        ),
        added=added,
    )


def _check_alls(
    grid: Grid, names: Sequence[str]
) -> tuple[dict[str, pa.Array], tuple[OptionSet, ...], tuple[Problem, ...]]:
    """Return the columns to add for check-all questions, their sets, and findings on them and on rankings."""
    added: dict[str, pa.Array] = {}
    sets: list[OptionSet] = []
    findings: list[Problem] = []
    row = int(grid.rows[0])
    for position, name in enumerate(names[FIRST_QUESTION:], start=FIRST_QUESTION):
        cells = pc.utf8_trim_whitespace(grid.column(position, HEADER_ROWS))
        answered = cells.filter(pc.not_equal(cells, ""))
        if not name or len(answered) == 0 or not pc.all(pc.ends_with(answered, SEPARATOR)).as_py():
            continue
        counts = {entry["values"]: entry["counts"] for entry in answered.value_counts().to_pylist()}
        if is_ranking(counts, SEPARATOR):
            message = "every answer holds the same pieces: a ranking in one column, kept as it stands"
            findings.append(Problem("joined_ranking", message, grid.file, row, name, hint="split it by position"))
            continue
        split = split_column(name, cells, frequent_pieces(counts, SEPARATOR), SEPARATOR)
        if any(column in added or column in names for column in split.columns):
            continue
        added |= split.columns
        sets.append(option_set(name, split))
        findings.append(split_finding(name, split, grid.file, row))
    return added, tuple(sets), tuple(findings)
