"""Differences that are not significant carry their equivalence test, or the words that they prove nothing."""

from __future__ import annotations

from dataclasses import replace

from osa_survey.results import Result

DIFFERENCES = frozenset(
    {
        "mean_difference", "mean_difference_equal_variances", "rank_sum", "welch_anova", "anova", "kruskal_wallis",
        "games_howell", "tukey", "dunn", "risk_difference", "chi_squared", "mcnemar", "r", "rho", "tau", "cohens_q",
        "latent_r", "b", "beta", "odds_ratio", "rate_ratio", "relative_risk_ratio", "prediction_difference",
        "average_slope", "simple_slope", "delta_r2", "block_test", "model_test", "latent_difference", "dif",
        "anova_effect", "anova_contrast", "friedman", "cochran_q", "manova_test", "step_comparison",
        "pairwise_t", "pairwise_welch", "kolmogorov_smirnov", "yates", "fisher_exact", "signed_rank", "partial_r",
        "semipartial_r", "correlation_difference",
        "latent_change", "mean_rank_difference",
    }
)  # fmt: skip
"""Quantities whose test asks whether there is a difference or an association."""
TOLD = {
    "en": ("not evidence of no", "not evidence that", "no evidence of equivalence"),
    "de": ("kein Beleg dafür", "kein Beleg für"),
}
WORDS = "A p value of {alpha} or more is not evidence of no difference and no association."
EQUIVALENCE = "equivalence"
ALPHA = 0.05


def with_words(result: Result, language: str) -> Result:
    """Return a released result whose tables say what a difference that is not significant does not prove.

    Parameters
    ----------
    result : Result
        A released result.
    language : {"en", "de"}
        The language of the report.

    Returns
    -------
    Result
        With a note under its table where a shown difference is not significant and neither its sentences nor an
        equivalence test say more.
    """
    if EQUIVALENCE in result.more or result.analysis == EQUIVALENCE or not _open(result):
        return result
    told = " ".join((*result.notes, *_sentences(result, language)))
    if any(words in told for words in TOLD[language]):
        return result
    return replace(result, notes=(*result.notes, WORDS.format(alpha=f"{ALPHA:.2f}".lstrip("0"))))


def _sentences(result: Result, language: str) -> tuple[str, ...]:
    return (
        *result.sentences(language),
        *(text for part in result.more.values() for text in _sentences(part, language)),
    )


def _open(result: Result) -> bool:
    """Tell whether some shown difference is not significant, in the table or in a further one."""
    table = result.frame
    p = table["p_adjusted"].where(table["p_adjusted"].notna(), table["p_value"])
    is_open = table["quantity"].isin(DIFFERENCES) & (p >= ALPHA) & (table["suppressed"] == "")
    return bool(is_open.any()) or any(_open(part) for part in result.more.values())
