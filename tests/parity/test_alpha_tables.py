"""Every table of psych's alpha, and of what psych and lavaan say beside omega: closed forms of our own numbers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtr, ndtri
from scipy.stats import trim_mean

from osa_survey.analysis.moments import skewness
from osa_survey.psychometrics import item_moments
from osa_survey.psychometrics.coefficients import alpha_errors_without, duhachek_interval
from osa_survey.psychometrics.confirmatory import fit_factor_model, fit_measures
from osa_survey.psychometrics.exploratory.adequacy import squared_multiple_correlations
from osa_survey.psychometrics.item_statistics import Missing, correlations, statistics_of
from osa_survey.psychometrics.one_factor import one_factor
from osa_survey.scoring import scale_scores

Golden = Callable[[str], dict[str, Any]]

PSYCH = 1e-10
"""Closed forms."""
PSYCH_LEVEL = float(2 * ndtr(1.96) - 1)
"""psych takes 1.96 for the quantile of a 95 % interval."""
ROUNDED = 1e-5
"""R's mad takes 1.4826 for the normal quantile."""
INVERSES = 1e-8
"""r.cor and G6, which take squared multiple correlations, as the golden numbers say."""
LAVAAN = 1e-5
"""Fit indices at lavaan's optimum."""
REVERSED = ("A1", "C4", "C5", "E1", "E2", "O2", "O5")
SCALES = {"agree": "A", "consc": "C", "extra": "E", "neuro": "N", "open": "O"}
CASES: dict[str, tuple[str, Missing]] = {
    **{f"{scale}_alpha_{how}": (scale, how) for scale in SCALES for how in ("pairwise", "listwise")},
    "agree_alpha_unkeyed": ("unkeyed", "pairwise"),
    "agree_alpha_checkkeys": ("agree", "pairwise"),
    "agree_alpha_cumulative_boot_none": ("agree", "listwise"),
    "scs_odd_alpha": ("scs", "listwise"),
    "scs_odd_alpha_pairwise": ("scs", "pairwise"),
}


@pytest.fixture(scope="module")
def scales(golden_folder: Path) -> dict[str, np.ndarray]:
    data = pd.read_csv(golden_folder / "reliability" / "bfi.csv")
    found = {"unkeyed": data[[f"A{n}" for n in range(1, 6)]].to_numpy(dtype=float)}
    for name in REVERSED:
        data[name] = 7 - data[name]
    for scale, letter in SCALES.items():
        found[scale] = data[[f"{letter}{n}" for n in range(1, 6)]].to_numpy(dtype=float)
    scs = pd.read_csv(golden_folder / "scs" / "scs_data.csv").iloc[::2][[f"Q{n}" for n in range(1, 11)]]
    found["scs"] = scs.where(scs != 0).to_numpy(dtype=float)
    return found


def pairs(R: np.ndarray) -> np.ndarray:
    return R[np.triu_indices(len(R), 1)]


def lambda6(R: np.ndarray) -> float:
    return float(1.0 - (1.0 - squared_multiple_correlations(R)).sum() / R.sum())


