"""What the members of a class answer: categories with probabilities, or numbers with means and variances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SMALLEST = 1e-300
LEAST_VARIANCE = 1e-3
"""The smallest variance of a class, as a share of the variance of the variable: below it the likelihood has no
bound."""


class Measurement(Protocol):
    """Answers on distinct rows; parameters have one column for each class."""

    @property
    def rows(self) -> int:
        """Return how many distinct rows there are."""
        ...

    def log_density(self, theta: Floats) -> Floats:
        """Return the log density of each row in each class, (rows, classes)."""
        ...

    def maximise(self, weights: Floats) -> Floats:
        """Return the parameters that fit rows weighted by class, (parameters, classes)."""
        ...

    def random(self, classes: int, generator: np.random.Generator, weights: Floats) -> Floats:
        """Return random parameters to start from."""
        ...

    def scores(self, theta: Floats, posterior: Floats) -> Floats:
        """Return the derivative of each row's log-likelihood by the free parameters, class by class."""
        ...

    def jacobian(self, theta: Floats) -> Floats:
        """Return the derivative of ``theta`` (class by class) by the free parameters."""
        ...

    def moved(self, theta: Floats, step: Floats) -> Floats:
        """Return the parameters after a step of the free ones, in the order of ``scores``."""
        ...

    def free(self, classes: int) -> int:
        """Return the number of free parameters."""
        ...


@dataclass(frozen=True, repr=False)
class Categorical:
    """Answers in categories, independent within a class; gaps are missing at random.

    Attributes
    ----------
    codes : ndarray of int, shape (rows, items)
        Categories from 0; -1 is a gap.
    sizes : tuple of int
        Categories of each item.
    indicators : ndarray of float, shape (rows, sum of categories)
        One column for each category.
    """

    codes: NDArray[np.int64]
    sizes: tuple[int, ...]
    indicators: Floats

    @classmethod
    def of(cls, codes: NDArray[np.int64], sizes: tuple[int, ...]) -> Categorical:
        """Return the measurement of coded rows."""
        parts = [
            (codes[:, item : item + 1] == np.arange(size)[None, :]).astype(np.float64)
            for item, size in enumerate(sizes)
        ]
        return cls(codes, sizes, np.hstack(parts))

    @property
    def rows(self) -> int:
        """Return how many distinct rows there are."""
        return len(self.codes)

    @property
    def parts(self) -> list[slice]:
        """Return the columns of each item."""
        ends = np.cumsum(self.sizes)
        return [slice(int(end - size), int(end)) for end, size in zip(ends, self.sizes, strict=True)]

    def log_density(self, theta: Floats) -> Floats:
        """Return the sum of the log probabilities of the answers."""
        return np.asarray(self.indicators @ np.log(np.maximum(theta, SMALLEST)))

    def maximise(self, weights: Floats) -> Floats:
        """Return the weighted shares of the answers."""
        counts = self.indicators.T @ weights
        for part in self.parts:
            counts[part] /= np.maximum(counts[part].sum(axis=0), SMALLEST)
        return np.asarray(counts)

    def random(self, classes: int, generator: np.random.Generator, weights: Floats) -> Floats:
        """Return probabilities drawn evenly over all that sum to one."""
        return np.vstack([generator.dirichlet(np.ones(size), size=classes).T for size in self.sizes])

    def scores(self, theta: Floats, posterior: Floats) -> Floats:
        """Return derivatives by the logits of all categories but the first."""
        found = []
        for k in range(theta.shape[1]):
            for item, part in enumerate(self.parts):
                answered = (self.codes[:, item] >= 0)[:, None]
                away = np.where(answered, self.indicators[:, part] - theta[part, k], 0.0)
                found.append(posterior[:, k : k + 1] * away[:, 1:])
        return np.hstack(found)

    def jacobian(self, theta: Floats) -> Floats:
        """Return the derivatives of all probabilities by the logits."""
        blocks = []
        for k in range(theta.shape[1]):
            for part in self.parts:
                p = theta[part, k]
                blocks.append((np.diag(p) - np.outer(p, p))[:, 1:])
        return _block_diagonal(blocks)

    def moved(self, theta: Floats, step: Floats) -> Floats:
        """Return the probabilities after a step of the logits."""
        found, at = theta.copy(), 0
        for k in range(theta.shape[1]):
            for part, size in zip(self.parts, self.sizes, strict=True):
                found[part, k] *= np.exp(np.concatenate([[0.0], step[at : at + size - 1]]))
                found[part, k] /= found[part, k].sum()
                at += size - 1
        return found

    def free(self, classes: int) -> int:
        """Return classes times categories but one of each item."""
        return classes * sum(size - 1 for size in self.sizes)


