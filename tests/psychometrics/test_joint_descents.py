"""Descents from many starts at once: known minima, the same ends alone and together, and the end of precision."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from osa_survey.psychometrics.exploratory import joint_descents
from osa_survey.psychometrics.exploratory.joint_descents import descend

Floats = NDArray[np.float64]
FOUND = 1e-6
"""What a gradient of 1e-8 leaves of the distance to a minimum whose least curvature is about one half."""


def valley(x: Floats) -> tuple[Floats, Floats]:
    """Return Rosenbrock's function of two variables, with its minimum of zero at (1, 1)."""
    a, b = 1.0 - x[:, 0], x[:, 1] - x[:, 0] ** 2
    return a**2 + 10.0 * b**2, np.column_stack([-2.0 * a - 40.0 * x[:, 0] * b, 20.0 * b])


def two_wells(x: Floats) -> tuple[Floats, Floats]:
    """Return a function with minima at -1 and 1."""
    return ((x**2 - 1.0) ** 2).sum(axis=1), 4.0 * x * (x**2 - 1.0)


def test_every_start_finds_the_end_of_the_valley() -> None:
    starts = np.random.default_rng(1).normal(size=(40, 2)) * 2.0
    points, values = descend(valley, starts, 1e-8, 500)
    assert points == pytest.approx(np.ones((40, 2)), abs=FOUND)
    assert values == pytest.approx(np.zeros(40), abs=FOUND**2)


def test_each_start_goes_to_its_own_minimum_and_alone_as_together(monkeypatch: pytest.MonkeyPatch) -> None:
    starts = np.array([[-2.0], [-0.3], [0.4], [1.0], [3.0]])
    together, _ = descend(two_wells, starts, 1e-8, 100)
    assert together[:, 0] == pytest.approx([-1.0, -1.0, 1.0, 1.0, 1.0], abs=FOUND)
    monkeypatch.setattr(joint_descents, "CELLS", 1)
    alone, _ = descend(two_wells, starts, 1e-8, 100)
    assert (alone == together).all()


def test_few_steps_stop_on_the_way_and_never_climb() -> None:
    starts = np.random.default_rng(2).normal(size=(10, 2)) * 2.0
    before = valley(starts)[0]
    points, values = descend(valley, starts, 1e-8, 3)
    assert (values <= before).all()
    assert (np.abs(points - 1.0).max(axis=1) > FOUND).any()
    assert values == pytest.approx(valley(points)[0])


def test_rounding_of_the_value_does_not_keep_a_descent_from_the_bottom() -> None:
    calls = 0

    def high_up(x: Floats) -> tuple[Floats, Floats]:
        nonlocal calls
        calls += 1
        value, gradient = valley(x)
        return value + 1e8, gradient  # steps near the minimum change nothing in the sum

    points, _ = descend(high_up, np.array([[1.01, 1.0]]), 1e-8, 500)
    assert points == pytest.approx(np.ones((1, 2)), abs=FOUND)
    assert calls < 100
