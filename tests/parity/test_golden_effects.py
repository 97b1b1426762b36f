"""What is left of the stored group comparisons, tables and descriptions: the whole of each R object."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from osa_survey.analysis import (
    anova,
    compare_correlations,
    compare_groups,
    correlate,
    crosstab,
    describe,
    paired,
    partial_correlations,
)
from osa_survey.analysis.comparing.distribution_tests import shapiro_wilk
from osa_survey.analysis.describing.contingency import chi_squared
from osa_survey.analysis.describing.table_tests import fisher_exact, fisher_simulated, yates
from osa_survey.analysis.moments import moments
from osa_survey.analysis.variance_analyses import anova as one_way
from osa_survey.effects.correlation_differences import cohens_q
from osa_survey.effects.kappas import cohens_kappa
from osa_survey.weighting import weighted_means, weighted_quantiles, weighted_variances
from tests.parity.golden_records import Values
from tests.parity.test_effects import by_category, scores  # noqa: F401

POINT = 1e-10
"""Relative: the README of the golden numbers."""
TAIL = 1e-8
"""Relative: p values of 1e-20 and below, two libraries' expansions."""
ROOT = 1e-3
"""R's searches for a root in wilcox.test and fisher.test stop within about 1e-4."""
SIMULATED = 0.005
"""Absolute: random tables (note of the golden file)."""
APPROXIMATION = 1e-6
"""Relative, of W: Royston's polynomials."""
FAR_TAIL = 1e-3
"""Relative, of p near 1e-30: ln p amplifies the difference of W a thousand times."""
ROUNDED = 1e-15
"""Absolute: R takes one minus a distribution function."""


@pytest.fixture(scope="module")
def golden(load_golden: Callable[[str], dict[str, Any]]) -> Values:
    return Values(load_golden("effects"))


@pytest.fixture(scope="module")
def people(scores: pd.DataFrame) -> pd.DataFrame:  # noqa: F811
    return scores.assign(
        gender=pd.Categorical(scores["gender"].map({1: "1", 2: "2"}), categories=["1", "2"]),
        education=pd.Categorical(scores["education"], categories=[1, 2, 3, 4, 5], ordered=True),
    )


@pytest.mark.parametrize("outcome", ["neuro", "agree"])
def test_shift_and_distributions_of_two_groups(outcome: str, people: pd.DataFrame, golden: Values) -> None:
    result = compare_groups(
        people, outcome, "gender", effect_sizes=["hodges_lehmann"], further_tests=["kolmogorov_smirnov"]
    )
    row, expected = result.pick("hodges_lehmann"), golden[f"{outcome}_gender_wilcox"]
    found = [row["estimate"], row["conf_low"], row["conf_high"]]
    theirs = [expected["estimate"]["difference in location"], *expected["ci"]]
    assert found == pytest.approx(theirs, abs=ROOT)
    row, expected = result.more["pairs"].pick("kolmogorov_smirnov"), golden[f"{outcome}_gender_ks"]
    assert row["statistic"] == pytest.approx(expected["statistic"]["D"], rel=POINT)
    assert row["p_value"] == pytest.approx(expected["p"], rel=TAIL, abs=ROUNDED)


@pytest.mark.parametrize("outcome", ["neuro", "age"])
def test_several_groups(outcome: str, people: pd.DataFrame, golden: Values) -> None:
    groups = by_category(people, outcome, "education")
    table, found = golden[f"{outcome}_edu_anova"], one_way(groups)
    values = np.concatenate(groups)
    within = float(sum(((group - group.mean()) ** 2).sum() for group in groups))
    between = float(((values - values.mean()) ** 2).sum()) - within
    assert [between, within] == pytest.approx(table["Sum Sq"], rel=1e-9)
    assert [between / found.df1, within / found.df2] == pytest.approx(table["Mean Sq"], rel=1e-9)
    result = compare_groups(people, outcome, "education", further_tests=["bartlett", "dunn"])
    assert result.pick("welch_anova")["df1"] == golden[f"{outcome}_edu_welch_anova"]["parameter"]["num df"]
    assert result.pick("kruskal_wallis")["df1"] == golden[f"{outcome}_edu_kruskal"]["parameter"]["df"]
    assert result.more["variances"].pick("bartlett")["df1"] == golden[f"{outcome}_edu_bartlett"]["parameter"]["df"]
    dunn = golden[f"{outcome}_edu_dunn_holm"]
    pairs = result.more["pairs"].table
    assert pairs["n"].tolist() == [one + other for one, other in zip(dunn["n1"], dunn["n2"], strict=True)]


