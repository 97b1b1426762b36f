"""Beside the effects of imputed answers: Welch's test, aligned ranks, notes; what has no rule there."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from osa_survey.analysis.domains import composition_notes, composition_references, versions
from osa_survey.analysis.estimates import joined_sets
from osa_survey.analysis.factorial.aligned_ranks import aligned_rank_effects
from osa_survey.analysis.factorial.anova_designs import AnovaDesign
from osa_survey.analysis.factorial.anova_effects import AnovaEffect
from osa_survey.analysis.factorial.composed_designs import ComposedDesign
from osa_survey.analysis.factorial.weighted_models import SetModel
from osa_survey.analysis.samples import Data, does_not_compose
from osa_survey.analysis.set_estimates import SetEstimate
from osa_survey.analysis.variance_analyses import VarianceRatio
from osa_survey.dataset import ScoredData
from osa_survey.dataset.imputed import ImputedData
from osa_survey.imputation import PooledTest, d2

REFERENCE_D1 = (
    "Li, K. H., Raghunathan, T. E., & Rubin, D. B. (1991). Large-sample significance levels from multiply imputed data "
    "using moment-based statistics and an F reference distribution. Journal of the American Statistical Association, "
    "86(416), 1065–1073. doi:10.1080/01621459.1991.10475152"
)
REFERENCE_REITER = (
    "Reiter, J. P. (2007). Small-sample degrees of freedom for multi-component significance tests with multiple "
    "imputation for missing data. Biometrika, 94(2), 502–508. doi:10.1093/biomet/asm028"
)
REFERENCE_D2 = (
    "Li, K. H., Meng, X. L., Raghunathan, T. E., & Rubin, D. B. (1991). Significance levels from repeated p-values "
    "with multiply-imputed data. Statistica Sinica, 1(1), 65–92."
)
REFERENCE_HAREL = (
    "Harel, O. (2009). The estimation of R² and adjusted R² in incomplete data sets using multiple imputation. Journal "
    "of Applied Statistics, 36(10), 1109–1118. doi:10.1080/02664760802553000"
)
REFERENCE_BINDER = (
    "Binder, D. A. (1983). On the variances of asymptotically normal estimators from complex surveys. International "
    "Statistical Review, 51(3), 279–292. doi:10.2307/1402588"
)
NOTE_D1 = (
    "Effects are pooled by D1 over {m} sets (of one degree of freedom: by their squared t), shares of variance on "
    "Fisher's z of their root."
)
NOTE_D2 = "Pooled by D2, which knows only the statistic of each set and is approximate."
NOTE_DESIGN = (
    "Effects are tested by Wald's F on the degrees of freedom of the sampling plan less the coefficients beyond the "
    "intercept; it needs no equal variances, so Welch's test is not given apart."
)
NOTE_WITHIN = (
    "All contrasts of an effect within people are tested at once (Wald), which needs no sphericity: Mauchly's test and "
    "corrections belong to the univariate F, which has no form under weights and no exact one over imputed sets."
)


def check_composed(data: Data, sphericity: str, ranks: bool, within: bool) -> None:
    """Raise ``does_not_compose`` for what has no rule under weights or imputed sets."""
    if within and sphericity != "auto":
        message = "corrections for sphericity belong to a univariate F, which weighted or imputed answers are not given"
        raise does_not_compose(message, 'leave sphericity at "auto": all contrasts are tested at once, without it')
    if ranks and _design(data) is not None:
        message = (
            "aligned ranks compare everybody with everybody: under a sampling plan they have no known distribution"
        )
        raise does_not_compose(message, "leave ranks out: the test of means needs neither equal variances nor a shape")


def _design(data: Data) -> object:
    whole = data.original if isinstance(data, ImputedData) else data
    return whole.design if isinstance(whole, ScoredData) else None


def composed_notes(design: ComposedDesign) -> tuple[str, ...]:
    """Return which rules the effects were tested by."""
    notes = [NOTE_DESIGN] if design.sample.design is not None else []
    notes += [NOTE_D1.format(m=design.sample.m)] if design.sample.imputed else []
    notes += [NOTE_WITHIN] if design.within else []
    return (*notes, *composition_notes(design.sample))


def composed_references(design: ComposedDesign) -> tuple[str, ...]:
    """Return the sources of these rules."""
    found = [REFERENCE_BINDER] if design.sample.design is not None else []
    found += [REFERENCE_D1, REFERENCE_REITER] if design.sample.imputed else []
    return (*found, REFERENCE_HAREL, *composition_references(design.sample))


def pooled_welch(design: ComposedDesign) -> VarianceRatio:
    """Return the test that means of one factor between people are equal, each with its own variance, pooled by D1.

    Notes
    -----
    In each set the means have variances s²/n of their own group; D1 with n − k degrees of freedom of k groups. Without
    gaps this is Wald's F, of which Welch's is the small-sample refinement.
    """
    k = len(design.between[0].levels)
    contrasts = np.hstack([-np.ones((k - 1, 1)), np.eye(k - 1)])
    found = joined_sets(design.sample, [_means(one, contrasts) for one in design.models])
    test = found.test(range(k - 1))
    return VarianceRatio(test.statistic, test.df1, test.df2, test.p_value)


def _means(model: SetModel, contrasts: np.ndarray) -> SetEstimate:
    codes, y = model.between[0].codes, model.y[:, 0]
    groups = [y[codes == place] for place in range(contrasts.shape[1])]
    each = np.array([float(group.var(ddof=1)) / len(group) if len(group) > 1 else math.nan for group in groups])
    return SetEstimate(
        contrasts @ np.array([group.mean() for group in groups]),
        lambda: contrasts @ np.diag(each) @ contrasts.T,
        df=float(len(y) - len(groups)),
        what="a test of means",
    )


def pooled_aligned_ranks(
    data: Data, design_of: Callable[[ScoredData | pd.DataFrame], AnovaDesign], type_: int
) -> tuple[AnovaEffect, ...]:
    """Return each effect tested on aligned ranks in every set, pooled by D2.

    Parameters
    ----------
    data : ImputedData
        Completed sets.
    design_of : callable
        From one set to its design.
    type_ : {2, 3}
        Type of the sums of squares.

    Notes
    -----
    D2 takes df₁F of each set as χ² on df₁, as ``mi.anova`` of R's miceadds does for sums of squares.
    """
    each = [aligned_rank_effects(design_of(one), type_) for one in versions(data)]
    found = []
    for same in zip(*each, strict=True):
        test = pooled_f([one.f for one in same], same[0].df1)
        found.append(replace(same[0], f=test.statistic, df2=test.df2, p_value=test.p_value))
    return tuple(found)


def pooled_f(each: Sequence[float], df1: float) -> PooledTest:
    """Return F tests of several sets pooled by D2, df₁F of each taken as χ² on df₁; NaN where one is not defined."""
    if not np.isfinite(each).all():
        return PooledTest(math.nan, df1, math.nan, math.nan, math.nan, "D2")
    return d2(df1 * np.asarray(each, dtype=float), int(df1))
