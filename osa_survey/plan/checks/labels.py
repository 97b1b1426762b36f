"""The export's own labels against the labels of the codebook and of the instruments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from osa_survey.codebooks.model import Block
from osa_survey.dataset.decoding import decimal_mark, item_decoder
from osa_survey.dataset.exports import canonical
from osa_survey.errors import Problem
from osa_survey.instruments.answers import ResponseOptions
from osa_survey.plan.checks.label_directions import normalised, opposite
from osa_survey.plan.checks.subjects import Outcome, Subject

CODES = {
    "labels_differ": "the export gives a code the label that the codebook or the instrument gives to another code; "
    "strict: any label that differs from the codebook's",
    "polarity": "the labels of the export run the other way round than those of the instrument: the lowest code is the "
    "upper end",
}
POLARITY_HINT = "state the direction in the codebook: codes = {{ {} }}"


def labels(subject: Subject) -> Outcome:
    """Compare labels for the same codes: of every item with its instrument, of every variable with the codebook."""
    findings: list[Problem] = []
    for name, columns in subject.item_columns.items():
        findings += _block(subject, name, columns)
    for entry in subject.codebook.variables.values():
        found = subject.export.value_labels.get(entry.column, {})
        if entry.type in ("nominal", "ordinal") and found:
            declared = {canonical(code): label for code, label in entry.labels.items()}
            findings += _variable(subject, entry.column, declared, found)
    return Outcome(tuple(findings))


def _block(subject: Subject, name: str, columns: tuple[str, ...]) -> Iterator[Problem]:
    """Yield one problem for all items of a block that have the same contradiction."""
    block = subject.codebook.blocks[name]
    instrument = subject.library.instrument(block.instrument)
    by_message: dict[tuple[str, str, str], list[str]] = {}
    for item, column in zip(instrument.items, columns, strict=True):
        found = subject.export.value_labels.get(column, {})
        options = instrument.options_of(item.id)
        contradiction = _contradiction(options, block, found, decimal_mark(subject.export, subject.codebook))
        if contradiction is not None:
            by_message.setdefault(contradiction, []).append(column)
    for (code, message, hint), own in by_message.items():
        text = f"{message}, in {len(own)} of {len(columns)} items" if len(columns) > 1 else message
        yield Problem(code, text, subject.export.file, 0, own[0], key=f"blocks.{name}.codes", hint=hint)


def _contradiction(
    options: ResponseOptions, block: Block, found: Mapping[str, str], decimal: str
) -> tuple[str, str, str] | None:
    """Return code, message and hint where the export's labels contradict the codes the codebook gives its values."""
    decoder = item_decoder(options, block, decimal)
    used: dict[float, str] = {}
    meant: dict[float, float] = {}
    named = {normalised(label): code for code, label in options.labels.items()}
    for value, label in found.items():
        code = decoder(canonical(value))
        if isinstance(code, str):
            continue
        used[code] = label
        if normalised(label) in named:
            meant[code] = named[normalised(label)]
    wrong = {code: other for code, other in meant.items() if other != code}
    mirrored = bool(wrong) and all(options.low + options.high - code == other for code, other in meant.items())
    if (mirrored and len(wrong) > 1) or opposite(options.labels, used):
        lowest, highest = min(used), max(used)
        message = (
            f"in the export code {lowest:g} means '{used[lowest]}' and code {highest:g} '{used[highest]}', "
            "the other way round than in the definition"
        )
        mirror = ", ".join(f"{code:g} = {options.low + options.high - code:g}" for code in options.codes)
        return "polarity", message, POLARITY_HINT.format(mirror)
    if wrong:
        code, other = next(iter(wrong.items()))
        message = f"in the export code {code:g} means '{used[code]}', which is code {other:g} in the definition"
        return "labels_differ", message, "map the export's values in the codebook: codes = { export value = code, … }"
    return None


def _variable(
    subject: Subject, column: str, declared: Mapping[str, str], found: Mapping[str, str]
) -> Iterator[Problem]:
    values = {canonical(value): label for value, label in found.items()}
    shared = [value for value in declared if value in values]
    owner = {normalised(label): value for value, label in declared.items()}
    differing = [value for value in shared if normalised(values[value]) != normalised(declared[value])]
    crossed = [value for value in differing if owner.get(normalised(values[value]), value) != value]
    for value in crossed or (differing if subject.strict else []):
        message = f"code {value} means '{values[value]}' in the export and '{declared[value]}' in the codebook"
        hint = "correct labels in the codebook, unless both words mean the same"
        yield Problem("labels_differ", message, subject.export.file, 0, column, hint=hint)
