"""Draws that are kept are those that would be drawn, and no other answers, score or seed gets them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from osa_survey.psychometrics import remembered_draws
from osa_survey.psychometrics.ordinal.ordered_answers import Categories, categories
from osa_survey.psychometrics.remembered_draws import forget_draws, remembered_omegas
from osa_survey.psychometrics.resampling import resampled_omegas

DRAWS = 20


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    forget_draws()
    yield
    forget_draws()


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that grows by one whenever samples are really drawn."""
    times: list[int] = []

    def counted(*arguments: object) -> np.ndarray:
        times.append(1)
        return resampled_omegas(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(remembered_draws, "resampled_omegas", counted)
    return times


def answers(seed: int = 4) -> Categories:
    generator = np.random.default_rng(seed)
    common = generator.normal(size=(120, 1))
    return categories(np.clip(np.round(common + generator.normal(size=(120, 4))), -1, 1))


def test_the_second_time_nothing_is_drawn_and_the_numbers_are_the_same(drawn: list[int]) -> None:
    items = answers()
    first = remembered_omegas(items, items.steps, DRAWS, (1, 2))
    again = remembered_omegas(answers(), items.steps.copy(), DRAWS, (1, 2))
    assert len(drawn) == 1
    assert np.array_equal(first, again, equal_nan=True)
    assert np.array_equal(first, resampled_omegas(items, items.steps, DRAWS, (1, 2)), equal_nan=True)


def test_other_answers_scores_draws_and_seeds_are_drawn(drawn: list[int]) -> None:
    items, other = answers(), answers(5)
    turned = Categories(items.codes[:, ::-1], items.answers)
    one = remembered_omegas(items, items.steps, DRAWS, (1,))
    for mine in (
        remembered_omegas(other, other.steps, DRAWS, (1,)),
        remembered_omegas(turned, items.steps, DRAWS, (1,)),
        remembered_omegas(items, items.steps * [1.0, 2.0], DRAWS, (1,)),
        remembered_omegas(items, items.steps, DRAWS, (2,)),
    ):
        assert not np.array_equal(one, mine, equal_nan=True)
    assert len(remembered_omegas(items, items.steps, DRAWS + 1, (1,))) == DRAWS + 1
    assert len(drawn) == 6


def test_what_is_kept_cannot_be_changed() -> None:
    items = answers()
    kept = remembered_omegas(items, items.steps, DRAWS, 1)
    with pytest.raises(ValueError, match="read-only"):
        kept[0] = 0.0


def test_few_are_kept_and_the_longest_unused_goes_first(drawn: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered_draws, "MOST_KEPT", 2)
    items = answers()
    for seed in (1, 2, 1, 3):  # 2 goes
        remembered_omegas(items, items.steps, DRAWS, seed)
    assert len(drawn) == 3
    remembered_omegas(items, items.steps, DRAWS, 1)
    assert len(drawn) == 3
    remembered_omegas(items, items.steps, DRAWS, 2)
    assert len(drawn) == 4
