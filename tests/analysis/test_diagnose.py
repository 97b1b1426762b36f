"""Diagnoses hold the numbers of the array functions, which are tested against R, and show nobody."""

from __future__ import annotations

import numpy as np
import pytest

from osa_survey.analysis import diagnose, regress
from osa_survey.disclosure import JOURNAL
from osa_survey.errors import AnalysisError
from osa_survey.results import release
from tests.made_up_regressions import people

ROUNDING = 1e-9


def test_a_linear_diagnosis_counts_what_leaving_out_moves() -> None:
    data = people(200)
    data.loc[0, "score"] = 15.0
    result = diagnose(data, "score", ["x", "group"], in_order=True)
    checks = result.more["checks"]
    residual = data["score"] - result.engine.blocks[-1].matrices[0] @ result.engine.blocks[-1].fits[0].parameters[:-1]
    durbin = np.sum(np.diff(residual) ** 2) / np.sum(residual**2)
    assert checks.pick("durbin_watson")["estimate"] == pytest.approx(durbin, rel=ROUNDING)
    assert checks.pick("outlying")["estimate"] >= 1
    # the externally studentised residual is the t of a dummy for that person
    alone = data.assign(first=(data.index == 0).astype(float))
    t = regress(alone, "score", ["x", "group", "first"]).pick("b", term="first")["statistic"]
    assert checks.pick("studentised_maximum")["estimate"] == pytest.approx(abs(t), rel=ROUNDING)
    assert np.isnan(release(checks, JOURNAL).pick("outlying")["estimate"])
    bins = result.table
    assert bins["n"].sum() == 200
    assert float((bins["n"] * bins["estimate"]).sum()) == pytest.approx(0, abs=ROUNDING)


def test_other_models_have_their_own_checks() -> None:
    data = people(200)
    logistic = diagnose(data, "event", ["x"], model="logistic").more["checks"]
    assert logistic.table["quantity"].to_list() == ["hosmer_lemeshow"]
    data["events"] = np.random.default_rng(1).poisson(np.exp(0.5 + 0.2 * data["x"])).astype(float)
    counts = diagnose(data, "events", ["x"], model="poisson").more["checks"]
    assert 0.7 < counts.pick("pearson_dispersion")["estimate"] < 1.3
    with pytest.raises(AnalysisError, match="no diagnosis"):
        diagnose(data, "band", ["x"], model="ordinal_logit")  # type: ignore[arg-type]
