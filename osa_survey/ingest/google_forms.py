"""Google Forms: a time stamp, then one column for each question under its full text; check-alls joined by commas."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from osa_survey.dataset import OptionSet, PlatformFacts
from osa_survey.errors import Problem
from osa_survey.ingest.column_names import make_unique, renamed_findings
from osa_survey.ingest.date_orders import are_moments, date_findings, date_order
from osa_survey.ingest.grids import Grid, Layout
from osa_survey.ingest.joined_options import learn_options, option_set, split_column, split_finding

HEADER_ROWS = 1
SEPARATOR = ", "
TIME_STAMPS = frozenset(
    (
        "Timestamp",
        "Zeitstempel",
        "Horodateur",
        "Marca temporal",
        "Carimbo de data/hora",
        "Informazioni cronologiche",
        "Tijdstempel",
        "Tidsstempel",
        "Tidstämpel",
        "Aikaleima",
        "Sygnatura czasowa",
        "Časové razítko",
        "Časová pečiatka",
        "Időbélyeg",
        "Zaman damgası",
        "Marcaj de timp",
        "Отметка времени",
        "Позначка часу",
        "Χρονική σήμανση",
        "חותמת זמן",
        "طابع زمني",
        "タイムスタンプ",
        "时间戳记",
        "時間戳記",
        "타임스탬프",
    )
)
"""The name of the first column in the language of the account."""
IDENTIFYING = frozenset(
    (
        "email address",
        "email",
        "username",
        "e-mail-adresse",
        "nutzername",
        "adresse e-mail",
        "nom d'utilisateur",
        "dirección de correo electrónico",
        "endereço de e-mail",
        "indirizzo email",
        "e-mailadres",
    )
)
MOST_DIFFERENT_CELLS = 20_000
LEAST_WITH_SEPARATOR = 0.02


def recognise_google_forms(grid: Grid) -> Layout | None:
    """Return the layout if the first column is Google's time stamp and the others are under question texts.

    Notes
    -----
    Check-all answers stand in one cell. The options are learnt from the column: pieces that five records or more
    have, where pieces that never stand apart are one option with a comma in its text. One column per option is added
    and the joined one stays; what is no known option counts as ``other``.
    """
    header = grid.head(HEADER_ROWS)[0]
    if header[0] not in TIME_STAMPS or len(header) < 2 or not any(_is_question(name) for name in header[1:]):
        return None
    stamps = grid.column(0, HEADER_ROWS)
    if not are_moments(stamps):
        return None
    names, renamed = make_unique(header, fill_empty=False)
    row = int(grid.rows[0])
    order = date_order(stamps)
    added, sets, findings = split_check_alls(grid, names, SEPARATOR)
    return Layout(
        platform="google_forms",
        recognised_by="the first column is the time stamp of Google Forms, the others are under question texts",
        header_rows=HEADER_ROWS,
        names=names,
        wording={name: text for name, text in zip(names[1:], header[1:], strict=True) if name},
        reading={"date_order": order},
        findings=(
            *renamed_findings(names, renamed, grid.file, row),
            *date_findings(order, names[0], grid.file, row),
            *findings,
        ),
        facts=PlatformFacts(
            sets=sets,
            roles={"ended": names[0]},
            restricted=tuple(name for name in names if name.casefold() in IDENTIFYING),
        ),
        added=added,
    )


def _is_question(name: str) -> bool:
    return " " in name or name.endswith(("?", ":", "？"))


def split_check_alls(
    grid: Grid, names: Sequence[str], separator: str
) -> tuple[dict[str, pa.Array], tuple[OptionSet, ...], tuple[Problem, ...]]:
    """Return the columns to add for joined check-all questions, their sets, and a finding for each."""
    added: dict[str, pa.Array] = {}
    sets: list[OptionSet] = []
    findings: list[Problem] = []
    for position, name in enumerate(names):
        if position == 0 or not name:
            continue
        cells = grid.column(position, HEADER_ROWS)
        joined = pc.sum(pc.match_substring(cells, separator)).as_py() or 0
        if joined < LEAST_WITH_SEPARATOR * len(cells) or joined == 0:
            continue
        counts = _counts(cells)
        options = learn_options(counts, separator) if len(counts) <= MOST_DIFFERENT_CELLS else ()
        if not options:
            continue
        split = split_column(name, cells, options, separator)
        if any(column in added or column in names for column in split.columns):
            continue
        added |= split.columns
        sets.append(option_set(name, split))
        findings.append(split_finding(name, split, grid.file, int(grid.rows[0])))
    return added, tuple(sets), tuple(findings)


def _counts(cells: pa.ChunkedArray) -> Counter[str]:
    counts: Counter[str] = Counter()
    for entry in cells.value_counts().to_pylist():
        counts[(entry["values"] or "").strip()] += entry["counts"]
    return counts
