"""The format of a codebook: one export, its columns, its missing codes, and how adulthood is shown."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from osa_survey.codebooks.merged_categories import merge_problem, merged_categories
from osa_survey.codebooks.named_variables import unknown_names
from osa_survey.codebooks.paradata_entries import AttentionCheck, Paradata
from osa_survey.instruments.answers import Code
from osa_survey.instruments.files import FileModel
from osa_survey.instruments.model import item_id
from osa_survey.instruments.reasons import Reason

ADULT = 18
Platform = Literal[
    "qualtrics",
    "limesurvey",
    "redcap",
    "sosci",
    "unipark",
    "surveymonkey",
    "google_forms",
    "microsoft_forms",
    "formr",
    "spss",
    "stata",
    "sas",
    "table",
]
EntryType = Literal["number", "count", "nominal", "ordinal", "multiple", "date", "text", "identifier"]
MissingCodes = dict[Reason, tuple[Code | str, ...]]


class FileSection(FileModel):
    """What the export is, where the reader's own finding must be fixed or overruled.

    Attributes
    ----------
    companions : tuple of str
        Files of the platform that come with the export: survey structure, dictionary, value lists.
    withdrawn : str
        A list of respondents who withdrew; they are left out at reading and counted.
    """

    platform: Platform = "table"
    respondent_id: str = ""
    encoding: str = ""
    delimiter: str = ""
    decimal: str = ""
    sheet: str = ""
    companions: tuple[str, ...] = ()
    withdrawn: str = ""


class Attested(FileModel):
    """How everyone was known to be an adult when the file holds no age; printed in flow, methods and ledger."""

    how: str = Field(min_length=1)
    by: str = Field(min_length=1)
    documented: str = Field(min_length=1)


class Consent(FileModel):
    """Which answers to which variable mean consent."""

    variable: str
    agreed: tuple[Code | str, ...] = Field(min_length=1)


class Eligibility(FileModel):
    """How adulthood is shown: exactly one of four ways, and consent where the file holds it.

    Attributes
    ----------
    age, birth_year, age_band : str
        A variable of this codebook.
    interview_year : int
        With ``birth_year``: the year of the interviews; a birth year that could still mean 17 is unknown.
    band_from : mapping of code to int
        With ``age_band``: the lowest age of each band; a band that starts below the minimum is unknown.
    attested : Attested
        Without any age in the file.
    minimum : int
        The lowest age admitted: 18 or more.
    """

    age: str = ""
    birth_year: str = ""
    interview_year: int | None = Field(default=None, ge=1990, le=2100)
    age_band: str = ""
    band_from: dict[Code, int] = {}
    attested: Attested | None = None
    consent: Consent | None = None
    minimum: int = Field(default=ADULT, ge=ADULT)

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = [name for name in ("age", "birth_year", "age_band", "attested") if getattr(self, name)]
        if len(ways) > 1:
            raise ValueError(f"adulthood is shown in one way, not by {' and '.join(ways)}")
        if self.birth_year and self.interview_year is None:
            raise ValueError("birth_year needs interview_year, the year of the interviews")
        if bool(self.age_band) != bool(self.band_from):
            raise ValueError("age_band and band_from belong together: band_from gives the lowest age of each band")
        return self

    @property
    def way(self) -> str:
        """Which way is used, or "" if none is declared."""
        return next((name for name in ("age", "birth_year", "age_band", "attested") if getattr(self, name)), "")


class AskedIf(FileModel):
    """The filter of a question: it was shown to those whose answer to ``variable`` is one of ``codes``."""

    variable: str
    codes: tuple[Code, ...] = Field(min_length=1)


class Implied(FileModel):
    """A value that a filter question implies for those routed past: filled, logged, and kept apart as implied."""

    value: Code
    variable: str
    codes: tuple[Code, ...] = Field(min_length=1)


class Block(FileModel):
    """One administration of an instrument.

    Attributes
    ----------
    columns : str or tuple of str or mapping of item id to str
        A pattern over item numbers such as ``"Q{n}"``, a list in item order, or item id → column.
    codes : mapping of str to code
        Export value or label → instrument code; required where the definition asks for polarity.
    """

    instrument: str
    columns: str | tuple[str, ...] | dict[str, str]
    missing: MissingCodes = {}
    codes: dict[str, Code] = {}
    asked_if: AskedIf | None = None
    title: str = ""

    def column_names(self, items: tuple[str, ...]) -> tuple[str, ...]:
        """Return the column of each item, in item order.

        Parameters
        ----------
        items : tuple of str
            The item ids of the instrument.

        Raises
        ------
        ValueError
            If the list has another length, or the table names other items.
        """
        if isinstance(self.columns, str):
            if not any(f"{{n{pad}}}" in self.columns for pad in ("", ":02d", ":03d")):
                raise ValueError("the pattern of columns needs {n}, the number of the item")
            return tuple(self.columns.format(n=n) for n in range(1, len(items) + 1))
        if isinstance(self.columns, tuple):
            if len(self.columns) != len(items):
                raise ValueError(f"{len(self.columns)} columns are listed for {len(items)} items")
            return self.columns
        unknown = [name for name in self.columns if name not in items]
        absent = [name for name in items if name not in self.columns]
        if unknown or absent:
            raise ValueError(f"unknown items {unknown}, items without a column {absent}")
        return tuple(self.columns[name] for name in items)

    def item_columns(self, block: str, items: tuple[str, ...]) -> tuple[str, ...]:
        """Return the name each item has in ``Responses``: the block's name and the item's number."""
        return tuple(item_id(block, n) for n in range(1, len(items) + 1))


class VariableEntry(FileModel):
    """One variable of the study and the column that holds it.

    Attributes
    ----------
    columns : mapping of str to str
        For type ``multiple``: option → column. The option ``x`` of variable ``v`` becomes the variable ``v_x``.
    ticked : tuple of code or str
        For type ``multiple``: values that mean ticked. A blank is "not ticked" where any option of the set is ticked.
    labels : mapping of str to str
        Export value → category, in the fixed order of the categories.
    merge : mapping of str to str
        Category → the category it is analysed as; ``reference`` and the study file name the categories that are left.
    maps_to : str
        A harmonised variable.
    recode : mapping of str to str
        Own category (or option) → harmonised category, or the reason of a gap, where the words differ.
    not_mapped : mapping of str to str
        Own category → why no harmonised category holds it; its answers are gaps in the harmonised column.
    facets : mapping of str to str
        What the harmonised variable wants to know of the question, such as ``activity``.
    window : str
        The recall window the question named, held against that of the harmonised variable.
    weight : bool
        Whether the number is a survey weight; ``check`` then looks at its sign, its gaps and its sum.
    """

    column: str = ""
    columns: dict[str, str] = {}
    ticked: tuple[Code | str, ...] = (1.0,)
    type: EntryType
    title: str = ""
    labels: dict[str, str] = {}
    missing: MissingCodes = {}
    merge: dict[str, str] = {}
    reference: str = ""
    minimum: float | None = None
    maximum: float | None = None
    unit: str = ""
    maps_to: str = ""
    recode: dict[str, str] = {}
    not_mapped: dict[str, str] = {}
    facets: dict[str, str] = {}
    window: str = ""
    asked_if: AskedIf | None = None
    implied: tuple[Implied, ...] = ()
    weight: bool = False

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.weight and self.type != "number":
            raise ValueError("weight = true belongs to variables of type number")
        if self.type == "multiple":
            if not self.columns or self.column:
                raise ValueError("type multiple needs columns = { option = column, … } and no column")
        elif not self.column or self.columns:
            raise ValueError(f"type {self.type} needs column = the name of one column")
        if (self.type in ("nominal", "ordinal")) != bool(self.labels):
            raise ValueError("labels belong to nominal and ordinal variables and are required there")
        if len(set(self.labels.values())) != len(self.labels):
            raise ValueError("two categories have the same label: give each its own, and say in merge which are one")
        problem = merge_problem(list(self.labels.values()), self.merge, ordered=self.type == "ordinal")
        if not problem and self.reference and self.reference not in self.categories:
            problem = f"the reference '{self.reference}' is not one of the labels"
        if problem:
            raise ValueError(problem)
        return self

    @property
    def categories(self) -> tuple[str, ...]:
        """The categories that analyses see: the labels after ``merge``."""
        return merged_categories(list(self.labels.values()), self.merge)

    @property
    def is_restricted(self) -> bool:
        """Whether the content is free text, a date or an identifier, kept apart from the analysis."""
        return self.type in ("text", "identifier", "date")


class Codebook(FileModel):
    """One export: which column holds which item or variable, the typed missing codes, and eligibility."""

    format: Literal[1]
    title: str
    language: str = "en"
    file: FileSection = FileSection()
    missing: MissingCodes = {}
    eligibility: Eligibility = Eligibility()
    paradata: Paradata = Paradata()
    attention: dict[str, AttentionCheck] = {}
    blocks: dict[str, Block] = {}
    variables: dict[str, VariableEntry] = {}
    ignored: tuple[str, ...] = ()
    simulated: bool = False

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        problems = [f"'{name}' is both a block and a variable" for name in self.blocks if name in self.variables]
        for name in (*self.blocks, *self.variables):
            if not name.isidentifier():
                problems.append(f"'{name}' cannot be a name: use letters, digits and _ and begin with a letter")
        named = [(f"eligibility.{way}", getattr(self.eligibility, way)) for way in ("age", "birth_year", "age_band")]
        named += [("eligibility.consent", self.eligibility.consent.variable)] if self.eligibility.consent else []
        entries: list[tuple[str, Block | VariableEntry]] = [*self.blocks.items(), *self.variables.items()]
        named += [(f"{name}.asked_if", entry.asked_if.variable) for name, entry in entries if entry.asked_if]
        named += [
            (f"{name}.implied", rule.variable) for name, entry in self.variables.items() for rule in entry.implied
        ]
        problems += unknown_names(named, {name: entry.column for name, entry in self.variables.items()})
        if problems:
            raise ValueError("; ".join(problems))
        return self
