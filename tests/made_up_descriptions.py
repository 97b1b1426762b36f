"""Made-up results that describe and compare: summaries, groups, prevalences, pairs, tables, options."""

from __future__ import annotations

from osa_survey.analysis.equivalence.equivalence_bounds import declared_bounds
from osa_survey.analysis.equivalence.equivalence_rows import Compared, equivalence_result
from osa_survey.results import Layout, Result, Rows, Show
from tests.made_up_words import CANARY, DOI, SMALL_GROUP, MeanSentences


def add_share(
    rows: Rows, quantity: str, some: int, n: int, margin: float, words: tuple[str, str] = ("yes", "no"), **keys: str
) -> None:
    """Add the share of some of n people, its interval, and the cells of those who did and those who did not."""
    cells = ["|".join((*keys.values(), word)) for word in words]
    for cell, people in zip(cells, (some, n - some), strict=True):
        rows.cell(cell, people)
    share = some / n
    rows.add(
        quantity, n=n, estimate=share, conf_low=max(0, share - margin), conf_high=min(1, share + margin),
        conf_level=0.95, cells=cells, **keys,
    )  # fmt: skip


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
            add_share(rows, "proportion", round(share * n), n, 0.04, outcome=activity, group=group)
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


def any_outcome_result() -> Result:
    rows = Rows()
    shares = {"information": (0.9, 0.45), "sexting": (0.8, 0.6), "cybersex": (2 / 3, 1 / 3)}
    people = {"information": 600, "sexting": 300, "cybersex": SMALL_GROUP}
    for outcome, pair in shares.items():
        n = people[outcome]
        for group, share in zip(("positive", "negative"), pair, strict=True):
            add_share(rows, "proportion", round(share * n), n, 0.04, ("any", "none"), outcome=outcome, group=group)
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
            add_share(rows, "case_proportion", some, n, 0.03, outcome=option, group=group)
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
                add_share(rows, "proportion", round(share * n), n, 0.05, outcome=activity, group=age, level=level)
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
