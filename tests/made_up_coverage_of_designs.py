"""Made-up samples with a known truth for couples, waves and screening scores: estimates and what they cover."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from osa_survey import apim, change, cross_lagged, latent_change, roc
from osa_survey.results import Result

Floats = NDArray[np.float64]
LEVEL = 0.95
SLACK = 0.01
"""What coverage may differ from its level beyond simulation error."""
FALSE_ALARM = 0.05
ACTOR, PARTNER = 0.4, 0.15
PATHS = np.array([[0.4, 0.15], [0.2, 0.3]])
"""Row: later variable; column: earlier one."""
SHIFT, CHANGE_SD, CHANGE_R = 0.3, 0.8, -0.4
"""Mean and SD of the latent change, in SD of the first level, and its correlation with that level."""
RELIABILITY = 0.8


@dataclass(frozen=True)
class Design:
    """A design to be tried.

    Attributes
    ----------
    sizes : tuple of int
        Couples or people.
    tried : callable
        From a size and a generator to estimate, lower and upper bound, and truth of each number.
    """

    sizes: tuple[int, ...]
    tried: Callable[[int, np.random.Generator], dict[str, tuple[float, float, float, float]]]


def _row(result: Result, truth: float, quantity: str, **where: str) -> tuple[float, float, float, float]:
    row = result.pick(quantity, **where)
    return float(row["estimate"]), float(row["conf_low"]), float(row["conf_high"]), truth


def couples(n: int, rng: np.random.Generator, roles: bool) -> dict[str, tuple[float, float, float, float]]:
    """Try the actor–partner model; predictors of a couple correlate .3, errors .4."""
    x = np.sqrt(0.3) * rng.normal(size=(n, 1)) + np.sqrt(0.7) * rng.normal(size=(n, 2))
    error = np.sqrt(0.4) * rng.normal(size=(n, 1)) + np.sqrt(0.6) * rng.normal(size=(n, 2))
    y = ACTOR * x + PARTNER * x[:, ::-1] + error
    frame = pd.DataFrame({"x1": x[:, 0], "x2": x[:, 1], "y1": y[:, 0], "y2": y[:, 1]})
    named = {"roles": ["first", "second"]} if roles else {}
    found = apim(frame, ["x1", "x2"], ["y1", "y2"], distinguishable=roles, draws=100, **named)  # type: ignore[arg-type]
    where: dict[str, Any] = {"group": "first"} if roles else {}
    return {"actor": _row(found, ACTOR, "actor", **where), "partner": _row(found, PARTNER, "partner", **where)}


def panel(n: int, rng: np.random.Generator, waves: int, random: bool) -> dict[str, tuple[float, float, float, float]]:
    """Try a cross-lagged model, with or without stable levels of people."""
    level = rng.normal(size=(n, 2)) @ np.array([[1.0, 0.4], [0.0, 0.9]]) if random else np.zeros((n, 2))
    within = rng.normal(size=(n, 2))
    columns: dict[str, Floats] = {}
    for wave in range(1, waves + 1):
        if wave > 1:
            within = within @ PATHS.T + rng.normal(size=(n, 2)) @ np.array([[1.0, 0.3], [0.0, 0.9]])
        columns[f"x{wave}"], columns[f"y{wave}"] = (level + within).T
    names = [[f"x{wave}", f"y{wave}"] for wave in range(1, waves + 1)]
    found = cross_lagged(pd.DataFrame(columns), names, random_intercepts=random, equal=waves > 2)
    terms, outcomes = ("x1", "y1"), ("x2", "y2")
    return {
        f"{term} → {outcome}": _row(found, float(PATHS[row, column]), "b", term=term, outcome=outcome)
        for row, outcome in enumerate(outcomes)
        for column, term in enumerate(terms)
    }


def screening(n: int, rng: np.random.Generator, interval: str) -> dict[str, tuple[float, float, float, float]]:
    """Try the area under the curve of two normals one SD apart, a third of the people cases: Φ(1/√2)."""
    case = np.arange(n) < n // 3
    frame = pd.DataFrame(
        {"score": rng.normal(size=n) + case, "case": pd.Categorical.from_codes(case * 1, ["no", "yes"])}
    )
    found = roc(frame, "score", "case", interval=interval, draws=500, seed=int(rng.integers(1 << 31)))  # type: ignore[arg-type]
    return {"auc": _row(found, float(stats.norm.cdf(np.sqrt(0.5))), "auc")}


def levels(n: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Return latent levels of two waves with the planted change."""
    first = rng.normal(size=n)
    rest = CHANGE_SD * np.sqrt(1 - CHANGE_R**2) * rng.normal(size=n)
    return first, first + SHIFT + CHANGE_SD * CHANGE_R * first + rest


