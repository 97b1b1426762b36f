"""What the platforms of several exports say together, and where they disagree."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from osa_survey.dataset.exports import Export
from osa_survey.dataset.platform_facts import OptionSet, PlatformFacts
from osa_survey.errors import Problem
from osa_survey.instruments.reasons import Reason

SAME_NAME = "give the column another name in one of the files if it holds another question"


def bound_facts(exports: Sequence[Export], names: Sequence[str]) -> tuple[PlatformFacts, list[Problem]]:
    """Return the facts of the platforms together, and findings where they cannot both hold."""
    findings: list[Problem] = []
    reasons, not_shown = _reasons(exports, names, findings)
    roles: dict[str, str] = {}
    for export in exports:
        for role, column in export.facts.roles.items():
            roles.setdefault(role, column)
    units = list(dict.fromkeys(export.facts.duration_unit for export in exports if "duration" in export.facts.roles))
    if len(units) > 1:
        message = f"the duration is in {' and in '.join(units)}; it is not used"
        hint = "convert it in one of the files"
        findings.append(Problem("duration_units_differ", message, column=roles.pop("duration"), hint=hint))
    unfinished = [export.facts.unfinished for export in exports]
    some = any(mask is not None for mask in unfinished)
    facts = PlatformFacts(
        reasons=reasons,
        not_shown=not_shown,
        sets=_sets(exports),
        roles=roles,
        duration_unit=units[0] if len(units) == 1 else "seconds",
        unfinished=np.concatenate([_mask(mask, e) for mask, e in zip(unfinished, exports, strict=True)])
        if some
        else None,
        order=_order(exports, names),
        restricted=tuple(dict.fromkeys(column for export in exports for column in export.facts.restricted)),
    )
    return facts, findings


def _mask(mask: NDArray[np.bool_] | None, export: Export) -> NDArray[np.bool_]:
    return np.zeros(export.n_records, dtype=bool) if mask is None else mask


def _order(exports: Sequence[Export], names: Sequence[str]) -> tuple[str, ...]:
    if not any(export.facts.order for export in exports):
        return ()
    first = [column for export in exports for column in (export.facts.order or export.names)]
    return tuple(column for column in dict.fromkeys([*first, *names]) if column in set(names))


def _sets(exports: Sequence[Export]) -> tuple[OptionSet, ...]:
    """Return option sets; those of the same name become one with the options of both."""
    found: dict[str, OptionSet] = {}
    for own in (entry for export in exports for entry in export.facts.sets):
        before = found.get(own.name, own)
        found[own.name] = OptionSet(
            own.name,
            {**own.options, **before.options},
            tuple(dict.fromkeys([*before.ticked, *own.ticked])),
            tuple(dict.fromkeys([*before.not_ticked, *own.not_ticked])),
        )
    return tuple(found.values())


def _reasons(
    exports: Sequence[Export], names: Sequence[str], findings: list[Problem]
) -> tuple[dict[str, dict[str, Reason]], dict[str, NDArray[np.bool_]]]:
    """Return reasons by value, and masks of records that were not shown a question or whose file lacks it."""
    reasons: dict[str, dict[str, Reason]] = {}
    not_shown: dict[str, NDArray[np.bool_]] = {}
    for column in names:
        holders = [export for export in exports if column in export.names]
        own = [export.facts.reasons.get(column, {}) for export in holders]
        blanks = {entry.get("") for entry in own}
        merged: dict[str, Reason] = {}
        for entry in own:
            for value, reason in entry.items():
                if value == "" and len(blanks) > 1:
                    continue
                if merged.setdefault(value, reason) != reason:
                    message = f"the value {value} means {merged[value]} in one file and {reason} in another"
                    hint = "say in the codebook under missing what it means; the first is taken"
                    findings.append(Problem("missing_differs", message, column=column, hint=hint))
        if merged:
            reasons[column] = merged
        parts = [_hidden(export, column, blank_differs=len(blanks) > 1, findings=findings) for export in exports]
        if any(part is not None for part in parts):
            not_shown[column] = np.concatenate([_mask(part, e) for part, e in zip(parts, exports, strict=True)])
    return reasons, not_shown


def _hidden(export: Export, column: str, *, blank_differs: bool, findings: list[Problem]) -> NDArray[np.bool_] | None:
    """Return to which records of one export the question was not shown."""
    if column not in export.names:
        return np.ones(export.n_records, dtype=bool)
    mask = export.facts.not_shown.get(column)
    blank = export.facts.reasons.get(column, {}).get("")
    if not blank_differs or blank is None:
        return mask
    values, which = export.values(column)
    empty = np.array([value == "" for value in values])[which]
    if blank == "not_shown":
        return empty if mask is None else mask | empty
    message = f"an empty cell means {blank} in this file only; it is taken for not answered"
    hint = "keep the files apart if the difference matters"
    findings.append(Problem("missing_differs", message, export.file, column=column, hint=hint, count=int(empty.sum())))
    return mask


def bound_labels(exports: Sequence[Export]) -> tuple[dict[str, dict[str, str]], list[Problem]]:
    """Return value labels of all exports, the first where they differ, and a finding for each that differs."""
    labels: dict[str, dict[str, str]] = {}
    findings = []
    for export in exports:
        for column, own in export.value_labels.items():
            known = labels.setdefault(column, {})
            for value, label in own.items():
                first = known.setdefault(value, label)
                if " ".join(first.split()) != " ".join(label.split()):
                    message = f"the value {value} is labelled '{first}' in an earlier file and '{label}' in this one"
                    hint = "if the meaning differs, recode one file; the first label is kept"
                    findings.append(Problem("labels_differ", message, export.file, column=column, hint=hint))
    return labels, findings


def bound_missing(exports: Sequence[Export]) -> tuple[dict[str, tuple[str, ...]], list[Problem]]:
    """Return values declared missing in any export, and a finding where such a value is an answer in another."""
    missing: dict[str, tuple[str, ...]] = {}
    for export in exports:
        for column, values in export.missing_values.items():
            missing[column] = tuple(dict.fromkeys([*missing.get(column, ()), *values]))
    findings = []
    for column, values in missing.items():
        for export in exports:
            if column not in export.names:
                continue
            known = {*export.missing_values.get(column, ()), *export.facts.reasons.get(column, {})}
            found, which = export.values(column)
            for value in values:
                number = int((which == found.index(value)).sum()) if value in found and value not in known else 0
                if number:
                    message = f"the value {value} occurs here as an answer and is declared missing in another file"
                    hint = "it is taken for missing; if it is an answer here, recode it in one of the files"
                    findings.append(
                        Problem("missing_differs", message, export.file, column=column, hint=hint, count=number)
                    )
    return missing, findings


def bound_wording(exports: Sequence[Export]) -> tuple[dict[str, str], list[Problem]]:
    """Return the first wording of each column, and for each further export one finding on those that differ."""
    wording: dict[str, str] = {}
    findings = []
    for export in exports:
        differ = [column for column, text in export.wording.items() if _differs(wording.setdefault(column, text), text)]
        if differ:
            message = "columns of the same name have another question text than in an earlier file"
            findings.append(
                Problem("wording_differs", message, export.file, column=differ[0], hint=SAME_NAME, count=len(differ))
            )
    return wording, findings


def _differs(first: str, second: str) -> bool:
    return " ".join(first.split()).casefold() != " ".join(second.split()).casefold()
