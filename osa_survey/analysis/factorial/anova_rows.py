"""The tables of an analysis of variance: effects, sphericity, marginal means and their contrasts."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy import stats

from osa_survey.analysis.factorial.anova_effects import NO_VARIANCE, AnovaEffect, EffectShares
from osa_survey.analysis.factorial.anova_means import MarginalNumber
from osa_survey.analysis.factorial.anova_sentences import ContrastWords
from osa_survey.analysis.factorial.factors import Factorial
from osa_survey.analysis.multiplicity import ADJUSTMENT_TITLES, adjusted_p_values
from osa_survey.analysis.size_rows import size_fields
from osa_survey.analysis.variance_analyses import VarianceRatio
from osa_survey.results import Layout, Result, Rows, Show


def cells_of(rows: Rows, design: Factorial) -> None:
    """Name the people of every combination of levels between, and say how they add up."""
    names = [one.name for one in design.between]
    for size in range(1, len(names) + 1):
        for chosen in itertools.combinations(design.between, size):
            for places in itertools.product(*(range(len(one.levels)) for one in chosen)):
                levels = {one.name: place for one, place in zip(chosen, places, strict=True)}
                rows.cell(cell_name(design, tuple(levels.items())), design.who(levels))
    rows.cell("all used", design.who({}))
    for one in design.between:
        rows.total("all used", [cell_name(design, ((one.name, k),)) for k in range(len(one.levels))])
    for first, second in itertools.permutations(design.between, 2):
        for k in range(len(first.levels)):
            parts = [
                cell_name(
                    design, tuple(sorted(((first.name, k), (second.name, j)), key=lambda one: names.index(one[0])))
                )
                for j in range(len(second.levels))
            ]
            rows.total(cell_name(design, ((first.name, k),)), parts)


def cell_name(design: Factorial, levels: tuple[tuple[str, int], ...]) -> str:
    """Return the name of the cell of some levels; factors within people count everybody."""
    between = [f"{name}={design.factor(name).levels[k]}" for name, k in levels if not design.factor(name).within]
    return "|".join(between) or "all used"


def every_cell(design: Factorial) -> list[str]:
    """Return the names of all combinations of levels between, which each number of the model would give away.

    All numbers of one model share its residual variance: beside the means of the other combinations and the standard
    deviation of all people it gives the mean of one combination back.
    """
    places = itertools.product(*(range(len(one.levels)) for one in design.between))
    names = [one.name for one in design.between]
    return [cell_name(design, tuple(zip(names, levels, strict=True))) for levels in places]


def add_effects(
    rows: Rows, design: Factorial, effects: Sequence[AnovaEffect], shares: Sequence[EffectShares], conf_level: float
) -> None:
    """Add F, partial and generalised η² and ω² of each effect."""
    for one, share in zip(effects, shares, strict=True):
        keys: dict[str, Any] = {"outcome": design.outcome, "term": one.term, "n": design.n}
        keys["cells"] = every_cell(design)
        corrected = f", {one.correction} corrected" if one.correction else ""
        rows.add(
            "anova_effect", estimate=one.f, statistic=one.f, statistic_name="F", df1=one.epsilon * one.df1,
            df2=one.epsilon * one.df2, p_value=one.p_value, method=f"{one.method}{corrected}",
            warning="" if math.isfinite(one.f) else one.missing, **keys,
        )  # fmt: skip
        rows.add("partial_eta_squared", **keys, **size_fields(share.partial, conf_level))
        rows.add("generalised_eta_squared", **keys, **size_fields(share.generalised, conf_level))
        rows.add("omega_squared", **keys, **size_fields(share.omega, conf_level))


def sphericity_result(design: Factorial, effects: Sequence[AnovaEffect], shared: Mapping[str, Any]) -> Result:
    """Return Mauchly's test and both corrections of each effect within people; covariates share their error."""
    rows = Rows()
    cells_of(rows, design)
    for one in effects:
        found = one.sphericity
        if found is None or set(one.factors) - set(one.within):
            continue  # effects of one stratum share their error
        keys: dict[str, Any] = {"outcome": design.outcome, "term": one.term, "n": design.n}
        keys["cells"] = every_cell(design)
        warning = "" if math.isfinite(found.w) else "too few people for the test"
        rows.add(
            "mauchly", estimate=found.w, statistic=found.chi_squared, statistic_name="χ²", df1=found.df,
            p_value=found.p_value, method="Mauchly's test of sphericity", warning=warning, **keys,
        )  # fmt: skip
        rows.add("greenhouse_geisser", estimate=found.greenhouse_geisser, **keys)
        rows.add("huynh_feldt", estimate=found.huynh_feldt, method="with Lecoutre's correction, not above 1", **keys)
    return Result.from_rows(
        rows,
        title=f"{shared['title']}: sphericity",
        method="Mauchly's test; a p of .05 or more does not show sphericity",
        layout=Layout(
            rows=("term",),
            show=(Show("mauchly"), Show("mauchly", "statistic"), Show("mauchly", "p"), Show("greenhouse_geisser"),
                  Show("huynh_feldt")),
            row_head="Effect",
        ),
        **_common(shared),
    )  # fmt: skip


def _common(shared: Mapping[str, Any]) -> dict[str, Any]:
    return {key: shared[key] for key in ("analysis", "n_used", "n_dropped", "labels", "notes") if key in shared}


