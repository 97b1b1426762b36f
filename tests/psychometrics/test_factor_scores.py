"""Factor scores: closed forms, gaps, ordinal items against integration."""

from __future__ import annotations

import numpy as np
import pytest

from osa_survey.errors import AnalysisError
from osa_survey.psychometrics.confirmatory import factor_scores, fit_factor_model
from tests.psychometrics.test_factor_models import NAMES, ONE, answers, ordinal, with_gaps


class TestScores:
    def test_regression_and_bartlett(self) -> None:
        values = answers(300)
        fit = fit_factor_model(values, NAMES[:4], ONE)
        regression = factor_scores(fit, values)[:, 0]
        bartlett = factor_scores(fit, values, method="bartlett")[:, 0]
        assert np.corrcoef(regression, bartlett)[0, 1] == pytest.approx(1)
        matrices = fit.structures[0].matrices(fit.minimum.parameters)
        share = matrices.factors[0, 0] * matrices.loadings[:, 0] @ np.linalg.inv(matrices.covariance)
        share = share @ matrices.loadings[:, 0]
        np.testing.assert_allclose(regression, share * bartlett, atol=1e-8)

    def test_gaps(self) -> None:
        values = with_gaps(answers(300))
        values[0] = np.nan
        fit = fit_factor_model(values, NAMES[:4], ONE, missing="fiml")
        scores = factor_scores(fit, values)
        assert np.isnan(scores[0, 0])
        assert np.isfinite(scores[~np.isnan(values).all(axis=1)]).all()

    @pytest.mark.parametrize("parameterisation", ["delta", "theta"])
    def test_ordinal_scores_against_integration(self, parameterisation: str) -> None:
        values = ordinal(answers(400))
        fit = fit_factor_model(
            values, NAMES[:4], ONE, estimator="WLSMV", parameterisation=parameterisation, std_lv=True
        )
        matrices = fit.structures[0].matrices(fit.minimum.parameters)
        from scipy.stats import norm

        grid = np.linspace(-7, 7, 4001)
        codes = values[17].astype(int)
        density = norm.pdf(grid)
        spread = np.sqrt(np.diag(matrices.residuals))
        for item, code in enumerate(codes):
            own = matrices.thresholds[fit.structures[0].threshold_items == item]
            edges = np.concatenate([[-np.inf], own, [np.inf]])
            centre = matrices.loadings[item, 0] * grid
            density *= norm.cdf((edges[code + 1] - centre) / spread[item]) - norm.cdf(
                (edges[code] - centre) / spread[item]
            )
        mean = (density * grid).sum() / density.sum()
        assert factor_scores(fit, values, method="eap")[17, 0] == pytest.approx(mean, abs=1e-4)
        assert factor_scores(fit, values, method="ebm")[17, 0] == pytest.approx(grid[density.argmax()], abs=0.004)

    def test_methods_fit_the_items(self) -> None:
        values = answers(300)
        fit = fit_factor_model(values, NAMES[:4], ONE)
        with pytest.raises(AnalysisError, match="'eap' scores do not exist"):
            factor_scores(fit, values, method="eap")
