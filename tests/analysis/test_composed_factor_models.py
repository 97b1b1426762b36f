"""The tables of factor models under weights and over completed sets, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from osa_survey import cfa, release
from osa_survey.disclosure import JOURNAL
from osa_survey.errors import AnalysisError
from tests.composed_answers import as_imputed_of, data
from tests.composition_page import COMBINATIONS

MODEL = "calm =~ c_01 + c_02 + c_03"
SAME = 1e-6
"""Relative: where two searches end."""


@pytest.mark.parametrize(("imputed", "word"), COMBINATIONS[1:])
def test_tables_pass_the_gate_and_say_what_is_known(imputed: bool, word: str) -> None:
    found = cfa(data("screened", imputed, word), MODEL, estimator="ML")
    plain = cfa(data("screened", False, ""), MODEL, estimator="ML")
    loadings = found.more["loadings"].table
    values = loadings.loc[loadings["quantity"] == "loading"]
    assert len(values) == 3
    assert (values["std_error"] > 0).all()
    assert (np.abs(values["estimate"] - 0.8) < 0.25).all()
    assert ("fmi" in set(loadings["quantity"])) == imputed
    assert found.pick("chi_squared")["df1"] == plain.pick("chi_squared", level="unscaled")["df1"] == 0
    for language in ("en", "de"):
        assert "SRMR" in found.sentences(language)[0]
    assert release(found, JOURNAL).more["loadings"].table["suppressed"].eq("").all()


def test_equal_sets_are_one_set() -> None:
    whole = data("screened", False, "")
    one = cfa(whole, MODEL, estimator="ML", missing="listwise").more["loadings"].table
    sets = cfa(as_imputed_of(whole), MODEL, estimator="ML").more["loadings"].table
    for quantity in ("loading", "loading_raw"):
        columns = ["estimate", "std_error", "conf_low", "p_value"]
        own, theirs = (table.loc[table["quantity"] == quantity, columns].to_numpy() for table in (sets, one))
        np.testing.assert_allclose(own, theirs, rtol=SAME)


@pytest.mark.parametrize(
    "options", [{"group": "gender"}, {"missing": "fiml"}, {"estimator": "WLSMV"}], ids=["group", "fiml", "wlsmv"]
)
def test_what_is_not_built_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(AnalysisError) as error:
        cfa(data("screened", True, "weights"), MODEL, **options)
    assert {problem.code for problem in error.value.problems} == {"does_not_compose"}