def means_result(
    design: Factorial, means: Sequence[MarginalNumber], conf_level: float, shared: Mapping[str, Any]
) -> Result:
    """Return estimated marginal means with t intervals."""
    rows, every = Rows(), every_cell(design)
    cells_of(rows, design)
    for one in means:
        low, high = one.interval(conf_level)
        rows.add(
            "mean", outcome=design.outcome, term=one.term, group=one.name, n=one.n, estimate=one.estimate,
            std_error=one.std_error, conf_low=low, conf_high=high, conf_level=conf_level,
            method="estimated marginal mean, t interval", cells=[cell_name(design, one.levels), *every],
        )  # fmt: skip
    return Result.from_rows(
        rows,
        title=f"{shared['title']}: estimated marginal means",
        method="estimated marginal means (equal weights of cells, covariates at their mean), t intervals"
        + shared.get("composition", ""),
        layout=Layout(
            rows=("term", "group"), show=(Show("mean"), Show("mean", "interval"), Show("mean", "n")), row_head="Levels"
        ),
        **_common(shared),
    )


def contrasts_result(
    design: Factorial,
    families: Sequence[Sequence[MarginalNumber]],
    adjust: str,
    conf_level: float,
    shared: Mapping[str, Any],
) -> Result:
    """Return contrasts of marginal means: ordinary and simultaneous intervals, p and adjusted p, family by family."""
    rows, every = Rows(), every_cell(design)
    cells_of(rows, design)
    for family in families:
        adjusted = adjusted_p_values(np.array([one.p_value for one in family]), adjust)
        level = 1 - (1 - conf_level) / len(family)
        for one, p in zip(family, adjusted, strict=True):
            low, high = one.interval(conf_level)
            levels = [pair for pair in one.levels if not design.factor(pair[0]).within]
            cells = [*(cell_name(design, (pair,)) for pair in levels), *every]
            keys: dict[str, Any] = {
                "outcome": design.outcome, "term": one.term, "contrast": one.name, "n": one.n, "cells": cells,
            }  # fmt: skip
            rows.add(
                "anova_contrast", estimate=one.estimate, std_error=one.std_error, conf_low=low, conf_high=high,
                conf_level=conf_level, statistic=one.t, statistic_name="t", df1=one.df, p_value=one.p_value,
                p_adjusted=float(p), method="contrast of marginal means", **keys,
            )  # fmt: skip
            if adjust != "none" and len(family) > 1:
                half = float(stats.t.ppf(0.5 + level / 2, one.df)) * one.std_error
                rows.add(
                    "simultaneous", estimate=one.estimate, conf_low=one.estimate - half, conf_high=one.estimate + half,
                    conf_level=conf_level, method="Bonferroni, simultaneous in its family", **keys,
                )  # fmt: skip
    show = [Show("anova_contrast"), Show("anova_contrast", "interval"), Show("anova_contrast", "statistic"),
            Show("anova_contrast", "p"), Show("anova_contrast", "p_adjusted")]  # fmt: skip
    if (rows.table["quantity"] == "simultaneous").any():
        show.append(Show("simultaneous", "interval", "Simultaneous CI"))
    sizes = ", ".join(str(len(family)) for family in families)
    return Result.from_rows(
        rows,
        title=f"{shared['title']}: contrasts of marginal means",
        method=f"t tests of contrasts; p adjusted in families of {sizes} contrasts: {ADJUSTMENT_TITLES[adjust]}"
        + shared.get("composition", ""),
        layout=Layout(rows=("term", "contrast"), show=tuple(show), row_head="Contrast"),
        wording=ContrastWords(dict(shared["labels"])),
        **_common(shared),
    )


def ranks_result(design: Factorial, effects: Sequence[AnovaEffect], shared: Mapping[str, Any]) -> Result:
    """Return the aligned rank transform of each effect."""
    rows = Rows()
    cells_of(rows, design)
    for one in effects:
        rows.add(
            "aligned_rank", outcome=design.outcome, term=one.term, n=design.n, estimate=one.f, statistic=one.f,
            statistic_name="F", df1=one.df1, df2=one.df2, p_value=one.p_value, method=f"{one.method} of aligned ranks",
            warning="" if math.isfinite(one.f) else NO_VARIANCE, cells=every_cell(design),
        )  # fmt: skip
    return Result.from_rows(
        rows,
        title=f"{shared['title']}: aligned rank transform",
        method="each effect tested on the ranks of responses aligned for it, no correction for sphericity",
        layout=Layout(
            rows=("term",), show=(Show("aligned_rank", "statistic"), Show("aligned_rank", "p")), row_head="Effect"
        ),
        **_common(shared),
    )


def welch_result(
    design: Factorial, found: VarianceRatio, shared: Mapping[str, Any], method: str = "Welch's test"
) -> Result:
    """Return Welch's test of one factor between people, or what stands for it over imputed sets."""
    rows = Rows()
    cells_of(rows, design)
    rows.add(
        "welch_anova", outcome=design.outcome, term=design.between[0].name, n=design.n, estimate=found.f,
        statistic=found.f, statistic_name="F", df1=found.df1, df2=found.df2, p_value=found.p_value,
        method=method, warning="" if math.isfinite(found.f) else NO_VARIANCE, cells=every_cell(design),
    )  # fmt: skip
    return Result.from_rows(
        rows,
        title=f"{shared['title']}: without equal variances",
        method="Welch's analysis of variance" if method == "Welch's test" else method,
        layout=Layout(
            rows=("term",), show=(Show("welch_anova", "statistic"), Show("welch_anova", "p")), row_head="Effect"
        ),
        **_common(shared),
    )
