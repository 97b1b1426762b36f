"""Reliability and scale scores against psych 2.2.9 and lavaan 0.6.14; alpha's interval against pingouin's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from osa_survey import reliability
from osa_survey.psychometrics import feldt_interval, item_moments, item_statistics, omega, one_factor
from osa_survey.psychometrics.item_statistics import correlations
from osa_survey.psychometrics.one_factor import discrepancy
from osa_survey.scoring import scale_scores

PSYCH = 1e-10
"""Alpha, item-rest r and Feldt's interval are closed forms: the tolerance the golden numbers name."""
LAVAAN = 1e-6
"""Omega, chi-squared and standard errors: what lavaan's optimiser is good for, as the golden numbers say."""
LAVAAN_STOP = 2e-6
"""Single loadings, where lavaan stops short: our minimum of the same function is lower (tested below)."""
ROUNDED = 5e-4 + 1e-12
"""pingouin rounds its interval to three decimals."""

REVERSED = ("A1", "C4", "C5", "E1", "E2", "O2", "O5")
SCALES = {"agree": "A", "consc": "C", "extra": "E", "neuro": "N", "open": "O"}
LONG = {"agree": "agree", "consc": "conscientious", "extra": "extraversion", "neuro": "neuroticism", "open": "openness"}
Golden = Callable[[str], dict[str, Any]]


@pytest.fixture(scope="module")
def keyed(golden_folder: Path) -> dict[str, pd.DataFrame]:
    """The five scales of the data after keying, 1 to 6."""
    data = pd.read_csv(golden_folder / "reliability" / "bfi.csv")
    for name in REVERSED:
        data[name] = 7 - data[name]
    return {scale: data[[f"{letter}{n}" for n in range(1, 6)]] for scale, letter in SCALES.items()}


@pytest.mark.parametrize("missing", ["pairwise", "listwise"])
@pytest.mark.parametrize("scale", SCALES)
def test_alpha_and_items(scale: str, missing: str, keyed: dict[str, pd.DataFrame], load_golden: Golden) -> None:
    value = load_golden("reliability")[f"{scale}_alpha_{missing}"]["value"]
    result = reliability(keyed[scale], scale, missing=missing, draws=0)  # type: ignore[arg-type]
    alpha = result.pick("alpha")
    assert alpha["estimate"] == pytest.approx(value["total"]["raw_alpha"][0], rel=PSYCH)
    assert alpha["conf_low"] == pytest.approx(value["feldt"]["lower"], rel=PSYCH)
    assert alpha["conf_high"] == pytest.approx(value["feldt"]["upper"], rel=PSYCH)
    assert result.pick("alpha_standardised")["estimate"] == pytest.approx(value["total"]["std.alpha"][0], rel=PSYCH)
    assert result.pick("inter_item_r")["estimate"] == pytest.approx(value["total"]["average_r"][0], rel=PSYCH)
    table = result.more["items"].table
    for quantity, expected in (
        ("item_rest", value["item_stats"]["r.drop"]),
        ("mean", value["item_stats"]["mean"]),
        ("sd", value["item_stats"]["sd"]),
        ("alpha_if_dropped", value["alpha_drop"]["raw_alpha"]),
    ):
        found = table.loc[table["quantity"] == quantity]
        assert found["term"].tolist() == value["item_stats"]["_row"]
        assert found["estimate"].to_numpy() == pytest.approx(np.array(expected), rel=PSYCH), quantity
    assert table.loc[table["quantity"] == "mean", "n"].tolist() == value["item_stats"]["n"]


