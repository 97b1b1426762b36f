"""What a reader must know beside the numbers of a regression. Notes hold no count of people."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.design_matrices import Design
from osa_survey.analysis.linear_models import LinearFit
from osa_survey.analysis.logistic_models import LogisticFit
from osa_survey.analysis.robust_errors import Errors
from osa_survey.dataset import VariableInfo

EVENTS_PER_COEFFICIENT = 10
"""Peduzzi et al. (1996): with fewer events per coefficient, logistic estimates and intervals become unreliable."""
FEW_CLUSTERS = 40
"""Cameron & Miller (2015): with fewer clusters, cluster-robust errors tend to be too small."""

ASSOCIATIONS = "Coefficients describe associations with the other predictors of the model held constant."


def model_notes(
    design: Design,
    fits: Sequence[LinearFit | LogisticFit],
    y: NDArray[np.float64],
    errors: Errors,
    n_clusters: int,
    outcome: VariableInfo,
) -> tuple[str, ...]:
    """Return the notes under a table of coefficients."""
    notes = [ASSOCIATIONS]
    if len(fits) > 1:
        notes.append(
            "All blocks describe the same respondents: those with answers to every variable of the last block."
        )
    for predictor, members in design.categories.items():
        notes.append(f"{design.titles[predictor]}: reference category is {members[0][1]}.")
    if isinstance(fits[0], LinearFit):
        notes.append(
            "β is B times sd(x) / sd(y); for a dummy column sd(x) is that of its zeros and ones, for a product that of "
            "the product. sr² is the loss of R² without the column."
        )
        if outcome.type == "ordinal":
            notes.append(f"{outcome.title} is ordinal and entered as its codes.")
    else:
        fewer = min(float(y.sum()), float(len(y) - y.sum()))
        if fewer < EVENTS_PER_COEFFICIENT * (len(design.terms) - 1):
            notes.append(
                "There are fewer than ten events (or non-events) per coefficient: estimates and intervals are "
                "unreliable."
            )
        kind = _separation(fits)
        if kind != "none":
            notes.append(
                f"Separation ({kind}): some combination of predictors tells events from non-events"
                f"{' without error' if kind == 'complete' else ' but for ties'}. Terms without numbers have no finite "
                "maximum likelihood estimate; merge categories, drop the predictor, or use a penalised model."
            )
    if any(term.people and term.people[0][1] == 1 for term in design.terms):
        notes.append("A category of one person keeps its dummy column; its coefficient describes that person only.")
    if errors == "cluster":
        notes.append("t tests use clusters − 1 degrees of freedom." if isinstance(fits[0], LinearFit) else "z tests.")
        if n_clusters < FEW_CLUSTERS:
            notes.append("There are few clusters: cluster-robust standard errors tend to be too small.")
    return tuple(notes)


def _separation(fits: Sequence[LinearFit | LogisticFit]) -> str:
    """Return the kind of separation of the largest model that has one."""
    kinds = [fit.separation.kind for fit in reversed(fits) if isinstance(fit, LogisticFit)]
    return next((kind for kind in kinds if kind != "none"), "none")


def model_references(logistic: bool, errors: Errors, has_categories: bool) -> tuple[str, ...]:
    """Return the sources of the methods used."""
    cited = []
    if logistic:
        cited += [
            "Nagelkerke, N. J. D. (1991). A note on a general definition of the coefficient of determination. "
            "Biometrika, 78, 691–692. doi:10.1093/biomet/78.3.691",
            "Albert, A., & Anderson, J. A. (1984). On the existence of maximum likelihood estimates in logistic "
            "regression models. Biometrika, 71, 1–10. doi:10.1093/biomet/71.1.1",
            "Peduzzi, P., Concato, J., Kemper, E., Holford, T. R., & Feinstein, A. R. (1996). A simulation study of "
            "the number of events per variable in logistic regression analysis. Journal of Clinical Epidemiology, 49, "
            "1373–1379. doi:10.1016/S0895-4356(96)00236-3",
        ]
    if errors == "HC3":
        cited.append(
            "MacKinnon, J. G., & White, H. (1985). Some heteroskedasticity-consistent covariance matrix estimators "
            "with improved finite sample properties. Journal of Econometrics, 29, 305–325. "
            "doi:10.1016/0304-4076(85)90158-7"
        )
    if errors == "cluster":
        cited.append(
            "Cameron, A. C., & Miller, D. L. (2015). A practitioner's guide to cluster-robust inference. Journal of "
            "Human Resources, 50, 317–372. doi:10.3368/jhr.50.2.317"
        )
    if has_categories:
        cited.append(
            "Fox, J., & Monette, G. (1992). Generalized collinearity diagnostics. Journal of the American Statistical "
            "Association, 87, 178–183. doi:10.1080/01621459.1992.10475190"
        )
    return tuple(cited)
