"""The answers of a study as harmonised columns, so that studies can be put side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.codebooks import MappedVariable, mapped_variables
from osa_survey.codebooks.mappings import slug
from osa_survey.dataset.decoding import category_codes
from osa_survey.dataset.responses import Responses, require_responses
from osa_survey.dataset.scored import ScoredData
from osa_survey.dataset.variables import VariableInfo
from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.instruments import HarmonisedVariable, Library, load_library
from osa_survey.instruments import midpoints as midpoints_of
from osa_survey.instruments.reasons import ANSWERED, REASON_CODES, REASONS

INVALID = REASON_CODES["invalid"]
Codes = NDArray[np.float64]
Reasons = NDArray[np.uint8]


@dataclass(frozen=True, repr=False)
class Harmonised:
    """Harmonised columns.

    Attributes
    ----------
    frame : DataFrame of float, shape (respondents, columns)
        Codes of the harmonised variables, numbers as they are; NaN is a gap.
    reasons : DataFrame of uint8, same shape
        Why a value is missing; 0 = answered. An answer that ``not_mapped`` declares is ``invalid``.
    variables : mapping of str to VariableInfo
        What each column means.
    definitions : mapping of str to HarmonisedVariable
        The definition behind each column.
    origins : mapping of str to str
        Column → the variable or variables of the study it comes from.
    left_out : mapping of str to str
        Variable of the study, or derived variable → why it has no harmonised column.
    """

    frame: pd.DataFrame
    reasons: pd.DataFrame
    variables: Mapping[str, VariableInfo]
    definitions: Mapping[str, HarmonisedVariable]
    origins: Mapping[str, str]
    left_out: Mapping[str, str]

    def __len__(self) -> int:
        return len(self.frame)

    def with_reason_codes(self) -> pd.DataFrame:
        """Return the columns with each gap as the code its definition has for the reason, such as -1 for refused."""
        filled = {}
        for column in self.frame:
            values = self.frame[column].to_numpy(dtype=np.float64).copy()
            gaps = self.reasons[column].to_numpy()
            for reason, code in self.definitions[str(column)].missing.items():
                values[np.isnan(values) & (gaps == REASON_CODES[reason])] = code
            filled[column] = values
        return pd.DataFrame(filled, index=self.frame.index)

    def midpoints(self, column: str) -> pd.Series[float]:
        """Return a frequency as the numbers its definition declares, in the unit it declares; NaN for gaps.

        Raises
        ------
        AnalysisError
            If there is no such column.
        DefinitionError
            ``no_midpoints`` if the definition declares none.
        """
        if column not in self.frame:
            hint = nearest(column, [str(name) for name in self.frame])
            raise AnalysisError(Problem("unknown_variable", f"there is no harmonised column '{column}'", hint=hint))
        numbers = midpoints_of(self.definitions[column])
        return self.frame[column].map(numbers.values).astype(float)

    def __repr__(self) -> str:
        return f"<Harmonised: {len(self)} adults, {len(self.variables)} columns, {len(self.left_out)} left out>"

    def _repr_html_(self) -> None:
        """Show the counts of ``repr`` in a notebook, never rows."""
        return


def harmonise(data: Responses | ScoredData, library: Library | None = None) -> Harmonised:
    """Return the answers to every variable that maps to a harmonised one, in the codes of that definition.

    Parameters
    ----------
    data : Responses or ScoredData
        Admitted answers, with the codebook that says what maps to what.
    library : Library, optional
        The definitions; by default those that ship.

    Returns
    -------
    Harmonised
        One column for each harmonised variable and set of facets, one for each option of a check-all set. An option
        that the study did not offer has no column: it was not asked, which is not "no". Reasons of gaps and the mark
        of implied values are kept. A variable with another window, type or unit is left out, with the reason.

    Raises
    ------
    AnalysisError
        ``mapped_twice`` if two variables of the study would fill the same column; ``not_admitted`` for other data.
    """
    responses = data.responses if isinstance(data, ScoredData) else data
    require_responses(responses)
    frame, gaps = (data.frame, data.reasons) if isinstance(data, ScoredData) else (data.codes, data.reasons)
    library = library or load_library()
    mapped = mapped_variables(responses.codebook, library)
    left_out = {one.name: one.obstacle for one in mapped if one.obstacle}
    for name, entry in responses.codebook.variables.items():
        if entry.maps_to and entry.maps_to not in library.variables:
            left_out[name] = f"these definitions hold no '{entry.maps_to}'"
    usable = [one for one in mapped if not one.obstacle]
    _refuse_doubles(usable)
    values: dict[str, Codes] = {}
    reasons: dict[str, Reasons] = {}
    info: dict[str, VariableInfo] = {}
    definitions: dict[str, HarmonisedVariable] = {}
    origins: dict[str, str] = {}
    for one in usable:
        for column, source, found in _columns(one, frame, gaps):
            values[column], reasons[column] = found
            info[column] = _info(column, one.variable, option=column != one.column)
            definitions[column] = one.variable
            origins[column] = source
    index = frame.index
    return Harmonised(
        pd.DataFrame(values, index=index), pd.DataFrame(reasons, index=index), info, definitions, origins, left_out
    )


def _refuse_doubles(mapped: list[MappedVariable]) -> None:
    first: dict[str, str] = {}
    problems = []
    for one in mapped:
        if one.column in first:
            message = f"'{first[one.column]}' and '{one.name}' both map to '{one.column}'"
            hint = "tell them apart by facets, or let only one of them map"
            problems.append(Problem("mapped_twice", message, key=f"variables.{one.name}.maps_to", hint=hint))
        first.setdefault(one.column, one.name)
    if problems:
        raise AnalysisError(problems)


def _columns(
    one: MappedVariable, frame: pd.DataFrame, gaps: pd.DataFrame
) -> list[tuple[str, str, tuple[Codes, Reasons]]]:
    if one.entry.type != "multiple":
        values = frame[one.name].to_numpy(dtype=np.float64)
        return [(one.column, one.name, _recoded(one, values, gaps[one.name].to_numpy(dtype=np.uint8)))]
    options: dict[str, list[str]] = {}
    because: dict[str, NDArray[np.bool_]] = {}
    for own, target in one.targets.items():
        name = f"{one.name}_{own}"
        if target in REASONS:
            because[target] = because.get(target, False) | (frame[name].to_numpy() == 1.0)
        else:
            options.setdefault(target, []).append(name)
    return [
        (f"{one.column}__{slug(target)}", ", ".join(own), _any_ticked(frame[own], gaps[own], because))
        for target, own in options.items()
    ]


def _recoded(one: MappedVariable, values: Codes, gaps: Reasons) -> tuple[Codes, Reasons]:
    """Return codes in the harmonised code and the reasons, by a table of the study's few codes."""
    if not one.entry.labels:
        return values.copy(), gaps.copy()
    harmonised = {label: code for code, label in one.variable.labels.items()}
    result = np.full(len(values), np.nan)
    reasons = np.where(np.isnan(values), gaps, INVALID).astype(np.uint8)
    codes = category_codes(one.entry.labels).values()
    for code, label in zip(codes, one.entry.labels.values(), strict=True):
        here = values == np.float32(code)
        target = one.targets.get(label, "")
        if target in harmonised:
            result[here] = harmonised[target]
            reasons[here] = gaps[here]
        elif target in REASON_CODES:
            reasons[here] = REASON_CODES[target]
    return result, reasons


