"""GFI with gaps: lavaan 0.6-14 holds the model to pairwise moments, ours to those of the saturated model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from osa_survey.psychometrics.confirmatory import fit_factor_model
from osa_survey.psychometrics.confirmatory.further_measures import goodness
from osa_survey.psychometrics.confirmatory.samples import GroupSample
from tests.parity.model_comparisons import INDEX
from tests.parity.test_factor_models import ACN, HS, OM, SCS_ITEMS, SCS_ONE, X

THREE = OM + "\nconsc =~ C1 + C2 + C3 + C4 + C5"
CASES = {
    "hsmiss_fiml": ("cfa", "hs1939_missing.csv", X, HS, "ML"),
    "hsmiss_mlr_fiml": ("cfa", "hs1939_missing.csv", X, HS, "MLR"),
    "bfi_acn_ml_missing_fiml_6": ("cfa", "bfi_acn.csv", ACN, THREE, "ML"),
    "scs_odd_cfa1_fiml": ("scs", "scs_data.csv", SCS_ITEMS, SCS_ONE, "ML"),
}


def pairwise_moments(sample: GroupSample) -> GroupSample:
    """Return the sample with means of all answers and pairwise covariances, divisor n."""
    frame = pd.DataFrame(sample.answers)
    covariance = frame.cov().to_numpy() * (sample.n - 1) / sample.n
    return replace(sample, means=frame.mean().to_numpy(), covariance=covariance)


@pytest.mark.parametrize("name", CASES)
def test_goodness_of_fit_with_gaps(
    name: str, golden_folder: Path, load_golden: Callable[[str], dict[str, Any]]
) -> None:
    topic, file, items, syntax, estimator = CASES[name]
    frame = pd.read_csv(golden_folder / topic / file)
    if topic == "scs":
        frame = frame.iloc[::2][items].replace(0, np.nan)
    fit = fit_factor_model(frame[items].to_numpy(dtype=float), items, syntax, estimator=estimator, missing="fiml")  # type: ignore[arg-type]
    expected = load_golden(topic)[name]["value"]["fit"]
    gfi = goodness(replace(fit, samples=tuple(pairwise_moments(sample) for sample in fit.samples)))
    assert gfi == pytest.approx(expected["gfi"], abs=INDEX)
    k, df = len(items) * (len(items) + 3) / 2, expected["df"]
    assert 1 - (1 - gfi) * k / df == pytest.approx(expected["agfi"], abs=INDEX)
    assert gfi * df / k == pytest.approx(expected["pgfi"], abs=INDEX)
