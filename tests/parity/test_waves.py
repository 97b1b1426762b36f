"""Invariance over waves and latent change against lavaan, the ladders through semTools."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import pytest

from osa_survey import latent_change, longitudinal_invariance
from osa_survey.results import Result

SEARCHED = 2e-5
"""lavaan's search ends at a relative change of 1e-10 of the discrepancy: its estimates are known to about 1e-5."""
SCALED = 2e-3
"""Scaled statistics multiply that error; the largest are near 40."""
NUMBERS: dict[str, Any] = json.loads(Path(__file__).with_name("waves.json").read_text(encoding="utf-8"))
SAMPLES = {"ML": "data", "MLR": "data", "FIML": "gaps", "WLSMV": "ordinal"}
WAVES = {"ML": 3, "MLR": 2, "FIML": 3, "WLSMV": 2}


def answers(sample: str) -> pd.DataFrame:
    """Return the made-up answers; nulls are gaps."""
    return pd.DataFrame(NUMBERS[sample]).astype(float)


def names(waves: int) -> list[list[str]]:
    return [[f"i{item}_{wave}" for item in range(1, 5)] for wave in range(1, waves + 1)]


@pytest.mark.parametrize("case", SAMPLES)
def test_ladders_of_semtools(case: str) -> None:
    estimator: Literal["ML", "MLR", "WLSMV"] = "ML" if case == "FIML" else case  # type: ignore[assignment]
    found = longitudinal_invariance(answers(SAMPLES[case]), names(WAVES[case]), estimator=estimator)
    expected = NUMBERS["ladders"][case]
    assert list(found.table.loc[found.table["quantity"] == "chi_squared", "term"]) == list(expected)
    for step, numbers in expected.items():
        row = found.pick("chi_squared", term=step)
        scaled = numbers["scaled"] is not None
        value = numbers["scaled"] if scaled else numbers["chisq"]
        assert row["estimate"] == pytest.approx(value, abs=SCALED if scaled else SEARCHED)
        assert row["df1"] == numbers["df"]
        if case == "ML":
            assert found.pick("cfi", term=step)["estimate"] == pytest.approx(numbers["cfi"], abs=SEARCHED)
            assert found.pick("srmr", term=step)["estimate"] == pytest.approx(numbers["srmr"], abs=SEARCHED)
        if "difference" in numbers:
            row = found.pick("chi_squared_difference", term=step)
            assert row["estimate"] == pytest.approx(numbers["difference"], abs=SCALED)
            assert row["df1"] == numbers["difference_df"]
    common = expected["intercepts" if case == "WLSMV" else "scalar"]
    latent = found.more["size"].table.loc[lambda table: table["quantity"] == "latent_difference"]
    assert latent["estimate"].tolist() == pytest.approx(listed(common["mean"]), abs=SEARCHED)
    assert latent["std_error"].tolist() == pytest.approx(listed(common["se"]), abs=SEARCHED)


CHANGES: dict[str, tuple[int, dict[str, Any]]] = {
    "items": (2, {"estimator": "ML"}),
    "items_three": (3, {"estimator": "ML"}),
    "items_fiml": (2, {"estimator": "MLR"}),
    "scores": (2, {"of": "scores", "estimator": "ML"}),
    "scores_fiml": (3, {"of": "scores", "estimator": "ML"}),
    "predicted": (2, {"of": "scores", "estimator": "ML", "predictors": ["p", "q"]}),
    "items_predicted": (2, {"estimator": "MLR", "predictors": ["p", "q"]}),
}


def fitted(case: str, waves: int, options: dict[str, Any]) -> Result:
    people = answers("gaps" if case.endswith("fiml") else "data")
    given: Any = [f"s{wave}" for wave in range(1, waves + 1)] if options.get("of") == "scores" else names(waves)
    return latent_change(people, given, **options)