@pytest.mark.parametrize("outcome", ["neuro", "age"])
@pytest.mark.parametrize(
    ("test", "adjust", "entry"),
    [("pairwise_t", "holm", "pairwise_t_holm"), ("pairwise_welch", "bonferroni", "pairwise_t_unpooled_bonf")],
)
def test_pairwise_t(outcome: str, test: str, adjust: str, entry: str, people: pd.DataFrame, golden: Values) -> None:
    found = compare_groups(people, outcome, "education", further_tests=[test], adjust=adjust).more["pairs"]
    table = golden[f"{outcome}_edu_{entry}"]
    for i, second in enumerate(table["rownames"]):
        for first, expected in zip(table["colnames"], table["data"][i], strict=True):
            if expected is not None:
                row = found.pick(test, contrast=f"{first} − {second}")
                assert row["p_adjusted"] == pytest.approx(expected, rel=TAIL)
                assert row["conf_low"] < row["estimate"] < row["conf_high"]


def test_tables(people: pd.DataFrame, golden: Values) -> None:
    counts = {name: np.array(golden[f"gender_{name}_table"]["data"], dtype=float) for name in ("edu", "u25")}
    expected, found = golden["gender_u25_chisq_yates"], yates(counts["u25"])
    assert [found.statistic, found.p_value] == pytest.approx(
        [expected["statistic"]["X-squared"], expected["p"]], rel=POINT
    )
    assert expected["parameter"]["df"] == 1
    expected, plain = golden["gender_edu_chisq_yates"], chi_squared(counts["edu"])  # R corrects fourfold tables only
    assert [plain.chi2, plain.df, plain.p_value] == pytest.approx(
        [expected["statistic"]["X-squared"], expected["parameter"]["df"], expected["p"]], rel=POINT
    )
    expected, exact = golden["gender_u25_fisher"], fisher_exact(counts["u25"])
    assert exact.p_value == pytest.approx(expected["p"], rel=TAIL)
    theirs = [expected["estimate"]["odds ratio"], *expected["ci"]]
    assert [exact.estimate, exact.low, exact.high] == pytest.approx(theirs, rel=ROOT)
    simulated = fisher_simulated(counts["edu"], draws=20_000, seed=1)
    assert simulated.p_value == pytest.approx(golden["gender_edu_fisher_sim"]["p"], abs=SIMULATED)
    young = people.assign(u25=pd.Categorical(people["adult_u25"]))
    result = crosstab(young, "gender", "u25", further_tests=["yates", "fisher_exact"]).more["further_tests"]
    assert result.pick("yates")["statistic"] == pytest.approx(found.statistic, rel=POINT)
    assert result.pick("fisher_exact")["p_value"] == exact.p_value


@pytest.mark.parametrize("table", ["edu", "u25"])
def test_one_sided_defaults_have_the_same_estimates(table: str, golden: Values) -> None:
    """effectsize's defaults have the upper bound 1; estimate and lower bound are compared elsewhere."""
    for name in (f"gender_{table}_cramers_v_default", f"gender_{table}_tschuprow", f"gender_{table}_cohens_w"):
        assert golden[name]["CI_high"] == [1]
    for outcome in ("neuro", "age"):
        entry = golden[f"{outcome}_edu_eta_squared_default_onesided"]
        assert entry["CI_high"] == [1]
        assert entry["Eta2"] == golden[f"{outcome}_edu_eta_squared"]["Eta2"]
        for name in ("rank_epsilon", "rank_eta"):
            assert golden[f"{outcome}_edu_{name}"]["CI_high"] == [1]


