"""What a comparison of groups says of its methods, and their sources."""

from __future__ import annotations

METHOD_TWO = (
    "Welch's t test (Student's t test and Wilcoxon's rank sum test{correction} beside it), Hedges' g and the "
    "rank-biserial correlation with {level:g}% intervals"
)
METHOD_MORE = (
    "Welch's analysis of variance, Games–Howell comparisons of all pairs, Hedges' g, ω² (equal variances) and the "
    "Kruskal–Wallis test, with {level:g}% intervals"
)
REFERENCES_TWO = (
    "Welch, B. L. (1947). The generalization of Student's problem when several different population variances are "
    "involved. Biometrika, 34(1–2), 28–35. doi:10.1093/biomet/34.1-2.28",
    "Hedges, L. V. (1981). Distribution theory for Glass's estimator of effect size and related estimators. Journal of "
    "Educational Statistics, 6(2), 107–128. doi:10.3102/10769986006002107",
    "Kerby, D. S. (2014). The simple difference formula: An approach to teaching nonparametric correlation. "
    "Comprehensive Psychology, 3, 11.IT.3.1. doi:10.2466/11.IT.3.1",
)
REFERENCES_MORE = (
    "Welch, B. L. (1951). On the comparison of several mean values: An alternative approach. Biometrika, 38(3–4), "
    "330–336. doi:10.1093/biomet/38.3-4.330",
    "Games, P. A., & Howell, J. F. (1976). Pairwise multiple comparison procedures with unequal N's and/or variances. "
    "Journal of Educational Statistics, 1(2), 113–125. doi:10.3102/10769986001002113",
    "Steiger, J. H. (2004). Beyond the F test: Effect size confidence intervals and tests of close fit. Psychological "
    "Methods, 9(2), 164–182. doi:10.1037/1082-989X.9.2.164",
    REFERENCES_TWO[1],
)
