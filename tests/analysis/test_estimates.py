"""One record for every combination of sampling plan and imputation, against hand arithmetic and exact relations."""

import math

import numpy as np
import pandas as pd
import pytest

from osa_survey.analysis.estimates import SetEstimate, estimated, of_statistics, sample_of
from osa_survey.dataset import SurveyDesign
from osa_survey.errors import AnalysisError
from osa_survey.weighting import survey_design, weighted_means
from osa_survey.weighting.replicating import replicated_design
from tests.made_up_regressions import as_imputed

Y = [1.0, 2.0, 4.0, 9.0, 4.0, 4.0]
PEOPLE = pd.DataFrame({"y": [*Y, math.nan], "w": [1.0, 1, 2, 2, 1, 1, 5], "town": [1, 1, 2, 2, 3, 3, 3]})


def mean_of(found):
    return of_statistics(found, lambda w: weighted_means(found.values(), w), df=found.n - 1.0)


def test_without_a_design_the_mean_has_its_textbook_error():
    found = estimated(sample_of(PEOPLE, ["y"]), mean_of)
    assert found.n == 6
    assert found.estimate[0] == 4.0
    assert found.std_error[0] == pytest.approx(np.std(Y, ddof=1) / math.sqrt(6), rel=1e-12)
    low, high = found.interval()
    half = 2.5705818366147395 * found.std_error[0]  # t with 5 degrees of freedom, 97.5 %
    assert (low[0], high[0]) == pytest.approx((4 - half, 4 + half))


def test_a_design_is_looked_at_as_a_domain():
    design = survey_design(PEOPLE, sample="quota", weights="w", clusters="town")
    found = estimated(sample_of(PEOPLE, ["y"], design=design), mean_of)
    y, w = np.array(Y), np.array([1.0, 1, 2, 2, 1, 1])
    mean = w @ y / 8
    sums = np.array([(w * (y - mean) / 8)[i : i + 2].sum() for i in (0, 2, 4)])
    by_hand = 3 / 2 * ((sums - sums.mean()) ** 2).sum()
    assert found.estimate[0] == pytest.approx(mean)
    assert found.covariance[0, 0] == pytest.approx(by_hand)
    assert found.df.tolist() == [2.0]
    assert "3 clusters" in found.how


def test_the_jackknife_gives_the_textbook_error_of_a_mean():
    plan = replicated_design(SurveyDesign("opt-in", np.ones(7)), "JK1")
    data = PEOPLE.assign(y=[*Y, 4.0])
    found = estimated(sample_of(data, ["y"], design=plan), mean_of)
    assert found.std_error[0] == pytest.approx(np.std([*Y, 4.0], ddof=1) / math.sqrt(7), rel=1e-12)
    assert "JK1" in found.how


def test_what_lacks_a_source_is_refused():
    design = SurveyDesign("opt-in", np.ones(7))
    with pytest.raises(AnalysisError) as caught:
        estimated(sample_of(PEOPLE, ["y"], design=design), lambda found: SetEstimate(np.array([found.n])))
    assert caught.value.problems[0].code == "does_not_compose"
    with pytest.raises(AnalysisError) as caught:
        estimated(sample_of(PEOPLE, ["y"]), lambda found: SetEstimate(np.array([1.0 * found.n])))
    assert caught.value.problems[0].code == "does_not_compose"


def test_combinations_of_numbers_have_the_covariance_of_the_combination():
    def both(found):
        return of_statistics(found, lambda w: weighted_means(np.column_stack([found.values(), found.values(1)]), w))

    found = estimated(sample_of(PEOPLE, ["y", "town"]), both).combined(np.array([[1.0, -1.0]]), ["difference"])
    difference = np.array(Y) - [1, 1, 2, 2, 3, 3]
    assert found.estimate[0] == pytest.approx(difference.mean())
    assert found.std_error[0] == pytest.approx(difference.std(ddof=1) / math.sqrt(6))
    assert found.names == ("difference",)


def test_degrees_of_freedom_are_those_of_the_set_with_the_fewest_people_in_any_order():
    few = PEOPLE.assign(y=[1.0, 2.0, 4.5, 8.0, *[math.nan] * 3])
    sets = [PEOPLE, few, PEOPLE.assign(y=[*Y[:5], math.nan, math.nan])]
    found = [estimated(sample_of(as_imputed(PEOPLE, order), ["y"]), mean_of) for order in (sets, sets[::-1])]
    # Barnard and Rubin with ν = 3 of the four people of the second set
    means, errors = [4.0, 15.5 / 4, 4.0], [np.var(y, ddof=1) / len(y) for y in (Y, [1, 2, 4.5, 8], Y[:5])]
    between = 4 / 3 * np.var(means, ddof=1)
    share = between / (np.mean(errors) + between)
    wanted = 1 / (share**2 / 2 + 1 / (4 / 6 * 3 * (1 - share)))
    for one in found:
        assert one.n == 4
        assert one.df_complete == 3
        assert one.df[0] == pytest.approx(wanted)
