"""Cross-lagged models, with and without random intercepts, against lavaan."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from osa_survey import cross_lagged

SEARCHED = 1e-6
"""lavaan's search ends at a relative change of 1e-10 of the discrepancy, ours at a step of 1e-7 standard errors."""
NUMBERS: dict[str, Any] = json.loads(Path(__file__).with_name("panels.json").read_text(encoding="utf-8"))
CASES: dict[str, tuple[int, dict[str, bool]]] = {
    "two": (2, {}),
    "three": (3, {}),
    "equal": (4, {"equal": True}),
    "random": (3, {"random_intercepts": True}),
    "random_four": (4, {"random_intercepts": True}),
    "random_equal": (4, {"random_intercepts": True, "equal": True}),
}


@pytest.mark.parametrize("case", CASES)
def test_lavaan(case: str) -> None:
    waves, options = CASES[case]
    expected = NUMBERS[case]
    names = [[f"x{t}", f"y{t}"] for t in range(1, waves + 1)]
    found = cross_lagged(pd.DataFrame(NUMBERS["data"]), names, **options)
    for outcome, term, b, error, beta in zip(
        *(expected[key] for key in ("outcome", "term", "est", "se", "beta")), strict=True
    ):
        row = found.pick("b", outcome=outcome, term=term)
        assert row["estimate"] == pytest.approx(b, abs=SEARCHED)
        assert row["std_error"] == pytest.approx(error, abs=SEARCHED)
        assert found.pick("beta", outcome=outcome, term=term)["estimate"] == pytest.approx(beta, abs=SEARCHED)
    fit = found.more["fit"]
    chi, df, cfi, rmsea, srmr = expected["fit"]
    assert fit.pick("fit_chi_squared")["estimate"] == pytest.approx(chi, abs=SEARCHED)
    assert fit.pick("fit_chi_squared")["df1"] == df
    for name, value in (("cfi", cfi), ("rmsea", rmsea), ("srmr", srmr)):
        assert fit.pick(name)["estimate"] == pytest.approx(value, abs=SEARCHED)
