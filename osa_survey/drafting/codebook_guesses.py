"""What a whole export may hold: platform columns, eligibility, instruments, shipped totals, variables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from osa_survey.dataset import Export
from osa_survey.drafting import known_columns as known
from osa_survey.drafting.block_guesses import BlockGuess, guess_block, is_shipped_total
from osa_survey.drafting.column_profiles import ColumnProfile, as_code, column_profile, numbers_of
from osa_survey.drafting.instrument_candidates import matching_instruments
from osa_survey.drafting.item_sets import ItemSet, item_sets, ticked_sets
from osa_survey.drafting.names import variable_name
from osa_survey.drafting.person_guesses import (
    Eligibility,
    guess_age,
    guess_birth_year,
    guess_consent,
    guess_gender,
)
from osa_survey.drafting.variable_guesses import Field, Guess, guess_variable
from osa_survey.instruments import Library

YEAR = re.compile(r"\b(?:19|20)\d{2}\b")
ADULT, OLDEST = 18, 120
SMALLEST_SCALE = 3


@dataclass
class CodebookGuesses:
    """Everything that goes into a drafted codebook.

    Attributes
    ----------
    eligibility, paradata, file : list of Field
        Lines of these tables.
    blocks : dict of str to BlockGuess
        Block → instrument and columns.
    variables : dict of str to Guess
        Variable → entry.
    ignored : list of (str, str)
        Column, and why it is left out.
    remarks : list of str
        What was seen and has no place in an entry.
    roles : dict of str to str
        ``age``, ``gender`` → the variable that was taken for it.
    """

    eligibility: list[Field] = field(default_factory=list)
    paradata: list[Field] = field(default_factory=list)
    file: list[Field] = field(default_factory=list)
    blocks: dict[str, BlockGuess] = field(default_factory=dict)
    variables: dict[str, Guess] = field(default_factory=dict)
    ignored: list[tuple[str, str]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    roles: dict[str, str] = field(default_factory=dict)


def guess_codebook(export: Export, library: Library) -> CodebookGuesses:
    """Return what every column of an export may be.

    Parameters
    ----------
    export : Export
        The raw export.
    library : Library
        The shelf of instruments and harmonised variables.
    """
    return _Drafting(export, library).result


class _Drafting:
    """One pass over an export; every column is taken once."""

    def __init__(self, export: Export, library: Library) -> None:
        self.export = export
        self.library = library
        self.profiles = {name: column_profile(export, name) for name in export.names}
        self.order = {name: position for position, name in enumerate(export.names)}
        self.taken: set[str] = set()
        self.names: set[str] = set()
        self.adults: NDArray[np.bool_] = np.ones(export.n_records, dtype=bool)
        self.interview_year: int | None = None
        self.result = CodebookGuesses()
        for name, profile in self.profiles.items():
            if not profile.counts:
                self._ignore(name, "no record has a value")
        self._platform_columns()
        self._people()
        unmatched = self._blocks()
        self._ticked()
        for found in unmatched:
            self._remark_on_set(found)
        for name, profile in self.profiles.items():
            if name not in self.taken:
                self._add(name, guess_variable(profile, self._name(name)))
        position = {guess.name: self.order[_first_column(guess)] for guess in self.result.variables.values()}
        self.result.variables = dict(sorted(self.result.variables.items(), key=lambda entry: position[entry[0]]))

    def _name(self, column: str) -> str:
        return variable_name(column, self.names, f"column_{self.order[column] + 1}")

    def _ignore(self, column: str, why: str) -> None:
        self.result.ignored.append((column, why))
        self.taken.add(column)

    def _add(self, column: str, guess: Guess) -> None:
        self.result.variables[guess.name] = guess
        self.names.add(guess.name)
        self.taken.add(column)

    def _platform_columns(self) -> None:
        result, filled = self.result, {"respondent_id": False}
        for column, profile in self.profiles.items():
            role = known.platform_role(column)
            if column in self.taken or not role:
                continue
            head = Field("column", column)
            if role == "ignored":
                self._ignore(column, "a column of the platform")
            elif role in ("started", "ended", "duration", "progress"):
                if any(line.key == role for line in result.paradata) or (
                    role in ("duration", "progress") and not profile.is_numeric
                ):
                    continue
                result.paradata.append(Field(role, column, "seconds" if role == "duration" else ""))
                self.taken.add(column)
                if role == "started" or self.interview_year is None:
                    self.interview_year = _earliest_year(profile) or self.interview_year
            elif role == "date":
                self._add(column, Guess(self._name(column), (head, Field("type", "date", "by its name"))))
            else:
                if role == "respondent_id" and not filled["respondent_id"] and profile.is_unique:
                    result.file.append(Field("respondent_id", column, "by its name; every record has its own"))
                    filled["respondent_id"] = True
                self._add(column, Guess(self._name(column), (head, Field("type", "identifier", "by its name"))))
        for column in self.profiles:
            if column not in self.taken and known.IDENTITY.search(column):
                fields = (Field("column", column), Field("type", "identifier", "by its name: it may identify a person"))
                self._add(column, Guess(self._name(column), fields))

    def _people(self) -> None:
        age = self._found(known.AGE, known.WORDS_OF_AGE)
        born = self._found(known.BIRTH_YEAR)
        gender = self._found(known.GENDER, known.WORDS_OF_GENDER)
        consent = self._found(known.CONSENT, known.WORDS_OF_CONSENT)
        shown = Eligibility(())
        if age:
            name = variable_name("age", self.names)
            guess, shown = guess_age(self.profiles[age], name)
            self._add(age, guess)
            self.result.roles["age"] = name
            if guess.type == "number":
                ages = numbers_of(self.export, age)
                self.adults = (ages >= ADULT) & (ages <= OLDEST)
        if born:
            guess, by_year = guess_birth_year(self.profiles[born], self._name(born), self.interview_year)
            self._add(born, guess)
            shown = shown if age else by_year
            if not age and not by_year.fields:
                self.result.remarks.append(
                    f"'{born}' looks like the year of birth: under [eligibility] write birth_year = \"{guess.name}\" "
                    "and interview_year = the year of the interviews"
                )
        self.result.eligibility.extend(shown.fields)
        if gender:
            name = variable_name("gender", self.names)
            harmonised = self.library.variables["gender"].labels if "gender" in self.library.variables else {}
            guess = guess_gender(self.profiles[gender], name, harmonised)
            self._add(gender, guess)
            if guess.type == "nominal":
                self.result.roles["gender"] = name
        if consent:
            guess, agreed = guess_consent(self.profiles[consent], variable_name("consent", self.names))
            self._add(consent, guess)
            self.result.eligibility.extend(agreed.fields)
            if not agreed.fields:
                self.result.remarks.append(f"'{consent}' looks like consent, but which answers agree cannot be seen")

    def _found(self, names: re.Pattern[str], wording: re.Pattern[str] | None = None) -> str:
        found = known.column_named(self.export, names, wording)
        return "" if found in self.taken else found

    def _blocks(self) -> list[ItemSet]:
        """Take the columns of instruments, and return the sets that fit none."""
        unmatched = []
        for found in item_sets(self.profiles, self.taken):
            answers = np.column_stack([numbers_of(self.export, column) for column in found.columns])
            matches = matching_instruments(found, self.profiles, self.library, answers[self.adults])
            if not matches:
                unmatched.append(found)
                continue
            instrument = matches[0].instrument
            block, number = instrument.id, 2
            while block in self.names:
                block, number = f"{instrument.id}_{number}", number + 1
            self.result.blocks[block] = guess_block(found, matches, self.profiles)
            self.names |= {block, *(f"{block}_{scale.id}" for scale in instrument.scales)}
            self.names |= {f"{block}_{n:02d}" for n in range(1, len(found.columns) + 1)}
            self.taken |= set(found.columns)
            for column, profile in self.profiles.items():
                if column not in self.taken and profile.is_numeric:
                    total = numbers_of(self.export, column)
                    if is_shipped_total(total[self.adults], answers[self.adults], matches[0]):
                        self._ignore(column, f"a total of {found.title} shipped with the file; scores are made anew")
        return unmatched

    def _remark_on_set(self, found: ItemSet) -> None:
        if len(found.columns) >= SMALLEST_SCALE and not self.taken & set(found.columns):
            self.result.remarks.append(
                f"{found.title} look like one scale of {len(found.columns)} items, but no instrument of the shelf has "
                "as many items with these answers"
            )

    def _ticked(self) -> None:
        for found in ticked_sets(self.profiles, self.taken):
            values: dict[str, float] = {}
            for column in found.columns:
                profile = self.profiles[column]
                values.update({value: profile.numbers.get(value, np.nan) for value in profile.counts if value != "0"})
            name = variable_name(found.stem or "ticked", self.names)
            options = {str(n): column for n, column in enumerate(found.columns, start=1)}
            numbers = {value: number for value, number in values.items() if not np.isnan(number)}
            ticked = [as_code(value, numbers) for value in values] or [1]
            fields = (
                Field("columns", options, "one question with several answers to tick; give the options names"),
                Field("type", "multiple"),
                Field("ticked", ticked, "values that mean ticked"),
            )
            self._add(found.columns[0], Guess(name, fields))
            self.names |= {f"{name}_{option}" for option in options}
            self.taken |= set(found.columns)


def _first_column(guess: Guess) -> str:
    columns: Mapping[str, str] = guess.value("columns") or {"": guess.value("column")}
    return next(iter(columns.values()))


def _earliest_year(profile: ColumnProfile) -> int | None:
    years = [int(year) for value in profile.counts if profile.is_date for year in YEAR.findall(value)]
    return min(years, default=None)
