"""The vocabulary of results: the columns of every table and the closed list of quantities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

COLUMNS: tuple[str, ...] = (
    "quantity",
    "term",
    "contrast",
    "outcome",
    "group",
    "level",
    "n",
    "estimate",
    "std_error",
    "conf_low",
    "conf_high",
    "conf_level",
    "statistic",
    "statistic_name",
    "df1",
    "df2",
    "p_value",
    "p_adjusted",
    "method",
    "suppressed",
    "warning",
)
TEXT_COLUMNS: tuple[str, ...] = (
    "quantity",
    "term",
    "contrast",
    "outcome",
    "group",
    "level",
    "statistic_name",
    "method",
    "suppressed",
    "warning",
)
NUMBER_COLUMNS: tuple[str, ...] = tuple(name for name in COLUMNS if name not in TEXT_COLUMNS)
KEY_COLUMNS: tuple[str, ...] = ("quantity", "outcome", "term", "contrast", "group", "level")

Style = Literal["number", "bounded", "percent", "count", "years"]


@dataclass(frozen=True)
class Quantity:
    """How a quantity is called and printed.

    Attributes
    ----------
    label : str
        The field's standard term, as a table head prints it.
    style : {"number", "bounded", "percent", "count"}
        ``bounded`` values cannot exceed one in size and lose their leading zero.
    digits : int
        Digits after the point in print; tables keep full precision.
    """

    label: str
    style: Style = "number"
    digits: int = 2


QUANTITIES: dict[str, Quantity] = {
    # counts and descriptions
    "count": Quantity("n", "count", 0),
    "proportion": Quantity("%", "percent", 1),
    "responses": Quantity("Responses", "count", 0),
    "response_proportion": Quantity("% of responses", "percent", 1),
    "case_proportion": Quantity("% of cases", "percent", 1),
    "mean": Quantity("M"),
    "sd": Quantity("SD"),
    "median": Quantity("Mdn"),
    "quantile": Quantity("Quantile"),
    "minimum": Quantity("Minimum"),
    "maximum": Quantity("Maximum"),
    "skewness": Quantity("Skewness"),
    "floor": Quantity("Floor", "percent", 1),
    "ceiling": Quantity("Ceiling", "percent", 1),
    "missing": Quantity("Missing", "count", 0),
    # weights and target populations
    "unweighted_proportion": Quantity("Unweighted %", "percent", 1),
    "weighted_proportion": Quantity("Weighted %", "percent", 1),
    "target_proportion": Quantity("Target %", "percent", 1),
    "target_difference": Quantity("Difference from target", "percent", 1),
    "effective_n": Quantity("Effective n", "number", 1),
    "kish_deff": Quantity("Design effect of weighting"),
    "weight_cv": Quantity("CV of weights"),
    "weight_minimum": Quantity("Lowest weight"),
    "weight_maximum": Quantity("Highest weight"),
    # reliability and items
    "alpha": Quantity("Cronbach's α", "bounded"),
    "alpha_standardised": Quantity("Standardised α", "bounded"),
    "omega": Quantity("McDonald's ω", "bounded"),
    "item_rest": Quantity("Item-rest r", "bounded"),
    "alpha_if_dropped": Quantity("α if dropped", "bounded"),
    "loading": Quantity("Loading", "bounded"),
    "inter_item_r": Quantity("Mean inter-item r", "bounded"),
    "verdict": Quantity("Keying verdict", "count", 0),
    "power": Quantity("Power", "bounded"),
    # differences and their sizes
    "mean_difference": Quantity("Difference in means"),
    "mean_difference_equal_variances": Quantity("Difference in means (equal variances)"),
    "rank_sum": Quantity("Rank sum statistic W"),
    "hedges_g": Quantity("Hedges' g"),
    "cohens_d": Quantity("Cohen's d"),
    "cohens_d_unequal": Quantity("Cohen's d (unequal variances)"),
    "hedges_g_unequal": Quantity("Hedges' g (unequal variances)"),
    "glass_delta": Quantity("Glass's Δ"),
    "common_language": Quantity("Common language effect size", "bounded"),
    "cohens_u3": Quantity("Cohen's U₃", "bounded"),
    "overlap": Quantity("Overlap", "bounded"),
    "rank_biserial": Quantity("Rank-biserial r", "bounded"),
    "cliffs_delta": Quantity("Cliff's δ", "bounded"),
    "probability_of_superiority": Quantity("Probability of superiority", "bounded"),
    "matched_rank_biserial": Quantity("Matched-pairs rank-biserial r", "bounded"),
    "d_z": Quantity("d_z"),
    "g_z": Quantity("g_z"),
    "d_av": Quantity("d_av"),
    "d_rm": Quantity("d_rm"),
    "welch_anova": Quantity("Welch's F"),
    "anova": Quantity("F"),
    "omega_squared": Quantity("ω²", "bounded"),
    "eta_squared": Quantity("η²", "bounded"),
    "epsilon_squared": Quantity("ε²", "bounded"),
    "cohens_f": Quantity("Cohen's f"),
    "rank_epsilon_squared": Quantity("Rank ε²", "bounded"),
    "rank_eta_squared": Quantity("Rank η²", "bounded"),
    "kruskal_wallis": Quantity("Kruskal–Wallis H"),
    "games_howell": Quantity("Games–Howell difference"),
    "risk_difference": Quantity("Difference in proportions", "percent", 1),
    "risk_ratio": Quantity("Risk ratio"),
    "number_needed": Quantity("Number needed", "number", 1),
    "cohens_h": Quantity("Cohen's h"),
    # tables of counts
    "chi_squared": Quantity("χ²"),
    "cramers_v": Quantity("Cramér's V", "bounded"),
    "cramers_v_adjusted": Quantity("Cramér's V (bias-corrected)", "bounded"),
    "tschuprows_t": Quantity("Tschuprow's T", "bounded"),
    "cohens_w": Quantity("Cohen's w"),
    "phi": Quantity("φ", "bounded"),
    "kappa": Quantity("Cohen's κ", "bounded"),
    "kappa_weighted": Quantity("Weighted κ", "bounded"),
    "standardised_residual": Quantity("Standardised residual"),
    "expected_count": Quantity("Expected n"),
    "row_proportion": Quantity("Row %", "percent", 1),
    "column_proportion": Quantity("Column %", "percent", 1),
    # association
    "r": Quantity("r", "bounded"),
    "rho": Quantity("ρ", "bounded"),
    "cohens_q": Quantity("Cohen's q"),
    "icc": Quantity("ICC", "bounded"),
    "kendalls_w": Quantity("Kendall's W", "bounded"),
    # regression
    "b": Quantity("B"),
    "beta": Quantity("β", "number"),
    "odds_ratio": Quantity("OR"),
    "rate_ratio": Quantity("Rate ratio"),
    "relative_risk_ratio": Quantity("RRR"),
    "threshold": Quantity("Threshold"),
    "dispersion": Quantity("Dispersion α"),
    "precision": Quantity("Precision φ"),
    "parallel_lines_test": Quantity("Parallel lines test"),
    "prediction": Quantity("Predicted", digits=3),
    "prediction_difference": Quantity("Difference in predictions", digits=3),
    "average_slope": Quantity("Average slope", digits=3),
    "cohens_f2": Quantity("f²", "number", 3),
    "semipartial_r2": Quantity("sr²", "bounded", 3),
    "r2": Quantity("R²", "bounded", 3),
    "adjusted_r2": Quantity("Adjusted R²", "bounded", 3),
    "delta_r2": Quantity("ΔR²", "bounded", 3),
    "model_test": Quantity("Model test"),
    "block_test": Quantity("Change test"),
    "mcfadden_r2": Quantity("McFadden's R²", "bounded", 3),
    "cox_snell_r2": Quantity("Cox–Snell R²", "bounded", 3),
    "nagelkerke_r2": Quantity("Nagelkerke's R²", "bounded", 3),
    "groups": Quantity("Groups", "count", 0),
    "random_variance": Quantity("Variance", "number", 3),
    "random_correlation": Quantity("Correlation of random terms", "bounded"),
    "marginal_r2": Quantity("Marginal R²", "bounded", 3),
    "conditional_r2": Quantity("Conditional R²", "bounded", 3),
    "within_r2": Quantity("R² within groups", "bounded", 3),
    "working_correlation": Quantity("Correlation within groups", "bounded"),
    "vif": Quantity("VIF"),
    "log_likelihood": Quantity("Log-likelihood"),
    "aic": Quantity("AIC"),
    "bic": Quantity("BIC"),
    "residual_sd": Quantity("Residual SD"),
    # missing answers
    "little_mcar": Quantity("Little's χ²"),
    "imputed_mean": Quantity("Mean of imputed values"),
    "imputed_sd": Quantity("SD of imputed values"),
    "imputed": Quantity("Imputed", "count", 0),
    "rhat_mean": Quantity("R̂ of the mean"),
    "rhat_sd": Quantity("R̂ of the SD"),
    "fmi": Quantity("FMI", "bounded"),
    "tipping_delta": Quantity("Shift at which the conclusion changes"),
}