@pytest.mark.parametrize("case", CHANGES)
def test_latent_changes_of_lavaan(case: str) -> None:
    waves, options = CHANGES[case]
    found, expected = fitted(case, waves, options), NUMBERS["changes"][case]
    by_change = dict(zip([f"D{wave}" for wave in range(2, waves + 1)], contrasts(found), strict=True))
    first = str(found.table["contrast"].iloc[0]).split(" − ")[1]
    for lhs, op, rhs, value, error in zip(*(expected[key] for key in ("lhs", "op", "rhs", "est", "se")), strict=True):
        contrast = by_change.get(lhs, first)
        if op == "~":
            row = found.more["predictors"].pick("b", contrast=contrast, term=rhs[0])
        else:
            row = found.pick("latent_change" if op == "~1" else "change_variance", contrast=contrast)
        assert row["estimate"] == pytest.approx(value, abs=SEARCHED)
        assert row["std_error"] == pytest.approx(error, abs=SEARCHED)
    for rhs, r in zip(listed(expected["r_rhs"]), listed(expected["r"]), strict=True):
        assert found.pick("change_r", contrast=by_change[rhs], term=first)["estimate"] == pytest.approx(r, abs=SEARCHED)
    check_fit(found, expected["fit"], scaled=options["estimator"] == "MLR")
    if "predictors" not in options:
        size = found.pick("latent_change_sd", contrast=by_change["D2"])["estimate"]
        assert size == pytest.approx(expected["est"][0] / expected["var"] ** 0.5, abs=SEARCHED)


@pytest.mark.parametrize("case", ["scores_constant", "scores_dual", "items_constant", "items_dual"])
def test_shaped_changes_of_lavaan(case: str) -> None:
    of, kind = case.split("_")
    found = fitted(case, 3, {"of": of, "kind": kind, "estimator": "MLR" if case == "items_dual" else "ML"})
    expected = NUMBERS["shaped"][case]
    rows = {"mean": ("latent_change", "constant part of change"), "variance": ("change_variance", ""),
            "b": ("proportional_change", "")}  # fmt: skip
    for name, (quantity, contrast) in rows.items():
        if not expected[name]:
            assert quantity not in set(found.table["quantity"])
            continue
        row = found.pick(quantity, **({"contrast": contrast} if contrast else {}))
        assert row["estimate"] == pytest.approx(expected[name][0], abs=SEARCHED)
        assert row["std_error"] == pytest.approx(expected[name][1], abs=SEARCHED)
    assert found.pick("change_r")["estimate"] == pytest.approx(expected["r"], abs=SEARCHED)
    check_fit(found, expected["fit"], scaled=False)


def test_latent_change_of_ordinal_items_is_that_of_the_ladder() -> None:
    """With equal thresholds, loadings and intercepts semTools' factor mean is the change in SD of the first level."""
    found = latent_change(answers("ordinal"), names(2))
    expected = NUMBERS["ladders"]["WLSMV"]["intercepts"]
    row = found.pick("latent_change_sd")
    assert row["estimate"] == pytest.approx(expected["mean"], abs=SEARCHED)
    assert row["std_error"] == pytest.approx(expected["se"], abs=SEARCHED)
    scaled = found.more["fit"].pick("chi_squared", level="scaled")
    assert scaled["estimate"] == pytest.approx(expected["scaled"], abs=SCALED)
    assert scaled["df1"] == expected["df"]


def contrasts(found: Result) -> list[str]:
    return list(found.table.loc[found.table["quantity"] == "latent_change", "contrast"])


def check_fit(found: Result, expected: list[float], *, scaled: bool) -> None:
    """Compare chi-squared with its df, and where nothing is scaled the indices."""
    chi, df, cfi, rmsea, srmr = expected
    fit = found.more["fit"]
    row = fit.pick("chi_squared", level="unscaled")
    assert row["estimate"] == pytest.approx(chi, abs=2 * SEARCHED)
    assert row["df1"] == df
    if df:
        for name, value in (("cfi", cfi), ("rmsea", rmsea)):
            assert fit.pick(name, level="unscaled")["estimate"] == pytest.approx(value, abs=SEARCHED)
        if not scaled:
            assert fit.pick("srmr")["estimate"] == pytest.approx(srmr, abs=SEARCHED)


def listed(value: Any) -> list[float]:
    return value if isinstance(value, list) else [value]


def test_the_script_names_what_it_was_run_with() -> None:
    assert all(re.match(r"\d+\.\d+", version) for version in NUMBERS["versions"].values())
