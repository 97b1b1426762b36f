"""Two codebooks side by side: for each harmonised variable, what each study asked, and whether it can be compared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from typing import TYPE_CHECKING, Literal

from osa_survey.codebooks.mappings import NOT_STATED, MappedVariable, mapped_variables
from osa_survey.codebooks.model import Codebook
from osa_survey.instruments import Library
from osa_survey.instruments.reasons import REASONS

if TYPE_CHECKING:
    import pandas as pd

Verdict = Literal["comparable", "comparable after recode", "not comparable", "asked in one study"]
Facets = tuple[tuple[str, str], ...]
MEASURED_BY = "single_or_multi_item"
"""The facet that says how a question was measured, not what it is about."""


@dataclass(frozen=True)
class CrosswalkRow:
    """What two studies asked of one thing.

    Attributes
    ----------
    concept : str
        What is asked, whatever the window.
    facets : str
        What the studies say of the question, in words.
    first, second : str
        The variable of each study with its window, categories and harmonised variable; "" where it did not ask.
    verdict : str
        Comparable, comparable after recode, not comparable, or asked in one study.
    why : str
        What was recoded, or what stands in the way.
    """

    concept: str
    facets: str
    first: str
    second: str
    verdict: Verdict
    why: str


@dataclass(frozen=True)
class Crosswalk:
    """Two studies side by side; it is made from codebooks and holds no answers.

    Attributes
    ----------
    first, second : str
        The titles of the studies.
    rows : tuple of CrosswalkRow
        What both asked, then what one asked.
    """

    first: str
    second: str
    rows: tuple[CrosswalkRow, ...]

    @property
    def table(self) -> pd.DataFrame:
        """All rows as a table."""
        import pandas as pd

        return pd.DataFrame([astuple(row) for row in self.rows], columns=[field.name for field in fields(CrosswalkRow)])

    def as_text(self) -> str:
        """Return the crosswalk as lines for a terminal."""
        lines = [f"first: {self.first}", f"second: {self.second}"]
        for row in self.rows:
            head = f"{row.concept} ({row.facets})" if row.facets else row.concept
            lines += ["", f"{head}: {row.verdict}"]
            lines += [f"  {side}: {text}" for side, text in (("first", row.first), ("second", row.second)) if text]
            lines += [f"  why: {row.why}"] if row.why else []
        counts = [f"{sum(row.verdict == word for row in self.rows)} {word}" for word in VERDICTS]
        return "\n".join([*lines, "", ", ".join(counts)])


VERDICTS: tuple[Verdict, ...] = ("comparable", "comparable after recode", "not comparable", "asked in one study")


def codebook_crosswalk(first: Codebook, second: Codebook, library: Library) -> Crosswalk:
    """Return two codebooks side by side.

    Parameters
    ----------
    first, second : Codebook
        Codebooks whose variables map to harmonised ones.
    library : Library
        The definitions both use.

    Returns
    -------
    Crosswalk
        Questions on the same thing are paired whatever their windows; different windows are *not comparable*, and no
        frequency is turned into another one.
    """
    left, right = mapped_variables(first, library), mapped_variables(second, library)
    rows = sorted(
        [*_same_thing(left, right), *_look_alikes(left, right)], key=lambda row: row.verdict == "asked in one study"
    )
    return Crosswalk(first.title, second.title, tuple(rows))


def _same_thing(left: Sequence[MappedVariable], right: Sequence[MappedVariable]) -> Iterator[CrosswalkRow]:
    asked: dict[tuple[str, Facets], tuple[list[MappedVariable], list[MappedVariable]]] = defaultdict(lambda: ([], []))
    for side, mapped in enumerate((left, right)):
        for one in mapped:
            asked[one.variable.asks, _about(one)][side].append(one)
    for (concept, facets), (ones, others) in asked.items():
        words = ", ".join(f"{name}: {word}" for name, word in facets)
        if ones and others:
            for one, other in _pairs(ones, others):
                verdict, why = _judged(one, other)
                yield CrosswalkRow(concept, words, _asked(one), _asked(other), verdict, why)
            continue
        elsewhere = any(
            name == concept and rest != facets and sides[1 if ones else 0] for (name, rest), sides in asked.items()
        )
        why = "the other study asked this of something else, or does not say of what" if elsewhere else ""
        for one in (*ones, *others):
            first, second = (_asked(one), "") if ones else ("", _asked(one))
            yield CrosswalkRow(concept, words, first, second, "asked in one study", why)


def _about(one: MappedVariable) -> Facets:
    """Return the facets that say what a question is about; how it was measured is judged apart."""
    return tuple((name, word) for name, word in one.facets if name != MEASURED_BY)


def _pairs(
    ones: Sequence[MappedVariable], others: Sequence[MappedVariable]
) -> Iterator[tuple[MappedVariable, MappedVariable]]:
    """Yield pairs of the same harmonised variable; a question without such a partner is held against every other."""
    both = {one.variable.id for one in ones} & {other.variable.id for other in others}
    for one in ones:
        for other in others:
            alone = one.variable.id not in both or other.variable.id not in both
            if one.variable.id == other.variable.id or alone:
                yield one, other


def _look_alikes(left: Sequence[MappedVariable], right: Sequence[MappedVariable]) -> Iterator[CrosswalkRow]:
    """Yield pairs that a definition says not to compare though they look alike."""
    for one in left:
        for other in right:
            why = one.variable.not_comparable_with.get(other.variable.id, "")
            why = why or other.variable.not_comparable_with.get(one.variable.id, "")
            if why:
                concept = f"{one.variable.asks}, {other.variable.asks}"
                yield CrosswalkRow(concept, "", _asked(one), _asked(other), "not comparable", why)


def _asked(one: MappedVariable) -> str:
    own = list(one.entry.columns) if one.entry.type == "multiple" else list(one.entry.labels.values())
    window = one.entry.window or one.variable.window or "no window"
    return f"{one.name} ({window}): {'; '.join(own) or one.entry.type} → {one.variable.id}"


def _judged(one: MappedVariable, other: MappedVariable) -> tuple[Verdict, str]:
    against = [f"{side.name}: {side.obstacle}" for side in (one, other) if side.obstacle]
    if one.variable.window != other.variable.window:
        against.append(f"the windows are '{one.variable.window}' and '{other.variable.window}'")
    elif one.variable.id != other.variable.id:
        against.append(f"'{one.variable.id}' and '{other.variable.id}' have other answers")
    against += [f"neither study says: {name}" for name, word in _about(one) if word == NOT_STATED]
    how = tuple(dict(side.facets).get(MEASURED_BY, "") for side in (one, other))
    if NOT_STATED not in how and how[0] != how[1]:
        against.append(f"measured by {how[0]} and by {how[1]}")
    if against:
        return "not comparable", "; ".join(against)
    changed = [*_changes(one), *_changes(other), *_not_offered(one, other), *_not_offered(other, one)]
    remark = ["not every study says whether it asked a single item"] if NOT_STATED in how else []
    return "comparable after recode" if changed else "comparable", "; ".join([*changed, *remark])


def _changes(one: MappedVariable) -> Iterator[str]:
    if one.recoded:
        yield f"{one.name}: " + ", ".join(f"{own} → {target}" for own, target in one.recoded.items())
    if one.entry.not_mapped:
        yield f"{one.name}: no category for " + ", ".join(f"{own} ({why})" for own, why in one.entry.not_mapped.items())


def _not_offered(one: MappedVariable, other: MappedVariable) -> Iterator[str]:
    lacking = [word for word in dict.fromkeys(other.targets.values()) if word not in one.targets.values()]
    lacking = [word for word in lacking if word not in REASONS]
    if lacking:
        yield f"{one.name} does not offer: {', '.join(lacking)}"
