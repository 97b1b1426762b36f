"""Answers at the edge of what can be computed: every psychometric analysis says what is wrong, or flags the number.

Neither a traceback of a library nor a missing number without a reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest

import osa_survey as osa
from osa_survey.errors import AnalysisError
from osa_survey.results import Result

Frame = pd.DataFrame
ITEMS = ["a", "b", "c", "d", "e"]


def ordinary(n: int = 200) -> Frame:
    """Answers 1 to 5 to five items of one factor, and a group."""
    generator = np.random.default_rng(20)
    trait = generator.normal(size=(n, 1))
    values = np.digitize(0.8 * trait + 0.6 * generator.normal(size=(n, 5)), [-1.0, -0.3, 0.3, 1.0]) + 1.0
    frame = pd.DataFrame(values, columns=ITEMS)
    frame["group"] = pd.Categorical(np.where(np.arange(n) % 2, "left", "right"), categories=["left", "right"])
    return frame


def two_items() -> Frame:
    return ordinary()[["a", "b", "group"]]


def constant_item() -> Frame:
    return ordinary().assign(c=3.0)


def negative_correlation() -> Frame:
    frame = ordinary()
    return frame.assign(c=6.0 - frame["c"])


def fewer_people_than_items() -> Frame:
    return ordinary().iloc[:4].reset_index(drop=True)


def empty_category() -> Frame:
    frame = ordinary()
    return frame.assign(a=frame["a"].replace(3.0, 4.0))


def category_of_one_person() -> Frame:
    frame = ordinary()
    values = frame["a"].clip(upper=4.0)
    values.iloc[0] = 5.0
    return frame.assign(a=values)


def perfect_correlation() -> Frame:
    frame = ordinary()
    return frame.assign(b=frame["a"])


def perfect_negative_correlation() -> Frame:
    frame = ordinary()
    return frame.assign(b=6.0 - frame["a"])


def all_missing_in_one_group() -> Frame:
    frame = ordinary()
    frame.loc[frame["group"] == "left", ITEMS] = np.nan
    return frame


def an_item_nobody_answered() -> Frame:
    return ordinary().assign(c=np.nan)


def an_item_missing_in_one_group() -> Frame:
    frame = ordinary()
    frame.loc[frame["group"] == "left", "c"] = np.nan
    return frame


def nobody() -> Frame:
    return ordinary().iloc[:0]


CASES: tuple[Callable[[], Frame], ...] = (
    two_items,
    constant_item,
    negative_correlation,
    fewer_people_than_items,
    empty_category,
    category_of_one_person,
    perfect_correlation,
    perfect_negative_correlation,
    all_missing_in_one_group,
    an_item_nobody_answered,
    an_item_missing_in_one_group,
    nobody,
)


def items_of(frame: Frame) -> Frame:
    return frame.drop(columns="group")


def model_of(frame: Frame) -> str:
    return "f =~ " + " + ".join(items_of(frame).columns)


def two_waves(frame: Frame) -> tuple[Frame, list[list[str]]]:
    """Return the items beside those of a second wave, the answers of other people as good as any."""
    items = items_of(frame)
    later = items.iloc[::-1].reset_index(drop=True).add_suffix("_2")
    return pd.concat([items, later], axis="columns"), [list(items.columns), list(later.columns)]


GIVEN = {"estimate": 0.8, "kind": "retest", "source": "made up"}
ANALYSES: dict[str, Callable[[Frame], Result]] = {
    "reliability": lambda x: osa.reliability(items_of(x), draws=100, ordinal_alpha=True, details=True),
    "reliability, pairwise": lambda x: osa.reliability(items_of(x), draws=0, missing="pairwise"),
    "reliability, three factors": lambda x: osa.reliability(items_of(x), draws=0, factors=2),
    "reliability by group": lambda x: osa.reliability(x, by="group", draws=100),
    "polychoric": lambda x: osa.polychoric(items_of(x)),
    "polychoric, listwise": lambda x: osa.polychoric(items_of(x), missing="listwise"),
    "polyserial": lambda x: osa.polychoric(items_of(x).assign(score=np.arange(len(x)) / 7.0), numbers=["score"]),
    "tetrachoric": lambda x: osa.polychoric((items_of(x) > 3).where(items_of(x).notna()).astype(float)),
    "dimensionality": lambda x: osa.dimensionality(items_of(x), draws=20),
    "dimensionality, polychoric": lambda x: osa.dimensionality(items_of(x), draws=20, correlation="polychoric"),
    "dimensionality, pairwise": lambda x: osa.dimensionality(items_of(x), draws=20, missing="pairwise"),
    "efa": lambda x: osa.efa(items_of(x), factors=1, draws=20),
    "efa, two factors": lambda x: osa.efa(items_of(x), factors=2, draws=20, starts=5),
    "efa, ml": lambda x: osa.efa(items_of(x), factors=1, extraction="ml", draws=20),
    "efa, principal axes": lambda x: osa.efa(items_of(x), factors=1, extraction="principal_axis", draws=20),
    "efa, polychoric": lambda x: osa.efa(items_of(x), factors=1, correlation="polychoric", draws=20),
    "efa, parallel": lambda x: osa.efa(items_of(x), draws=20),
    "retest": lambda x: osa.retest(x, "a", "b"),
    "change": lambda x: osa.change(x, ["a", "b"], by="group", reliability=GIVEN),
    "latent change of scores": lambda x: osa.latent_change(x, ["a", "b"], of="scores", predictors="group"),
    "latent change of items": lambda x: osa.latent_change(*two_waves(x)),
    "latent change of items, ML": lambda x: osa.latent_change(*two_waves(x), estimator="ML"),
    "longitudinal invariance": lambda x: osa.longitudinal_invariance(*two_waves(x)),
    "longitudinal invariance, ML": lambda x: osa.longitudinal_invariance(*two_waves(x), estimator="ML"),
    **{
        f"cfa, {estimator}": lambda x, estimator=estimator: osa.cfa(items_of(x), model_of(x), estimator=estimator)
        for estimator in ("auto", "ML", "MLR", "MLM", "ULS", "GLS", "DWLS", "WLSMV", "ULSMV")
    },
    "cfa, fiml": lambda x: osa.cfa(items_of(x), model_of(x), estimator="ML", missing="fiml"),
    "cfa by group": lambda x: osa.cfa(x, model_of(x), group="group", estimator="ML", group_equal=["loadings"]),
    "cfa by group, ordinal": lambda x: osa.cfa(x, model_of(x), group="group", estimator="WLSMV"),
}


def everything(result: Result, name: str = "result") -> Iterator[tuple[str, Result]]:
    yield name, result
    for key, one in result.more.items():
        yield from everything(one, f"{name}.{key}")


def silent(result: Result) -> list[str]:
    """Rows that have no estimate and do not say why."""
    found = []
    for name, one in everything(result):
        table = one.table
        rows = table.loc[table["estimate"].isna() & (table["warning"] == "")]
        keys = rows[["quantity", "term", "outcome", "group", "level"]].itertuples(index=False)
        found += [f"{name}: {' '.join(filter(None, map(str, row)))}" for row in keys]
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
@pytest.mark.parametrize("name", ANALYSES)
def test_awkward_answers(name: str, case: Callable[[], Frame]) -> None:
    try:
        result = ANALYSES[name](case())
    except AnalysisError as error:
        assert all(problem.message and problem.code for problem in error.problems)
        return
    assert silent(result) == []
    estimates = np.concatenate([one.table["estimate"].to_numpy(dtype=float) for _, one in everything(result)])
    assert not np.isinf(estimates).any()
    for language in ("en", "de"):
        assert "nan" not in " ".join(result.sentences(language)).lower().split()


HAND: dict[str, tuple[Callable[[Frame], Any], Callable[[], Frame], Any]] = {
    # r = 1: alpha 2 * 1 / 2 of two equal items
    "two equal items": (
        lambda x: osa.reliability(x[["a", "b"]], draws=0).pick("alpha")["estimate"],
        perfect_correlation,
        1.0,
    ),
    # the sum of an item and its mirror image does not vary
    "an item and its mirror image": (
        lambda x: osa.reliability(x[["a", "b"]], draws=0),
        perfect_negative_correlation,
        "does not vary",
    ),
}


@pytest.mark.parametrize("name", HAND)
def test_by_hand(name: str) -> None:
    work, case, expected = HAND[name]
    if isinstance(expected, str):
        with pytest.raises(AnalysisError, match=expected):
            work(case())
    else:
        assert work(case()) == pytest.approx(expected, abs=1e-12)
