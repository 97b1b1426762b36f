"""The ``[weights]`` table of a study file: how respondents were drawn and are weighted."""

from __future__ import annotations

import itertools
from typing import Literal, Self

from pydantic import Field, model_validator

from osa_survey.codebooks import Codebook
from osa_survey.errors import Problem, nearest
from osa_survey.instruments.files import FileModel

SOURCE = "source"
CROSS = "*"
NAMES_IN = "the names under [variables] and [blocks] of the codebook; a score is called block_scale"
Names = str | tuple[str, ...]


class ReplicatesEntry(FileModel):
    """Replicate weights made from the strata and clusters; the seed is that of the study."""

    kind: Literal["JK1", "JKn", "BRR", "Fay", "bootstrap"]
    number: int = Field(default=500, ge=2)
    fay: float = Field(default=0.5, gt=0, lt=1)


class WeightsEntry(FileModel):
    """Weights and sampling plan; whether the sample is a probability sample stands under ``[fieldwork]``.

    Attributes
    ----------
    variable : str
        The variable of the weights; without it all start equal, or follow from ``fpc``.
    strata, clusters, fpc : str or tuple of str
        Variables of the stages of sampling.
    nest : bool
        Whether clusters are numbered anew in each stratum.
    lonely : {"refuse", "adjust", "remove"}
        What a stratum with one cluster adds to a variance.
    replicates : str or tuple of str
        Variables of replicate weights, or a pattern such as ``"rw{n}"``; with ``kind``, ``scale``, ``rscales``,
        ``fay`` and ``mse``.
    make_replicates : ReplicatesEntry or None
        Replicate weights to be made.
    rake : mapping
        Variable → category → share, percentage or count, with ``source``.
    outside : {"refuse", "keep"}
        What is done with respondents who have no target.
    trim, trim_below : float or None
        Bounds of weights as multiples of their mean; after raking margins and bounds hold together.
    totals : mapping
        Variable → population total, or category → count: linear calibration instead of raking.
    """

    variable: str = ""
    strata: Names = ()
    clusters: Names = ()
    fpc: Names = ()
    nest: bool = False
    lonely: Literal["refuse", "adjust", "remove"] = "refuse"
    replicates: Names = ()
    kind: Literal["JK1", "JKn", "BRR", "Fay", "bootstrap"] = "JK1"
    scale: float | None = Field(default=None, gt=0)
    rscales: tuple[float, ...] | None = None
    fay: float = Field(default=0.0, ge=0, lt=1)
    mse: bool = False
    make_replicates: ReplicatesEntry | None = None
    rake: dict[str, dict[str, float | str]] = {}
    outside: Literal["refuse", "keep"] = "refuse"
    trim: float | None = Field(default=None, gt=1)
    trim_below: float | None = Field(default=None, ge=0, lt=1)
    totals: dict[str, float | dict[str, float]] = {}

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        problems = []
        if not (
            self.variable or self.strata or self.clusters or self.fpc or self.rake or self.totals or self.replicates
        ):
            problems.append("weights: name a variable, a sampling plan, or margins to rake to")
        if self.rake and self.totals:
            problems.append("weights: rake and totals are two ways of weighting; keep one")
        if self.replicates and self.make_replicates is not None:
            problems.append("weights: replicate weights are given, so that none are made; keep one of the two")
        if self.trims and not (self.rake or self.variable):
            problems.append("weights: trim and trim_below need a variable of weights, or rake")
        if self.trims and (self.totals or self.replicates):
            problems.append("weights: trim and trim_below go neither with totals nor with given replicate weights")
        for name, margin in self.rake.items():
            if not str(margin.get(SOURCE, "")).strip():
                problems.append(f"weights.rake.{name}: add source = where the targets come from")
            wrong = [key for key, value in margin.items() if key != SOURCE and isinstance(value, str)]
            problems += [f"weights.rake.{name}: the target of '{key}' is no number" for key in wrong]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    @property
    def trims(self) -> bool:
        """Whether weights are held within bounds."""
        return self.trim is not None or self.trim_below is not None

    @property
    def variables(self) -> dict[str, tuple[str, ...]]:
        """Key → the variables it names; a pattern of replicate weights names none here."""
        found = {"variable": listed(self.variable)}
        found.update({key: listed(getattr(self, key)) for key in ("strata", "clusters", "fpc")})
        if not (isinstance(self.replicates, str) and "{n}" in self.replicates):
            found["replicates"] = listed(self.replicates)
        for key, table in (("rake", self.rake), ("totals", self.totals)):
            found.update({f"{key}.{name}": tuple(part.strip() for part in name.split(CROSS)) for name in table})
        return found


def listed(names: Names) -> tuple[str, ...]:
    """Return names as a tuple; an empty string is none."""
    return ((names,) if names else ()) if isinstance(names, str) else tuple(name for name in names if name)


def weights_problems(entry: WeightsEntry, codebook: Codebook, known: tuple[str, ...], file: str) -> list[Problem]:
    """Return what is wrong with the names in ``[weights]``: variables that do not exist, categories they do not have.

    Parameters
    ----------
    entry : WeightsEntry
        The table.
    codebook : Codebook
        The study's codebook.
    known : tuple of str
        Every variable and score of the study.
    file : str
        The study file's name, for the message.
    """
    problems = [
        Problem(
            "unknown_variable",
            f"there is no variable '{name}'",
            file,
            key=f"weights.{key}",
            hint=nearest(name, known, all_in=NAMES_IN),
        )
        for key, names in entry.variables.items()
        for name in names
        if name not in known
    ]
    tables = {f"rake.{name}": list(margin) for name, margin in entry.rake.items()}
    tables |= {f"totals.{name}": list(counts) for name, counts in entry.totals.items() if isinstance(counts, dict)}
    for key, table in tables.items():
        variables = [codebook.variables.get(name.strip()) for name in key.partition(".")[2].split(CROSS)]
        each = [list(one.categories) for one in variables if one is not None and one.labels]
        if not each or len(each) < len(variables):
            continue
        labels = [f" {CROSS} ".join(parts) for parts in itertools.product(*each)]
        problems += [
            Problem(
                "unknown_category",
                f"the variable has no category '{name}'",
                file,
                key=f"weights.{key}.{name}",
                hint=nearest(name, labels),
            )
            for name in table
            if name != SOURCE and name not in labels
        ]
    return problems
