"""How many classes: information criteria, and a likelihood ratio whose distribution is simulated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.progressing import stepped
from osa_survey.psychometrics.answer_patterns import patterns_of
from osa_survey.psychometrics.latent_classes.measurements import Categorical, Measurement, Normal
from osa_survey.psychometrics.latent_classes.mixtures import Mixture, fit_mixture

Floats = NDArray[np.float64]
LEVEL = 0.05


@dataclass(frozen=True)
class Criteria:
    """Information criteria; less is better.

    Attributes
    ----------
    aic, bic, sabic, caic : float
        ``-2 l + 2 q``; with ``log n``; with ``log((n + 2) / 24)``; with ``log n + 1``.
    """

    aic: float
    bic: float
    sabic: float
    caic: float


def criteria(mixture: Mixture) -> Criteria:
    """Return the information criteria of a mixture.

    References
    ----------
    Nylund, K. L., Asparouhov, T., & Muthén, B. O. (2007). Deciding on the number of classes in latent class analysis
    and growth mixture modeling: A Monte Carlo simulation study. Structural Equation Modeling, 14(4), 535-569.
    doi:10.1080/10705510701575396
    """
    deviance, q, n = -2.0 * mixture.log_likelihood, mixture.parameters, mixture.n
    log_n = float(np.log(n))
    return Criteria(
        deviance + 2 * q, deviance + q * log_n, deviance + q * float(np.log((n + 2) / 24)), deviance + q * (log_n + 1)
    )


def bootstrapped_p(
    measurement: Measurement,
    weights: Floats,
    fewer: Mixture,
    more: Mixture,
    *,
    draws: int,
    starts: int,
    seed: np.random.SeedSequence,
) -> float:
    """Return the p value of k against k - 1 classes by parametric bootstrap.

    Data are simulated from the model with fewer classes, with the gaps of the observed rows; both models are fitted to
    each, and ``(1 + larger ratios) / (1 + draws)`` is returned.

    References
    ----------
    McLachlan, G. J. (1987). On bootstrapping the likelihood ratio test statistic for the number of components in a
    normal mixture. Applied Statistics, 36(3), 318-324. doi:10.2307/2347790
    """
    observed = 2.0 * (more.log_likelihood - fewer.log_likelihood)
    larger = 0
    for stream in stepped(f"likelihood ratio of {more.classes} classes", seed.spawn(draws)):
        data_stream, fewer_stream, more_stream = stream.spawn(3)
        drawn, counts = _simulated(measurement, weights, fewer, np.random.default_rng(data_stream))
        values = [
            fit_mixture(drawn, counts, model.classes, starts=starts, seed=own, errors=False).log_likelihood
            for model, own in ((fewer, fewer_stream), (more, more_stream))
        ]
        larger += 2.0 * (values[1] - values[0]) >= observed
    return (1 + larger) / (1 + draws)


def _simulated(
    measurement: Measurement, weights: Floats, model: Mixture, generator: np.random.Generator
) -> tuple[Measurement, Floats]:
    rows = np.repeat(np.arange(measurement.rows), weights.astype(np.int64))
    member = generator.choice(model.classes, size=len(rows), p=model.shares / model.shares.sum())
    if isinstance(measurement, Categorical):
        codes = np.empty((len(rows), len(measurement.sizes)), dtype=np.int64)
        for item, part in enumerate(measurement.parts):
            limits = np.cumsum(model.theta[part], axis=0)[:, member]
            drawn = (generator.random(len(rows))[None, :] > limits[:-1]).sum(axis=0)
            codes[:, item] = np.where(measurement.codes[rows, item] < 0, -1, drawn)
        patterns = patterns_of(codes)
        return Categorical.of(patterns.codes, measurement.sizes), patterns.weights
    if not isinstance(measurement, Normal):
        raise TypeError(f"cannot simulate {type(measurement).__name__}")
    v = measurement.values.shape[1]
    mean, spread = model.theta[:v, member].T, np.sqrt(model.theta[v:, member]).T
    values = mean + spread * generator.normal(size=mean.shape)
    return Normal(np.where(np.isnan(measurement.values[rows]), np.nan, values), measurement.equal), np.ones(len(rows))


def chosen_number(fits: dict[int, Mixture], tests: dict[int, float], criterion: str) -> int:
    """Return the number of classes that a criterion picks."""
    numbers = sorted(fits)
    if criterion != "bootstrap":
        return min(numbers, key=lambda k: getattr(criteria(fits[k]), criterion))
    for k in numbers:
        if tests.get(k + 1, 1.0) > LEVEL:
            return k
    return numbers[-1]
