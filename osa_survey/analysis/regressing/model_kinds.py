"""The models a regression can be asked for: which likelihood, which outcome, what exp(b) is called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.models import (
    Beta,
    BinaryLogit,
    BinaryProbit,
    Family,
    Fractional,
    Hurdle,
    Linear,
    Multinomial,
    NegativeBinomial,
    OrdinalLogit,
    OrdinalProbit,
    Poisson,
    ZeroInflated,
)

OutcomeType = Literal["number", "binary", "ordered", "categories", "count", "share"]
Ratio = Literal["", "odds_ratio", "rate_ratio", "relative_risk_ratio"]

Model = Literal[
    "linear",
    "logistic",
    "logit",
    "probit",
    "ordinal_logit",
    "ordinal_probit",
    "multinomial",
    "poisson",
    "negative_binomial",
    "zero_inflated_poisson",
    "zero_inflated_negative_binomial",
    "hurdle_poisson",
    "hurdle_negative_binomial",
    "beta",
    "fractional",
]
ALIASES = {"logit": "logistic"}


@dataclass(frozen=True)
class ModelKind:
    """One kind of regression.

    Attributes
    ----------
    name : str
        What ``model=`` calls it.
    title : str
        ``"logistic"`` for "Logistic regression of …".
    method : str
        How it is estimated, for a Methods section.
    outcome : str
        What the outcome must be.
    build : callable
        From the number of categories to the likelihood.
    ratio : str
        The quantity of exp(b), or "" where it has no name.
    second : str
        What the second part of the model is called, or "".
    """

    name: str
    title: str
    method: str
    outcome: OutcomeType
    build: Callable[[int], Family]
    ratio: Ratio = ""
    second: str = ""

    @property
    def binary(self) -> bool:
        """Whether the outcome is an event or none."""
        return self.outcome == "binary"

    @property
    def categorical(self) -> bool:
        """Whether the outcome has more than two categories."""
        return self.outcome in ("ordered", "categories")

    @property
    def linear(self) -> bool:
        """Whether it is least squares."""
        return self.outcome == "number"


ZERO_PART = "structural zero"
ANY_PART = "any"

_KINDS = (
    ModelKind("linear", "linear", "Ordinary least squares regression", "number", lambda k: Linear()),
    ModelKind(
        "logistic", "logistic", "Binary logistic regression by maximum likelihood", "binary",
        lambda k: BinaryLogit(), "odds_ratio",
    ),
    ModelKind(
        "probit", "probit", "Binary probit regression by maximum likelihood", "binary", lambda k: BinaryProbit(),
    ),
    ModelKind(
        "ordinal_logit", "ordinal logistic", "Ordinal logistic regression (proportional odds) by maximum likelihood",
        "ordered", OrdinalLogit, "odds_ratio",
    ),
    ModelKind(
        "ordinal_probit", "ordinal probit", "Ordinal probit regression by maximum likelihood", "ordered",
        OrdinalProbit,
    ),
    ModelKind(
        "multinomial", "multinomial logistic", "Multinomial logistic regression by maximum likelihood", "categories",
        Multinomial, "relative_risk_ratio",
    ),
    ModelKind(
        "poisson", "Poisson", "Poisson regression by maximum likelihood", "count", lambda k: Poisson(), "rate_ratio",
    ),
    ModelKind(
        "negative_binomial", "negative binomial", "Negative binomial regression (NB2) by maximum likelihood", "count",
        lambda k: NegativeBinomial(), "rate_ratio",
    ),
    ModelKind(
        "zero_inflated_poisson", "zero-inflated Poisson", "Zero-inflated Poisson regression by maximum likelihood",
        "count", lambda k: ZeroInflated(Poisson()), "rate_ratio", ZERO_PART,
    ),
    ModelKind(
        "zero_inflated_negative_binomial", "zero-inflated negative binomial",
        "Zero-inflated negative binomial regression by maximum likelihood", "count",
        lambda k: ZeroInflated(NegativeBinomial()), "rate_ratio", ZERO_PART,
    ),
    ModelKind(
        "hurdle_poisson", "hurdle Poisson", "Hurdle Poisson regression by maximum likelihood", "count",
        lambda k: Hurdle(Poisson()), "rate_ratio", ANY_PART,
    ),
    ModelKind(
        "hurdle_negative_binomial", "hurdle negative binomial",
        "Hurdle negative binomial regression by maximum likelihood", "count",
        lambda k: Hurdle(NegativeBinomial()), "rate_ratio", ANY_PART,
    ),
    ModelKind("beta", "beta", "Beta regression by maximum likelihood", "share", lambda k: Beta(), "odds_ratio"),
    ModelKind(
        "fractional", "fractional logistic", "Fractional logistic regression by quasi-likelihood", "share",
        lambda k: Fractional(), "odds_ratio",
    ),
)  # fmt: skip
KINDS: dict[str, ModelKind] = {kind.name: kind for kind in _KINDS}


def model_kind(name: str, penalty: str = "none") -> ModelKind:
    """Return the kind of a model by its name.

    Raises
    ------
    AnalysisError
        ``unknown_choice`` with the nearest names; ``penalty`` where a model takes none.
    """
    kind = KINDS.get(ALIASES.get(name, name))
    if kind is None:
        hint = nearest(name, [*KINDS, *ALIASES])
        raise AnalysisError(Problem("unknown_choice", f"model cannot be '{name}'", key="model", hint=hint))
    if penalty == "none":
        return kind
    if penalty != "firth" or kind.name != "logistic":
        message = f"penalty='{penalty}' does not go with model='{name}'"
        raise AnalysisError(Problem("penalty", message, key="penalty", hint="penalty='firth' with model='logistic'"))
    return ModelKind(
        "logistic", "penalised logistic", "Binary logistic regression by Firth's penalised likelihood", "binary",
        lambda k: BinaryLogit(penalty="firth"), "odds_ratio",
    )  # fmt: skip