def _any_ticked(
    ticks: pd.DataFrame, gaps: pd.DataFrame, because: Mapping[str, NDArray[np.bool_]]
) -> tuple[Codes, Reasons]:
    """Return yes where any of several options is ticked, no where all are answered no, else the first gap.

    Where an option that means a reason, such as "prefer not to answer", is ticked, what is not ticked is that gap.
    """
    values = ticks.to_numpy(dtype=np.float64)
    why = gaps.to_numpy(dtype=np.uint8)
    absent = np.isnan(values)
    any_yes = (values == 1.0).any(axis=1)
    first = why[np.arange(len(values)), absent.argmax(axis=1)]
    gap = ~any_yes & absent.any(axis=1)
    marks = np.where(absent, ANSWERED, why).max(axis=1)
    codes = np.where(gap, np.nan, any_yes.astype(float))
    reasons = np.where(gap, first, marks).astype(np.uint8)
    for reason, ticked in because.items():
        here = ticked & ~any_yes
        codes[here], reasons[here] = np.nan, REASON_CODES[reason]
    return codes, reasons


def _info(column: str, variable: HarmonisedVariable, *, option: bool) -> VariableInfo:
    words = column.removeprefix(variable.id).strip("_").replace("__", ", ").replace("_", " ")
    title = f"{variable.title}: {words}" if words else variable.title
    if option:
        return VariableInfo(column, "nominal", title, (0.0, 1.0), ("no", "yes"), "no", maps_to=variable.id)
    kind = variable.type
    if kind not in ("number", "count", "nominal", "ordinal"):
        raise AssertionError(kind)
    labels = tuple(variable.labels.values())
    return VariableInfo(
        name=column,
        type=kind,
        title=title,
        codes=tuple(variable.labels),
        labels=labels,
        reference=variable.reference or (labels[0] if labels else ""),
        unit=variable.unit,
        maps_to=variable.id,
    )
