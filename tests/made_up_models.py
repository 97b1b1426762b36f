"""Made-up results of models and measurement: correlations, regressions, factors, couples, change, power."""

from __future__ import annotations

from typing import Any

from osa_survey.analysis.proportion_intervals import wilson
from osa_survey.results import Layout, Result, Rows, Show
from tests.made_up_words import CANARY, SMALL_GROUP


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
