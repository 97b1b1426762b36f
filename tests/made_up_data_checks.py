"""Made-up results on data before any question is asked: flow, flags, gaps, imputation, margins, people who left."""

from __future__ import annotations

from osa_survey.results import Layout, Result, Rows, Show
from tests.made_up_words import SMALL_GROUP


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
