"""Statistics as functions of weights, and their covariance under a sampling plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.dataset import SurveyDesign
from osa_survey.weighting.design_facts import design_df
from osa_survey.weighting.linearisation import linearised_covariance
from osa_survey.weighting.replication import replicate_covariance, replicated, undefined_replicates

Floats = NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class Statistics:
    """Numbers computed from weighted respondents.

    Attributes
    ----------
    estimate : ndarray of float, shape (p,)
        The numbers.
    contributions : callable
        Returns their influence contributions, shape (respondents, p); computed only where they are asked for.
    """

    estimate: Floats
    contributions: Callable[[], Floats]

    @property
    def influence(self) -> Floats:
        """What each respondent adds at first order, weight included, shape (respondents, p)."""
        return self.contributions()

    def combined(self, matrix: Floats) -> Statistics:
        """Return linear combinations of the numbers.

        Parameters
        ----------
        matrix : ndarray of float, shape (q, p)
            One row for each combination, such as a difference of two means.
        """
        return Statistics(matrix @ self.estimate, lambda: self.contributions() @ matrix.T)

    def __repr__(self) -> str:
        return f"<Statistics: {len(self.estimate)} numbers>"


Statistic = Callable[[Floats], Statistics]
"""From weights, shape (respondents,), to numbers."""


@dataclass(frozen=True, repr=False)
class DesignEstimate:
    """Numbers with their covariance under a sampling plan.

    Attributes
    ----------
    estimate : ndarray of float, shape (p,)
        The numbers.
    covariance : ndarray of float, shape (p, p)
        Their covariance; NaN for a number that is not defined under some replicate weights.
    df : int
        Degrees of freedom of the design, or domain.
    how : str
        The source of the covariance in words.
    undefined : int
        Replicates in which some number is not defined.
    """

    estimate: Floats
    covariance: Floats
    df: int
    how: str
    undefined: int = 0

    @property
    def std_error(self) -> Floats:
        """Standard errors, shape (p,)."""
        errors: Floats = np.sqrt(np.maximum(np.diag(self.covariance), 0.0))
        return errors

    def __repr__(self) -> str:
        return f"<DesignEstimate: {len(self.estimate)} numbers; {self.how}; df = {self.df}>"


def under_design(statistic: Statistic, design: SurveyDesign) -> DesignEstimate:
    """Return numbers with their covariance: by replicate weights where the design has them, else by linearisation.

    Parameters
    ----------
    statistic : callable
        From weights, shape (respondents,), to ``Statistics``.
    design : SurveyDesign
        The design; for a domain ``design.within(domain)``.

    Examples
    --------
    >>> from osa_survey.weighting.means import weighted_means
    >>> y = np.array([1.0, 2.0, 3.0, 6.0])
    >>> found = under_design(lambda w: weighted_means(y, w), SurveyDesign("opt-in", np.ones(4)))
    >>> round(float(found.std_error[0]), 4), found.how
    (1.0801, 'linearised covariance')
    """
    full = statistic(design.weights)
    df = design_df(design)
    if design.replicates is None:
        return DesignEstimate(
            full.estimate, linearised_covariance(full.influence, design), df, covariance_words(design)
        )
    theta = replicated(lambda weights: statistic(weights).estimate, design.replicates)
    covariance = replicate_covariance(theta, full.estimate, design.replicates)
    return DesignEstimate(full.estimate, covariance, df, covariance_words(design), undefined_replicates(theta))


def covariance_words(design: SurveyDesign) -> str:
    """Return where covariances under this design come from, such as "linearised covariance (3 strata, 80 clusters)"."""
    if design.replicates is not None:
        return f"replicate covariance ({len(design.replicates)} {design.replicates.kind} replicates)"
    parts = []
    if design.stages:
        stage = design.stages[0]
        strata, clusters = int(stage.strata.max(initial=0)) + 1, int(stage.clusters.max(initial=0)) + 1
        parts += [f"{strata} strata"] if strata > 1 else []
        parts += [f"{clusters} clusters"] if clusters < len(design) else []
        parts += ["finite population correction"] if stage.population is not None else []
    parts += [f"residuals of {calibration.kind}" for calibration in design.calibrations]
    return "linearised covariance" + (f" ({', '.join(parts)})" if parts else "")
