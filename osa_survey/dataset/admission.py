"""The only door from an export to answers: consent, adulthood, declared codes, a reason for every gap."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.codebooks import Codebook, VariableEntry
from osa_survey.codebooks.load import codebook_problems
from osa_survey.dataset.decoding import (
    Decoded,
    category_codes,
    decimal_mark,
    decode,
    expected_options,
    item_decoder,
    missing_values,
    to_number,
    variable_decoder,
)
from osa_survey.dataset.eligibility import eligible
from osa_survey.dataset.exports import Export, canonical
from osa_survey.dataset.filters import apply_filters, mark_broken_off
from osa_survey.dataset.responses import Exclusion, Responses
from osa_survey.dataset.variables import AnalysisType, VariableInfo
from osa_survey.errors import DefinitionError, OsaSurveyError, Problem, ResponseError, nearest
from osa_survey.instruments import Instrument, Library, load_library
from osa_survey.instruments.model import item_id
from osa_survey.instruments.reasons import ANSWERED, REASON_CODES

SECONDS = {"seconds": 1.0, "minutes": 60.0, "milliseconds": 0.001}
Mask = NDArray[np.bool_]


def admit(
    export: Export,
    codebook: Codebook,
    library: Library | None = None,
    *,
    undeclared: Literal["refuse", "invalid"] = "refuse",
) -> Responses:
    """Return the answers of consenting adults as codes with a reason for every gap.

    Parameters
    ----------
    export : Export
        A raw export.
    codebook : Codebook
        Which column holds what.
    library : Library, optional
        The definitions; by default those that ship.
    undeclared : {"refuse", "invalid"}
        What happens to values the codebook does not declare: an error that lists them all, or a gap with the
        reason ``invalid`` and an entry in ``findings``. They are never used as answers.

    Returns
    -------
    Responses
        Only adults; records left out are counted in ``history``.

    Raises
    ------
    AdmissionError
        If nothing shows that respondents are adults.
    DefinitionError
        If the codebook and the definitions do not fit.
    ResponseError
        If columns are missing, or undeclared values are found and refused; all are listed.
    """
    library = library or load_library()
    problems = [*codebook_problems(codebook, library, "codebook.toml")]
    if problems:
        raise DefinitionError(problems)
    _require_columns(export, codebook, library)
    who = eligible(export, codebook)
    instruments = {block.instrument: library.instrument(block.instrument) for block in codebook.blocks.values()}
    table = _Table(export, codebook, who.keep)
    for name in codebook.blocks:
        table.add_block(name, instruments[codebook.blocks[name].instrument])
    for name, entry in codebook.variables.items():
        table.add_variable(name, entry)
    found = _without_eligibility_findings(table.problems, codebook)
    if found and undeclared == "refuse":
        raise ResponseError(found)
    apply_filters(table.codes, table.reasons, codebook, table.columns)
    paradata = _paradata(export, codebook, who.keep)
    _mark_broken_off(table, export, who.keep, paradata)
    return Responses(
        codes=pd.DataFrame(table.codes),
        reasons=pd.DataFrame(table.reasons),
        rows=export.rows[who.keep],
        codebook=codebook,
        instruments=instruments,
        variables=table.info,
        restricted=pd.DataFrame(table.restricted, index=range(int(who.keep.sum()))),
        history=(*_withdrawn(export), *who.history),
        n_records=export.n_records + sum(step.n for step in _withdrawn(export)),
        source={"file": export.file, "sha256": export.sha256, "platform": export.platform},
        paradata=paradata,
        findings=tuple(found),
        records_by_file=dict(export.reading.get("records_by_file", {})),
        value_labels=table.labels,
        simulated=codebook.simulated or export.simulated,
    )


def _withdrawn(export: Export) -> tuple[Exclusion, ...]:
    """Return the step of the flow at which people who withdrew left; their records are not in the export any more."""
    number = int(export.reading.get("withdrawn", 0))
    return (Exclusion("withdrawn", "withdrawn by the respondent", number),) if number else ()


def _mark_broken_off(table: _Table, export: Export, keep: Mask, paradata: pd.DataFrame) -> None:
    """Tell breaking off from leaving out, by the codebook's progress column, else by what the platform says."""
    names = export.facts.order or export.names
    position = {name: index for index, name in enumerate(names)}
    order = sorted(table.codes, key=lambda column: position.get(table.source[column], len(position)))
    if "progress" in paradata:
        mark_broken_off(table.reasons, order, paradata["progress"].to_numpy())
    elif export.facts.unfinished is not None:
        mark_broken_off(table.reasons, order, np.where(export.facts.unfinished[keep], 0.0, 100.0))


