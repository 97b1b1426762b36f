"""Coverage of intervals under weights and imputation together, on made-up samples with a known truth."""

from __future__ import annotations

import numpy as np
import pandas as pd

from osa_survey.analysis import regress
from osa_survey.dataset import ImputedData, SurveyDesign, VariableInfo
from osa_survey.imputation import chain_plan, run_chains
from osa_survey.imputation.model_columns import ModelColumn
from tests.made_up_regressions import as_imputed

LEVEL = 0.95
TRUTH = {"x": 0.5, "g[b]": -0.4}
"""Slope of a number, and difference of two groups, on the scale of each model."""
MODELS = {"linear": "score", "logistic": "event", "ordinal_logit": "band", "negative_binomial": "count"}
SETS, ITERATIONS = 3, 2
GAPS = 0.2
"""Mean share of gaps in the predictor, which grows with an auxiliary variable."""
WEIGHT_OF_GROUP_B = 2.5


def sample_of(n: int, rng: np.random.Generator) -> tuple[pd.DataFrame, SurveyDesign]:
    """Return respondents with gaps in ``x`` that depend on the answered ``z``, and weights that depend on both."""
    z = rng.normal(size=n)
    x = 0.8 * z + 0.6 * rng.normal(size=n)
    g = (rng.random(n) < 0.4).astype(float)
    eta = 0.2 + TRUTH["x"] * x + TRUTH["g[b]"] * g
    latent = eta + rng.logistic(size=n)
    data = pd.DataFrame(
        {
            "x": np.where(rng.random(n) < 2 * GAPS / (1 + np.exp(-1.5 * z)), np.nan, x),
            "z": z,
            "g": pd.Categorical.from_codes(g.astype(int), ["a", "b"]),
            "score": eta + rng.normal(size=n),
            "event": pd.Categorical.from_codes((eta + rng.logistic(size=n) > 0).astype(int), ["no", "yes"]),
            "band": pd.Categorical.from_codes(
                np.digitize(latent, [-1.0, 0.5, 1.8]), ["never", "rarely", "often", "daily"], ordered=True
            ),
            "count": rng.poisson(np.exp(0.5 + eta) * rng.gamma(2.0, 0.5, n)).astype(float),
        }
    )
    weights = np.where(g == 1, WEIGHT_OF_GROUP_B, 1.0) * np.exp(0.2 * z)
    return data, SurveyDesign("opt-in", weights / weights.mean())


def completed(data: pd.DataFrame, design: SurveyDesign, outcome: str, seed: int) -> ImputedData:
    """Return completed sets; outcome, group, auxiliary variable and weights predict."""
    columns = []
    for name in ("x", "z", "g", outcome):
        own = data[name]
        values = own.cat.codes.to_numpy(dtype=float) if isinstance(own.dtype, pd.CategoricalDtype) else own.to_numpy()
        gaps = np.isnan(values)
        columns.append(
            ModelColumn(VariableInfo(name, "number", name), values, gaps.astype(np.uint8), gaps, np.zeros_like(gaps))
        )
    plan, _ = chain_plan(columns, weights=design.weights, methods={"x": "normal"})
    found = run_chains(plan, SETS, ITERATIONS, seed)
    rows = data["x"].isna().to_numpy()
    sets = []
    for one in found:
        filled = data["x"].to_numpy().copy()
        filled[rows] = one.values[0]
        sets.append(data.assign(x=filled))
    return as_imputed(data, sets, design)


def covered(n: int, rng: np.random.Generator, seed: int) -> dict[tuple[str, str], bool]:
    """Return for every model and coefficient whether the interval of one made-up sample holds the truth."""
    data, design = sample_of(n, rng)
    found = {}
    for model, outcome in MODELS.items():
        sets = completed(data, design, outcome, seed)
        result = regress(sets, outcome, ["x", "g"], model=model, conf_level=LEVEL)
        for term, truth in TRUTH.items():
            row = result.pick("b", term=term)
            found[model, term] = bool(row["conf_low"] <= truth <= row["conf_high"])
    return found
