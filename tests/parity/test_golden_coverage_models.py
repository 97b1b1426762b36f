"""Every reference number of group comparisons, regressions, imputation and designs is read by a test, or excused here.

The tests run once more in a process of its own that notes which numbers they take from the reference files.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.parity.golden_records import check_coverage, numbers_of, read_by

TOPICS = ("effects", "regression", "mi", "weights")
TESTS = (
    "test_composed_reliability",
    "test_count_models",
    "test_effect_sizes",
    "test_effects",
    "test_effects_paired",
    "test_further_tests",
    "test_golden_effects",
    "test_golden_models",
    "test_golden_power",
    "test_golden_tables",
    "test_imputation",
    "test_incomplete_data",
    "test_models",
    "test_regression",
    "test_regression_designs",
    "test_residual_checks",
    "test_simple_slopes",
    "test_weighted_likelihoods",
    "test_weighted_models",
    "test_weights",
)
SETTING = "a setting, not a result"
PROFILE = "profile intervals: ours are of the Wald type for every model, because these also hold under weights and sets"
PERSONS = "smallest and largest values belong to single people and are never given; deciles are no default either"
WALD_TABLE = (
    "of a table under a design Rao and Scott's F of second order is given; Wald tests reject too often in small designs"
)
QUASI = "the dispersion of a quasi-likelihood, which the design-based covariance does without"
ORDER = "sequential sums of squares depend on the order of predictors within a block; blocks are tested instead"
RANDOM = "an imputer's own draws: estimates, their total and between variances are compared within Monte Carlo error"
LINK = "another link: ordinal models here are logit and probit"
SOBEL = "normal theory of a product, which is not normal: bootstrap and Monte Carlo intervals are given"
RATIO = "the ratio of indirect and total association is not printed: it is no share"
BOOTSTRAP = "another bootstrap interval of the same draws; percentile intervals and the standard error are compared"

UNREAD = {
    "effects/*/CI": SETTING,
    "effects/gender_u25_riskratio/value/CI_*": "narrower than Katz's interval, which is ours and computed by hand",
    "effects/sleep_rb_paired/value/CI_*": "no Fisher's z at −1: R's interval has no width, ours is not given",
    "effects/sc_psych_describe/value/vars": "a running number",
    "effects/sc_psych_describe/value/m[ia][nx]": PERSONS,
    "effects/sc_psych_describe/value/range": PERSONS,
    "effects/sc_psych_describe/value/Q0.[19]": PERSONS,
    "effects/icc/value/F": "the F of an intraclass correlation is in its interval, which is compared",
    "effects/icc/value/df[12]": "the F of an intraclass correlation is in its interval, which is compared",
    "effects/icc/value/p": "a test of no agreement at all, which no result prints",
    "regression/*/ci_profile/data": PROFILE,
    "regression/*/cond_H": "belongs to the search of the R function, not to its result",
    "regression/ols_main/value/anova1/*": ORDER,
    "regression/hierarchical/value/anova_full_model_error/*": "each block is tested against its own error (f_change)",
    "regression/ols_main/value/dw/p": "the statistic is printed without p: answers of different people have no order",
    "regression/hierarchical_logit/value/Resid. D*": "deviances of each model; their difference is compared",
    "regression/mediation/value/sobel_*": SOBEL,
    "regression/mediation/value/aroian_se": SOBEL,
    "regression/mediation/value/prop_mediated": RATIO,
    "regression/mediation/value/mediate_boot1000/prop": RATIO,
    "regression/mediation/value/mediate_boot1000/acme_ci": BOOTSTRAP,
    "regression/mediation/value/boot_R5000/normal": BOOTSTRAP,
    "regression/mediation/value/boot_R5000/b*": BOOTSTRAP,
    "regression/mediation/value/lavaan/*": "the same two regressions with n in place of n − k",
    "regression/logit/value/brier": "a score of predictions, which no result prints; AUC and Tjur's R² are compared",
    "regression/logit/value/accuracy_05": "depends on a cut of .5 that no result uses",
    "regression/negbin/value/se_theta": "with the coefficients held fixed; ours is of log α, with all parameters free",
    "regression/negbin/value/deviance": "at fixed θ; likelihoods are compared",
    "regression/clm_cloglog/value/*": LINK,
    "regression/robust_rlm_huber/value/*": "M estimation: outliers are met by robust errors and by diagnose here",
    **{f"mi/*_distribution/value/pooled/{name}": RANDOM for name in ("ubar", "df", "riv", "lambda", "fmi")},
    "mi/*_distribution/value/pooled/dfcom": SETTING,
    "mi/*_distribution/value/pooled/m": SETTING,
    "mi/*_distribution/value/summary/*": RANDOM,
    "mi/*_distribution/value/m": SETTING,
    "mi/*_distribution/value/dfcom": SETTING,
    "mi/fluxplot_bfi/value/*": "influx and outflux choose predictors in mice; here every variable and gap is stated",
    "weights/*_total/value/deff": "design effects of means are given, not of totals",
    "weights/*_ciprop_likelihood/value/*": "logit and Korn–Graubard intervals are given (compared)",
    "weights/*_chisq_*ald/value/*": WALD_TABLE,
    "weights/*_chisq_lincom/value/*": "the exact mixture that Rao and Scott's second order approximates",
    "weights/*dispersion": QUASI,
}
"""Patterns of paths, and why no test reads them."""


@pytest.fixture(scope="module")
def read(golden_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The paths of the numbers that the tests take from the reference files."""
    return read_by(TESTS, golden_folder, tmp_path_factory.mktemp("golden") / "read.json")


@pytest.mark.timeout(600)
def test_every_number_is_compared_or_excused(read: set[str], golden_folder: Path) -> None:
    numbers = [path for topic in TOPICS for path in numbers_of(golden_folder, topic)]
    assert len(numbers) > 1600
    check_coverage(numbers, read, UNREAD)