@dataclass(frozen=True, repr=False)
class Normal:
    """Numbers, normal and independent within a class; gaps are missing at random.

    Attributes
    ----------
    values : ndarray of float, shape (rows, variables)
        Standardised numbers, NaN for gaps.
    equal : bool
        Whether all classes share the variances.
    """

    values: Floats
    equal: bool

    @property
    def rows(self) -> int:
        """Return how many rows there are."""
        return len(self.values)

    @property
    def _known(self) -> Floats:
        return (~np.isnan(self.values)).astype(np.float64)

    def log_density(self, theta: Floats) -> Floats:
        """Return the log density of the known numbers; ``theta`` holds means, then variances."""
        v = self.values.shape[1]
        mean, variance = theta[:v], theta[v:]
        x, known = np.nan_to_num(self.values), self._known
        found = -0.5 * (x**2 @ (1.0 / variance)) + x @ (mean / variance)
        return np.asarray(found - 0.5 * known @ (mean**2 / variance + np.log(2.0 * np.pi * variance)))

    def maximise(self, weights: Floats) -> Floats:
        """Return weighted means and variances."""
        x, known = np.nan_to_num(self.values), self._known
        total = np.maximum(known.T @ weights, SMALLEST)
        mean = x.T @ weights / total
        squares = x.T**2 @ weights - total * mean**2
        return np.vstack([mean, np.maximum(squares / total, LEAST_VARIANCE)])

    def pooled(self, theta: Floats, totals: Floats) -> Floats:
        """Return the parameters with one variance for all classes of a start, weighted by their totals."""
        v = self.values.shape[1]
        if not self.equal:
            return theta
        share = totals / totals.sum(axis=-1, keepdims=True)
        pooled = (theta[v:] * share).sum(axis=1, keepdims=True)
        return np.vstack([theta[:v], np.repeat(np.maximum(pooled, LEAST_VARIANCE), theta.shape[1], axis=1)])

    def random(self, classes: int, generator: np.random.Generator, weights: Floats) -> Floats:
        """Return the numbers of random rows as means, and variances of one."""
        chosen = generator.choice(len(self.values), size=classes, p=weights / weights.sum())
        v = self.values.shape[1]
        mean = np.nan_to_num(self.values[chosen]).T + 0.1 * generator.normal(size=(v, classes))
        return np.vstack([mean, np.ones((v, classes))])

    def scores(self, theta: Floats, posterior: Floats) -> Floats:
        """Return derivatives by means and log variances (shared ones last)."""
        v = self.values.shape[1]
        x, known = np.nan_to_num(self.values), self._known
        means, spreads = [], []
        for k in range(theta.shape[1]):
            mean, variance = theta[:v, k], theta[v:, k]
            away = known * (x - mean)
            means.append(posterior[:, k : k + 1] * away / variance)
            spreads.append(posterior[:, k : k + 1] * 0.5 * (away**2 / variance - known))
        if self.equal:
            return np.hstack([*means, np.sum(spreads, axis=0)])
        return np.hstack([part for pair in zip(means, spreads, strict=True) for part in pair])

    def jacobian(self, theta: Floats) -> Floats:
        """Return the derivatives of means and variances by means and log variances."""
        v, K = self.values.shape[1], theta.shape[1]
        found = np.zeros((2 * v * K, self.free(K)))
        for k in range(K):
            rows = 2 * v * k
            first = v * k if self.equal else 2 * v * k
            spread = v * K if self.equal else first + v
            found[rows : rows + v, first : first + v] = np.eye(v)
            found[rows + v : rows + 2 * v, spread : spread + v] = np.diag(theta[v:, k])
        return found

    def moved(self, theta: Floats, step: Floats) -> Floats:
        """Return means and variances after a step of means and log variances."""
        v, K = self.values.shape[1], theta.shape[1]
        found = theta.copy()
        for k in range(K):
            first = v * k if self.equal else 2 * v * k
            spread = v * K if self.equal else first + v
            found[:v, k] += step[first : first + v]
            found[v:, k] *= np.exp(step[spread : spread + v])
        return found

    def free(self, classes: int) -> int:
        """Return means of all classes, and variances of all or of one."""
        v = self.values.shape[1]
        return int(classes * v + (v if self.equal else classes * v))


def _block_diagonal(blocks: list[Floats]) -> Floats:
    rows, columns = sum(len(block) for block in blocks), sum(block.shape[1] for block in blocks)
    found = np.zeros((rows, columns))
    r = c = 0
    for block in blocks:
        found[r : r + len(block), c : c + block.shape[1]] = block
        r, c = r + len(block), c + block.shape[1]
    return found
