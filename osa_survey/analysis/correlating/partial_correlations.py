"""Correlations of variables from which others are taken out."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.arguments import check_choices, check_conf_level, check_numeric, different, variable_names
from osa_survey.analysis.correlating.associations import Correlation
from osa_survey.analysis.correlating.correlation_contrasts import LARGEST_Z
from osa_survey.analysis.correlating.correlation_sentences import CorrelationWords
from osa_survey.analysis.correlating.partial_associations import (
    PartialKind,
    explained_by,
    partial_correlation,
    partial_statistics,
    variance_of_z,
)
from osa_survey.analysis.domains import (
    composes,
    composition_notes,
    composition_references,
    composition_words,
    versions,
)
from osa_survey.analysis.estimates import estimated
from osa_survey.analysis.multiplicity import (
    ADJUSTMENT_REFERENCES,
    ADJUSTMENT_TITLES,
    adjusted_p_values,
    check_adjustment,
)
from osa_survey.analysis.regressing.design_matrices import design_matrix
from osa_survey.analysis.regressing.model_formulas import terms_of_blocks
from osa_survey.analysis.samples import CompletedSet, Data, Sample, does_not_compose, sample_of
from osa_survey.analysis.set_estimates import SetEstimate, of_statistics
from osa_survey.dataset import columns_of
from osa_survey.results import Layout, Result, Rows, Show
from osa_survey.weighting import Statistics

Floats = NDArray[np.float64]
QUANTITY = {"partial": "partial_r", "semipartial": "semipartial_r"}
NAMES = {"partial": "Partial", "semipartial": "Semi-partial"}
METHODS = {
    "partial": "Partial r, Fisher's z interval",
    "semipartial": "Semi-partial r, interval of Fisher's z by the delta method under normality",
}
COMPOSED = "{name} r, t interval of Fisher's z"
NOTES = {
    "partial": "The controls are taken out of both variables: {controls}.",
    "semipartial": "The controls are taken out of the first variable alone: {controls}. Its square is what the first "
    "variable adds to the R² of the second.",
}
NOTE_PEOPLE = "Each correlation uses everyone who has both values and all controls."
NOTE_CAUSE = "What is left after the controls is an association; which controls belong there is a causal question."
REFERENCES = {
    "partial": "Fisher, R. A. (1924). The distribution of the partial correlation coefficient. Metron, 3, 329–332. "
    "(recalled)",
    "semipartial": "Cohen, J., Cohen, P., West, S. G., & Aiken, L. S. (2003). Applied multiple regression/correlation "
    "analysis for the behavioral sciences (3rd ed.). Erlbaum. doi:10.4324/9780203774441",
}
WARNING = "nothing is left of a variable after the controls, or too few people"


def partial_correlations(
    data: Data,
    variables: Sequence[str],
    controls: str | Sequence[str],
    *,
    kind: PartialKind = "partial",
    adjust: str = "holm",
    conf_level: float = 0.95,
) -> Result:
    """Correlate numbers and scores after taking control variables out of them.

    Parameters
    ----------
    data : ScoredData, ImputedData or DataFrame
        The respondents; weights of a design are used, imputed sets pooled on Fisher's z.
    variables : sequence of str
        Numbers, counts, scores or ordinal variables, two or more.
    controls : str or sequence of str
        What is taken out: terms as the predictors of ``regress`` (nominal variables are dummy-coded).
    kind : {"partial", "semipartial"}
        Out of both variables, each pair once; or out of ``term`` alone, each pair in both directions.
    adjust : {"none", "bonferroni", "holm", "hochberg", "hommel", "bh", "by"}
        How p values are adjusted over all rows of the table.
    conf_level : float
        Confidence level of the intervals, each for itself.

    Returns
    -------
    Result
        One row ``partial_r`` or ``semipartial_r`` for each pair: ``term``, ``outcome``, ``n``, interval, t,
        ``p_value`` and ``p_adjusted``.

    Raises
    ------
    AnalysisError
        What ``correlate`` and the predictors of ``regress`` refuse; a variable that is a control as well.

    Notes
    -----
    The partial correlation is that of the residuals of both variables after a regression of each on the controls, for
    one control (r_xy − r_xz r_yz)/√((1 − r²_xz)(1 − r²_yz)); the semi-partial one leaves the second variable as it is.
    t is the test of the first variable's coefficient in the regression of the second on it and the k controls, with
    n − k − 2 degrees of freedom, for both kinds. The squared semi-partial correlation is the increase of R² there.
    Intervals are normal on Fisher's z, with variance 1/(n − k − 3) (partial). Under a design variances are linearised
    or from replicates, which refit the controls; pooled over imputed sets, z has Barnard and Rubin's degrees of
    freedom. The semi-partial correlation then has a test of its own, not that of the coefficient.

    References
    ----------
    Cohen, J., Cohen, P., West, S. G., & Aiken, L. S. (2003). Applied multiple regression/correlation analysis for the
    behavioral sciences (3rd ed.). Erlbaum. doi:10.4324/9780203774441

    Examples
    --------
    >>> import pandas as pd
    >>> people = pd.DataFrame({"age": [20.0, 30.0, 40.0, 50.0, 60.0, 70.0], "x": [2.0, 1.0, 4.0, 3.0, 5.0, 7.0],
    ...                        "y": [1.0, 3.0, 2.0, 5.0, 4.0, 4.0]})
    >>> float(round(partial_correlations(people, ["x", "y"], "age").pick("partial_r")["estimate"], 3))
    -0.956
    """
    check_conf_level(conf_level)
    check_adjustment(adjust)
    check_choices(("kind", kind, list(QUANTITY)))
    names = variable_names(variables, at_least=2)
    terms = terms_of_blocks([[controls] if isinstance(controls, str) else list(controls)])
    for name in names:
        for control in terms.variables:
            different(variables=name, controls=control)
    first = versions(data)[0]
    columns = columns_of(first, names)
    check_numeric(*columns, ordinal=True)
    composed = composes(data)
    pairs = itertools.combinations(names, 2) if kind == "partial" else itertools.permutations(names, 2)
    found: list[tuple[tuple[str, str], Correlation, Sample]] = []
    for pair in pairs:
        sample = sample_of(data, [*pair, *terms.variables])
        matrices = _controls(sample, terms)
        if composed:
            one = _composed(sample, matrices, kind, conf_level)
        else:
            values = sample.first
            one = partial_correlation(values.values(0), values.values(1), matrices[0], kind, conf_level)
        found.append((pair, one, sample))
    adjusted = adjusted_p_values(np.array([one.p_value for _, one, _ in found]), adjust)
    method = COMPOSED.format(name=NAMES[kind]) if composed else METHODS[kind]
    quantity = QUANTITY[kind]
    rows = Rows()
    for (pair, one, sample), p_adjusted in zip(found, adjusted, strict=True):
        cell = f"{pair[0]}|{pair[1]}|controlled"
        rows.cell(cell, sample.first.used if len(sample.sets) == 1 else float(one.n))
        rows.add(
            quantity, term=pair[0], outcome=pair[1], n=one.n, estimate=one.estimate, conf_low=one.low,
            conf_high=one.high, conf_level=math.nan if math.isnan(one.low) else conf_level, statistic=one.t,
            statistic_name="t", df1=one.df, p_value=one.p_value, p_adjusted=p_adjusted, method=method,
            warning=WARNING if math.isnan(one.low) else "", cells=[cell],
        )  # fmt: skip
    titles = {column.info.name: column.info.title for column in columns_of(first, [*names, *terms.variables])}
    whole = sample_of(data, [*names, *terms.variables], complete_cases=False) if composed else None
    last: Any = "p_adjusted" if adjust != "none" and len(found) > 1 else "p"
    listed = ", ".join(titles[name] for name in terms.variables)
    used = max(one.n for _, one, _ in found)
    return Result.from_rows(
        rows,
        title=f"{NAMES[kind]} correlations",
        analysis="partial_correlations",
        method=f"{method} ({100 * conf_level:g}%); p adjusted over {len(found)} pairs: {ADJUSTMENT_TITLES[adjust]}"
        + composition_words(whole),
        n_used=used,
        n_dropped=len(columns[0].values) - used,
        settings={"variables": tuple(names), "controls": list(terms.variables), "kind": kind, "adjust": adjust,
                  "conf_level": conf_level},
        notes=(NOTES[kind].format(controls=listed), NOTE_PEOPLE, NOTE_CAUSE, *composition_notes(whole)),
        references=(REFERENCES[kind], *((ADJUSTMENT_REFERENCES[adjust],) if adjust in ADJUSTMENT_REFERENCES else ()),
                    *composition_references(whole)),
        wording=CorrelationWords(tuple(titles.items())),
        labels=titles,
        layout=Layout(
            rows=("term", "outcome"), row_head="Variable",
            show=(Show(quantity), Show(quantity, "interval"), Show(quantity, "n"), Show(quantity, last)),
        ),
        plot="correlation_heatmap" if kind == "partial" else "coefficients",
    )  # fmt: skip


def _controls(sample: Sample, terms: Any) -> tuple[Floats, ...]:
    sets = [one.columns[2:] for one in sample.sets]
    return tuple(design_matrix(terms, sets, [one.used for one in sample.sets]).matrices)


def _composed(sample: Sample, matrices: Sequence[Floats], kind: PartialKind, conf_level: float) -> Correlation:
    """Return the correlation under the design, pooled over the sets on Fisher's z."""
    matrix_of = {id(one): matrix for one, matrix in zip(sample.sets, matrices, strict=True)}
    k = matrices[0].shape[1] - 1
    nan = math.nan
    if sample.n - k < 4:
        return Correlation(sample.n, nan, nan, nan, nan, nan, nan)

    def on_z(one: CompletedSet) -> SetEstimate:
        x, y, controls = one.values(0), one.values(1), matrix_of[id(one)]

        def statistic(weights: Floats) -> Statistics:
            found = partial_statistics(x, y, controls, weights, kind)
            slope = 1 / (1 - found.estimate**2)
            return Statistics(np.arctanh(found.estimate), lambda: found.contributions() * slope)

        def variance() -> Floats:
            r = float(partial_statistics(x, y, controls, np.ones(len(x)), kind).estimate[0])
            explained = explained_by(controls, y) if kind == "semipartial" else 0.0
            return np.array([[variance_of_z(r, explained, len(x), k)]])

        said = of_statistics(one, statistic, covariance=variance, df=len(x) - k - 2.0, what="a partial correlation")
        return replace(said, df_lost=k)

    with np.errstate(invalid="ignore", divide="ignore"):
        values = [float(on_z(one).estimate[0]) for one in sample.sets]
    if not all(abs(value) < LARGEST_Z for value in values):
        hint = "take out the variable, or the control that is the same"
        raise does_not_compose("a variable is determined by the controls or by the other one in a set", hint)
    found = estimated(sample, on_z)
    low, high = found.interval(conf_level)
    estimate, lower, upper = (math.tanh(float(value[0])) for value in (found.estimate, low, high))
    t, df, p = float(found.statistic()[0]), float(found.df[0]), float(found.p_value()[0])
    return Correlation(sample.n, estimate, lower, upper, t, df, p)