def test_correlations(people: pd.DataFrame, golden: Values) -> None:
    names = ["neuro", "agree", "extra", "consc", "age"]
    result = correlate(people, names)
    expected = golden["sc_corr_test_psych_holm"]
    for i, first in enumerate(names):
        for j, second in enumerate(names[i + 1 :], start=i + 1):
            row = result.pick("r", term=first, outcome=second)
            assert row["estimate"] == pytest.approx(expected["r"]["data"][i][j], rel=POINT)
            error = np.sqrt((1 - row["estimate"] ** 2) / row["df1"])  # psych's error, which belongs to t
            assert row["estimate"] / row["statistic"] == pytest.approx(error, rel=POINT)
            assert error == pytest.approx(expected["se"]["data"][i][j], rel=POINT)
    r = golden["sc_cor_test_pearson"]["estimate"]["cor"]
    assert result.pick("r", term="neuro", outcome="agree")["estimate"] == pytest.approx(r, rel=POINT)
    complete = people[names].dropna()
    partial = partial_correlations(complete, names[:2], names[2:]).pick("partial_r")["estimate"]
    table = golden["sc_partial_r_listwise"]["data"]
    assert [partial, partial] == pytest.approx([table[0][1], table[1][0]], rel=POINT)
    row = compare_correlations(complete, ["neuro", "agree"], ["neuro", "extra"]).pick("correlation_difference")
    steiger = golden["sc_steiger_r12_r13"]
    assert [row["statistic"], row["p_value"]] == pytest.approx([steiger["t"], steiger["p"]], rel=1e-9)
    q, fisher = cohens_q(0.35, 200, 0.15, 180), golden["sc_fisher_z_independent"]
    z = q.estimate / q.std_error
    assert [z, 2 * stats.norm.sf(z)] == pytest.approx([fisher["z"], fisher["p"]], rel=POINT)


def test_descriptions(people: pd.DataFrame, golden: Values) -> None:
    names = list(golden["sc_skew_type1"])
    psych = golden["sc_psych_describe"]
    for kind in (1, 2, 3):
        result = describe(people, names, further=["kurtosis"], shape_type=kind)  # type: ignore[arg-type]
        for quantity, short in (("skewness", "skew"), ("kurtosis", "kurt")):
            expected = golden[f"sc_{short}_type{kind}"]
            found = [result.pick(quantity, outcome=name)["estimate"] for name in names]
            assert found == pytest.approx([expected[name] for name in names], rel=POINT)
            if kind == 3:
                assert found == pytest.approx(psych["skew" if short == "skew" else "kurtosis"], rel=POINT)
    result = describe(people, names, further=["trimmed_mean", "mad"])
    for place, name in enumerate(names):
        values = people[name].dropna().to_numpy()
        found = [result.pick(quantity, outcome=name)["estimate"] for quantity in ("trimmed_mean", "mad")]
        assert found == pytest.approx([psych["trimmed"][place], psych["mad"][place]], rel=POINT)
        quartiles = moments(values).quartiles
        assert [quartiles[0], quartiles[2]] == pytest.approx([psych["Q0.25"][place], psych["Q0.75"][place]], rel=POINT)
        assert quartiles[2] - quartiles[0] == pytest.approx(psych["IQR"][place], rel=POINT)
    sixth = golden["sc_quantile_type6"]
    result = describe(people, names, quantile_type=6)
    for place, name in enumerate(names):
        found = [result.pick("quantile", outcome=name, level=level)["estimate"] for level in ("0.25", "0.5", "0.75")]
        assert found == pytest.approx([sixth["data"][row][place] for row in (1, 2, 3)], rel=POINT)


