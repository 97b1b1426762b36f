"""Latent classes and profiles of complete answers and under weights; completed sets are refused with the reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.analysis.domains import composition_notes, composition_references, composition_words
from osa_survey.analysis.estimates import CompletedSet, Floats, Sample, SetEstimate, joined_sets
from osa_survey.analysis.samples import does_not_compose
from osa_survey.dataset import ScoredData, SurveyDesign, refuse_imputed
from osa_survey.psychometrics.latent_classes import ClassRequest, ClassWeights, Criterion, classes_of, profiles_of
from osa_survey.results import Result
from osa_survey.weighting import design_df

PSEUDO = (
    "Under weights log-likelihood and information criteria are those of a pseudo-likelihood (weights with mean one): "
    "they rank numbers of classes and test none of them."
)
KNOWN = "Covariates and outcomes take the errors of assignment as known, as they do without weights."
REFERENCE_PATTERSON = (
    "Patterson, B. H., Dayton, C. M., & Graubard, B. I. (2002). Latent class analysis of complex sample survey data: "
    "Application to dietary data. Journal of the American Statistical Association, 97(459), 721–741 (journal and pages "
    "recalled)."
)


def latent_classes(
    data: ScoredData | pd.DataFrame,
    variables: Sequence[str],
    *,
    classes: int | Sequence[int] = (1, 2, 3, 4),
    criterion: Criterion = "bic",
    covariates: Sequence[str] = (),
    outcomes: Sequence[str] = (),
    starts: int = 30,
    bootstrap: int = 0,
    seed: int = 1,
    conf_level: float = 0.95,
    progress: Callable[[int, int], None] | None = None,
) -> Result:
    """Find classes of respondents who answer alike.

    Parameters
    ----------
    data : ScoredData or DataFrame
        The respondents; weights of a design are used.
    variables : sequence of str
        Answers in categories (nominal, ordinal, or numbers with at most 20 different values), two or more.
    classes : int or sequence of int
        How many classes, or the numbers to choose from.
    criterion : {"bic", "sabic", "caic", "aic", "bootstrap"}
        How the number is chosen; ``"bootstrap"`` takes the first number that one class more does not improve.
    covariates : sequence of str
        Numbers or groupings that may predict membership (three steps, maximum likelihood).
    outcomes : sequence of str
        Numbers whose means are compared between classes (three steps, BCH).
    starts : int
        Random starts for each number of classes.
    bootstrap : int
        Simulated data sets of the likelihood ratio test of each number against one class fewer; 0 for none.
    seed : int
        Of starts and simulations.
    conf_level : float
        Level of the intervals.
    progress : callable, optional
        Told (done, all) after each number of classes.

    Returns
    -------
    Result
        For each number of classes (``level``) the fit; ``more["profile"]`` with the probability of each answer in each
        class of the chosen model, ``more["classes"]`` with their sizes, ``more["covariates"]`` and
        ``more["outcomes"]`` where asked. ``engine`` is the chosen mixture. Under weights without tests of pattern
        frequencies.

    Raises
    ------
    AnalysisError
        Unknown or unsuitable variables, a number of classes the answers cannot carry; ``does_not_compose`` for
        completed sets, whose classes have no common order, and for the bootstrapped likelihood ratio under weights.

    Notes
    -----
    EM on distinct answer patterns from random starts; gaps are taken as missing at random, respondents without any
    answer are left out. Classes are numbered from the largest. Standard errors come from the empirical information.
    Sizes and profiles rest on no covariates or outcomes; those are related to the assigned class with a correction for
    errors of assignment.

    Under weights EM maximises the weighted log-likelihood (pseudo maximum likelihood). Errors of sizes, profiles,
    covariates (three steps, weighted likelihood) and outcomes (BCH) are linearised or those of replicate weights, under
    which EM goes on from the maximum; intervals are those of t. The criteria use the pseudo-likelihood of weights with
    mean one, so that BIC counts respondents.

    References
    ----------
    Linzer, D. A., & Lewis, J. B. (2011). doi:10.18637/jss.v042.i10

    Vermunt, J. K. (2010). doi:10.1093/pan/mpq025

    Patterson, B. H., Dayton, C. M., & Graubard, B. I. (2002). Latent class analysis of complex sample survey data:
    Application to dietary data. Journal of the American Statistical Association, 97(459), 721-741. (journal and pages
    recalled)

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> kind = rng.random(300) < 0.4
    >>> answers = {f"v{n}": (rng.random(300) < np.where(kind, 0.9, 0.2)) * 1.0 for n in range(4)}
    >>> found = latent_classes(pd.DataFrame(answers), list(answers), classes=2, starts=5)
    >>> float(found.pick("classes", level="2")["estimate"])
    2.0
    """
    request = ClassRequest(
        variables=variables, classes=classes, criterion=criterion, covariates=covariates, outcomes=outcomes,
        starts=starts, bootstrap=bootstrap, seed=seed, conf_level=conf_level, progress=progress,
    )  # fmt: skip
    return classes_of(data, request, _sampling(data, "latent_classes", request))


def latent_profiles(
    data: ScoredData | pd.DataFrame,
    variables: Sequence[str],
    *,
    classes: int | Sequence[int] = (1, 2, 3, 4),
    variances: Literal["equal", "free"] = "equal",
    criterion: Criterion = "bic",
    covariates: Sequence[str] = (),
    outcomes: Sequence[str] = (),
    starts: int = 30,
    bootstrap: int = 0,
    seed: int = 1,
    conf_level: float = 0.95,
    progress: Callable[[int, int], None] | None = None,
) -> Result:
    """Find classes of respondents with similar scores.

    Parameters
    ----------
    data : ScoredData or DataFrame
        The respondents; weights of a design are used as by ``latent_classes``.
    variables : sequence of str
        Numbers or scores, two or more; normal and unrelated within a class.
    classes : int or sequence of int
        How many classes, or the numbers to choose from.
    variances : {"equal", "free"}
        One variance of each variable for all classes, or one for each class.
    criterion : {"bic", "sabic", "caic", "aic", "bootstrap"}
        How the number is chosen; ``"bootstrap"`` takes the first number that one class more does not improve.
    covariates : sequence of str
        Numbers or groupings that may predict membership (three steps, maximum likelihood).
    outcomes : sequence of str
        Numbers whose means are compared between classes (three steps, BCH).
    starts : int
        Random starts for each number of classes.
    bootstrap : int
        Simulated data sets of the likelihood ratio test of each number against one class fewer; 0 for none.
    seed : int
        Of starts and simulations.
    conf_level : float
        Level of the intervals.
    progress : callable, optional
        Told (done, all) after each number of classes.

    Returns
    -------
    Result
        For each number of classes (``level``) the fit; ``more["profile"]`` with the mean of each variable in each class
        of the chosen model (``class_mean``, in the variable's unit), ``more["classes"]`` with their sizes (shares of
        respondents), ``more["covariates"]`` and ``more["outcomes"]`` where asked. ``engine`` is the chosen `Mixture`.

    Raises
    ------
    AnalysisError
        ``not_a_number`` and ``constant_item`` for variables without a profile; ``unknown_option``; a number of classes
        the answers cannot carry; ``does_not_compose`` for completed sets, whose classes have no common order, and for
        the bootstrapped likelihood ratio under weights.

    Notes
    -----
    The density of the p answers of a person is Σ_k π_k Π_j φ((y_j − μ_jk)/σ_jk)/σ_jk over classes k and the variables j
    that have an answer: gaps are taken as missing at random. EM from random starts; BIC = −2ℓ + q ln n with q
    parameters. Classes are numbered from the largest; weights are used as by ``latent_classes``.

    References
    ----------
    Vermunt, J. K., & Magidson, J. (2002). Latent class cluster analysis. In J. A. Hagenaars & A. L. McCutcheon (Eds.),
    Applied latent class analysis (pp. 89-106). Cambridge University Press. doi:10.1017/CBO9780511499531.004

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> kind = rng.random(300) < 0.4
    >>> scores = pd.DataFrame({name: rng.normal(size=300) + 4 * kind for name in ("use", "joy", "worry")})
    >>> found = latent_profiles(scores, ["use", "joy", "worry"], classes=2, starts=5)
    >>> [float(value) for value in found.more["classes"].table.query("quantity == 'class_share'")["estimate"].round(1)]
    [0.6, 0.4]
    """
    request = ClassRequest(
        variables=variables, classes=classes, criterion=criterion, covariates=covariates, outcomes=outcomes,
        starts=starts, bootstrap=bootstrap, seed=seed, conf_level=conf_level, progress=progress,
    )  # fmt: skip
    return profiles_of(data, request, variances, _sampling(data, "latent_profiles", request))


def _sampling(data: object, analysis: str, request: ClassRequest) -> ClassWeights | None:
    """Return what the weights ask for; None without weights."""
    refuse_imputed(data, analysis)
    design = getattr(data, "design", None)
    if not isinstance(design, SurveyDesign):
        return None
    if request.bootstrap or request.criterion == "bootstrap":
        what = "the bootstrapped likelihood ratio draws people alone and alike from the model, not by a sampling plan"
        raise does_not_compose(what, 'leave bootstrap out and choose by criterion = "bic", or leave the weights out')
    whole = CompletedSet((), np.asarray(design.weights > 0), design)
    sample = Sample((whole,), imputed=False)

    def covariance(
        used: NDArray[np.bool_],
        estimate: Floats,
        influence: Callable[[], Floats],
        refit: Callable[[Floats], Floats],
    ) -> Floats:
        own = Sample((CompletedSet((), used, design.within(used)),), imputed=False)
        said = SetEstimate(estimate, influence=influence, refit=refit, what="a latent class model")
        return joined_sets(own, [said]).covariance

    return ClassWeights(
        design.weights,
        covariance,
        float(design_df(design)),
        composition_words(sample),
        (PSEUDO, *((KNOWN,) if request.covariates or request.outcomes else ()), *composition_notes(sample)),
        (REFERENCE_PATTERSON, *composition_references(sample)),
    )
