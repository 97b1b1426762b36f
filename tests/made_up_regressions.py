"""Made-up respondents for regressions, with weights, replicate weights and completed sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from osa_survey.dataset import ScoredData, SurveyDesign, columns_of
from osa_survey.dataset.imputed import ImputationRecord, ImputedData


def as_scored(data: pd.DataFrame, design: SurveyDesign | None = None) -> ScoredData:
    """Return a data frame as scored data without a questionnaire."""
    columns = columns_of(data, list(data.columns))
    values = pd.DataFrame({column.info.name: column.values for column in columns})
    reasons = pd.DataFrame({column.info.name: column.reasons for column in columns})
    variables = {column.info.name: column.info for column in columns}
    return ScoredData(values, reasons, variables, None, design=design)  # type: ignore[arg-type]


def as_imputed(
    original: pd.DataFrame, completed: Sequence[pd.DataFrame], design: SurveyDesign | None = None
) -> ImputedData:
    """Return completed sets as imputed data."""
    record = ImputationRecord(len(completed), 0, 1, {}, {}, {}, {}, (), {}, {})
    sets = tuple(as_scored(one, design) for one in completed)
    return ImputedData(as_scored(original, design), sets, record)


def with_design(data: ImputedData, design: SurveyDesign) -> ImputedData:
    """Return imputed data under a design."""
    completed = tuple(replace(one, design=design) for one in data.completed)
    return ImputedData(replace(data.original, design=design), completed, data.record)


def people(n: int = 120, seed: int = 11) -> pd.DataFrame:
    """Return adults with an outcome of every kind, a number and a nominal predictor."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=n)
    group = rng.integers(0, 3, n)
    eta = 0.3 + 0.5 * x + 0.4 * (group == 1)
    rate = np.exp(1.6 + 0.4 * x)
    latent = eta + rng.logistic(size=n)
    count = rng.poisson(rate * rng.gamma(3.0, 1 / 3, n)).astype(float)
    share = 1 / (1 + np.exp(-(eta + 0.6 * rng.normal(size=n))))
    bands = np.digitize(latent, [-0.8, 0.6, 1.8])
    kinds = rng.integers(0, 3, n)
    kinds = np.where(rng.random(n) < 1 / (1 + np.exp(-1.5 - x)), kinds, 0)
    return pd.DataFrame(
        {
            "x": x,
            "group": pd.Categorical.from_codes(group, ["one", "two", "three"]),
            "score": eta + rng.normal(size=n),
            "event": pd.Categorical(np.where(latent > 0.3, "yes", "no"), categories=["no", "yes"]),
            "band": pd.Categorical.from_codes(bands, ["never", "rarely", "often", "daily"], ordered=True),
            "kind": pd.Categorical.from_codes(kinds, ["none", "text", "image"]),
            "count": np.where(rng.random(n) < 0.3, 0.0, count),
            "share": share,
        }
    )


OUTCOME_OF: dict[str, str] = {
    "linear": "score",
    "logistic": "event",
    "probit": "event",
    "ordinal_logit": "band",
    "ordinal_probit": "band",
    "multinomial": "kind",
    "poisson": "count",
    "negative_binomial": "count",
    "zero_inflated_poisson": "count",
    "zero_inflated_negative_binomial": "count",
    "hurdle_poisson": "count",
    "hurdle_negative_binomial": "count",
    "beta": "share",
    "fractional": "share",
}
"""Model → the outcome of ``people`` it is for."""
