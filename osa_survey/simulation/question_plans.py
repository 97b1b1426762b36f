"""The columns of a simulated export: what each holds, the texts of its answers and gaps, and when it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from osa_survey.codebooks import AskedIf, Codebook
from osa_survey.codebooks.model import Block, MissingCodes
from osa_survey.dataset.decoding import category_codes
from osa_survey.dataset.exports import canonical
from osa_survey.errors import DefinitionError, Problem
from osa_survey.instruments import Instrument, Library
from osa_survey.instruments.model import item_id
from osa_survey.instruments.reasons import REASON_CODES

Kind = Literal[
    "item", "category", "option", "number", "attention", "identifier", "person", "couple", "wave", "date", "blank"
]
NOT_ANSWERED = REASON_CODES["not_answered"]
REFUSED = REASON_CODES["refused"]
GAP = -1e9
"""A number's cell that is the gap at place g of its column's gaps holds ``GAP - g``."""
KINDS: dict[str, Kind] = {
    "nominal": "category",
    "ordinal": "category",
    "number": "number",
    "count": "number",
    "identifier": "identifier",
    "date": "date",
}
"""Type of a variable → kind of its column; free text is blank."""
STUDY_COLUMNS = "data."
"""What the names of columns begin with that a study file fills in for all records of an export."""
ANSWERS = ("item", "category", "option", "number")
"""Kinds of columns that people answer."""


@dataclass(frozen=True)
class QuestionColumn:
    """One column.

    Attributes
    ----------
    name : str
        In the export.
    entry, key : str
        Block or variable, and what is drawn for the column: ``scs_01``, ``gender``, ``activity_sexting``.
    kind : str
        What it holds; ``blank`` is free text, which is never simulated.
    texts : tuple of str
        Export values of the answers: of an item from its lowest code to its highest, of a variable in the order of its
        categories, of an option not ticked and ticked.
    codes : tuple of float
        The codes these are in ``Responses``.
    labels : tuple of str
        What they mean, "" where nothing says it.
    gaps : tuple of (int, str)
        Reason and the export value it has; the last is not answered, an empty cell.
    wording : str
        A text of our own for the header.
    asked_if : AskedIf or None
        Its filter.
    group : str
        Columns of one question; of a check-all question its variable.
    embedded : bool
        Whether the platform fills it, so that no one can leave it out.
    """

    name: str
    entry: str
    key: str
    kind: Kind
    texts: tuple[str, ...] = ()
    codes: tuple[float, ...] = ()
    labels: tuple[str, ...] = ()
    gaps: tuple[tuple[int, str], ...] = ((NOT_ANSWERED, ""),)
    wording: str = ""
    asked_if: AskedIf | None = None
    group: str = ""
    embedded: bool = False

    @property
    def values(self) -> tuple[str, ...]:
        """The texts of all cells that a column of answers can hold: answers, then gaps."""
        return (*self.texts, *(text for _, text in self.gaps))

    @property
    def blank(self) -> float:
        """The cell of somebody who left the question out."""
        last = len(self.gaps) - 1
        return GAP - last if self.kind == "number" else len(self.texts) + last


def question_columns(codebook: Codebook, library: Library) -> tuple[QuestionColumn, ...]:
    """Return the columns that a codebook names, in the order in which they are asked.

    Consent and age come first, then variables, then blocks; a question stands behind its filter. A column that two
    entries name is simulated for the first.

    Raises
    ------
    DefinitionError
        If filters go round in a circle, or the export values of a block do not tell its codes.
    """
    problems: list[Problem] = []
    columns: dict[str, QuestionColumn] = {}
    for entry in _in_order(codebook, problems):
        found = (
            _block_columns(entry, codebook, library.instrument(codebook.blocks[entry].instrument), problems)
            if entry in codebook.blocks
            else _variable_columns(entry, codebook)
        )
        for column in found:
            columns.setdefault(column.name, column)
    for name, check in codebook.attention.items():
        passed = tuple(canonical(value) for value in check.passed)
        failed = next(str(number) for number in range(1, len(passed) + 2) if str(number) not in passed)
        texts, words = (failed, passed[0]), ("failed", "passed")
        column = QuestionColumn(check.column, name, name, "attention", texts, (0.0, 1.0), words)
        columns.setdefault(check.column, replace(column, wording=f"Attention check: {name}"))
    if problems:
        raise DefinitionError(problems)
    return tuple(columns.values())


def _in_order(codebook: Codebook, problems: list[Problem]) -> list[str]:
    rules = codebook.eligibility
    first = [rules.consent.variable] if rules.consent else []
    first += [getattr(rules, rules.way)] if rules.way not in ("", "attested") else []
    waiting = dict.fromkeys([*first, *codebook.variables, *codebook.blocks])
    filters = {name: variable.asked_if for name, variable in codebook.variables.items()}
    filters |= {name: block.asked_if for name, block in codebook.blocks.items()}
    order: list[str] = []
    while waiting:
        asked = {name: filters[name] for name in waiting}
        free = [name for name, rule in asked.items() if rule is None or rule.variable not in waiting]
        if not free:
            names = ", ".join(f"'{name}'" for name in waiting)
            hint = "a question cannot be shown because of itself: correct asked_if"
            problems.append(Problem("circular_filters", f"filters go round in a circle: {names}", hint=hint))
            return order
        # A question that has to wait for its filter comes directly behind it.
        order.append(free[0])
        del waiting[free[0]]
    return order


def _gaps(own: MissingCodes, general: MissingCodes, taken: Sequence[str] = ()) -> tuple[tuple[int, str], ...]:
    declared = own or general
    found = [
        (REASON_CODES[reason], canonical(values[0]))
        for reason, values in declared.items()
        if reason != "not_answered" and values and canonical(values[0]) not in taken
    ]
    return (*found, (NOT_ANSWERED, ""))


def _block_columns(
    name: str, codebook: Codebook, instrument: Instrument, problems: list[Problem]
) -> list[QuestionColumn]:
    block = codebook.blocks[name]
    items = tuple(item.id for item in instrument.items)
    columns = []
    for n, (item, column) in enumerate(zip(instrument.items, block.column_names(items), strict=True), start=1):
        options = instrument.options_of(item.id)
        texts = tuple(_item_text(block, code) for code in options.codes)
        without = [f"{code:g}" for code, text in zip(options.codes, texts, strict=True) if not text]
        if without:
            message = f"no export value is the answer {', '.join(without)} of '{item.id}'"
            hint = "add it to codes of the block, so that every answer can be written"
            problems.append(Problem("no_export_value", message, key=f"blocks.{name}.codes", hint=hint))
        gaps = _gaps(block.missing, codebook.missing, texts)
        if options.not_scored and REFUSED not in dict(gaps):
            gaps = ((REFUSED, canonical(next(iter(options.not_scored)))), *gaps)
        columns.append(
            QuestionColumn(
                column,
                name,
                item_id(name, n),
                "item",
                texts,
                tuple(options.codes),
                tuple(options.labels.get(code, "") for code in options.codes),
                gaps,
                f"{instrument.short_title}, item {n} (content: {item.tag})",
                block.asked_if,
                column,
            )
        )
    return columns


def _item_text(block: Block, code: float) -> str:
    if not block.codes:
        return canonical(code)
    return next((canonical(value) for value, own in block.codes.items() if own == code), "")


def _variable_columns(name: str, codebook: Codebook) -> list[QuestionColumn]:
    entry = codebook.variables[name]
    gaps = _gaps(entry.missing, codebook.missing, [canonical(key) for key in entry.labels])
    title = entry.title or name.replace("_", " ")
    if entry.type == "multiple":
        return [
            QuestionColumn(
                column,
                name,
                f"{name}_{option}",
                "option",
                ("", canonical(entry.ticked[0])),
                (0.0, 1.0),
                ("not ticked", "ticked"),
                gaps,
                f"{title} - {option.replace('_', ' ')}",
                entry.asked_if,
                name,
            )
            for option, column in entry.columns.items()
        ]
    texts: tuple[str, ...] = ()
    numbers: tuple[float, ...] = ()
    labels: tuple[str, ...] = ()
    kind = KINDS.get(entry.type, "blank")
    if entry.type in ("nominal", "ordinal"):
        codes = category_codes(entry.labels)
        texts, numbers, labels = tuple(codes), tuple(codes.values()), tuple(entry.labels.values())
    embedded = entry.column.startswith(STUDY_COLUMNS) or kind in ("identifier", "date")
    told = (texts, numbers, labels, gaps, title, entry.asked_if, entry.column, embedded)
    return [QuestionColumn(entry.column, name, name, kind, *told)]