@pytest.mark.parametrize("name", CASES)
def test_tables_of_alpha(name: str, scales: dict[str, np.ndarray], load_golden: Golden) -> None:
    scale, missing = CASES[name]
    value = load_golden("scs" if scale == "scs" else "reliability")[name]["value"]

    def total(key: str) -> float:
        return float(np.ravel(value["total"][key])[0])

    moments = item_moments(scales[scale], missing)
    C, found = moments.covariance, statistics_of(moments)
    R = correlations(C)
    assert total("raw_alpha") == pytest.approx(found.alpha, rel=PSYCH)
    assert total("std.alpha") == pytest.approx(found.alpha_standardised, rel=PSYCH)
    assert total("average_r") == pytest.approx(found.mean_inter_item_r, rel=PSYCH)
    assert total("S/N") == pytest.approx(found.alpha_standardised / (1 - found.alpha_standardised), rel=PSYCH)
    assert total("median_r") == pytest.approx(np.median(pairs(R)), rel=PSYCH)
    assert total("G6(smc)") == pytest.approx(lambda6(R), rel=INVERSES)
    kind: Literal["sum", "mean"] = "sum" if "cumulative" in name else "mean"
    people = scales[scale] if missing == "pairwise" else scales[scale][~np.isnan(scales[scale]).any(axis=1)]
    scores = scale_scores(people, kind, 1).score
    assert total("mean") == pytest.approx(np.nanmean(scores), rel=PSYCH)
    assert total("sd") == pytest.approx(np.nanstd(scores, ddof=1), rel=PSYCH)
    # psych counts those who answered nothing among the respondents of pairwise covariances; ours are left out
    rows = len(scales[scale]) if missing == "pairwise" else moments.n_respondents
    found_error = duhachek_interval(C, rows, PSYCH_LEVEL)
    assert total("ase") == pytest.approx(found_error.std_error, rel=PSYCH)
    if "alpha_drop" not in value:
        return
    if "scores_first10" in value:
        np.testing.assert_allclose(scores[:10], np.array(value["scores_first10"], dtype=float), rtol=PSYCH)
    if "duhachek_95" in value:
        bounds = value["duhachek_95"]["lower"], value["duhachek_95"]["upper"]
        assert (found_error.conf_low, found_error.conf_high) == pytest.approx(bounds, rel=PSYCH)
    dropped = value["alpha_drop"]
    assert dropped["alpha se"] == pytest.approx(alpha_errors_without(C, rows), rel=PSYCH)
    for item in range(len(C)):
        rest = np.delete(np.arange(len(C)), item)
        r = R[np.ix_(rest, rest)]
        average = pairs(r).mean()
        standardised = len(rest) * average / (1 + (len(rest) - 1) * average)
        assert dropped["raw_alpha"][item] == pytest.approx(found.alpha_if_dropped[item], rel=PSYCH)
        assert dropped["average_r"][item] == pytest.approx(average, rel=PSYCH)
        assert dropped["std.alpha"][item] == pytest.approx(standardised, rel=PSYCH)
        assert dropped["S/N"][item] == pytest.approx(standardised / (1 - standardised), rel=PSYCH)
        assert dropped["med.r"][item] == pytest.approx(np.median(pairs(r)), rel=PSYCH)
        assert dropped["var.r"][item] == pytest.approx(pairs(r).var(ddof=1), rel=PSYCH)
        assert dropped["G6(smc)"][item] == pytest.approx(lambda6(r), rel=INVERSES)
    items = value["item_stats"]
    assert np.array(items["n"]) == pytest.approx(moments.n)
    assert items["mean"] == pytest.approx(moments.mean, rel=PSYCH)
    assert items["sd"] == pytest.approx(found.sd, rel=PSYCH)
    assert items["r.drop"] == pytest.approx(found.item_rest, rel=PSYCH)
    reduced = R.copy()
    np.fill_diagonal(reduced, squared_multiple_correlations(R))
    assert items["r.cor"] == pytest.approx(reduced.sum(axis=1) / np.sqrt(reduced.sum()), rel=INVERSES)
    assert items["std.r"] == pytest.approx(R.sum(axis=1) / np.sqrt(R.sum()), rel=PSYCH)
    mean = pd.Series(scale_scores(people, "mean", 1).score)
    assert items["raw.r"] == pytest.approx(pd.DataFrame(people).corrwith(mean).to_numpy(), rel=PSYCH)
    assert value["feldt"]["lower"] < found.alpha < value["feldt"]["upper"]
    k = len(C)
    if "r_bar" in value["feldt"]:
        mean_r = np.ravel(value["feldt"]["r_bar"]["raw_alpha"])[0]
        assert mean_r == pytest.approx(found.alpha / (k - (k - 1) * found.alpha), rel=PSYCH)
    if "nvar" in value:
        assert value["nvar"] == len(C)
        assert value["feldt"]["alpha"] == pytest.approx(found.alpha, rel=PSYCH)


