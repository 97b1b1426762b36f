"""Cross-lagged panel models of the same variables in several waves, with or without random intercepts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from osa_survey.analysis.arguments import check_conf_level, check_numeric, variable_names
from osa_survey.analysis.domains import composition_notes, composition_references, composition_words, versions
from osa_survey.analysis.samples import Data, sample_of
from osa_survey.analysis.waves.composed_panels import PanelFit, PanelTest, panel_fit
from osa_survey.analysis.waves.cross_lag_sentences import CROSSED, KEPT, CrossLagSentences
from osa_survey.analysis.waves.wave_notes import NOT_TESTED
from osa_survey.dataset import Column
from osa_survey.errors import AnalysisError, Problem
from osa_survey.results import Layout, Result, Rows, Show

ALL = "n used"
LEAST_WAVES = {False: 2, True: 3}
TRADITIONAL = (
    "Without random intercepts the paths mix stable differences between people with changes within a person; with "
    "three waves or more compare the model with random intercepts (Hamaker et al., 2015)."
)
WITHIN = "Paths are among deviations of a person from the own level; stable differences between people stand apart."
OBSERVATIONAL = "Lagged associations; what changes between waves and was not measured can bring them about."
NOT_CONVERGED = "the search did not end at a maximum"
IMPROPER = "a variance of random intercepts is negative: people do not differ in level, or the model does not fit"
REFERENCES = (
    "Hamaker, E. L., Kuiper, R. M., & Grasman, R. P. P. P. (2015). A critique of the cross-lagged panel model. "
    "Psychological Methods, 20(1), 102–116. doi:10.1037/a0038889",
)


def cross_lagged(
    data: Data,
    waves: Sequence[Sequence[str]],
    *,
    random_intercepts: bool = False,
    equal: bool = False,
    conf_level: float = 0.95,
) -> Result:
    """Regress each variable on all variables of the wave before.

    Parameters
    ----------
    data : ScoredData, ImputedData or DataFrame
        One row for each person, with columns for every wave. People with a gap are left out.
    waves : sequence of sequence of str
        The variables of each wave in order, those of one wave always in the same order:
        ``[["use_1", "joy_1"], ["use_2", "joy_2"]]``.
    random_intercepts : bool
        Whether persons have levels of their own; needs three waves or more.
    equal : bool
        Whether lagged paths are the same between all waves.
    conf_level : float
        Level of the intervals.

    Returns
    -------
    Result
        ``b`` of each lagged path with a z test, and ``beta``; ``contrast`` is "autoregressive" or "cross-lagged".
        ``more["fit"]``: ``fit_chi_squared``, ``cfi``, ``rmsea``, ``srmr``. ``more["together"]``: ``residual_r`` of the
        variables of a wave (of the first wave their correlation), with random intercepts ``random_variance`` and
        ``random_correlation``.

    Raises
    ------
    AnalysisError
        ``too_few_waves`` (two; three with random intercepts), waves of different length, ``not_identified``.

    Notes
    -----
    With the p variables of a wave in y_t: y_t = a_t + B_t y_(t−1) + e_t, the errors of a wave correlated; with random
    intercepts the same holds for deviations from each person's own level (Hamaker et al., 2015). ``b`` is an element of
    B_t, in units of the outcome for one unit of the variable before. Maximum likelihood with normal errors; means are
    free, errors of estimates use the expected information. Under weights the weighted likelihood is maximised with
    linearised or replicate errors (χ², CFI and RMSEA are not known then); over imputed sets parameters are pooled by
    Rubin's rules, the test of the model by D3, β and correlations are those of the pooled parameters.

    References
    ----------
    Hamaker, E. L., Kuiper, R. M., & Grasman, R. P. P. P. (2015). A critique of the cross-lagged panel model.
    Psychological Methods, 20(1), 102–116. doi:10.1037/a0038889

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> first = rng.normal(size=(300, 2))
    >>> second = first @ np.array([[0.5, 0.2], [0.0, 0.4]]) + rng.normal(size=(300, 2))
    >>> people = pd.DataFrame(np.hstack([first, second]), columns=["use_1", "joy_1", "use_2", "joy_2"])
    >>> result = cross_lagged(people, [["use_1", "joy_1"], ["use_2", "joy_2"]])
    >>> float(round(result.pick("b", term="use_1", outcome="joy_2")["estimate"], 1))
    0.2
    """
    check_conf_level(conf_level)
    names = _checked(waves, random_intercepts)
    versions(data)
    sample = sample_of(data, names)
    columns = sample.first.columns
    check_numeric(*columns, ordinal=True)
    answers = [np.column_stack([one.values(k) for k in range(len(names))]) for one in sample.sets]
    for values in answers:
        _check_values(values, columns)
    variables = len(waves[0])
    found = panel_fit(sample, answers, variables, len(waves), random=random_intercepts, equal=equal)
    labels = {column.info.name: column.info.title for column in columns}
    fields: dict[str, Any] = {
        "analysis": "cross_lagged",
        "method": f"{'random-intercept ' if random_intercepts else ''}cross-lagged panel model of {len(waves)} waves"
        f"{', equal paths between all waves' if equal else ''}; maximum likelihood"
        + composition_words(sample),
        "n_used": sample.n,
        "n_dropped": sample.n_dropped,
        "settings": {"waves": [list(wave) for wave in waves], "random_intercepts": random_intercepts, "equal": equal,
                     "conf_level": conf_level},
        "labels": labels,
        "references": (*REFERENCES, *composition_references(sample)),
    }  # fmt: skip
    together = _together(found, names)
    shown = [name for name in ("residual_r", "random_variance", "random_correlation")
             if (together.table["quantity"] == name).any()]  # fmt: skip
    more = {
        "fit": Result.from_rows(
            _fit_rows(found.fit, sample.n),
            title="Fit of the panel model",
            layout=Layout(
                rows=("outcome",),
                show=tuple(Show(name) for name in ("fit_chi_squared", "cfi", "rmsea", "srmr")),
                row_head="Model",
            ),
            **fields,
        ),
        "together": Result.from_rows(
            together,
            title="Correlations within waves" + (" and random intercepts" if random_intercepts else ""),
            layout=Layout(rows=("term", "outcome"), show=tuple(map(Show, shown)), row_head="Variables"),
            **fields,
        ),
    }
    return Result.from_rows(
        _path_rows(found, names, variables, conf_level),
        title="Lagged associations over " + f"{len(waves)} waves",
        layout=Layout(
            rows=("outcome", "term"),
            show=(
                Show("b"),
                Show("b", "std_error"),
                Show("b", "interval"),
                Show("b", "p"),
                Show("beta"),
                *((Show("fmi"),) if sample.imputed else ()),
            ),
            row_head="Outcome",
        ),
        notes=(NOT_TESTED, WITHIN if random_intercepts else TRADITIONAL, OBSERVATIONAL, *composition_notes(sample)),
        more=more,
        wording=CrossLagSentences(labels),
        plot="coefficients",
        **fields,
    )


def _checked(waves: Sequence[Sequence[str]], random: bool) -> list[str]:
    problems = []
    if any(isinstance(wave, str) for wave in waves) or len({len(wave) for wave in waves}) > 1:
        message = "every wave needs the same number of variables, in the same order"
        problems.append(Problem("waves", message, key="waves", hint='write [["a_1", "b_1"], ["a_2", "b_2"]]'))
    elif waves and len(waves[0]) < 2:
        message = "a cross-lagged model needs two variables in each wave"
        problems.append(Problem("waves", message, key="waves", hint="use regress for one variable"))
    if len(waves) < LEAST_WAVES[random]:
        what = "a model with random intercepts" if random else "a cross-lagged model"
        message = f"{what} needs {LEAST_WAVES[random]} waves, {len(waves)} given"
        hint = "with two waves stable levels and changes cannot be told apart" if random else "name them in waves = …"
        problems.append(Problem("too_few_waves", message, key="waves", hint=hint))
    if problems:
        raise AnalysisError(problems)
    return variable_names([name for wave in waves for name in wave], at_least=4)


def _check_values(values: np.ndarray, columns: Sequence[Column]) -> None:
    n, p = values.shape
    if n < 2 * p:
        message = f"{n} people are too few for {p} variables"
        raise AnalysisError(Problem("too_few_respondents", message, hint="look at missingness(data)"))
    problems = [
        Problem("constant_predictor", f"{columns[k].info.title} is the same for everybody", column=columns[k].info.name,
                hint="leave it out")
        for k in map(int, np.flatnonzero(np.ptp(values, axis=0) == 0))
    ]  # fmt: skip
    if not problems and np.linalg.matrix_rank((values - values.mean(axis=0)) / values.std(axis=0)) < p:
        message = "one variable is a combination of the others"
        problems.append(Problem("perfect_collinearity", message, key="waves", hint="is one variable in two waves?"))
    if problems:
        raise AnalysisError(problems)


def _first(n: int) -> Rows:
    rows = Rows()
    rows.cell(ALL, n)
    return rows


def _path_rows(found: PanelFit, names: Sequence[str], variables: int, conf_level: float) -> Rows:
    estimates, panel = found.estimates, found.panel
    rows = _first(estimates.n)
    low, high = estimates.interval(conf_level)
    statistic, p_value = estimates.statistic(), estimates.p_value()
    sizes = np.sqrt(np.abs(np.diag(found.implied)))
    for outcome, term, number in panel.paths:
        b, df = float(estimates.estimate[number]), float(estimates.df[number])
        beta = b * float(sizes[panel.shift + term] / sizes[panel.shift + outcome])
        keys: dict[str, Any] = {
            "term": names[term], "outcome": names[outcome], "n": estimates.n, "cells": [ALL],
            "contrast": KEPT if term % variables == outcome % variables else CROSSED,
        }  # fmt: skip
        said = {"method": "maximum likelihood", "warning": "" if found.converged else NOT_CONVERGED}
        rows.add(
            "b", estimate=b, std_error=float(estimates.std_error[number]), conf_low=float(low[number]),
            conf_high=float(high[number]), conf_level=conf_level, statistic=float(statistic[number]),
            statistic_name="z" if math.isinf(df) else "t", df1=math.nan if math.isinf(df) else df,
            p_value=float(p_value[number]), **said, **keys,
        )  # fmt: skip
        rows.add("beta", estimate=beta, **said, **keys)
        if estimates.fmi is not None:
            method = "fraction of missing information of B"
            rows.add("fmi", estimate=float(estimates.fmi[number]), method=method, **keys)
    return rows


def _fit_rows(fit: PanelTest, n: int) -> Rows:
    rows = _first(n)
    common: dict[str, Any] = {"n": n, "method": fit.method, "cells": [ALL]}
    rows.add(
        "fit_chi_squared", estimate=fit.chi_squared, statistic=fit.statistic, statistic_name=fit.name, df1=fit.df1,
        df2=fit.df2, p_value=fit.p_value, warning=fit.warning, **common,
    )  # fmt: skip
    for name, value in (("cfi", fit.cfi), ("rmsea", fit.rmsea)):
        rows.add(name, estimate=value, warning=fit.warning, **common)
    rows.add("srmr", estimate=fit.srmr, **common)
    return rows


def _together(found: PanelFit, names: Sequence[str]) -> Rows:
    """Return correlations of the variables of each wave beyond their past, and what is known of random intercepts."""
    panel, parameters, n = found.panel, found.estimates.estimate, found.estimates.n
    rows = _first(n)
    for part, quantity in ((panel.residuals, "residual_r"), (panel.intercepts, "random_correlation")):
        value = {(i, j): float(parameters[number]) for i, j, number in part}
        for (i, j), covariance in value.items():
            product = value[i, i] * value[j, j]
            known = value[i, i] > 0 and value[j, j] > 0
            if i == j and quantity == "random_correlation":
                rows.add("random_variance", term=names[i], n=n, estimate=covariance, cells=[ALL],
                         warning="" if known else IMPROPER)  # fmt: skip
            elif i != j:
                rows.add(quantity, term=names[j], outcome=names[i], n=n, cells=[ALL],
                         estimate=covariance / math.sqrt(product) if known else math.nan,
                         warning="" if known else IMPROPER)  # fmt: skip
    return rows
