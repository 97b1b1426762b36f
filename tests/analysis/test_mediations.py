"""Mediation: relations that must hold, refusals, coverage of a planted truth."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from osa_survey import mediate, regress
from osa_survey.errors import AnalysisError
from osa_survey.results import Result
from tests.made_up_coverage_of_paths import INTERVALS, LEVEL, PATHS, covered
from tests.made_up_regressions import as_imputed, people

REPLICATES = 60
TESTED = ("small", "mixed")
"""The benchmark recovery_mediation runs all paths, more sizes and more replicates."""
N = 500
SEED = 20261126
SLACK = 0.01
"""Beyond simulation error: percentile intervals at this size."""
EXACT = 1e-9
SMALL_DRAWS = 100


@pytest.fixture(scope="module")
def answers() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    n = 240
    gender = rng.integers(0, 2, n)
    x = rng.normal(size=n)
    m = 0.5 * x + 0.4 * gender + rng.normal(size=n)
    y = 0.4 * m + 0.2 * x + rng.normal(size=n)
    return pd.DataFrame(
        {
            "x": x,
            "m": m,
            "second": 0.3 * x + rng.normal(size=n),
            "y": y,
            "event": pd.Categorical.from_codes((y > 0).astype(int), ["no", "yes"]),
            "gender": pd.Categorical.from_codes(gender, ["man", "woman"]),
            "town": pd.Categorical.from_codes(rng.integers(0, 3, n), ["a", "b", "c"]),
        }
    )


def value(result: Result, quantity: str, **where: str) -> float:
    return float(result.pick(quantity, **where)["estimate"])


def codes(error: pytest.ExceptionInfo[AnalysisError]) -> set[str]:
    return {problem.code for problem in error.value.problems}


def test_direct_and_indirect_add_up_to_the_regression_without_the_mediator(answers: pd.DataFrame) -> None:
    found = mediate(answers, "x", ["m", "second"], "y", covariates=["town"], draws=SMALL_DRAWS)
    whole = regress(answers, "y", [["x", "town"]])
    assert value(found, "total") == pytest.approx(value(whole, "b", term="x"), rel=EXACT)
    assert value(found, "total") == pytest.approx(value(found, "direct") + value(found, "indirect_total"), rel=EXACT)


def test_paths_are_those_of_regress(answers: pd.DataFrame) -> None:
    found = mediate(answers, "x", "m", "event", models={"event": "logistic"}, draws=SMALL_DRAWS)
    second = regress(answers, "event", [["x", "m"]], model="logistic")
    for name in ("x", "m"):
        own = found.more["paths"].pick("b", outcome="event", term=name)
        other = second.pick("b", term=name)
        for key in ("estimate", "std_error", "p_value", "conf_low"):
            assert own[key] == pytest.approx(other[key], rel=EXACT)
    first = regress(answers, "m", ["x"])
    own = found.more["paths"].pick("b", outcome="m", term="x")
    assert own["std_error"] == pytest.approx(first.pick("b", term="x")["std_error"], rel=EXACT)
    r2 = first.more["fit"].pick("r2")["estimate"]
    assert value(found.more["paths"], "r2", outcome="m") == pytest.approx(r2, rel=EXACT)


def test_natural_effects_of_linear_models_are_products(answers: pd.DataFrame) -> None:
    # a probit outcome of a rare step: only the mediator's part is linear, so compare two contrasts by additivity
    found = mediate(answers, "x", "m", "event", models={"event": "probit"}, contrast=(-1, 1), draws=SMALL_DRAWS)
    natural = found.more["natural"]
    parts = value(natural, "natural_direct") + value(natural, "natural_indirect")
    assert value(natural, "natural_total") == pytest.approx(parts, rel=EXACT)
    # with a normal mediator the probit of the mean over it is closed: Φ(μ / √(1 + b²σ²))
    paths = found.more["paths"].table.set_index(["outcome", "term"])["estimate"]
    b, direct, start = (paths[("event", name)] for name in ("m", "x", "intercept"))
    variance = float(np.var(answers["m"] - paths[("m", "intercept")] - paths[("m", "x")] * answers["x"]))

    def chance(x: float, at: float) -> float:
        mean = start + direct * x + b * (paths[("m", "intercept")] + paths[("m", "x")] * at)
        return float(stats.norm.cdf(mean / np.sqrt(1 + b**2 * variance)))

    assert value(natural, "natural_indirect") == pytest.approx(chance(1, 1) - chance(1, -1), rel=1e-7)
    assert value(natural, "natural_direct") == pytest.approx(chance(1, -1) - chance(-1, -1), rel=1e-7)


def test_sensitivity_at_zero_is_the_estimate_and_vanishes_at_its_root(answers: pd.DataFrame) -> None:
    found = mediate(answers, "x", "m", "y", draws=SMALL_DRAWS)
    curve = found.more["sensitivity"].table
    at_zero = curve.loc[curve["level"] == "0", "estimate"].iloc[0]
    assert at_zero == pytest.approx(value(found, "indirect"), rel=EXACT)
    root = value(found.more["sensitivity"], "rho_at_zero")
    signs = np.sign(curve.loc[curve["quantity"] == "indirect", "estimate"])
    levels = curve.loc[curve["quantity"] == "indirect", "level"].astype(float)
    assert (signs == np.sign(root - levels)).all()


def test_two_categories_take_both_values_of_the_moderator(answers: pd.DataFrame) -> None:
    found = mediate(answers, "x", "m", "y", model=14, moderator="gender", draws=SMALL_DRAWS)
    assert set(found.table.loc[found.table["quantity"] == "indirect", "level"]) == {"man", "woman"}
    women = answers.loc[answers["gender"] == "woman"]
    b = regress(women, "y", ["m"]).pick("b", term="m")["estimate"]
    own = value(found, "indirect", level="woman") / value(found.more["paths"], "b", outcome="m", term="x")
    both = mediate(women, "x", "m", "y", draws=SMALL_DRAWS)
    assert own != pytest.approx(b, rel=EXACT)  # x is held constant, and has one coefficient for all
    index = value(found, "moderated_mediation")
    difference = value(found, "indirect", level="woman") - value(found, "indirect", level="man")
    assert index == pytest.approx(difference, rel=EXACT)
    assert both.n_used == len(women)


def test_the_same_seed_gives_the_same_bytes_and_another_one_does_not(answers: pd.DataFrame) -> None:
    first, again, other = (mediate(answers, "x", "m", "y", seed=seed, draws=SMALL_DRAWS) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(first.table, again.table)
    assert not first.table["conf_low"].equals(other.table["conf_low"])


def test_bias_corrected_intervals_come_with_their_warning(answers: pd.DataFrame) -> None:
    found = mediate(answers, "x", "m", "y", interval="bias_corrected", draws=SMALL_DRAWS)
    assert any("too often" in note for note in found.notes)
    plain = mediate(answers, "x", "m", "y", draws=SMALL_DRAWS)
    assert not any("too often" in note for note in plain.notes)
    assert found.table["estimate"].equals(plain.table["estimate"])
    assert not found.table["conf_low"].equals(plain.table["conf_low"])


def test_words_say_association_unless_the_order_is_stated(answers: pd.DataFrame) -> None:
    plain = mediate(answers, "x", "m", "y", draws=SMALL_DRAWS)
    assert "indirect association" in plain.sentences("en")[0]
    assert not any(" effect" in sentence for sentence in plain.sentences("en"))
    assert any("AGReMA" in note for note in plain.notes)
    ordered = mediate(answers, "x", "m", "y", ordered=True, draws=SMALL_DRAWS)
    assert "indirect effect" in ordered.sentences("en")[0]
    assert "indirekte Effekt" in ordered.sentences("de")[0]


def test_weights_and_imputed_sets_take_monte_carlo_intervals() -> None:
    base = people()
    sets = [base, base, base]
    imputed = as_imputed(base, sets, None)
    plain = mediate(base, "x", "share", "score", interval="monte_carlo", draws=SMALL_DRAWS)
    pooled = mediate(imputed, "x", "share", "score", interval="monte_carlo", draws=SMALL_DRAWS)
    assert value(pooled, "indirect") == pytest.approx(value(plain, "indirect"), rel=EXACT)
    assert pooled.pick("direct")["std_error"] == pytest.approx(plain.pick("direct")["std_error"], rel=1e-6)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"model": 5}, "unknown_choice"),
        ({"model": 7}, "no_moderator"),
        ({"moderator": "gender"}, "no_moderator"),
        ({"model": 6}, "too_few_variables"),
        ({"model": 1, "moderator": "gender"}, "mediators"),
        ({"mediators": ["x"]}, "repeated_variable"),
        ({"models": {"y": "multinomial"}}, "unknown_choice"),
        ({"models": {"town": "logistic"}}, "unknown_variable"),
        ({"mediators": ["event", "m"], "models": {"event": "logistic"}}, "no_indirect_rule"),
        ({"interval": "basic"}, "unknown_choice"),
        ({"draws": 10}, "draws"),
        ({"contrast": (1, 1)}, "contrast"),
        ({"x": "town"}, "two_categories"),
        ({"mediators": "event"}, "nominal_outcome"),
    ],
)
def test_refusals(answers: pd.DataFrame, arguments: dict[str, Any], code: str) -> None:
    with pytest.raises(AnalysisError) as error:
        mediate(answers, **({"x": "x", "mediators": "m", "y": "y"} | arguments))
    assert code in codes(error)


@pytest.mark.slow
def test_intervals_cover_the_product_of_small_and_larger_paths() -> None:
    cells = [(path, kind) for path in TESTED for kind in INTERVALS]
    z = stats.norm.ppf(1 - 0.05 / len(cells) / 2)
    band = SLACK + z * np.sqrt(LEVEL * (1 - LEVEL) / REPLICATES)
    shares = {}
    for number, (path, kind) in enumerate(cells):
        streams = np.random.default_rng([SEED, number]).spawn(REPLICATES)
        shares[path, kind] = float(np.mean([covered(N, *PATHS[path], kind, rng) for rng in streams]))
    assert {cell: share for cell, share in shares.items() if abs(share - LEVEL) > band} == {}
