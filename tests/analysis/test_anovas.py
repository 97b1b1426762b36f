"""Analysis of variance: relations, hand arithmetic, aligned ranks, several factors within, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from osa_survey.analysis import anova, compare_groups, manova, paired
from osa_survey.analysis.factorial.aligned_ranks import aligned
from osa_survey.analysis.factorial.anova_designs import anova_design
from osa_survey.errors import AnalysisError

SAME = 1e-9
"""Relative: the same number by another route."""
TINY = 1e-12
"""Absolute: zero up to rounding of means of about one."""


def people(n: int = 80) -> pd.DataFrame:
    rng = np.random.default_rng(9)
    ratings = {name: rng.normal(size=n) + 0.3 * place for place, name in enumerate("pqrs")}
    return pd.DataFrame(
        {
            **ratings,
            "age": rng.integers(19, 70, n).astype(float),
            "gender": pd.Categorical.from_codes(np.arange(n) % 2, ["man", "woman"]),
            "group": pd.Categorical.from_codes(np.arange(n) // 2 % 2, ["x", "y"]),
        }
    )


def test_one_way_is_compare_groups() -> None:
    given = people().assign(third=pd.Categorical.from_codes(np.arange(80) % 3, ["a", "b", "c"]))
    result, other = anova(given, "p", between="third"), compare_groups(given, "p", "third")
    assert result.pick("anova_effect")["statistic"] == pytest.approx(other.pick("anova")["statistic"], rel=SAME)
    assert result.pick("omega_squared")["estimate"] == pytest.approx(other.pick("omega_squared")["estimate"], rel=SAME)
    welch = result.more["welch"].pick("welch_anova")
    assert welch["statistic"] == pytest.approx(other.pick("welch_anova")["statistic"], rel=SAME)


def test_two_ratings_are_a_paired_t_test() -> None:
    result = anova(people(), within={"kind": ["p", "q"]})
    t = paired(people(), [["p", "q"]]).pick("mean_difference")
    assert result.pick("anova_effect")["statistic"] == pytest.approx(t["statistic"] ** 2, rel=SAME)
    contrast = result.more["contrasts"].pick("anova_contrast")
    assert contrast["estimate"] == pytest.approx(t["estimate"], rel=SAME)
    assert contrast["p_value"] == pytest.approx(t["p_value"], rel=SAME)


def test_a_mixed_interaction_of_two_and_two_is_a_t_test_of_differences() -> None:
    given = people()
    result = anova(given, between="gender", within={"kind": ["p", "q"]})
    d = given["p"] - given["q"]
    t = stats.ttest_ind(d[given["gender"] == "man"], d[given["gender"] == "woman"])
    assert result.pick("anova_effect", term="gender × kind")["statistic"] == pytest.approx(t.statistic**2, rel=SAME)


def test_two_factors_within_are_contrasts_of_the_ratings() -> None:
    given = people()
    levels = {"side": ["plus", "minus"], "place": ["online", "offline"]}
    result = anova(given, within=levels, columns=["p", "q", "r", "s"])
    contrasts = {
        "side": given["p"] + given["q"] - given["r"] - given["s"],
        "place": given["p"] - given["q"] + given["r"] - given["s"],
        "side × place": given["p"] - given["q"] - given["r"] + given["s"],
    }
    for term, values in contrasts.items():
        t = stats.ttest_1samp(values, 0).statistic
        assert result.pick("anova_effect", term=term)["statistic"] == pytest.approx(t**2, rel=SAME)
    simple = anova(given, within=levels, columns=["p", "q", "r", "s"], pairs=["place | side"]).more["contrasts"]
    rows = simple.table.loc[simple.table["quantity"] == "anova_contrast", "estimate"]
    np.testing.assert_allclose(rows, [(given["p"] - given["q"]).mean(), (given["r"] - given["s"]).mean()], rtol=SAME)


def test_types_agree_where_cells_are_equal() -> None:
    two, three = (anova(people(), "p", between=["gender", "group"], type=kind) for kind in (2, 3))
    np.testing.assert_allclose(two.table["statistic"], three.table["statistic"], rtol=SAME)


def test_greenhouse_geisser_by_hand() -> None:
    """Of three ratings: ε = k²(mean of variances − mean of all)²/((k − 1)(ΣΣ s² − 2k Σ row means² + k² mean²))."""
    given = people()
    s = np.cov(given[["p", "q", "r"]].T)
    k = 3
    top = k**2 * (np.diag(s).mean() - s.mean()) ** 2
    below = (k - 1) * ((s**2).sum() - 2 * k * (s.mean(axis=1) ** 2).sum() + k**2 * s.mean() ** 2)
    found = anova(given, within={"kind": ["p", "q", "r"]}).more["sphericity"].pick("greenhouse_geisser")
    assert found["estimate"] == pytest.approx(top / below, rel=SAME)


def test_responses_aligned_for_an_effect_show_no_other_effect() -> None:
    given = people()
    design = anova_design(given, ["p", "q"], ["gender"], {"kind": ["p", "q"]}, [], "rating")
    y = aligned(design, ("gender",))
    codes = given["gender"].cat.codes.to_numpy()
    assert abs(y[:, 0].mean() - y[:, 1].mean()) < TINY
    gap = design.y[codes == 0].mean() - design.y[codes == 1].mean()
    assert y[codes == 0].mean() - y[codes == 1].mean() == pytest.approx(gap, rel=1e-9)
    y = aligned(design, ("gender", "kind"))
    assert abs(y[codes == 0].mean() - y[codes == 1].mean()) < TINY
    assert abs(y[:, 0].mean() - y[:, 1].mean()) < TINY


def test_aligned_ranks_of_one_factor_are_an_analysis_of_ranks() -> None:
    given = people()
    found = anova(given, "p", between="gender", ranks=True).more["aligned_ranks"].pick("aligned_rank")
    ranks = given.assign(p=stats.rankdata(given["p"]))
    assert found["statistic"] == pytest.approx(anova(ranks, "p", between="gender").pick("anova_effect")["statistic"])


def test_pairs_have_adjusted_p_and_simultaneous_intervals() -> None:
    table = anova(people(), within={"kind": ["p", "q", "r"]}).more["contrasts"].table
    pairs, wide = (table.loc[table["quantity"] == name] for name in ("anova_contrast", "simultaneous"))
    half = stats.t.ppf(1 - 0.05 / 6, pairs["df1"]) * pairs["std_error"]
    np.testing.assert_allclose(wide["conf_high"].to_numpy(), (pairs["estimate"] + half).to_numpy(), rtol=SAME)
    assert (pairs["p_adjusted"] >= pairs["p_value"]).all()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"outcome": "p"}, "no_factor"),
        ({"between": "gender"}, "no_outcome"),
        ({"within": {"kind": ["p"]}}, "within"),
        ({"within": {"a": ["u", "v"], "b": ["w", "x"]}, "columns": ["p", "q"]}, "within"),
        ({"outcome": "p", "between": "gender", "type": 1}, "unknown_choice"),
        ({"within": {"kind": ["p", "q"]}, "sphericity": "box"}, "unknown_choice"),
        ({"outcome": "p", "between": "gender", "pairs": ["grop"]}, "unknown_factor"),
        ({"outcome": "p", "between": "gender", "contrasts": {"c": {"gender": [1, 1]}}}, "contrast_weights"),
        ({"outcome": "p", "between": "gender", "contrasts": {"c": {"gender": [1, 0, -1]}}}, "contrast_weights"),
        ({"outcome": "p", "between": "gender", "manipulated": ["age"]}, "unknown_factor"),
        ({"outcome": "p", "between": "gender", "covariates": "age", "ranks": True}, "ranks"),
        ({"outcome": "p", "between": "empty"}, "one_level"),
        ({"outcome": "p", "between": ["gender", "crossed"]}, "empty_cells"),
    ],
)
def test_what_is_refused(arguments: dict[str, Any], code: str) -> None:
    given = people()
    given["empty"] = pd.Categorical(["a"] * len(given), categories=["a", "b"])
    given["crossed"] = given["gender"].cat.rename_categories(["m", "w"])
    with pytest.raises(AnalysisError) as caught:
        anova(given, **arguments)
    assert {problem.code for problem in caught.value.problems} == {code}


def test_outcomes_that_follow_from_each_other_are_refused() -> None:
    given = people().assign(total=lambda rows: rows["p"] + rows["q"])
    with pytest.raises(AnalysisError) as caught:
        manova(given, ["p", "q", "total"], between="gender")
    assert caught.value.problems[0].code == "dependent_outcomes"


def test_one_outcome_less_is_an_analysis_of_variance() -> None:
    """With one degree of freedom all four tests have the same p, Hotelling's."""
    table = manova(people(), ["p", "q"], between="gender").table
    np.testing.assert_allclose(table["p_value"], table["p_value"].iloc[0], rtol=SAME)
