"""Where the search for estimates starts: one factor for each block of items, then what joins the factors."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from osa_survey.psychometrics.confirmatory.conventions import Parameter
from osa_survey.psychometrics.confirmatory.parameter_tables import ParameterTable
from osa_survey.psychometrics.confirmatory.samples import GroupSample

Floats = NDArray[np.float64]

LARGEST = 0.95
SMALLEST_MARKER = 0.2
LARGEST_CORRELATION = 0.9


def starting_values(table: ParameterTable, samples: tuple[GroupSample, ...]) -> Floats:
    """Return starting values of the free parameters.

    Notes
    -----
    The loadings of a block start at its first principal axis, shrunk by the mean of the other roots; a marker item
    keeps the sign its axis has. Values that the user gives with ``start()`` stand. Groups that share a parameter start
    it at the mean of their values.
    """
    sums, counts = np.zeros(table.n_free), np.zeros(table.n_free)
    for group, sample in enumerate(samples):
        rows = [row for row in table.rows if row.group == group]
        values = _group_values(table, rows, sample)
        for row in rows:
            if row.position >= 0:
                given = not np.isnan(row.value)
                sums[row.position] += row.value if given else values(row)
                counts[row.position] += 1
    return np.asarray(sums / np.maximum(counts, 1))


class _GroupValues:
    def __init__(self, table: ParameterTable, rows: list[Parameter], sample: GroupSample) -> None:
        self.table, self.sample = table, sample
        names = table.observed
        self.item = {name: index for index, name in enumerate(names)}
        self.loading: dict[tuple[str, str], float] = {}
        self.variance: dict[str, float] = {}
        covariance = sample.covariance
        self.weights: dict[str, Floats] = {}
        fixed = {(row.lhs, row.op, row.rhs): row.value for row in rows if row.position < 0}
        size = len(names)
        first_order = [
            factor
            for factor in table.latent
            if any(r.lhs == factor and r.op == "=~" and r.rhs in self.item for r in rows)
        ]
        taken: dict[str, int] = {}
        blocks: dict[str, list[str]] = {}
        for factor in first_order:
            blocks[factor] = [r.rhs for r in rows if r.lhs == factor and r.op == "=~" and r.rhs in self.item]
        for factor in sorted(first_order, key=lambda name: len(blocks[name])):
            block = blocks[factor]
            own = [name for name in block if name not in taken] or block
            for name in own:
                taken.setdefault(name, 1)
            index = np.array([self.item[name] for name in own])
            loadings = _axis(covariance[np.ix_(index, index)])
            self.weights[factor] = np.zeros(size)
            self.weights[factor][index] = loadings
            self._scale(factor, own, loadings, fixed)
            for name in block:
                self.loading.setdefault((factor, name), 0.0 if len(own) < len(block) else 0.5)
        self._join(first_order, covariance)
        self.residual = self._residuals(rows)
        for factor in table.latent:
            if factor in first_order:
                continue
            block = [r.rhs for r in rows if r.lhs == factor and r.op == "=~"]
            values = np.array(
                [np.sqrt(max(self.variance.get(name, 1.0), 1e-6)) * 0.7 for name in block], dtype=np.float64
            )
            signs = np.array([np.sign(self.covariance.get((block[0], name), 1.0)) or 1.0 for name in block])
            self._scale(factor, block, values * signs, fixed)

    def _scale(self, factor: str, block: list[str], loadings: Floats, fixed: dict[tuple[str, str, str], float]) -> None:
        """Set loadings and variance on the scale of the marker, or of a fixed variance."""
        unit = 1.0
        if (factor, "~~", factor) not in fixed:
            for name, value in zip(block, loadings, strict=True):
                marker = fixed.get((factor, "=~", name), 0.0)
                if marker != 0.0:
                    floor = SMALLEST_MARKER * np.abs(loadings).max()
                    unit = (np.sign(value) or 1.0) * max(abs(value), floor) / marker
                    break
        self.variance[factor] = unit**2
        for name, value in zip(block, loadings, strict=True):
            self.loading[factor, name] = float(value / unit)

    def _join(self, factors: list[str], covariance: Floats) -> None:
        """Set covariances of factors from covariances of the weighted items."""
        self.covariance: dict[tuple[str, str], float] = {}
        for a in factors:
            for b in factors:
                if a == b:
                    continue
                wa, wb = self.weights[a], self.weights[b]
                bottom = float(wa @ wa) * float(wb @ wb)
                r = float(wa @ covariance @ wb) / bottom if bottom > 0 else 0.0
                r = float(np.clip(r, -LARGEST_CORRELATION, LARGEST_CORRELATION))
                sign_a = np.sign(self._unit(a)) or 1.0
                sign_b = np.sign(self._unit(b)) or 1.0
                self.covariance[a, b] = r * sign_a * sign_b * float(np.sqrt(self.variance[a] * self.variance[b]))

    def _unit(self, factor: str) -> float:
        """Return the sign that turned the block's axis to the marker's scale."""
        weights = self.weights[factor]
        first = int(np.argmax(np.abs(weights)))
        name = self.table.observed[first]
        return float(weights[first] * self.loading[factor, name])

    def _residuals(self, rows: list[Parameter]) -> dict[str, float]:
        found = {}
        for name, index in self.item.items():
            total = float(self.sample.covariance[index, index])
            common = sum(float(weights[index]) ** 2 for weights in self.weights.values())
            found[name] = max(total - common, 0.1 * total)
        return found

    def __call__(self, row: Parameter) -> float:
        if row.op == "=~":
            scale = 1.0
            if self.table.ordered and self.table.parameterisation == "theta" and row.rhs in self.item:
                scale = 1.0 / np.sqrt(max(self.residual[row.rhs], 0.1))
            return self.loading[row.lhs, row.rhs] * float(scale)
        if row.op == "~~" and row.lhs == row.rhs:
            if row.lhs in self.item:
                return 1.0 if self.table.ordered else self.residual[row.lhs]
            explained = any(
                r.op in ("=~", "~") and row.lhs in (r.rhs if r.op == "=~" else r.lhs,) for r in self.table.rows
            )
            return self.variance.get(row.lhs, 1.0) * (0.5 if explained else 1.0)
        if row.op == "~~":
            return self.covariance.get((row.lhs, row.rhs), 0.0)
        if row.op == "~1":
            ordered = self.table.ordered
            return 0.0 if row.lhs not in self.item or ordered else float(self.sample.means[self.item[row.lhs]])
        if row.op == "|":
            return self._threshold(row)
        return 1.0 if row.op == "~*~" else 0.0

    def _threshold(self, row: Parameter) -> float:
        item = self.item[row.lhs]
        at = sum(self.sample.counts[:item]) + int(row.rhs[1:]) - 1
        value = float(self.sample.thresholds[at])
        if self.table.parameterisation == "theta":
            value /= np.sqrt(max(self.residual[row.lhs], 0.1))
        return value


def _group_values(table: ParameterTable, rows: list[Parameter], sample: GroupSample) -> _GroupValues:
    return _GroupValues(table, rows, sample)


def _axis(covariance: Floats) -> Floats:
    """Return loadings of the first axis in the items' units."""
    scale = np.sqrt(np.maximum(np.diag(covariance), 1e-12))
    if len(covariance) == 1:
        return np.asarray(scale.copy())
    if len(covariance) == 2:
        r = float(np.clip(covariance[0, 1] / (scale[0] * scale[1]), -LARGEST, LARGEST))
        size = np.sqrt(max(abs(r), 0.1))
        return np.asarray(scale * np.array([size, size * (np.sign(r) or 1.0)]))
    roots, vectors = np.linalg.eigh(covariance / np.outer(scale, scale))
    common = max(roots[-1] - roots[:-1].mean(), 0.1)
    axis = np.clip(vectors[:, -1] * np.sqrt(common), -LARGEST, LARGEST)
    return np.asarray(scale * axis * (np.sign(axis.sum()) or 1.0))
