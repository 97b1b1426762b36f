"""Multivariate analysis of variance: several outcomes at once, then one by one."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from osa_survey.analysis.arguments import check_conf_level, variable_names
from osa_survey.analysis.factorial.anova_designs import AnovaDesign, anova_design
from osa_survey.analysis.factorial.anova_effects import AnovaEffect, anova_effects
from osa_survey.analysis.factorial.anova_means import marginal_means
from osa_survey.analysis.factorial.anova_rows import cell_name, cells_of
from osa_survey.analysis.factorial.linear_hypotheses import hypothesis, linear_fit, multivariate_tests
from osa_survey.analysis.multiplicity import (
    ADJUSTMENT_REFERENCES,
    ADJUSTMENT_TITLES,
    adjusted_p_values,
    check_adjustment,
)
from osa_survey.analysis.phrases import NOT_EVIDENCE, check_language, listed, printed_test
from osa_survey.analysis.size_rows import size_fields
from osa_survey.dataset import ScoredData
from osa_survey.effects.explained_variances import eta_squared
from osa_survey.errors import AnalysisError, Problem
from osa_survey.results import Layout, Result, Rows, Show

TIMES = " × "
ALPHA = 0.05
REFERENCE = (
    "Pillai, K. C. S. (1955). Some new test criteria in multivariate analysis. Annals of Mathematical Statistics, "
    "26(1), 117–121. doi:10.1214/aoms/1177728599"
)
NOTE_ROY = "F of Roy's largest root is an upper bound, its p a lower bound."
TEXTS = {
    "en": {"term": "{term}: Pillai's trace, {test}.", "open": "Not significant: {terms}; {not_evidence}."},
    "de": {"term": "{term}: Pillai-Spur, {test}.", "open": "Nicht signifikant: {terms}; {not_evidence}."},
}


def manova(
    data: ScoredData | pd.DataFrame,
    outcomes: Sequence[str],
    *,
    between: str | Sequence[str],
    covariates: str | Sequence[str] = (),
    type: Literal[2, 3] = 3,
    adjust: str = "holm",
    conf_level: float = 0.95,
) -> Result:
    """Test the effects of factors between people on several outcomes at once, with one analysis for each outcome.

    Parameters
    ----------
    data : ScoredData or DataFrame
        The respondents; weights and imputed sets are refused.
    outcomes : sequence of str
        Two or more numbers.
    between, covariates, type
        As in ``anova``.
    adjust : str
        How p of the single outcomes is adjusted, effect by effect.
    conf_level : float
        Level of all intervals.

    Returns
    -------
    Result
        For each effect ``manova_test`` by Pillai, Wilks, Hotelling–Lawley and Roy (``level``).
        ``more["follow_ups"]`` holds F, p, adjusted p and partial η² of each outcome, ``more["groups"]`` its marginal
        means.

    Raises
    ------
    AnalysisError
        What ``anova`` refuses; ``dependent_outcomes`` where an outcome follows from the others.

    Notes
    -----
    With H and E the products of the effect and of the residuals, all four are functions of the eigenvalues of E⁻¹H.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> group = pd.Categorical(["a"] * 10 + ["b"] * 10)
    >>> data = pd.DataFrame({"x": rng.normal(size=20), "y": rng.normal(size=20), "group": group})
    >>> int(manova(data, ["x", "y"], between="group").pick("manova_test", level="Wilks")["df1"])
    2
    """
    check_conf_level(conf_level)
    check_adjustment(adjust)
    if type not in (2, 3):
        raise AnalysisError(Problem("unknown_choice", f"type cannot be {type}", key="type", hint="2 or 3"))
    names = variable_names(outcomes, at_least=2)
    between = [between] if isinstance(between, str) else list(between)
    covariates = [covariates] if isinstance(covariates, str) else list(covariates)
    if not between and not covariates:
        raise AnalysisError(Problem("no_factor", "an effect is needed", key="between", hint="between = […]"))
    design = anova_design(data, names, between, {}, covariates, "outcomes")
    fit = design.fit
    scale = np.sqrt(np.diag(fit.error))
    if fit.df_error < len(names) or not (scale > 0).all() or _dependent(fit.error / np.outer(scale, scale)):
        message = "an outcome follows from the others, has no variance in the cells, or people are too few"
        hint = "leave an outcome out: scores of one scale's parts and their total depend on each other"
        raise AnalysisError(Problem("dependent_outcomes", message, hint=hint))
    rows = Rows()
    cells_of(rows, design)
    for term in fit.terms:
        if not term.factors:
            continue
        for one in multivariate_tests(hypothesis(fit, term, type), fit.error, len(term.columns), fit.df_error):
            rows.add(
                "manova_test", term=TIMES.join(term.factors), level=one.name, n=design.n, estimate=one.value,
                statistic=one.f, statistic_name="F", df1=one.df1, df2=one.df2, p_value=one.p_value,
                method="F bound" if one.name == "Roy" else "F approximation", cells=["all used"],
            )  # fmt: skip
    labels = {**design.titles, **{one.name: one.title for one in design.factors}}
    title = "Multivariate analysis of variance"
    shared = {"analysis": "manova", "n_used": design.n, "n_dropped": design.n_dropped, "labels": labels}
    return Result.from_rows(
        rows,
        title=title,
        method=f"Multivariate analysis of variance (effect coding, type {'I' * type})",
        settings={"outcomes": names, "between": between, "covariates": covariates, "type": type, "adjust": adjust,
                  "conf_level": conf_level},
        notes=(NOTE_ROY,),
        references=(REFERENCE, *((ADJUSTMENT_REFERENCES[adjust],) if adjust in ADJUSTMENT_REFERENCES else ())),
        more={
            "follow_ups": _follow_ups(design, names, type, adjust, conf_level, shared),
            **({"groups": _means(design, names, conf_level, shared)} if between else {}),
        },
        wording=ManovaWords(labels),
        layout=Layout(
            rows=("term", "level"),
            show=(Show("manova_test", "estimate", "Value"), Show("manova_test", "statistic", "F"),
                  Show("manova_test", "p")),
            row_head="Effect",
        ),
        plot="group_means",
        **shared,
    )  # fmt: skip


def _dependent(correlations: np.ndarray[Any, np.dtype[np.float64]]) -> bool:
    return bool(np.linalg.eigvalsh(correlations)[0] < 1e-10)


def _alone(design: AnovaDesign, place: int, name: str) -> AnovaDesign:
    y = design.y[:, [place]]
    return replace(design, y=y, fit=linear_fit(design.fit.x, y, design.fit.terms), outcome=name)


def _follow_ups(
    design: AnovaDesign, names: Sequence[str], type_: int, adjust: str, conf_level: float, shared: Mapping[str, Any]
) -> Result:
    """Return the analysis of variance of each outcome alone."""
    found: dict[str, list[tuple[str, AnovaEffect]]] = {}
    for place, name in enumerate(names):
        for one in anova_effects(_alone(design, place, name), type_, "none"):
            found.setdefault(one.term, []).append((name, one))
    rows = Rows()
    for term, effects in found.items():
        adjusted = adjusted_p_values(np.array([one.p_value for _, one in effects]), adjust)
        for (name, one), p in zip(effects, adjusted, strict=True):
            keys: dict[str, Any] = {"outcome": name, "term": term, "n": design.n}
            rows.add(
                "anova_effect", estimate=one.f, statistic=one.f, statistic_name="F", df1=one.df1, df2=one.df2,
                p_value=one.p_value, p_adjusted=float(p), method="F test",
                warning="" if math.isfinite(one.f) else "no residual variance", **keys,
            )  # fmt: skip
            size = eta_squared(one.f, one.df1, one.df2, conf_level)
            rows.add("partial_eta_squared", **keys, **size_fields(size, conf_level))
    return Result.from_rows(
        rows,
        title="Each outcome alone",
        method=f"analyses of variance; p adjusted over {len(names)} outcomes: {ADJUSTMENT_TITLES[adjust]}",
        layout=Layout(
            rows=("term", "outcome"),
            show=(Show("anova_effect", "statistic", "F"), Show("anova_effect", "p"), Show("anova_effect", "p_adjusted"),
                  Show("partial_eta_squared"), Show("partial_eta_squared", "interval")),
            row_head="Effect",
        ),
        **shared,
    )  # fmt: skip


def _means(design: AnovaDesign, names: Sequence[str], conf_level: float, shared: Mapping[str, Any]) -> Result:
    rows = Rows()
    cells_of(rows, design)
    for place, name in enumerate(names):
        alone = _alone(design, place, name)
        for factor in design.between:
            for one in marginal_means(alone, [factor.name]):
                low, high = one.interval(conf_level)
                rows.add(
                    "mean", outcome=name, term=factor.name, group=one.name, n=one.n, estimate=one.estimate,
                    std_error=one.std_error, conf_low=low, conf_high=high, conf_level=conf_level,
                    method="estimated marginal mean, t interval", cells=[cell_name(design, one.levels)],
                )  # fmt: skip
    return Result.from_rows(
        rows,
        title="Estimated marginal means of each outcome",
        method="estimated marginal means (equal weights of cells, covariates at their mean), t intervals",
        layout=Layout(
            rows=("outcome", "group"), show=(Show("mean"), Show("mean", "interval"), Show("mean", "n")),
            row_head="Outcome",
        ),
        **shared,
    )  # fmt: skip


@dataclass(frozen=True)
class ManovaWords:
    """One sentence for each effect."""

    labels: Mapping[str, str]

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentences of a table that may have passed the gate."""
        check_language(language)
        text = TEXTS[language]
        found, open_ = [], []
        for _, row in table.loc[(table["level"] == "Pillai") & (table["suppressed"] == "")].iterrows():
            term = TIMES.join(self.labels.get(part, part) for part in str(row["term"]).split(TIMES))
            found.append(text["term"].format(term=term, test=printed_test(row)))
            if row["p_value"] >= ALPHA:
                open_.append(term)
        if open_:
            terms = listed(open_, language)
            found.append(text["open"].format(terms=terms, not_evidence=NOT_EVIDENCE[language]))
        return tuple(found)