@pytest.mark.parametrize("scale", SCALES)
def test_omega_of_the_one_factor_model(scale: str, keyed: dict[str, pd.DataFrame], load_golden: Golden) -> None:
    value = load_golden("reliability")[f"{scale}_lavaan_omega_ml_listwise"]["value"]
    moments = item_moments(keyed[scale].to_numpy())
    model = one_factor(moments.covariance, moments.n_respondents)
    assert model.converged
    assert omega(model).estimate == pytest.approx(value["omega"], rel=LAVAAN)
    assert model.chi_squared == pytest.approx(value["fit"]["chisq"], rel=LAVAAN)
    assert (model.df, model.n) == (value["fit"]["df"], value["fit"]["ntotal"])
    assert np.sqrt(np.diag(model.parameter_covariance))[:5] == pytest.approx(np.array(value["loading_se"]), rel=LAVAAN)
    assert model.loadings == pytest.approx(np.array(value["loadings"]), rel=LAVAAN_STOP)
    assert model.residual_variances == pytest.approx(np.array(value["residual_var"]), rel=LAVAAN_STOP)
    sample = moments.covariance * (model.n - 1) / model.n
    ours = discrepancy(np.concatenate([model.loadings, model.residual_variances]), sample)
    assert ours <= discrepancy(np.array(value["loadings"] + value["residual_var"]), sample) + 1e-14
    assert reliability(keyed[scale], draws=0).pick("omega")["estimate"] == omega(model).estimate


@pytest.mark.parametrize(
    ("name", "alpha", "n", "k"), [("feldt_agree_n2800", 0.7, 2800, 5), ("feldt_small", 0.85, 20, 4)]
)
def test_feldt_interval(name: str, alpha: float, n: int, k: int, load_golden: Golden) -> None:
    value = load_golden("reliability")[name]["value"]
    assert feldt_interval(alpha, n, k) == pytest.approx((value["lower.ci"], value["upper.ci"]), rel=PSYCH)


def test_the_unkeyed_scale_has_the_lower_alpha(keyed: dict[str, pd.DataFrame], load_golden: Golden) -> None:
    value = load_golden("reliability")["agree_alpha_unkeyed"]["value"]
    unkeyed = keyed["agree"].assign(A1=7 - keyed["agree"]["A1"])
    found = item_statistics(unkeyed.to_numpy(), "pairwise")
    assert found.alpha == pytest.approx(value["total"]["raw_alpha"][0], rel=PSYCH)
    assert found.item_rest == pytest.approx(np.array(value["item_stats"]["r.drop"]), rel=PSYCH)


def test_v1_the_interval_counts_people_after_listwise_deletion() -> None:
    """Peer defect V1: pingouin's listwise interval counts respondents before those with gaps are left out."""
    pingouin = pytest.importorskip("pingouin")
    data = pingouin.read_dataset("cronbach_wide_missing")
    complete = data.dropna()
    assert (len(data), len(complete)) == (12, 9)
    ours = reliability(data.astype(float)).pick("alpha")
    assert ours["n"] == 9
    on_complete, (low, high) = pingouin.cronbach_alpha(data=complete)
    assert ours["estimate"] == pytest.approx(on_complete, rel=PSYCH)
    assert ours["conf_low"] == pytest.approx(low, abs=ROUNDED)
    assert ours["conf_high"] == pytest.approx(high, abs=ROUNDED)
    assert (round(ours["conf_low"], 3), round(ours["conf_high"], 3)) == (0.533, 0.947)


def test_alpha_against_pingouin_pairwise(keyed: dict[str, pd.DataFrame]) -> None:
    pingouin = pytest.importorskip("pingouin")
    for data in keyed.values():
        alpha, (low, high) = pingouin.cronbach_alpha(data=data)
        ours = reliability(data, missing="pairwise", draws=0).pick("alpha")
        assert ours["estimate"] == pytest.approx(alpha, rel=PSYCH)
        assert ours["conf_low"] == pytest.approx(low, abs=ROUNDED)
        assert ours["conf_high"] == pytest.approx(high, abs=ROUNDED)


