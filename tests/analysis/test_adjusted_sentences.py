"""Sentences on several tests judge by adjusted p values, and say which intervals are not adjusted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from osa_survey.analysis import anova, compare_groups, correlate, paired, prevalence, regress
from osa_survey.analysis.phrases import NOT_ADJUSTED
from osa_survey.dataset import ScoredData
from osa_survey.results import Result
from osa_survey.weighting import survey_design
from tests.made_up_regressions import as_scored

ALPHA = 0.05
GROUPS = ("one", "two", "three")
N = 120


def people(seed: int, gap: float) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    codes = np.repeat(np.arange(3), N // 3)
    columns: dict[str, Any] = {
        "score": rng.normal(size=N) + gap * (codes == 1),
        "group": pd.Categorical.from_codes(codes, list(GROUPS)),
    }
    columns |= {f"x{n}": rng.normal(size=N) for n in range(4)}
    columns["y"] = 0.2 * columns["x0"] + rng.normal(size=N)
    columns["osa"] = pd.Categorical.from_codes((rng.random(N) < 0.4 + 0.2 * (codes == 1)).astype(int), ["no", "yes"])
    columns["sexting"] = pd.Categorical.from_codes((rng.random(N) < 0.5).astype(int), ["no", "yes"])
    return pd.DataFrame(columns)


def weighted(table: pd.DataFrame, seed: int = 1) -> ScoredData:
    weights = pd.DataFrame({"w": np.random.default_rng(seed).uniform(0.6, 1.6, len(table))})
    return as_scored(table, survey_design(weights, sample="probability", weights="w"))


def borderline(result: Result, quantity: str) -> bool:
    """Tell whether some test is below .05 alone, but not among all."""
    rows = result.frame.loc[result.frame["quantity"] == quantity]
    return bool(((rows["p_value"] < ALPHA) & (rows["p_adjusted"] >= ALPHA)).any())


def seeded(make: Any, quantity: str) -> Result:
    """Return a result with a borderline test from the first made-up data that have one."""
    for seed in range(40):
        found: Result = make(people(seed, 0.45))
        if borderline(found, quantity):
            return found
    raise AssertionError("no made-up data have a test between its own and its adjusted p")


def test_weighted_pairs_are_told_by_their_adjusted_p() -> None:
    found = seeded(lambda table: compare_groups(weighted(table), "score", "group"), "mean_difference")
    rows = found.frame.loc[found.frame["quantity"] == "mean_difference"]
    rejected = rows.loc[(rows["p_value"] < ALPHA) & (rows["p_adjusted"] >= ALPHA)].iloc[0]
    assert not rejected["conf_low"] <= 0 <= rejected["conf_high"]
    told = " ".join(found.sentences())
    assert rejected["contrast"] not in told
    for _, row in rows.iterrows():
        assert (row["contrast"] in told) == (row["p_adjusted"] < ALPHA)


@pytest.mark.parametrize(("gap", "some"), [(0.0, False), (1.2, True)])
def test_weighted_pairs_say_that_their_intervals_are_not_adjusted(gap: float, some: bool) -> None:
    found = compare_groups(weighted(people(3, gap)), "score", "group")
    for language, none in (("en", "No difference of a pair that is shown"), ("de", "Keine gezeigte Differenz")):
        told = found.sentences(language)
        assert (NOT_ADJUSTED[language] in told) == some
        assert any(none in sentence for sentence in told) != some


def test_under_a_design_a_test_is_not_called_welchs() -> None:
    table = people(3, 0.8)
    two = table.loc[table["group"] != "three"]
    two = two.assign(group=two["group"].cat.remove_unused_categories()).reset_index(drop=True)
    plain, designed = compare_groups(two, "score", "group"), compare_groups(weighted(two), "score", "group")
    assert "Welch's t(" in " ".join(plain.sentences())
    told, german = " ".join(designed.sentences()), " ".join(designed.sentences("de"))
    assert "design-based t(" in told
    assert "Welch" not in told + german
    assert "Wilcoxon" not in told + german


def test_pairs_of_ratings_are_judged_by_their_adjusted_p() -> None:
    pairs = [["y", "x0"], ["y", "x1"], ["x2", "x3"]]

    def make(table: pd.DataFrame) -> Result:
        return paired(table.assign(y=table["y"] + 0.25), pairs=pairs)

    found = seeded(make, "mean_difference")
    rows = found.frame.loc[found.frame["quantity"] == "mean_difference"]
    told = [sentence for sentence in found.sentences() if "d_z" in sentence]
    for sentence, (_, row) in zip(told, rows.iterrows(), strict=True):
        assert ("no statistically significant difference" in sentence) == (row["p_adjusted"] >= ALPHA)
        assert "adjusted p" in sentence or row["p_adjusted"] == row["p_value"]
    assert found.sentences()[-1] == NOT_ADJUSTED["en"]
    assert NOT_ADJUSTED["en"] not in paired(people(1, 0.0), pairs=pairs[:1]).sentences()


def test_coefficients_are_judged_by_their_adjusted_p() -> None:
    options: dict[str, Any] = {"outcome": "y", "blocks": [["x0", "x1", "x2", "x3"]], "model": "linear"}
    found = seeded(lambda table: regress(table, **options, adjust="holm"), "b")
    rows = found.frame.loc[(found.frame["quantity"] == "b") & found.frame["term"].str.startswith("x")]
    told = found.sentences()
    for _, row in rows.iterrows():
        (own,) = [sentence for sentence in told if f"{row['term']} " in sentence]
        assert own.startswith("No statistically significant") == (row["p_adjusted"] >= ALPHA)
    assert NOT_ADJUSTED["en"] in told
    assert NOT_ADJUSTED["en"] not in regress(people(1, 0.4), **options).sentences()


def test_prevalences_are_judged_by_their_adjusted_p() -> None:
    def make(table: pd.DataFrame) -> Result:
        return prevalence(table, activities=["osa", "sexting"], by=["group"], base="answered")

    found = seeded(make, "chi_squared")
    rows = found.frame.loc[found.frame["quantity"] == "chi_squared"]
    told = [sentence for sentence in found.sentences() if "χ²" in sentence]
    for sentence, (_, row) in zip(told, rows.iterrows(), strict=True):
        assert ("The groups differed" in sentence) == (row["p_adjusted"] < ALPHA)


def test_contrasts_and_correlations_say_that_their_intervals_are_not_adjusted() -> None:
    table = people(3, 1.2)
    contrasts = anova(table, "score", between=["group"], pairs=["group"]).more["contrasts"]
    assert contrasts.sentences()[-1] == NOT_ADJUSTED["en"]
    names = ["x0", "x1", "y"]
    assert correlate(table, names, adjust="holm").sentences("de")[-1] == NOT_ADJUSTED["de"]
    assert NOT_ADJUSTED["en"] not in correlate(table, names, adjust="none").sentences()
