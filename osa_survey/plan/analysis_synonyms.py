"""What analyses are called elsewhere, and the analysis of the house that does it."""

from __future__ import annotations

import re

SYNONYMS: dict[str, str] = {
    **dict.fromkeys(("ttest", "welch", "mannwhitney", "mannwhitneyu", "kruskal", "kruskalwallis"), "compare_groups"),
    **dict.fromkeys(("ttestind", "independentttest", "ranksum", "wilcoxonranksum", "groups"), "compare_groups"),
    **dict.fromkeys(("pairedttest", "ttestrel", "wilcoxon", "wilcoxonsignedrank", "signtest"), "paired"),
    **dict.fromkeys(("chi2", "chisquare", "chisquared", "chi2test", "chisqtest", "fisher"), "crosstab"),
    **dict.fromkeys(("crosstabs", "contingency", "mcnemar", "cramersv"), "crosstab"),
    **dict.fromkeys(("ancova", "aov", "rmanova", "repeatedmeasures", "factorial"), "anova"),
    **dict.fromkeys(("mancova",), "manova"),
    **dict.fromkeys(("pearson", "spearman", "kendall", "correlation", "correlations", "cor", "corr"), "correlate"),
    **dict.fromkeys(("partialcorrelation", "partialcorr", "pcor"), "partial_correlations"),
    **dict.fromkeys(("cronbach", "cronbachalpha", "alpha", "omega", "mcdonald", "kr20"), "reliability"),
    **dict.fromkeys(("ols", "lm", "linear", "regression", "linearregression", "glm", "hierarchical"), "regress"),
    **dict.fromkeys(("logit", "logistic", "logisticregression", "probit", "ordinal", "polr"), "regress"),
    **dict.fromkeys(("multinomial", "poisson", "negbin", "negativebinomial", "zeroinflated", "hurdle"), "regress"),
    **dict.fromkeys(("mixed", "lmer", "lme", "multilevel", "hlm"), "mixed_model"),
    **dict.fromkeys(("moderation",), "simple_slopes"),
    **dict.fromkeys(("mediation", "process", "indirect"), "mediate"),
    **dict.fromkeys(("factoranalysis", "factor", "fa", "exploratory"), "efa"),
    **dict.fromkeys(("pca", "principalcomponents", "parallelanalysis", "scree"), "dimensionality"),
    **dict.fromkeys(("confirmatory", "sem"), "cfa"),
    **dict.fromkeys(("measurementinvariance", "mgcfa"), "invariance"),
    **dict.fromkeys(("lca",), "latent_classes"),
    **dict.fromkeys(("lpa", "mixture", "cluster", "kmeans"), "latent_profiles"),
    **dict.fromkeys(("irt", "grm"), "graded_response"),
    **dict.fromkeys(("dif",), "item_bias"),
    **dict.fromkeys(("kappa", "cohenkappa", "krippendorff"), "code_agreement"),
    **dict.fromkeys(("icc", "blandaltman"), "agreement"),
    **dict.fromkeys(("tost",), "equivalence"),
    **dict.fromkeys(("auc", "rocauc", "sensitivity"), "roc"),
    **dict.fromkeys(("clpm", "riclpm"), "cross_lagged"),
    **dict.fromkeys(("frequencies", "frequency", "descriptives", "summary", "means", "mean"), "describe"),
    **dict.fromkeys(("multipleresponse", "checkall"), "multiple_responses"),
    **dict.fromkeys(("pool",), "meta_analysis"),
    **dict.fromkeys(("dropout",), "attrition"),
    **dict.fromkeys(("rci", "reliablechange"), "change"),
    **dict.fromkeys(("cutoff", "cutoffs", "screening"), "screening_shares"),
}
"""A name without case, spaces and marks → the analysis."""


def analysis_called(name: str) -> str:
    """Return the analysis that is called so elsewhere, or "".

    Examples
    --------
    >>> analysis_called("T test"), analysis_called("chi-2"), analysis_called("regress")
    ('compare_groups', 'crosstab', '')
    """
    return SYNONYMS.get(re.sub(r"[\W_]", "", name).casefold(), "")


def names_elsewhere(name: str) -> tuple[str, ...]:
    """Return what an analysis is called elsewhere, in small letters without spaces.

    Examples
    --------
    >>> names_elsewhere("retest")
    ()
    """
    return tuple(other for other, own in SYNONYMS.items() if own == name)
