"""Records that may be shared: no identifiers, key variables made coarse, extremes averaged, in random order."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.dataset import Responses
from osa_survey.errors import OutputError, Problem
from osa_survey.export.scored_files import disarmed
from osa_survey.instruments.reasons import REASONS
from osa_survey.sharing.couples import partner_rows, shared_by_both
from osa_survey.sharing.entries import SharingEntry
from osa_survey.sharing.generalising import Demands, Generalised, KeyVariable, generalise

Floats = NDArray[np.float64]
STEP_HEADS = ("step", "variable", "what", "unsafe_before", "unsafe_after")


@dataclass(frozen=True, repr=False)
class Microdata:
    """Records that passed the checks.

    Attributes
    ----------
    names : tuple of str
        The columns.
    columns : tuple of list of str
        What is written, gaps as nothing.
    reasons : tuple of list of str
        Why there is a gap, in words.
    generalised : Generalised
        The steps, and the k and l reached.
    """

    names: tuple[str, ...]
    columns: tuple[list[str], ...]
    reasons: tuple[list[str], ...]
    generalised: Generalised

    def __repr__(self) -> str:
        return (
            f"<Microdata: {len(self.columns[0])} records, k = {self.generalised.k}, l = {self.generalised.diversity}>"
        )

    def files(self) -> dict[str, str]:
        """Return the files: records, reasons of gaps, and the list of steps."""
        steps = [
            (str(number), step.variable, step.what, str(step.unsafe_before), str(step.unsafe_after))
            for number, step in enumerate(self.generalised.steps, start=1)
        ]
        return {
            "microdata.csv": _csv(self.names, list(zip(*self.columns, strict=True))),
            "microdata.reasons.csv": _csv(self.names, list(zip(*self.reasons, strict=True))),
            "generalisation_steps.csv": _csv(STEP_HEADS, steps),
        }


def microdata(responses: Responses, entry: SharingEntry, seed: np.random.SeedSequence) -> Microdata:
    """Return records that may be shared, or refuse.

    Parameters
    ----------
    responses : Responses
        Admitted answers after all exclusions. Free text, dates and identifiers are not part of them.
    entry : SharingEntry
        Key variables, sensitive variables, k and l.
    seed : SeedSequence
        For the order of the records.

    Returns
    -------
    Microdata
        Numbers that are no key variables have their k lowest and highest values averaged.

    Raises
    ------
    OutputError
        ``not_anonymous``; ``partners_in_one_record`` where a record holds the answers of both partners: whoever
        knows the own answers finds the own record and reads the other's; ``value_of_the_couple`` where both partners
        have the same value of a variable that is no key variable: by it one finds the other's record.
    """
    names = [str(name) for name in responses.codes.columns if name != entry.couple]
    together = [pair for pair in entry.partners if set(pair) <= set(names)]
    if together:
        problems = [
            Problem(
                "partners_in_one_record",
                f"a record holds '{one}' of one partner and '{other}' of the other",
                key="sharing.partners",
                hint="share the synthetic twin only: partners find their own record by their own answers",
            )
            for one, other in together
        ]
        raise OutputError(problems)
    units = None
    if entry.couple:
        _refuse_values_of_the_couple(responses, entry, names)
        units = np.unique(responses.codes[entry.couple].to_numpy(dtype=np.float64), return_inverse=True)[1].ravel()
    codes = {name: responses.codes[name].to_numpy(dtype=np.float64) for name in names}
    keys = tuple(_key(name, codes[name], responses) for name in entry.key_variables)
    sensitive = {name: codes[name] for name in entry.sensitive}
    types = {name: info.type for name, info in responses.variables.items()}
    ordered = frozenset(name for name in sensitive if types.get(name, "ordinal") != "nominal")
    made = generalise(
        keys,
        sensitive,
        demands=Demands(entry.k, entry.diversity, entry.closeness, ordered),
        most_suppressed=entry.most_suppressed,
        units=units,
    )
    order = np.random.default_rng(seed).permutation(np.flatnonzero(made.keep))
    texts = {key.name: key.texts() for key in made.keys}
    columns = []
    for name in names:
        own = (
            texts[name]
            if name in texts
            else _texts(name, _without_extremes(name, codes[name], responses, entry.k), responses)
        )
        columns.append([disarmed(own[record]) for record in order])
    words = np.array(["", *REASONS, "implied", "imputed"], dtype=object)
    reasons = [list(words[responses.reasons[name].to_numpy()[order]]) for name in names]
    return Microdata(tuple(names), tuple(columns), tuple(reasons), made)


def _refuse_values_of_the_couple(responses: Responses, entry: SharingEntry, names: Sequence[str]) -> None:
    partner = partner_rows(responses.codes[entry.couple].to_numpy(dtype=np.float64))
    problems = [
        Problem(
            "value_of_the_couple",
            f"both partners always have the same '{name}': by it one finds the other's record",
            key="sharing.key_variables",
            hint="name it among key_variables, or leave it out of the codebook",
        )
        for name in names
        if name not in entry.key_variables and shared_by_both(responses.codes[name].to_numpy(dtype=np.float64), partner)
    ]
    if problems:
        raise OutputError(problems)


def _key(name: str, codes: Floats, responses: Responses) -> KeyVariable:
    info = responses.variables[name]
    if not info.is_categorical:
        return KeyVariable(name, "number", codes)
    place = {code: float(position) for position, code in enumerate(info.codes)}
    positions = np.array([place.get(code, np.nan) for code in codes])
    return KeyVariable(name, info.type, positions, info.labels)


def _without_extremes(name: str, codes: Floats, responses: Responses, k: int) -> Floats:
    """Return a number with its k lowest and its k highest values averaged; categories as they are."""
    if name not in responses.variables or responses.variables[name].is_categorical:
        return codes
    order = np.argsort(codes, kind="stable")[: int((~np.isnan(codes)).sum())]
    changed = codes.copy()
    size = min(k, len(order) // 2)
    if size:
        for edge in (order[:size], order[-size:]):
            changed[edge] = np.round(codes[edge].mean(), 2)
    return changed


def _texts(name: str, codes: Floats, responses: Responses) -> list[str]:
    labels: dict[float, str] = {}
    if name in responses.variables:
        info = responses.variables[name]
        labels = dict(zip(info.codes, info.labels, strict=True))
    return ["" if np.isnan(code) else labels.get(code, f"{code:g}") for code in codes]


def _csv(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(heads)
    writer.writerows(rows)
    return buffer.getvalue()
