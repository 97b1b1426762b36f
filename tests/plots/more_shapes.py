"""Made-up results for the shapes some figures take with other analyses: profiles, curves, two halves, categories."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from osa_survey.results import Layout, Result, Rows, Show


def more_shapes() -> dict[str, Result]:
    """Return results by name."""
    return {
        "profiles": profiles(),
        "class_shares": class_shares(),
        "curves": information_curves(),
        "two_halves": correlations(5, ("man", "woman")),
        "twelve_correlations": correlations(12),
        "forty_correlations": correlations(42),
        "category_slopes": category_slopes(),
        "six_categories": six_categories(),
        "two_outcomes": two_outcomes(),
    }


def _result(rows: Rows, plot: str, analysis: str, **fields: Any) -> Result:
    layout = Layout(rows=("term",), show=(Show("count"),))
    return Result.from_rows(
        rows, title="Made up", analysis=analysis, method="made up", n_used=900, layout=layout, plot=plot, **fields
    )


def profiles() -> Result:
    """Means of four variables in three classes."""
    rows = Rows()
    names = {"age": "Age in years", "scs": "Sexual Compulsivity Scale, total", "swls": "Life", "rses": "Self-esteem"}
    for term, group in itertools.product(names, ("Class 1", "Class 2", "Class 3")):
        mean = len(term) + 2.0 * int(group[-1]) * (-1) ** len(term)
        rows.add("class_mean", term=term, group=group, n=300, estimate=mean)
    return _result(rows, "lines", "latent_profiles", labels=names)


def class_shares() -> Result:
    """Probabilities of each answer to three items in four classes."""
    rows = Rows()
    for item, (level, share), place in itertools.product(
        ("sexting", "chatting"), (("never", 0.5), ("sometimes", 0.3), ("often", 0.2)), range(1, 5)
    ):
        rows.add("class_probability", term=item, level=level, group=f"Class {place}", n=225,
                 estimate=share * place / 4)  # fmt: skip
    return _result(rows, "lines", "latent_classes")


def information_curves() -> Result:
    """Test information of three scales over 61 places of the trait."""
    rows = Rows()
    for group, middle in (("scs", -1.0), ("swls", 0.0), ("rses", 1.0)):
        for theta in np.linspace(-3, 3, 61):
            rows.add("information", group=group, level=f"{theta:.1f}", n=900,
                     estimate=4 * float(np.exp(-((theta - middle) ** 2))))  # fmt: skip
    return _result(rows, "lines", "graded_response")


def correlations(number: int, groups: tuple[str, ...] = ("",)) -> Result:
    """All correlations of some variables, in one half or, of two groups, in two."""
    rows = Rows()
    for group in groups:
        for one, other in itertools.combinations(range(number), 2):
            value = np.cos(one + 1.7 * other) * 0.9
            rows.add("r", outcome=f"variable {other + 1}", term=f"variable {one + 1}", group=group, n=900,
                     estimate=float(value))  # fmt: skip
    return _result(rows, "correlation_heatmap", "correlate")


def category_slopes() -> Result:
    """Slopes of one predictor in three groups."""
    rows = Rows()
    for level, slope in (("man", 0.3), ("woman", 0.1), ("another gender", -0.2)):
        rows.add("simple_slope", outcome="scs", term="loneliness", level=level, n=300, estimate=slope,
                 conf_low=slope - 0.2, conf_high=slope + 0.2, conf_level=0.95)  # fmt: skip
    return _result(rows, "slope_lines", "simple_slopes", settings={"predictor": "loneliness", "moderator": "gender"})


def six_categories() -> Result:
    """A cross table of six answers, as frequencies have."""
    rows = Rows()
    answers = ("never", "less than once a month", "once a month", "once a week", "several times a week", "every day")
    for group, level in itertools.product(("partnered", "single"), answers):
        rows.add("row_proportion", group=group, level=level, n=600, estimate=1 / 6)
    return _result(rows, "stacked_bars", "crosstab")


def two_outcomes() -> Result:
    """Odds ratios of two models beside each other."""
    rows = Rows()
    for outcome, term in itertools.product(("sexting", "cybersex"), ("age", "gender[woman]", "scs_total")):
        ratio = 1 + 0.1 * len(term) - 0.5 * (outcome == "sexting")
        rows.add("odds_ratio", outcome=outcome, term=term, n=900, estimate=ratio, conf_low=0.8 * ratio,
                 conf_high=1.25 * ratio, conf_level=0.95)  # fmt: skip
    return _result(rows, "coefficients", "regress")