def undeclared_values(export: Export, codebook: Codebook, library: Library | None = None) -> tuple[Problem, ...]:
    """Return all values of admitted records that the codebook does not declare, one entry for each."""
    try:
        return admit(export, codebook, library, undeclared="invalid").findings
    except OsaSurveyError as error:
        return error.problems


def _without_eligibility_findings(problems: list[Problem], codebook: Codebook) -> list[Problem]:
    """Leave out findings about the age column: who has no usable age is not admitted in the first place."""
    way = codebook.eligibility.way
    if way in ("", "attested"):
        return problems
    column = codebook.variables[getattr(codebook.eligibility, way)].column
    return [problem for problem in problems if problem.column != column]


def _require_columns(export: Export, codebook: Codebook, library: Library) -> None:
    """Raise one error naming every column the codebook needs and the export lacks."""
    needed: dict[str, str] = {}
    for name, block in codebook.blocks.items():
        items = tuple(item.id for item in library.instrument(block.instrument).items)
        for column, item in zip(block.column_names(items), items, strict=True):
            needed.setdefault(column, f"blocks.{name}, {item}")
    for name, entry in codebook.variables.items():
        for column in entry.columns.values() or [entry.column]:
            needed.setdefault(column, f"variables.{name}")
    for name, check in codebook.attention.items():
        needed.setdefault(check.column, f"attention.{name}")
    for name in ("duration", "progress", "started", "ended", "device", "version"):
        if getattr(codebook.paradata, name):
            needed.setdefault(getattr(codebook.paradata, name), f"paradata.{name}")
    if codebook.file.respondent_id:
        needed.setdefault(codebook.file.respondent_id, "file.respondent_id")
    names = set(export.names)
    problems = [
        Problem(
            "missing_column",
            "the export has no such column",
            export.file,
            column=column,
            key=key,
            hint=nearest(column, export.names, all_in="the row of names of the export"),
        )
        for column, key in needed.items()
        if column not in names
    ]
    if problems:
        raise ResponseError(problems)


