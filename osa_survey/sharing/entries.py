"""The ``[sharing]`` and ``[data_protection]`` tables of a study file: what may be shared, and on what grounds."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from osa_survey.instruments.files import FileModel

SMALLEST_CLASS = 5
"""The threshold of the journal profile, for records as for counts."""
SMALLEST_DIVERSITY = 2
MOST_SUPPRESSED = 0.05


class SharingEntry(FileModel):
    """What ``osa-survey release`` writes.

    Attributes
    ----------
    twin : bool
        Whether a synthetic twin is written.
    microdata : bool
        Whether records are written, after the checks; needs ``key_variables`` and ``sensitive``.
    key_variables : tuple of str
        Variables by which somebody could recognise a respondent: age, gender, region, occupation, ….
    sensitive : tuple of str
        Variables that nobody may read off for a recognised respondent.
    k, diversity : int
        The fewest records (of couples: the fewest couples) that share their key variables, and the fewest different
        answers to each sensitive variable within them (the k and the l of the literature).
    closeness : float
        The t of t-closeness: how far the answers of a class may be from those of all records; 1 asks for nothing.
    most_suppressed : float
        The largest share of records that may be left out to get there.
    couple : str
        Variable that holds the number of the couple, where both partners have a record of their own.
    partners : tuple of (str, str)
        Where a record holds both partners: the variable of one and the same variable of the other.
    not_identifying : mapping of str to str
        Column or variable → why it identifies nobody although its name or values look like it; printed.
    """

    twin: bool = True
    microdata: bool = False
    key_variables: tuple[str, ...] = ()
    sensitive: tuple[str, ...] = ()
    k: int = Field(default=SMALLEST_CLASS, ge=3)
    diversity: int = Field(default=SMALLEST_DIVERSITY, ge=2)
    closeness: float = Field(default=1.0, gt=0, le=1)
    most_suppressed: float = Field(default=MOST_SUPPRESSED, ge=0, le=0.5)
    couple: str = ""
    partners: tuple[tuple[str, str], ...] = ()
    not_identifying: dict[str, str] = {}

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        problems = []
        if self.microdata and not (self.key_variables and self.sensitive):
            problems.append("sharing: microdata = true needs key_variables and sensitive")
        both = sorted(set(self.key_variables) & set(self.sensitive))
        problems += [f"sharing: '{name}' is a key variable or a sensitive one, not both" for name in both]
        problems += [
            f"sharing.not_identifying.{name}: say why it identifies nobody"
            for name, reason in self.not_identifying.items()
            if not reason.strip()
        ]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    @property
    def named(self) -> tuple[str, ...]:
        """Every variable the table names and the study must have."""
        pairs = [name for pair in self.partners for name in pair]
        return (*self.key_variables, *self.sensitive, *([self.couple] if self.couple else []), *pairs)


class DataProtectionEntry(FileModel):
    """On what grounds answers about sexual life are processed, and how they are kept safe.

    Attributes
    ----------
    controller, contact : str
        Who is responsible, and where respondents and readers ask.
    article_9_condition : str
        The condition of Art. 9 (2) GDPR, or of the law that applies, such as ``"(a) explicit consent"``.
    safeguards : tuple of str
        What keeps the answers safe.
    retention : str
        How long, and what happens then.
    access : str
        Who may see the records.
    dpia : {"yes", "no", ""}
        Whether a data protection impact assessment was made; ``dpia_reason`` says why not, or where it is.
    transfers : str
        Whether answers leave the country or reach a processor.
    """

    controller: str = ""
    contact: str = ""
    article_9_condition: str = ""
    safeguards: tuple[str, ...] = ()
    retention: str = ""
    access: str = ""
    dpia: Literal["yes", "no", ""] = ""
    dpia_reason: str = ""
    transfers: str = ""
