"""Estimates of several groups, countries or studies, pooled with random effects."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.analysis.arguments import check_categorical, check_conf_level, check_numeric, different
from osa_survey.analysis.describing.prevalence_arguments import engaged_labels_of
from osa_survey.analysis.domains import composes, composition_notes, composition_references, composition_words
from osa_survey.analysis.samples import Sample, does_not_compose, sample_of
from osa_survey.analysis.synthesising.composed_groups import composed_group_estimates
from osa_survey.analysis.synthesising.meta_rows import OWN, POOLED, Measure, PooledGroup, pooled_layout, pooling_rows
from osa_survey.analysis.synthesising.meta_sentences import MetaSentences
from osa_survey.dataset import Column, ScoredData, columns_of
from osa_survey.dataset.imputed import ImputedData
from osa_survey.effects.random_effects import Spread, random_effects
from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.results import Layout, Result, Show

Floats = NDArray[np.float64]

SPREADS = {"reml": "restricted maximum likelihood", "dersimonian_laird": "DerSimonian and Laird"}
HALF = 0.5
REFERENCES = (
    "Viechtbauer, W. (2005). Bias and efficiency of meta-analytic variance estimators in the random-effects model. "
    "Journal of Educational and Behavioral Statistics, 30(3), 261–293. https://doi.org/10.3102/10769986030003261",
    "Higgins, J. P. T., Thompson, S. G., & Spiegelhalter, D. J. (2009). A re-evaluation of random-effects "
    "meta-analysis. Journal of the Royal Statistical Society A, 172(1), 137–159. "
    "https://doi.org/10.1111/j.1467-985X.2008.00552.x",
)
KNAPP_HARTUNG = (
    "Knapp, G., & Hartung, J. (2003). Improved tests for a random effects meta-regression with a single covariate. "
    "Statistics in Medicine, 22(17), 2693–2710. https://doi.org/10.1002/sim.1482"
)
BURGESS = (
    "Burgess, S., White, I. R., Resche-Rigon, M., & Wood, A. M. (2013). Combining multiple imputation and "
    "meta-analysis with individual participant data. Statistics in Medicine, 32(26), 4499–4514. "
    "https://doi.org/10.1002/sim.5844"
)
GIVEN = (
    "given estimates are rows of studies: no respondent is behind them who could have a weight or an imputed answer",
    "run it on the table of studies, without a design and without imputation",
)
APART = (
    "The errors of the groups are taken as unrelated, as the model asks: they are where no cluster holds people of "
    "several groups."
)
LEFT_OUT = (
    "Left out, because nobody or everybody is engaged or too few have an answer, so that no variance is known: {names}."
)
NOTE = (
    "The pooled value is the mean of true values that differ between groups; the prediction interval says where the "
    "true value of one further group of this kind is expected."
)


def meta_analysis(
    data: ScoredData | ImputedData | pd.DataFrame,
    outcome: str,
    by: str,
    *,
    measure: Measure | None = None,
    std_error: str | None = None,
    yes: str | Sequence[str] | None = None,
    spread: Spread = "reml",
    knapp_hartung: bool = True,
    conf_level: float = 0.95,
) -> Result:
    """Pool an estimate over countries, samples or studies whose true values differ.

    Parameters
    ----------
    data : ScoredData, ImputedData or DataFrame
        One row for each respondent (weights of a design are used, imputed sets pooled within each group); with
        ``std_error``, one row for each study.
    outcome : str
        A yes-or-no variable, a number, or (with ``std_error``) the studies' estimates.
    by : str
        The categories whose estimates are pooled: countries, samples, studies.
    measure : {"proportion", "logit", "mean", "estimate"}, optional
        What is pooled: proportions as they are or on the logit scale (printed as proportions), means, or given
        estimates. By default ``logit`` for categories, ``mean`` for numbers, ``estimate`` with ``std_error``.
    std_error : str, optional
        The standard errors of given estimates.
    yes : str or sequence of str, optional
        The categories that count as engaged; by default the one called "yes".
    spread : {"reml", "dersimonian_laird"}
        How the variance of the true values is estimated.
    knapp_hartung : bool
        Knapp and Hartung's standard error with a t distribution, which holds its level with few groups; otherwise
        the normal distribution.
    conf_level : float
        Level of all intervals.

    Returns
    -------
    Result
        A row for each group (``proportion``, ``mean`` or ``group_estimate``, and ``pooling_weight``);
        ``more["pooled"]`` holds the pooled value, its prediction interval (``level`` ``prediction``), ``tau_squared``
        (of logits where logits are pooled), ``i_squared`` and the test of ``heterogeneity``.

    Raises
    ------
    AnalysisError
        If a variable is of the wrong kind, a standard error is not above 0, or fewer than two groups have an estimate;
        ``does_not_compose`` for given estimates under weights or in completed sets.

    Notes
    -----
    Proportions: variance p(1 − p)/n; logits: 1/(np) + 1/(n(1 − p)). Where nobody or everybody is engaged, half a
    person is added to both counts of that group, and its row says so. Intervals of the groups are normal ones on the
    pooled scale. Under weights the estimates of groups are weighted and their variances design-based, each group a
    domain; over imputed sets they are pooled within each group before groups are pooled (Burgess et al., 2013). Where
    nobody or everybody is engaged there is no such variance: the group is left out, and a note names it.

    References
    ----------
    Viechtbauer, W. (2005). Bias and efficiency of meta-analytic variance estimators in the random-effects model.
    Journal of Educational and Behavioral Statistics, 30(3), 261-293. doi:10.3102/10769986030003261

    Burgess, S., White, I. R., Resche-Rigon, M., & Wood, A. M. (2013). Combining multiple imputation and meta-analysis
    with individual participant data. Statistics in Medicine, 32(26), 4499-4514. doi:10.1002/sim.5844

    Examples
    --------
    >>> studies = pd.DataFrame(
    ...     {"study": pd.Categorical(["a", "b", "c"]), "d": [0.2, 0.4, 0.6], "se": [0.1, 0.1, 0.1]}
    ... )
    >>> pooled = meta_analysis(studies, "d", "study", std_error="se").more["pooled"]
    >>> float(pooled.pick("pooled_estimate", level="")["estimate"].round(3))
    0.4
    """
    check_conf_level(conf_level)
    whole = data.original if isinstance(data, ImputedData) else data
    if std_error and composes(data):
        raise does_not_compose(*GIVEN)
    named = {"outcome": outcome, "by": by} | ({"std_error": std_error} if std_error else {})
    different(**named)
    columns = columns_of(whole, list(named.values()))
    check_categorical(columns[1])
    kind = _checked_measure(measure, columns[0], std_error)
    if spread not in SPREADS:
        raise AnalysisError(f"spread cannot be '{spread}'", hint=nearest(spread, list(get_args(Spread))))
    sample = sample_of(data, [outcome, by]) if composes(data) else None
    left_out: tuple[str, ...] = ()
    if sample is None:
        groups = _groups(columns, kind, yes)
    else:
        if kind == "mean":
            check_numeric(columns[0])
        engaged = [] if kind == "mean" else _engaged_codes(columns[0], yes)
        composed = composed_group_estimates(sample, kind, engaged)
        groups, left_out = composed.groups, composed.left_out
    if len(groups) < 2:
        message = f"{len(groups)} group{'s have' if len(groups) != 1 else ' has'} an estimate: pooling needs two"
        raise AnalysisError(Problem("too_few_groups", message, column=by))
    estimates, variances = np.array([g.estimate for g in groups]), np.array([g.variance for g in groups])
    found = random_effects(estimates, variances, spread=spread, knapp_hartung=knapp_hartung, conf_level=conf_level)
    title = columns[0].info.title
    titles = {column.info.name: column.info.title for column in columns}
    used = sum(group.n for group in groups)
    # Rows of studies are no people: their number is known to every reader of the literature.
    dropped = len(columns[0].values) - (used if kind != "estimate" else len(groups))
    method = (
        f"random-effects model ({'logits' if kind == 'logit' else kind + 's'}), variance of true values by "
        f"{SPREADS[spread]}{', Knapp–Hartung intervals' if knapp_hartung else ', normal intervals'}"
        f"{composition_words(sample)}"
    )
    common: dict[str, Any] = {
        "analysis": "meta_analysis",
        "n_used": used,
        "n_dropped": dropped,
        "settings": {
            **named,
            "measure": kind,
            "spread": spread,
            "knapp_hartung": knapp_hartung,
            "conf_level": conf_level,
        },
        "labels": titles,
        "method": method,
    }
    rows = pooling_rows(found, groups, outcome, kind, conf_level)
    pooled = Result.from_rows(
        rows,
        title=f"{title}: pooled over {len(groups)} groups",
        layout=pooled_layout(POOLED[kind]),
        **common,
    )
    return Result.from_rows(
        rows,
        title=f"{title} by {columns[1].info.title}, pooled with random effects",
        more={"pooled": pooled},
        notes=(NOTE, *_composed_notes(sample, left_out)),
        references=(
            *REFERENCES,
            *((KNAPP_HARTUNG,) if knapp_hartung else ()),
            *((BURGESS,) if sample is not None and sample.imputed else ()),
            *composition_references(sample),
        ),
        wording=MetaSentences(title, POOLED[kind]),
        layout=Layout(
            rows=("group",),
            show=(
                Show(OWN[kind], "n"),
                Show(OWN[kind]),
                Show(OWN[kind], "interval"),
                Show("pooling_weight"),
            ),
            row_head=columns[1].info.title,
        ),
        plot="study_forest",
        **common,
    )


def _composed_notes(sample: Sample | None, left_out: tuple[str, ...]) -> tuple[str, ...]:
    if sample is None:
        return ()
    rest = (LEFT_OUT.format(names=", ".join(left_out)),) if left_out else ()
    return (*((APART,) if sample.design is not None else ()), *rest, *composition_notes(sample))


def _checked_measure(measure: Measure | None, column: Column, std_error: str | None) -> Measure:
    info = column.info
    fits: tuple[Measure, ...] = (
        ("estimate",) if std_error else ("logit", "proportion") if info.is_categorical else ("mean",)
    )
    chosen = measure or fits[0]
    if chosen in fits:
        return chosen
    if chosen not in get_args(Measure):
        raise AnalysisError(f"measure cannot be '{chosen}'", hint=nearest(chosen, list(get_args(Measure))))
    reason = "given estimates need std_error" if chosen == "estimate" else f"'{info.name}' allows {' or '.join(fits)}"
    raise AnalysisError(Problem("measure", f"measure = '{chosen}' does not fit: {reason}", column=info.name))


def _groups(columns: Sequence[Column], kind: Measure, yes: str | Sequence[str] | None) -> list[PooledGroup]:
    outcome, by = columns[0], columns[1]
    if kind in ("mean", "estimate"):
        check_numeric(*[column for column in columns if column is not by])
    if kind == "estimate":
        return _given(outcome, by, columns[2])
    found = []
    if kind == "mean":
        for name, mask in by.categories(outcome.answered):
            values = outcome.values[mask]
            if len(values) > 1 and np.ptp(values) > 0:
                variance = float(values.var(ddof=1)) / len(values)
                found.append(PooledGroup(name, len(values), mask, None, float(values.mean()), variance))
        return found
    engaged = np.isin(outcome.values, _engaged_codes(outcome, yes))
    for name, mask in by.categories(outcome.answered):
        found.append(_proportion(name, mask, engaged & mask, logit=kind == "logit"))
    return found


def _engaged_codes(outcome: Column, yes: str | Sequence[str] | None) -> list[float]:
    labels = engaged_labels_of([outcome], yes)[0]
    return [code for code, label in zip(outcome.info.codes, outcome.info.labels, strict=True) if label in labels]


def _proportion(name: str, people: NDArray[np.bool_], some: NDArray[np.bool_], *, logit: bool) -> PooledGroup:
    engaged, n = int(some.sum()), int(people.sum())
    extreme = engaged in (0, n)
    warning = "nobody or everybody is engaged: half a person is added to both counts" if extreme else ""
    yes, no = (engaged + HALF, n - engaged + HALF) if extreme else (float(engaged), float(n - engaged))
    share = yes / (yes + no)
    if logit:
        return PooledGroup(name, n, people, some, math.log(yes / no), 1 / yes + 1 / no, warning)
    return PooledGroup(name, n, people, some, share, share * (1 - share) / (yes + no), warning)


def _given(outcome: Column, by: Column, error: Column) -> list[PooledGroup]:
    known = outcome.answered & error.answered
    if (error.values[known] <= 0).any():
        message = "a standard error is 0 or below"
        raise AnalysisError(Problem("standard_error", message, column=error.info.name, hint="make it a gap"))
    found = []
    for name, mask in by.categories(known):
        if mask.sum() > 1:
            message = f"'{by.info.name}' names a study twice: one row for each study is needed"
            raise AnalysisError(Problem("repeated_study", message, column=by.info.name))
        row = int(np.flatnonzero(mask)[0])
        found.append(PooledGroup(name, 1, None, None, float(outcome.values[row]), float(error.values[row]) ** 2))
    return found
