"""Mixed models against lme4 (estimates, likelihoods, shares) and nlme (degrees of freedom)."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from osa_survey.analysis import mixed_model
from osa_survey.models.within import fit_within

SEARCHED = 2e-5
"""Relative: two searches over variances; near its maximum the likelihood is flat."""
LIKELIHOOD = 1e-8
"""Relative: the maximum itself is known much better than where it is."""
EXACT = 1e-10
"""Relative: closed forms."""
NUMBERS: dict[str, Any] = json.loads(Path(__file__).with_name("mixed_models.json").read_text(encoding="utf-8"))
CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "oats": ("oats", {"outcome": "yield", "blocks": ["nitro"], "groups": "block"}),
    "oats_ml": ("oats", {"outcome": "yield", "blocks": ["nitro"], "groups": "block", "likelihood": "ml"}),
    "rail": ("rail", {"outcome": "travel", "blocks": ["x"], "groups": "rail"}),
    "made": ("made", {"outcome": "y", "blocks": ["x", "z"], "groups": "g"}),
    "made_slopes": ("made", {"outcome": "y", "blocks": ["x", "z"], "groups": "g", "slopes": ["x"]}),
}


@pytest.mark.parametrize("case", sorted(CASES))
def test_lme4_and_nlme(case: str) -> None:
    name, arguments = CASES[case]
    expected = NUMBERS[case]
    result = mixed_model(pd.DataFrame(NUMBERS["data"][name]), **arguments)
    b = result.table.loc[result.table["quantity"] == "b"]
    np.testing.assert_allclose(b["estimate"], expected["coef"], rtol=SEARCHED)
    np.testing.assert_allclose(b["std_error"], expected["se"], rtol=SEARCHED)
    np.testing.assert_array_equal(b["df1"], expected["df"])
    variances = result.more["variances"].table
    random = variances.loc[variances["quantity"] == "random_variance", "estimate"].to_numpy()
    D = np.atleast_2d(np.array(expected["D"], dtype=float))
    np.testing.assert_allclose(random[:-1], np.diag(D), rtol=SEARCHED)
    np.testing.assert_allclose(random[-1], expected["residual"], rtol=SEARCHED)
    if len(D) > 1:
        r = variances.loc[variances["quantity"] == "random_correlation", "estimate"].iloc[0]
        assert r == pytest.approx(D[0, 1] / np.sqrt(D[0, 0] * D[1, 1]), rel=SEARCHED)
    fit = result.more["fit"]
    assert fit.pick("log_likelihood")["estimate"] == pytest.approx(expected["logl"], rel=LIKELIHOOD)
    for quantity, key in (("icc", "icc"), ("marginal_r2", "r2m"), ("conditional_r2", "r2c")):
        assert fit.pick(quantity)["estimate"] == pytest.approx(expected[key], rel=SEARCHED)


@pytest.mark.parametrize("likelihood", ["reml", "ml"])
@pytest.mark.parametrize(
    ("case", "blocks", "slopes"),
    [("change", ["x", "z"], []), ("change_slopes", ["x", "z"], ["x"]), ("change_new_slope", ["z", "x"], ["x"])],
)
def test_blocks_are_compared_as_by_lme4s_anova(
    case: str, blocks: list[str], slopes: list[str], likelihood: Any
) -> None:
    data, expected = pd.DataFrame(NUMBERS["data"]["made"]), NUMBERS[case]
    nested = [[name] for name in blocks]
    result = mixed_model(data, "y", nested, groups="g", slopes=slopes, likelihood=likelihood)
    row = result.more["blocks"].pick("block_test", level="block 2")
    assert row["statistic"] == pytest.approx(expected["chisq"], rel=LIKELIHOOD * 1e3)  # a difference of likelihoods
    assert row["df1"] == expected["df"]
    assert row["p_value"] == pytest.approx(expected["p"], rel=SEARCHED)
    assert any("maximum likelihood" in note for note in result.notes)
    assert any("variance cannot be negative" in note for note in result.notes) == (case == "change_new_slope")


def test_clustered_errors_of_one_group_are_those_of_sandwich(
    golden_folder: Path, load_golden: Callable[[str], dict[str, Any]]
) -> None:
    expected = load_golden("regression")["cluster_robust"]["value"]
    data = pd.read_csv(golden_folder / "regression" / "fair_every3.csv")
    X = data[["rate_marriage", "age"]].to_numpy(dtype=float)
    occupation = np.unique(data["occupation"], return_inverse=True)[1]
    found = fit_within(data["affairs"].to_numpy(dtype=float), X, np.zeros(len(X), dtype=np.intp), occupation)
    errors = np.sqrt(np.diag(found.clustered))
    np.testing.assert_allclose(errors, [expected["CR1.rate_marriage"], expected["CR1.age"]], rtol=EXACT)