class _Table:
    """The columns of ``Responses`` while they are built."""

    def __init__(self, export: Export, codebook: Codebook, keep: Mask) -> None:
        self.export = export
        self.codebook = codebook
        self.keep = keep
        self.decimal = decimal_mark(export, codebook)
        self.codes: dict[str, NDArray[np.floating]] = {}
        self.reasons: dict[str, NDArray[np.uint8]] = {}
        self.restricted: dict[str, NDArray[np.object_]] = {}
        self.info: dict[str, VariableInfo] = {}
        self.columns: dict[str, tuple[str, ...]] = {}
        self.source: dict[str, str] = {}
        self.problems: list[Problem] = []
        self.labels: dict[str, dict[str, float]] = {}

    def _put(self, name: str, column: str, decoded: Decoded, kind: type[np.floating]) -> None:
        self.codes[name] = decoded.codes.astype(kind)
        self.reasons[name] = decoded.reasons
        self.source[name] = column
        self.problems.extend(decoded.problems)

    def add_block(self, name: str, instrument: Instrument) -> None:
        """Decode the items of a block."""
        block = self.codebook.blocks[name]
        missing = missing_values(block.missing, self.codebook.missing)
        items = tuple(item.id for item in instrument.items)
        own = []
        for n, (item, column) in enumerate(zip(items, block.column_names(items), strict=True), start=1):
            options = instrument.options_of(item)
            decoder = item_decoder(options, block, self.decimal)
            not_scored = {canonical(code): REASON_CODES["refused"] for code in options.not_scored}
            decoded = decode(
                self.export,
                column,
                self.keep,
                {**not_scored, **missing},
                decoder,
                item=item,
                expected=expected_options(options.labels, options.codes),
            )
            target = item_id(name, n)
            self._put(target, column, decoded, np.float32)
            coded = {label: decoder(value) for value, label in self.export.value_labels.get(column, {}).items()}
            if numeric := {label: code for label, code in coded.items() if isinstance(code, float)}:
                self.labels[target] = numeric
            own.append(target)
        self.columns[name] = tuple(own)

    def add_variable(self, name: str, entry: VariableEntry) -> None:
        """Decode a variable, or keep it apart where it is text, a date or an identifier."""
        if entry.is_restricted:
            values, which = self.export.values(entry.column)
            self.restricted[name] = np.array(values, dtype=object)[which[self.keep]]
            return
        if entry.type == "multiple":
            self._add_multiple(name, entry)
            return
        missing = missing_values(entry.missing, self.codebook.missing)
        decoder = variable_decoder(entry, self.decimal)
        expected = expected_options(entry.labels)
        decoded = decode(self.export, entry.column, self.keep, missing, decoder, expected=expected)
        categorical = entry.type in ("nominal", "ordinal")
        self._put(name, entry.column, decoded, np.float32 if categorical else np.float64)
        self.columns[name] = (name,)
        codes = category_codes(entry.labels)
        labels = tuple(entry.labels.values())
        kind: AnalysisType = entry.type  # type: ignore[assignment]
        self.info[name] = VariableInfo(
            name=name,
            type=kind,
            title=entry.title or name.replace("_", " "),
            codes=tuple(codes.values()),
            labels=labels,
            reference=entry.reference or (labels[0] if labels else ""),
            unit=entry.unit,
            maps_to=entry.maps_to,
        )

    def _add_multiple(self, name: str, entry: VariableEntry) -> None:
        """Decode a check-all-that-apply set: a blank is "not ticked" where any option of the set is ticked."""
        missing = missing_values(entry.missing, self.codebook.missing)
        ticked = {canonical(value) for value in entry.ticked}

        def decoder(value: str) -> float | str:
            return 1.0 if value in ticked else 0.0

        decoded = {
            f"{name}_{option}": (column, decode(self.export, column, self.keep, missing, decoder))
            for option, column in entry.columns.items()
        }
        any_ticked = np.any([part.codes == 1.0 for _, part in decoded.values()], axis=0)
        for target, (column, part) in decoded.items():
            blank = any_ticked & (part.reasons == REASON_CODES["not_answered"])
            codes = np.where(blank, 0.0, part.codes)
            reasons = np.where(blank, ANSWERED, part.reasons).astype(np.uint8)
            self._put(target, column, Decoded(codes, reasons, part.problems), np.float32)
            title = f"{entry.title or name.replace('_', ' ')}: {target.removeprefix(name + '_').replace('_', ' ')}"
            self.info[target] = VariableInfo(target, "nominal", title, (0.0, 1.0), ("no", "yes"), "no")
        self.columns[name] = tuple(decoded)


def _paradata(export: Export, codebook: Codebook, keep: Mask) -> pd.DataFrame:
    """Return duration in seconds, progress, and 1 or 0 for each attention check passed or failed, where declared."""
    plan: Mapping[str, float] = {"duration": SECONDS[codebook.paradata.duration_unit], "progress": 1.0}
    decimal = decimal_mark(export, codebook)
    data = {}
    for name, factor in plan.items():
        column = getattr(codebook.paradata, name)
        if column:
            values, which = export.values(column)
            numbers = np.array([to_number(value, decimal) for value in values])
            data[name] = numbers[which[keep]] * factor
    for name, check in codebook.attention.items():
        passed = {canonical(value) for value in check.passed}
        values, which = export.values(check.column)
        verdict = np.array([np.nan if value == "" else float(value in passed) for value in values])
        data[f"attention_{name}"] = verdict[which[keep]]
    return pd.DataFrame(data)
