"""The ``[multiverse]`` table of a study file: other ways to answer the question of one of its analyses."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import Field, model_validator

from osa_survey.instruments.files import FileModel

MULTIVERSE = "multiverse"
"""The id of the result."""
MAIN = "main"
"""The title of the covariates of the main analysis where sets are declared."""
Kind = Literal[
    "linear", "rank", "logistic", "probit", "ordinal_logit", "ordinal_probit", "poisson", "negative_binomial"
]


class CodingEntry(FileModel):
    """Another outcome, or another coding of it.

    Attributes
    ----------
    variable : str
        The variable or score; by default that of the main analysis.
    at_least : float or None
        A binary coding: 1 from this value on.
    category : str or tuple of str
        ``is``: a binary coding, 1 for these categories.
    log : bool
        log(1 + y).
    """

    variable: str = ""
    at_least: float | None = None
    category: str | tuple[str, ...] = Field(default=(), alias="is")
    log: bool = False

    @model_validator(mode="after")
    def _one_coding(self) -> Self:
        if sum((self.at_least is not None, bool(self.category), self.log)) > 1:
            raise ValueError("an outcome has one coding: at_least, is or log")
        return self

    def coding(self, variable: str) -> dict[str, Any]:
        """Return the coding as ``multiverse`` takes it; ``variable`` is that of the main analysis."""
        found: dict[str, Any] = {"variable": self.variable or variable}
        found |= {"at_least": self.at_least} if self.at_least is not None else {}
        found |= {"is": self.category} if self.category else {}
        return found | ({"log": True} if self.log else {})


class ExclusionChoice(FileModel):
    """A further exclusion, in force or not: by a variable, or by a check as in ``[exclude]``."""

    variable: str = ""
    below: float | None = None
    above: float | None = None
    category: str | tuple[str, ...] = Field(default=(), alias="is")
    check: str = ""
    longest_run: int | None = Field(default=None, ge=2)
    below_median_share: float | None = Field(default=None, gt=0, lt=1)
    block: str = ""

    @property
    def rule(self) -> dict[str, Any]:
        """The rule as ``multiverse`` takes it."""
        return self.model_dump(by_alias=True, exclude_defaults=True)


class RuleEntry(FileModel):
    """Another scoring rule of a scale.

    Attributes
    ----------
    items : tuple of str
        A short form: ids of the items; by default all.
    min_answered, min_share : int, float or None
        How many of these items, or what share of them, must be answered; by default all.
    score : {"mean", "sum"} or None
        ``sum``: what was answered is added up, gaps add nothing.
    """

    items: tuple[str, ...] = ()
    min_answered: int | None = Field(default=None, ge=1)
    min_share: float | None = Field(default=None, gt=0, le=1)
    score: Literal["mean", "sum"] | None = None

    @property
    def rule(self) -> dict[str, Any]:
        """The rule as ``multiverse`` takes it."""
        return self.model_dump(exclude_defaults=True)


class MultiverseEntry(FileModel):
    """Other ways to answer the question of an analysis, every combination of them a specification.

    The preregistered specification is what the rest of the study file says: the outcome, the model and the covariates
    of the analysis, ``[scoring]`` and ``[exclude]``. What stands here is added to it.

    Attributes
    ----------
    analysis, term : str
        The id of an entry, and its predictor of interest; where the analysis has one only, term can be left out.
    row : mapping of str to str
        Key columns (``quantity``, ``term``, ``contrast`` …) of the row of the analysis that is the estimate; by default
        the coefficient of ``regress`` as a partial correlation, of other analyses their usual number.
    ways : mapping of str to mapping
        Title → arguments of the analysis that differ.
    outcomes : mapping of str to CodingEntry
        Title → another outcome or coding.
    predictors : tuple of str
        Other codings of the predictor of interest.
    covariates : tuple of str
        Further covariates; these and those of the analysis are each in or out.
    sets : mapping of str to tuple of str
        Title → set of covariates: instead of every subset only these and, as ``main``, that of the analysis.
    exclude : tuple of str
        Checks of ``[exclude]`` that are in force or not; the others are always in force.
    exclusions : mapping of str to ExclusionChoice
        Title → further exclusion, in force or not.
    scoring : mapping
        Block → scale → title → scoring rule beside that of the study.
    models : tuple of str
        Further models.
    cases : {"own", "common"}
        Whether each specification is of those who have its variables, as the analysis is, or all of those who have
        everything.
    predicted : {"positive", "negative"}
        The predicted direction.
    test : {"permutation", "bootstrap", "both"}
        The joint test.
    draws : int
        Shuffles and resamples of the joint test.
    seed : int or None
        By default that of the study.
    reason : str
        With it the multiverse is unweighted and takes the answers as given, whatever the analysis does: why that is no
        harm.
    """

    analysis: str
    term: str = ""
    row: dict[str, str] = {}
    ways: dict[str, dict[str, Any]] = {}
    outcomes: dict[str, CodingEntry] = {}
    predictors: tuple[str, ...] = ()
    covariates: tuple[str, ...] = ()
    sets: dict[str, tuple[str, ...]] = {}
    exclude: tuple[str, ...] = ()
    exclusions: dict[str, ExclusionChoice] = {}
    scoring: dict[str, dict[str, dict[str, RuleEntry]]] = {}
    models: tuple[Kind, ...] = ()
    cases: Literal["own", "common"] = "own"
    predicted: Literal["positive", "negative"] = "positive"
    test: Literal["permutation", "bootstrap", "both"] = "both"
    draws: int = Field(default=500, ge=99)
    seed: int | None = Field(default=None, ge=0)
    reason: str = ""

    @model_validator(mode="after")
    def _sets_or_subsets(self) -> Self:
        if self.sets and self.covariates:
            raise ValueError("multiverse: give covariates that are each in or out, or sets of them, not both")
        if MAIN in self.sets:
            raise ValueError(f"multiverse.sets: '{MAIN}' is the set of the analysis; give this one another title")
        return self

    @property
    def around_any(self) -> bool:
        """Whether the analysis is taken row by row even where it is a regression."""
        return bool(self.row or self.ways)

    @property
    def scales(self) -> dict[str, dict[str, dict[str, Any]]]:
        """Scored column → title → scoring rule."""
        return {
            f"{block}_{scale}": {title: entry.rule for title, entry in rules.items()}
            for block, scales in self.scoring.items()
            for scale, rules in scales.items()
        }
