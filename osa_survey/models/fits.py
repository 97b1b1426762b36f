"""What every fitted model hands on, and what every family can do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class Fit:
    """One fitted likelihood.

    Attributes
    ----------
    family : Family
        What was fitted.
    parameters : ndarray of float, shape (parameters,)
        The coefficients in the order of the columns of X (multinomial: equation by equation), then the others.
    names : tuple of str
        What the parameters after the coefficients are called, for example ``"log_alpha"`` or ``"threshold 1|2"``; parts
        with a matrix of their own count its columns from 0: ``"zero: 0"``.
    n_coefficients : int
        How many parameters belong to X.
    log_likelihood : float
        Σ wᵢℓᵢ.
    scores : ndarray of float, shape (respondents, parameters)
        ∂ℓᵢ/∂θ, not weighted; zero for respondents with weight zero, who take no part.
    information : ndarray of float, shape (parameters, parameters)
        −Σ wᵢ ∂²ℓᵢ/∂θ∂θ', the observed information.
    converged : bool
        Whether the gradient vanished at a maximum.
    iterations : int
        Newton steps.
    weight_sum : float
        Σ wᵢ.
    n_used : int
        Respondents with a positive weight.
    warnings : tuple of str
        What a user must know, each with a leading word: ``"separation: …"``, ``"bound: …"``, ``"not converged: …"``,
        ``"sparse category: …"``.
    separated : tuple of int
        Positions of parameters without a finite estimate; the values given are where the search stopped.
    at_bound : tuple of int
        Positions of parameters that stand at the edge of what is possible, for example log α of counts that are not
        overdispersed; covariances treat them as known.
    """

    family: Family
    parameters: Floats
    names: tuple[str, ...]
    n_coefficients: int
    log_likelihood: float
    scores: Floats
    information: Floats
    converged: bool
    iterations: int
    weight_sum: float
    n_used: int
    warnings: tuple[str, ...] = ()
    separated: tuple[int, ...] = ()
    at_bound: tuple[int, ...] = ()

    @property
    def coefficients(self) -> Floats:
        """The parameters that belong to X."""
        return self.parameters[: self.n_coefficients]

    @property
    def n(self) -> int:
        """Rows: respondents, those with weight zero included."""
        return len(self.scores)


class Family(Protocol):
    """A likelihood on plain arrays: X has the intercept first, w are weights, Z belongs to a second part.

    Weights are sampling weights: Σ wᵢℓᵢ is maximised (a pseudo-likelihood), and doubling all of them changes no
    estimate.
    """

    @property
    def name(self) -> str:
        """What the family is called in tables."""
        ...

    def fit(
        self,
        y: Floats,
        X: Floats,
        *,
        weights: Floats | None = None,
        start: Floats | None = None,
        Z: Floats | None = None,
        offset: Floats | None = None,
    ) -> Fit:
        """Return the maximum of Σ wᵢℓᵢ; `start` (parameters of a similar fit) saves steps."""
        ...

    def fit_many(
        self,
        y: Floats,
        X: Floats,
        weights_matrix: Floats,
        *,
        start: Floats | None = None,
        Z: Floats | None = None,
        offset: Floats | None = None,
    ) -> ManyFits:
        """Return the fits under each column of weights (respondents, fits), for example of replicates."""
        ...

    def expected(self, parameters: Floats, X: Floats, Z: Floats | None = None, offset: Floats | None = None) -> Floats:
        """Return the mean (respondents, 1), or the probability of each category (respondents, categories)."""
        ...

    def mean_expected(
        self, parameters: Floats, X: Floats, w: Floats, Z: Floats | None = None, offset: Floats | None = None
    ) -> tuple[Floats, Floats]:
        """Return Σ wᵢeᵢ / Σ wᵢ, shape (K,), and its derivative by the parameters, shape (K, parameters)."""
        ...

    def log_likelihood_of(
        self, parameters: Floats, y: Floats, X: Floats, Z: Floats | None = None, offset: Floats | None = None
    ) -> Floats:
        """Return ℓᵢ, shape (respondents,)."""
        ...


@dataclass(frozen=True, repr=False)
class ManyFits:
    """Estimates of many fits of one family.

    Attributes
    ----------
    parameters : ndarray of float, shape (fits, parameters)
        As in `Fit`; NaN where ``converged`` is False.
    information : ndarray of float, shape (fits, parameters, parameters)
        The observed information.
    log_likelihood : ndarray of float, shape (fits,)
        Σ wᵢℓᵢ.
    converged : ndarray of bool, shape (fits,)
        False where no finite estimate was found: separation, an outcome of one kind, dependent columns.
    """

    parameters: Floats
    information: Floats
    log_likelihood: Floats
    converged: NDArray[np.bool_]
