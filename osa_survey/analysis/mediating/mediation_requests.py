"""What a mediation analysis is asked for, checked before any number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from osa_survey.analysis.arguments import check_conf_level, unknown_choices
from osa_survey.analysis.regressing.model_kinds import ALIASES
from osa_survey.errors import AnalysisError, Problem

Interval = Literal["percentile", "bias_corrected", "monte_carlo"]
ModelNumber = Literal[1, 4, 6, 7, 8, 14, 15]

MODEL_TITLES = {
    1: "moderation",
    4: "mediation",
    6: "serial mediation",
    7: "mediation with a moderated first stage",
    8: "mediation with a moderated first stage and direct path",
    14: "mediation with a moderated second stage",
    15: "mediation with a moderated second stage and direct path",
}
FAMILIES = ("linear", "logistic", "probit", "ordinal_logit", "ordinal_probit", "poisson", "negative_binomial")
MODERATED = (1, 7, 8, 14, 15)
LEAST_DRAWS = 100


@dataclass(frozen=True)
class MediationRequest:
    """The arguments of ``mediate``, checked.

    Attributes
    ----------
    x, y : str
        Predictor and outcome.
    mediators, covariates : tuple of str
        Variables by name.
    model : int
        The PROCESS number.
    moderator : str or None
        The moderator of models that have one.
    models : mapping of str to str
        Mediator or outcome → kind of regression, where it is not linear.
    events : mapping of str to str or float
        Mediator or outcome of a binary model → the event.
    at, contrast : tuple of float or str, or None
        Values or categories of the moderator; the two of x that natural effects compare.
    interval : str
        Kind of interval.
    draws, seed : int
        Resamples (or draws of parameters) and their seed.
    ordered : bool
        Whether x came before the mediators and these before y.
    conf_level : float
        Level of the intervals.
    """

    x: str
    y: str
    mediators: tuple[str, ...]
    covariates: tuple[str, ...]
    model: int
    moderator: str | None
    models: Mapping[str, str]
    events: Mapping[str, str | float]
    at: tuple[float | str, ...] | None
    contrast: tuple[float | str, ...] | None
    interval: Interval
    draws: int
    seed: int
    ordered: bool
    conf_level: float

    @property
    def names(self) -> tuple[str, ...]:
        """Every variable: mediators, outcome, predictor, moderator, covariates."""
        return (*self.mediators, self.y, self.x, *([self.moderator] if self.moderator else []), *self.covariates)

    def kind(self, name: str) -> str:
        """Return the kind of regression of a mediator or the outcome."""
        return ALIASES.get(self.models.get(name, "linear"), self.models.get(name, "linear"))

    @property
    def linear(self) -> bool:
        """Whether every regression is linear."""
        return all(self.kind(name) == "linear" for name in (*self.mediators, self.y))


def check_request(request: MediationRequest) -> None:
    """Raise one AnalysisError with everything that is wrong with the arguments."""
    check_conf_level(request.conf_level)
    problems = [*_number_problems(request), *_variable_problems(request), *_family_problems(request)]
    problems += unknown_choices(("interval", request.interval, get_args(Interval)))
    if request.draws < LEAST_DRAWS:
        message = f"{request.draws} draws are too few for an interval"
        problems.append(Problem("draws", message, key="draws", hint="2000 or more are usual"))
    if request.contrast is not None and len(set(request.contrast)) != 2:
        message = "contrast needs two different values of x"
        problems.append(Problem("contrast", message, key="contrast", hint="name two values of x"))
    if problems:
        raise AnalysisError(problems)


def _number_problems(request: MediationRequest) -> list[Problem]:
    if request.model not in MODEL_TITLES:
        message = f"there is no model {request.model} here"
        hint = "models are " + ", ".join(f"{number} ({title})" for number, title in MODEL_TITLES.items())
        return [Problem("unknown_choice", message, key="model", hint=hint)]
    problems = []
    if request.model in MODERATED and not request.moderator:
        message = f"model {request.model} needs a moderator"
        problems.append(Problem("no_moderator", message, key="moderator", hint="name it in moderator = …"))
    if request.model not in MODERATED and (request.moderator or request.at is not None):
        message = f"model {request.model} has no moderator"
        hint = "models 7, 8, 14 and 15 are moderated mediation, model 1 is moderation"
        problems.append(Problem("no_moderator", message, key="moderator", hint=hint))
    least = {1: 0, 6: 2}.get(request.model, 1)
    if len(request.mediators) < least:
        message = f"model {request.model} needs {least} mediator{'s' if least > 1 else ''}"
        problems.append(Problem("too_few_variables", message, key="mediators", hint="name them in mediators = […]"))
    if request.model == 1 and request.mediators:
        message = "model 1 is moderation without mediators"
        problems.append(Problem("mediators", message, key="mediators", hint="write mediators = [], or model = 4"))
    return problems


def _variable_problems(request: MediationRequest) -> list[Problem]:
    return [
        Problem("repeated_variable", f"'{name}' is named twice", column=name, hint="each variable has one role")
        for name in dict.fromkeys(request.names)
        if request.names.count(name) > 1
    ]


def _family_problems(request: MediationRequest) -> list[Problem]:
    problems, outcomes = [], (*request.mediators, request.y)
    for key, mapping in (("models", request.models), ("events", request.events)):
        problems += [
            Problem("unknown_variable", f"'{name}' is neither mediator nor outcome", key=key, hint=_listed(outcomes))
            for name in mapping
            if name not in outcomes
        ]
    for name in outcomes:
        kind = request.kind(name)
        if kind not in FAMILIES:
            hint = "models of mediators and outcomes are " + ", ".join(FAMILIES)
            problems.append(Problem("unknown_choice", f"'{name}' cannot be {kind}", key="models", hint=hint))
    curved = [name for name in request.mediators if request.kind(name) != "linear"]
    if curved and len(request.mediators) > 1:
        message = f"'{curved[0]}' has no linear model, so that of several mediators no indirect association is defined"
        hint = "take one mediator at a time, or linear models of the mediators"
        problems.append(Problem("no_indirect_rule", message, column=curved[0], key="models", hint=hint))
    return problems


def _listed(names: Sequence[str]) -> str:
    return "outcomes of equations are " + ", ".join(names)
