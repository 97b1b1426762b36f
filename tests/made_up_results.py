"""Made-up results of every kind, for tests of figures and reports. Numbers are invented."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from osa_survey import formatting
from osa_survey.analysis.equivalence.equivalence_bounds import declared_bounds
from osa_survey.analysis.equivalence.equivalence_rows import Compared, equivalence_result
from osa_survey.analysis.proportion_intervals import wilson
from osa_survey.results import Layout, Result, Rows, Show

SMALL_GROUP = 3
CANARY = 47.1234567  # the mean of the small group: must never be seen
CANARY_TEXTS = ("47.12", "47.1", "4712345")
DOI = "https://doi.org/10.1234/made.up"


@dataclass(frozen=True)
class MeanSentences:
    """One sentence for each group, from the table only."""

    name: str

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        told = []
        for _, row in table.loc[table["quantity"] == "mean"].iterrows():
            shown = "not shown" if row["suppressed"] else f"M = {formatting.decimal(row['estimate'])}"
            told.append(f"{self.name}, {row['group']}: {shown}.")
        return tuple(told)


def flow_result() -> Result:
    rows = Rows()
    rows.cell("records", 0)
    steps = [
        ("records", "records in the file", 3242),
        ("age_impossible", "excluded: age impossible (over 99, negative or not a whole number)", 3),
        ("speeder", "excluded: faster than a third of the median time, as preregistered", 28),
        ("analysed", "adults analysed", 3211),
    ]
    for level, term, n in steps:
        rows.add("count", level=level, term=term, estimate=n, cells=["records"])
    return Result.from_rows(
        rows,
        title="Flow of respondents from the file to the analysis",
        analysis="flow",
        method="records are excluded in order",
        n_used=3211,
        notes=("The flow counts records that are not analysed",),
        layout=Layout(rows=("term",), show=(Show("count", "estimate", "n"),), row_head="Step"),
        plot="flow_diagram",
    )


def groups_result(small: int = SMALL_GROUP) -> Result:
    groups = {"man": (2122, 23.5151, 7.64), "woman": (965, 23.6964, 8.14), "another gender": (small, CANARY, 9.9)}
    rows = Rows()
    rows.cell("all", 2122 + 965 + small)
    for name, (n, mean, sd) in groups.items():
        rows.cell(name, n)
        error = sd / n**0.5
        rows.add(
            "mean", outcome="scs_total", group=name, n=n, estimate=mean, std_error=error,
            conf_low=mean - 1.96 * error, conf_high=mean + 1.96 * error, conf_level=0.95, cells=[name],
        )  # fmt: skip
        rows.add("sd", outcome="scs_total", group=name, n=n, estimate=sd, cells=[name])
    rows.total("all", list(groups))
    return Result.from_rows(
        rows,
        title="Compulsivity by gender: means and standard deviations",
        analysis="compare_groups",
        method="means with t intervals",
        n_used=3087 + small,
        labels={"scs_total": "Sexual Compulsivity Scale, total"},
        layout=Layout(
            rows=("group",),
            show=(Show("mean", "n"), Show("mean"), Show("mean", "interval"), Show("sd")),
            row_head="Gender",
        ),
        wording=MeanSentences("Compulsivity"),
    )


def comparison_result(small: int = SMALL_GROUP) -> Result:
    rows = Rows()
    rows.add(
        "hedges_g", outcome="scs_total", contrast="man − woman", n=3087, estimate=-0.0232, conf_low=-0.0993,
        conf_high=0.0529, conf_level=0.95, statistic=-0.586, statistic_name="t", df1=1778.3, p_value=0.558,
        method="Hedges g, noncentral t interval",
    )  # fmt: skip
    rows.add(
        "rank_biserial", outcome="scs_total", contrast="man − woman", n=3087, estimate=-0.0012, conf_low=-0.0446,
        conf_high=0.0422, conf_level=0.95, p_value=0.958, method="rank-biserial",
        warning="many ties: the p value is approximate",
    )  # fmt: skip
    return Result.from_rows(
        rows,
        title="Compulsivity by gender: tests and effect sizes",
        analysis="compare_groups",
        method="Welch's t test",
        n_used=3087,
        references=(f"Zeta, A. (2001). Made-up effect sizes. {DOI}", "Alpha, B. (1999). Another source."),
        labels={"scs_total": "Sexual Compulsivity Scale, total"},
        layout=Layout(
            rows=("contrast",),
            show=(
                Show("hedges_g"), Show("hedges_g", "interval"), Show("hedges_g", "statistic"), Show("hedges_g", "p"),
                Show("rank_biserial"), Show("rank_biserial", "interval"),
            ),
            row_head="Comparison",
        ),
        more={"groups": groups_result(small)},
        plot="group_means",
    )  # fmt: skip


def describe_result() -> Result:
    rows = Rows()
    numbers = {"age": (3211, 30.9, 11.2, 27, 22, 38, 18, 61), "scs_total": (3111, 23.56, 7.8, 23, 18, 29, 11, 37)}
    for name, (n, mean, sd, median, q1, q3, low, high) in numbers.items():
        rows.cell(name, n)
        for quantity, value in (("mean", mean), ("sd", sd), ("median", median)):
            rows.add(quantity, outcome=name, n=n, estimate=value, cells=[name])
        for level, value in (("0.05", low), ("0.25", q1), ("0.75", q3), ("0.95", high)):
            rows.add("quantile", outcome=name, level=level, n=n, estimate=value, cells=[name])
    genders = {"man": 2122, "woman": 965, "another gender, or prefers to describe it in own words": 124}
    for name, people in genders.items():
        rows.cell(f"gender|{name}", people)
        share = people / 3211
        rows.add("proportion", outcome="gender", level=name, n=people, estimate=share, cells=[f"gender|{name}"])
        rows.add("count", outcome="gender", level=name, n=3211, estimate=people, cells=[f"gender|{name}"])
    return Result.from_rows(
        rows,
        title="Sample",
        analysis="describe",
        method="descriptive statistics, quantiles of type 7",
        n_used=3211,
        labels={"age": "Age in years", "scs_total": "Sexual Compulsivity Scale, total", "gender": "Gender"},
        layout=Layout(
            rows=("outcome", "level"),
            show=(Show("count"), Show("proportion"), Show("mean"), Show("sd"), Show("median")),
            row_head="Variable",
        ),
        plot="summary_boxes",
    )


def items_result() -> Result:
    rows = Rows()
    rows.add("alpha", outcome="scs_total", n=3111, estimate=0.8959, conf_low=0.8902, conf_high=0.9014, conf_level=0.95)
    tags = ("appetite gets in the way", "desires disrupt life", "fails commitments", "struggles to control thoughts")
    for position, value in enumerate((0.61, -0.12, 0.71, 0.64)):
        rows.add("item_rest", outcome="scs_total", term=f"scs_{position + 1:02d}", n=3111, estimate=value)
    return Result.from_rows(
        rows,
        title="Reliability of the Sexual Compulsivity Scale",
        analysis="reliability",
        method="Cronbach's alpha with Feldt interval",
        n_used=3111,
        labels={"scs_total": "SCS total", **{f"scs_{k + 1:02d}": tag for k, tag in enumerate(tags)}},
        layout=Layout(
            rows=("outcome", "term"),
            show=(Show("alpha"), Show("alpha", "interval"), Show("item_rest")),
            row_head="Item",
        ),
        plot="item_rest_bars",
    )


def prevalence_result(small: int = SMALL_GROUP) -> Result:
    rows = Rows()
    activities = {
        "information": "looked for sexual information",
        "sexting": "sent or received sexts",
        "cybersex": "had live sexual contact online",
    }
    people = {"man": 700, "woman": 780, "another gender": small}
    shares = {"information": (0.71, 0.62), "sexting": (0.44, 0.39), "cybersex": (0.21, 0.09)}
    for activity, pair in shares.items():
        for group, share in zip(people, (*pair, 2 / 3), strict=True):
            n = people[group]
            yes = round(share * n)
            cells = [f"{activity}|{group}|yes", f"{activity}|{group}|no"]
            rows.cell(cells[0], yes)
            rows.cell(cells[1], n - yes)
            rows.add(
                "proportion", outcome=activity, group=group, n=n, estimate=yes / n, conf_low=max(0, yes / n - 0.04),
                conf_high=min(1, yes / n + 0.04), conf_level=0.95, cells=cells,
            )  # fmt: skip
        rows.add("chi_squared", outcome=activity, n=1480, estimate=12.3, statistic=12.3, statistic_name="χ²", df1=2,
                 p_value=0.0021)  # fmt: skip
    return Result.from_rows(
        rows,
        title="Online sexual activities by gender (base: all who were asked)",
        analysis="prevalence",
        method="Wilson intervals",
        n_used=1480 + small,
        labels=activities,
        layout=Layout(
            rows=("outcome",), across="group",
            show=(Show("proportion", "n"), Show("proportion"), Show("proportion", "interval"),
                  Show("chi_squared", "statistic"), Show("chi_squared", "p")),
            row_head="Activity",
        ),
        plot="prevalence_bars",
    )  # fmt: skip


def paired_result() -> Result:
    rows = Rows()
    for term, pairs in {"information": (3.1, 1.4), "sexting": (3.4, 2.0)}.items():
        for level, mean in zip(("positive", "negative"), pairs, strict=True):
            rows.add("mean", term=term, level=level, n=640, estimate=mean, conf_low=mean - 0.1, conf_high=mean + 0.1,
                     conf_level=0.95)  # fmt: skip
        rows.add("d_z", term=term, n=640, estimate=0.92, conf_low=0.82, conf_high=1.02, conf_level=0.95)
    return Result.from_rows(
        rows,
        title="Positive and negative outcomes",
        analysis="paired",
        method="paired differences",
        n_used=640,
        layout=Layout(rows=("term",), across="level", show=(Show("mean"), Show("mean", "interval"), Show("d_z"))),
        plot="paired_means",
    )


def crosstab_result() -> Result:
    rows = Rows()
    table = {"heterosexual": (400, 300), "bisexual": (40, 60), "homosexual": (30, 2)}
    for group, counts in table.items():
        for level, people in zip(("yes", "no"), counts, strict=True):
            cell = f"{group}|{level}"
            rows.cell(cell, people)
            rows.add(
                "row_proportion", group=group, level=level, n=sum(counts), estimate=people / sum(counts), cells=[cell]
            )
            rows.add("count", group=group, level=level, n=sum(counts), estimate=people, cells=[cell])
        rows.cell(group, sum(counts))
        rows.total(group, [f"{group}|yes", f"{group}|no"])
    return Result.from_rows(
        rows,
        title="Sexting by sexual orientation",
        analysis="crosstab",
        method="chi-squared test",
        n_used=832,
        layout=Layout(
            rows=("group",), across="level", show=(Show("count"), Show("row_proportion")), row_head="Orientation"
        ),
        plot="stacked_bars",
    )


def correlations_result() -> Result:
    rows = Rows()
    names = ["age", "scs_total", "swls_total", "rses_total"]
    values = {(1, 0): 0.0104, (2, 0): 0.12, (3, 0): 0.08, (2, 1): -0.31, (3, 1): -0.44, (3, 2): 0.58}
    for (i, j), value in values.items():
        rows.add("r", outcome=names[i], term=names[j], n=3000, estimate=value, conf_low=value - 0.03,
                 conf_high=value + 0.03, conf_level=0.95, p_value=0.0001)  # fmt: skip
    return Result.from_rows(
        rows,
        title="Correlations",
        analysis="correlate",
        method="Pearson correlations",
        n_used=3000,
        labels={
            "age": "Age in years", "scs_total": "Sexual Compulsivity Scale, total",
            "swls_total": "Satisfaction with life", "rses_total": "Self-esteem",
        },
        layout=Layout(rows=("outcome",), across="term", show=(Show("r"),), row_head="Variable"),
        plot="correlation_heatmap",
    )  # fmt: skip


def regression_result() -> Result:
    rows = Rows()
    terms = {
        "(Intercept)": (0.2, 0.15, 0.27), "age": (0.98, 0.96, 0.999), "gender[woman]": (1.42, 1.10, 1.83),
        "scs_total": (1.06, 1.02, 1.10), "relationship[single]": (0.91, 0.70, 1.18),
    }  # fmt: skip
    for block in ("Block 1", "Block 2"):
        for term, (ratio, low, high) in terms.items():
            if block == "Block 1" and term in ("scs_total", "relationship[single]"):
                continue
            rows.add("odds_ratio", outcome="sexting", term=term, level=block, n=1400, estimate=ratio, conf_low=low,
                     conf_high=high, conf_level=0.95, p_value=0.03)  # fmt: skip
    return Result.from_rows(
        rows,
        title="Predictors of sexting",
        analysis="regress",
        method="logistic regression",
        n_used=1400,
        labels={
            "age": "Age in years", "gender[woman]": "Gender: woman", "scs_total": "Sexual Compulsivity Scale, total",
            "relationship[single]": "Relationship: single",
        },
        layout=Layout(
            rows=("level", "term"), show=(Show("odds_ratio"), Show("odds_ratio", "interval"), Show("odds_ratio", "p")),
            row_head="Predictor",
        ),
        plot="coefficients",
    )  # fmt: skip


def slopes_result() -> Result:
    rows, line = Rows(), Rows()
    for name, value, slope in (("mean − 1 SD", 20, 0.5), ("mean", 30, 0.3), ("mean + 1 SD", 40, 0.1)):
        rows.add("simple_slope", outcome="scs_total", term="loneliness", contrast=name, level=str(value), n=1400,
                 estimate=slope, std_error=0.1, conf_low=slope - 0.2, conf_high=slope + 0.2, conf_level=0.95,
                 statistic=slope / 0.1, statistic_name="t", df1=1395, p_value=0.02)  # fmt: skip
    rows.add("johnson_neyman", outcome="scs_total", term="loneliness", contrast="differs from zero below",
             level="inside the observed range", n=1400, estimate=35.0, conf_level=0.95)  # fmt: skip
    for value in range(18, 51, 4):
        slope = 0.9 - 0.02 * value
        line.add("simple_slope", outcome="scs_total", term="loneliness", level=str(value), n=1400, estimate=slope,
                 conf_low=slope - 0.2, conf_high=slope + 0.2, conf_level=0.95)  # fmt: skip
    fields: dict[str, Any] = {
        "analysis": "simple_slopes", "method": "least squares", "n_used": 1400,
        "settings": {"predictor": "loneliness", "moderator": "age"},
        "labels": {"age": "Age in years", "loneliness": "Loneliness", "scs_total": "Sexual Compulsivity Scale, total"},
    }  # fmt: skip
    show = (Show("simple_slope"), Show("simple_slope", "interval"))
    return Result.from_rows(
        rows,
        title="Simple slopes of loneliness by age for compulsivity",
        layout=Layout(rows=("term", "contrast", "level"), show=(*show, Show("johnson_neyman")), row_head="Predictor"),
        more={
            "line": Result.from_rows(
                line, title="Slope of loneliness over age", layout=Layout(rows=("term", "level"), show=show), **fields
            )
        },
        plot="slope_lines",
        **fields,
    )


def screen_result() -> Result:
    rows = Rows()
    rows.cell("all", 3239)
    checks = {
        "identical_records": ("", 71),
        "floor_line": ("scs", 53),
        "ceiling_line": ("scs", 68),
        "constant_line": ("scs", 4),
    }
    for check, (block, people) in checks.items():
        rows.cell(check, people)
        rows.cell(f"{check}|rest", 3239 - people)
        rows.total("all", [check, f"{check}|rest"])
        rows.add("count", outcome=block, level=check, n=3239, estimate=people, cells=[check])
        rows.add("proportion", outcome=block, level=check, n=3239, estimate=people / 3239, cells=[check])
    return Result.from_rows(
        rows,
        title="Data quality: respondents flagged by each check",
        analysis="screen",
        method="checks",
        n_used=3239,
        labels={
            "identical_records": "identical to an earlier record in every answer",
            "floor_line": "all items at the lowest option (floor)",
            "ceiling_line": "all items at the highest option (ceiling)",
            "constant_line": "all items alike, neither lowest nor highest",
            "scs": "SCS", "": "whole record",
        },
        layout=Layout(
            rows=("outcome", "level"), show=(Show("count"), Show("proportion", "estimate", "%")), row_head="Check"
        ),
        plot="flag_bars",
    )  # fmt: skip


def missing_result() -> Result:
    rows = Rows()
    counts = {
        "age": {"answered": 3239}, "gender": {"answered": 3226, "not_answered": 13},
        "scs": {"answered": 31900, "not_answered": 189, "broke_off": 301},
    }  # fmt: skip
    for name, levels in counts.items():
        total = sum(levels.values())
        for level, people in levels.items():
            rows.cell(f"{name}|{level}", people)
            rows.add("missing", outcome=name, level=level, n=total, estimate=people, cells=[f"{name}|{level}"])
    return Result.from_rows(
        rows,
        title="Missing answers by reason",
        analysis="missingness",
        method="gaps are typed by the codebook",
        n_used=3239,
        labels={
            "scs": "SCS (all items)",
            "not_answered": "not answered",
            "broke_off": "broke off",
            "age": "Age in years",
        },
        layout=Layout(
            rows=("outcome",), across="level", show=(Show("missing", "estimate", "n"),), row_head="Variable or block"
        ),
        plot="missing_bars",
    )


def patterns_result() -> Result:
    rows = Rows()
    counts = {"everything answered": 3000, "not answered: SCS": 200, "refused: Age": 36, "refused: SCS": 3}
    rows.cell("all", sum(counts.values()))
    for level, people in counts.items():
        rows.cell(level, people)
        rows.add("count", level=level, n=3239, estimate=people, cells=[level])
        rows.add("proportion", level=level, n=3239, estimate=people / 3239, cells=[level])
    rows.total("all", counts)
    return Result.from_rows(
        rows,
        title="Patterns of missing answers by reason",
        analysis="missing_patterns",
        method="respondents with the same gaps",
        n_used=3239,
        layout=Layout(rows=("level",), show=(Show("count"), Show("proportion", "estimate", "%")), row_head="Missing"),
        plot="pattern_bars",
    )


def missing_map_result() -> Result:
    """Four groups of people with the same gaps; the last is hidden by the gate, and with it the next smallest."""
    rows = Rows()
    sizes = {"1": 2800, "2": 200, "3": 136, "4": 100, "5": SMALL_GROUP}
    rows.cell("all", sum(sizes.values()))
    for group, people in sizes.items():
        rows.cell(group, people)
        rows.add(
            "count", outcome="everybody in the group", group=f"group {group}", n=3239, estimate=people, cells=[group]
        )
    rows.total("all", sizes)
    gaps = {("scs", "not_answered"): "2", ("age", "refused"): "34", ("gender", "refused"): "5",
            ("scs", "broke_off"): "34", ("activity", "broke_off"): "3"}  # fmt: skip
    for (name, reason), groups in gaps.items():
        for group in groups:
            rows.add(
                "count",
                outcome=name,
                level=reason,
                group=f"group {group}",
                n=3239,
                estimate=sizes[group],
                cells=[group],
            )
    return Result.from_rows(
        rows,
        title="Which answers are missing together",
        analysis="missing_patterns",
        method="respondents of each pattern",
        n_used=3239,
        labels={
            "age": "Age in years", "scs": "SCS", "gender": "Gender",
            "not_answered": "not answered", "broke_off": "broke off",
        },
        layout=Layout(
            rows=("outcome", "level"), across="group", show=(Show("count", "estimate", "n"),), row_head="Missing"
        ),
        plot="missing_map",
    )  # fmt: skip


def scree_result() -> Result:
    rows = Rows()
    rows.cell("complete", 300)
    for level, observed, random in (("1", 3.1, 1.3), ("2", 1.2, 1.1), ("3", 0.7, 1.0)):
        common = {"outcome": "scs", "level": level, "group": "components", "n": 300, "cells": ["complete"]}
        rows.add("eigenvalue", estimate=observed, **common)
        rows.add("random_eigenvalue", estimate=random, **common)
    return Result.from_rows(
        rows, title="Eigenvalues", analysis="dimensionality", method="parallel analysis", n_used=300,
        layout=Layout(rows=("level",), show=(Show("eigenvalue"), Show("random_eigenvalue"))), plot="lines",
    )  # fmt: skip


def loadings_result() -> Result:
    rows = Rows()
    rows.cell("complete", 300)
    for term, first, second in (("scs_01", 0.71, 0.02), ("scs_02", 0.64, -0.11), ("scs_03", 0.05, 0.58)):
        for level, value in (("F1", first), ("F2", second)):
            rows.add("loading", term=term, level=level, n=300, estimate=value, cells=["complete"])
    return Result.from_rows(
        rows, title="Loadings", analysis="efa", method="minimum residuals, oblimin", n_used=300,
        layout=Layout(rows=("term",), show=(Show("loading"),), across="level"), plot="loading_heatmap",
    )  # fmt: skip


def target_result() -> Result:
    rows = Rows()
    shares = {"man": (0.65, 0.5, 0.49), "woman": (0.35, 0.5, 0.51)}
    for level, (unweighted, weighted, target) in shares.items():
        people = round(400 * unweighted)
        rows.cell(level, people)
        where = {"outcome": "gender", "level": level, "n": 400}
        rows.add("count", estimate=people, cells=[level], **where)
        rows.add("unweighted_proportion", estimate=unweighted, cells=[level], **where)
        rows.add("weighted_proportion", estimate=weighted, conf_low=weighted - 0.05, conf_high=weighted + 0.05,
                 conf_level=0.95, cells=[level], **where)  # fmt: skip
        rows.add("target_proportion", outcome="gender", level=level, estimate=target)
        rows.add("target_difference", estimate=weighted - target, cells=[level], **where)
    return Result.from_rows(
        rows,
        title="Sample and target population",
        analysis="compare_with_target",
        method="shares beside the target population",
        n_used=400,
        labels={"gender": "Gender"},
        layout=Layout(
            rows=("outcome", "level"),
            show=(Show("count"), Show("unweighted_proportion"), Show("weighted_proportion"), Show("target_proportion"),
                  Show("target_difference")),
            row_head="Variable",
        ),
        plot="target_dots",
    )  # fmt: skip


def traces_result() -> Result:
    rows = Rows()
    for name, people in {"age": 36, "scs_01": 12, "gender": SMALL_GROUP}.items():
        rows.cell(name, people)
        for quantity, size in (("imputed_mean", 30.0), ("imputed_sd", 9.0)):
            for chain in range(1, 4):
                for iteration in range(1, 6):
                    value = size + chain / 10 + iteration / 7
                    rows.add(quantity, outcome=name, group=f"chain {chain}", level=str(iteration), n=people,
                             estimate=value, cells=[name])  # fmt: skip
    return Result.from_rows(
        rows,
        title="Traces of the chains",
        analysis="convergence",
        method="mean and standard deviation of the imputed values after each iteration",
        n_used=3239,
        labels={"age": "Age in years", "scs_01": "SCS: appetite gets in the way", "gender": "Gender"},
        layout=Layout(
            rows=("outcome", "level"), across="group", show=(Show("imputed_mean"), Show("imputed_sd")),
            row_head="Iteration",
        ),
        plot="trace_lines",
    )  # fmt: skip


def shifts_result() -> Result:
    rows = Rows()
    rows.cell("answered", 40)
    for shift in (-2, -1, 0, 1, 2):
        mean = 5.5 + 0.4 * shift
        rows.add("mean", outcome="age", level=str(shift), n=40, estimate=mean, conf_low=mean - 1, conf_high=mean + 1,
                 conf_level=0.95, cells=["answered"])  # fmt: skip
        rows.add("fmi", outcome="age", level=str(shift), n=40, estimate=0.2, cells=["answered"])
    rows.add("tipping_delta", outcome="age", contrast="below 0", n=40, estimate=-1.25, cells=["answered"])
    return Result.from_rows(
        rows,
        title="If all imputed answers to Age in years were shifted",
        analysis="delta_sensitivity",
        method="delta-adjusted multiple imputation",
        n_used=40,
        labels={"age": "Age in years"},
        layout=Layout(rows=("level",), show=(Show("mean"), Show("mean", "interval"), Show("fmi")), row_head="Shift"),
        plot="shift_line",
    )


def any_outcome_result() -> Result:
    rows = Rows()
    shares = {"information": (0.9, 0.45), "sexting": (0.8, 0.6), "cybersex": (2 / 3, 1 / 3)}
    people = {"information": 600, "sexting": 300, "cybersex": SMALL_GROUP}
    for outcome, pair in shares.items():
        n = people[outcome]
        for group, share in zip(("positive", "negative"), pair, strict=True):
            some = round(share * n)
            cells = [f"{outcome}|{group}|any", f"{outcome}|{group}|none"]
            rows.cell(cells[0], some)
            rows.cell(cells[1], n - some)
            rows.add("proportion", outcome=outcome, group=group, n=n, estimate=some / n,
                     conf_low=max(0, some / n - 0.04), conf_high=min(1, some / n + 0.04), conf_level=0.95,
                     cells=cells)  # fmt: skip
    return Result.from_rows(
        rows,
        title="Any positive and any negative outcome",
        analysis="paired",
        method="shares of those with both ratings",
        n_used=900 + SMALL_GROUP,
        labels={"information": "Sexual information", "cybersex": "had live sexual contact online"},
        layout=Layout(
            rows=("outcome",), across="group", show=(Show("proportion"), Show("proportion", "interval")),
            row_head="Pair",
        ),
        plot="diverging_bars",
    )  # fmt: skip


def options_result() -> Result:
    rows = Rows()
    people = {"man": 500, "woman": 400}
    chosen = {"phone": (420, 350), "computer": (300, 120), "console": (40, SMALL_GROUP)}
    for option, pair in chosen.items():
        for (group, n), some in zip(people.items(), pair, strict=True):
            cells = [f"{option}|{group}|yes", f"{option}|{group}|no"]
            rows.cell(cells[0], some)
            rows.cell(cells[1], n - some)
            share = some / n
            rows.add("case_proportion", outcome=option, group=group, n=n, estimate=share,
                     conf_low=max(0, share - 0.03), conf_high=min(1, share + 0.03), conf_level=0.95,
                     cells=cells)  # fmt: skip
    return Result.from_rows(
        rows,
        title="Devices by gender",
        analysis="multiple_responses",
        method="shares of those who chose any option",
        n_used=900,
        layout=Layout(
            rows=("outcome",), across="group", show=(Show("case_proportion"), Show("case_proportion", "interval")),
            row_head="Option",
        ),
        plot="option_bars",
    )  # fmt: skip


def crossed_result() -> Result:
    rows = Rows()
    ages = {"18–24": (120, 140), "25–34": (200, 180), "35 or over": (90, SMALL_GROUP)}
    shares = {"sexting": (0.5, 0.4), "cybersex": (0.2, 0.1)}
    for activity, pair in shares.items():
        for age, sizes in ages.items():
            for level, n, share in zip(("man", "woman"), sizes, pair, strict=True):
                yes = round(share * n)
                cells = [f"{activity}|{age}|{level}|yes", f"{activity}|{age}|{level}|no"]
                rows.cell(cells[0], yes)
                rows.cell(cells[1], n - yes)
                rows.add("proportion", outcome=activity, group=age, level=level, n=n, estimate=yes / n,
                         conf_low=max(0, yes / n - 0.05), conf_high=min(1, yes / n + 0.05), conf_level=0.95,
                         cells=cells)  # fmt: skip
    return Result.from_rows(
        rows,
        title="Prevalence by age and gender",
        analysis="prevalence",
        method="Wilson intervals",
        n_used=730 + SMALL_GROUP,
        labels={"cybersex": "had live sexual contact online"},
        layout=Layout(
            rows=("outcome", "group"), across="level", show=(Show("proportion"), Show("proportion", "interval")),
            row_head="Activity",
        ),
        plot="prevalence_lines",
    )  # fmt: skip


def factor_model_result() -> Result:
    rows, details = Rows(), Rows()
    for into in (rows, details):
        into.cell("all", 3111)
        into.cell("few", SMALL_GROUP)
    rows.add("cfi", outcome="scs", level="robust", n=3111, estimate=0.95, cells=["all"])
    tags = {"scs_01": 0.72, "scs_02": 0.81, "scs_03": -0.12}
    for group, cell in (("man", "all"), ("another gender", "few")):
        for item, value in tags.items():
            size = CANARY / 100 if cell == "few" else value
            people = 3111 if cell == "all" else SMALL_GROUP
            details.add(
                "loading", outcome="scs_total", term=item, group=group, n=people, estimate=size,
                conf_low=size - 0.05, conf_high=size + 0.05, conf_level=0.95, cells=[cell],
            )  # fmt: skip
    layout = Layout(rows=("term",), show=(Show("loading"),), across="group", row_head="Item")
    loadings = Result.from_rows(
        details, title="Loadings", analysis="cfa", method="standardised", n_used=3111, layout=layout
    )
    return Result.from_rows(
        rows, title="Factor model", analysis="cfa", method="confirmatory factor analysis", n_used=3111,
        layout=Layout(rows=("level",), show=(Show("cfi"),)), more={"loadings": loadings}, plot="loading_dots",
    )  # fmt: skip


def steps_result() -> Result:
    rows = Rows()
    rows.cell("man", 2122)
    for step, value in {"configural": 0.05, "metric": 0.048, "scalar": 0.071}.items():
        rows.add("rmsea", outcome="scs", term=step, n=2122, estimate=value, conf_low=value - 0.01,
                 conf_high=value + 0.01, conf_level=0.9, cells=["man"])  # fmt: skip
    return Result.from_rows(
        rows, title="Measurement invariance", analysis="invariance", method="ladder", n_used=2122,
        layout=Layout(rows=("term",), show=(Show("rmsea"),)), plot="step_dots",
    )  # fmt: skip


def aligned_result() -> Result:
    rows = Rows()
    for country, (people, value) in {"first": (300, 0.0), "second": (280, 0.4), "tiny": (SMALL_GROUP, CANARY)}.items():
        rows.cell(country, people)
        rows.add("factor_mean", outcome="scs", group=country, n=people, estimate=value, cells=[country])
    return Result.from_rows(
        rows, title="Aligned means", analysis="alignment", method="alignment", n_used=583,
        layout=Layout(rows=("group",), show=(Show("factor_mean"),)), plot="aligned_means",
    )  # fmt: skip


def pooled_result() -> Result:
    rows = Rows()
    groups = {"Aland": (400, 0.31, 0.4), "Borduria": (250, 0.44, 0.35), "Little": (SMALL_GROUP, CANARY / 100, 0.25)}
    rows.cell("all", 650 + SMALL_GROUP)
    for name, (n, share, weight) in groups.items():
        rows.cell(name, n)
        rows.add("proportion", outcome="sexting", group=name, n=n, estimate=share, conf_low=share - 0.06,
                 conf_high=share + 0.06, conf_level=0.95, cells=[name])  # fmt: skip
        rows.add("pooling_weight", outcome="sexting", group=name, n=n, estimate=weight, cells=[name])
    rows.total("all", list(groups))
    for level, half in (("", 0.05), ("prediction", 0.15)):
        rows.add("pooled_proportion", outcome="sexting", level=level, n=653, estimate=0.37, conf_low=0.37 - half,
                 conf_high=0.37 + half, conf_level=0.95, cells=["all"])  # fmt: skip
    return Result.from_rows(
        rows,
        title="Sexting by country, pooled with random effects",
        analysis="meta_analysis",
        method="random-effects model",
        n_used=653,
        labels={"sexting": "sexting"},
        layout=Layout(
            rows=("group",),
            show=(Show("proportion"), Show("proportion", "interval"), Show("pooling_weight")),
            row_head="Country",
        ),
        plot="study_forest",
    )


def reproduction_result() -> Result:
    rows = Rows()
    for name, group, published, found in (
        ("Any activity", "all", 0.68, 0.6812),
        ("Any activity", "women", 0.61, 0.598),
        ("Exchange of pictures", "all", 0.41, 0.4044),
    ):
        keys = {"outcome": name, "term": "proportion", "group": group}
        rows.add("published", **keys, level="as printed", n=1500, estimate=published)
        rows.add("reproduced", **keys, level="as printed", n=1500, estimate=found, conf_low=found - 0.02,
                 conf_high=found + 0.02)  # fmt: skip
    return Result.from_rows(
        rows, title="Published and reproduced", analysis="run_published", method="simulated answers", n_used=1500,
        settings={"figure": "proportion"}, plot="reproduction_dots",
        layout=Layout(rows=("outcome", "group"), show=(Show("published"), Show("reproduced"))),
    )  # fmt: skip


def power_curve_result() -> Result:
    """The power of two hypotheses at four sizes, of 500 simulated studies each; the first needs n = 240."""
    rows, needed = Rows(), Rows()
    for name, found in {"h1": (150, 310, 430, 485), "h2": (40, 70, 110, 170)}.items():
        for n, count in zip((60, 150, 250, 400), found, strict=True):
            low, high = wilson(count, 500, 0.95)
            rows.add("power", outcome=name, level=str(n), n=n, estimate=count / 500, conf_low=low, conf_high=high,
                     conf_level=0.95)  # fmt: skip
    needed.add("required_n", outcome="h1", term="as planned", estimate=240, conf_low=221, conf_high=262)
    needed.add("required_n", outcome="h2", term="as planned", conf_low=400, warning="not reached")
    common: dict[str, Any] = {
        "analysis": "power",
        "method": "made up",
        "n_used": 0,
        "labels": {"h1": "Men and women differ", "h2": "Age matters"},
        "settings": {"target": 0.8},
    }
    more = {"required": Result.from_rows(needed, title="Sample sizes", **common)}
    return Result.from_rows(rows, title="Power before fielding", plot="power_curve", more=more, **common)


def equivalence_made_up() -> Result:
    bounds = declared_bounds({"mean_difference": 0.5, "source": "made up"})
    units = {"mean_difference": 1.0}
    compared = [
        Compared("mean_difference", "scs_total", "", "man \u2212 woman", 900, 0.1, 0.1, 898, units, "t test",
                 cells=("all",), people={"all": 900.0}),
        Compared("mean_difference", "scs_total", "", "man \u2212 another gender", SMALL_GROUP, CANARY, 0.1, 40, units,
                 "t test", cells=("few",), people={"few": float(SMALL_GROUP)}),
    ]  # fmt: skip
    return equivalence_result(
        compared, bounds, "both", 0.05, title="Equivalence of means", used=900, dropped=0,
        labels={"scs_total": "Compulsivity"}, settings={},
    )  # fmt: skip


def every_result() -> dict[str, Result]:
    return {
        "flow": flow_result(), "describe": describe_result(), "screen": screen_result(),
        "missingness": missing_result(), "missing_patterns": patterns_result(),
        "missing_map": missing_map_result(),
        "reliability": items_result(), "compare_groups": comparison_result(), "prevalence": prevalence_result(),
        "paired": paired_result(), "crosstab": crosstab_result(), "correlate": correlations_result(),
        "any_outcome": any_outcome_result(), "multiple_responses": options_result(), "crossed": crossed_result(),
        "regress": regression_result(), "equivalence": equivalence_made_up(),
        "simple_slopes": slopes_result(), "compare_with_target": target_result(),
        "dimensionality": scree_result(), "efa": loadings_result(), "meta_analysis": pooled_result(),
    }  # fmt: skip


def paths_result() -> Result:
    """A serial mediation whose coefficients stand in a further table."""
    rows, paths = Rows(), Rows()
    edges = {("use", "closeness"): 0.4, ("use", "ease"): 0.2, ("closeness", "ease"): 0.3, ("use", "joy"): 0.05,
             ("closeness", "joy"): 0.25, ("ease", "joy"): 0.35}  # fmt: skip
    for (source, target), value in edges.items():
        paths.add("b", outcome=target, term=source, n=900, estimate=value, std_error=0.05, conf_low=value - 0.1,
                  conf_high=value + 0.1, conf_level=0.95)  # fmt: skip
    rows.add("indirect", term="use → closeness → joy", outcome="joy", n=900, estimate=0.1, conf_low=0.05,
             conf_high=0.16, conf_level=0.95)  # fmt: skip
    fields: dict[str, Any] = {
        "analysis": "mediate", "method": "least squares", "n_used": 900,
        "settings": {"x": "use", "mediators": ("closeness", "ease"), "y": "joy", "model": 6},
        "labels": {"use": "Online activity", "closeness": "Closeness", "ease": "Ease", "joy": "Joy"},
    }  # fmt: skip
    show = (Show("b"), Show("b", "interval"))
    return Result.from_rows(
        rows,
        title="Serial mediation",
        layout=Layout(rows=("term",), show=(Show("indirect"), Show("indirect", "interval"))),
        more={
            "paths": Result.from_rows(
                paths, title="Coefficients", layout=Layout(rows=("outcome", "term"), show=show), **fields
            )
        },
        plot="path_diagram",
        **fields,
    )


def dyads_result() -> Result:
    """Actor and partner coefficients of two predictors."""
    rows = Rows()
    for term, actor, partner in (("quality", 0.5, 0.2), ("stress", -0.3, 0.1)):
        for quantity, value in (("actor", actor), ("partner", partner)):
            rows.add(quantity, term=term, outcome="satisfaction", n=150, estimate=value, conf_low=value - 0.1,
                     conf_high=value + 0.1, conf_level=0.95)  # fmt: skip
    return Result.from_rows(
        rows,
        title="Actor and partner associations",
        analysis="apim",
        method="maximum likelihood",
        n_used=150,
        labels={"quality": "Relationship quality", "stress": "Stress", "satisfaction": "Satisfaction"},
        layout=Layout(rows=("term",), show=(Show("actor"), Show("partner"))),
        plot="dyad_dots",
    )


def attrition_result() -> Result:
    """Differences of people who did not return, on two variables."""
    rows = Rows()
    for outcome, value in (("age", -0.4), ("score", 0.1)):
        rows.add("hedges_g", outcome=outcome, contrast="did not return − returned", n=400, estimate=value,
                 conf_low=value - 0.2, conf_high=value + 0.2, conf_level=0.95)  # fmt: skip
    return Result.from_rows(
        rows,
        title="Attrition",
        analysis="attrition",
        method="Hedges' g",
        n_used=400,
        labels={"age": "Age in years", "score": "Score"},
        layout=Layout(rows=("outcome",), show=(Show("hedges_g"), Show("hedges_g", "interval"))),
        plot="attrition_dots",
    )


CHANGED = {"reliably lower": 0.1, "no reliable change": 0.65, "reliably higher": 0.25}


def change_result() -> Result:
    """Shares of people who changed reliably between two waves."""
    rows = Rows()
    rows.add("mean_difference", outcome="joy_1", contrast="joy_2 − joy_1", n=400, estimate=1.2)
    for level, share in CHANGED.items():
        rows.add("changed", outcome="joy_1", contrast="joy_2 − joy_1", level=level, n=400, estimate=share,
                 conf_low=share - 0.04, conf_high=share + 0.04, conf_level=0.95)  # fmt: skip
    return Result.from_rows(
        rows,
        title="Change of joy",
        analysis="change",
        method="paired t test of the mean change",
        n_used=400,
        labels={"joy_2 − joy_1": "Joy, later − Joy, first"},
        layout=Layout(rows=("contrast",), show=(Show("mean_difference"),)),
        plot="change_dots",
    )
