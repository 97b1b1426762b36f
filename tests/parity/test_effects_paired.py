"""Intervals of a proportion and paired comparisons against R: prop.test, binom.test, t.test, effectsize."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from osa_survey.analysis import paired, prevalence

CLOSED_FORM = 1e-10
"""Relative: the same formula in double precision."""
NONCENTRAL = 1e-5
"""Absolute: effectsize finds the bounds with optim (README of the golden folder)."""

Golden = Callable[[str], dict[str, Any]]


@pytest.mark.parametrize(("interval", "key"), [("wilson", "wilson"), ("clopper_pearson", "exact")])
def test_intervals_of_a_proportion(interval: Any, key: str, load_golden: Golden) -> None:
    expected = load_golden("effects")["binom_ci"]["value"][key]
    answers = pd.Categorical(["yes"] * 37 + ["no"] * 203, categories=["no", "yes"])
    row = prevalence(pd.DataFrame({"a": answers}), "a", base="answered", interval=interval).pick("proportion")
    assert [row["conf_low"], row["conf_high"]] == pytest.approx(expected, rel=CLOSED_FORM)


def test_paired_t(golden_folder: Path, load_golden: Golden) -> None:
    expected = load_golden("effects")["sleep_t_paired"]["value"]
    result = paired(pd.read_csv(golden_folder / "effects" / "sleep_wide.csv"), first="t1", second="t2")
    row = result.pick("mean_difference")
    assert row["estimate"] == pytest.approx(expected["estimate"]["mean difference"], rel=CLOSED_FORM)
    assert row["statistic"] == pytest.approx(expected["statistic"]["t"], rel=CLOSED_FORM)
    assert row["df1"] == expected["parameter"]["df"]
    assert row["p_value"] == pytest.approx(expected["p"], rel=CLOSED_FORM)
    assert [row["conf_low"], row["conf_high"]] == pytest.approx(expected["ci"], rel=CLOSED_FORM)


def test_paired_d_z(golden_folder: Path, load_golden: Golden) -> None:
    expected = load_golden("effects")["sleep_d_z"]["value"]
    result = paired(pd.read_csv(golden_folder / "effects" / "sleep_wide.csv"), first="t1", second="t2")
    row = result.pick("d_z")
    assert row["estimate"] == pytest.approx(expected["Cohens_d"][0], rel=CLOSED_FORM)
    assert row["conf_low"] == pytest.approx(expected["CI_low"][0], abs=NONCENTRAL)
    assert row["conf_high"] == pytest.approx(expected["CI_high"][0], abs=NONCENTRAL)
