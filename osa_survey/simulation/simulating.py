"""``simulate``: a raw export from instruments and a population, the same for every number of workers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osa_survey.codebooks import Codebook
from osa_survey.errors import AnalysisError
from osa_survey.instruments import Library
from osa_survey.instruments.reasons import REASON_CODES
from osa_survey.simulation.paradata_columns import paradata_columns, with_mark
from osa_survey.simulation.person_draws import GroupTraits
from osa_survey.simulation.population_files import PopulationEntry
from osa_survey.simulation.populations import Population, population
from osa_survey.simulation.question_plans import GAP, QuestionColumn
from osa_survey.simulation.record_blocks import Records, draw_block
from osa_survey.simulation.simulated_exports import SimulatedColumn, SimulatedExport
from osa_survey.simulation.structures import group_shifts

BLOCK = 4096
"""People who share a stream of random numbers; even, so that no couple is torn."""
ALPHABET = np.array(list("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"))
REASON_WORDS = {code: reason for reason, code in REASON_CODES.items()}


def simulate(
    codebook: Codebook,
    who: Population | PopulationEntry | None = None,
    n: int | None = None,
    seed: int = 1,
    *,
    library: Library | None = None,
    workers: int = 1,
    by_arrival: bool = True,
    for_file: bool = True,
    name: str = "survey_simulated",
) -> SimulatedExport:
    """Return a raw export that nobody answered.

    Parameters
    ----------
    codebook : Codebook
        Which column of the export holds what; the instruments it names give items, keys and published numbers.
    who : Population or PopulationEntry, optional
        The population, ready or as the study file's ``[simulation]`` says it; by default every number is assumed.
    n : int, optional
        People; by default those of the population. Copies and further interviews come on top.
    seed : int
        The same seed gives the same export.
    library : Library, optional
        The definitions; by default those that ship.
    workers : int
        Threads; they change nothing but the time.
    by_arrival : bool
        Whether records are sorted by when they were begun, as in a file. Without it people stand in the order in which
        they were drawn, copies behind each block of people.
    for_file : bool
        Whether records get the identifiers that platforms write; without them an export is not to be written, and only
        a codebook that names them has them.
    name : str
        What the export is called.

    Returns
    -------
    SimulatedExport
        Columns, assumptions, and the planted truth.

    Raises
    ------
    DefinitionError
        If the population does not fit the codebook; all problems together.
    AnalysisError
        If ``n`` is below 1.

    Notes
    -----
    Every scale has a latent normal variable with mean 0 and variance 1 over all people, cut into answers by thresholds
    that give the alpha, mean and SD that were published or asked for; every variable has one, cut or transformed into
    its categories or numbers. They correlate as asked (a Gaussian copula); effects of one on another are added before
    cutting. Gaps, break-offs, careless answers and copies are laid over that, from streams of their own. People are
    drawn in blocks of a fixed size, each with a stream of its own.

    Examples
    --------
    >>> from osa_survey.codebooks import load_codebook
    >>> from osa_survey.instruments import data_dictionary
    >>> codebook = load_codebook(data_dictionary() / "examples" / "osa" / "codebook.toml")
    >>> export = simulate(codebook, n=300, seed=1)
    >>> int(export.person.max()) + 1, export.column("simulated").values
    (300, ('1',))
    """
    if not isinstance(who, Population):
        who = population(codebook, who, library)
    n = who.entry.n if n is None else n
    if n < 1:
        raise AnalysisError(f"{n} people cannot be simulated", hint="use n = 1 or more")
    structure, drawing, identity = np.random.SeedSequence(seed).spawn(3)
    traits = _group_traits(who, np.random.default_rng(structure))
    sizes = [min(BLOCK, n - first) for first in range(0, n, BLOCK)]
    blocks = _drawn(who, sizes, traits, drawing.spawn(len(sizes)), workers)
    return _assembled(who, blocks, seed, name, np.random.default_rng(identity), by_arrival, for_file)


def _drawn(
    who: Population, sizes: Sequence[int], traits: GroupTraits, seeds: Sequence[np.random.SeedSequence], workers: int
) -> list[Records]:
    tasks = list(zip(sizes, seeds, strict=True))
    if workers == 1 or len(tasks) == 1:
        return [draw_block(who, size, traits, seed) for size, seed in tasks]
    from joblib import Parallel, delayed

    run = Parallel(n_jobs=workers, prefer="threads")
    blocks: list[Records] = run(delayed(draw_block)(who, size, traits, seed) for size, seed in tasks)
    return blocks


def _group_traits(who: Population, rng: np.random.Generator) -> GroupTraits:
    shifts = group_shifts(who.nodes, rng)
    thresholds = {}
    drawn = {node.name: node.drawn for node in who.nodes}
    for name, groups in who.entry.groups.items():
        if groups.threshold_spread > 0:
            size = len(drawn[name].shares)  # type: ignore[union-attr]
            for plan in who.scales:
                own = rng.standard_normal((size, len(plan.positions)))
                thresholds[plan.name, name] = groups.threshold_spread * own
    return GroupTraits(shifts, thresholds)


def _assembled(
    who: Population,
    blocks: list[Records],
    seed: int,
    name: str,
    rng: np.random.Generator,
    by_arrival: bool,
    for_file: bool,
) -> SimulatedExport:
    started = np.concatenate([block.started for block in blocks])
    order = np.argsort(started, kind="stable") if by_arrival else np.arange(len(started))
    first = np.cumsum([0, *(int(block.person.max()) + 1 for block in blocks)])[:-1]
    person = np.concatenate([block.person + start for block, start in zip(blocks, first, strict=True)])[order]
    seconds = np.concatenate([block.seconds for block in blocks])[order]
    progress = np.concatenate([block.progress for block in blocks])[order]
    moments = np.datetime64(who.entry.times.first_day) + started[order].astype("timedelta64[s]")
    asked = bool(who.codebook.file.respondent_id) or any(column.kind == "identifier" for column in who.columns)
    identifiers = _identifiers(len(order), rng) if for_file or asked else ()
    days = moments.astype("datetime64[D]")
    told: dict[str, Any] = {"person": person, "couple": person // 2, "date": days}
    if asked:
        told["identifier"] = np.array(identifiers)
    columns = []
    by_key = {column.key: column for column in who.columns}
    for column in who.columns:
        cells = np.concatenate([block.cells[column.name] for block in blocks])[order]
        made = _column(column, cells, told, who.codebook)
        columns.append(replace(made, shown_if=_shown_if(column, by_key)))
    paradata = paradata_columns(who.codebook, columns, moments, seconds, progress, identifiers)
    every = with_mark(
        [*paradata, *(c for c in columns if c.embedded), *(c for c in columns if not c.embedded)], len(order)
    )
    masks = {flaw: np.concatenate([block.planted[flaw] for block in blocks])[order] for flaw in blocks[0].planted}
    truth = {
        "people": int(person.max()) + 1,
        "records": len(order),
        "planted": {flaw: int(mask.sum()) for flaw, mask in masks.items()},
        "planted_records": {flaw: np.flatnonzero(mask).tolist() for flaw, mask in masks.items()},
        **who.planted,
    }
    return SimulatedExport(
        name,
        seed,
        tuple(every),
        who.assumptions,
        truth,
        person,
        moments,
        seconds,
        progress,
        identifiers,
        who.codebook.language,
    )


def _column(column: QuestionColumn, cells: NDArray[Any], told: dict[str, Any], codebook: Codebook) -> SimulatedColumn:
    labels = {text: label for text, label in zip(column.texts, column.labels, strict=False) if text and label}
    gaps = {text: REASON_WORDS[code] for code, text in column.gaps if text}
    values = column.values
    if column.kind in told:
        values, cells = _named(column, told[column.kind], codebook)
    elif column.kind == "number":
        values, cells = _number_texts(column, cells, codebook.file.decimal or ".")
    elif column.kind == "blank":
        values, cells = ("",), np.zeros(len(cells), dtype=np.int8)
    option = column.kind == "option"
    return SimulatedColumn(column.name, values, cells, column.wording, labels, gaps, option, column.embedded)


def _shown_if(column: QuestionColumn, by_key: dict[str, QuestionColumn]) -> tuple[str, tuple[str, ...]]:
    if column.asked_if is None:
        return "", ()
    source = by_key[column.asked_if.variable]
    texts = dict(zip(source.codes, source.texts, strict=True))
    return source.name, tuple(texts.get(code, f"{code:g}") for code in column.asked_if.codes)


def _named(column: QuestionColumn, numbers: NDArray[Any], codebook: Codebook) -> tuple[tuple[str, ...], NDArray[Any]]:
    found, which = np.unique(numbers, return_inverse=True)
    if column.kind in ("identifier", "date"):
        return tuple(found.astype(str)), which.astype(np.int32)
    numeric = codebook.variables[column.entry].type in ("number", "count")
    letter = "" if numeric else column.kind[0].upper()
    return tuple(f"{letter}{number + 1:0{1 if numeric else 6}d}" for number in found), which.astype(np.int32)


def _number_texts(column: QuestionColumn, cells: NDArray[Any], decimal: str) -> tuple[tuple[str, ...], NDArray[Any]]:
    found, which = np.unique(cells, return_inverse=True)
    texts = []
    for value in found.tolist():
        if value <= GAP:
            texts.append(column.gaps[round(GAP - value)][1])
        else:
            texts.append(str(int(value)) if value.is_integer() else repr(value).replace(".", decimal))
    return tuple(texts), which.astype(np.int32)


def _identifiers(n: int, rng: np.random.Generator) -> tuple[str, ...]:
    letters = np.ascontiguousarray(ALPHABET[rng.integers(0, len(ALPHABET), (n, 15))])
    return tuple([f"R_{word}" for word in letters.view("U15").ravel().tolist()])