def latent(n: int, rng: np.random.Generator) -> dict[str, tuple[float, float, float, float]]:
    """Try the latent change of four items with correlated residuals."""
    common, columns = 0.4 * rng.normal(size=(n, 4)), {}
    for wave, level in enumerate(levels(n, rng), start=1):
        for item, loading in enumerate((1.0, 0.8, 0.9, 0.7)):
            columns[f"i{item}_{wave}"] = 2 + loading * level + common[:, item] + 0.7 * rng.normal(size=n)
    names = [[f"i{item}_{wave}" for item in range(4)] for wave in (1, 2)]
    found = latent_change(pd.DataFrame(columns), names, estimator="ML")
    return {
        "mean": _row(found, SHIFT, "latent_change"),
        "in SD": _row(found, SHIFT, "latent_change_sd"),
        "variance": _row(found, CHANGE_SD**2, "change_variance"),
        "r": _row(found, CHANGE_R, "change_r"),
    }


def scores(n: int, rng: np.random.Generator) -> dict[str, tuple[float, float, float, float]]:
    """Try the mean change of scores with error, and the share beyond the threshold that the sample itself gave."""
    error = np.sqrt(1 / RELIABILITY - 1)
    first, later = (level + error * rng.normal(size=n) for level in levels(n, rng))
    given = {"estimate": RELIABILITY, "kind": "retest", "source": "planted"}
    found = change(pd.DataFrame({"a": first, "b": later}), ["a", "b"], reliability=given)
    spread = np.sqrt(CHANGE_SD**2 + 2 * error**2)
    limit = float(found.more["threshold"].pick("change_threshold")["estimate"])
    beyond = float(stats.norm.sf(limit, SHIFT, spread))
    return {
        "mean": _row(found, SHIFT, "mean_difference"),
        "d_z": _row(found, SHIFT / spread, "d_z"),
        "reliably higher": _row(found, beyond, "changed", level="reliably higher"),
    }


DESIGNS: dict[str, Design] = {
    "couples, indistinguishable": Design((100, 200, 500), lambda n, rng: couples(n, rng, False)),
    "couples, distinguishable": Design((100, 200, 500), lambda n, rng: couples(n, rng, True)),
    "cross-lagged, 2 waves": Design((200, 500), lambda n, rng: panel(n, rng, 2, False)),
    "cross-lagged, 4 waves": Design((200, 500), lambda n, rng: panel(n, rng, 4, False)),
    "random intercepts, 3 waves": Design((500, 1000), lambda n, rng: panel(n, rng, 3, True)),
    "random intercepts, 4 waves": Design((500, 1000), lambda n, rng: panel(n, rng, 4, True)),
    "roc, DeLong": Design((150, 300, 900), lambda n, rng: screening(n, rng, "delong")),
    "roc, bootstrap": Design((300,), lambda n, rng: screening(n, rng, "bootstrap")),
    "latent change, 4 items": Design((200, 500), latent),
    "change of scores": Design((100, 300), scores),
}


@dataclass(frozen=True)
class Cell:
    """What many samples of one number came to.

    Attributes
    ----------
    bias : float
        Mean estimate less truth.
    bias_error : float
        Its simulation error.
    coverage : float
        Share of intervals that hold the truth.
    """

    bias: float
    bias_error: float
    coverage: float


def recovered(design: Design, n: int, replicates: int, seed: np.random.SeedSequence) -> dict[str, Cell]:
    """Return bias and coverage of every number of a design at one size."""
    found = [design.tried(n, np.random.default_rng(one)) for one in seed.spawn(replicates)]
    cells = {}
    for name in found[0]:
        estimate, low, high, truth = np.array([one[name] for one in found]).T
        off = estimate - truth
        inside = float(((low <= truth) & (truth <= high)).mean())
        cells[name] = Cell(float(off.mean()), float(off.std(ddof=1) / np.sqrt(replicates)), inside)
    return cells


def band(cells: int, replicates: int) -> float:
    """Return how far coverage may lie from its level: the slack, and simulation error Bonferroni over all cells."""
    z = stats.norm.ppf(1 - FALSE_ALARM / cells / 2)
    return float(SLACK + z * np.sqrt(LEVEL * (1 - LEVEL) / replicates))