def test_score80(keyed: dict[str, pd.DataFrame], golden_folder: Path, load_golden: Golden) -> None:
    reference = pd.read_csv(golden_folder / "reliability" / "bfi_scores_80pct.csv")
    summary = load_golden("reliability")["score80_summary"]["value"]
    expected = {
        name: (m, s, n) for name, m, s, n in zip(*(summary[c] for c in ("_row", "mean", "sd", "n")), strict=True)
    }
    for scale, items in keyed.items():
        values = items.to_numpy(dtype=float)
        mean = scale_scores(values, "mean", 4)
        prorated = scale_scores(values, "sum", 4)
        columns = {"mean": mean.score, "sum_prorated": prorated.score, "n_valid": mean.answered.astype(float)}
        for kind, found in columns.items():
            name = f"{scale}_{kind}"
            np.testing.assert_allclose(found, reference[name].to_numpy(dtype=float), rtol=PSYCH)
            m, s, n = expected[name]
            assert np.nanmean(found) == pytest.approx(m, rel=PSYCH)
            assert np.nanstd(found, ddof=1) == pytest.approx(s, rel=PSYCH)
            assert np.isfinite(found).sum() == n


def test_person_means_of_whatever_was_answered(keyed: dict[str, pd.DataFrame], load_golden: Golden) -> None:
    value = load_golden("reliability")["score_items_mean_impute_none"]["value"]
    scores = {LONG[scale]: scale_scores(items.to_numpy(dtype=float), "mean", 1).score for scale, items in keyed.items()}
    for name, found in scores.items():
        assert np.nanmean(found) == pytest.approx(value["means"][name], rel=PSYCH)
        assert np.nanstd(found, ddof=1) == pytest.approx(value["sds"][name], rel=PSYCH)
    names = value["first20"]["colnames"]
    first = np.column_stack([scores[name][:20] for name in names])
    np.testing.assert_allclose(first, np.array(value["first20"]["data"], dtype=float), rtol=PSYCH)
    # psych's `cor` beside them comes from pairwise item covariances, not from these scores; its alphas do too
    alphas = []
    for scale, items in keyed.items():
        alphas.append(item_statistics(items.to_numpy(dtype=float), "pairwise").alpha)
        assert alphas[-1] == pytest.approx(value["alpha"][LONG[scale]], rel=PSYCH)
    gaps = np.column_stack([5 - scale_scores(i.to_numpy(dtype=float), "mean", 1).answered[:20] for i in keyed.values()])
    assert gaps.tolist() == value["n_miss"]["data"]
    sums = np.kron(np.eye(5), np.ones((5, 1)))
    every = np.column_stack([items.to_numpy(dtype=float) for items in keyed.values()])
    R = correlations(sums.T @ item_moments(every, "pairwise").covariance @ sums)
    np.testing.assert_allclose(R, value["cor"]["data"], rtol=PSYCH)
    corrected = np.tril(R, -1) + np.triu(R / np.sqrt(np.outer(alphas, alphas)), 1) + np.diag(alphas)
    np.testing.assert_allclose(corrected, value["corrected"]["data"], rtol=PSYCH)


def test_odd_rows_of_the_sexual_compulsivity_scale(golden_folder: Path, load_golden: Golden) -> None:
    data = pd.read_csv(golden_folder / "scs" / "scs_data.csv").iloc[::2]
    data = data.where(data != 0)
    golden = load_golden("scs")
    listwise, pairwise = (reliability(data, "scs", missing=how, draws=0) for how in ("listwise", "pairwise"))
    assert listwise.n_used == golden["scs_odd_alpha"]["value"]["item_stats"]["n"][0]
    value = golden["scs_odd_alpha"]["value"]
    assert listwise.pick("alpha")["estimate"] == pytest.approx(value["total"]["raw_alpha"][0], rel=PSYCH)
    assert listwise.pick("alpha")["conf_low"] == pytest.approx(value["feldt"]["lower"], rel=PSYCH)
    expected = golden["scs_odd_alpha_pairwise"]["value"]["total"]
    assert pairwise.pick("alpha")["estimate"] == pytest.approx(expected["raw_alpha"][0], rel=PSYCH)
    assert pairwise.pick("alpha_standardised")["estimate"] == pytest.approx(expected["std.alpha"][0], rel=PSYCH)
    # semTools: rows alpha, omega (model-implied variance), omega2, omega3, avevar
    omegas = golden["scs_odd_omega_semtools"]["value"]["data"]
    assert listwise.pick("omega")["estimate"] == pytest.approx(omegas[1][0], rel=LAVAAN)
