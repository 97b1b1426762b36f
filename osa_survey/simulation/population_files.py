"""The ``[simulation]`` table of a study file: the population whose answers are simulated.

Every number may be left out. What is left out has a default that is listed as assumed; what is given with a ``source``
is listed as published, what is given without one as assumed.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from osa_survey.instruments.files import FileModel
from osa_survey.instruments.reasons import Reason

Share = Annotated[float, Field(ge=0, le=1)]
Loading = Annotated[float, Field(ge=0, lt=1)]
Target = Literal["latent", "observed"]
CarelessKind = Literal[
    "straight_line", "alternating", "random", "midpoint", "bot_random", "bot_normal", "bot_script", "bot_alternating"
]


class Told(FileModel):
    """Where a number comes from: a ``source`` makes it published, else it is assumed, with ``why``."""

    source: str = ""
    why: str = ""


class SimulatedVariable(Told):
    """How a variable is distributed.

    Attributes
    ----------
    shares : mapping of str to float
        Category (option of a check-all question) → share. Categories left out share the rest equally.
    distribution : str, optional
        Of a number or count; by default a normal one within the limits, for counts a negative binomial one.
    mean, sd : float, optional
        Before rounding and before the limits cut anything off.
    minimum, maximum : float, optional
        Limits; by default those of the codebook.
    decimals : int
        To which values are rounded.
    """

    shares: dict[str, Share] = {}
    distribution: Literal["normal", "uniform", "lognormal", "poisson", "negative_binomial"] | None = None
    mean: float | None = None
    sd: float | None = Field(default=None, gt=0)
    minimum: float | None = None
    maximum: float | None = None
    decimals: int = Field(default=0, ge=0, le=6)


class SimulatedScale(Told):
    """How the items of one factor, the smallest scale that holds them, hang together and are answered.

    Attributes
    ----------
    loadings : float or mapping of item id to float, optional
        Standardised loadings of the answers before they are cut into categories.
    alpha, mean, sd : float, optional
        Of the observed score: loadings and thresholds are chosen so that the simulated score has them.
    level, spread : float
        Without a mean and an SD: where a typical respondent stands between the answers, and how far apart the
        thresholds lie (1.5 SD from the middle to the outermost times ``spread``).
    margins : mapping of item id to tuple of float
        Shares of the answers of an item as printed, from the lowest code to the highest.
    """

    loadings: Loading | dict[str, Loading] | None = None
    alpha: float | None = Field(default=None, gt=0, lt=1)
    mean: float | None = None
    sd: float | None = Field(default=None, gt=0)
    level: float | None = None
    spread: float | None = Field(default=None, gt=0)
    margins: dict[str, tuple[Share, ...]] = {}

    @model_validator(mode="after")
    def _once(self) -> Self:
        problems = []
        for first, second in (("loadings", "alpha"), ("level", "mean"), ("spread", "sd")):
            if getattr(self, first) is not None and getattr(self, second) is not None:
                problems.append(f"{first} and {second} say the same thing: keep one")
        for item, shares in self.margins.items():
            if abs(sum(shares) - 1) > 0.005:
                problems.append(f"margins.{item}: the shares add up to {sum(shares):g}, not 1")
        if problems:
            raise ValueError("; ".join(problems))
        return self


class SimulatedCorrelation(Told):
    """The correlation of two scales or variables: of the latent variables, or of scores and values as analysed.

    Where one of the two has effects on it, the correlation is that of what the effects leave.
    """

    between: tuple[str, str]
    r: float = Field(gt=-1, lt=1)
    scale: Target


class SimulatedEffect(Told):
    """The effect of a variable or scale on a scale, a number or a yes-or-no variable.

    Attributes
    ----------
    outcome, of : str
        What is affected, and by what.
    level : str
        The category of a categorical ``of``; its effect is against the reference and all categories without one.
    d : float, optional
        Difference in SDs of what all effects on the outcome leave; of a category on a scale or number.
    b : float, optional
        Change for ``per`` units of a number (one SD of a scale), latent: in the same SDs, observed: in points of the
        score.
    odds_ratio : float, optional
        On a yes-or-no variable, for a category or for ``per`` units.
    scale : {"latent", "observed"}
        What ``d`` or ``b`` is a difference of: the latent variable, or the score with its measurement error.
    """

    outcome: str
    of: str
    level: str = ""
    d: float | None = Field(default=None, ge=-4, le=4)
    b: float | None = None
    odds_ratio: float | None = Field(default=None, gt=0)
    per: float = Field(default=1.0, gt=0)
    scale: Target

    @model_validator(mode="after")
    def _one_size(self) -> Self:
        if sum(size is not None for size in (self.d, self.b, self.odds_ratio)) != 1:
            raise ValueError("an effect has one size: d, b or odds_ratio")
        if self.d is not None and not self.level:
            raise ValueError("d is the difference of a category: name its level")
        return self


class SimulatedGroups(Told):
    """Groups of a categorical variable, such as countries, whose scales differ.

    Attributes
    ----------
    icc : float
        Share of the latent variance of every scale that lies between the groups.
    threshold_spread : float
        SD, over groups, of a shift of each item's thresholds: items that do not mean the same everywhere.
    """

    icc: float = Field(default=0.02, ge=0, lt=1)
    threshold_spread: float = Field(default=0.0, ge=0)


class SimulatedWaves(Told):
    """Several interviews of each person: one record each.

    Attributes
    ----------
    variable : str
        A nominal variable whose categories are the waves in their order.
    person : str
        The variable, identifier, number or text, that tells records of one person.
    stability : float
        Latent correlation of a scale between two waves.
    keep : float
        Share of those of a wave who take part in the next.
    change : mapping of str to float
        Scale → latent change from wave to wave, in SDs.
    """

    variable: str
    person: str = ""
    stability: Share = 0.7
    keep: Share = 0.8
    change: dict[str, float] = {}


class SimulatedCouples(Told):
    """Everyone takes part with their partner.

    Attributes
    ----------
    variable : str
        The variable, identifier, number or text, that tells couples.
    similarity : float
        Latent correlation of the partners on every scale.
    alike : mapping of str to float
        Further variables → their latent correlation.
    """

    variable: str
    similarity: Share = 0.3
    alike: dict[str, Share] = {}


class SimulatedGaps(Told):
    """Answers that are refused or left out.

    Attributes
    ----------
    rates : mapping of reason to float
        Share of shown questions with a gap of this reason.
    of : mapping of str to mapping of reason to float
        Block or variable → rates of its own.
    person_share : float
        How much of the propensity to give no answer is the person's (an intraclass correlation).
    """

    rates: dict[Reason, Share] = {}
    of: dict[str, dict[Reason, Share]] = {}
    person_share: float = Field(default=0.3, ge=0, lt=1)


class SimulatedFlaws(Told):
    """Shares of records with a flaw; duplicates come on top of ``n``.

    ``near_duplicates`` are copies with one answer in twenty changed.
    """

    no_consent: Share = 0.01
    age_unknown: Share = 0.004
    age_impossible: Share = 0.002
    break_offs: Share = 0.03
    duplicates: Share = 0.003
    near_duplicates: Share = 0.0
    speeders: Share = 0.01


class SimulatedCareless(Told):
    """Shares of people who answer without reading, by kind; they do so after the share ``onset`` of the items."""

    kinds: dict[CarelessKind, Share] = {"straight_line": 0.01, "random": 0.01}
    onset: float = Field(default=0.0, ge=0, lt=1)

    @model_validator(mode="after")
    def _not_more_than_all(self) -> Self:
        if sum(self.kinds.values()) > 1:
            raise ValueError("the kinds of careless answering are more than everyone together")
        return self


class SimulatedTimes(Told):
    """When and how long: the median in seconds, the SD of its logarithm, and the days of the fieldwork."""

    median: float = Field(default=900.0, gt=0)
    spread: float = Field(default=0.35, ge=0)
    first_day: str = Field(default="2026-01-05", pattern=r"^\d{4}-\d{2}-\d{2}$")
    days: int = Field(default=14, ge=1)


class PopulationEntry(FileModel):
    """The ``[simulation]`` table: who is simulated. All of it may be left out."""

    n: int = Field(default=1000, ge=1)
    variables: dict[str, SimulatedVariable] = {}
    scales: dict[str, SimulatedScale] = {}
    correlations: tuple[SimulatedCorrelation, ...] = ()
    effects: tuple[SimulatedEffect, ...] = ()
    groups: dict[str, SimulatedGroups] = {}
    waves: SimulatedWaves | None = None
    couples: SimulatedCouples | None = None
    gaps: SimulatedGaps = SimulatedGaps(rates={"refused": 0.01, "not_answered": 0.01})
    flaws: SimulatedFlaws = SimulatedFlaws()
    careless: SimulatedCareless = SimulatedCareless()
    times: SimulatedTimes = SimulatedTimes()