def test_shapiro_wilk(people: pd.DataFrame, golden: Values) -> None:
    table = golden["sc_shapiro"]
    for place, name in enumerate(table["colnames"]):
        found = shapiro_wilk(people[name].dropna().to_numpy())
        assert found.statistic == pytest.approx(table["data"][0][place], rel=APPROXIMATION)
        assert found.p_value == pytest.approx(table["data"][1][place], rel=FAR_TAIL)


def test_weighted_descriptions(people: pd.DataFrame, golden: Values) -> None:
    """Hmisc divides by Σw − 1 (weights as frequencies) or by 1 − Σ(w/Σw)² (precisions), ours by (n − 1)/n as survey."""
    for name, expected in golden["sc_weighted"].items():
        known = people[[name, "w"]].dropna()
        values, weights = known[name].to_numpy(dtype=float), known["w"].to_numpy(dtype=float)
        variance = float(weighted_variances(values, weights).estimate[0])
        n, total = len(values), weights.sum()
        raw = variance * (n - 1) / n
        both = [raw * total / (total - 1), raw / (1 - ((weights / total) ** 2).sum())]
        found = [float(weighted_means(values, weights).estimate[0]), *both]
        theirs = [expected[key] for key in ("mean", "var", "var_normwt")]
        assert found == pytest.approx(theirs, rel=POINT), name
        quantiles = weighted_quantiles(values, weights, [0.25, 0.5, 0.75], "school")
        assert quantiles.tolist() == pytest.approx(list(expected["quantile"].values()), rel=POINT), name


def test_signed_ranks(golden_folder: Path, golden: Values) -> None:
    expected = golden["sleep_wilcox_paired"]
    row = paired(pd.read_csv(golden_folder / "effects" / "sleep_wide.csv"), first="t1", second="t2").pick("signed_rank")
    assert row["statistic"] == expected["statistic"]["V"]
    assert row["p_value"] == pytest.approx(expected["p"], rel=POINT)


@pytest.mark.parametrize("kind", [2, 3])
def test_factorial_designs(kind: Any, people: pd.DataFrame, golden: Values) -> None:
    expected = golden[f"factorial_anova_type{kind}"]
    known = people[["neuro", "gender", "education"]].dropna()
    result = anova(known, "neuro", between=["gender", "education"], type=kind)
    cells = known.groupby(["gender", "education"], observed=True)["neuro"]
    residual = float(((known["neuro"] - cells.transform("mean")) ** 2).sum())
    names = {"factor(gender)": "gender", "factor(education)": "education",
             "factor(gender):factor(education)": "gender × education"}  # fmt: skip
    rows = dict(zip(expected["_row"], zip(*(expected[key] for key in ("Sum Sq", "Df", "F value", "Pr(>F)")),
                                          strict=True), strict=True))  # fmt: skip
    squares, df, *_ = rows["Residuals"]
    assert residual == pytest.approx(squares, rel=1e-9)
    for theirs, ours in names.items():
        row = result.pick("anova_effect", term=ours)
        squares, effects, f, p = rows[theirs]
        assert [row["statistic"], row["df1"], row["df2"], row["p_value"]] == pytest.approx(
            [f, effects, df, p], rel=1e-8
        )
        assert row["statistic"] * effects * residual / df == pytest.approx(squares, rel=1e-8)


def test_two_proportions_and_two_raters(golden: Values) -> None:
    expected = golden["prop_test_2"]
    counts = np.array([[203.0, 37.0], [200.0, 60.0]])
    found = yates(counts)
    assert [found.statistic, found.p_value] == pytest.approx(
        [expected["statistic"]["X-squared"], expected["p"]], rel=POINT
    )
    assert expected["parameter"]["df"] == 1
    assert pytest.approx(list(expected["estimate"].values()), rel=POINT) == [37 / 240, 60 / 260]
    kappa = golden["kappa"]
    assert kappa["weighted"] == kappa["kappa"]  # two categories: weights change nothing
    table = np.array([[40.0, 10.0], [12.0, 38.0]])
    assert cohens_kappa(table, weights="quadratic").estimate == pytest.approx(cohens_kappa(table).estimate, rel=POINT)