@pytest.mark.parametrize("scale", SCALES)
def test_what_stands_beside_omega(scale: str, scales: dict[str, np.ndarray], load_golden: Golden) -> None:
    golden = load_golden("reliability")
    moments = item_moments(scales[scale])
    found, R = statistics_of(moments), correlations(moments.covariance)
    halves = golden[f"{scale}_splithalf_guttman"]["value"]
    assert halves["alpha"] == pytest.approx(found.alpha_standardised, rel=PSYCH)
    assert halves["lambda6"] == pytest.approx(lambda6(R), rel=INVERSES)
    assert halves["av_r"] == pytest.approx(found.mean_inter_item_r, rel=PSYCH)
    assert halves["med_r"] == pytest.approx(np.median(pairs(R)), rel=PSYCH)
    for factors in (1, 3):
        value = golden[f"{scale}_omega_psych_{factors}f"]["value"]
        assert value["alpha"] == pytest.approx(found.alpha_standardised, rel=PSYCH)
        assert value["G6"] == pytest.approx(lambda6(R), rel=INVERSES)
        assert value["omega_lim"] == pytest.approx(value["omega_h"] / value["omega_tot"], rel=PSYCH)
    value = golden[f"{scale}_lavaan_omega_ml_listwise"]["value"]
    model = one_factor(moments.covariance, moments.n_respondents)
    sample = moments.covariance * (model.n - 1) / model.n
    assert value["omega_observed_var"] == pytest.approx(model.loadings.sum() ** 2 / sample.sum(), rel=LAVAAN)
    names = [f"i{n}" for n in range(1, 6)]
    fit = fit_factor_model(scales[scale], names, "f =~ " + " + ".join(names))
    measures = fit_measures(fit)
    assert value["fit"]["logl"] == pytest.approx(fit.log_likelihood, rel=LAVAAN)
    assert value["fit"]["cfi"] == pytest.approx(measures.cfi, rel=LAVAAN)
    assert value["fit"]["tli"] == pytest.approx(measures.tli, rel=LAVAAN)
    assert value["fit"]["rmsea"] == pytest.approx(measures.rmsea.value, rel=LAVAAN)
    assert value["fit"]["srmr"] == pytest.approx(measures.srmr, rel=LAVAAN)


def test_scores_of_the_sexual_compulsivity_scale(scales: dict[str, np.ndarray], load_golden: Golden) -> None:
    golden = load_golden("scs")
    values = scales["scs"]
    complete = ~np.isnan(values).any(axis=1)
    people = golden["scs_odd_n"]["value"]
    assert (people["rows"], people["complete"]) == (len(values), complete.sum())
    assert people["rows_with_missing"] == (~complete).sum()
    score = scale_scores(values, "sum", 10).score
    score = score[np.isfinite(score)]
    expected = golden["scs_odd_describe_sum"]["value"]
    numbers = [np.ravel(expected[key])[0] for key in ("n", "mean", "sd", "median", "min", "max", "range", "se")]
    spread = score.std(ddof=1)
    own = [len(score), score.mean(), spread, np.median(score), score.min(), score.max(), np.ptp(score)]
    assert numbers == pytest.approx([*own, spread / np.sqrt(len(score))], rel=PSYCH)
    n, centred = len(score), score - score.mean()
    shape = [np.ravel(expected[key])[0] for key in ("skew", "kurtosis", "mad", "trimmed")]
    type_two = skewness(score) * (n - 2) / np.sqrt(n * (n - 1))
    type_three = type_two * ((n - 1) / n) ** 1.5  # psych's
    middle = np.median(np.abs(score - np.median(score))) / ndtri(0.75)
    fourth = (centred**4).mean() / spread**4 - 3
    assert shape == pytest.approx([type_three, fourth, middle, trim_mean(score, 0.1)], rel=ROUNDED)
    means = scale_scores(values, "mean", 8).score
    means = means[np.isfinite(means)]
    expected = golden["scs_odd_score80_mean"]["value"]
    assert (expected["n"], expected["mean"], expected["sd"]) == pytest.approx(
        (len(means), means.mean(), means.std(ddof=1)), rel=PSYCH
    )
