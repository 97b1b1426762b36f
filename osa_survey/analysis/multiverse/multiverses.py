"""The multiverse: one question under every combination of declared choices, and a joint test of them all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from osa_survey.analysis.arguments import check_conf_level
from osa_survey.analysis.domains import composes
from osa_survey.analysis.multiverse.composed_curves import ComposedCurve, composed_curve
from osa_survey.analysis.multiverse.multiverse_choices import Cases, Choices, marked
from osa_survey.analysis.multiverse.multiverse_requests import checked_choices, unknown_words
from osa_survey.analysis.multiverse.multiverse_results import multiverse_result
from osa_survey.analysis.multiverse.multiverse_rows import curve_of
from osa_survey.analysis.multiverse.multiverse_runs import computed_units
from osa_survey.analysis.multiverse.multiverse_units import enumerated
from osa_survey.analysis.multiverse.verb_curves import verb_curve
from osa_survey.analysis.multiverse.verb_specifications import verb_analysis
from osa_survey.analysis.samples import Data
from osa_survey.dataset import ScoredData
from osa_survey.dataset.imputed import ImputedData
from osa_survey.errors import AnalysisError, Problem
from osa_survey.results import Result

Test = Literal["permutation", "bootstrap", "both"]


def multiverse(
    data: Data,
    outcomes: Sequence[str] | Mapping[str, Mapping[str, Any]],
    predictors: Sequence[str],
    *,
    covariates: Sequence[str] | Mapping[str, Sequence[str]] = (),
    exclusions: Mapping[str, Mapping[str, Any]] | None = None,
    scoring: Mapping[str, Mapping[str, Mapping[str, Any]]] | None = None,
    models: Sequence[str] = ("linear",),
    analysis: Mapping[str, Any] | None = None,
    cases: Cases = "common",
    preregistered: Mapping[str, Any] | None = None,
    predicted: Literal["positive", "negative"] = "positive",
    test: Test = "permutation",
    draws: int = 500,
    seed: int = 1,
    workers: int | None = None,
    resume: str | Path | None = None,
    conf_level: float = 0.95,
) -> Result:
    """Answer one question under every combination of declared choices.

    Parameters
    ----------
    data : ScoredData, ImputedData or DataFrame
        The respondents, one row for each; a design or completed sets are used.
    outcomes : sequence of str, or mapping of str to mapping
        Alternative outcomes. With a mapping a title stands for ``{"variable": …}`` with ``"at_least"`` or ``"is"`` (a
        binary coding) or ``"log": True``.
    predictors : sequence of str
        Alternative codings of the predictor of interest: numbers, or categories of two.
    covariates : sequence of str, or mapping of str to sequence of str
        Each is in or out; with a mapping only the sets declared under a title.
    exclusions : mapping of str to mapping
        Title → ``{"variable": …}`` with ``"below"``, ``"above"`` or ``"is"``, or ``{"check": …}`` with the threshold
        and block of ``[exclude]``: each is in force or not, with ``"always": True`` always in force.
    scoring : mapping of str to mapping
        Scored column → title → rule that stands beside the scale's own: ``"items"`` (a short form), ``"min_answered"``
        or ``"min_share"``, ``"score"``: ``"mean"``, or ``"sum"`` to which gaps add nothing. Scores stay on the scale's
        metric.
    models : sequence of str
        ``linear``, ``rank``, ``logistic``, ``probit`` (of binary outcomes), ``ordinal_logit``, ``ordinal_probit`` (of 3
        to 12 values), ``poisson``, ``negative_binomial`` (of counts).
    analysis : mapping, optional
        Another analysis than the regression of ``models``: ``do`` (``compare_groups``, ``paired``, ``correlate``,
        ``partial_correlations``, ``anova``, ``mediate``, ``regress``, ``gee``, ``mixed_model``, ``fixed_effects``),
        ``arguments`` besides outcome, predictor and covariates, ``ways`` (title → arguments that differ; the
        arguments as they are are "main") and ``row`` (key columns of the row that is the estimate; by default
        Hedges' g, d_z, r, the partial r, partial η² of the predictor, the indirect association, or its coefficient).
    cases : {"common", "own"}
        Whether all specifications are of the respondents who have everything, or each of those who have its variables.
    preregistered : mapping, optional
        The specification to mark: ``outcome``, ``predictor``, ``model`` (by default the first declared),
        ``covariates`` (names, or the title of a set), ``exclusions`` (by default none) and ``scoring`` (scale → title).
    predicted : {"positive", "negative"}
        The direction predicted.
    test : {"permutation", "bootstrap", "both"}
        The joint test: shuffles of the predictor, resamples under the null hypothesis, or both. Under a sampling plan
        only resamples of the plan are a test, over completed sets nothing is: the rows then have no p and say why.
    draws, seed : int
        Shuffles and resamples of the joint test.
    workers : int, optional
        Processes; by default those of ``joblib.parallel_config`` (a cluster, for example), else one.
    resume : str or Path, optional
        A folder for finished parts: an interrupted run begun again with it goes on where it stopped.
    conf_level : float
        Level of the intervals.

    Returns
    -------
    Result
        Rows ``specifications``, ``curve_median``, ``curve_same_sign``, ``curve_significant`` and ``curve_stouffer``
        with the p of the joint test; with both, ``level`` is "bootstrap" for the second. ``more["choices"]`` has the
        median estimate by choice, ``more["curve"]`` up to a hundred specifications by rank, the preregistered one among
        them. ``engine`` is the table of all.

    Raises
    ------
    AnalysisError
        ``does_not_compose`` for models of ranks under a design; unknown variables, categories or choices; more than
        20,000 specifications; an outcome or predictor that is the same for everybody left.

    Notes
    -----
    Under the bootstrap a linear specification with the estimate b is estimated again in each resample with y − b x in
    place of y (Simonsohn, Simmons & Nelson, 2020, for data that are not of an experiment); in other models efficient
    scores are resampled. It takes estimates for what they are only in samples that are not small.

    With ``analysis`` each specification is a call of it, its row taken as it stands, weights and completed sets in it
    as that analysis takes them. Its joint test shuffles the predictor, or exchanges the two answers of a pair; where
    respondents stand in groups there is none.

    Under weights estimates are weighted partial correlations, and their tests those of the coefficient in ``regress``
    (linear) or of the weighted score (other models; Rao, Scott & Skinner, 1998) with linearised or replicate errors;
    resamples of the plan give t* = (b* − b)/SE. Over completed sets the coefficient is pooled by Rubin's rules.

    References
    ----------
    Simonsohn, U., Simmons, J. P., & Nelson, L. D. (2020). Specification curve analysis. Nature Human Behaviour, 4(11),
    1208–1214. doi:10.1038/s41562-020-0912-z

    Rao, J. N. K., Scott, A. J., & Skinner, C. J. (1998). Quasi-score tests with survey data. Statistica Sinica, 8(4),
    1059–1070.

    See Also
    --------
    osa_survey.models.specification_units.partial_correlations : The formulas.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> people = pd.DataFrame(rng.normal(size=(100, 3)), columns=["use", "age", "score"])
    >>> people["score"] += people["use"]
    >>> found = multiverse(people, ["score"], ["use"], covariates=["age"], draws=99)
    >>> found.pick("specifications")["estimate"].item(), found.pick("curve_median")["p_value"].item()
    (2.0, 0.01)
    """
    check_conf_level(conf_level)
    other = None if analysis is None else verb_analysis(analysis, bool(covariates))
    choices = checked_choices(
        data.original if isinstance(data, ImputedData) else data,
        outcomes,
        predictors,
        covariates=covariates,
        exclusions=exclusions,
        scoring=scoring,
        models=models,
        cases=cases,
        ways=() if other is None else other.titles,
    )
    words = {"predicted": (predicted, ("positive", "negative")), "test": (test, get_args(Test))}
    problems = unknown_words(words)
    if draws < 1:
        problems.append(Problem("draws", f"{draws} draws make no test", key="draws", hint="500 is usual"))
    if problems:
        raise AnalysisError(problems)
    kinds = ("permutation", "bootstrap") if test == "both" else (test,)
    folder = None if resume is None else Path(resume)
    if other is not None:
        found = verb_curve(
            data, choices, other, tests=kinds, draws=draws, seed=int(seed), preregistered=preregistered, folder=folder,
            workers=workers,
        )  # fmt: skip
    elif isinstance(data, ImputedData) or composes(data):
        found = composed_curve(
            data, choices, tests=kinds, draws=draws, seed=int(seed), preregistered=preregistered, folder=folder,
            workers=workers, conf_level=conf_level,
        )  # fmt: skip
    else:
        found = _plain(data, choices, kinds, draws, int(seed), preregistered, folder, workers, conf_level)
    settings: dict[str, Any] = {
        "outcomes": {name: dict(coding) for name, coding in choices.outcomes.items()},
        "predictors": choices.predictors,
        "covariates": dict(choices.sets) if isinstance(covariates, Mapping) else choices.covariates,
        "exclusions": {name: dict(rule) for name, rule in choices.exclusions.items()},
        "scoring": choices.scoring,
        "models": choices.models,
        "cases": cases,
        "preregistered": dict(preregistered) if preregistered is not None else None,
        "predicted": predicted,
        "test": test,
        "draws": draws,
        "seed": seed,
        "conf_level": conf_level,
    }
    if other is not None:
        own = {"arguments": dict(other.arguments), "ways": dict(other.ways), "row": dict(other.row)}
        settings |= {"analysis": other.do, **own}
    return multiverse_result(data, choices, found, settings, other)


def _plain(
    data: ScoredData | pd.DataFrame,
    choices: Choices,
    tests: Sequence[str],
    draws: int,
    seed: int,
    preregistered: Mapping[str, Any] | None,
    folder: Path | None,
    workers: int | None,
    conf_level: float,
) -> ComposedCurve:
    shuffled, resampled = (draws if kind in tests else 0 for kind in ("permutation", "bootstrap"))
    made = enumerated(data, choices, int(shuffled), int(resampled), seed)
    position = marked(made.specifications, preregistered)
    computed = computed_units(made.units, folder, workers)
    curve = curve_of(made.specifications, np.concatenate(computed), shuffled, resampled, position, conf_level)
    return ComposedCurve(made, curve, made.people, (), None, 1)
