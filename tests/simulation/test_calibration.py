"""Data that reproduce printed numbers: counts, scores, correlations, odds ratios."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import statsmodels.api as sm

from osa_survey.errors import AnalysisError
from osa_survey.simulation import (
    GroupShares,
    KnownSum,
    OddsRatio,
    chances_by_cell,
    controlled_rounding,
    draw_correlated,
    drawn_by_kind,
    engaged_by_cell,
    fitted_margins,
    logistic_answers,
    possible_counts,
    predictor_spreads,
    reconstruct_scores,
    round_to_counts,
    rounds_to,
)

IRAN = (
    OddsRatio("male", 2.42, 1.44, 4.06, share=0.33),
    OddsRatio("education", 0.89, 0.81, 0.97),
    OddsRatio("children", 0.64, 0.48, 0.86),
    OddsRatio("masturbation", 1.31, 1.14, 1.49),
)
LARGE = 100
"""So many times the published size: standard errors shrink tenfold, so that they can be told apart."""
SE_TOLERANCE = 0.04
"""Relative; the information is averaged over 8,000 draws, and 45,000 people leave about 1 %."""


def test_controlled_rounding_is_the_nearest_table_with_these_sums() -> None:
    rng = np.random.default_rng(4)
    for _ in range(20):
        expected = rng.uniform(0.1, 4, (2, 3))
        rows = np.floor(expected.sum(axis=1)).astype(int)
        columns = np.floor(expected.sum(axis=0)).astype(int)
        columns[0] += rows.sum() - columns.sum()
        found = controlled_rounding(expected, rows, columns)
        assert found.sum(axis=1).tolist() == rows.tolist()
        assert found.sum(axis=0).tolist() == columns.tolist()
        # Every table with these sums: two free cells decide the rest.
        best = np.inf
        for a, b in itertools.product(range(rows[0] + 1), repeat=2):
            first = np.array([a, b, rows[0] - a - b])
            table = np.array([first, columns - first])
            if (table >= 0).all():
                best = min(best, float(np.abs(table - expected).sum()))
        assert float(np.abs(found - expected).sum()) == pytest.approx(best)


def test_printed_percentages_of_groups_and_of_all_are_met_together() -> None:
    # 39.6 % of 450, 51.7 % of 149 men and 33.6 % of 301 women: 178 = 77 + 101 users.
    cells = {
        "all": (np.array([[True, False], [True, False]]), "39.6", 450),
        "men": (np.array([[True, False], [False, False]]), "51.7", 149),
        "women": (np.array([[False, False], [True, False]]), "33.6", 301),
    }
    sums = [KnownSum(where, *possible_counts(printed, n), name) for name, (where, printed, n) in cells.items()]
    for place, n in enumerate((149, 301)):
        row = np.zeros((2, 2), dtype=bool)
        row[place] = True
        sums.append(KnownSum(row, n, n, "respondents"))
    found = round_to_counts([[75.0, 74.0], [100.0, 201.0]], sums)
    assert found.tolist() == [[77, 72], [101, 200]]
    wrong = [*sums, KnownSum(np.ones((2, 2), dtype=bool), 451, 451, "all")]
    with pytest.raises(AnalysisError, match="contradictory_sums") as caught:
        round_to_counts([[75.0, 74.0], [100.0, 201.0]], wrong)
    assert "men" in str(caught.value)


def test_fitted_margins_keep_the_association_of_the_first_guess() -> None:
    start = np.array([[4.0, 1.0], [2.0, 3.0]])
    fitted = fitted_margins(start, [[300, 700], [450, 550]])
    assert fitted.sum(axis=1) == pytest.approx([300, 700])
    assert fitted.sum(axis=0) == pytest.approx([450, 550])
    odds = [t[0, 0] * t[1, 1] / (t[0, 1] * t[1, 0]) for t in (start, fitted)]
    assert odds[1] == pytest.approx(odds[0])
    with pytest.raises(AnalysisError, match="unequal_totals"):
        fitted_margins(start, [[300, 700], [450, 551]])
    with pytest.raises(AnalysisError, match="margins_not_met"):
        fitted_margins([[1.0, 0.0], [0.0, 1.0]], [[300, 700], [450, 550]], rounds=20)


@pytest.mark.parametrize(
    ("mean", "sd", "n", "low", "high", "items"),
    [
        ("24.65", "5.20", 2690, 18, 60, 1),
        ("32.39", "12.52", 82243, 18, 99, 1),
        ("22.56", "4.98", 772, 18, 54, 1),
        ("5.21", "1.60", 28, 1, 9, 1),
        ("3.10", "1.22", 40, 1, 7, 1),
        ("2.4", "0.83", 31, 1, 5, 4),
        ("1.00", "0.00", 12, 1, 5, 1),
    ],
)
def test_scores_have_the_printed_mean_and_deviation(
    mean: str, sd: str, n: int, low: int, high: int, items: int
) -> None:
    for seed in range(5):
        scores = reconstruct_scores(mean, sd, n, low, high, np.random.default_rng(seed), items=items)
        assert scores.shape == (n,)
        assert rounds_to(float(scores.mean()), mean)
        assert rounds_to(float(scores.std(ddof=1)), sd)
        assert scores.min() >= low
        assert scores.max() <= high
        assert np.allclose(scores * items, np.rint(scores * items))


def test_every_possible_pair_of_five_answers_is_found_and_no_other() -> None:
    answers = np.array(list(itertools.combinations_with_replacement(range(1, 6), 5)))
    possible = {
        (f"{m:.2f}", f"{s:.2f}") for m, s in zip(answers.mean(axis=1), answers.std(axis=1, ddof=1), strict=True)
    }
    rng = np.random.default_rng(1)
    for mean, sd in sorted(possible):
        scores = reconstruct_scores(mean, sd, 5, 1, 5, rng)
        assert rounds_to(float(scores.std(ddof=1)), sd)
    for mean, sd in [("2.40", "1.10"), ("3.00", "0.95"), ("1.20", "0.60")]:
        assert (mean, sd) not in possible
        with pytest.raises(AnalysisError, match="impossible_spread"):
            reconstruct_scores(mean, sd, 5, 1, 5, rng)
    with pytest.raises(AnalysisError, match="impossible_mean"):
        reconstruct_scores("2.50", "1.00", 5, 1, 5, rng)
    with pytest.raises(AnalysisError, match="impossible_spread"):
        reconstruct_scores("1.20", "3.00", 5, 1, 5, rng)


def test_correlations_are_exact_or_right_on_average() -> None:
    matrix = np.array([[1, 0.4, -0.2], [0.4, 1, 0.1], [-0.2, 0.1, 1]])
    exact = draw_correlated(60, matrix, np.random.default_rng(1))
    assert np.corrcoef(exact, rowvar=False) == pytest.approx(matrix, abs=1e-12)
    assert exact.mean(axis=0) == pytest.approx(np.zeros(3), abs=1e-12)
    assert exact.std(axis=0, ddof=1) == pytest.approx(np.ones(3))
    free = draw_correlated(40_000, matrix, np.random.default_rng(1), exact=False)
    # The standard error of a correlation is at most 1/√40,000 = .005.
    assert np.abs(np.corrcoef(free, rowvar=False) - matrix).max() < 0.02
    with pytest.raises(AnalysisError, match="not_positive_definite"):
        draw_correlated(60, [[1, 0.9, 0.9], [0.9, 1, -0.9], [0.9, -0.9, 1]], np.random.default_rng(1))


def test_spreads_of_predictors_give_the_published_intervals() -> None:
    n, share = 450, 0.396
    spreads = predictor_spreads(IRAN, n, share)
    assert spreads[0] == pytest.approx(np.sqrt(0.33 * 0.67))
    rng = np.random.default_rng(5)
    people = LARGE * n
    x = rng.standard_normal((people, len(IRAN))) * spreads
    x[:, 0] = rng.random(people) < 0.33
    slopes = np.array([entry.slope for entry in IRAN])
    total = round(share * people)
    y = logistic_answers(x, slopes, total, rng)
    assert int(y.sum()) == total
    fit = sm.Logit(y.astype(float), sm.add_constant(x)).fit(disp=0)
    wanted = np.array([entry.std_error for entry in IRAN])[1:] / np.sqrt(LARGE)
    assert fit.bse[2:] == pytest.approx(wanted, rel=SE_TOLERANCE)
    # Slopes come back within four standard errors.
    assert (np.abs(fit.params[1:] - slopes) < 4 * fit.bse[1:]).all()
    with pytest.raises(AnalysisError, match="spreads_not_found"):
        predictor_spreads((OddsRatio("x", 40.0, 39.9, 40.1),), 30, 0.5)


def test_groups_differ_as_assumed_and_the_total_is_exact() -> None:
    rng = np.random.default_rng(3)
    group = np.repeat([0, 1], [1000, 3000])
    engaged = engaged_by_cell(group, -1.2 * group, 2000, np.zeros(4000), rng)
    p = [engaged[group == place].mean() for place in (0, 1)]
    assert int(engaged.sum()) == 2000
    # Each cell is expected up to one person, so the log odds ratio of −1.2 comes back to that precision.
    assert np.log(p[1] / (1 - p[1])) - np.log(p[0] / (1 - p[0])) == pytest.approx(-1.2, abs=0.01)
    assert engaged_by_cell(group, 0.0 * group, 4000, np.zeros(4000), rng).all()
    together = rng.standard_normal(4000)
    both = [engaged_by_cell(group, 0.0 * group, 2000, 3 * together, rng) for _ in range(2)]
    assert np.corrcoef(both[0], both[1])[0, 1] > 0.3


def test_kinds_have_their_numbers_and_everybody_else_the_same_chance() -> None:
    kinds = np.repeat([0, 1, 2], [500, 100, 7])
    chosen = drawn_by_kind(kinds, {0: 50, 1: 30}, np.random.default_rng(1))
    assert np.bincount(kinds[chosen]).tolist() == [50, 30]
    assert len(set(chosen.tolist())) == 80
    again = drawn_by_kind(kinds, {2: 20}, np.random.default_rng(1), replace=True)
    assert set(kinds[again].tolist()) == {2}
    with pytest.raises(AnalysisError, match="too_few_candidates"):
        drawn_by_kind(kinds, {2: 8}, np.random.default_rng(1))


def test_chances_by_cell_meet_every_group_and_add_no_interaction() -> None:
    # Two factors with two categories: shares of a category in each row and column, consistent with 40 % of all.
    sizes = np.array([0.3, 0.2, 0.1, 0.4])
    row, column = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    true = 1 / (1 + np.exp(-(-0.5 + 0.8 * row - 0.4 * column)))
    groups = [GroupShares(np.ones(4, bool), (float(sizes @ true),))]
    for factor in (row, column):
        groups += [
            GroupShares(
                factor == code, (float(sizes[factor == code] @ true[factor == code] / sizes[factor == code].sum()),)
            )
            for code in (0, 1)
        ]
    np.testing.assert_allclose(chances_by_cell(sizes, groups)[:, 0], true, atol=1e-5)
