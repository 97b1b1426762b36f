"""From the variables of a study to harmonised variables: what goes where, what merges, and what stands in the way."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from osa_survey.codebooks.model import Codebook, VariableEntry
from osa_survey.errors import Problem, nearest
from osa_survey.instruments import HarmonisedVariable, Library
from osa_survey.instruments.reasons import REASON_CODES

NOT_STATED = "not stated"
SAME_KIND = {("count", "number")}
"""Own type and harmonised type that fit though they differ: a count is a number."""


@dataclass(frozen=True)
class MappedVariable:
    """One study variable and the harmonised variable it maps to.

    Attributes
    ----------
    name : str
        The variable of the study.
    entry : VariableEntry
        Its entry in the codebook.
    variable : HarmonisedVariable
        What it maps to.
    column : str
        The harmonised column: the id, then the facets that are stated, such as ``outcome_positive__sexting__own``.
    targets : mapping of str to str
        Own category (or option) → harmonised category, or reason of a gap.
    """

    name: str
    entry: VariableEntry
    variable: HarmonisedVariable
    column: str
    targets: Mapping[str, str]

    @property
    def facets(self) -> tuple[tuple[str, str], ...]:
        """Facet → what the study says of it, in the order of the definition."""
        return tuple((name, self.entry.facets.get(name, NOT_STATED)) for name in self.variable.facets)

    @property
    def recoded(self) -> Mapping[str, str]:
        """Own category → another word of the harmonised variable."""
        return {own: target for own, target in self.targets.items() if own in self.entry.recode and own != target}

    @property
    def merges(self) -> Mapping[str, tuple[str, ...]]:
        """Harmonised category → the two or more own categories that become it."""
        sources: dict[str, list[str]] = defaultdict(list)
        for own, target in self.targets.items():
            sources[target].append(own)
        return {target: tuple(own) for target, own in sources.items() if len(own) > 1}

    @property
    def window_differs(self) -> bool:
        """Whether the study names another recall window than the definition."""
        return bool(self.entry.window) and plain(self.entry.window) != plain(self.variable.window)

    @property
    def type_differs(self) -> bool:
        """Whether the level of measurement is another."""
        pair = (self.entry.type, self.variable.type)
        return self.entry.type != self.variable.type and pair not in SAME_KIND

    @property
    def unit_differs(self) -> bool:
        """Whether a number of the study names another unit than the definition."""
        named = bool(self.entry.unit and self.variable.unit)
        return named and plain(self.entry.unit) != plain(self.variable.unit)

    @property
    def obstacle(self) -> str:
        """Why the answers cannot be used as those of the harmonised variable, or ""."""
        if self.entry.is_restricted or self.variable.type == "text":
            return "free text, dates and identifiers stay closed"
        if self.window_differs:
            return f"the window is '{self.entry.window}', not '{self.variable.window}'"
        if self.type_differs:
            return f"the type is {self.entry.type}, not {self.variable.type}"
        if self.unit_differs:
            return f"the unit is '{self.entry.unit}', not '{self.variable.unit}'"
        return ""


def mapped_variables(codebook: Codebook, library: Library) -> tuple[MappedVariable, ...]:
    """Return every variable of a codebook that maps to a harmonised one, in the codebook's order.

    Parameters
    ----------
    codebook : Codebook
        A codebook without problems of mapping.
    library : Library
        The definitions.
    """
    return tuple(
        _mapped(name, entry, library.variables[entry.maps_to])
        for name, entry in codebook.variables.items()
        if entry.maps_to in library.variables
    )


def _mapped(name: str, entry: VariableEntry, variable: HarmonisedVariable) -> MappedVariable:
    words = [slug(entry.facets[facet]) for facet in variable.facets if facet in entry.facets]
    targets = {
        own: entry.recode.get(own, spelt) for own, spelt in categories(entry).items() if own not in entry.not_mapped
    }
    return MappedVariable(name, entry, variable, "__".join([variable.id, *words]), targets)


def categories(entry: VariableEntry) -> dict[str, str]:
    """Return the own categories or options of an entry, each with the words a harmonised category would have."""
    if entry.type == "multiple":
        return {option: option.replace("_", " ") for option in entry.columns}
    return {label: label for label in entry.labels.values()}


def slug(words: str) -> str:
    """Return words as part of a column name.

    Examples
    --------
    >>> slug("partner's use")
    'partners_use'
    """
    return re.sub(r"\W+", "_", words.replace("'", "").casefold()).strip("_")


def plain(words: str) -> str:
    """Return words so that case and spaces do not matter."""
    return " ".join(words.casefold().split())


def mapping_problems(codebook: Codebook, library: Library, file: str) -> list[Problem]:
    """Return what would be lost or misread between the variables of a codebook and the harmonised ones.

    Every category needs a harmonised category, the reason of a gap, or a reason under ``not_mapped``.
    """
    problems: list[Problem] = []
    known = sorted(library.variables)
    for name, entry in codebook.variables.items():
        if not entry.maps_to:
            continue
        key = f"variables.{name}"
        if entry.maps_to not in library.variables:
            message = f"there is no harmonised variable '{entry.maps_to}'"
            hint = nearest(entry.maps_to, known, all_in='"Harmonised variables" in data_dictionary/README.md')
            problems.append(Problem("unknown_variable", message, file, key=f"{key}.maps_to", hint=hint))
            continue
        variable = library.variables[entry.maps_to]
        problems += _category_problems(entry, variable, file, key)
        problems += _facet_problems(entry, variable, file, key)
    return problems


def _category_problems(entry: VariableEntry, variable: HarmonisedVariable, file: str, key: str) -> list[Problem]:
    own, harmonised = categories(entry), set(variable.labels.values())
    problems = []
    for table in ("recode", "not_mapped"):
        for word in getattr(entry, table):
            if word not in own:
                message = f"'{word}' is no category of this variable"
                hint = nearest(word, sorted(own))
                problems.append(Problem("unknown_category", message, file, key=f"{key}.{table}", hint=hint))
    for word, why in entry.not_mapped.items():
        if not why or word in entry.recode:
            message = f"'{word}' needs a reason here" if not why else f"'{word}' stands in recode, too"
            hint = 'write not_mapped = { "category" = "why no harmonised category holds it" }'
            problems.append(Problem("unclear_category", message, file, key=f"{key}.not_mapped", hint=hint))
    if not harmonised:
        return problems
    for word, spelt in own.items():
        target = entry.recode.get(word, spelt)
        if word in entry.not_mapped or target in harmonised or (word in entry.recode and target in REASON_CODES):
            continue
        message = f"'{word}' is no category of '{variable.id}'"
        hint = f"add it to recode, or to not_mapped with the reason; {nearest(target, sorted(harmonised))}"
        problems.append(Problem("not_in_recode", message, file, key=f"{key}.maps_to", hint=hint))
    return problems


def _facet_problems(entry: VariableEntry, variable: HarmonisedVariable, file: str, key: str) -> list[Problem]:
    problems = []
    for facet, word in entry.facets.items():
        allowed = variable.facets.get(facet)
        if allowed is None:
            message = f"'{variable.id}' has no facet '{facet}'"
            problems.append(
                Problem("unknown_facet", message, file, key=f"{key}.facets", hint=nearest(facet, list(variable.facets)))
            )
        elif word not in allowed:
            message = f"'{word}' is no word for the facet '{facet}'"
            problems.append(Problem("unknown_facet", message, file, key=f"{key}.facets", hint=nearest(word, allowed)))
    return problems
