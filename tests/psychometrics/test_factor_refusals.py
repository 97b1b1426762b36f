"""Factor models that cannot be fitted: a clear error, never a traceback from a library."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import osa_survey as osa
from osa_survey.errors import AnalysisError
from osa_survey.psychometrics.confirmatory import fit_factor_model
from tests.psychometrics.test_factor_models import NAMES, ONE, answers, ordinal


class TestCannotBeFitted:
    def case(self, values: np.ndarray, says: str, **options: object) -> None:
        syntax = "f =~ " + " + ".join(NAMES[: values.shape[1]])
        with pytest.raises(AnalysisError, match=says):
            fit_factor_model(values, NAMES[: values.shape[1]], syntax, **options)  # type: ignore[arg-type]

    def test_constant_item(self) -> None:
        values = answers(100)
        values[:, 1] = 3.0
        self.case(values, "'x2' does not vary")

    def test_item_nobody_answered(self) -> None:
        values = answers(100)
        values[:, 1] = np.nan
        self.case(values, "nobody answered 'x2'", missing="fiml")

    def test_no_more_respondents_than_items(self) -> None:
        self.case(answers(4), "items need more")

    def test_repeated_item(self) -> None:
        values = answers(100)
        values[:, 1] = values[:, 0]
        self.case(values, "follows exactly")

    def test_perfect_correlation_of_ordinal_items(self) -> None:
        values = ordinal(answers(200))
        values[:, 1] = values[:, 0]
        self.case(values, "perfectly correlated", estimator="WLSMV")

    def test_pair_never_answered_together(self) -> None:
        values = answers(200)
        values[:100, 0] = np.nan
        values[100:, 1] = np.nan
        syntax = "f =~ x1 + x2 + x3 + x4"
        fit = fit_factor_model(values, NAMES[:4], syntax, missing="fiml", estimator="ML")
        assert fit.minimum.converged  # the model joins what no respondent answered together

    def test_pair_never_answered_together_has_no_robust_statistics(self) -> None:
        values = answers(200)
        values[:100, 0] = np.nan
        values[100:, 1] = np.nan
        result = osa.cfa(pd.DataFrame(values, columns=NAMES[:4]), ONE)
        assert result.settings["estimator"] == "MLR"
        assert np.isfinite(result.pick("chi_squared", level="unscaled")["estimate"])

    def test_numbers_are_not_ordered_categories(self) -> None:
        self.case(answers(300), "it is a number", estimator="WLSMV")

    def test_more_parameters_than_moments(self) -> None:
        self.case(answers(100, 2), "free parameters and only")

    def test_category_that_a_group_never_chose(self) -> None:
        one, two = ordinal(answers(200, seed=1)), ordinal(answers(200, seed=2))
        two[two[:, 0] == 3, 0] = 2
        with pytest.raises(AnalysisError, match="not every answer that other groups gave"):
            fit_factor_model([one, two], NAMES[:4], ONE, estimator="WLSMV", labels=("man", "woman"))

    def test_all_missing_in_one_group(self) -> None:
        two = answers(200, seed=2)
        two[:, 2] = np.nan
        with pytest.raises(AnalysisError, match="nobody answered 'x3' in group 'woman'"):
            fit_factor_model([answers(200), two], NAMES[:4], ONE, labels=("man", "woman"), missing="fiml")

    @pytest.mark.parametrize("options", [{"estimator": "MLX"}, {"missing": "pairwise"}])
    def test_unknown_words(self, options: dict[str, object]) -> None:
        self.case(answers(100), "cannot be", **options)

    def test_gaps_with_least_squares(self) -> None:
        self.case(answers(100), "cannot use partly answered", estimator="WLSMV", missing="fiml")
