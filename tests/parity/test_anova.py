"""Analyses of variance, repeated ranks and equivalence tests against R (anova.R has the calls)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from osa_survey.analysis import anova, cochran_q, equivalence, friedman, manova
from osa_survey.analysis.equivalence.equivalence_tests import equivalence_test
from osa_survey.results import Result

CLOSED_RTOL = 1e-9  # least squares in double precision by two routes
P_ATOL = 1e-10  # p values of distributions whose series end there
STORED: dict[str, Any] = json.loads((Path(__file__).parent / "anova.json").read_text(encoding="utf-8"))
WITHIN = {"w": ["a", "b", "c"]}


def people() -> pd.DataFrame:
    numbers = {name: np.array(STORED[name], dtype=float) for name in ("age", "a", "b", "c")}
    return pd.DataFrame(numbers).assign(
        g=pd.Categorical(STORED["g"], categories=["man", "woman", "another"]),
        h=pd.Categorical(STORED["h"], categories=["single", "partnered"]),
    )


def _ours(term: str) -> str:
    return term.replace("cage", "age").replace(":", " × ")


def _rows(result: Result, quantity: str, terms: list[str]) -> pd.DataFrame:
    table = result.table
    rows = table.loc[table["quantity"] == quantity].set_index("term")
    return rows.loc[[_ours(term) for term in terms]]


@pytest.mark.parametrize("type_", [2, 3])
@pytest.mark.parametrize(("name", "covariates"), [("factorial", []), ("ancova", ["age"])])
def test_factorial_and_covariance(name: str, covariates: list[str], type_: Any) -> None:
    stored = STORED[f"{name}_{type_}"]
    result = anova(people(), "a", between=["g", "h"], covariates=covariates, type=type_)
    rows = _rows(result, "anova_effect", stored["terms"])
    np.testing.assert_allclose(rows["statistic"], stored["f"], rtol=CLOSED_RTOL)
    np.testing.assert_allclose(rows["df1"], stored["df"], rtol=CLOSED_RTOL)
    np.testing.assert_allclose(rows["p_value"], stored["p"], rtol=CLOSED_RTOL, atol=P_ATOL)


@pytest.mark.parametrize(
    ("name", "between", "covariates"),
    [
        ("within_3", [], []),
        ("mixed_2", ["g", "h"], []),
        ("mixed_3", ["g", "h"], []),
        ("mixed_covariate_3", ["g"], ["age"]),
    ],
)
def test_within_and_mixed(name: str, between: list[str], covariates: list[str]) -> None:
    stored, epsilon = STORED[name], STORED[f"{name}_epsilon"]
    asked: dict[str, Any] = {"between": between, "covariates": covariates, "within": WITHIN, "type": int(name[-1])}
    plain = anova(people(), sphericity="none", **asked)
    rows = _rows(plain, "anova_effect", stored["terms"])
    for column, key in (("statistic", "f"), ("df1", "df1"), ("df2", "df2")):
        np.testing.assert_allclose(rows[column], stored[key], rtol=CLOSED_RTOL)
    np.testing.assert_allclose(rows["p_value"], stored["p"], rtol=CLOSED_RTOL, atol=P_ATOL)
    for correction, key in (("greenhouse_geisser", "p_gg"), ("huynh_feldt", "p_hf")):
        corrected = _rows(anova(people(), sphericity=correction, **asked), "anova_effect", epsilon["terms"])  # type: ignore[arg-type]
        np.testing.assert_allclose(corrected["p_value"], epsilon[key], rtol=CLOSED_RTOL, atol=P_ATOL)
    tested = plain.more["sphericity"]
    for quantity, key in (("greenhouse_geisser", "gg"), ("huynh_feldt", "hf"), ("mauchly", "w")):
        assert tested.pick(quantity)["estimate"] == pytest.approx(epsilon[key][0], rel=CLOSED_RTOL)
    assert tested.pick("mauchly")["p_value"] == pytest.approx(epsilon["p"][0], rel=CLOSED_RTOL)


@pytest.mark.parametrize(
    ("name", "manipulated"), [("ges_assigned", ["g", "h"]), ("ges_measured", []), ("ges_one", ["h"])]
)
def test_generalised_eta_squared(name: str, manipulated: list[str]) -> None:
    stored = STORED[name]
    result = anova(people(), between=["g", "h"], within=WITHIN, manipulated=manipulated)
    rows = _rows(result, "generalised_eta_squared", stored["terms"])
    np.testing.assert_allclose(rows["estimate"], stored["ges"], rtol=CLOSED_RTOL)


def test_marginal_means_pairs_and_planned_contrasts() -> None:
    result = anova(
        people(), between=["g", "h"], within=WITHIN, covariates=["age"], pairs=["g", "w", "w | g"],
        contrasts={"x": {"w": [1, -0.5, -0.5]}},
    )  # fmt: skip
    means = result.more["groups"].table
    for term, key in (("g", "means_g"), ("w", "means_w"), ("g × w", "means_gw")):
        rows = means.loc[means["term"] == term]
        np.testing.assert_allclose(rows["estimate"], STORED[key]["estimate"], rtol=CLOSED_RTOL)
        np.testing.assert_allclose(rows["std_error"], STORED[key]["se"], rtol=CLOSED_RTOL)
    contrasts = result.more["contrasts"].table
    contrasts = contrasts.loc[contrasts["quantity"] == "anova_contrast"]
    for where, key in ((contrasts["term"] == "g", "pairs_g"), (contrasts["term"] == "w", "pairs_w"),
                       (contrasts["term"].str.startswith("w, "), "pairs_w_by_g")):  # fmt: skip
        rows = contrasts.loc[where]
        np.testing.assert_allclose(rows["estimate"], STORED[key]["estimate"], rtol=CLOSED_RTOL)
        np.testing.assert_allclose(rows["std_error"], STORED[key]["se"], rtol=CLOSED_RTOL)
        np.testing.assert_allclose(rows["df1"], STORED[key]["df"], rtol=CLOSED_RTOL)
    adjusted = contrasts.loc[contrasts["term"] == "w", "p_adjusted"]
    np.testing.assert_allclose(adjusted, STORED["pairs_w_holm"], rtol=CLOSED_RTOL)
    planned = result.more["planned"].pick("anova_contrast")
    assert planned["estimate"] == pytest.approx(STORED["planned"]["estimate"][0], rel=CLOSED_RTOL)
    assert planned["std_error"] == pytest.approx(STORED["planned"]["se"][0], rel=CLOSED_RTOL)


def _p_values(result: Result) -> list[float]:
    table = result.table
    return [float(table.loc[table["level"] == f"{side} bound", "p_value"].iloc[0]) for side in ("lower", "upper")]


def test_equivalence_of_published_summaries() -> None:
    """The replication Lakens (2017) takes as example: M = 5.25 and 5.22, SD = .95 and .83, n = 95 and 89; d = ±.43."""
    error = np.sqrt(0.95**2 / 95 + 0.83**2 / 89)
    df = STORED["tost_published"][2]
    bound = 0.43 * np.sqrt((0.95**2 + 0.83**2) / 2)
    found = equivalence_test(5.25 - 5.22, float(error), df, (-bound, bound))
    assert found.t_upper == pytest.approx(STORED["tost_published"][3], rel=CLOSED_RTOL)
    np.testing.assert_allclose([found.p_lower, found.p_upper], STORED["tost_published"][:2], rtol=CLOSED_RTOL)


def test_equivalence_of_every_kind() -> None:
    data = people().assign(over=lambda d: pd.Categorical(np.where(d["a"] > 3, "yes", "no"), categories=["no", "yes"]))
    source = {"source": "made up"}
    asked: dict[str, dict[str, Any]] = {
        "tost_welch": {"of": "means", "outcome": "a", "by": "g", "groups": ["man", "woman"],
                       "smallest_effect": {"mean_difference": 0.8, **source}},
        "tost_paired": {"of": "paired", "first": "a", "second": "b",
                        "smallest_effect": {"mean_difference": 0.5, **source}},
        "tost_r": {"of": "correlation", "first": "a", "second": "age", "smallest_effect": {"r": 0.3, **source}},
        "tost_shares": {"of": "proportions", "outcome": "over", "by": "g", "groups": ["man", "woman"],
                        "smallest_effect": {"risk_difference": 0.3, **source}},
        "tost_b": {"of": "coefficient", "outcome": "a", "blocks": [["age", "h"]], "term": "age",
                   "smallest_effect": {"b": 0.05, **source}},
    }  # fmt: skip
    for key, arguments in asked.items():
        result = equivalence(data, **arguments)
        stored = STORED[key]
        np.testing.assert_allclose(_p_values(result), stored[:2], rtol=1e-7, err_msg=key)  # R's pt in the far tail
        main = result.table.iloc[0]
        if len(stored) == 4:
            np.testing.assert_allclose([main["conf_low"], main["conf_high"]], stored[2:], rtol=CLOSED_RTOL, err_msg=key)
        assert result.pick("equivalence")["p_value"] == max(_p_values(result))


def test_multivariate_tests() -> None:
    result = manova(people(), ["a", "b", "c"], between="g")
    for name in ("Pillai", "Wilks", "Hotelling–Lawley", "Roy"):
        key = name.replace("–", "-")
        row = result.pick("manova_test", level=name)
        found = [row[column] for column in ("estimate", "statistic", "df1", "df2", "p_value")]
        np.testing.assert_allclose(found, STORED[f"manova_{key}"], rtol=CLOSED_RTOL, atol=P_ATOL)


@pytest.mark.parametrize("type_", [2, 3])
def test_multivariate_terms_and_their_follow_ups(type_: Any) -> None:
    result = manova(people(), ["a", "b", "c"], between=["g", "h"], type=type_)
    found = [result.pick("manova_test", level="Pillai", term=term)["estimate"] for term in ("g", "h", "g × h")]
    np.testing.assert_allclose(found, STORED[f"manova_pillai_{type_}"], rtol=CLOSED_RTOL)
    alone = result.more["follow_ups"].table
    rows = alone.loc[(alone["outcome"] == "a") & (alone["quantity"] == "anova_effect")]
    np.testing.assert_allclose(rows["statistic"], STORED[f"factorial_{type_}"]["f"], rtol=CLOSED_RTOL)


def test_friedman_and_signed_ranks() -> None:
    result = friedman(people(), ["a", "b", "c"])
    row = result.pick("friedman")
    np.testing.assert_allclose([row["statistic"], row["p_value"]], STORED["friedman"], rtol=CLOSED_RTOL)
    pairs = result.more["pairs"].table
    pairs = pairs.loc[pairs["quantity"] == "signed_rank"]
    np.testing.assert_allclose(pairs["statistic"], STORED["signed_rank"]["v"], rtol=CLOSED_RTOL)
    np.testing.assert_allclose(pairs["p_value"], STORED["signed_rank"]["p"], rtol=CLOSED_RTOL)


def test_cochran() -> None:
    data = people()
    yes = {
        name: pd.Categorical(np.where(data[name] > 3, "yes", "no"), categories=["no", "yes"])
        for name in ("a", "b", "c")
    }
    row = cochran_q(data.assign(**yes), ["a", "b", "c"]).pick("cochran_q")
    found = [row["statistic"], row["p_value"]]
    np.testing.assert_allclose(found, STORED["cochran"][:2], rtol=CLOSED_RTOL)
    np.testing.assert_allclose(found, STORED["cochran"][2:], rtol=CLOSED_RTOL)
