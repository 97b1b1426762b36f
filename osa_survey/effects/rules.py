"""Published rules of thumb that call effect sizes small or large: thresholds, words and sources."""

from __future__ import annotations

import math
from dataclasses import dataclass

SMALL = ("very small", "small", "medium", "large")
D_LIKE = ("cohens_d", "cohens_d_unequal", "hedges_g", "hedges_g_unequal", "glass_delta", "d_z", "g_z", "d_av", "d_rm")
R_LIKE = ("r", "rho", "rank_biserial", "matched_rank_biserial", "phi")


@dataclass(frozen=True)
class Scale:
    """One scale of a rule.

    Attributes
    ----------
    quantities : tuple of str
        The quantities it is for.
    thresholds : tuple of float
        Rising; a size from the first on has the second word, and so on.
    words : tuple of str
        One more than thresholds.
    """

    quantities: tuple[str, ...]
    thresholds: tuple[float, ...]
    words: tuple[str, ...]

    def word(self, quantity: str, size: float) -> str:
        """Return the word for a size, whatever its sign; an odds ratio below 1 is turned over first."""
        value = abs(size)
        if quantity == "odds_ratio":
            value = max(value, 1 / value) if value > 0 else math.inf
        elif quantity in SIGNED_AGREEMENT:
            value = size
        return self.words[sum(value >= threshold for threshold in self.thresholds)]


DIFFERENCES = "https://rdrr.io/cran/effectsize/man/interpret_cohens_d.html"
CORRELATIONS = "https://rdocumentation.org/packages/effectsize/versions/0.8.9/topics/interpret_r"
"""R's effectsize quotes these rules."""

SIGNED_AGREEMENT = ("kappa", "kappa_weighted", "icc")


@dataclass(frozen=True)
class Rule:
    """A rule of thumb.

    Attributes
    ----------
    name, source : str
        How it is asked for, and the reference with its DOI.
    scales : tuple of Scale
        What it covers.
    verified : str
        ``"seen"`` in the work, ``"partly"`` where others quote it, ``"recalled"`` otherwise.
    where : str
        What was read, or which part was not.
    """

    name: str
    source: str
    scales: tuple[Scale, ...]
    verified: str = "recalled"
    where: str = "not looked up again"

    def scale(self, quantity: str) -> Scale | None:
        """Return the scale for a quantity, if the rule covers it."""
        return next((scale for scale in self.scales if quantity in scale.quantities), None)


RULES: dict[str, Rule] = {
    rule.name: rule
    for rule in (
        Rule(
            "cohen1988",
            "Cohen, J. (1988). Statistical power analysis for the behavioral sciences (2nd ed.). "
            "doi:10.4324/9780203771587",
            (
                Scale((*D_LIKE, "cohens_h"), (0.2, 0.5, 0.8), SMALL),
                Scale((*R_LIKE, "cohens_w", "cohens_q"), (0.1, 0.3, 0.5), SMALL),
                Scale(("cohens_f",), (0.1, 0.25, 0.4), SMALL),
                Scale(("cohens_f2",), (0.02, 0.15, 0.35), SMALL),
                Scale(("r2",), (0.02, 0.13, 0.26), SMALL),
                Scale(("eta_squared", "omega_squared", "epsilon_squared"), (0.0099, 0.0588, 0.1379), SMALL),
            ),
            "partly",
            f"d and r as quoted at {DIFFERENCES} and {CORRELATIONS}, the other quantities recalled",
        ),
        Rule(
            "funder2019",
            "Funder, D. C., & Ozer, D. J. (2019). Evaluating effect size in psychological research: Sense and "
            "nonsense. Advances in Methods and Practices in Psychological Science, 2(2), 156–168. "
            "doi:10.1177/2515245919847202",
            (
                Scale(
                    R_LIKE,
                    (0.05, 0.1, 0.2, 0.3, 0.4),
                    ("tiny", "very small", "small", "medium", "large", "very large"),
                ),
            ),
            "partly",
            f"as quoted at {CORRELATIONS}",
        ),
        Rule(
            "gignac2016",
            "Gignac, G. E., & Szodorai, E. T. (2016). Effect size guidelines for individual differences researchers. "
            "Personality and Individual Differences, 102, 74–78. doi:10.1016/j.paid.2016.06.069",
            (Scale(R_LIKE, (0.1, 0.2, 0.3), SMALL), Scale(D_LIKE, (0.2, 0.41, 0.63), SMALL)),
            "partly",
            f"as quoted at {CORRELATIONS} and, d converted from r, at {DIFFERENCES}",
        ),
        Rule(
            "lovakov2021",
            "Lovakov, A., & Agadullina, E. R. (2021). Empirically derived guidelines for effect size interpretation in "
            "social psychology. European Journal of Social Psychology, 51(3), 485–504. doi:10.1002/ejsp.2752",
            (Scale(D_LIKE, (0.15, 0.36, 0.65), SMALL), Scale(R_LIKE, (0.12, 0.24, 0.41), SMALL)),
            "partly",
            f"as quoted at {DIFFERENCES} and {CORRELATIONS}",
        ),
        Rule(
            "sawilowsky2009",
            "Sawilowsky, S. S. (2009). New effect size rules of thumb. Journal of Modern Applied Statistical Methods, "
            "8(2), 597–599. doi:10.22237/jmasm/1257035100",
            (
                Scale(
                    D_LIKE,
                    (0.1, 0.2, 0.5, 0.8, 1.2, 2.0),
                    ("tiny", "very small", "small", "medium", "large", "very large", "huge"),
                ),
            ),
            "partly",
            f"as quoted at {DIFFERENCES}",
        ),
        Rule(
            "landis1977",
            "Landis, J. R., & Koch, G. G. (1977). The measurement of observer agreement for categorical data. "
            "Biometrics, 33(1), 159–174. doi:10.2307/2529310",
            (
                Scale(
                    ("kappa", "kappa_weighted"),
                    (0.0, 0.2, 0.4, 0.6, 0.8),
                    ("poor", "slight", "fair", "moderate", "substantial", "almost perfect"),
                ),
            ),
        ),
        Rule(
            "koo2016",
            "Koo, T. K., & Li, M. Y. (2016). A guideline of selecting and reporting intraclass correlation "
            "coefficients for reliability research. Journal of Chiropractic Medicine, 15(2), 155–163. "
            "doi:10.1016/j.jcm.2016.02.012",
            (Scale(("icc",), (0.5, 0.75, 0.9), ("poor", "moderate", "good", "excellent")),),
            "partly",
            "as in interpret_icc of R's effectsize 0.8.3",
        ),
    )
}
"""The words of a rule are its authors' (or those of later users where the authors named thresholds only)."""
