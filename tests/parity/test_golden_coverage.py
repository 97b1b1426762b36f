"""Every reference number of the psychometric topics is read by a test beside this one, or named here with the reason.

The tests run once more in a process of its own that notes which numbers they take from the reference files.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.parity.golden_records import Recorded, check_coverage, numbers_of, read_by

TOPICS = ("reliability", "efa", "cfa", "cfa/ordinal_invariance", "careless", "scs", "lca")
TESTS = (
    "test_alpha_tables",
    "test_careless",
    "test_dimensionality",
    "test_exploratory",
    "test_factor_models",
    "test_goodness_with_gaps",
    "test_invariance",
    "test_latent_classes",
    "test_polychorics",
    "test_reliability",
    "test_reliability_more",
)
SETTING = "a setting, not a result"
REPEATED = "stands under another name in the same entry"
SEARCH = "belongs to the search of the R function, not to its result"
CORRECTED = "psych adds half a respondent to empty cells; ours, lavaan and psych without correction do not"
COUNTED_BEFORE = "lavaan counts parameters before equality constraints here; fit/npar and df are compared"
FLAT = "the likelihood is flat there: two programs agree on its height alone, which is compared"
OWN_BASELINE = "differs on purpose with several groups of ordinal items: see robust_corrections.categorical_correction"
STEPS = ("configural", "thresholds", "loadings", "intercepts", "residuals")

UNREAD = {
    "reliability/feldt_*/value/alpha": SETTING,
    "reliability/feldt_*/value/r.bar": "the mean correlation that goes with the given alpha",
    "reliability/*_alpha_*/value/n": REPEATED,
    "efa/*/rot_mat/data": "turns the loadings psych extracted, signs and order its own; the result is compared",
    "efa/*/Th/data": "turns the given start; the result is compared",
    "efa/bfi25_rotate_varimax_from_fixed/value/rotmat/data": "turns the given start; the result is compared",
    "efa/bfi25_factanal_ml_varimax/value/criteria/counts.*": SEARCH,
    "efa/bfi25_polychoric_psych_default/value/rho/data": CORRECTED,
    "cfa/*/value/npar": COUNTED_BEFORE,
    **dict.fromkeys((f"cfa/ordinal_invariance/{step}/npar" for step in STEPS), COUNTED_BEFORE),
    "*/estimates/block": "the number of the group once more",
    "scs/rows/value": SETTING,
    "*/fit/scaling.factor.h0": "a part of chisq.scaling.factor, which is compared",
    "*/fit/scaling.factor.h1": "a part of chisq.scaling.factor, which is compared",
    "cfa/bfi_an_wlsmv_gender_configural/value/fit/nnfi.robust": OWN_BASELINE,
    "cfa/bfi_an_wlsmv_gender_configural/value/fit/rni.robust": OWN_BASELINE,
    "cfa/ordinal_invariance/configural/fit/nnfi.robust": OWN_BASELINE,
    "cfa/ordinal_invariance/configural/fit/rni.robust": OWN_BASELINE,
    "scs/scs_odd_describe_sum/value/vars": SETTING,
    "lca/values_k3/value/probs/*": FLAT,
    "lca/values_k3/value/probs_se/*": FLAT,
    **dict.fromkeys(
        (
            f"lca/values_k3/value/{name}"
            for name in (
                "P",
                "P_se",
                "Gsq",
                "Chisq",
                "resid_df",
                "N",
                "Nobs",
                "entropy_relative",
                "modal_counts",
                "posterior20/data",
            )
        ),
        FLAT,
    ),
    "lca/*_k1/value/posterior20/data": "of one class everybody is a member",
    "lca/election_party_k3/value/P_se": "follow from the coefficients, whose errors are compared",
    "lca/*_k1/value/entropy_relative": "not defined for one class, where poLCA's formula gives one",
}
"""Patterns of paths, and why no test reads them."""


@pytest.fixture(scope="module")
def read(golden_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The paths of the numbers that the tests take from the reference files."""
    return read_by(TESTS, golden_folder, tmp_path_factory.mktemp("golden") / "read.json")


@pytest.mark.timeout(600)
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
