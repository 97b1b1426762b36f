"""Every reference number of the psychometric topics is read by a test beside this one, or named here with the reason.

The tests run once more in a process of its own that notes which numbers they take from the reference files.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.parity.golden_records import Recorded, check_coverage, numbers_of, read_by

TOPICS = ("reliability", "efa", "cfa", "cfa/ordinal_invariance", "careless", "scs")
TESTS = (
    "test_alpha_tables",
    "test_careless",
    "test_exploratory",
    "test_factor_models",
    "test_invariance",
    "test_polychorics",
    "test_reliability",
    "test_reliability_more",
)
NOT_PRINTED = "an index that no result prints"
SETTING = "a setting, not a result"
REPEATED = "stands under another name in the same entry"
SEARCH = "belongs to the search of the R function, not to its result"
CORRECTED = "psych adds half a respondent to empty cells; ours, lavaan and psych without correction do not"
PAIRWISE_SCORES = "psych takes it from pairwise item covariances, not from scores; ours are of scores"
ORTHOGONAL = "the same as the complete standardisation where every item is endogenous"
COUNTED_BEFORE = "lavaan counts parameters before equality constraints here; fit/npar and df are compared"

STEPS = ("configural", "thresholds", "loadings", "intercepts", "residuals")

UNREAD = {
    "*/alpha_drop/alpha se": "the Duhachek–Iacobucci error; the interval of alpha is Feldt's",
    "*/total/ase": "the Duhachek–Iacobucci error; the interval of alpha is Feldt's",
    "*/duhachek_95/*": "the Duhachek–Iacobucci interval; the interval of alpha is Feldt's",
    "*/feldt/r_bar/*": REPEATED,
    "reliability/feldt_*/value/alpha": SETTING,
    "reliability/feldt_*/value/r.bar": "the mean correlation that goes with the given alpha",
    "reliability/*_alpha_*/value/n": REPEATED,
    "reliability/*_alpha_pairwise/value/item_stats/raw.r": PAIRWISE_SCORES,
    "reliability/agree_alpha_unkeyed/value/item_stats/raw.r": PAIRWISE_SCORES,
    "reliability/agree_alpha_checkkeys/value/item_stats/raw.r": PAIRWISE_SCORES,
    "reliability/score_items_mean_impute_none/value/cor/data": PAIRWISE_SCORES,
    "reliability/score_items_mean_impute_none/value/corrected/data": PAIRWISE_SCORES,
    "reliability/score_items_mean_impute_none/value/n_miss/data": "counts of gaps by item; score80 compares answered",
    "efa/*/RMSEA/confidence": SETTING,
    "efa/*/complexity/*": NOT_PRINTED,
    "efa/*/fit_off": NOT_PRINTED,
    "efa/*/values": "eigenvalues of the matrix psych stopped at; communalities are compared",
    "efa/*/rot_mat/data": "turns the loadings psych extracted, signs and order its own; the result is compared",
    "efa/*/Th/data": "turns the given start; the result is compared",
    "efa/bfi25_rotate_varimax_from_fixed/value/rotmat/data": "turns the given start; the result is compared",
    "efa/bfi25_factanal_ml_varimax/value/criteria/counts.*": SEARCH,
    "efa/bfi25_pairwise_cor/value/data": "R's correlation of each pair; polychorics of the same answers are compared",
    "efa/bfi25_parallel/value/fa_sim_mean": "random factor eigenvalues: ours compare components (Horn)",
    "efa/bfi25_parallel/value/nfact": "by factor eigenvalues of psych; ours compare components (Horn)",
    "efa/bfi25_polychoric_psych_default/value/rho/data": CORRECTED,
    "cfa/hs_school_ml_lrt/value/RMSEA": "RMSEA of the difference; the ladder prints the change of RMSEA",
    "cfa/*/value/npar": COUNTED_BEFORE,
    **dict.fromkeys(
        (f"cfa/ordinal_invariance/{step}/npar" for step in STEPS),
        COUNTED_BEFORE,
    ),
    "*/estimates/block": "the number of the group once more",
    "*/estimates/std.lv": "standardised by factors alone; the complete standardisation is compared",
    "*/estimates/std.nox": ORTHOGONAL,
    "scs/rows/value": SETTING,
    "scs/scs_odd_fa1_ml/value/rmsea/confidence": SETTING,
    **dict.fromkeys(
        (f"scs/scs_odd_describe_sum/value/{name}" for name in ("kurtosis", "mad", "skew", "trimmed", "vars")),
        "psych's own definitions (type 3); describe is compared with the topic effects",
    ),
    **dict.fromkeys(
        (
            f"*/fit/{name}"
            for name in (
                "agfi", "cn_01", "cn_05", "crmr", "crmr_nomean", "ecvi", "fmin", "gfi", "ifi", "ifi.scaled", "mfi",
                "nfi", "nfi.scaled", "pgfi", "pnfi", "pnfi.scaled", "rfi", "rfi.scaled", "rmr", "rmr_nomean", "rni",
                "rni.robust", "rni.scaled", "srmr_bentler", "srmr_mplus", "srmr_mplus_nomean", "wrmr",
                "rmsea.notclose.pvalue", "rmsea.notclose.pvalue.robust", "rmsea.notclose.pvalue.scaled",
            )
        ),
        NOT_PRINTED,
    ),
    **dict.fromkeys(
        (f"*/fit/{name}" for name in ("nnfi", "nnfi.robust", "nnfi.scaled")),
        "another name of the TLI, which is compared",
    ),
    **dict.fromkeys(
        (f"*/fit/{name}" for name in ("rmsea.ci.level", "rmsea.close.h0", "rmsea.notclose.h0")), SETTING
    ),
    "*/fit/scaling.factor.h0": "a part of chisq.scaling.factor, which is compared",
    "*/fit/scaling.factor.h1": "a part of chisq.scaling.factor, which is compared",
    "*/fit/baseline.chisq.scaling.factor": "baseline.chisq over its scaled value; both are compared",
    "*/fit/baseline.pvalue": "p of the baseline model, which no result prints; its chi-squared and df are compared",
    "*/fit/baseline.pvalue.scaled": "p of the baseline model, which no result prints",
}  # fmt: skip
"""Patterns of paths, and why no test reads them."""


@pytest.fixture(scope="module")
def read(golden_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The paths of the numbers that the tests take from the reference files."""
    return read_by(TESTS, golden_folder, tmp_path_factory.mktemp("golden") / "read.json")


@pytest.mark.timeout(300)
def test_every_number_is_compared_or_excused(read: set[str], golden_folder: Path) -> None:
    numbers = [path for topic in TOPICS for path in numbers_of(golden_folder, topic)]
    assert len(numbers) > 4000
    check_coverage(numbers, read, UNREAD)


def test_reading_is_noted() -> None:
    read: set[str] = set()
    numbers = Recorded({"a": {"value": {"x": 1.0, "y": [2.0], "z": 3.0}}}, "topic", read)
    value = numbers["a"]["value"]
    assert read == set()
    assert value["x"] == 1.0
    assert value.get("y") == [2.0]
    assert value.get("w") is None
    assert read == {"topic/a/value/x", "topic/a/value/y"}
    assert dict(value.items())["z"] == 3.0
    assert "topic/a/value/z" in read
