"""How a sample was drawn and weighted: what a design-based number needs to know beside the answers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Sample = Literal["probability", "quota", "opt-in"]
Lonely = Literal["refuse", "adjust", "remove"]
ReplicateKind = Literal["JK1", "JKn", "BRR", "Fay", "bootstrap"]
Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True, repr=False)
class ReplicateWeights:
    """Weights under which every number is computed again, and how the spread of those numbers becomes a variance.

    Attributes
    ----------
    kind : {"JK1", "JKn", "BRR", "Fay", "bootstrap"}
        How they were made.
    weights : ndarray of float, shape (respondents, replicates)
        Analysis weights: the sampling weight is part of them.
    scale : float
        Factor of the sum over replicates.
    rscales : ndarray of float, shape (replicates,)
        Factor of each replicate.
    mse : bool
        Whether deviations are taken from the number of the full sample instead of the replicates' mean.
    """

    kind: ReplicateKind
    weights: Floats
    scale: float
    rscales: Floats
    mse: bool = False

    def __len__(self) -> int:
        return int(self.weights.shape[1])

    def __repr__(self) -> str:
        return f"<ReplicateWeights {self.kind}: {len(self)} replicates>"


@dataclass(frozen=True, repr=False)
class Stage:
    """One stage of sampling.

    Attributes
    ----------
    strata : ndarray of int, shape (respondents,)
        Stratum of each respondent at this stage, 0 for all where there is none; at a later stage strata lie within
        the clusters of the stage before.
    clusters : ndarray of int, shape (respondents,)
        Sampled unit of this stage, numbered through all strata.
    population : ndarray of float, shape (strata,), or None
        Units of the population in each stratum (finite population correction), infinity where unknown; None if no
        correction is made.
    """

    strata: Codes
    clusters: Codes
    population: Floats | None = None

    def __repr__(self) -> str:
        return f"<Stage: {self.strata.max(initial=-1) + 1} strata, {self.clusters.max(initial=-1) + 1} clusters>"


@dataclass(frozen=True, repr=False)
class Calibration:
    """A step that changed weights so that they reproduce known totals; variances use its residuals.

    Attributes
    ----------
    kind : {"raking", "post-stratification", "linear"}
        The step.
    cells : ndarray of int, shape (respondents,)
        Row of ``auxiliary`` that belongs to each respondent.
    auxiliary : ndarray of float, shape (cells, auxiliary variables)
        What was calibrated on: indicators of categories, or numbers.
    before, after : ndarray of float, shape (respondents,)
        Weights before and after the step.
    sizes : tuple of int
        Raking and post-stratification: how many columns of ``auxiliary`` belong to each margin.
    bounds : tuple of float
        Lowest and highest weight allowed.
    margins : mapping of str to tuple of str
        Raking and post-stratification: variable of each margin → its categories, "" for the last one of those who have
        no target and keep the share they have in the sample.
    """

    kind: Literal["raking", "post-stratification", "linear"]
    cells: Codes
    auxiliary: Floats
    before: Floats
    after: Floats
    sizes: tuple[int, ...] = ()
    bounds: tuple[float, float] = (0.0, math.inf)
    margins: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<Calibration: {self.kind} on {self.auxiliary.shape[1]} indicators or numbers>"


@dataclass(frozen=True)
class MarginRecord:
    """One margin weights were fitted to.

    Attributes
    ----------
    variable : str
        The variable, or several joined by ``" * "``.
    title : str
        What tables print.
    categories : tuple of str
        The categories, in the declared order.
    targets : tuple of float
        Their shares in the target population; they add up to 1.
    people : tuple of int
        Respondents in each.
    before, after : tuple of float
        Their shares among respondents with the weights before and after.
    source : str
        Where the targets come from.
    """

    variable: str
    title: str
    categories: tuple[str, ...]
    targets: tuple[float, ...]
    people: tuple[int, ...]
    before: tuple[float, ...]
    after: tuple[float, ...]
    source: str = ""


@dataclass(frozen=True)
class DesignRecord:
    """How a design came about, for the methods text.

    Attributes
    ----------
    weights : str
        The variable of the weights as read; "" if they were equal or follow from the sampling fractions.
    strata, clusters, fpc : tuple of str
        The variables of each stage.
    margins : tuple of MarginRecord
        What weights were raked or post-stratified to.
    kept_apart : int
        Respondents without a target in some margin: they kept their share in the sample.
    trimmed_above, trimmed_below : float or None
        Bounds of the weights as multiples of their mean.
    trimmed : int
        Respondents whose weight was set to a bound.
    iterations : int
        Rounds of raking.
    calibrated_on : tuple of str
        Variables of a linear calibration.
    replicates : str
        How replicate weights were made, in words; "" without.
    seed : int or None
        Seed of bootstrap replicates.
    """

    weights: str = ""
    strata: tuple[str, ...] = ()
    clusters: tuple[str, ...] = ()
    fpc: tuple[str, ...] = ()
    margins: tuple[MarginRecord, ...] = ()
    kept_apart: int = 0
    trimmed_above: float | None = None
    trimmed_below: float | None = None
    trimmed: int = 0
    iterations: int = 0
    calibrated_on: tuple[str, ...] = ()
    replicates: str = ""
    seed: int | None = None


@dataclass(frozen=True, repr=False)
class SurveyDesign:
    """Weights and sampling plan of a set of respondents.

    Attributes
    ----------
    sample : {"probability", "quota", "opt-in"}
        How people came into the sample. Outside probability samples intervals rest on a model.
    weights : ndarray of float, shape (respondents,)
        Weights; 0 means outside the domain looked at. A domain keeps all rows, strata and clusters.
    stages : tuple of Stage
        The stages of sampling; empty if every respondent was drawn alone, without strata.
    replicates : ReplicateWeights or None
        Replicate weights; where given, variances come from them.
    calibrations : tuple of Calibration
        Steps that changed weights, in order.
    lonely : {"refuse", "adjust", "remove"}
        What a stratum with one cluster adds to a variance: an error, its squared distance from the mean of all, or
        nothing.
    record : DesignRecord
        How all this came about.
    """

    sample: Sample
    weights: Floats
    stages: tuple[Stage, ...] = ()
    replicates: ReplicateWeights | None = None
    calibrations: tuple[Calibration, ...] = ()
    lonely: Lonely = "refuse"
    record: DesignRecord = field(default_factory=DesignRecord)

    def __len__(self) -> int:
        return len(self.weights)

    @property
    def strata(self) -> Codes | None:
        """Stratum of each respondent at the first stage, or None."""
        return self.stages[0].strata if self.stages else None

    @property
    def clusters(self) -> Codes | None:
        """First-stage cluster of each respondent, or None."""
        return self.stages[0].clusters if self.stages else None

    def within(self, domain: NDArray[np.bool_]) -> SurveyDesign:
        """Return the design looking at some respondents only: weights of all others are 0, the plan stays whole.

        Parameters
        ----------
        domain : ndarray of bool, shape (respondents,)
            Whom to look at.
        """
        if bool(domain.all()):
            return self
        replicates = self.replicates
        if replicates is not None:
            replicates = replace(replicates, weights=np.where(domain[:, None], replicates.weights, 0.0))
        return replace(self, weights=np.where(domain, self.weights, 0.0), replicates=replicates)

    def __repr__(self) -> str:
        plan = f"; {self.stages[0]!r}" if self.stages else ""
        copies = f"; {self.replicates!r}" if self.replicates is not None else ""
        return f"<SurveyDesign: {self.sample} sample, {int((self.weights > 0).sum())} respondents{plan}{copies}>"

    def _repr_html_(self) -> None:
        """Show the counts of ``repr`` in a notebook, never rows."""
        return
