"""The release note: what is shared, what was checked, what was left out and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from osa_survey.sharing.documents import Part, ShortDocument
from osa_survey.sharing.entries import SharingEntry
from osa_survey.sharing.identifiers import Found
from osa_survey.sharing.microdata import Microdata
from osa_survey.sharing.twins import THRESHOLD, Twin


def release_note(
    title: str,
    *,
    contents: Sequence[str],
    left_out: Mapping[str, str],
    entry: SharingEntry,
    twin: Twin | None,
    analyses: int,
    attempts: int,
    records: Microdata | None,
    missing: Sequence[str],
    titles: Mapping[str, str] = MappingProxyType({}),
) -> ShortDocument:
    """Return the release note.

    Parameters
    ----------
    title : str
        The title of the study.
    contents : sequence of str
        What the release holds.
    left_out : mapping of str to str
        Column of the raw export → why it is not part of the release.
    entry : SharingEntry
        ``[sharing]`` of the study file.
    twin : Twin or None
        The synthetic twin, if one is part of it.
    analyses, attempts : int
        Analyses run on the twin; how many twins were drawn until all of them had their shape.
    records : Microdata or None
        Records, if any are part of it.
    missing : sequence of str
        What the data-protection note does not say yet.
    titles : mapping of str to str
        Variable → what the note calls it.
    """

    def named(names: Sequence[str]) -> str:
        return ", ".join(titles.get(name, name) for name in names)

    parts = [Part("What is shared", points=tuple(contents))]
    if twin is not None:
        lines = (
            f"{len(twin.codes)} synthetic records of {len(twin.codes.columns)} columns, drawn from a Gaussian copula "
            "over ranks within the types of the variables. Shares of categories and rank correlations are those of the "
            "data up to chance; relations that follow from rules, and more than pairs, are kept only in part.",
            f"No synthetic record equals a real one that occurs fewer than {THRESHOLD} times: {twin.rare} real records "
            f"were kept away from, {twin.redrawn} synthetic ones drawn again. Categories of fewer than {THRESHOLD} "
            "people count as that many; the lowest and highest values of numbers are averages.",
            f"The plan of the study was run on the twin: {analyses} analyses have the rows of the real run and a "
            f"number wherever it has one (twin {attempts} of those drawn). Numbers of a twin are no results.",
        )
        parts.append(Part("The synthetic twin", lines))
    if records is not None:
        made = records.generalised
        who = "couples" if entry.couple else "records"
        steps = tuple(
            f"{titles.get(step.variable, step.variable) or 'all'}: {step.what} (unsafe records: "
            f"{step.unsafe_before}, then {step.unsafe_after})"
            for step in made.steps
        )
        lines = (
            f"{len(records.columns[0])} records in random order. Key variables: {named(entry.key_variables)}.",
            f"Each record shares them with at least {made.k} {who} (k = {made.k}, asked: {entry.k}), among which every "
            f"sensitive variable ({named(entry.sensitive)}) has at least {made.diversity} different answers "
            f"(l = {made.diversity}, asked: {entry.diversity}). Among them the shares of answers are at most "
            f"{made.closeness:.2f} from those of all records (t, asked: {entry.closeness:g}).",
            f"Other numbers have their {entry.k} lowest and highest values averaged. Whoever knows many other answers "
            "of a person can still find the record: share under an agreement.",
        )
        parts.append(Part("The records", lines, steps or ("no generalisation was needed",)))
    gone = tuple(f"{column}: {why}" for column, why in left_out.items())
    parts.append(Part("Left out of twin and records", points=gone or ("nothing",)))
    if entry.not_identifying:
        excused = tuple(f"{name}: {reason}" for name, reason in entry.not_identifying.items())
        parts.append(Part("Looks like an identifier and is none, says the study file", points=excused))
    if missing:
        parts.append(Part("Not stated yet", points=tuple(missing)))
    return ShortDocument(f"Release note: {title}", tuple(parts))


def words_of(found: Found) -> str:
    """Return what was found in a column, without any value."""
    if found.by == "name":
        return f"by its name, {found.kind}"
    return f"by {found.number} of its values, {found.kind}"
