"""The ``[missing_data]`` table of a study file: what is done about missing answers."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from osa_survey.codebooks import Codebook
from osa_survey.errors import Problem, nearest
from osa_survey.instruments.files import FileModel
from osa_survey.plan.weights_entry import NAMES_IN

Method = Literal["pmm", "normal", "logistic", "ordinal", "multinomial", "poisson"]
Reason = Literal["refused", "dont_know"]
FEWEST_SETS = 2


class MissingDataEntry(FileModel):
    """What analyses do about missing answers, and how they are imputed.

    Attributes
    ----------
    method : {"listwise", "multiple_imputation"}
        ``listwise``: each analysis leaves out who has a gap in its variables. ``multiple_imputation``: each analysis is
        pooled over completed sets, unless its entry says ``missing = "listwise"``.
    m, iterations, donors : int
        Completed sets, rounds of each chain, donors of predictive mean matching.
    seed : int or None
        By default that of the study.
    variables : tuple of str
        Variables and scores that take part; by default all, restricted ones aside.
    methods : mapping of str to str
        Variable or score → its method, where the usual one is not wanted.
    impute_reasons : tuple of str
        ``refused`` and ``dont_know`` gaps are filled only where named here.
    interactions : tuple of three names each
        An outcome and two variables that interact in its model.
    min_correlation : float
        Weaker predictors are left out.
    weights : str
        The variable of the survey weights; by default those of ``[weights]``.
    delta : mapping of str to float
        Variable or score → what is added to its imputed values.
    delta_reasons : tuple of str
        Only gaps with these reasons are shifted.
    """

    method: Literal["listwise", "multiple_imputation"]
    m: int = Field(default=20, ge=FEWEST_SETS)
    iterations: int = Field(default=10, ge=1)
    donors: int = Field(default=5, ge=1)
    seed: int | None = Field(default=None, ge=0)
    variables: tuple[str, ...] = ()
    methods: dict[str, Method] = {}
    impute_reasons: tuple[Reason, ...] = ()
    interactions: tuple[tuple[str, str, str], ...] = ()
    min_correlation: float = Field(default=0.0, ge=0, lt=1)
    weights: str = ""
    delta: dict[str, float] = {}
    delta_reasons: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        problems = []
        if not self.imputes:
            given = sorted(self.model_fields_set - {"method"})
            problems += [f"missing_data: {name} belongs to method = 'multiple_imputation'" for name in given]
        problems += [
            f"missing_data.interactions[{position}]: name three different variables: outcome, predictor, moderator"
            for position, names in enumerate(self.interactions, start=1)
            if len(set(names)) < len(names)
        ]
        if self.delta_reasons and not self.delta:
            problems.append("missing_data: delta_reasons says whose imputed values are shifted; add delta")
        if problems:
            raise ValueError("; ".join(problems))
        return self

    @property
    def imputes(self) -> bool:
        """Whether gaps are filled."""
        return self.method == "multiple_imputation"

    @property
    def named(self) -> dict[str, tuple[str, ...]]:
        """Key → the variables, items and scores it names."""
        found = {"variables": self.variables, "methods": tuple(self.methods), "delta": tuple(self.delta)}
        found.update({f"interactions[{at}]": names for at, names in enumerate(self.interactions, start=1)})
        found["weights"] = (self.weights,) if self.weights else ()
        return found


def missing_data_problems(
    entry: MissingDataEntry, codebook: Codebook, known: tuple[str, ...], file: str
) -> list[Problem]:
    """Return what is wrong with the names in ``[missing_data]``.

    Parameters
    ----------
    entry : MissingDataEntry
        The table.
    codebook : Codebook
        The study's codebook.
    known : tuple of str
        Every variable and score of the study; items of blocks may be named too, and are looked at when data are there.
    file : str
        The study file's name, for the message.
    """
    blocks = tuple(f"{block}_" for block in codebook.blocks)
    return [
        Problem(
            "unknown_variable",
            f"there is no variable or score '{name}'",
            file,
            key=f"missing_data.{key}",
            hint=nearest(name, known, all_in=NAMES_IN),
        )
        for key, names in entry.named.items()
        for name in names
        if name not in known and not _may_be_item(name, blocks)
    ]


def _may_be_item(name: str, blocks: tuple[str, ...]) -> bool:
    return any(name.startswith(block) and name.removeprefix(block).isdigit() for block in blocks)
